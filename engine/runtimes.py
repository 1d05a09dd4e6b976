"""A model folder -> networks ready to run, on the best processor that works."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from engine.config import MODEL_FILE, GraphPrecision, ModelConfig, graph_files
from engine.contract import Floats, GpuFailed, ModelMissing
from engine.devices import (
    Candidate,
    Contents,
    Device,
    DeviceChoice,
    DeviceReason,
    Precision,
    candidates,
    this_machine,
)
from engine.search import Decoder
from engine.store import ModelFolder

_log = logging.getLogger(__name__)


class Encoder(Protocol):
    """The image encoder and the mapping network."""

    def encode(self, images: Floats) -> Floats:
        """(B, 3, S, S) preprocessed pictures -> (B, K, D) prefix embeddings."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Networks in memory.

    Attributes:
        encoder: image encoder and mapping network.
        decoder: the language model.
        choice: where they run, and why there.
    """

    encoder: Encoder
    decoder: Decoder
    choice: DeviceChoice


def open_runtime(
    folder: ModelFolder, device: Device = "auto", precision: Precision = "auto", threads: int | None = None
) -> Runtime:
    """Load a model's networks.

    Args:
        folder: the model; every file used is checked against its SHA-256.
        device: where to run; ``auto`` takes a GPU that works, else the CPU.
        precision: on ONNX Runtime; torch takes 16 bits on a GPU and fp32 on the CPU.
        threads: CPU threads for the networks; ``None`` lets the library choose.

    Raises:
        ModelMissing, ModelCorrupt, ModelMismatch: the folder cannot be used, or not on this device.
    """
    from engine.onnx_runtime import available_providers

    *others, last = candidates(device, this_machine(available_providers()), contents(folder.config))
    failure = ""
    for candidate in others:
        try:
            return _open(folder, _explained(candidate, failure), precision, threads)
        except (GpuFailed, ModelMissing) as exc:
            # A GPU may be full, or a mapper's frozen networks not fetched: the next way may do.
            failure = str(exc)
            _log.warning("not on %s with %s: %s", candidate.device, candidate.runtime, exc)
    try:
        return _open(folder, _explained(last, failure), precision, threads)
    except GpuFailed as exc:
        raise ModelMissing(f"Cannot describe on {last.device}: {exc} Choose the device auto or cpu.") from exc


def contents(config: ModelConfig) -> Contents:
    """What a model folder offers, as its config says."""
    graphs = set(graph_files("int8")) <= config.files.keys()
    return Contents(
        weights=MODEL_FILE in config.files,
        graphs=graphs,
        fp32_graphs=graphs and "fp32" in _precisions(config),
    )


def _explained(candidate: Candidate, failure: str) -> Candidate:
    return replace(candidate, why=DeviceReason.FAILED, detail=failure) if failure else candidate


def _open(folder: ModelFolder, candidate: Candidate, precision: Precision, threads: int | None) -> Runtime:
    opener: Callable[..., Runtime] = _open_torch if candidate.runtime == "torch" else _open_onnx
    return opener(folder, candidate, precision, threads)


def _open_torch(folder: ModelFolder, candidate: Candidate, _: Precision, threads: int | None) -> Runtime:
    from engine.torch_runtime import open_networks

    encoder, decoder, dtype = open_networks(
        folder.file(MODEL_FILE), candidate.device, folder.config.end_id, threads
    )
    return Runtime(encoder=encoder, decoder=decoder, choice=_choice(candidate, dtype))


def _open_onnx(
    folder: ModelFolder, candidate: Candidate, precision: Precision, threads: int | None
) -> Runtime:
    from engine.onnx_runtime import OnnxDecoder, OnnxEncoder, open_session

    config = folder.config
    dtype = _precision(folder, candidate, precision)
    # A folder with one set of graphs has them under the plain names, whatever their precision.
    names = graph_files("int8" if dtype == config.precision else dtype)
    sessions = [open_session(folder.file(name), threads, candidate.device) for name in names]
    return Runtime(
        encoder=OnnxEncoder(sessions[0], config),
        decoder=OnnxDecoder(sessions[1], config),
        choice=_choice(candidate, "float32" if dtype == "fp32" else dtype),
    )


def _precision(folder: ModelFolder, candidate: Candidate, wanted: Precision) -> GraphPrecision:
    """What runs: the plain graphs on a CPU, fp32 on a GPU, which has no integer kernels for them."""
    config = folder.config
    there = _precisions(config)
    if wanted == "auto":
        return "fp32" if candidate.device != "cpu" and "fp32" in there else config.precision
    if wanted not in there:
        raise ModelMissing(
            f"Model {folder.name} has no graphs in {wanted}, but in {' and '.join(sorted(there))}: export it."
        )
    return wanted


def _precisions(config: ModelConfig) -> set[GraphPrecision]:
    beside = set(graph_files("fp32")) <= config.files.keys()
    return {config.precision, "fp32"} if beside else {config.precision}


def _choice(candidate: Candidate, dtype: str) -> DeviceChoice:
    return DeviceChoice(
        device=candidate.device,
        runtime=candidate.runtime,
        dtype=dtype,
        why=candidate.why,
        detail=candidate.detail,
    )
