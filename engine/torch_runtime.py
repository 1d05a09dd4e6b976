"""The engine's networks on torch: the same protocols as ``engine.onnx_runtime``.

Not run: on a GPU. The tests run these classes on the CPU, and their half precision too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.checkpoint import load
from engine.contract import Floats, GpuFailed
from engine.nets.clipcap import ClipCap
from engine.nets.gpt2_steps import Cache, Gpt2Steps
from engine.search import Step


def open_networks(
    path: Path, device: str, end_id: int, threads: int | None = None
) -> tuple[TorchEncoder, TorchDecoder, str]:
    """Load a checkpoint and put it on a device: in 16 bits on a GPU, in fp32 on the CPU.

    Args:
        path: a file written by ``engine.checkpoint``.
        device: ``cpu``, ``cuda`` or ``mps``.
        end_id: token that ends a sentence.
        threads: CPU threads of the whole process; ``None`` leaves them as they are.

    Returns:
        Encoder, decoder and the name of their numbers.

    Raises:
        ModelMissing, ModelCorrupt, ModelMismatch: the networks cannot be built.
        GpuFailed: torch cannot use the device, or its memory is full.
    """
    if threads:
        torch.set_num_threads(threads)
    if device != "cpu" and not getattr(torch, device).is_available():
        raise GpuFailed(
            f"torch cannot use the {device} device: this torch was built without it, or its driver is old."
        )
    network, _ = load(path)
    dtype = _dtype(device)
    with _gpu_errors():
        network.to(device)
        to_precision(network, dtype)
    return (
        TorchEncoder(network),
        TorchDecoder(network.language_model, end_id),
        str(dtype).removeprefix("torch."),
    )


def to_precision(network: ClipCap, dtype: torch.dtype) -> None:
    """Change the numbers of encoder and language model. The mapper, small and sensitive, stays in fp32."""
    network.encoder.to(dtype)
    network.language_model.to(dtype)


def _dtype(device: str) -> torch.dtype:
    if device == "cpu":
        return torch.float32
    # Processors without bf16 emulate it, slowly.
    fast = device == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if fast else torch.float16


@contextmanager
def _gpu_errors() -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError as exc:
        raise GpuFailed("The GPU's memory is full.") from exc
    except torch.AcceleratorError as exc:
        raise GpuFailed(f"The GPU gave up: {exc}") from exc


class TorchEncoder:
    """Image encoder and mapping network.

    Args:
        network: the whole network, in evaluation mode, on the device to use.
    """

    def __init__(self, network: ClipCap) -> None:
        self._network = network
        self._dtype = next(network.encoder.parameters()).dtype

    @torch.inference_mode()
    def encode(self, images: Floats) -> Floats:
        """(B, 3, S, S) preprocessed pictures -> (B, K, D) prefix embeddings.

        Raises:
            GpuFailed: the GPU's memory is full.
        """
        with _gpu_errors():
            features = self._network.encoder(torch.from_numpy(images).to(self._network.device, self._dtype))
            prefix: Floats = self._network.project(features.float()).cpu().numpy()
        return prefix


class TorchDecoder:
    """A GPT-2 with a key-value cache.

    Args:
        language_model: in evaluation mode, on the device to use.
        end_id: token that ends a sentence.
    """

    def __init__(self, language_model: Any, end_id: int) -> None:
        self._steps = Gpt2Steps(language_model)
        self.end_id = end_id

    @torch.inference_mode()
    def begin(self, prefix: Floats, width: int) -> Step:
        """See ``engine.search.Decoder``.

        Raises:
            GpuFailed: the GPU's memory is full.
        """
        with _gpu_errors():
            embeddings = torch.from_numpy(prefix).to(self._steps.device, self._steps.dtype)
            return _candidates(*self._steps.begin(embeddings), width)

    @torch.inference_mode()
    def advance(
        self, cache: Cache, parents: NDArray[np.int64], tokens: NDArray[np.int64], width: int
    ) -> Step:
        """See ``engine.search.Decoder``.

        Raises:
            GpuFailed: the GPU's memory is full.
        """
        with _gpu_errors():
            # One transfer: each waits for all work before it.
            rows, ids = torch.from_numpy(np.stack((parents, tokens))).to(self._steps.device)
            return _candidates(*self._steps.advance(cache.follow(rows), ids), width)


def _candidates(logits: Tensor, cache: Cache, width: int) -> Step:
    logits = logits.float()
    best = logits.topk(min(width, logits.shape[-1]))
    log_probs = best.values - logits.logsumexp(dim=-1, keepdim=True)
    return Step(cache, log_probs.cpu().numpy(), best.indices.cpu().numpy())
