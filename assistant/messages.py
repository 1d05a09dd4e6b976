"""Everything said to the person, in Vietnamese or English.

The texts are in ``resources/translations/<language>/*.toml``, one table per part of the program.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from assistant.capture.picture import CaptureError
from assistant.engine_process import EngineDied, EngineHung
from engine import (
    Caption,
    CaptionError,
    Certainty,
    GenerationError,
    ImageError,
    Levels,
    ModelCorrupt,
    ModelMismatch,
    ModelMissing,
)

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

TRANSLATIONS = Path(__file__).resolve().parent.parent / "resources" / "translations"

_ERROR_KEYS: tuple[tuple[type[CaptionError], str], ...] = (
    (EngineDied, "error.engine-died"),
    (EngineHung, "error.engine-hung"),
    (ModelMissing, "error.model-missing"),
    (ModelCorrupt, "error.model-corrupt"),
    (ModelMismatch, "error.model-mismatch"),
    (GenerationError, "error.generation"),
    (CaptionError, "error.other"),
)


SPOKEN_ALTERNATIVES = 2
"""Other sentences that are said unasked: more would have to be waited for."""

_LEVELS = Levels()


class Messages:
    """The texts of one language.

    Args:
        language: ``vi`` or ``en``.
    """

    def __init__(self, language: Language = "vi") -> None:
        self.language = language
        self._texts = _load(language)

    def text(self, key: str, /, **values: object) -> str:
        """The text of a key such as ``error.model-missing``, its ``{places}`` filled.

        Raises:
            KeyError: the key or a value for a place is missing; a mistake in the program.
        """
        return self._texts[key].format(**values)

    def error(self, error: CaptionError | CaptureError) -> str:
        """One sentence for an error of the engine or of a source of pictures."""
        if isinstance(error, CaptureError):
            return self.text(f"capture.{error.fault}")
        if isinstance(error, ImageError):
            return self.text(f"image.{error.fault}")
        return self.text(next(key for kind, key in _ERROR_KEYS if isinstance(error, kind)))

    def caption(self, caption: Caption) -> str:
        """What is written for a caption: its text, or why there is none."""
        if caption.refused:
            return self.text(f"verdict.{caption.verdict}")
        if caption.certainty is Certainty.UNRECOGNISED:
            return self.text("certainty.unrecognised-said")
        return caption.text

    def spoken(self, caption: Caption, *, alternatives: bool = False) -> str:
        """A sentence for a caption whose tone says how sure the program is.

        Args:
            caption: of a picture.
            alternatives: say what else the search found, too; never of a picture that was not recognised.
        """
        if caption.refused:
            return self.caption(caption)
        sentence = self.hedged(caption.text, caption.confidence, caption.levels)
        others = caption.alternatives[:SPOKEN_ALTERNATIVES]
        if not alternatives or not others or caption.certainty is Certainty.UNRECOGNISED:
            return sentence
        return self.text("describing.other-ways", sentence=sentence, others="; ".join(others))

    def hedged(self, text: str, confidence: float, levels: Levels = _LEVELS) -> str:
        """A caption's text in the tone of its confidence; below the lowest level, that there is none."""
        level = levels.certainty(confidence)
        inside = text if level is Certainty.SURE else text[:1].lower() + text[1:]
        return self.text(f"certainty.{level}-said", text=inside)

    def certainty(self, caption: Caption) -> str:
        """How sure the program is, in words; empty for a refused picture."""
        return "" if caption.refused else self.text(f"certainty.{caption.certainty}")

    def details(self, caption: Caption) -> str:
        """How sure the program is of a caption and what else it considered.

        Who asks for more may hear the guess about a picture that was not recognised, called a guess.
        """
        if caption.refused:
            return self.caption(caption)
        if caption.certainty is Certainty.UNRECOGNISED:
            return self.text("describing.guess", text=caption.text[:1].lower() + caption.text[1:])
        others = "".join(self.text("describing.alternative", text=text) for text in caption.alternatives)
        return self.text("describing.details", certainty=self.certainty(caption), others=others)


@cache
def _load(language: Language) -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in sorted((TRANSLATIONS / language).glob("*.toml")):
        for table, entries in tomllib.loads(file.read_text(encoding="utf-8")).items():
            texts |= {f"{table}.{key}": text for key, text in entries.items()}
    return texts
