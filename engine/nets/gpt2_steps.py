"""A GPT-2 that continues many rows by one token at a time, with little besides the matrix products.

The same network on the same weights as that of ``transformers``, with a cache that grows in strides and is
reordered in one kernel; ``benchmarks.decoding`` times both.

Letters: R rows, K positions given at once, N positions so far, L layers, H heads, D width, V vocabulary.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, scaled_dot_product_attention

_GROWTH = 16
"""Positions by which the room of a cache grows."""


class Cache:
    """Keys and values of all layers.

    Args:
        room: (L, 2, R, H, positions, D/H), of which the first ``length`` positions are filled.
        length: N.
    """

    def __init__(self, room: Tensor, length: int) -> None:
        self.room, self.length = room, length

    def follow(self, parents: Tensor) -> Cache:
        """The cache of the rows ``parents``, with room for another position."""
        room = self.room.index_select(2, parents)
        if self.length == room.shape[4]:
            shape = (*room.shape[:4], _GROWTH, room.shape[5])
            room = torch.cat((room, room.new_empty(shape)), dim=4)
        return Cache(room, self.length)


class Gpt2Steps:
    """The network.

    Args:
        language_model: a ``GPT2LMHeadModel`` of ``transformers`` in evaluation mode; its weights are used in
            place.
    """

    def __init__(self, language_model: Any) -> None:
        self._tokens: Tensor = language_model.transformer.wte.weight
        self._positions: Tensor = language_model.transformer.wpe.weight
        self._blocks = list(language_model.transformer.h)
        self._last = language_model.transformer.ln_f
        self._head: Tensor = language_model.lm_head.weight
        self._heads: int = language_model.config.n_head

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self._head.device

    @property
    def dtype(self) -> torch.dtype:
        """Numbers of the weights."""
        return self._head.dtype

    def begin(self, prefix: Tensor) -> tuple[Tensor, Cache]:
        """(R, K, D) embeddings -> logits (R, V) of the next token, and the cache."""
        rows, count, width = prefix.shape
        shape = (len(self._blocks), 2, rows, self._heads, count + _GROWTH, width // self._heads)
        return self._run(prefix, Cache(prefix.new_empty(shape), 0))

    def advance(self, cache: Cache, tokens: Tensor) -> tuple[Tensor, Cache]:
        """One token (R,) for each row of a cache with room for it -> logits (R, V), and the cache."""
        return self._run(self._tokens[tokens].unsqueeze(1), cache)

    def _run(self, embeddings: Tensor, cache: Cache) -> tuple[Tensor, Cache]:
        start, end = cache.length, cache.length + embeddings.shape[1]
        hidden = embeddings + self._positions[start:end]
        for block, room in zip(self._blocks, cache.room, strict=True):
            hidden = self._block(block, hidden, room, start)
        logits = _normalise(hidden[:, -1], self._last) @ self._head.T
        return logits, Cache(cache.room, end)

    def _block(self, block: Any, hidden: Tensor, room: Tensor, start: int) -> Tensor:
        rows, count, width = hidden.shape
        projected = _linear(_normalise(hidden, block.ln_1), block.attn.c_attn)
        # (3, R, H, K, D/H)
        parts = projected.view(rows, count, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        room[:, :, :, start : start + count] = parts[1:]
        key, value = room[:, :, :, : start + count]
        # A single new position sees all others; several at once come first and see those before them.
        seen = scaled_dot_product_attention(parts[0], key, value, is_causal=count > 1)
        seen = seen.transpose(1, 2).reshape(rows, count, width)
        hidden = hidden + _linear(seen, block.attn.c_proj)
        inner = gelu(_linear(_normalise(hidden, block.ln_2), block.mlp.c_fc), approximate="tanh")
        return hidden + _linear(inner, block.mlp.c_proj)


def _normalise(hidden: Tensor, layer: Any) -> Tensor:
    return layer_norm(hidden, layer.normalized_shape, layer.weight, layer.bias, layer.eps)


def _linear(hidden: Tensor, layer: Any) -> Tensor:
    """GPT-2 stores its matrices as (inputs, outputs)."""
    product = torch.addmm(layer.bias, hidden.reshape(-1, hidden.shape[-1]), layer.weight)
    return product.view(*hidden.shape[:-1], -1)
