"""The engine's networks on ONNX Runtime.

Not run: on a GPU. The package this program installs is that for the CPU; those for CUDA and DirectML bring
their providers under the names below.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from engine.config import ModelConfig
from engine.contract import Floats, GpuFailed, ModelCorrupt, ModelMismatch
from engine.search import Step

_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider", "dml": "DmlExecutionProvider"}


def open_session(path: Path, threads: int | None = None, device: str = "cpu") -> ort.InferenceSession:
    """Load an ONNX file.

    Args:
        path: the file.
        threads: CPU threads inside an operator; ``None`` lets ONNX Runtime choose.
        device: ``cpu``, ``cuda`` or ``dml``; what a GPU cannot do, the CPU does.

    Raises:
        ModelCorrupt: ONNX Runtime cannot load it.
        GpuFailed: it cannot load it on the GPU.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or 0
    # Errors come as exceptions; the library's own warnings would only disturb the command line.
    options.log_severity_level = 3
    options.enable_mem_pattern = device != "dml"  # DirectML asks for that
    try:
        session = ort.InferenceSession(
            path, options, providers=[_PROVIDERS[device]] + ["CPUExecutionProvider"] * (device != "cpu")
        )
    except Exception as exc:  # ONNX Runtime raises a dozen unrelated classes.
        if device != "cpu":
            raise GpuFailed(f"ONNX Runtime cannot load {path.name} on {device}: {exc}") from exc
        raise ModelCorrupt(f"Cannot load {path}: {exc} Install the model anew.") from exc
    if _PROVIDERS[device] not in session.get_providers():
        # Without its libraries a provider is left out with no more than a line in the log.
        raise GpuFailed(f"ONNX Runtime has no working {_PROVIDERS[device]}: its libraries are not installed.")
    return session


@contextmanager
def _gpu_errors(session: ort.InferenceSession) -> Iterator[None]:
    """ONNX Runtime has one class for a GPU out of memory and for any other failure of a kernel."""
    try:
        yield
    except Exception as exc:  # see above; and its classes have no common ancestor
        if session.get_providers()[0] == _PROVIDERS["cpu"]:
            raise
        raise GpuFailed(f"The GPU gave up: {exc}") from exc


def available_providers() -> tuple[str, ...]:
    """Execution providers of the installed ONNX Runtime, preferred ones first."""
    return tuple(ort.get_available_providers())


class OnnxEncoder:
    """``encoder.onnx``: image encoder and mapping network, one graph.

    Raises:
        ModelMismatch: the graph takes another picture size than the config says.
    """

    def __init__(self, session: ort.InferenceSession, config: ModelConfig) -> None:
        self._session = session
        size = config.preprocessing.size
        shape = session.get_inputs()[0].shape
        if shape[1:] != [3, size, size]:
            raise ModelMismatch(
                f"Model {config.name}: encoder.onnx takes pictures of shape {shape[1:]}, the config says "
                f"{[3, size, size]}. Export the model anew."
            )

    def encode(self, images: Floats) -> Floats:
        """(B, 3, S, S) preprocessed pictures -> (B, K, D) prefix embeddings."""
        with _gpu_errors(self._session):
            prefix: Floats = self._session.run(["prefix"], {"images": images})[0]
        return prefix


class OnnxDecoder:
    """``decoder.onnx``, the graph of ``engine.decoder_graph``.

    Raises:
        ModelMismatch: the graph's vocabulary does not hold the config's end token.
    """

    def __init__(self, session: ort.InferenceSession, config: ModelConfig) -> None:
        self._session = session
        self.end_id = config.end_id
        inputs = {item.name: item.shape for item in session.get_inputs()}
        self._cache_inputs = [name for name in inputs if name.startswith("past_")]
        self._outputs = [item.name for item in session.get_outputs()]
        self._width = inputs["prefix"][2]
        _, self._heads, _, self._head_width = inputs[self._cache_inputs[0]]

    def begin(self, prefix: Floats, width: int) -> Step:
        """See ``engine.search.Decoder``."""
        rows = len(prefix)
        empty = np.zeros((rows, self._heads, 0, self._head_width), np.float32)
        cache = [ort.OrtValue.ortvalue_from_numpy(empty) for _ in self._cache_inputs]
        return self._run(prefix, np.zeros((rows, 0), np.int64), np.arange(rows), cache, width)

    def advance(self, cache: Any, parents: NDArray[np.int64], tokens: NDArray[np.int64], width: int) -> Step:
        """See ``engine.search.Decoder``."""
        prefix = np.zeros((len(parents), 0, self._width), np.float32)
        return self._run(prefix, tokens[:, None], parents, cache, width)

    def _run(
        self,
        prefix: Floats,
        tokens: NDArray[np.int64],
        parents: NDArray[np.int64],
        cache: list[Any],
        width: int,
    ) -> Step:
        small = {
            "prefix": np.ascontiguousarray(prefix),
            "tokens": tokens,
            "parents": parents,
            "width": np.array([width], np.int64),
        }
        feeds = {name: ort.OrtValue.ortvalue_from_numpy(value) for name, value in small.items()}
        feeds |= dict(zip(self._cache_inputs, cache, strict=True))
        # OrtValues in and out: the cache never becomes a numpy array.
        with _gpu_errors(self._session):
            log_probs, candidates, *cache = self._session.run_with_ort_values(self._outputs, feeds)
        return Step(cache, log_probs.numpy(), candidates.numpy())
