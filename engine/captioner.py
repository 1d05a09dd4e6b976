"""Pixels -> Vietnamese sentence: gate, preprocess, encode, search, tidy text."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple, Protocol

import numpy as np

from engine import confidence
from engine.certainty import Levels
from engine.clock import Clock
from engine.config import ModelConfig
from engine.contract import (
    Caption,
    CaptionOptions,
    Floats,
    GenerationError,
    GpuFailed,
    Pixels,
    RegionCaption,
    Verdict,
    check_image,
)
from engine.devices import Device, DeviceChoice, DeviceReason, Precision
from engine.preprocess import preprocess
from engine.runtimes import Runtime, open_runtime
from engine.search import Hypothesis, beam_search
from engine.second_look import agreement, middle
from engine.store import ModelFolder
from engine.subjects import Subject, find_subject

_log = logging.getLogger(__name__)


class Tokenizer(Protocol):
    """What is needed of a tokenizer."""

    def decode(self, ids: Sequence[int]) -> str:
        """Token ids -> text."""
        ...


class Found(NamedTuple):
    """What the networks give for one photo.

    Attributes:
        hypotheses: sentences, best first, at least two where there are.
        prefix: (D,) mean of its prefix embeddings.
    """

    hypotheses: list[Hypothesis]
    prefix: Floats


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
        clock = Clock(len(images))
        subjects = clock.time("gate", lambda: [find_subject(check_image(image)) for image in images])
        photos = [photo for subject in subjects for photo in subject.photos]
        before = self._runtime
        described = iter(self._describe(photos, options, clock) if photos else ())
        answers = [self._answer(subject, described) for subject in subjects]
        fell_back = self._runtime is not before
        return [replace(answer, timings_ms=clock.stages_ms, fell_back=fell_back) for answer in answers]

    def _answer(self, subject: Subject, described: Iterator[Caption]) -> Caption:
        """The caption of one picture.

        Args:
            subject: what of it was described.
            described: the captions of its photos come next.
        """
        if subject.verdict is Verdict.PHOTO:
            return next(described)
        regions = tuple(
            RegionCaption(
                region=region, text=said.text, confidence=said.confidence, alternatives=said.alternatives
            )
            for region, said in zip(subject.regions, described, strict=False)
        )
        return Caption(
            text="",
            confidence=0.0,
            verdict=subject.verdict,
            model=self.config.name,
            regions=regions,
            levels=self._levels,
        )

    def search(
        self, photos: Sequence[Pixels], options: CaptionOptions | None = None
    ) -> list[list[Hypothesis]]:
        """The sentences ``find`` finds; for comparing runtimes."""
        return [found.hypotheses for found in self.find(photos, options)]

    def find(self, photos: Sequence[Pixels], options: CaptionOptions | None = None) -> list[Found]:
        """What the networks give for pictures that are known to be photos; for fitting the confidence.

        Raises:
            GenerationError: the networks gave nothing usable.
        """
        return self._find(photos, options or CaptionOptions(), Clock(len(photos)))

    def agreements(self, photos: Sequence[Pixels], texts: Sequence[str], share: float) -> list[float]:
        """How far what the model says of the middle of each photo agrees with what it said of the whole.

        Args:
            photos: RGB, uint8, (H, W, 3).
            texts: what it said of them.
            share: size of the middle, see ``engine.second_look``.

        Returns:
            Numbers in [0, 1].
        """
        others = self.find([middle(photo, share) for photo in photos], CaptionOptions(alternatives=0))
        return [
            agreement(text, self.sentence(other.hypotheses[0]))
            for text, other in zip(texts, others, strict=True)
        ]

    def sentence(self, hypothesis: Hypothesis) -> str:
        """The text of a hypothesis, tidied."""
        return tidy(self._tokenizer.decode(hypothesis.tokens))

    def _describe(self, photos: Sequence[Pixels], options: CaptionOptions, clock: Clock) -> list[Caption]:
        captions = [self._word(found, options) for found in self._find(photos, options, clock)]
        look = self.config.calibration and self.config.calibration.second_look
        if not look:
            return captions
        doubtful = [i for i, caption in enumerate(captions) if look.low <= caption.confidence <= look.high]
        if doubtful:
            again, texts = [photos[i] for i in doubtful], [captions[i].text for i in doubtful]
            shares = clock.time("second_look", lambda: self.agreements(again, texts, look.share))
            for i, share in zip(doubtful, shares, strict=True):
                captions[i] = self._judged(captions[i], {**captions[i].features, "agreement": share})
        return captions

    def _find(self, photos: Sequence[Pixels], options: CaptionOptions, clock: Clock) -> list[Found]:
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

    def _run(self, batch: Floats, options: CaptionOptions, clock: Clock) -> list[Found]:
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
        ranked = clock.time("search", lambda: beam_search(decoder, prefix, search, keep=keep))
        return [Found(*pair) for pair in zip(ranked, prefix.mean(axis=1), strict=True)]

    def _word(self, found: Found, options: CaptionOptions) -> Caption:
        texts = [self.sentence(hypothesis) for hypothesis in found.hypotheses]
        if not texts or not texts[0]:
            raise GenerationError(
                f"Model {self.config.name} found no sentence for a picture. Try another model."
            )
        others = dict.fromkeys(text for text in texts[1:] if text and text != texts[0])
        caption = Caption(
            text=texts[0],
            confidence=0.0,
            alternatives=tuple(others)[: options.alternatives],
            verdict=Verdict.PHOTO,
            model=self.config.name,
            levels=self._levels,
        )
        return self._judged(caption, confidence.features(*found, self.config.calibration))

    @property
    def _levels(self) -> Levels:
        return self.config.calibration.levels if self.config.calibration else Levels()

    def _judged(self, caption: Caption, features: Mapping[str, float]) -> Caption:
        sure = confidence.probability(features, self.config.calibration)
        return replace(caption, confidence=sure, features=MappingProxyType(dict(features)))


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
