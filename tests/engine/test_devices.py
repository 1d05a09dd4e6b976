"""Which processor is taken, in all the cases there are; computers are described, not had."""

from __future__ import annotations

import pytest

from engine.contract import ModelMissing
from engine.devices import Contents, Device, DeviceChoice, DeviceReason, Machine, candidates, this_machine

CPU_ONLY = ("CPUExecutionProvider",)
EVERYTHING = Contents(weights=True, graphs=True, fp32_graphs=True)
EMBEDDED = Contents(weights=False, graphs=True, fp32_graphs=False)
MAPPER = Contents(weights=True, graphs=False, fp32_graphs=False)

LAPTOP = Machine(gpus=(), torch=False, providers=CPU_ONLY)
DEVELOPER = Machine(gpus=(), torch=True, providers=CPU_ONLY)
NVIDIA = Machine(gpus=("cuda",), torch=True, providers=("CUDAExecutionProvider", *CPU_ONLY))
NVIDIA_WITHOUT_TORCH = Machine(gpus=("cuda",), torch=False, providers=CPU_ONLY)
WINDOWS = Machine(gpus=(), torch=False, providers=("DmlExecutionProvider", *CPU_ONLY))
MAC = Machine(gpus=("mps",), torch=True, providers=("CoreMLExecutionProvider", *CPU_ONLY))


def ways(wanted: Device, machine: Machine, contents: Contents) -> list[str]:
    return [f"{way.device} {way.runtime}" for way in candidates(wanted, machine, contents)]


@pytest.mark.parametrize(
    ("machine", "contents", "expected"),
    [
        (LAPTOP, EVERYTHING, ["cpu onnxruntime"]),
        (LAPTOP, EMBEDDED, ["cpu onnxruntime"]),
        (DEVELOPER, EVERYTHING, ["cpu onnxruntime", "cpu torch"]),
        (DEVELOPER, MAPPER, ["cpu torch"]),
        (NVIDIA, EVERYTHING, ["cuda torch", "cuda onnxruntime", "cpu onnxruntime", "cpu torch"]),
        (NVIDIA, EMBEDDED, ["cpu onnxruntime"]),
        (NVIDIA_WITHOUT_TORCH, EVERYTHING, ["cpu onnxruntime"]),
        (WINDOWS, EVERYTHING, ["dml onnxruntime", "cpu onnxruntime"]),
        (WINDOWS, EMBEDDED, ["cpu onnxruntime"]),
        (MAC, EVERYTHING, ["mps torch", "cpu onnxruntime", "cpu torch"]),
    ],
)
def test_automatic_choice(machine: Machine, contents: Contents, expected: list[str]) -> None:
    assert ways("auto", machine, contents) == expected


@pytest.mark.parametrize(
    ("wanted", "machine", "expected"),
    [
        ("cpu", NVIDIA, ["cpu onnxruntime", "cpu torch"]),
        ("cuda", NVIDIA, ["cuda torch", "cuda onnxruntime"]),
        ("dml", WINDOWS, ["dml onnxruntime"]),
        ("mps", MAC, ["mps torch"]),
    ],
)
def test_the_persons_choice(wanted: Device, machine: Machine, expected: list[str]) -> None:
    assert ways(wanted, machine, EVERYTHING) == expected


@pytest.mark.parametrize(
    ("machine", "contents", "why"),
    [
        (LAPTOP, EVERYTHING, DeviceReason.NO_GPU),
        (NVIDIA, EMBEDDED, DeviceReason.NO_WEIGHTS),
        (NVIDIA_WITHOUT_TORCH, EVERYTHING, DeviceReason.NO_TORCH),
    ],
)
def test_why_not_the_gpu(machine: Machine, contents: Contents, why: DeviceReason) -> None:
    assert candidates("auto", machine, contents)[-1].why is why


def test_why_this_device() -> None:
    assert candidates("auto", NVIDIA, EVERYTHING)[0].why is DeviceReason.GPU
    assert {way.why for way in candidates("cuda", NVIDIA, EVERYTHING)} == {DeviceReason.ASKED}
    assert {way.why for way in candidates("cpu", LAPTOP, EVERYTHING)} == {DeviceReason.ASKED}


@pytest.mark.parametrize("why", DeviceReason)
def test_every_choice_can_be_told(why: DeviceReason) -> None:
    choice = DeviceChoice(device="cpu", runtime="torch", dtype="float32", why=why, detail="memory is full")
    assert str(choice).startswith("cpu, torch, float32: ")
    assert str(choice).endswith("(memory is full)")


@pytest.mark.parametrize(
    ("wanted", "machine", "contents", "reason"),
    [
        ("cuda", LAPTOP, EVERYTHING, "GPUs here are none, torch is absent"),
        ("cuda", NVIDIA, EMBEDDED, "the model has no weights for torch"),
        ("dml", NVIDIA, EVERYTHING, "Choose the device auto or cpu"),
        ("auto", LAPTOP, MAPPER, "export the model, or install the extra train"),
        ("auto", NVIDIA, Contents(weights=False, graphs=False, fp32_graphs=False), "neither"),
    ],
)
def test_what_cannot_be_had(wanted: Device, machine: Machine, contents: Contents, reason: str) -> None:
    with pytest.raises(ModelMissing, match=reason):
        candidates(wanted, machine, contents)


def test_this_machine_can_be_asked() -> None:
    machine = this_machine(CPU_ONLY)
    assert machine.providers == CPU_ONLY
    assert set(machine.gpus) <= {"cuda", "mps"}
