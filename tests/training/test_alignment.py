"""Translations find their originals without a dictionary."""

from __future__ import annotations

import random

import pytest

from training.alignment import align

pytestmark = pytest.mark.slow

_DICTIONARY = {
    "dog": "chó", "cat": "mèo", "man": "đàn_ông", "woman": "phụ_nữ", "runs": "chạy", "sits": "ngồi",
    "jumps": "nhảy", "red": "đỏ", "blue": "xanh", "black": "đen", "grass": "cỏ", "street": "phố",
    "water": "nước", "on": "trên", "in": "trong",
}  # fmt: skip


def _sentence(source: random.Random) -> list[str]:
    return [
        source.choice(["red", "blue", "black"]),
        source.choice(["dog", "cat", "man", "woman"]),
        source.choice(["runs", "sits", "jumps"]),
        source.choice(["on", "in"]),
        source.choice(["grass", "street", "water"]),
    ]


def _translation(words: list[str]) -> list[str]:
    """Vietnamese order: the adjective follows the noun."""
    colour, noun, *rest = (_DICTIONARY[word] for word in words)
    return [noun, colour, *rest]


def test_finds_the_translated_sentences() -> None:
    """GIVEN 300 photos with five sentences of which two were translated, THEN nearly all are found."""
    source = random.Random(0)
    originals = [[_sentence(source) for _ in range(5)] for _ in range(300)]
    chosen = [tuple(sorted(source.sample(range(5), 2))) for _ in originals]
    translations = [
        [_translation(photo[i]) for i in positions]
        for photo, positions in zip(originals, chosen, strict=True)
    ]
    found = align(translations, originals)
    right = sum(
        [photo[i] for i in positions] == [photo[i] for i in true]
        for photo, positions, true in zip(originals, found, chosen, strict=True)
    )
    assert right / len(originals) > 0.95
    assert all(list(positions) == sorted(set(positions)) for positions in found)


def test_photos_without_translations_get_none() -> None:
    originals = [[["a", "dog"], ["a", "cat"]], [["a", "dog"]]]
    assert align([[["chó"]], []], originals)[1] == ()
