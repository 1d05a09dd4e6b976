"""Pixels -> Vietnamese sentence. Usable from a plain script, without Qt.

>>> from engine import ModelStore, load_captioner, read_image
>>> captioner = load_captioner(ModelStore().find("starter"))
>>> captioner.caption(read_image(Path("photo.jpg"))).text
"""

from engine.captioner import Captioner, load_captioner, runtime_providers
from engine.catalogue import BUILTIN_CATALOGUE, OfferedModel, catalogue_json, read_catalogue
from engine.certainty import Certainty, Levels
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
    Region,
    RegionCaption,
    Verdict,
)
from engine.deployment import NetworkOffer, export_model, fetch_networks, missing_networks
from engine.devices import DEVICES, Device, DeviceChoice, DeviceReason
from engine.explanation import explain
from engine.images import read_image
from engine.installer import ModelInstaller
from engine.packing import pack_model
from engine.store import BUILTIN_MODELS, ModelFolder, ModelStore
from engine.store_error import StoreError, StoreFault
from engine.transfer import Transfer

__all__ = [
    "BUILTIN_CATALOGUE",
    "BUILTIN_MODELS",
    "DEVICES",
    "Caption",
    "CaptionError",
    "CaptionOptions",
    "Captioner",
    "Certainty",
    "Device",
    "DeviceChoice",
    "DeviceReason",
    "GenerationError",
    "ImageError",
    "ImageFault",
    "Levels",
    "ModelCorrupt",
    "ModelError",
    "ModelFolder",
    "ModelInstaller",
    "ModelMismatch",
    "ModelMissing",
    "ModelStore",
    "NetworkOffer",
    "OfferedModel",
    "Pixels",
    "Region",
    "RegionCaption",
    "StoreError",
    "StoreFault",
    "Transfer",
    "Verdict",
    "catalogue_json",
    "explain",
    "export_model",
    "fetch_networks",
    "load_captioner",
    "missing_networks",
    "pack_model",
    "read_catalogue",
    "read_image",
    "runtime_providers",
]
