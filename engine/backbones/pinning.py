"""Which networks of a model stay as they were published, and exactly which files these are.

A part of ``net`` whose table says ``frozen = true`` is not stored with the model: the config names it with
its commit and the SHA-256 of its weights, and loading builds it from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.backbones.files import locate
from engine.backbones.hub import cached
from engine.backbones.language_models import TABLE, language_model_sizes
from engine.backbones.repositories import wanted_files
from engine.backbones.source import HUB_SCHEMES, Wanted, parse_source
from engine.backbones.vocabulary import language_model_vocabulary
from engine.config import is_frozen
from engine.contract import ModelMismatch
from engine.store import sha256

PARTS = ("encoder", "language_model")

Net = Mapping[str, Any]


def published_parts(net: Net) -> dict[str, Wanted]:
    """The parts of a model that the hub publishes, and their files there."""
    names = {part: str(net[part]["name"]) for part in PARTS}
    return {
        part: wanted_files(parse_source(name))
        for part, name in names.items()
        if name.partition(":")[0] in HUB_SCHEMES
    }


def missing_parts(net: Net) -> dict[str, Wanted]:
    """Those of ``published_parts`` whose weights are not on this computer. Does not go to the network."""
    return {
        part: wanted
        for part, wanted in published_parts(net).items()
        if cached(wanted.repository, wanted.weights, wanted.source.revision) is None
    }


def pin_parts(net: Net) -> dict[str, Any]:
    """The same networks, the frozen ones named by their commit and the SHA-256 of their weights.

    Raises:
        ModelMissing: a frozen network is not on this computer.
        ModelMismatch: a frozen part has no published weights.
    """
    pinned = dict(net)
    for part in PARTS:
        if not is_frozen(net, part):
            continue
        if net[part]["name"] == TABLE:
            raise ModelMismatch(f"The {part} cannot be frozen: a table of sizes has no published weights.")
        wanted, folder = locate(net[part])
        pinned[part] = {
            **net[part],
            "name": str(wanted.source.pinned(folder.name)),
            "sha256": sha256(folder / wanted.weights),
        }
    return pinned


def pin_language_model(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A language model's table with the sizes and the end token that its files say; one of sizes stays as it
    is.

    Raises:
        ModelMissing, ModelCorrupt, ModelMismatch: its files cannot be used.
    """
    if spec["name"] == TABLE:
        return dict(spec)
    vocabulary = language_model_vocabulary(spec)
    sizes = language_model_sizes(locate(spec)[1], len(vocabulary))
    return {**spec, **sizes, "end_token": vocabulary.end_token}
