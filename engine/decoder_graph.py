"""A GPT-2's weights -> an ONNX graph made for beam search. Needs the ``onnx`` package, not torch.

One graph serves the first pass (prefix embeddings, empty cache) and every later step (one token a row):

======================  ====================  ==========================================================
input                   shape                 meaning
======================  ====================  ==========================================================
``prefix``              (R, K, D) float32     embeddings placed before the tokens; K = 0 after the first pass
``tokens``              (R, T) int64          T = 0 in the first pass, 1 afterwards
``parents``             (R,) int64            rows of the cache that the rows of this step continue
``width``               (1,) int64            C, candidates wanted per row
``past_key_0`` ...      (Q, H, N, D/H)        the cache: Q rows of the step before, N positions
======================  ====================  ==========================================================

======================  ====================  ==========================================================
output                  shape                 meaning
======================  ====================  ==========================================================
``log_probs``           (R, C) float32        of the best next tokens, normalised over the vocabulary
``candidates``          (R, C) int64          those tokens, best first
``key_0``, ...          (R, H, N + K + T, .)  the cache with this step's positions
======================  ====================  ==========================================================

Reordering the cache and picking candidates inside the graph keeps the traffic with Python at a few
numbers a row. Attention is ONNX Runtime's fused ``com.microsoft.MultiHeadAttention``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 18
CONTRIB = "com.microsoft"

Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpt2Shape:
    """Sizes of a GPT-2.

    Attributes:
        layers: transformer blocks.
        heads: H.
        width: D.
        epsilon: of the layer normalisations.
    """

    layers: int
    heads: int
    width: int
    epsilon: float


def cache_inputs(layers: int) -> list[str]:
    """Names of the cache inputs, in order."""
    return [f"past_{part}_{layer}" for layer in range(layers) for part in ("key", "value")]


def cache_outputs(layers: int) -> list[str]:
    """Names of the cache outputs, in the order of ``cache_inputs``."""
    return [f"{part}_{layer}" for layer in range(layers) for part in ("key", "value")]


def build_decoder(weights: Weights, shape: Gpt2Shape) -> onnx.ModelProto:
    """Build the graph.

    Args:
        weights: a GPT-2's state dict with the names of ``transformers``: ``transformer.wte.weight``,
            ``transformer.h.0.attn.c_attn.weight``, ..., ``lm_head.weight``; float32.
        shape: its sizes.
    """
    graph = _Graph(weights, shape)
    hidden = graph.embed()
    for layer in range(shape.layers):
        hidden = graph.block(hidden, layer)
    graph.pick_candidates(hidden)
    return graph.model()


class _Graph:
    def __init__(self, weights: Weights, shape: Gpt2Shape) -> None:
        self._weights = weights
        self._shape = shape
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def embed(self) -> str:
        """Prefix and token embeddings plus positions -> (R, K + T, D)."""
        table = self._weight("transformer.wte.weight")
        tokens = self._node("Gather", [table, "tokens"], axis=0)
        embeddings = self._node("Concat", ["prefix", tokens], axis=1)
        start = self._node("Shape", ["past_key_0"], start=2, end=3)
        count = self._node("Shape", [embeddings], start=1, end=2)
        end = self._node("Add", [start, count])
        axis = self._constant("axis_0", np.array([0], np.int64))
        table = self._weight("transformer.wpe.weight")
        positions = self._node("Slice", [table, start, end, axis])
        return self._node("Add", [embeddings, positions])

    def block(self, hidden: str, layer: int) -> str:
        """One transformer block: attention and a feed-forward network, each added to its input."""
        name = f"transformer.h.{layer}"
        attended = self._attend(self._normalise(hidden, f"{name}.ln_1"), layer)
        hidden = self._node("Add", [hidden, self._linear(attended, f"{name}.attn.c_proj")])
        inner = self._linear(self._normalise(hidden, f"{name}.ln_2"), f"{name}.mlp.c_fc", bias=False)
        bias = self._weight(f"{name}.mlp.c_fc.bias")
        inner = self._node("FastGelu", [inner, bias], domain=CONTRIB)
        return self._node("Add", [hidden, self._linear(inner, f"{name}.mlp.c_proj")])

    def pick_candidates(self, hidden: str) -> None:
        """Last position -> the best next tokens and their log-probabilities."""
        last = self._constant("last", np.array(-1, np.int64))
        hidden = self._node("Gather", [hidden, last], axis=1)
        hidden = self._normalise(hidden, "transformer.ln_f")
        head = np.ascontiguousarray(self._weights["lm_head.weight"].T)
        logits = self._node("MatMul", [hidden, self._constant("lm_head.weight.T", head)])
        # One vectorised pass; a ReduceLogSumExp of the logits takes several times as long.
        log_probs = self._node("LogSoftmax", [logits], axis=-1)
        best, candidates = self._nodes_out("TopK", [log_probs, "width"], 2, axis=-1)
        self._node("Identity", [best], output="log_probs")
        self._node("Identity", [candidates], output="candidates")

    def model(self) -> onnx.ModelProto:
        layers, heads = self._shape.layers, self._shape.heads
        cache: list[str | int | None] = ["Q", heads, "N", self._shape.width // heads]
        inputs = [
            helper.make_tensor_value_info("prefix", TensorProto.FLOAT, ["R", "K", self._shape.width]),
            helper.make_tensor_value_info("tokens", TensorProto.INT64, ["R", "T"]),
            helper.make_tensor_value_info("parents", TensorProto.INT64, ["R"]),
            helper.make_tensor_value_info("width", TensorProto.INT64, [1]),
            *(helper.make_tensor_value_info(name, TensorProto.FLOAT, cache) for name in cache_inputs(layers)),
        ]
        cache = ["R", heads, "M", self._shape.width // heads]
        outputs = [
            helper.make_tensor_value_info("log_probs", TensorProto.FLOAT, ["R", "C"]),
            helper.make_tensor_value_info("candidates", TensorProto.INT64, ["R", "C"]),
            *(
                helper.make_tensor_value_info(name, TensorProto.FLOAT, cache)
                for name in cache_outputs(layers)
            ),
        ]
        graph = helper.make_graph(self._nodes, "decoder", inputs, outputs, list(self._constants.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="viclipcap")

    def _attend(self, hidden: str, layer: int) -> str:
        name = f"transformer.h.{layer}.attn.c_attn"
        width = self._shape.width
        parts = []
        for i, part in enumerate(("query", "key", "value")):
            # GPT-2 stores (inputs, outputs), three projections side by side.
            columns = self._weights[f"{name}.weight"][:, i * width : (i + 1) * width]
            constant = self._constant(f"{name}.{part}.weight", np.ascontiguousarray(columns))
            parts.append(self._node("MatMul", [hidden, constant]))
        past = [
            self._node("Gather", [f"past_{part}_{layer}", "parents"], axis=0) for part in ("key", "value")
        ]
        inputs = [*parts, self._weight(f"{name}.bias"), "", "", *past]
        attended, key, value = self._nodes_out(
            "MultiHeadAttention", inputs, 3, domain=CONTRIB, num_heads=self._shape.heads, unidirectional=1
        )
        self._node("Identity", [key], output=f"key_{layer}")
        self._node("Identity", [value], output=f"value_{layer}")
        return attended

    def _normalise(self, hidden: str, name: str) -> str:
        inputs = [hidden, self._weight(f"{name}.weight"), self._weight(f"{name}.bias")]
        return self._node("LayerNormalization", inputs, axis=-1, epsilon=self._shape.epsilon)

    def _linear(self, hidden: str, name: str, *, bias: bool = True) -> str:
        product = self._node("MatMul", [hidden, self._weight(f"{name}.weight")])
        return self._node("Add", [product, self._weight(f"{name}.bias")]) if bias else product

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _constant(self, name: str, value: NDArray[np.generic]) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(value, name)
        return name

    def _node(
        self, kind: str, inputs: list[str], *, output: str = "", domain: str = "", **attributes: Any
    ) -> str:
        name = output or f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def _nodes_out(
        self, kind: str, inputs: list[str], count: int, *, domain: str = "", **attributes: Any
    ) -> list[str]:
        name = f"{kind}_{len(self._nodes)}"
        outputs = [f"{name}_{i}" for i in range(count)]
        self._nodes.append(helper.make_node(kind, inputs, outputs, name=name, domain=domain, **attributes))
        return outputs
