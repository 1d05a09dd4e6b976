"""Scores checked by hand, and what must hold of all of them."""

from __future__ import annotations

import random
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.metrics.sentences import random_items, scored_items
from training.data import DataError
from training.metrics import (
    RECIPES,
    CiderD,
    Scored,
    bleu,
    bleu_counts,
    evaluate,
    meteor,
    meteor_counts,
    per_picture,
    rouge_l,
)
from training.metrics.uit import ascii_rouge_l, sentence_bleu
from training.metrics.words import segment
from training.normalise import normalise

pytestmark = pytest.mark.slow

LIGHT = [name for name in RECIPES if name != "vi-word"]
"""Recipes that need no pyvi."""


def test_a_perfect_caption() -> None:
    items = [
        Scored("một con chó chạy", ("Một con chó chạy.",)),
        Scored("hai người đi bộ", ("hai người đi bộ",)),
    ]
    scores = evaluate(items)
    assert scores["BLEU-4"] == pytest.approx(1.0)
    assert scores["ROUGE-L"] == pytest.approx(1.0)
    assert scores["CIDEr-D"] == pytest.approx(10.0)


def test_an_empty_caption_scores_nothing() -> None:
    items = [Scored("", ("một con chó",)), Scored("hai người", ("hai người",))]
    assert CiderD.from_references([[["a"]], [["b"]]]).score([], [["a"]]) == 0.0
    assert rouge_l([], [["a"]]) == 0.0
    assert sentence_bleu([], [["a"]]) == [0.0] * 4
    assert 0 < evaluate(items)["ROUGE-L"] < 1
    assert evaluate(items[:1])["METEOR"] == 0.0


def test_repetition_is_clipped() -> None:
    counts = bleu_counts("chó chó chó chó".split(), ["con chó".split()])
    assert counts[0] == 1
    assert counts[4] == 4


def test_short_sentences_pay_the_brevity_penalty() -> None:
    short = np.array([bleu_counts("một con".split(), ["một con chó chạy".split()])], float)
    assert bleu(short)[0] == pytest.approx(np.exp(1 - 4 / 2), rel=1e-6)


@pytest.mark.parametrize(
    ("hypothesis", "reference", "expected"),
    [
        ("con chó", "con chó", 1.0),
        # Half of both sides in one run: 0.5 * (1 - 0.6 * 1 ** 0.2).
        ("con mèo", "con chó", 0.2),
        # All words in two runs of three: 1 - 0.6 * (2 / 3) ** 0.2.
        ("chạy con chó", "con chó chạy", 1 - 0.6 * (2 / 3) ** 0.2),
        # Precision 0.75 / (0.75 + 0.25): "an" is an English function word; recall 1.
        ("con an", "con", 1 / (0.15 / 0.75 + 0.85) * 0.4),
        ("con", "mèo", 0.0),
    ],
)
def test_meteor_by_hand(hypothesis: str, reference: str, expected: float) -> None:
    counts = np.array(meteor_counts(hypothesis.split(), reference.split()), float)
    assert float(meteor(counts)) == pytest.approx(expected)


def test_meteor_of_several_perfect_captions_is_not_perfect() -> None:
    """As in the jar, whose sums tell only of one picture that all of it matched in one run."""
    item = Scored("một con chó chạy", ("một con chó chạy",))
    assert evaluate([item])["METEOR"] == pytest.approx(1.0)
    once = meteor_counts("con chó".split(), "con chó".split())
    assert float(meteor(2.0 * np.array(once))) == pytest.approx(1 - 0.6 * 0.5**0.2)


def test_meteor_tears_syllables_as_the_jar_does() -> None:
    """The letters ư and ợ are signs to the jar: "được" and "đước" share three of four tokens in two runs."""
    assert evaluate([Scored("được", ("đước",))])["METEOR"] == pytest.approx(0.75 * (1 - 0.6 * (2 / 3) ** 0.2))


def test_sentence_bleu_by_hand() -> None:
    """Two of three words, one of two pairs; no run of three, so NLTK puts log(3) / 10 and log(3) / 20."""
    found = sentence_bleu("con chó chạy".split(), ["con chó nằm".split()])
    third, fourth = np.log(3) / 10, np.log(3) / 20
    expected = [2 / 3, (1 / 3) ** (1 / 2), (third / 3) ** (1 / 3), (third * fourth / 3) ** (1 / 4)]
    assert found == pytest.approx(expected)


def test_the_uit_recipe_sees_ascii_letters_only() -> None:
    """To rouge_score "đường phố" is "ng ph", and "rộng phở" is "r ng ph". One-letter tokens are dropped."""
    assert ascii_rouge_l("đường phố".split(), "rộng phở".split()) == pytest.approx(2 * 2 / (2 + 3))
    assert evaluate([Scored("ở phố", ("phố",))], "uit")["BLEU-1"] == 1.0


def test_the_viclipcap_recipe_glues_stops_to_four_references() -> None:
    wrong_end = [Scored("con chó", ("x", "x", "x", "x", "con chó"))]
    right_end = [Scored("con chó", ("con chó", "x", "x", "x", "x"))]
    assert evaluate(wrong_end, "viclipcap")["BLEU-1"] == pytest.approx(0.5)
    assert evaluate(right_end, "viclipcap")["BLEU-1"] == pytest.approx(1.0)


def test_words_are_scored_as_words() -> None:
    pytest.importorskip("pyvi")
    items = [Scored("xe máy", ("xe đạp",)), Scored("con chó", ("con chó",))]
    assert evaluate(items)["BLEU-1"] == pytest.approx(3 / 4)
    assert evaluate(items, "vi-word")["BLEU-1"] == pytest.approx(2 / 3)
    given_words = [Scored("chiếc xe_máy", ("chiếc xe_đạp",))]
    assert evaluate(given_words, "segmented-words-as-given")["BLEU-1"] == pytest.approx(1 / 2)


def test_a_lacking_pyvi_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    segment.cache_clear()
    monkeypatch.setitem(sys.modules, "pyvi.ViTokenizer", None)
    with pytest.raises(DataError, match="pip install pyvi"):
        evaluate([Scored("con chó", ("con chó",))], "vi-word")


def test_tone_marks_do_not_count_as_errors() -> None:
    assert evaluate([Scored("Bé gái khỏe", ("bé gái khoẻ",)), Scored("a", ("b",))])["BLEU-1"] > 0.7
    assert normalise("khỏe") == normalise("khoẻ")


def test_the_score_of_all_is_the_mean_of_each_pictures() -> None:
    items = random_items(20, 3)
    assert evaluate(items)["CIDEr-D"] == pytest.approx(np.mean(per_picture(items)))


def test_what_cannot_be_scored_is_said() -> None:
    with pytest.raises(DataError, match="vi-syllable, vi-word"):
        evaluate([Scored("a", ("a",))], "bleu")
    with pytest.raises(DataError, match="no captions"):
        evaluate([])
    with pytest.raises(DataError, match="Caption 2"):
        evaluate([Scored("a", ("a",)), Scored("a", ())])


@settings(deadline=None, max_examples=40)
@given(scored_items)
def test_scores_stay_in_their_bounds(items: list[Scored]) -> None:
    for recipe in LIGHT:
        for name, value in evaluate(items, recipe).items():
            assert -1e-9 <= value <= (10 if name == "CIDEr-D" else 1) + 1e-9, (recipe, name)


@settings(deadline=None, max_examples=40)
@given(scored_items, st.randoms(use_true_random=False))
def test_the_order_of_pictures_does_not_matter(items: list[Scored], choose: random.Random) -> None:
    shuffled = choose.sample(items, len(items))
    for recipe in LIGHT:
        assert evaluate(shuffled, recipe) == pytest.approx(evaluate(items, recipe), abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(scored_items)
def test_repeating_a_reference_is_perfect(items: list[Scored]) -> None:
    said = [Scored(item.references[0], item.references) for item in items]
    if all(len(item.hypothesis.split()) >= 4 for item in said):
        scores = evaluate(said)
        assert [scores[f"BLEU-{n}"] for n in range(1, 5)] == pytest.approx([1.0] * 4)
    assert evaluate(said)["ROUGE-L"] == pytest.approx(np.mean([bool(i.hypothesis) for i in said]))
