"""``viclipcap read``, with a program that stands in for tesseract."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assistant.cli import main
from assistant.commands.outcome import ExitCode
from assistant.commands.read import WISHES
from assistant.hotkeys.chord import Action
from assistant.instance import READ_SCREEN
from assistant.messages import Messages
from tests.assistant.reading.fake_tesseract import FakeTesseract

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a shebang")

MESSAGES = Messages("vi")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTesseract:
    monkeypatch.setattr("assistant.reading.tesseract.tessdata_folder", lambda: tmp_path / "none")
    return FakeTesseract(tmp_path, monkeypatch)


@pytest.fixture
def picture(tmp_path: Path) -> str:
    path = tmp_path / "chữ.png"
    Image.fromarray(np.full((40, 60, 3), 255, np.uint8)).save(path)
    return str(path)


def test_the_text_is_printed(fake: FakeTesseract, picture: str, capsys: pytest.CaptureFixture[str]) -> None:
    fake.plan(("Xin", 96, 10, 10, 24, 14), ("chào", 91, 40, 10, 30, 14), ("Lan", 95, 10, 60, 30, 14))
    assert main(["read", picture]) == ExitCode.OK
    assert capsys.readouterr().out == "Xin chào\nLan\n"


def test_json(fake: FakeTesseract, picture: str, capsys: pytest.CaptureFixture[str]) -> None:
    fake.plan(("Lan", 95, 10, 20, 30, 14))
    assert main(["read", "--json", picture]) == ExitCode.OK
    assert json.loads(capsys.readouterr().out) == {
        "file": picture,
        "lines": [{"text": "Lan", "kind": "item", "box": [10, 20, 30, 14]}],
        "reader": "tesseract",
    }


def test_a_picture_without_text(
    fake: FakeTesseract, picture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", picture]) == ExitCode.OK
    assert capsys.readouterr().out.strip() == MESSAGES.text("reading.no-text")


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(
    fake: FakeTesseract, picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.plan(("Lan", 95, 10, 20, 30, 14))
    assert main(["read", str(tmp_path / "không có.png"), picture]) == ExitCode.UNREADABLE
    captured = capsys.readouterr()
    assert MESSAGES.text("image.missing") in captured.err
    assert captured.out == "Lan\n"


def test_missing_language_data_is_told(
    fake: FakeTesseract, picture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.plan(languages=("eng",))
    assert main(["read", picture]) == ExitCode.UNREADABLE
    assert "vie.traineddata" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["read"], ["read", "--screen", "--window"], ["read", "--screen", "a.png"]]
)
def test_wrong_use(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == ExitCode.USAGE
    assert capsys.readouterr().err


def test_the_running_app_knows_the_wishes() -> None:
    assert set(WISHES.values()) == {READ_SCREEN, Action.READ}
