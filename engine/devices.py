"""Which processor describes, and why. Loads no network library: without a GPU nobody need wait for torch."""

from __future__ import annotations

import ctypes
import importlib.util
import platform
import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args

from engine.contract import ModelMissing

Device = Literal["auto", "cpu", "cuda", "mps", "dml"]
"""What can be asked for: ``auto`` takes the fastest there is, ``dml`` is DirectML, any GPU on Windows."""

Precision = Literal["auto", "fp32", "int8"]
"""Numbers of the networks on ONNX Runtime; ``auto`` is int8 on the CPU where the model has it."""

DEVICES: tuple[Device, ...] = get_args(Device)

_PROVIDERS = {"cuda": "CUDAExecutionProvider", "dml": "DmlExecutionProvider"}


class DeviceReason(StrEnum):
    """Why a model runs where it does, for wording it to the person."""

    ASKED = "asked"
    """The person chose it."""
    GPU = "gpu"
    """A GPU is here and can be used."""
    NO_GPU = "no-gpu"
    """There is none."""
    NO_WEIGHTS = "no-weights"
    """There is one, but the model has no weights for torch."""
    NO_TORCH = "no-torch"
    """There is one, but torch is not installed and ONNX Runtime is the package for the CPU."""
    FAILED = "failed"
    """A better way failed; the detail says how."""


_WORDS = {
    DeviceReason.ASKED: "chosen by the person",
    DeviceReason.GPU: "a GPU is here",
    DeviceReason.NO_GPU: "there is no GPU that torch or ONNX Runtime could use",
    DeviceReason.NO_WEIGHTS: "there is a GPU, but the model has no weights for torch",
    DeviceReason.NO_TORCH: "there is a GPU, but torch is not installed and ONNX Runtime is for CPUs",
    DeviceReason.FAILED: "a GPU could not be used",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChoice:
    """Where a model runs.

    Attributes:
        device: ``cpu``, ``cuda``, ``mps`` or ``dml``.
        runtime: ``torch`` or ``onnxruntime``.
        dtype: numbers of the networks: ``float32``, ``bfloat16``, ``float16`` or ``int8``.
        why: the reason.
        detail: what failed, in English; empty when nothing did.
    """

    device: str
    runtime: str
    dtype: str
    why: DeviceReason
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.device}, {self.runtime}, {self.dtype}: {_WORDS[self.why]}{detail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What this computer offers.

    Attributes:
        gpus: ``cuda`` and ``mps``, as far as drivers and hardware tell.
        torch: torch is installed, and so are the libraries that build the networks.
        providers: of the installed ONNX Runtime.
    """

    gpus: tuple[str, ...]
    torch: bool
    providers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a model folder offers.

    Attributes:
        weights: for torch.
        graphs: for ONNX Runtime.
        fp32_graphs: such as a GPU can run; it has no integer kernels for the others.
    """

    weights: bool
    graphs: bool
    fp32_graphs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One way to run a model, in the order of preference; the first that works is taken."""

    device: str
    runtime: str
    why: DeviceReason
    detail: str = ""


def candidates(wanted: Device, machine: Machine, contents: Contents) -> list[Candidate]:
    """The ways to run a model, best first.

    Args:
        wanted: the person's choice.
        machine: this computer.
        contents: of the model's folder.

    Returns:
        At least one; for ``auto`` the CPU is the last.

    Raises:
        ModelMissing: what was asked for cannot be had; the message says what is lacking.
    """
    torch_ready = machine.torch and contents.weights
    why = None if wanted == "auto" else DeviceReason.ASKED
    found = []
    for gpu in ("cuda", "mps") if wanted == "auto" else (wanted,):
        if gpu in machine.gpus and torch_ready:
            found.append(Candidate(device=gpu, runtime="torch", why=why or DeviceReason.GPU))
    for gpu in ("cuda", "dml") if wanted == "auto" else (wanted,):
        if _PROVIDERS.get(gpu) in machine.providers and contents.fp32_graphs:
            found.append(Candidate(device=gpu, runtime="onnxruntime", why=why or DeviceReason.GPU))
    if wanted in ("auto", "cpu"):
        why = why or _why_not_gpu(machine, contents)
        if contents.graphs:
            found.append(Candidate(device="cpu", runtime="onnxruntime", why=why))
        if torch_ready:
            found.append(Candidate(device="cpu", runtime="torch", why=why))
    if not found:
        raise ModelMissing(_lacking(wanted, machine, contents))
    return found


def _why_not_gpu(machine: Machine, contents: Contents) -> DeviceReason:
    if not machine.gpus:
        return DeviceReason.NO_GPU
    return DeviceReason.NO_TORCH if contents.weights else DeviceReason.NO_WEIGHTS


def _lacking(wanted: Device, machine: Machine, contents: Contents) -> str:
    if not contents.weights and not contents.graphs:
        return "The model has neither ONNX graphs nor weights. Export it, or install another model."
    if wanted in ("auto", "cpu"):
        return (
            "The model has weights but no ONNX graphs, and torch is not installed: export the model, or "
            "install the extra train."
        )
    weights = "weights" if contents.weights else "no weights"
    return (
        f"Cannot describe on {wanted}: GPUs here are {', '.join(machine.gpus) or 'none'}, torch is "
        f"{'installed' if machine.torch else 'absent'}, the model has {weights} for torch, ONNX Runtime has "
        f"{', '.join(machine.providers)}. Choose the device auto or cpu."
    )


def this_machine(providers: tuple[str, ...]) -> Machine:
    """Ask drivers and installed packages; imports neither torch nor ONNX Runtime.

    Args:
        providers: of the installed ONNX Runtime.
    """
    packages = ("torch", "transformers", "open_clip", "timm", "safetensors")
    return Machine(
        gpus=tuple(name for name, there in (("cuda", _has_cuda()), ("mps", _has_metal())) if there),
        torch=all(importlib.util.find_spec(name) for name in packages),
        providers=providers,
    )


def _has_cuda() -> bool:
    """Whether NVIDIA's driver is installed and knows a GPU."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        count = ctypes.c_int(0)
        return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0
    except (OSError, AttributeError):
        return False


def _has_metal() -> bool:
    """Whether this is a Mac with Apple's own processor; torch's MPS wants one."""
    return sys.platform == "darwin" and platform.machine() == "arm64"
