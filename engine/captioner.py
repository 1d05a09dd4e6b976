"""Pixels -> Vietnamese sentence: gate, preprocess, encode, search, tidy text."""

from __future__ import annotations

import logging
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol, TypeVar

import numpy as np

from engine import confidence
from engine.config import ModelConfig
from engine.contract import (
    Caption,
    CaptionOptions,
    Floats,
    GenerationError,
    GpuFailed,
    Pixels,
    Verdict,
    check_image,
)
from engine.devices import Device, DeviceChoice, DeviceReason, Precision
from engine.gate import examine
from engine.preprocess import preprocess
from engine.runtimes import Runtime, open_runtime
from engine.search import Hypothesis, beam_search
from engine.store import ModelFolder

_log = logging.getLogger(__name__)

_T = TypeVar("_T")


class Tokenizer(Protocol):
    """What is needed of a tokenizer."""

    def decode(self, ids: Sequence[int]) -> str:
        """Token ids -> text."""
        ...


class Captioner:
    """A loaded model. Stateless between calls; not for use by two threads at once.

    Args:
        config: the model's configuration.
        runtime: its networks.
        tokenizer: token ids -> text.
        fallback: loads the networks for the CPU, for when a GPU gives up; ``None`` where they run on it
            anyway.
    """

    def __init__(
        self,
        *,
        config: ModelConfig,
        runtime: Runtime,
        tokenizer: Tokenizer,
        fallback: Callable[[], Runtime] | None = None,
    ) -> None:
        self.config = config
        self._runtime = runtime
        self._tokenizer = tokenizer
        self._fallback = fallback

    @property
    def runtime(self) -> Runtime:
        """The networks in use."""
        return self._runtime

    @property
    def device_choice(self) -> DeviceChoice:
        """Where the networks run, and why there."""
        return self._runtime.choice

    def caption(self, image: Pixels, options: CaptionOptions | None = None) -> Caption:
        """Describe one picture.

        Args:
            image: RGB, uint8, (H, W, 3).
            options: what differs from the model's own settings.

        Returns:
            A caption; one without text when the gate refuses the picture.

        Raises:
            ImageError: the array breaks the image contract.
            GenerationError: the networks gave nothing usable.
        """
        return self.caption_batch([image], options)[0]

    def caption_batch(self, images: Sequence[Pixels], options: CaptionOptions | None = None) -> list[Caption]:
        """Describe several pictures in one pass; each answer is that of ``caption`` alone."""
        options = options or CaptionOptions()
        clock = _Clock(len(images))
        verdicts = clock.time("gate", lambda: [examine(check_image(image)) for image in images])
        photos = [image for image, verdict in zip(images, verdicts, strict=True) if verdict is Verdict.PHOTO]
        before = self._runtime
        described = iter(self._describe(photos, options, clock) if photos else ())
        answers = [
            next(described)
            if verdict is Verdict.PHOTO
            else Caption(text="", confidence=0.0, verdict=verdict, model=self.config.name)
            for verdict in verdicts
        ]
        fell_back = self._runtime is not before
        return [replace(answer, timings_ms=clock.stages_ms, fell_back=fell_back) for answer in answers]

    def search(
        self, photos: Sequence[Pixels], options: CaptionOptions | None = None
    ) -> list[list[Hypothesis]]:
        """What the search finds for pictures that are known to be photos, best first, at least two where
        there are; for comparing runtimes.

        Raises:
            GenerationError: the networks gave nothing usable.
        """
        return self._search(photos, options or CaptionOptions(), _Clock(len(photos)))

    def _describe(self, photos: Sequence[Pixels], options: CaptionOptions, clock: _Clock) -> list[Caption]:
        return [self._word(hypotheses, options) for hypotheses in self._search(photos, options, clock)]

    def _search(
        self, photos: Sequence[Pixels], options: CaptionOptions, clock: _Clock
    ) -> list[list[Hypothesis]]:
        pre = self.config.preprocessing
        batch = clock.time("preprocess", lambda: np.stack([preprocess(photo, pre) for photo in photos]))
        try:
            return self._run(batch, options, clock)
        except GpuFailed as exc:
            if self._fallback is None:
                raise
            _log.warning("%s Going on on the CPU.", exc)
            runtime, self._fallback = self._fallback(), None
            choice = replace(runtime.choice, why=DeviceReason.FAILED, detail=str(exc))
            self._runtime = replace(runtime, choice=choice)
        return self._run(batch, options, clock)

    def _run(self, batch: Floats, options: CaptionOptions, clock: _Clock) -> list[list[Hypothesis]]:
        prefix = clock.time("encode", lambda: self._runtime.encoder.encode(batch))
        if not np.isfinite(prefix).all():
            raise GenerationError(
                f"Model {self.config.name} gave numbers that are not finite for a picture. "
                "Its files may be damaged: install it anew, or choose another model."
            )
        search = options.search(self.config.generation)
        # The runner-up is always wanted: the margin to it is a feature of the confidence.
        keep = max(2, 1 + options.alternatives)
        decoder = self._runtime.decoder
        return clock.time("search", lambda: beam_search(decoder, prefix, search, keep=keep))

    def _word(self, found: Sequence[Hypothesis], options: CaptionOptions) -> Caption:
        texts = [tidy(self._tokenizer.decode(hypothesis.tokens)) for hypothesis in found]
        if not texts or not texts[0]:
            raise GenerationError(
                f"Model {self.config.name} found no sentence for a picture. Try another model."
            )
        features = confidence.features(found)
        others = dict.fromkeys(text for text in texts[1:] if text and text != texts[0])
        return Caption(
            text=texts[0],
            confidence=confidence.probability(features, self.config.calibration),
            features=MappingProxyType(features),
            alternatives=tuple(others)[: options.alternatives],
            verdict=Verdict.PHOTO,
            model=self.config.name,
        )


@dataclass
class _Clock:
    """Milliseconds per stage, shared equally among the pictures of a batch."""

    pictures: int

    def __post_init__(self) -> None:
        self._stages_ms: dict[str, float] = {}

    @property
    def stages_ms(self) -> MappingProxyType[str, float]:
        return MappingProxyType(dict(self._stages_ms))

    def time(self, stage: str, work: Callable[[], _T]) -> _T:
        start = time.perf_counter()
        result = work()
        elapsed_ms = (time.perf_counter() - start) * 1000.0
        self._stages_ms[stage] = round(elapsed_ms / max(1, self.pictures), 3)
        return result


def tidy(text: str) -> str:
    """NFC, single spaces, a capital first letter."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text[:1].upper() + text[1:]


def load_captioner(
    folder: ModelFolder,
    *,
    device: Device = "auto",
    precision: Precision = "auto",
    threads: int | None = None,
) -> Captioner:
    """Build a captioner from a model folder: on torch where a GPU is at hand, else on ONNX Runtime.

    Args:
        folder: the model; every file used is checked against its SHA-256.
        device: ``auto``, ``cpu``, ``cuda``, ``mps`` or ``dml``. ``Captioner.device_choice`` says what came of
        it.
        precision: ``auto``, ``fp32`` or ``int8``, on ONNX Runtime.
        threads: CPU threads for the networks; ``None`` lets the library choose.

    Raises:
        ModelMissing, ModelCorrupt, ModelMismatch: the folder cannot be used, or not on this device.
    """
    # Imported here: a program that only lists models or reads pictures should not pay for it.
    from engine.tokenizer import load_tokenizer

    config = folder.config
    tokenizer = load_tokenizer(folder.file("tokenizer.json"), config)
    runtime = open_runtime(folder, device, precision, threads)
    _log.info("model %s on %s", config.name, runtime.choice)

    def fallback() -> Runtime:
        return open_runtime(folder, "cpu", precision, threads)

    on_cpu = runtime.choice.device == "cpu"
    return Captioner(
        config=config, runtime=runtime, tokenizer=tokenizer, fallback=None if on_cpu else fallback
    )


def runtime_providers() -> tuple[str, ...]:
    """Names of the processors ONNX Runtime can use here, preferred ones first."""
    from engine.onnx_runtime import available_providers

    return available_providers()
