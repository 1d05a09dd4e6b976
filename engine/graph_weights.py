"""Weights back out of the graphs that ``engine.export`` made. Needs the ``onnx`` package, not torch.

A model may ship as int8 graphs alone. Most constants there have the names of the network's parameters; three
kinds do not, or not in the same form:

- what ``engine.quantising`` rounded: int8 with a scale per output column (``x_quantized``, ``x_scale``,
  ``x_zero_point``), or for tables of embeddings per row (``x``, ``x.scale``);
- matrices of linear layers, which the exporter transposes and renames: they are found by the bias that is
  added to their product;
- batch normalisations, which the exporter multiplies into the convolution before: the convolution keeps its
  name, what is left of the normalisation is ``<convolution>.weight_bias``.

Constants with the very same values are kept once, under one of their names: the weights of a network that was
never trained, with all its zeros and ones, are not all found.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from engine.contract import Floats

_BETWEEN = ("Cast", "Mul")
"""What stands between an int8 product and its bias: the way back to fp32."""


class GraphWeights:
    """The constants of one graph, in fp32.

    Args:
        path: an ``.onnx`` file, fp32 or int8.
    """

    def __init__(self, path: Path) -> None:
        graph = onnx.load(path).graph
        self._stored = {item.name: item for item in graph.initializer}
        self._makers = {output: node for node in graph.node for output in node.output}
        self._users: dict[str, list[onnx.NodeProto]] = defaultdict(list)
        for node in graph.node:
            for name in node.input:
                self._users[name].append(node)

    def tensor(self, name: str) -> Floats | None:
        """The constant of that name, dequantised; ``None`` when there is none."""
        if name in self._stored:
            value = self._array(name)
            scale = f"{name}.scale"
            return np.asarray(value * self._array(scale), np.float32) if scale in self._stored else value
        if f"{name}_quantized" not in self._stored:
            return None
        steps = self._array(f"{name}_quantized") - self._array(f"{name}_zero_point")
        return np.asarray(steps * self._array(f"{name}_scale"), np.float32)

    def matrix(self, bias: str) -> Floats | None:
        """The matrix of the linear layer whose bias has that name.

        Returns:
            (outputs, inputs), as torch stores it; ``None`` when no product has that bias.
        """
        for node in self._users[bias]:
            if node.op_type == "Gemm":
                value = self.tensor(node.input[1])
                transposed = any(item.name == "transB" and item.i for item in node.attribute)
                return value if value is None or transposed else value.T
            if node.op_type == "Add":
                for name in node.input:
                    product = self._product(name)
                    if product is not None:
                        return product.T
        return None

    def _product(self, output: str) -> Floats | None:
        """The constant factor (inputs, outputs) of the product that ``output`` is."""
        node = self._makers.get(output)
        if node is None:
            return None
        if node.op_type in ("MatMul", "MatMulInteger"):
            return self.tensor(node.input[1].removesuffix("_quantized"))
        if node.op_type not in _BETWEEN:
            return None
        found = (self._product(name) for name in node.input)
        return next((value for value in found if value is not None), None)

    def _array(self, name: str) -> Floats:
        return numpy_helper.to_array(self._stored[name]).astype(np.float32)
