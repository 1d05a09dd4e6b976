"""Mapping networks: image features -> prefix embeddings for the language model.

Letters: B pictures, P patches, E encoder width, K prefix positions, D language-model width.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, scaled_dot_product_attention

from engine.contract import ModelMismatch


class MlpMapper(nn.Module):
    """Pooled features through one hidden layer (ClipCap, Mokady et al. 2021, §3.2).

    Args:
        encoder_width: E.
        width: D.
        prefix_length: K.
        dropout: after the hidden layer.
    """

    def __init__(self, *, encoder_width: int, width: int, prefix_length: int, dropout: float = 0.0) -> None:
        super().__init__()
        self._shape = (prefix_length, width)
        hidden = prefix_length * width // 2
        self.layers = nn.Sequential(
            nn.Linear(encoder_width, hidden),
            nn.Tanh(),
            nn.Dropout(dropout),
            nn.Linear(hidden, prefix_length * width),
        )

    def forward(self, features: Tensor) -> Tensor:
        """(B, P, E) -> (B, K, D); patches are averaged first."""
        prefix: Tensor = self.layers(features.mean(dim=1)).unflatten(1, self._shape)
        return prefix


class TransformerMapper(nn.Module):
    """K learned queries and the patches through a transformer; the queries' outputs are the prefix.

    ClipCap's transformer mapper (§3.2) attends over projections of the pooled vector. Here the patches
    themselves are attended to, which keeps what is where; a pooled vector is the case P = 1.

    Args:
        encoder_width: E.
        patches: P.
        width: D.
        prefix_length: K.
        layers: transformer layers.
        heads: attention heads.
        dropout: on each residual branch and on the projected patches.
    """

    def __init__(
        self,
        *,
        encoder_width: int,
        patches: int,
        width: int,
        prefix_length: int,
        layers: int = 8,
        heads: int = 8,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.patches = PatchEmbedding(encoder_width, patches, width, dropout)
        self.queries = nn.Parameter(torch.randn(prefix_length, width) * 0.02)
        self.layers = nn.ModuleList(
            nn.Sequential(SelfAttention(width, heads, dropout), FeedForward(width, dropout))
            for _ in range(layers)
        )
        self.norm = nn.LayerNorm(width)

    def forward(self, features: Tensor) -> Tensor:
        """(B, P, E) -> (B, K, D)."""
        queries = self.queries.expand(features.shape[0], -1, -1)
        hidden = torch.cat((self.patches(features), queries), dim=1)
        for layer in self.layers:
            hidden = layer(hidden)
        prefix: Tensor = self.norm(hidden[:, -len(self.queries) :])
        return prefix


class ResamplerMapper(nn.Module):
    """K learned queries that look at the patches and at each other (Perceiver resampler).

    Flamingo, Alayrac et al. 2022, §3.1. The patches are only looked at,
    never transformed, so its cost hardly grows with P.

    Args:
        encoder_width: E.
        patches: P.
        width: D.
        prefix_length: K.
        layers: rounds of looking.
        heads: attention heads.
        dropout: on each residual branch and on the projected patches.
    """

    def __init__(
        self,
        *,
        encoder_width: int,
        patches: int,
        width: int,
        prefix_length: int,
        layers: int = 2,
        heads: int = 6,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.patches = PatchEmbedding(encoder_width, patches, width, dropout)
        self.queries = nn.Parameter(torch.randn(prefix_length, width) * 0.02)
        self.layers = nn.ModuleList(_ResamplerLayer(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, features: Tensor) -> Tensor:
        """(B, P, E) -> (B, K, D)."""
        patches = self.patches(features)
        queries = self.queries.expand(features.shape[0], -1, -1)
        for layer in self.layers:
            queries = layer(queries, patches)
        prefix: Tensor = self.norm(queries)
        return prefix


class PatchEmbedding(nn.Module):
    """(B, P, E) -> (B, P, D): projection, normalisation, a learned position for each patch."""

    def __init__(self, encoder_width: int, patches: int, width: int, dropout: float) -> None:
        super().__init__()
        self.project = nn.Linear(encoder_width, width)
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.positions = nn.Parameter(torch.randn(patches, width) * 0.02)

    def forward(self, features: Tensor) -> Tensor:
        """(B, P, E) -> (B, P, D)."""
        embedded: Tensor = self.dropout(self.norm(self.project(features))) + self.positions
        return embedded


class _ResamplerLayer(nn.Module):
    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.look = CrossAttention(width, heads, dropout)
        self.talk = SelfAttention(width, heads, dropout)
        self.think = FeedForward(width, dropout)

    def forward(self, queries: Tensor, patches: Tensor) -> Tensor:
        hidden: Tensor = self.think(self.talk(self.look(queries, patches)))
        return hidden


class CrossAttention(nn.Module):
    """Pre-norm residual attention of (B, K, D) queries over (B, P, D) patches."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, queries: Tensor, patches: Tensor) -> Tensor:
        """(B, K, D) and (B, P, D) -> (B, K, D)."""
        key, value = self.key_value(patches).chunk(2, dim=-1)
        seen = _attend(self.query(self.norm(queries)), key, value, self.heads)
        out: Tensor = queries + self.dropout(self.out(seen))
        return out


class SelfAttention(nn.Module):
    """Pre-norm residual attention of (B, N, D) positions over each other."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor) -> Tensor:
        """(B, N, D) -> (B, N, D)."""
        query, key, value = self.query_key_value(self.norm(hidden)).chunk(3, dim=-1)
        out: Tensor = hidden + self.dropout(self.out(_attend(query, key, value, self.heads)))
        return out


class FeedForward(nn.Module):
    """Pre-norm residual feed-forward network, four times as wide inside."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inner = nn.Linear(width, 4 * width)
        self.outer = nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor) -> Tensor:
        """(B, N, D) -> (B, N, D)."""
        out: Tensor = hidden + self.dropout(self.outer(gelu(self.inner(self.norm(hidden)))))
        return out


def _attend(query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
    """Multi-head attention of (B, N, D) over (B, M, D) -> (B, N, D)."""

    def split(part: Tensor) -> Tensor:
        return part.view(*part.shape[:2], heads, -1).transpose(1, 2)

    attended = scaled_dot_product_attention(split(query), split(key), split(value))
    return attended.transpose(1, 2).flatten(2)


_MAPPERS: Mapping[str, type[nn.Module]] = {
    "mlp": MlpMapper,
    "transformer": TransformerMapper,
    "resampler": ResamplerMapper,
}


def build_mapper(options: Mapping[str, Any], *, encoder_width: int, patches: int, width: int) -> nn.Module:
    """Build a mapping network from the ``mapper`` table of a config.

    Args:
        options: ``kind`` (``mlp``, ``transformer`` or ``resampler``) and that network's own arguments.
        encoder_width: E.
        patches: P.
        width: D.

    Raises:
        ModelMismatch: unknown kind or argument.
    """
    arguments = dict(options)
    kind = arguments.pop("kind", None)
    if kind not in _MAPPERS:
        raise ModelMismatch(
            f"Cannot build a mapping network of kind {kind!r}: known kinds are {', '.join(_MAPPERS)}."
        )
    if kind != "mlp":
        arguments["patches"] = patches
    try:
        return _MAPPERS[kind](encoder_width=encoder_width, width=width, **arguments)
    except TypeError as exc:
        raise ModelMismatch(f"Cannot build a {kind} mapping network with {sorted(options)}: {exc}.") from exc
