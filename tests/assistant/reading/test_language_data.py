"""Importing language data: checked before it takes the place of what works."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.commands.outcome import ExitCode
from assistant.messages import Messages
from assistant.reading.language_data import DataError, DataFault, import_language_data

MESSAGES = Messages("vi")


def traineddata(network: int = 1, count: int = 24) -> bytes:
    """A file of 24 parts, of which only the network is there."""
    head = 4 + 8 * count
    places = [-1] * count
    if network:
        places[17] = head
    return struct.pack(f"<i{count}q", count, *places) + b"network"


def write(folder: Path, data: bytes, name: str = "vie.traineddata") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_data_is_copied(tmp_path: Path) -> None:
    path, own = write(tmp_path, traineddata()), tmp_path / "own" / "tessdata"
    assert import_language_data(path, own) == len(traineddata())
    assert (own / "vie.traineddata").read_bytes() == traineddata()


@pytest.mark.parametrize(
    ("data", "name", "fault"),
    [
        (b"", "vie.traineddata", DataFault.NOT_LANGUAGE_DATA),
        (b"<html>not found</html>", "vie.traineddata", DataFault.NOT_LANGUAGE_DATA),
        (traineddata(network=0), "vie.traineddata", DataFault.NOT_LANGUAGE_DATA),
        (traineddata()[:-7], "vie.traineddata", DataFault.NOT_LANGUAGE_DATA),
        (traineddata(), "eng.traineddata", DataFault.NOT_VIETNAMESE),
        (None, "vie.traineddata", DataFault.NOT_FOUND),
    ],
    ids=["empty", "web page", "no network", "cut off", "english", "absent"],
)
def test_what_is_not_right_changes_nothing(
    tmp_path: Path, data: bytes | None, name: str, fault: DataFault
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    write(own, b"before")
    path = tmp_path / name if data is None else write(tmp_path, data, name)
    with pytest.raises(DataError) as caught:
        import_language_data(path, own)
    assert caught.value.fault is fault
    assert (own / "vie.traineddata").read_bytes() == b"before"


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own"
    monkeypatch.setattr("assistant.commands.model_changes.tessdata_folder", lambda: own)
    path = write(tmp_path, traineddata())
    assert main(["models", "import", str(path)]) == ExitCode.OK
    assert str(own) in capsys.readouterr().out
    path.write_bytes(b"no")
    assert main(["models", "import", str(path)]) == ExitCode.MODELS_UNCHANGED
    expected = MESSAGES.text("language-data.not-language-data", file=path)
    assert capsys.readouterr().err.strip() == expected
