"""The files of a network on this computer. Never goes to the network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.backbones.hub import cached
from engine.backbones.repositories import wanted_files
from engine.backbones.source import Wanted, parse_source
from engine.contract import ModelCorrupt, ModelMissing
from engine.store import sha256


def locate(spec: Mapping[str, Any]) -> tuple[Wanted, Path]:
    """What a network consists of, and the folder that has its files.

    Raises:
        ModelMissing: the folder has no safetensors weights, or they have not been fetched.
    """
    wanted = wanted_files(parse_source(str(spec["name"])))
    folder = wanted.folder
    if folder is not None:
        if not (folder / wanted.weights).is_file():
            raise ModelMissing(
                f"Cannot use {folder}: it has no {wanted.weights}. Other formats, such as "
                "pytorch_model.bin, are not read, since they can run code: convert them to safetensors first."
            )
        return wanted, folder
    path = cached(wanted.repository, wanted.weights, wanted.source.revision)
    if path is None:
        raise ModelMissing(
            f"{wanted.source} is not on this computer. See what would be fetched, and fetch it, with: "
            "python -m training fetch."
        )
    return wanted, path.parent


def locate_weights(spec: Mapping[str, Any]) -> Path:
    """The weights of a network, checked against the ``sha256`` of its table where it has one.

    Raises:
        ModelMissing: they are not on this computer.
        ModelCorrupt: they are others than those the model was trained on.
    """
    wanted, folder = locate(spec)
    path = folder / wanted.weights
    expected = spec.get("sha256")
    if expected and (actual := sha256(path)) != expected:
        raise ModelCorrupt(
            f"{path} is not what the model was trained on: its SHA-256 is {actual}, the config says "
            f"{expected}. Fetch it anew, or train the model anew."
        )
    return path
