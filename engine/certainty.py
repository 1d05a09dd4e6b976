"""How sure a caption is spoken. Imports the standard library only.

A confidence is a probability; what a person hears is one of four tones. Where one ends and the next begins
was chosen on validation photos and travels with the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Certainty(StrEnum):
    """The tones a person can tell apart by ear, the surest first."""

    SURE = "sure"
    """Said plainly."""
    FAIRLY_SURE = "fairly-sure"
    """Said with a "perhaps"."""
    UNSURE = "unsure"
    """Said with a warning."""
    UNRECOGNISED = "unrecognised"
    """Not said: the program says that it does not recognise the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The confidence from which each tone is used.

    Attributes:
        sure: from here on a caption is said plainly.
        fairly_sure: from here on with a "perhaps".
        unsure: from here on with a warning; below it, no caption is said. 0 says every caption.
    """

    sure: float = 0.6
    fairly_sure: float = 0.3
    unsure: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.unsure <= self.fairly_sure <= self.sure <= 1.0:
            raise ValueError(f"levels must rise from unsure to sure within [0, 1], got {self}")

    def certainty(self, confidence: float) -> Certainty:
        """The tone for a confidence in [0, 1]."""
        if confidence >= self.sure:
            return Certainty.SURE
        if confidence >= self.fairly_sure:
            return Certainty.FAIRLY_SURE
        return Certainty.UNSURE if confidence >= self.unsure else Certainty.UNRECOGNISED
