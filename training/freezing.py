"""Which parameters of a network are trained; the others neither get a gradient nor change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import nn

from training.recipe import LORA, RecipeError

LORA_PART = ".lora_"
"""In the names of all parameters of low-rank changes, as ``peft`` names them."""


def is_lora(name: str) -> bool:
    """Whether a parameter belongs to a low-rank change."""
    return LORA_PART in name


def freeze_all_but(network: nn.Module, prefixes: Sequence[str]) -> dict[str, nn.Parameter]:
    """Freeze every parameter whose name starts with none of the prefixes.

    Args:
        network: what is trained.
        prefixes: of names; ``lora`` stands for the low-rank changes.

    Returns:
        The parameters that stay trainable, by name.

    Raises:
        RecipeError: a prefix matches no parameter.
    """
    names = [name for name, _ in network.named_parameters()]
    for prefix in prefixes:
        if not any(_matches(name, prefix) for name in names):
            raise RecipeError(f"The recipe trains {prefix!r}, but no parameter's name starts with it.")
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(any(_matches(name, prefix) for prefix in prefixes))
        parameter.grad = None
    return {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}


def refuse_stray_gradients(network: nn.Module, trained: Mapping[str, nn.Parameter]) -> None:
    """Make sure that a backward pass reached the trained parameters alone.

    Raises:
        RuntimeError: a frozen parameter got a gradient; the message names it.
    """
    for name, parameter in network.named_parameters():
        if parameter.grad is not None and name not in trained:
            raise RuntimeError(f"the frozen parameter {name} got a gradient: it would be trained unasked")


def set_dropout(network: nn.Module, rate: float) -> None:
    """Set the rate of every dropout but that of a pretrained encoder, of low-rank changes and in attention.

    Attention goes without: with dropout torch could not use its fused kernel.
    """
    for name, module in network.named_modules():
        if not isinstance(module, nn.Dropout) or name.startswith("encoder.") or "attn_dropout" in name:
            continue
        if not is_lora(name):
            module.p = rate


def _matches(name: str, prefix: str) -> bool:
    return is_lora(name) if prefix == LORA else name.startswith(prefix) and not is_lora(name)
