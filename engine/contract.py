"""What the engine takes, gives and raises. Imports the standard library and numpy only.

Image: RGB, ``uint8``, shape ``(H, W, 3)``, C-contiguous, rows from top to bottom.

Errors::

    CaptionError
    ├── ImageError          the picture cannot be used (``fault`` says why)
    ├── ModelError
    │   ├── ModelMissing    no such model, or a file of it is absent
    │   ├── ModelMismatch   the parts of a model do not fit together
    │   └── ModelCorrupt    a file is damaged: wrong checksum, unreadable
    └── GenerationError     the networks ran and gave nothing usable
        └── GpuFailed       the GPU gave up, mostly for lack of memory

Every message says what was attempted, why it failed and what to do about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.certainty import Certainty, Levels

Pixels: TypeAlias = NDArray[np.uint8]
"""RGB picture, shape (H, W, 3)."""

Floats: TypeAlias = NDArray[np.float32]


class CaptionError(Exception):
    """Root of everything the engine raises on purpose."""


class ImageFault(StrEnum):
    """Why a picture cannot be used."""

    MISSING = "missing"
    """There is no file of that name, or it is a folder."""
    FORBIDDEN = "forbidden"
    """The file exists and may not be read."""
    EMPTY = "empty"
    """Zero bytes."""
    NOT_AN_IMAGE = "not-an-image"
    """The bytes are of no known picture format."""
    DAMAGED = "damaged"
    """A picture format, but the data is cut off or broken."""
    TOO_LARGE = "too-large"
    """More pixels than any camera makes: taken for a decompression bomb."""
    BAD_ARRAY = "bad-array"
    """An array that is not RGB uint8 (H, W, 3): a mistake of the caller."""


class ImageError(CaptionError):
    """The picture cannot be used.

    Attributes:
        fault: the reason, for wording it to the person.
    """

    def __init__(self, message: str, fault: ImageFault) -> None:
        super().__init__(message)
        self.fault = fault

    def __reduce__(self) -> tuple[type[ImageError], tuple[str, ImageFault]]:
        """Errors cross process borders; the default would forget the fault."""
        return type(self), (str(self), self.fault)


class ModelError(CaptionError):
    """The model cannot be used."""


class ModelMissing(ModelError):
    """No model of that name, or one of its files is absent."""


class ModelMismatch(ModelError):
    """Two parts of a model contradict each other; the message names both values."""


class ModelCorrupt(ModelError):
    """A file of the model is damaged."""


class GenerationError(CaptionError):
    """The networks ran and gave nothing usable."""


class GpuFailed(GenerationError):
    """The GPU gave up, mostly for lack of memory. The CPU takes over; seen only where it cannot."""


class Verdict(StrEnum):
    """What the gate saw. Only a ``PHOTO`` is described as a whole."""

    PHOTO = "photo"
    TOO_SMALL = "too-small"
    """An icon or a tracking pixel."""
    BLACK = "black"
    """A screen curtain, a covered lens."""
    UNIFORM = "uniform"
    """One colour."""
    BLANK = "blank"
    """A page, a slide or a desktop with next to nothing on it; a plain gradient."""
    TEXT = "text"
    """Mostly text: a document, an editor, a terminal."""
    INTERFACE = "interface"
    """Windows, menus, buttons, forms."""
    DRAWING = "drawing"
    """A chart, an icon, a diagram, a QR code, a cartoon."""
    MIXED = "mixed"
    """A screen with photos on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """How a sentence is searched for. Lengths count tokens.

    Attributes:
        beam_size: hypotheses kept per picture; 1 is greedy search.
        length_penalty: a hypothesis is ranked by ``log_prob / length ** length_penalty``, its end
            token counted; 0 ranks by plain log-probability, larger values favour longer sentences.
        min_length: tokens before the end token is allowed.
        max_length: tokens at most, the end token counted; a hypothesis without one is cut here.
        no_repeat_ngram: no n-gram of this size occurs twice; 0 switches it off.
    """

    beam_size: int = 5
    length_penalty: float = 0.0
    min_length: int = 1
    max_length: int = 30
    no_repeat_ngram: int = 0

    def __post_init__(self) -> None:
        if self.beam_size < 1:
            raise ValueError(f"beam_size must be at least 1, got {self.beam_size}")
        if not 0 <= self.min_length <= self.max_length or self.max_length < 1:
            raise ValueError(
                f"need 0 <= min_length <= max_length and max_length >= 1, "
                f"got min_length={self.min_length}, max_length={self.max_length}"
            )
        if self.no_repeat_ngram < 0:
            raise ValueError(f"no_repeat_ngram must not be negative, got {self.no_repeat_ngram}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionOptions:
    """What a caller may ask for. ``None`` means: as the model's own configuration says.

    Attributes:
        beam_size: overrides the model's beam size.
        alternatives: how many other sentences to return at most, best first.
    """

    beam_size: int | None = None
    alternatives: int = 2

    def __post_init__(self) -> None:
        if self.beam_size is not None and self.beam_size < 1:
            raise ValueError(f"beam_size must be at least 1, got {self.beam_size}")
        if self.alternatives < 0:
            raise ValueError(f"alternatives must not be negative, got {self.alternatives}")

    def search(self, defaults: SearchOptions) -> SearchOptions:
        """The model's search options with the overrides of this request."""
        if self.beam_size is None:
            return defaults
        return replace(defaults, beam_size=self.beam_size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A photo inside a picture: its corner and its size, in pixels of that picture."""

    left: int
    top: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if min(self.left, self.top) < 0 or min(self.width, self.height) < 1:
            raise ValueError(f"not a region of a picture: {self}")

    @property
    def area(self) -> int:
        """Square pixels."""
        return self.width * self.height

    def of(self, image: Pixels) -> Pixels:
        """The region's pixels.

        Args:
            image: the picture it lies in, (H, W, 3).

        Returns:
            (height, width, 3), C-contiguous.
        """
        cut = image[self.top : self.top + self.height, self.left : self.left + self.width]
        return np.ascontiguousarray(cut)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionCaption:
    """What was said of one photo inside a picture.

    Attributes:
        region: where it is.
        text, confidence, alternatives: as in ``Caption``.
    """

    region: Region
    text: str
    confidence: float
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The answer for one picture. A refused picture has a verdict and no text.

    Attributes:
        text: one Vietnamese sentence in NFC, or empty when refused.
        confidence: in [0, 1]: calibrated probability that this caption is better than the
            median caption of the model on photos it never saw; 0 when refused.
        alternatives: other sentences the search found, best first.
        verdict: what the gate saw.
        features: what the confidence was computed from, see ``engine.confidence``.
        timings_ms: milliseconds per stage (``gate``, ``preprocess``, ``encode``, ``search``).
            In a batch each stage's time is shared equally among its pictures.
        model: name of the model that spoke.
        fell_back: the GPU gave up during this request and the CPU answered it. True once: later requests
            go to the CPU at once.
        regions: photos found in a picture that is no photo as a whole, largest first.
        levels: which confidence is spoken in which tone; the model's own.
    """

    text: str
    confidence: float
    verdict: Verdict
    model: str
    alternatives: tuple[str, ...] = ()
    features: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    timings_ms: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    fell_back: bool = False
    regions: tuple[RegionCaption, ...] = ()
    levels: Levels = field(default_factory=Levels)

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must be in [0, 1], got {self.confidence}")
        if self.text and self.verdict is not Verdict.PHOTO:
            raise ValueError(f"a caption refused as {self.verdict} cannot have a text")
        if self.regions and self.verdict is Verdict.PHOTO:
            raise ValueError("a photo is described as a whole, without regions")

    @property
    def refused(self) -> bool:
        """True when the gate kept the picture from being described as a whole."""
        return self.verdict is not Verdict.PHOTO

    @property
    def certainty(self) -> Certainty:
        """The tone this caption is spoken in."""
        return self.levels.certainty(self.confidence)


def check_image(image: Pixels) -> Pixels:
    """Check the image contract once, at the engine's door.

    Args:
        image: RGB, uint8, shape (H, W, 3).

    Returns:
        The same picture, C-contiguous (copied only when it was not).

    Raises:
        ImageError: wrong type, dtype or shape, with ``fault`` BAD_ARRAY.
    """
    if not isinstance(image, np.ndarray):
        raise ImageError(
            f"Cannot describe a {type(image).__name__}: the engine takes a numpy array, "
            "RGB uint8 of shape (H, W, 3). Read files with engine.read_image().",
            ImageFault.BAD_ARRAY,
        )
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise ImageError(
            f"Cannot describe an array of dtype {image.dtype} and shape {image.shape}: "
            "the engine takes RGB uint8 of shape (H, W, 3).",
            ImageFault.BAD_ARRAY,
        )
    return np.ascontiguousarray(image)
