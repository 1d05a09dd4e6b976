"""What kind of picture is it? Made pictures of each kind, the program's own windows, the sample photos."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.contract import Pixels, Verdict
from engine.gate import examine, look
from engine.gate_cells import CELL_FEATURES
from engine.gate_network import networks
from engine.images import read_image
from training.gate import drawings, empties, sheets, windows
from training.gate.made import Maker
from training.gate.spoiling import as_jpeg
from training.gate.stock import Stock

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "resources" / "samples").glob("*.jpg"))
SCREENSHOTS = sorted((ROOT / "docs" / "screenshots").glob("*.png"))
STOCK = Stock(SAMPLES)


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


PLAIN = [
    pytest.param(flat((0, 0, 0)), Verdict.BLACK, id="screen-curtain"),
    pytest.param(flat((6, 5, 8), noise=5), Verdict.BLACK, id="covered-lens"),
    pytest.param(speck(flat((0, 0, 0)), 8), Verdict.BLACK, id="black-with-a-cursor"),
    pytest.param(flat((255, 255, 255)), Verdict.UNIFORM, id="white"),
    pytest.param(flat((30, 120, 200), noise=3), Verdict.UNIFORM, id="one-colour-jpeg"),
    pytest.param(flat((200, 40, 40), size=(2160, 3840)), Verdict.UNIFORM, id="one-colour-4k"),
    pytest.param(np.zeros((12, 300, 3), np.uint8), Verdict.TOO_SMALL, id="narrow"),
    pytest.param(np.zeros((1, 1, 3), np.uint8), Verdict.TOO_SMALL, id="tracking-pixel"),
    pytest.param(gradient(), Verdict.BLANK, id="gradient"),
    pytest.param(speck(flat((255, 250, 240)) - 60, 9), Verdict.BLANK, id="page-with-a-cursor"),
]


@pytest.mark.parametrize(("image", "verdict"), PLAIN)
def test_nothing_to_see(image: Pixels, verdict: Verdict) -> None:
    assert examine(image) is verdict


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
@pytest.mark.parametrize("size", [None, (1920, 1080), (320, 240)], ids=str)
def test_samples_are_photos(file: Path, size: tuple[int, int] | None) -> None:
    picture = Image.open(file).convert("RGB")
    assert examine(np.array(picture.resize(size) if size else picture)) is Verdict.PHOTO


@pytest.mark.parametrize("quality", [35, 90])
def test_a_photo_saved_badly_is_a_photo(quality: int) -> None:
    photo = Image.open(SAMPLES[1]).convert("RGB")
    assert examine(np.array(as_jpeg(photo, quality, colours_halved=True))) is Verdict.PHOTO


def test_a_black_and_white_photo_is_a_photo() -> None:
    photo = Image.open(SAMPLES[0]).convert("L").convert("RGB")
    assert examine(np.array(photo)) is Verdict.PHOTO


@pytest.mark.parametrize("file", SCREENSHOTS, ids=lambda file: file.stem)
def test_the_programs_own_windows_are_no_photos(file: Path) -> None:
    assert examine(read_image(file)) is not Verdict.PHOTO


NOTHING = {Verdict.BLACK, Verdict.UNIFORM, Verdict.BLANK}

KINDS = [
    *((name, maker, Verdict.TEXT) for name, maker in sheets.MAKERS.items()),
    *((name, maker, Verdict.INTERFACE) for name, maker in windows.MAKERS.items()),
    *((name, maker, Verdict.DRAWING) for name, maker in drawings.MAKERS.items()),
    *((name, maker, None) for name, maker in empties.MAKERS.items()),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "maker", "kind"), KINDS, ids=[name for name, *_ in KINDS])
def test_made_pictures(name: str, maker: Maker, kind: Verdict | None) -> None:
    """GIVEN new pictures of each maker, THEN none is a photo and most are what they were made as."""
    made = [maker(random.Random(f"test {name} {number}"), STOCK) for number in range(6)]
    verdicts = [examine(np.array(one.image)) for one in made]
    assert Verdict.PHOTO not in verdicts
    fitting = NOTHING if kind is None else {kind}
    assert sum(verdict in fitting for verdict in verdicts) >= 4
    assert kind is None or all(one.kind is kind for one in made)


TURNED = [SAMPLES[0], SAMPLES[2], SCREENSHOTS[0], SCREENSHOTS[-1]]


@pytest.mark.parametrize("file", TURNED, ids=lambda file: file.stem)
def test_turned_and_mirrored_pictures_are_of_the_same_kind(file: Path) -> None:
    image = read_image(file)
    turned = [np.rot90(image, quarters) for quarters in range(4)]
    every = [np.ascontiguousarray(one) for one in [*turned, *(one[:, ::-1] for one in turned)]]
    assert {examine(one) for one in every} == {examine(image)}


@pytest.mark.parametrize("size", [(16, 16), (17, 900), (900, 17), (681, 8), (679, 1361)], ids=str)
def test_every_size_is_looked_at(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    assert examine(noise) in Verdict


def test_a_look_tells_why() -> None:
    cells, pictures = networks()
    seen = look(read_image(SAMPLES[0]))
    assert seen.verdict is Verdict.PHOTO
    assert set(seen.scores) == set(pictures.outputs)
    assert sum(seen.scores.values()) == pytest.approx(1, abs=1e-3)
    assert set(pictures.inputs) <= set(seen.features)
    assert cells.inputs == CELL_FEATURES
    assert seen.photo.mean() > 0.5


def test_a_rule_needs_no_network() -> None:
    seen = look(np.zeros((100, 100, 3), np.uint8))
    assert (seen.verdict, dict(seen.scores), dict(seen.features)) == (Verdict.BLACK, {"black": 1.0}, {})
