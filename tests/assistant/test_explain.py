"""``viclipcap describe --explain``, ``--save-overlay`` and ``--alternatives``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assistant.cli import main
from assistant.commands.overlay import draw_overlay
from assistant.messages import Messages
from engine import Caption, Region, RegionCaption, Verdict
from tests.fakes import a_caption

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
COFFEE = SAMPLES / "coffee.jpg"
VI = Messages("vi")

GREY = np.full((300, 400, 3), 128, np.uint8)


def region(left: int, top: int) -> RegionCaption:
    place = Region(left=left, top=top, width=120, height=90)
    return RegionCaption(region=place, text="Một con mèo", confidence=0.8)


def mixed(*regions: RegionCaption) -> Caption:
    return Caption(text="", confidence=0.0, verdict=Verdict.MIXED, model="m", regions=regions)


def test_explain_prints_one_object_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    black = tmp_path / "đen.png"
    Image.new("RGB", (64, 48)).save(black)
    assert main(["describe", "--explain", str(COFFEE), str(black)]) == 0
    photo, refused = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    keys = [
        "file", "said", "verdict", "gate", "text", "confidence", "certainty", "levels", "reasons",
        "alternatives", "regions", "timings_ms", "model",
    ]  # fmt: skip
    assert list(photo) == list(refused) == keys
    assert photo["verdict"] == "photo"
    assert sum(photo["gate"]["scores"].values()) == pytest.approx(1.0, abs=0.01)
    assert photo["said"].casefold().endswith(photo["text"].casefold())
    assert photo["levels"]["sure"] > photo["levels"]["fairly_sure"] > photo["levels"]["unsure"] > 0
    reasons = photo["reasons"]
    assert set(reasons) == {"features", "contributions", "first_log_odds", "like_a_photo"}
    assert set(reasons["contributions"]) <= set(reasons["features"])
    assert reasons["like_a_photo"] > 0.9
    assert refused["verdict"] == "black"
    assert (refused["text"], refused["certainty"], refused["reasons"]) == ("", None, {"features": {}})
    assert str(COFFEE) == photo["file"]


def test_the_overlay_of_a_photo_is_the_photo_with_words_below(tmp_path: Path) -> None:
    target = tmp_path / "vẽ.png"
    assert main(["describe", "--save-overlay", str(target), str(COFFEE)]) == 0
    with Image.open(target) as drawn, Image.open(COFFEE) as photo:
        assert drawn.width == photo.width
        assert drawn.height > photo.height
        assert (np.asarray(drawn)[: photo.height] == np.asarray(photo.convert("RGB"))).all()
        assert np.asarray(drawn)[photo.height :].max() == 255  # letters


def test_regions_are_framed_and_nothing_else_is_touched() -> None:
    drawn = np.asarray(draw_overlay(GREY, mixed(region(40, 50), region(200, 180)), VI))
    changed = (drawn[:300] != GREY).any(axis=2)
    assert changed[50, 60:150].all()  # top edge
    assert changed[60:130, 159].all()  # right edge
    assert changed[269, 210:310].all()  # bottom edge of the second
    outside = changed.copy()
    outside[50:140, 40:160] = outside[180:270, 200:320] = False
    assert not outside.any()
    assert not changed[100:130, 80:140].any()  # the inside stays visible


def test_every_region_has_its_line_below() -> None:
    heights = [draw_overlay(GREY, mixed(*[region(0, 0)] * count), VI).height for count in range(3)]
    assert heights[0] < heights[1] < heights[2]


def test_long_sentences_are_wrapped() -> None:
    short = draw_overlay(GREY, a_caption("Một con mèo"), VI)
    long = draw_overlay(GREY, a_caption("Một con mèo " * 30), VI)
    assert long.height > short.height
    assert long.width == short.width == 400


def test_an_overlay_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "không có" / "vẽ.png"
    assert main(["describe", "--save-overlay", str(target), str(COFFEE)]) == 2
    out, err = capsys.readouterr()
    assert out.strip()
    assert "Không lưu được vào" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--save-overlay", "a.png", "1.jpg", "2.jpg"], "một ảnh mỗi lần"),
        (["--save-overlay", "a.txt", "1.jpg"], ".png"),
    ],
)
def test_misuse(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", *arguments]) == 64
    assert words in capsys.readouterr().err


def test_alternatives_are_printed_when_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "--alternatives", str(COFFEE)]) == 0
    assert main(["describe", str(COFFEE)]) == 0
    long, short = capsys.readouterr().out.splitlines()
    assert long.startswith(f"{short}. Cách nói khác: ")
