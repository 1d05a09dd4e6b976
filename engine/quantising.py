"""fp32 ONNX graphs -> int8."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic


def quantise(source: Path, target: Path) -> None:
    """fp32 graph -> int8: matrices per output channel, activations on the fly, embedding tables per row.

    Convolutions stay in fp32: they need activation ranges measured on pictures.
    """
    model = onnx.load(source)
    # Gemms become MatMuls with transposed weights; shapes noted down before would contradict them.
    del model.graph.value_info[:]
    quantize_dynamic(
        model,
        target,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        # Types do not infer through the fused attention; everything there is fp32.
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    model = onnx.load(target)
    _quantise_embeddings(model.graph)
    onnx.save(model, target)


def _quantise_embeddings(graph: onnx.GraphProto) -> None:
    """Store tables that are looked up by ``Gather`` as int8 with one scale per row."""
    tables = {item.name: item for item in graph.initializer if len(item.dims) == 2}
    for node in list(graph.node):
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or table.data_type != onnx.TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(table)
        scale = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-12) / 127.0
        name = table.name
        rounded = np.round(values / scale).astype(np.int8)
        table.CopyFrom(numpy_helper.from_array(rounded, name))
        graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"))
        _replace(
            graph,
            node,
            [
                onnx.helper.make_node("Gather", [name, node.input[1]], [f"{name}.row"], axis=0),
                onnx.helper.make_node("Cast", [f"{name}.row"], [f"{name}.float"], to=onnx.TensorProto.FLOAT),
                onnx.helper.make_node("Gather", [f"{name}.scale", node.input[1]], [f"{name}.factor"], axis=0),
                onnx.helper.make_node("Mul", [f"{name}.float", f"{name}.factor"], [node.output[0]]),
            ],
        )


def _replace(graph: onnx.GraphProto, node: onnx.NodeProto, nodes: list[onnx.NodeProto]) -> None:
    """Put ``nodes`` in the place of ``node``; the order of a graph's nodes matters."""
    index = list(graph.node).index(node)
    graph.node.remove(node)
    for offset, replacement in enumerate(nodes):
        graph.node.insert(index + offset, replacement)
