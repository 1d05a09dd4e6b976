"""The gate's first version: too small, black, uniform, and everything else a photo."""

from __future__ import annotations

import numpy as np
import pytest

from engine.contract import Pixels, Verdict
from engine.gate import examine


def flat(colour: tuple[int, int, int], noise: int = 0, size: tuple[int, int] = (480, 640)) -> Pixels:
    values = np.full((*size, 3), colour, np.int16)
    values += np.random.default_rng(0).integers(-noise, noise + 1, values.shape, np.int16)
    return values.clip(0, 255).astype(np.uint8)


def gradient() -> Pixels:
    ramp = np.linspace(0, 255, 640).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(ramp[None, :, None], (480, 640, 3)))


def speck(image: Pixels, side: int) -> Pixels:
    image = image.copy()
    image[100 : 100 + side, 100 : 100 + side] = 255
    return image


CASES = [
    pytest.param(flat((0, 0, 0)), Verdict.BLACK, id="screen-curtain"),
    pytest.param(flat((6, 5, 8), noise=5), Verdict.BLACK, id="covered-lens"),
    pytest.param(speck(flat((0, 0, 0)), 8), Verdict.BLACK, id="black-with-a-cursor"),
    pytest.param(flat((255, 255, 255)), Verdict.UNIFORM, id="white"),
    pytest.param(flat((30, 120, 200), noise=3), Verdict.UNIFORM, id="one-colour-jpeg"),
    pytest.param(np.zeros((12, 300, 3), np.uint8), Verdict.TOO_SMALL, id="narrow"),
    pytest.param(np.zeros((1, 1, 3), np.uint8), Verdict.TOO_SMALL, id="tracking-pixel"),
    pytest.param(gradient(), Verdict.PHOTO, id="gradient"),
    pytest.param(flat((128, 128, 128), noise=60), Verdict.PHOTO, id="noise"),
    pytest.param(speck(flat((0, 0, 0)), 120), Verdict.PHOTO, id="night-with-a-light"),
    pytest.param(flat((128, 128, 128), noise=60, size=(2160, 3840)), Verdict.PHOTO, id="4k"),
]


@pytest.mark.parametrize(("image", "verdict"), CASES)
def test_verdict(image: Pixels, verdict: Verdict) -> None:
    assert examine(image) is verdict
