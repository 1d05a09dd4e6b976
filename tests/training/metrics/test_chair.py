"""Objects in sentences, and those that were made up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from training.data import DataError
from training.metrics import Scored, measure
from training.metrics.chair import Chair, objects_of
from training.metrics.lexicon import read_lexicon
from training.normalise import normalise


@pytest.mark.parametrize(
    ("caption", "objects"),
    [
        ("Một con chó chạy trên bãi cỏ", {"chó", "cỏ"}),
        ("chú chó và cô gái", {"chó", "người phụ nữ"}),
        ("anh chàng đi mô tô", {"người đàn ông", "xe máy"}),
        ("chiếc xe_máy", {"xe máy"}),
        ("bàn tay", set()),
        ("cái bàn", {"bàn"}),
        ("mặc áo màu xanh lá cây", {"áo"}),
        ("đội mũ bảo hiểm", {"mũ bảo hiểm"}),
        ("đi bộ băng qua đường", set()),
        ("thuỷ thủ nhìn", set()),
        ("", set()),
    ],
)
def test_the_longest_phrase_names_the_object(caption: str, objects: set[str]) -> None:
    assert read_lexicon().named(caption) == objects


def test_the_lexicon_that_ships() -> None:
    lexicon = read_lexicon()
    assert len(lexicon.objects) >= 200
    assert all(normalise(" ".join(phrase)) == " ".join(phrase) for phrase in lexicon.phrases)
    assert lexicon.wholes["bé gái"] == ("trẻ em", "người")


def test_wider_words_are_right_and_narrower_ones_made_up() -> None:
    lexicon = read_lexicon()
    wider = objects_of("một người", ["một bé gái", "cái ghế"], lexicon)
    assert wider.invented == frozenset()
    assert wider.found == frozenset()
    narrower = objects_of("một bé gái", ["một người"], lexicon)
    assert narrower.invented == {"bé gái"}
    assert narrower.found == {"người"}


def test_chair_by_hand() -> None:
    """Said: chó (right), bàn (made up); mèo (right). Seen: chó, cỏ; mèo."""
    items = [
        Scored("con chó trên bàn", ("con chó", "bãi cỏ")),
        Scored("con mèo", ("chú mèo",)),
    ]
    scores = measure(items, "vi-syllable", Chair(items)).scores()
    assert scores["CHAIRi"] == pytest.approx(1 / 3)
    assert scores["CHAIRs"] == pytest.approx(1 / 2)
    assert scores["object recall"] == pytest.approx(2 / 3)


def test_chair_is_the_same_under_all_recipes() -> None:
    items = [Scored("chiếc ô trên bàn", ("cái ô",)), Scored("xe_máy", ("ô tô",))]
    found = [measure(items, recipe, Chair(items)).scores() for recipe in ("vi-syllable", "viclipcap", "uit")]
    assert len({(scores["CHAIRi"], scores["object recall"]) for scores in found}) == 1


def test_no_objects_at_all() -> None:
    items = [Scored("đẹp", ("rất đẹp",))]
    scores = measure(items, "vi-syllable", Chair(items)).scores()
    assert (scores["CHAIRi"], scores["CHAIRs"], scores["object recall"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[objects", "Cannot read"),
        ("[objects]\n[kinds]", "no table 'nothing'"),
        ('[objects]\na = ["x"]\nb = ["x"]\n[kinds]\n[nothing]\nphrases = []', "'x' names both"),
        ('[objects]\na = []\n[kinds]\na = ["b"]\n[nothing]\nphrases = []', "no objects are b"),
    ],
)
def test_bad_lexicons_are_refused(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "words.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(said)):
        read_lexicon(file)
    with pytest.raises(DataError, match=r"none\.toml"):
        read_lexicon(tmp_path / "none.toml")
