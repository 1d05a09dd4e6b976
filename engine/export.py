"""A trained network -> a model folder that ONNX Runtime and torch describe pictures with."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from engine import checkpoint
from engine.agreement import Agreement, compare
from engine.backbones import language_model_vocabulary
from engine.captioner import load_captioner
from engine.config import MODEL_FILE, GraphPrecision, ModelConfig, graph_files
from engine.contract import ModelMismatch
from engine.decoder_graph import OPSET, Gpt2Shape, Weights, build_decoder
from engine.images import read_image
from engine.nets.clipcap import ClipCap
from engine.onnx_runtime import OnnxDecoder, OnnxEncoder, open_session
from engine.quantising import quantise
from engine.store import CONFIG_FILE, ModelFolder, open_folder, sha256

PARITY_TOLERANCE = 1e-3
"""Largest relative difference allowed between torch and fp32 ONNX Runtime."""

REPORT_FILE = "export.json"

TOKENIZER_FILE = "tokenizer.json"

_log = logging.getLogger(__name__)


def export_model(source: Path, folder: Path, pictures: Sequence[Path]) -> ModelFolder:
    """Make or complete a model folder that both runtimes can use, and compare its int8 captions with fp32.

    Args:
        source: a model folder or checkpoint with ``model.safetensors``; the networks it was built on are on
            this computer.
        folder: the model folder to write; may be ``source``.
        pictures: photos the int8 captions are compared on, at least one.

    Raises:
        ModelMissing, ModelCorrupt, ModelMismatch: the model cannot be built, or torch and ONNX Runtime
            disagree.
        ImageError: a picture cannot be read.
    """
    path = source / MODEL_FILE if source.is_dir() else source
    network, config = checkpoint.load(path)
    if (path.parent / CONFIG_FILE).is_file():  # search options and calibration are chosen after training
        config = open_folder(path.parent).config
    with tempfile.TemporaryDirectory() as temporary:
        tokenizer = _tokenizer(path.parent, config, Path(temporary))
        made = export_folder(network, config, tokenizer, folder, fp32_too=True, weights=True)
    report_agreement(made, made, pictures)
    return made


def report_agreement(small: ModelFolder, plain: ModelFolder, pictures: Sequence[Path]) -> Agreement:
    """Compare a model's int8 captions with those of fp32, on a CPU, and write ``export.json``.

    The file holds ``int8_against_fp32`` (see ``engine.agreement.Agreement``) and ``size_bytes`` of each file.

    Args:
        small: has the int8 graphs, and gets the file.
        plain: has the fp32 graphs; may be the same folder.
        pictures: photos to describe, at least one.

    Raises:
        ImageError: a picture cannot be read.
    """
    photos = [read_image(picture) for picture in pictures]
    captioners = (
        load_captioner(small, device="cpu", precision="int8"),
        load_captioner(plain, device="cpu", precision="fp32"),
    )
    agreement = compare(*captioners, photos)
    _log.info("int8 against fp32: %s", agreement)
    sizes = {name: (small.path / name).stat().st_size for name in small.config.files}
    report = {"int8_against_fp32": asdict(agreement), "size_bytes": sizes}
    (small.path / REPORT_FILE).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return agreement


def export_folder(
    network: ClipCap,
    config: ModelConfig,
    tokenizer: Path,
    folder: Path,
    *,
    int8: bool = True,
    fp32_too: bool = False,
    weights: bool = False,
) -> ModelFolder:
    """Write ``encoder.onnx``, ``decoder.onnx``, ``tokenizer.json`` and ``config.json``, and what else is
    wanted.

    The fp32 graphs are compared with the network before anything is quantised. Files that are replaced stay
    whole until all are made.

    Args:
        network: trained, in evaluation mode, on the CPU.
        config: its configuration; the checksums are filled in here.
        tokenizer: ``tokenizer.json`` to copy.
        folder: made if absent; files of these names are replaced.
        int8: store the matrices of encoder, mapper and language model in 8 bits.
        fp32_too: with int8, put the fp32 graphs beside, for ONNX Runtime on a GPU.
        weights: write ``model.safetensors`` too, for torch.

    Raises:
        ModelMismatch: torch and ONNX Runtime disagree by more than ``PARITY_TOLERANCE``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    precision: GraphPrecision = "int8" if int8 else "fp32"
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as temporary:
        made = Path(temporary)
        plain = graph_files("fp32")
        _export_encoder(network, config.preprocessing.size, made / plain[0])
        onnx.save(build_decoder(*gpt2_weights(network.language_model)), made / plain[1])
        _check_parity(network, config, made, plain)
        for name, fp32 in zip(graph_files("int8"), plain, strict=True):
            if not int8:
                (made / fp32).rename(made / name)
                continue
            quantise(made / fp32, made / name)
            if not fp32_too:
                (made / fp32).unlink()
        if weights:
            checkpoint.save(network, config, made / MODEL_FILE)
        shutil.copyfile(tokenizer, made / TOKENIZER_FILE)
        names = sorted(file.name for file in made.iterdir())
        files = {name: sha256(made / name) for name in names}
        for name in names:
            (made / name).replace(folder / name)
    finished = replace(config, files=files, precision=precision)
    (folder / CONFIG_FILE).write_text(finished.to_json(), encoding="utf-8")
    return open_folder(folder)


def _tokenizer(folder: Path, config: ModelConfig, temporary: Path) -> Path:
    """A mapper that was passed on without the language model comes without its tokenizer too."""
    path = folder / TOKENIZER_FILE
    if not path.is_file() and ":" in config.net["language_model"]["name"]:
        path = temporary / TOKENIZER_FILE
        language_model_vocabulary(config.net["language_model"]).tokenizer.save(str(path))
    return path


def gpt2_weights(language_model: nn.Module) -> tuple[Weights, Gpt2Shape]:
    """State dict as numpy and sizes of a ``transformers`` GPT-2."""
    sizes: Any = language_model.config
    weights = {name: value.detach().float().numpy() for name, value in language_model.state_dict().items()}
    return weights, Gpt2Shape(
        layers=sizes.n_layer, heads=sizes.n_head, width=sizes.n_embd, epsilon=sizes.layer_norm_epsilon
    )


def parity(network: ClipCap, config: ModelConfig, folder: Path, graphs: tuple[str, str]) -> float:
    """Compare fp32 graphs with the network on random pictures.

    Args:
        network: on the CPU, in evaluation mode.
        config: its configuration.
        folder: where the graphs are.
        graphs: names of encoder and decoder.

    Returns:
        The largest difference of prefix embeddings (relative to their largest value) and of the first
        and second tokens' log-probabilities.
    """
    size = config.preprocessing.size
    images = torch.randn(3, 3, size, size, generator=torch.Generator().manual_seed(0))
    encoder = OnnxEncoder(open_session(folder / graphs[0]), config)
    decoder = OnnxDecoder(open_session(folder / graphs[1]), config)
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


def _check_parity(network: ClipCap, config: ModelConfig, folder: Path, graphs: tuple[str, str]) -> None:
    difference = parity(network, config, folder, graphs)
    _log.info("torch and ONNX Runtime differ by %.1e at most", difference)
    if difference > PARITY_TOLERANCE:
        raise ModelMismatch(
            f"Cannot export {config.name}: torch and ONNX Runtime differ by {difference:.1e}, "
            f"allowed are {PARITY_TOLERANCE:.0e}. The export does not know some part of the network."
        )


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
