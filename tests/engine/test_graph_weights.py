"""Weights read back out of graphs: renamed, transposed, cut apart and rounded ones too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine.graph_weights import GraphWeights
from engine.quantising import quantise

RANDOM = np.random.default_rng(0)
TABLE = RANDOM.normal(0, 1, (6, 4)).astype(np.float32)
MATRIX = RANDOM.normal(0, 1, (3, 4)).astype(np.float32)
"""(outputs, inputs), as torch has it."""
BIAS = RANDOM.normal(0, 1, 3).astype(np.float32)


@pytest.fixture(params=["fp32", "int8"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Tokens -> table of embeddings -> linear layer, whose matrix has lost its name."""
    return save(
        tmp_path, [helper.make_node("MatMul", ["rows", "val_7"], ["product"])], MATRIX.T, request.param
    )


def save(folder: Path, product: list[onnx.NodeProto], matrix: np.ndarray, precision: str) -> Path:
    constants = {"layer.bias": BIAS, "val_7": np.ascontiguousarray(matrix), "table.weight": TABLE}
    nodes = [
        helper.make_node("Gather", ["table.weight", "tokens"], ["rows"], axis=0),
        *product,
        *(
            []
            if product[0].op_type == "Gemm"
            else [helper.make_node("Add", ["product", "layer.bias"], ["out"])]
        ),
    ]
    made = helper.make_graph(
        nodes,
        "layers",
        [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["T"])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, ["T", 3])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    path = folder / "plain.onnx"
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)
    if precision == "fp32":
        return path
    quantise(path, folder / "int8.onnx")
    return folder / "int8.onnx"


def rounding(values: np.ndarray, axis: int) -> np.ndarray:
    """Half a step of 8 bits, for each row or column."""
    return np.abs(values).max(axis=axis, keepdims=True) / 127 * 0.51


def test_a_matrix_is_found_by_its_bias(graph: Path) -> None:
    found = GraphWeights(graph).matrix("layer.bias")
    assert found is not None
    assert found.shape == MATRIX.shape
    assert (np.abs(found - MATRIX) <= rounding(MATRIX, 1)).all()


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_matrix_of_one_node_with_its_bias(precision: str, tmp_path: Path) -> None:
    """GIVEN a Gemm, which keeps torch's order until it is quantised, THEN the order is torch's."""
    node = helper.make_node("Gemm", ["rows", "val_7", "layer.bias"], ["out"], transB=1)
    found = GraphWeights(save(tmp_path, [node], MATRIX, precision)).matrix("layer.bias")
    assert found is not None
    assert (np.abs(found - MATRIX) <= rounding(MATRIX, 1)).all()


def test_a_table_of_embeddings(graph: Path) -> None:
    found = GraphWeights(graph).tensor("table.weight")
    assert found is not None
    assert found.dtype == np.float32
    assert (np.abs(found - TABLE) <= rounding(TABLE, 1)).all()


def test_what_is_not_there_is_none(graph: Path) -> None:
    weights = GraphWeights(graph)
    assert weights.tensor("layer.weight") is None
    assert weights.matrix("table.weight") is None
    assert weights.matrix("other.bias") is None
