"""The history on a real folder: limits, kills at any byte, damage, full disks, export."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from assistant.capture.picture import Origin, Picture
from assistant.history import INDEX_FILE, Entry, History, HistoryError, HistoryFault
from assistant.messages import LANGUAGES, Messages
from engine import Caption, ImageError, Verdict

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LARGE = 10_000_000


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def open_history(folder: Path, clock: Clock, *, limit_bytes: int = LARGE, days: float = 30) -> History:
    return History(folder, limit_bytes=limit_bytes, limit_age=timedelta(days=days), clock=clock)


@pytest.fixture
def history(tmp_path: Path, clock: Clock) -> History:
    return open_history(tmp_path / "history", clock)


def caption(text: str = "một con mèo đen") -> Caption:
    return Caption(
        text=text, confidence=0.75, verdict=Verdict.PHOTO, model="starter", alternatives=("mèo", "chó")
    )


def picture(height: int = 40, width: int = 60, name: str = "mèo.jpg") -> Picture:
    pixels = np.full((height, width, 3), (200, 100, 50), np.uint8)
    pixels[: height // 2] = (20, 30, 220)
    return Picture(pixels, Origin.FILE, name)


def fill(history: History, count: int) -> list[Entry]:
    return [history.add(caption(f"câu {number}"), picture()) for number in range(count)]


def test_entries_come_back_newest_first_after_a_restart(
    history: History, tmp_path: Path, clock: Clock
) -> None:
    added = fill(history, 3)
    assert history.entries() == added[::-1]
    assert open_history(tmp_path / "history", clock).entries() == added[::-1]
    newest = added[-1]
    assert (newest.text, newest.confidence, newest.alternatives) == ("câu 2", 0.75, ("mèo", "chó"))
    assert (newest.verdict, newest.origin, newest.name) == (Verdict.PHOTO, Origin.FILE, "mèo.jpg")
    assert (newest.model, newest.time, newest.picture) == ("starter", START, True)


def test_ids_are_unique_and_sorted_even_when_the_clock_goes_back(
    history: History, tmp_path: Path, clock: Clock
) -> None:
    added = fill(history, 2)
    clock.now -= timedelta(days=3)
    added += fill(history, 1)
    added += fill(open_history(tmp_path / "history", clock), 1)
    ids = [entry.id for entry in added]
    assert ids == sorted(set(ids))


def test_a_picture_can_be_described_again(history: History) -> None:
    pixels = history.picture(history.add(caption(), picture()))
    assert pixels.shape == (40, 60, 3)
    assert abs(int(pixels[35, 5, 0]) - 200) < 12
    assert abs(int(pixels[5, 5, 2]) - 220) < 12


@pytest.mark.parametrize(
    ("size", "kept"), [((1080, 1920), (720, 1280)), ((1600, 800), (1280, 640)), ((2, 5000), (1, 1280))]
)
def test_large_pictures_are_kept_smaller(
    history: History, size: tuple[int, int], kept: tuple[int, int]
) -> None:
    assert history.picture(history.add(caption(), picture(*size))).shape[:2] == kept


def test_a_lost_picture_is_known_to_be_lost(history: History, tmp_path: Path, clock: Clock) -> None:
    entry = history.add(caption(), picture())
    (tmp_path / "history" / f"{entry.id}.jpg").unlink()
    (reloaded,) = open_history(tmp_path / "history", clock).entries()
    assert not reloaded.picture
    with pytest.raises(ImageError):
        history.picture(reloaded)


def test_removed_entries_leave_nothing_behind(history: History, tmp_path: Path, clock: Clock) -> None:
    first, second, third = fill(history, 3)
    history.remove(second.id)
    history.remove(second.id)
    assert history.entries() == [third, first]
    names = {file.name for file in (tmp_path / "history").iterdir()}
    assert names == {INDEX_FILE, f"{first.id}.jpg", f"{third.id}.jpg"}
    history.clear()
    assert [file.name for file in (tmp_path / "history").iterdir()] == [INDEX_FILE]
    assert (tmp_path / "history" / INDEX_FILE).read_bytes() == b""
    assert open_history(tmp_path / "history", clock).entries() == []


def test_old_entries_go_at_start_and_with_the_next_entry(
    history: History, tmp_path: Path, clock: Clock
) -> None:
    old = history.add(caption("cũ"), picture())
    clock.now += timedelta(days=29)
    kept = history.add(caption("mới"), picture())
    assert history.entries() == [kept, old]
    clock.now += timedelta(days=2)
    assert open_history(tmp_path / "history", clock).entries() == [kept]
    newest = history.add(caption("mới nữa"), picture())
    assert history.entries() == [newest, kept]


def stored_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def test_the_oldest_go_when_the_folder_grows_too_large(tmp_path: Path, clock: Clock) -> None:
    """GIVEN room for three entries, WHEN five are added, THEN the newest three stay and fit."""
    folder = tmp_path / "history"
    fill(open_history(folder, clock), 1)
    each = stored_bytes(folder)
    limit = 3 * each + each // 2
    history = open_history(folder, clock, limit_bytes=limit)
    added = fill(history, 4)
    assert history.entries() == added[:0:-1]
    assert stored_bytes(folder) <= limit
    history.limit_bytes = each + each // 2
    history.prune()
    assert open_history(folder, clock).entries() == added[-1:]


def test_a_kill_at_any_byte_of_an_entry_costs_that_entry_only(tmp_path: Path, clock: Clock) -> None:
    """GIVEN an index cut at every byte of its last line, THEN all before it load, and more can be added."""
    original = tmp_path / "original"
    *before, last = fill(open_history(original, clock), 3)
    index = (original / INDEX_FILE).read_bytes()
    start = index[:-1].rfind(b"\n") + 1
    for cut in range(start, len(index) + 1):
        folder = tmp_path / f"cut-{cut}"
        shutil.copytree(original, folder)
        (folder / INDEX_FILE).write_bytes(index[:cut])
        history = open_history(folder, clock)
        survivors = [*before, last] if cut >= len(index) - 1 else before
        assert history.entries() == survivors[::-1]
        assert len(list(folder.glob("*.jpg"))) == len(survivors)
        added = history.add(caption("sau đó"), picture())
        assert open_history(folder, clock).entries() == [added, *survivors[::-1]]


def test_damage_in_the_middle_is_passed_over_with_one_line(
    history: History, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    first, second, third = fill(history, 3)
    index = tmp_path / "history" / INDEX_FILE
    lines = index.read_bytes().splitlines()
    escaping = lines[1].replace(second.id.encode(), b"../../evil")
    nan = lines[1].replace(b"0.75", b"NaN")
    index.write_bytes(b"\n".join([lines[0], b"\0" * 64, escaping, nan, b"[1]", lines[2], b""]))
    assert open_history(tmp_path / "history", clock).entries() == [third, first]
    (line,) = caplog.messages
    assert "4 damaged lines" in line
    assert not (tmp_path / "history" / f"{second.id}.jpg").exists()


def test_leftovers_of_a_kill_are_removed_and_nothing_else(
    history: History, tmp_path: Path, clock: Clock
) -> None:
    kept = history.add(caption(), picture())
    folder = tmp_path / "history"
    for name in ("0000000000a.jpg", ".viclipcap-0123", "holiday.jpg", "notes.txt"):
        (folder / name).write_bytes(b"x")
    open_history(folder, clock)
    names = {file.name for file in folder.iterdir()}
    assert names == {INDEX_FILE, f"{kept.id}.jpg", "holiday.jpg", "notes.txt"}


def test_a_full_disk_loses_nothing(
    history: History, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a disk that is full from now on, THEN adding and removing fail in words and change nothing."""
    added = fill(history, 2)
    files = {file.name: file.read_bytes() for file in (tmp_path / "history").iterdir()}

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        for attempt in (lambda: fill(history, 1), lambda: history.remove(added[0].id), history.clear):
            with pytest.raises(HistoryError, match="Cannot") as caught:
                attempt()
            assert caught.value.fault is HistoryFault.DISK_FULL
    assert history.entries() == added[::-1]
    assert {file.name: file.read_bytes() for file in (tmp_path / "history").iterdir()} == files
    fill(history, 1)
    assert len(open_history(tmp_path / "history", clock).entries()) == 3


def test_a_line_that_was_written_in_part_is_taken_back(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a system that takes ten more bytes of the index, THEN the index is as before."""
    resource = pytest.importorskip("resource", reason="limits on file sizes are POSIX")
    fill(history, 20)
    index = tmp_path / "history" / INDEX_FILE
    before = index.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, hard))
    try:
        with pytest.raises(HistoryError):
            history.add(caption(), picture())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert index.read_bytes() == before
    assert len(list(index.parent.glob("*.jpg"))) == 20


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs a folder that nobody may write to")
def test_a_read_only_folder_is_said_to_be_one(clock: Clock) -> None:
    history = open_history(Path("/sys/viclipcap"), clock)
    assert history.entries() == []
    with pytest.raises(HistoryError) as caught:
        history.add(caption(), picture())
    assert caught.value.fault is HistoryFault.READ_ONLY
    assert history.entries() == []


def test_an_unreadable_index_is_an_error_and_costs_no_picture(
    history: History, tmp_path: Path, clock: Clock
) -> None:
    entry = history.add(caption(), picture())
    folder = tmp_path / "history"
    (folder / INDEX_FILE).rename(tmp_path / "index")
    (folder / INDEX_FILE).mkdir()
    with pytest.raises(HistoryError, match="read the history"):
        open_history(folder, clock)
    assert (folder / f"{entry.id}.jpg").exists()


def test_a_folder_that_cannot_be_tidied_still_opens(
    history: History,
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = history.add(caption(), picture())
    clock.now += timedelta(days=40)

    def read_only(_: int) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "fsync", read_only)
    assert open_history(tmp_path / "history", clock).entries() == [entry]
    assert len(caplog.messages) == 1


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_the_person_may_read_it(history: History, tmp_path: Path) -> None:
    (tmp_path / "history").mkdir(mode=0o755)
    first, _ = fill(history, 2)
    history.remove(first.id)
    assert (tmp_path / "history").stat().st_mode & 0o777 == 0o700
    modes = {file.stat().st_mode & 0o777 for file in (tmp_path / "history").iterdir()}
    assert modes == {0o600}


def test_export_to_csv(history: History, tmp_path: Path) -> None:
    history.add(caption(), picture(name="=HYPERLINK(1)"))
    history.add(caption('câu có "dấu", và phẩy'), picture())
    path = tmp_path / "lịch sử.CSV"
    history.export(path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,time,text,")
    with path.open(encoding="utf-8-sig", newline="") as file:
        newest, oldest = csv.DictReader(file)
    assert newest["text"] == 'câu có "dấu", và phẩy'
    assert newest["time"] == "2026-11-21T08:00:00+00:00"
    assert (newest["verdict"], newest["origin"], newest["confidence"]) == ("photo", "file", "0.75")
    assert newest["alternatives"] == "mèo | chó"
    assert oldest["name"] == "'=HYPERLINK(1)"


def test_export_to_json(history: History, tmp_path: Path) -> None:
    entries = fill(history, 2)
    history.export(tmp_path / "history.json")
    text = (tmp_path / "history.json").read_text(encoding="utf-8")
    assert "câu 1" in text
    rows = json.loads(text)
    assert [row["id"] for row in rows] == [entry.id for entry in entries[::-1]]
    assert rows[0]["alternatives"] == ["mèo", "chó"]


def test_export_to_another_format_is_refused(history: History, tmp_path: Path) -> None:
    with pytest.raises(HistoryError) as caught:
        history.export(tmp_path / "history.xlsx")
    assert caught.value.fault is HistoryFault.UNKNOWN_FORMAT
    with pytest.raises(HistoryError) as caught:
        history.export(tmp_path / "absent" / "history.csv")
    assert caught.value.fault is HistoryFault.FAILED


def test_a_name_that_is_no_unicode_does_no_harm(history: History, tmp_path: Path, clock: Clock) -> None:
    entry = history.add(caption(), picture(name=os.fsdecode(b"\xff.jpg")))
    reopened = open_history(tmp_path / "history", clock)
    assert reopened.entries() == [entry]
    reopened.export(tmp_path / "history.csv")
    assert "?.jpg" in (tmp_path / "history.csv").read_text(encoding="utf-8-sig")


def test_every_fault_has_its_sentence() -> None:
    for language in LANGUAGES:
        sentences = {Messages(language).text(f"history-error.{fault}") for fault in HistoryFault}
        assert len(sentences) == len(HistoryFault)
