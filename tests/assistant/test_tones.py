"""How sure the program is, in words: what is said, shown and kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.capture.picture import Origin, Picture
from assistant.history import History
from assistant.messages import LANGUAGES, Messages
from assistant.windows.folder_words import result
from assistant.windows.history_words import plain, spoken
from engine import Caption, Certainty, Levels, Verdict
from tests.fakes import a_caption

MESSAGES = Messages("vi")
LEVELS = Levels(sure=0.7, fairly_sure=0.4, unsure=0.1)
NOT_RECOGNISED = "Tôi không nhận ra ảnh này."


def caption(confidence: float, **changes: Any) -> Caption:
    return a_caption("Một con mèo", confidence=confidence, levels=LEVELS, **changes)


@pytest.mark.parametrize(
    ("confidence", "sentence", "certainty"),
    [
        (0.7, "Một con mèo", "Khá chắc chắn"),
        (0.69, "Có lẽ một con mèo", "Không chắc lắm"),
        (0.39, "Tôi không chắc, có thể là một con mèo", "Không chắc"),
        (0.09, NOT_RECOGNISED, "Không nhận ra"),
    ],
)
def test_the_tone_is_the_models_own(confidence: float, sentence: str, certainty: str) -> None:
    said = caption(confidence)
    assert MESSAGES.spoken(said) == sentence
    assert MESSAGES.certainty(said) == certainty


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_that_is_not_recognised_is_not_guessed_at(language: str) -> None:
    messages, said = Messages(language), caption(0.05, alternatives=("Con chó", "Con bò"))  # type: ignore[arg-type]
    for sentence in (
        messages.spoken(said), messages.spoken(said, alternatives=True), messages.caption(said),
        result("a.jpg", said, messages),
    ):  # fmt: skip
        assert messages.text("certainty.unrecognised-said") in sentence
        assert not any(word in sentence for word in ("mèo", "chó", "bò"))


def test_who_asks_for_more_hears_the_guess_called_a_guess() -> None:
    assert MESSAGES.details(caption(0.05)) == (
        "Tôi không nhận ra ảnh này. Nếu phải đoán thì có thể là một con mèo, nhưng rất dễ sai."
    )


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ((), "Một con mèo"),
        (("Con chó",), "Một con mèo. Cách nói khác: Con chó."),
        (("Con chó", "Con bò", "Con gà"), "Một con mèo. Cách nói khác: Con chó; Con bò."),
    ],
)
def test_alternatives_are_said_when_wanted(others: tuple[str, ...], sentence: str) -> None:
    said = caption(0.9, alternatives=others)
    assert MESSAGES.spoken(said, alternatives=True) == sentence
    assert MESSAGES.spoken(said) == "Một con mèo"


def test_a_refused_picture_has_no_tone() -> None:
    refused = Caption(text="", confidence=0.0, verdict=Verdict.BLACK, model="m", levels=LEVELS)
    assert MESSAGES.spoken(refused, alternatives=True) == MESSAGES.text("verdict.black")
    assert MESSAGES.certainty(refused) == ""


def test_regions_are_hedged_by_the_same_levels() -> None:
    assert MESSAGES.hedged("Một con mèo", 0.65, LEVELS) == "Có lẽ một con mèo"
    assert MESSAGES.hedged("Một con mèo", 0.65) == "Một con mèo"


def test_the_history_keeps_the_tone(tmp_path: Path) -> None:
    """GIVEN models with levels of their own, WHEN the history is read again, THEN it says what was said."""

    def history() -> History:
        return History(tmp_path, limit_bytes=10**6, limit_age=timedelta(days=1))

    picture = Picture(np.zeros((9, 9, 3), np.uint8), Origin.CAMERA)
    kept = history()
    for confidence in (0.65, 0.05):
        kept.add(caption(confidence), picture)
    newest, older = history().entries()
    assert (newest.levels, older.levels) == (LEVELS, LEVELS)
    assert spoken(older, MESSAGES) == "Có lẽ một con mèo"
    assert spoken(newest, MESSAGES) == plain(newest, MESSAGES) == NOT_RECOGNISED


def test_an_entry_of_an_older_program_has_the_usual_levels(tmp_path: Path) -> None:
    history = History(tmp_path, limit_bytes=10**6, limit_age=timedelta(days=1))
    history.add(caption(0.65), Picture(np.zeros((9, 9, 3), np.uint8), Origin.CAMERA))
    index = tmp_path / "index.jsonl"
    text = index.read_text(encoding="utf-8")
    without = text[: text.index(', "levels"')] + "}\n"
    index.write_text(without, encoding="utf-8")
    (entry,) = History(tmp_path, limit_bytes=10**6, limit_age=timedelta(days=1)).entries()
    assert entry.levels == Levels()
    assert spoken(entry, MESSAGES) == "Một con mèo"


def test_every_tone_has_words() -> None:
    for language in LANGUAGES:
        messages = Messages(language)
        assert len({messages.text(f"certainty.{tone}") for tone in Certainty}) == len(Certainty)
        assert len({messages.text(f"certainty.{tone}-said", text="x") for tone in Certainty}) == len(
            Certainty
        )
