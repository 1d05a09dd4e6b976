"""``viclipcap doctor``: what works, what is missing and how to get it."""

from __future__ import annotations

import argparse
import os
import platform
import time
from enum import StrEnum

import numpy as np

from assistant import __version__
from assistant.commands.outcome import ExitCode
from assistant.environment import (
    install_extra,
    install_program,
    model_store,
    package_version,
)
from assistant.messages import Messages
from assistant.reading.reader import ReadingError
from assistant.reading.tesseract import Tesseract
from assistant.reading.wording import Wording
from assistant.speech.engines import own_engines
from engine import CaptionError, DeviceChoice, ModelFolder, load_captioner, runtime_providers

BASE_PACKAGES = ("numpy", "pillow", "onnxruntime", "tokenizers", "platformdirs")
EXTRA_PACKAGES = {
    "app": ("PySide6-Essentials",),
    "train": ("torch", "accelerate", "transformers", "open_clip_torch"),
}


class _State(StrEnum):
    GOOD = "good"
    MISSING = "missing"
    """Something optional is not installed."""
    BAD = "bad"
    """Pictures cannot be described."""


class _Report:
    """Prints findings as they are made and remembers the worst."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self.sound = True

    def line(self, state: _State, key: str, **values: object) -> None:
        mark = self._messages.text(f"doctor.{state}")
        print(f"[{mark}] {self._messages.text(f'doctor.{key}', **values)}")
        if state is _State.BAD:
            self.sound = False


def configure(parser: argparse.ArgumentParser, messages: Messages) -> None:
    """The command has no arguments of its own."""


def run(options: argparse.Namespace, messages: Messages) -> int:
    """Check everything; exit code 3 when no picture can be described."""
    report = _Report(messages)
    print(messages.text("doctor.title", version=__version__))
    report.line(_State.GOOD, "python", version=platform.python_version(), system=platform.platform())
    report.line(_State.GOOD, "processor", cores=os.cpu_count())
    _check_packages(report, messages)
    report.line(_State.GOOD, "providers", providers=", ".join(runtime_providers()))
    _check_voices(report, messages)
    _check_reader(report)
    _check_text_reader(report, messages)
    _check_models(report, messages)
    print(messages.text("doctor.well" if report.sound else "doctor.unwell"))
    return ExitCode.OK if report.sound else ExitCode.NO_MODEL


def _check_packages(report: _Report, messages: Messages) -> None:
    for name in BASE_PACKAGES:
        report.line(_State.GOOD, "package", name=name, version=package_version(name))
    for extra, names in EXTRA_PACKAGES.items():
        purpose = messages.text(f"doctor.purpose-{extra}")
        for name in names:
            version = package_version(name)
            if version:
                report.line(_State.GOOD, "package", name=name, version=version)
            else:
                install = install_extra(extra)
                report.line(_State.MISSING, "package-missing", name=name, purpose=purpose, install=install)


def _check_voices(report: _Report, messages: Messages) -> None:
    offline = [engine.name for engine in own_engines() if engine.is_installed() and not engine.online]
    if offline:
        report.line(_State.GOOD, "voices", names=", ".join(offline))
    else:
        purpose = messages.text("doctor.purpose-voice")
        install = install_program("espeak-ng", "eSpeak-NG.eSpeak-NG", "espeak-ng")
        report.line(_State.MISSING, "program-missing", name="espeak-ng", purpose=purpose, install=install)


def _check_reader(report: _Report) -> None:
    """Only where the app is installed: the command line prints, which readers read by themselves."""
    if package_version("PySide6-Essentials"):
        from assistant.speech.readers.finding import find_reader

        reader = find_reader()
        report.line(_State.GOOD, "reader" if reader else "no-reader", name=reader.name if reader else "")


def _check_text_reader(report: _Report, messages: Messages) -> None:
    tesseract = Tesseract()
    try:
        tesseract.check()
    except ReadingError as exc:
        report.line(_State.MISSING, "text-reader-missing", reason=Wording(messages).whole(exc))
    else:
        report.line(_State.GOOD, "text-reader", name=tesseract.name, folder=tesseract.data().folder)


def _check_models(report: _Report, messages: Messages) -> None:
    store = model_store()
    folders = list(store)
    for folder in folders:
        try:
            duration_ms, choice = _describe_noise(folder)
        except CaptionError as exc:
            report.line(_State.BAD, "model-bad", name=folder.name, reason=exc)
        else:
            report.line(_State.GOOD, "model-good", name=folder.name, ms=duration_ms)
            _tell_device(choice, folder, report, messages)
    if not folders:
        report.line(_State.BAD, "model-none", places=", ".join(map(str, store.roots)))


def _tell_device(choice: DeviceChoice, folder: ModelFolder, report: _Report, messages: Messages) -> None:
    """Where the model runs, and why there."""
    why = messages.text(f"doctor.device-{choice.why}", detail=choice.detail)
    place = {"device": choice.device, "runtime": choice.runtime, "dtype": choice.dtype}
    report.line(_State.GOOD, "device", name=folder.name, why=why, **place)


def _describe_noise(folder: ModelFolder) -> tuple[float, DeviceChoice]:
    """Verify a model and put one picture through it; returns milliseconds, and where it ran."""
    folder.verify()
    captioner = load_captioner(folder)
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    start = time.perf_counter()
    captioner.caption(noise)
    return (time.perf_counter() - start) * 1000.0, captioner.device_choice
