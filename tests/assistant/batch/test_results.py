"""Tables of results, and alt texts that never replace a stranger's file."""

from __future__ import annotations

import csv
import errno
import json
import os
from pathlib import Path

import pytest

from assistant.batch.job import BatchError, BatchFault, FolderJob
from assistant.batch.results import COLUMNS, AltTexts, Skipped, SkipReason, write_alt_texts, write_results
from assistant.messages import LANGUAGES, Messages
from engine import Verdict
from tests.fakes import a_caption


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        (folder / name).write_bytes(name.encode())
    return folder


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def described(folder: Path, state: Path, text: str = "mèo") -> FolderJob:
    """1.jpg is described, 2.jpg refused, 3.jpg fails."""
    job = FolderJob.open(folder, state)
    while path := job.next_file():
        if path.name == "1.jpg":
            job.done(path, a_caption(text, confidence=0.123456))
        elif path.name == "2.jpg":
            job.done(path, a_caption("", confidence=0.0, verdict=Verdict.BLACK))
        else:
            job.failed(path, "Tệp ảnh này bị hỏng.")
    return job


def test_results_as_csv(folder: Path, state: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    write_results(described(folder, state), path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            list(COLUMNS),
            ["1.jpg", "mèo", "0.1235", "photo", "", "starter"],
            ["2.jpg", "", "0.0", "black", "", "starter"],
            ["3.jpg", "", "", "", "Tệp ảnh này bị hỏng.", ""],
        ]


def test_results_as_json(folder: Path, state: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_results(described(folder, state), path)
    first, _, last = json.loads(path.read_text(encoding="utf-8"))
    assert first == dict(zip(COLUMNS, ["1.jpg", "mèo", 0.1235, "photo", "", "starter"], strict=True))
    assert (last["confidence"], last["verdict"]) == (None, None)


def test_results_that_cannot_be_written(folder: Path, state: Path, tmp_path: Path) -> None:
    job = described(folder, state)
    for name, fault in (
        ("results.ods", BatchFault.UNKNOWN_FORMAT),
        ("absent/results.csv", BatchFault.FAILED),
    ):
        with pytest.raises(BatchError) as caught:
            write_results(job, tmp_path / name)
        assert caught.value.fault is fault


def test_alt_texts_are_written_beside_the_pictures(folder: Path, state: Path) -> None:
    done = write_alt_texts(described(folder, state, "một con mèo đen"))
    assert done == AltTexts(
        written=(folder / "1.jpg.txt",),
        skipped=(
            Skipped(folder / "2.jpg", SkipReason.NO_TEXT),
            Skipped(folder / "3.jpg", SkipReason.NO_TEXT),
        ),
    )
    assert (folder / "1.jpg.txt").read_bytes() == "một con mèo đen\n".encode()
    assert sorted(file.suffix for file in folder.iterdir()) == [".jpg", ".jpg", ".jpg", ".txt"]


def test_our_own_text_follows_a_changed_picture_across_restarts(folder: Path, state: Path) -> None:
    write_alt_texts(described(folder, state, "cũ"))
    (folder / "1.jpg").write_bytes(b"changed picture")
    assert write_alt_texts(described(folder, state, "mới")).written == (folder / "1.jpg.txt",)
    assert (folder / "1.jpg.txt").read_text(encoding="utf-8") == "mới\n"


@pytest.mark.parametrize("content", [b"mine", b"", b"\n", "mèo, tôi sửa\n".encode()])
def test_a_text_by_somebody_else_stays(folder: Path, state: Path, content: bytes) -> None:
    """GIVEN a file that was there before, or was edited after, THEN it is skipped and unchanged."""
    job = described(folder, state)
    target = folder / "1.jpg.txt"
    target.write_bytes(content)
    assert Skipped(folder / "1.jpg", SkipReason.NOT_OURS) in write_alt_texts(job).skipped
    target.unlink()
    write_alt_texts(job)
    target.write_bytes(content)
    assert Skipped(folder / "1.jpg", SkipReason.NOT_OURS) in write_alt_texts(job).skipped
    assert target.read_bytes() == content


def test_links_and_folders_are_never_replaced(folder: Path, state: Path, tmp_path: Path) -> None:
    job = described(folder, state)
    target = folder / "1.jpg.txt"
    target.mkdir()
    assert write_alt_texts(job).written == ()
    target.rmdir()
    (tmp_path / "elsewhere").write_text("mèo\n", encoding="utf-8")
    target.symlink_to(tmp_path / "elsewhere")
    assert write_alt_texts(job).written == ()
    assert target.is_symlink()


def test_a_kill_between_the_text_and_its_mark_is_healed(
    folder: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a text that was written and not yet remembered, THEN the next run knows it as ours."""
    job = described(folder, state, "cũ")
    with monkeypatch.context() as patch:
        patch.setattr(job, "wrote_alt_text", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            write_alt_texts(job)
    write_alt_texts(described(folder, state))
    (folder / "1.jpg").write_bytes(b"changed picture")
    assert write_alt_texts(described(folder, state, "mới")).written == (folder / "1.jpg.txt",)


def test_a_refusal_of_the_system_is_a_reason(
    folder: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = described(folder, state)

    def read_only(_: int) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "fsync", read_only)
    assert write_alt_texts(job).skipped[0] == Skipped(folder / "1.jpg", SkipReason.NOT_WRITTEN)
    assert not (folder / "1.jpg.txt").exists()


def test_every_reason_has_its_sentence() -> None:
    for language in LANGUAGES:
        assert len({Messages(language).text(f"batch.{reason}") for reason in SkipReason}) == len(SkipReason)
