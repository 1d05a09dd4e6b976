"""Low-rank changes of the language model (LoRA, Hu et al. 2021), through ``peft`` while they are trained.

At the end they are merged, so that describing and exporting need no ``peft``. Where the language model is
``frozen``, that is, not passed on with the model because its licence does not say it may be, the changes are
also kept by themselves (``ClipCap.adapter``): the model's file holds them instead of the weights they belong
to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from engine.nets.clipcap import ClipCap
from training.recipe import Lora

_MATRICES = ["c_attn", "c_proj", "c_fc"]
"""All matrices of GPT-2's blocks."""

_ADAPTER = "default"
"""What ``peft`` calls an adapter without a name."""


def add_lora(network: ClipCap, lora: Lora) -> None:
    """Put a low-rank change beside every matrix of the language model's blocks; at first they change nothing.

    Their start is random: seed before.
    """
    from peft import LoraConfig, inject_adapter_in_model

    config = LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,  # type: ignore[arg-type]
        lora_dropout=lora.dropout,
        target_modules=_MATRICES,
        fan_in_fan_out=True,  # GPT-2 stores its matrices as (inputs, outputs)
    )
    inject_adapter_in_model(config, network.language_model)


@contextmanager
def merged(network: ClipCap) -> Iterator[None]:
    """Put the changes into the matrices for code that reads them; exactly the old ones come back."""
    layers = _layers(network)
    kept = [layer.base_layer.weight.data for _, layer in layers]
    for _, layer in layers:
        layer.base_layer.weight.data = _changed(layer)
    try:
        yield
    finally:
        for (_, layer), weight in zip(layers, kept, strict=True):
            layer.base_layer.weight.data = weight


def finish_lora(network: ClipCap, *, apart: bool) -> None:
    """Make the changes part of the matrices and take ``peft`` out of the network.

    Args:
        network: with or without low-rank changes.
        apart: keep the changes in ``network.adapter`` too.
    """
    for name, layer in _layers(network):
        if apart:
            _keep(network.adapter, name, layer)
        layer.base_layer.weight.data = _changed(layer)
        parent, _, own = name.rpartition(".")
        setattr(network.language_model.get_submodule(parent), own, layer.base_layer)


@torch.no_grad()
def _changed(layer: Any) -> Tensor:
    weight: Tensor = layer.base_layer.weight.data
    change: Tensor = layer.get_delta_weight(_ADAPTER)
    return weight + change


def _keep(adapter: dict[str, Tensor], name: str, layer: Any) -> None:
    """Beside changes from earlier training: their product is the sum of both."""
    down = layer.lora_A[_ADAPTER].weight.detach().cpu()
    up = (layer.lora_B[_ADAPTER].weight.detach() * layer.scaling[_ADAPTER]).cpu()
    if f"{name}.down" in adapter:
        down, up = torch.cat((adapter[f"{name}.down"], down)), torch.cat((adapter[f"{name}.up"], up), dim=1)
    adapter[f"{name}.down"], adapter[f"{name}.up"] = down, up


def _layers(network: ClipCap) -> list[tuple[str, Any]]:
    """Matrices with a low-rank change, by their names in the language model."""
    return [
        (name, module) for name, module in network.language_model.named_modules() if hasattr(module, "lora_A")
    ]
