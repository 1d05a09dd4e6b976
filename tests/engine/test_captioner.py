"""From pixels to a sentence, with fake networks and with the tiny real one."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine import captioner as captioning
from engine.captioner import Captioner, load_captioner, tidy
from engine.certainty import Certainty, Levels
from engine.config import Calibration, Logistic, ModelConfig, SecondLook
from engine.contract import CaptionOptions, Floats, GenerationError, ImageError, Verdict
from engine.devices import DeviceChoice, DeviceReason
from engine.runtimes import Encoder, Runtime
from engine.store import ModelFolder
from engine.subjects import Subject
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
    assert fake(replace(tiny_config(), calibration=sure)).caption(PHOTO).confidence > 0.95
    assert fake(replace(tiny_config(), calibration=doubtful)).caption(PHOTO).confidence < 0.05


LOOKING_TWICE = Calibration(
    bias=0.0,
    weights={},
    second_look=SecondLook(
        low=0.4, high=0.6, share=0.8, logistic=Logistic(bias=-4.0, weights={"first": 1.0, "agreement": 8.0})
    ),
    levels=Levels(sure=0.9, fairly_sure=0.5, unsure=0.2),
)


@pytest.fixture
def no_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take everything for a photo: the gate is not what is tested."""
    monkeypatch.setattr(captioning, "find_subject", lambda image: Subject(Verdict.PHOTO, (image,)))


@pytest.mark.usefixtures("no_gate")
def test_a_doubtful_caption_is_compared_with_that_of_the_middle() -> None:
    """GIVEN a picture whose middle is like the whole, and one whose middle is not, THEN only the first is
    trusted; and one picture that is not doubtful is looked at once.
    """
    # A frame that is left out of the middle, and changes its mean.
    framed = PHOTO.copy()
    framed[:4], framed[-4:], framed[:, :6], framed[:, -6:] = 255, 255, 255, 255
    encoder = MeanEncoder()
    captioner = fake(replace(tiny_config(), calibration=LOOKING_TWICE), encoder)
    alike, unlike = captioner.caption_batch([PHOTO, framed])
    assert encoder.batches == [2, 2]
    assert alike.features["agreement"] > unlike.features["agreement"]
    assert (alike.certainty, unlike.certainty) == (Certainty.SURE, Certainty.UNRECOGNISED)
    assert "second_look" in alike.timings_ms
    sure = replace(LOOKING_TWICE, bias=3.0)
    once = fake(replace(tiny_config(), calibration=sure), encoder).caption(PHOTO)
    assert encoder.batches == [2, 2, 1]
    assert "agreement" not in once.features
    assert "second_look" not in once.timings_ms


@pytest.mark.usefixtures("no_gate")
def test_projections_see_the_prefix() -> None:
    """GIVEN a projection of the fake encoder's one number, THEN bright and dark differ in confidence."""
    calibration = Calibration(bias=-50.0, weights={"picture": 1.0}, projections={"picture": (1.0,)})
    captioner = fake(replace(tiny_config(), calibration=calibration))
    bright = np.clip(PHOTO.astype(int) + 100, 0, 255).astype(np.uint8)
    dark, light = captioner.caption_batch([PHOTO, bright])
    assert dark.features["picture"] < light.features["picture"]
    assert dark.confidence < light.confidence


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
