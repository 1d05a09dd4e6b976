"""Pixels -> Vietnamese sentence: gate, preprocess, encode, search, tidy text."""

from __future__ import annotations

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
    Pixels,
    Verdict,
    check_image,
)
from engine.gate import examine
from engine.preprocess import preprocess
from engine.search import Decoder, Hypothesis, beam_search
from engine.store import ModelFolder

_T = TypeVar("_T")


class Encoder(Protocol):
    """The image encoder and the mapping network."""

    def encode(self, images: Floats) -> Floats:
        """(B, 3, S, S) preprocessed pictures -> (B, K, D) prefix embeddings."""
        ...


class Tokenizer(Protocol):
    """What is needed of a tokenizer."""

    def decode(self, ids: Sequence[int]) -> str:
        """Token ids -> text."""
        ...


class Captioner:
    """A loaded model. Stateless between calls; not for use by two threads at once.

    Args:
        config: the model's configuration.
        encoder: image encoder and mapping network.
        decoder: the language model.
        tokenizer: token ids -> text.
    """

    def __init__(
        self, *, config: ModelConfig, encoder: Encoder, decoder: Decoder, tokenizer: Tokenizer
    ) -> None:
        self.config = config
        self._encoder = encoder
        self._decoder = decoder
        self._tokenizer = tokenizer

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
        described = iter(self._describe(photos, options, clock) if photos else ())
        answers = [
            next(described)
            if verdict is Verdict.PHOTO
            else Caption(text="", confidence=0.0, verdict=verdict, model=self.config.name)
            for verdict in verdicts
        ]
        return [replace(answer, timings_ms=clock.stages_ms) for answer in answers]

    def _describe(self, photos: Sequence[Pixels], options: CaptionOptions, clock: _Clock) -> list[Caption]:
        pre = self.config.preprocessing
        batch = clock.time("preprocess", lambda: np.stack([preprocess(photo, pre) for photo in photos]))
        prefix = clock.time("encode", lambda: self._encoder.encode(batch))
        if not np.isfinite(prefix).all():
            raise GenerationError(
                f"Model {self.config.name} gave numbers that are not finite for a picture. "
                "Its files may be damaged: install it anew, or choose another model."
            )
        search = options.search(self.config.generation)
        # The runner-up is always wanted: the margin to it is a feature of the confidence.
        keep = max(2, 1 + options.alternatives)
        found = clock.time("search", lambda: beam_search(self._decoder, prefix, search, keep=keep))
        return [self._word(hypotheses, options) for hypotheses in found]

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


def load_captioner(folder: ModelFolder, *, threads: int | None = None) -> Captioner:
    """Build a captioner from a model folder, on ONNX Runtime.

    Args:
        folder: the model; every file used is checked against its SHA-256.
        threads: CPU threads for the networks; ``None`` lets ONNX Runtime choose.

    Raises:
        ModelMissing, ModelCorrupt, ModelMismatch: the folder cannot be used.
    """
    # Imported here: a program that only lists models or reads pictures should not pay for them.
    from engine.onnx_runtime import OnnxDecoder, OnnxEncoder, open_session
    from engine.tokenizer import load_tokenizer

    config = folder.config
    encoder = OnnxEncoder(open_session(folder.file("encoder.onnx"), threads), config)
    decoder = OnnxDecoder(open_session(folder.file("decoder.onnx"), threads), config)
    tokenizer = load_tokenizer(folder.file("tokenizer.json"), config)
    return Captioner(config=config, encoder=encoder, decoder=decoder, tokenizer=tokenizer)


def runtime_providers() -> tuple[str, ...]:
    """Names of the processors ONNX Runtime can use here, preferred ones first."""
    from engine.onnx_runtime import available_providers

    return available_providers()
