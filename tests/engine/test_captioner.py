"""From pixels to a sentence, with fake networks and with the tiny real one."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
import pytest

from engine.captioner import Captioner, load_captioner, tidy
from engine.config import Calibration, ModelConfig
from engine.contract import CaptionOptions, Floats, GenerationError, ImageError, Verdict
from engine.devices import DeviceChoice, DeviceReason
from engine.runtimes import Encoder, Runtime
from engine.store import ModelFolder
from tests.fakes import TableDecoder
from tests.tiny import tiny_config

PHOTO = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
BLACK = np.zeros((48, 64, 3), np.uint8)


class MeanEncoder:
    """One prefix position that tells bright from dark."""

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor
        self.batches: list[int] = []

    def encode(self, images: Floats) -> Floats:
        self.batches.append(len(images))
        return (
            np.round(images.mean(axis=(1, 2, 3)) * 10 + 50).astype(np.float32).reshape(-1, 1, 1) * self.factor
        )


class Spelling:
    """Token 1 is "mot1", token 2 "mot2", and so on."""

    def decode(self, ids: Sequence[int]) -> str:
        return " ".join(f"mot{i}" for i in ids)


def runtime(encoder: Encoder, device: str = "cpu") -> Runtime:
    choice = DeviceChoice(device=device, runtime="onnxruntime", dtype="float32", why=DeviceReason.NO_GPU)
    return Runtime(encoder=encoder, decoder=TableDecoder(vocabulary=12), choice=choice)


def fake(config: ModelConfig | None = None, encoder: MeanEncoder | None = None) -> Captioner:
    return Captioner(
        config=config or tiny_config(), runtime=runtime(encoder or MeanEncoder()), tokenizer=Spelling()
    )


def test_describes_a_photo() -> None:
    caption = fake().caption(PHOTO)
    assert caption.verdict is Verdict.PHOTO
    assert caption.text.startswith("Mot")
    assert 0 < caption.confidence < 1
    assert caption.model == "tiny"
    assert set(caption.timings_ms) == {"gate", "preprocess", "encode", "search"}
    assert not caption.refused


def test_refuses_black_without_running_a_network() -> None:
    encoder = MeanEncoder()
    caption = fake(encoder=encoder).caption(BLACK)
    assert caption.refused
    assert (caption.text, caption.confidence, caption.verdict) == ("", 0.0, Verdict.BLACK)
    assert encoder.batches == []


def test_batch_keeps_the_order_and_encodes_photos_only() -> None:
    encoder = MeanEncoder()
    bright = np.clip(PHOTO.astype(int) + 100, 0, 255).astype(np.uint8)
    captioner = fake(encoder=encoder)
    answers = captioner.caption_batch([PHOTO, BLACK, bright])
    assert encoder.batches == [2]
    assert [answer.verdict for answer in answers] == [Verdict.PHOTO, Verdict.BLACK, Verdict.PHOTO]
    assert answers[0].text == captioner.caption(PHOTO).text
    assert answers[2].text == captioner.caption(bright).text
    assert answers[0].text != answers[2].text


def test_empty_batch() -> None:
    assert fake().caption_batch([]) == []


@pytest.mark.parametrize("wanted", [0, 1, 3])
def test_alternatives_are_others(wanted: int) -> None:
    caption = fake().caption(PHOTO, CaptionOptions(alternatives=wanted, beam_size=6))
    assert len(caption.alternatives) == wanted
    assert len({caption.text, *caption.alternatives}) == wanted + 1


def test_calibration_decides_the_confidence() -> None:
    sure = Calibration(bias=4.0, weights={})
    doubtful = Calibration(bias=-4.0, weights={"length": 0.0})
    from dataclasses import replace

    assert fake(replace(tiny_config(), calibration=sure)).caption(PHOTO).confidence > 0.95
    assert fake(replace(tiny_config(), calibration=doubtful)).caption(PHOTO).confidence < 0.05


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(PHOTO.astype(np.float32), id="float"),
        pytest.param(PHOTO[..., 0], id="grey"),
        pytest.param(PHOTO[..., :2], id="two-channels"),
        pytest.param(PHOTO[:0], id="no-rows"),
        pytest.param("photo.jpg", id="path"),
    ],
)
def test_image_contract(wrong: object) -> None:
    with pytest.raises(ImageError, match="Cannot describe"):
        fake().caption(wrong)  # type: ignore[arg-type]


def test_numbers_that_are_not_finite_are_an_error() -> None:
    with pytest.raises(GenerationError, match="not finite"):
        fake(encoder=MeanEncoder(factor=float("nan"))).caption(PHOTO)


def test_tidy() -> None:
    decomposed = unicodedata.normalize("NFD", "  đường   phố Huế ")
    assert tidy(decomposed) == "Đường phố Huế"
    assert unicodedata.is_normalized("NFC", tidy(decomposed))
    assert tidy("") == ""


def test_tiny_model_describes(tiny_folder: ModelFolder) -> None:
    captioner = load_captioner(tiny_folder, threads=1)
    first = captioner.caption(PHOTO)
    assert first.text
    assert first.text == captioner.caption(PHOTO).text
    strided = np.asfortranarray(PHOTO)
    assert captioner.caption(strided).text == first.text
