"""Scores against the reference tools, and their properties."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from training.metrics import CiderD, Scored, bleu, bleu_counts, evaluate, intervals, rouge_l
from training.normalise import normalise

WORDS = "một hai con chó mèo người đàn ông đang chạy trên cỏ đường xanh đỏ".split()


def random_items(count: int, seed: int) -> list[Scored]:
    choose = random.Random(seed)

    def sentence() -> str:
        return " ".join(choose.choices(WORDS, k=choose.randint(1, 12)))

    return [Scored(sentence(), tuple(sentence() for _ in range(choose.randint(1, 5)))) for _ in range(count)]


@pytest.mark.parametrize("seed", range(3))
def test_equal_to_pycocoevalcap(seed: int) -> None:
    """GIVEN captions of all lengths with 1 to 5 references, THEN every score is the reference tool's."""
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge

    items = random_items(40, seed)
    references = {i: list(item.references) for i, item in enumerate(items)}
    hypotheses = {i: [item.hypothesis] for i, item in enumerate(items)}
    bleus, _ = Bleu(4).compute_score(references, hypotheses, verbose=0)
    expected = {f"BLEU-{n + 1}": value for n, value in enumerate(bleus)}
    expected["ROUGE-L"] = Rouge().compute_score(references, hypotheses)[0]
    expected["CIDEr-D"] = Cider().compute_score(references, hypotheses)[0]
    assert evaluate(items) == pytest.approx(expected, abs=1e-9)


def test_equal_to_the_reference_tools_on_a_public_system(shared_data: Path) -> None:
    rows = json.loads((shared_data / "metrics" / "ktvic-public-system.json").read_text(encoding="utf-8"))
    expected = json.loads((shared_data / "metrics" / "expected.json").read_text(encoding="utf-8"))
    scores = evaluate([Scored(row["hypothesis"], tuple(row["references"])) for row in rows])
    wanted = expected["scores"]["vi-syllable"]
    assert scores == pytest.approx({name: wanted[name] for name in scores}, abs=1e-4)


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
    assert 0 < evaluate(items)["ROUGE-L"] < 1


def test_repetition_is_clipped() -> None:
    counts = bleu_counts("chó chó chó chó".split(), ["con chó".split()])
    assert counts[0] == 1
    assert counts[4] == 4


def test_short_sentences_pay_the_brevity_penalty() -> None:
    import numpy as np

    short = np.array([bleu_counts("một con".split(), ["một con chó chạy".split()])], float)
    assert bleu(short)[0] == pytest.approx(np.exp(1 - 4 / 2), rel=1e-6)


def test_interval_holds_the_score_and_narrows_with_more_photos() -> None:
    few, many = random_items(30, 1), random_items(480, 1)
    score = evaluate(many)["CIDEr-D"]
    (low_few, high_few), (low, high) = (intervals(x, samples=200)["CIDEr-D"] for x in (few, many))
    assert low < score < high
    assert high - low < high_few - low_few


def test_tone_marks_do_not_count_as_errors() -> None:
    assert evaluate([Scored("Bé gái khỏe", ("bé gái khoẻ",)), Scored("a", ("b",))])["BLEU-1"] > 0.7
    assert normalise("khỏe") == normalise("khoẻ")
