"""A trained network -> a model folder that ONNX Runtime describes pictures with."""

from __future__ import annotations

import logging
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from engine.config import ModelConfig
from engine.contract import ModelMismatch
from engine.decoder_graph import OPSET, Gpt2Shape, Weights, build_decoder
from engine.nets.clipcap import ClipCap
from engine.onnx_runtime import OnnxDecoder, OnnxEncoder, open_session
from engine.store import CONFIG_FILE, ModelFolder, open_folder, sha256

PARITY_TOLERANCE = 1e-3
"""Largest relative difference allowed between torch and fp32 ONNX Runtime."""

_log = logging.getLogger(__name__)


def export_folder(
    network: ClipCap, config: ModelConfig, tokenizer: Path, folder: Path, *, int8: bool = True
) -> ModelFolder:
    """Write ``encoder.onnx``, ``decoder.onnx``, ``tokenizer.json`` and ``config.json``.

    The fp32 graphs are compared with the network before anything is quantised.

    Args:
        network: trained, in evaluation mode, on the CPU.
        config: its configuration; the checksums are filled in here.
        tokenizer: ``tokenizer.json`` to copy.
        folder: made if absent; files of these names are replaced.
        int8: store the matrices of mapper and language model in 8 bits.

    Raises:
        ModelMismatch: torch and ONNX Runtime disagree by more than ``PARITY_TOLERANCE``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        plain = Path(temporary)
        _export_encoder(network, config.preprocessing.size, plain / "encoder.onnx")
        onnx.save(build_decoder(*gpt2_weights(network.language_model)), plain / "decoder.onnx")
        difference = parity(network, config, plain)
        _log.info("torch and ONNX Runtime differ by %.1e at most", difference)
        if difference > PARITY_TOLERANCE:
            raise ModelMismatch(
                f"Cannot export {config.name}: torch and ONNX Runtime differ by {difference:.1e}, "
                f"allowed are {PARITY_TOLERANCE:.0e}. The export does not know some part of the network."
            )
        for name in ("encoder.onnx", "decoder.onnx"):
            if int8:
                quantise(plain / name, folder / name)
            else:
                shutil.copyfile(plain / name, folder / name)
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    files = {name: sha256(folder / name) for name in ("encoder.onnx", "decoder.onnx", "tokenizer.json")}
    (folder / CONFIG_FILE).write_text(replace(config, files=files).to_json(), encoding="utf-8")
    return open_folder(folder)


def gpt2_weights(language_model: nn.Module) -> tuple[Weights, Gpt2Shape]:
    """State dict as numpy and sizes of a ``transformers`` GPT-2."""
    sizes: Any = language_model.config
    weights = {name: value.detach().float().numpy() for name, value in language_model.state_dict().items()}
    return weights, Gpt2Shape(
        layers=sizes.n_layer, heads=sizes.n_head, width=sizes.n_embd, epsilon=sizes.layer_norm_epsilon
    )


def parity(network: ClipCap, config: ModelConfig, plain: Path) -> float:
    """Compare the fp32 graphs in ``plain`` with the network on random pictures.

    Returns:
        The largest difference of prefix embeddings (relative to their largest value) and of the first
        and second tokens' log-probabilities.
    """
    size = config.preprocessing.size
    images = torch.randn(3, 3, size, size, generator=torch.Generator().manual_seed(0))
    encoder = OnnxEncoder(open_session(plain / "encoder.onnx"), config)
    decoder = OnnxDecoder(open_session(plain / "decoder.onnx"), config)
    with torch.inference_mode():
        expected = network(images)
        prefix = encoder.encode(images.numpy())
        differences = [float((expected - torch.from_numpy(prefix)).abs().max() / expected.abs().max())]
        first = decoder.begin(prefix, 8)
        tokens = torch.from_numpy(first.tokens[:, :1].copy())
        second = decoder.advance(first.cache, np.arange(3), first.tokens[:, 0].copy(), 8)
        log_probs: Tensor = network.logits(torch.from_numpy(prefix), tokens).log_softmax(-1)
        for position, step in enumerate((first, second)):
            wanted = log_probs[:, position].gather(1, torch.from_numpy(step.tokens))
            differences.append(float((wanted - torch.from_numpy(step.log_probs)).abs().max()))
    return max(differences)


def quantise(source: Path, target: Path) -> None:
    """fp32 graph -> int8: matrices per output channel, activations on the fly, embedding tables per row.

    Convolutions stay in fp32: they need activation ranges measured on pictures.
    """
    quantize_dynamic(
        source,
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


def _export_encoder(network: ClipCap, size: int, path: Path) -> None:
    torch.onnx.export(
        network,
        (torch.zeros(2, 3, size, size),),
        path,
        input_names=["images"],
        output_names=["prefix"],
        dynamic_shapes={"images": {0: torch.export.Dim("B")}},
        opset_version=OPSET,
        dynamo=True,
        external_data=False,
        verbose=False,
    )
