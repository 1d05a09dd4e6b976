"""A folder job on real files: order, pause, restarts, changed and vanished pictures, kills."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from assistant.batch.job import BatchError, BatchFault, FolderJob, Progress, find_pictures
from assistant.messages import LANGUAGES, Messages
from engine import Verdict
from tests.fakes import a_caption


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "Ảnh"
    for name in ("ảnh 10.jpg", "ảnh 2.JPG", "hè/1.png", "notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def describe(job: FolderJob, count: int | None = None) -> list[str]:
    """Answer the next pictures (all of them without a count), each with its own name."""
    described: list[str] = []
    while count is None or len(described) < count:
        path = job.next_file()
        if path is None:
            break
        job.done(path, a_caption(path.name))
        described.append(path.relative_to(job.folder).as_posix())
    return described


def test_every_picture_is_handed_out_once_in_natural_order(folder: Path, state: Path) -> None:
    job = FolderJob.open(folder, state)
    assert job.progress == Progress(0, 0, 3)
    assert describe(job) == ["hè/1.png", "ảnh 2.JPG", "ảnh 10.jpg"]
    assert job.next_file() is None
    assert job.progress == Progress(3, 0, 3)
    assert [outcome.text for outcome in job.outcomes] == ["1.png", "ảnh 2.JPG", "ảnh 10.jpg"]


def test_natural_order(tmp_path: Path) -> None:
    names = ["1.jpg", "2.jpg", "010.jpg", "10.jpg", "A1b2.jpg", "a1b10.jpg", "B.jpg", "c٣.jpg", "cd.jpg"]
    for name in reversed(names):
        (tmp_path / name).touch()
    assert {path.name for path in find_pictures(tmp_path, recursive=True)} == set(names)
    latin = [path.name for path in find_pictures(tmp_path, recursive=True) if path.name.isascii()]
    assert latin == [name for name in names if name.isascii()]


def test_what_counts_as_a_picture(tmp_path: Path) -> None:
    wanted = [f"a.{suffix}" for suffix in "jpg jpeg png webp avif gif bmp tif TIFF".split()]
    for name in (*wanted, "._a.jpg", ".hidden/a.jpg", "inner/b.jpg", "a.svg", "jpg", "deep.jpg/c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "broken.jpg").symlink_to(tmp_path / "absent.jpg")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")

    def names(*, recursive: bool) -> set[str]:
        return {
            path.relative_to(tmp_path).as_posix() for path in find_pictures(tmp_path, recursive=recursive)
        }

    assert names(recursive=False) == set(wanted)
    assert names(recursive=True) == {*wanted, "inner/b.jpg", "deep.jpg/c.png"}


def test_a_picture_is_handed_out_until_it_is_answered(folder: Path, state: Path) -> None:
    job = FolderJob.open(folder, state)
    first = job.next_file()
    assert first is not None
    assert job.next_file() == first
    job.done(first, a_caption("đúng"))
    job.done(first, a_caption("muộn"))
    second = job.next_file()
    job.done(first, a_caption("muộn hơn nữa"))
    job.failed(folder / "ảnh 10.jpg", "chưa đến lượt")
    assert job.next_file() == second
    assert job.progress == Progress(1, 0, 3)
    assert [outcome.text for outcome in job.outcomes] == ["đúng"]


def test_pausing_hands_nothing_out_and_takes_the_running_answer(folder: Path, state: Path) -> None:
    job = FolderJob.open(folder, state)
    first = job.next_file()
    assert first is not None
    job.pause()
    assert job.paused
    assert job.next_file() is None
    job.done(first, a_caption())
    assert job.progress == Progress(1, 0, 3)
    job.resume()
    assert describe(job) == ["ảnh 2.JPG", "ảnh 10.jpg"]


def test_a_restart_goes_on_and_tries_failed_pictures_again(folder: Path, state: Path) -> None:
    job = FolderJob.open(folder, state)
    describe(job, 1)
    second = job.next_file()
    assert second is not None
    job.failed(second, "tệp hỏng")
    assert job.progress == Progress(1, 1, 3)
    assert job.outcomes[1].error == "tệp hỏng"
    resumed = FolderJob.open(folder, state)
    assert resumed.progress == Progress(1, 0, 3)
    assert describe(resumed) == ["ảnh 2.JPG", "ảnh 10.jpg"]
    assert FolderJob.open(folder, state).progress == Progress(3, 0, 3)


def test_a_refused_picture_is_described(folder: Path, state: Path) -> None:
    job = FolderJob.open(folder, state)
    first = job.next_file()
    assert first is not None
    job.done(first, a_caption("", confidence=0.0, verdict=Verdict.BLACK))
    assert FolderJob.open(folder, state).progress == Progress(1, 0, 3)


def test_changed_pictures_are_described_again(folder: Path, state: Path) -> None:
    describe(FolderJob.open(folder, state))
    (folder / "ảnh 2.JPG").write_bytes(b"another size")
    status = (folder / "hè/1.png").stat()
    os.utime(folder / "hè/1.png", ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))
    job = FolderJob.open(folder, state)
    assert job.progress == Progress(1, 0, 3)
    assert describe(job) == ["hè/1.png", "ảnh 2.JPG"]


def test_a_picture_changed_while_it_was_described_is_described_again(folder: Path, state: Path) -> None:
    job = FolderJob.open(folder, state)
    first = job.next_file()
    assert first is not None
    first.write_bytes(b"changed by somebody")
    job.done(first, a_caption())
    assert FolderJob.open(folder, state).progress == Progress(0, 0, 3)


def test_vanished_pictures_are_dropped_with_a_note(folder: Path, state: Path) -> None:
    describe(FolderJob.open(folder, state))
    (folder / "hè/1.png").unlink()
    job = FolderJob.open(folder, state)
    assert job.dropped == ["hè/1.png"]
    assert job.progress == Progress(2, 0, 2)
    assert FolderJob.open(folder, state).dropped == []


def test_a_picture_that_vanishes_while_it_waits_is_dropped(folder: Path, state: Path) -> None:
    job = FolderJob.open(folder, state)
    (folder / "hè/1.png").unlink()
    (folder / "ảnh 10.jpg").unlink()
    assert describe(job) == ["ảnh 2.JPG"]
    assert job.dropped == ["hè/1.png", "ảnh 10.jpg"]
    assert job.progress == Progress(1, 0, 1)


def test_leaving_out_inner_folders_forgets_nothing(folder: Path, state: Path) -> None:
    describe(FolderJob.open(folder, state))
    shallow = FolderJob.open(folder, state, recursive=False)
    assert shallow.progress == Progress(2, 0, 2)
    assert shallow.dropped == []
    assert FolderJob.open(folder, state).progress == Progress(3, 0, 3)


def test_folders_do_not_mix(folder: Path, state: Path) -> None:
    describe(FolderJob.open(folder, state))
    assert FolderJob.open(folder / "hè", state).progress == Progress(0, 0, 1)


def test_a_kill_at_any_byte_costs_one_picture_at_most(folder: Path, state: Path) -> None:
    describe(FolderJob.open(folder, state))
    (file,) = state.iterdir()
    content = file.read_bytes()
    start = content[:-1].rfind(b"\n") + 1
    for cut in range(start, len(content) + 1):
        file.write_bytes(content[:cut])
        job = FolderJob.open(folder, state)
        assert job.progress.done == (3 if cut >= len(content) - 1 else 2)
        describe(job)
        assert FolderJob.open(folder, state).progress == Progress(3, 0, 3)


def test_a_name_that_is_no_unicode_is_remembered(folder: Path, state: Path) -> None:
    try:
        (folder / os.fsdecode(b"\xff.jpg")).touch()
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    describe(FolderJob.open(folder, state))
    assert FolderJob.open(folder, state).progress == Progress(4, 0, 4)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("absent", BatchFault.MISSING),
        ("ảnh 2.JPG", BatchFault.NOT_A_FOLDER),
        ("empty", BatchFault.NO_PICTURES),
    ],
)
def test_bad_folders(folder: Path, state: Path, name: str, fault: BatchFault) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(BatchError) as caught:
        FolderJob.open(folder / name, state)
    assert caught.value.fault is fault
    assert not state.exists()


def test_a_folder_that_may_not_be_read(folder: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: object) -> list[str]:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "listdir", forbidden)
    with pytest.raises(BatchError) as caught:
        FolderJob.open(folder, state)
    assert caught.value.fault is BatchFault.FORBIDDEN


def test_a_picture_waits_while_the_disk_is_full(
    folder: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a full disk, WHEN an answer comes, THEN it is refused in words and can be given again."""
    job = FolderJob.open(folder, state)
    first = job.next_file()
    assert first is not None

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(BatchError) as caught:
            job.done(first, a_caption())
    assert caught.value.fault is BatchFault.DISK_FULL
    assert job.progress == Progress(0, 0, 3)
    assert job.next_file() == first
    job.done(first, a_caption())
    assert FolderJob.open(folder, state).progress == Progress(1, 0, 3)


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs a folder that nobody may write to")
def test_a_read_only_state_folder(folder: Path) -> None:
    with pytest.raises(BatchError) as caught:
        FolderJob.open(folder, Path("/sys/viclipcap"))
    assert caught.value.fault is BatchFault.READ_ONLY


def test_every_fault_has_its_sentence() -> None:
    for language in LANGUAGES:
        sentences = {Messages(language).text(f"batch.{fault}") for fault in BatchFault}
        assert len(sentences) == len(BatchFault)
        assert "3" in Messages(language).text("batch.dropped", count=3)
