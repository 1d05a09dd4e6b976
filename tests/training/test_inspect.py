"""``inspect`` tells people and programs what is in a folder."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.training.datasets.making import own_folder
from training.__main__ import main

ROWS = [
    *((f"{n}.png", f"câu {n}") for n in range(6)),
    ("0.png", ""),
    *((f"x{n}.png", "câu") for n in range(7)),
]


def test_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--data", str(own_folder(tmp_path, ROWS))]) == 0
    told = capsys.readouterr().out
    for part in (
        "own folder",
        "train: 3 photos, 3 captions",
        "val: 3 photos",
        "empty caption: 1",
        "train/0.png#1",
    ):
        assert part in told
    assert "photo missing: 7, left out" in told
    assert "train/x4.png and 2 more" in told
    assert told.endswith("It can be trained on.\n")


def test_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--json", "--data", str(own_folder(tmp_path, ROWS))]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "kind": "own folder",
        "splits": {"train": {"photos": 3, "captions": 3}, "val": {"photos": 3, "captions": 3}},
        "problems": {
            "photo missing": [f"train/x{n}.png" for n in range(7)],
            "empty caption": ["train/0.png#1"],
        },
        "usable": True,
        "why_not": None,
    }


def test_a_folder_that_cannot_be_trained_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = own_folder(tmp_path, [("gone.png", "câu")], photos=1)
    assert main(["inspect", "--json", "--data", str(folder)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["usable"] is False
    assert "gone.png" in found["why_not"]


def test_a_folder_of_something_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--json", "--data", str(tmp_path)]) == 1
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert (found["usable"], found["kind"], found["splits"]) == (False, "", {})
    assert found["why_not"] == told.err.splitlines()[-1]


def test_thorough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = own_folder(tmp_path, ROWS[:6])
    photo = folder / "0.png"
    photo.write_bytes(photo.read_bytes()[:120])
    assert main(["inspect", "--data", str(folder)]) == 0
    assert "unreadable" not in capsys.readouterr().out
    assert main(["inspect", "--thorough", "--data", str(folder)]) == 0
    assert "photo unreadable: 1" in capsys.readouterr().out


def test_a_console_without_vietnamese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    console = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", console)
    assert main(["inspect", "--data", str(own_folder(tmp_path, [*ROWS, ("phố.png", "câu")]))]) == 0
    console.flush()
    assert b"photo missing: 8" in console.buffer.getvalue()
