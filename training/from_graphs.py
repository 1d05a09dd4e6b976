"""A model that ships as graphs alone -> a torch network that can be trained further."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from engine.checkpoint import build_network, frozen_prefixes
from engine.config import ModelConfig, graph_files
from engine.contract import Floats, ModelMismatch
from engine.graph_weights import GraphWeights
from engine.nets.clipcap import ClipCap
from engine.store import ModelFolder

_LANGUAGE_MODEL = "language_model."

_TIED = "language_model.lm_head.weight"
"""Output layer and input embeddings are one matrix."""

_COUNTERS = "num_batches_tracked"
"""Batches a batch normalisation has seen: nothing depends on it."""


def network_from_graphs(folder: ModelFolder) -> ClipCap:
    """Build the network of a model folder with the weights of its graphs, fp32 where it has such.

    Weights that were rounded to 8 bits come back as they were rounded. Parts that stay as published are
    taken from what was fetched, as ``engine.checkpoint`` does.

    Returns:
        The network on the CPU, in evaluation mode.

    Raises:
        ModelMissing, ModelCorrupt: a graph is absent or damaged.
        ModelMismatch: the graphs lack weights of the network, or have them in another shape; names them.
    """
    config = folder.config
    network = build_network(config)
    encoder, decoder = (GraphWeights(folder.file(name)) for name in _graphs(config))
    folded = dict(_folded(network, encoder))
    left_out = (_TIED, *frozen_prefixes(config))
    tensors: dict[str, Tensor] = {}
    lacking = []
    for name, wanted in network.state_dict().items():
        if name.startswith(left_out) or name.endswith(_COUNTERS):
            continue
        value = folded[name] if name in folded else _weight(encoder, decoder, name)
        if value is None or value.shape != tuple(wanted.shape):
            lacking.append(name)
        else:
            tensors[name] = torch.from_numpy(np.array(value))
    if lacking:
        raise ModelMismatch(
            f"Cannot train model {folder.name} further: its graphs do not hold {', '.join(lacking)} in the "
            "form its config describes. Use a model with model.safetensors."
        )
    network.load_state_dict(tensors, strict=False)
    return network.eval()


def _graphs(config: ModelConfig) -> tuple[str, str]:
    plain = graph_files("fp32")
    return plain if set(plain) <= config.files.keys() else graph_files("int8")


def _weight(encoder: GraphWeights, decoder: GraphWeights, name: str) -> Floats | None:
    if name.startswith(_LANGUAGE_MODEL):
        return _language_model_weight(decoder, name.removeprefix(_LANGUAGE_MODEL))
    # By its bias first: under its own name a matrix may have been turned round when it was rounded.
    value = encoder.matrix(f"{name.removesuffix('weight')}bias") if name.endswith(".weight") else None
    return encoder.tensor(name) if value is None else value


def _language_model_weight(graph: GraphWeights, name: str) -> Floats | None:
    """``engine.decoder_graph`` keeps the names, but cuts the attention's three projections apart."""
    if not name.endswith("attn.c_attn.weight"):
        return graph.tensor(name)
    stem = name.removesuffix("weight")
    parts = [graph.tensor(f"{stem}{part}.weight") for part in ("query", "key", "value")]
    whole = [part for part in parts if part is not None]
    return np.concatenate(whole, axis=1) if len(whole) == len(parts) else None


def _folded(network: nn.Module, graph: GraphWeights) -> Iterator[tuple[str, Floats]]:
    """Batch normalisations that do nothing but add what is left of them after they were multiplied into the
    convolutions before them.
    """
    layers = [
        (name, module)
        for name, module in network.named_modules()
        if isinstance(module, nn.Conv2d | nn.BatchNorm2d)
    ]
    for (convolution, _), (name, layer) in pairwise(layers):
        left = graph.tensor(f"{convolution}.weight_bias")
        if not isinstance(layer, nn.BatchNorm2d) or left is None:
            continue
        yield f"{name}.weight", np.ones_like(left)
        yield f"{name}.bias", left
        yield f"{name}.running_mean", np.zeros_like(left)
        yield f"{name}.running_var", np.full_like(left, 1.0 - layer.eps)  # under the root eps is added
