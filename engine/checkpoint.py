"""Trained networks on disk: one safetensors file that carries its config.

Parts that stay as they were published are not in the file: the config names them by commit and SHA-256, and
``load`` builds them from what was fetched. A ClipCap on a frozen encoder and language model is its mapper,
and low-rank changes of the language model where such were trained.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.backbones import build_encoder, build_language_model
from engine.config import ModelConfig, is_frozen, parse_config
from engine.contract import ModelCorrupt, ModelMismatch, ModelMissing
from engine.nets.clipcap import ClipCap
from engine.nets.mappers import build_mapper

_CONFIG_KEY = "config"

_ADAPTER = "adapter."
"""Prefix of the changes of a frozen language model, see ``ClipCap.adapter``."""

_TIED = "language_model.lm_head.weight"
"""Output layer and input embeddings are one matrix; safetensors stores each tensor once."""


def build_network(config: ModelConfig, *, pretrained: bool = False, dropout: float = 0.0) -> ClipCap:
    """Build the network a config describes.

    Args:
        config: ``net`` names encoder, mapper and language model.
        pretrained: load the published weights of encoder and language model; otherwise only those of frozen
            parts are, and all other weights are random.
        dropout: in mapper and language model while training.

    Raises:
        ModelMismatch: the config names something this program cannot build.
        ModelMissing: published weights are not on this computer.
        ModelCorrupt: they are not those the model was trained on.
    """
    net: Mapping[str, Any] = config.net
    try:
        encoder = build_encoder(
            net["encoder"],
            image_size=config.preprocessing.size,
            pretrained=pretrained or is_frozen(net, "encoder"),
        )
        language_model = build_language_model(
            net["language_model"],
            dropout=dropout,
            pretrained=pretrained or is_frozen(net, "language_model"),
        )
        mapper = build_mapper(
            net["mapper"] | {"dropout": dropout},
            encoder_width=encoder.width,
            patches=encoder.patches,
            width=net["language_model"]["width"],
        )
    except KeyError as exc:
        raise ModelMismatch(f"Cannot build model {config.name}: its config lacks {exc}.") from exc
    return ClipCap(encoder, mapper, language_model, encoder_width=encoder.width)


def save(network: ClipCap, config: ModelConfig, path: Path) -> None:
    """Write the config and the weights of all parts but the frozen ones to a file, replacing it at once."""
    left_out = (_TIED, *frozen_prefixes(config))
    tensors = {
        name: value.contiguous()
        for name, value in network.state_dict().items()
        if not name.startswith(left_out)
    }
    tensors |= {_ADAPTER + name: value.contiguous() for name, value in network.adapter.items()}
    partial = path.with_suffix(".part")
    save_file(tensors, partial, metadata={_CONFIG_KEY: config.to_json()})
    partial.replace(path)


def load(path: Path) -> tuple[ClipCap, ModelConfig]:
    """Read a file written by ``save``; the network is in evaluation mode.

    Raises:
        ModelMissing: no such file.
        ModelCorrupt: not a safetensors file, or without a config.
        ModelMismatch: its tensors are not those of the network its config describes.

    For frozen parts, raises as ``build_network`` does.
    """
    config, tensors = _read(path)
    network = build_network(config)
    adapter = {name: tensors.pop(name) for name in list(tensors) if name.startswith(_ADAPTER)}
    try:
        missing, unexpected = network.load_state_dict(tensors, strict=False)
        network.adapt({name.removeprefix(_ADAPTER): value for name, value in adapter.items()})
    except (RuntimeError, AttributeError, KeyError) as exc:
        raise ModelMismatch(f"Cannot load {path}: {exc}") from exc
    left_out = (_TIED, *frozen_prefixes(config))
    missing = [name for name in missing if not name.startswith(left_out)]
    if missing or unexpected:
        raise ModelMismatch(
            f"Cannot load {path}: its config describes a network with {missing or 'no other tensors'} that "
            f"the file lacks, and the file has {unexpected or 'no others'}."
        )
    return network.eval(), config


def frozen_prefixes(config: ModelConfig) -> tuple[str, ...]:
    """What the names of parameters begin with that stay as published and are not stored."""
    return tuple(f"{part}." for part in ("encoder", "language_model") if is_frozen(config.net, part))


def _read(path: Path) -> tuple[ModelConfig, dict[str, Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError as exc:
        raise ModelMissing(f"Cannot load {path}: there is no such file. Train the model first.") from exc
    except (SafetensorError, OSError) as exc:
        raise ModelCorrupt(f"Cannot load {path}: {exc}. Train or install the model anew.") from exc
    if _CONFIG_KEY not in metadata:
        raise ModelCorrupt(f"Cannot load {path}: it carries no config, so it was not made by this program.")
    return parse_config(metadata[_CONFIG_KEY], source=str(path)), tensors
