"""Pixels -> Vietnamese sentence. Usable from a plain script, without Qt.

>>> from engine import ModelStore, load_captioner, read_image
>>> captioner = load_captioner(ModelStore().find("starter"))
>>> captioner.caption(read_image(Path("photo.jpg"))).text
"""

from engine.captioner import Captioner, load_captioner, runtime_providers
from engine.contract import (
    Caption,
    CaptionError,
    CaptionOptions,
    GenerationError,
    ImageError,
    ImageFault,
    ModelCorrupt,
    ModelError,
    ModelMismatch,
    ModelMissing,
    Pixels,
    Verdict,
)
from engine.images import read_image
from engine.store import BUILTIN_MODELS, ModelFolder, ModelStore

__all__ = [
    "BUILTIN_MODELS",
    "Caption",
    "CaptionError",
    "CaptionOptions",
    "Captioner",
    "GenerationError",
    "ImageError",
    "ImageFault",
    "ModelCorrupt",
    "ModelError",
    "ModelFolder",
    "ModelMismatch",
    "ModelMissing",
    "ModelStore",
    "Pixels",
    "Verdict",
    "load_captioner",
    "read_image",
    "runtime_providers",
]
