"""Which patches of a picture a mapping network looks at.

Letters: B pictures, P patches, K prefix positions, D width, H heads.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.contract import ModelMismatch
from engine.nets.clipcap import ClipCap
from engine.nets.mappers import CrossAttention, ResamplerMapper, SelfAttention, TransformerMapper


def patch_attention(network: ClipCap, images: Tensor) -> Tensor:
    """How much of the prefix's attention each patch gets, averaged over layers, heads and prefix positions.

    Args:
        network: in evaluation mode.
        images: (B, 3, S, S) preprocessed pictures.

    Returns:
        (B, P), each row with the sum 1.

    Raises:
        ModelMismatch: the mapping network does not attend over patches.
    """
    layers = _attending(network.mapper)
    if layers is None:
        kind = type(network.mapper).__name__
        raise ModelMismatch(f"There is no attention to show: the mapping network ({kind}) has none.")
    seen: list[Tensor] = []

    def keep(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        seen.append(_weights(layer, inputs, network.mapper))

    hooks = [layer.register_forward_pre_hook(keep) for layer in layers]
    try:
        with torch.inference_mode():
            network(images)
    finally:
        for hook in hooks:
            hook.remove()
    total = torch.stack(seen).mean(dim=0)
    return total / total.sum(dim=-1, keepdim=True)


def _attending(mapper: nn.Module) -> list[nn.Module] | None:
    if isinstance(mapper, ResamplerMapper):
        return [layer for layer in mapper.modules() if isinstance(layer, CrossAttention)]
    if isinstance(mapper, TransformerMapper):
        return [layer for layer in mapper.modules() if isinstance(layer, SelfAttention)]
    return None


def _weights(layer: nn.Module, inputs: tuple[Tensor, ...], mapper: nn.Module) -> Tensor:
    """(B, P) of one layer from what it is given."""
    if isinstance(layer, CrossAttention):
        queries, patches = inputs
        key = layer.key_value(patches).chunk(2, dim=-1)[0]
        return _softmax(layer.query(layer.norm(queries)), key, layer.heads).mean(dim=(1, 2))
    assert isinstance(layer, SelfAttention)
    assert isinstance(mapper, TransformerMapper)
    prefix = len(mapper.queries)  # the last positions
    query, key, _ = layer.query_key_value(layer.norm(inputs[0])).chunk(3, dim=-1)
    attention = _softmax(query[:, -prefix:], key, layer.heads)
    return attention[..., :-prefix].mean(dim=(1, 2))


def _softmax(query: Tensor, key: Tensor, heads: int) -> Tensor:
    """(B, K, D) and (B, P, D) -> (B, H, K, P)."""
    wide, narrow = (part.view(*part.shape[:2], heads, -1).transpose(1, 2) for part in (query, key))
    weights: Tensor = (wide @ narrow.transpose(-1, -2) / wide.shape[-1] ** 0.5).softmax(dim=-1)
    return weights
