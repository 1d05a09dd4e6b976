"""The tesseract program as a reader: what it is given, what its faults become, and how it is ended."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.capture.desktop import Area
from assistant.reading import program, tesseract
from assistant.reading.page import LineKind
from assistant.reading.reader import ReadingCancelled, ReadingError, ReadingFault, choose_reader
from assistant.reading.tesseract import Tesseract, install_line
from tests.assistant.reading.fake_tesseract import FakeTesseract

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a shebang")

IMAGE = np.full((60, 80, 3), 255, np.uint8)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTesseract:
    folder = tmp_path / "bin"
    folder.mkdir()
    return FakeTesseract(folder, monkeypatch)


@pytest.fixture
def reader(tmp_path: Path) -> Tesseract:
    return Tesseract(tmp_path / "own data")


def fault_of(reader: Tesseract) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        reader.read(IMAGE)
    return caught.value


def test_words_become_lines_in_composed_letters(fake: FakeTesseract, reader: Tesseract) -> None:
    fake.plan(("Xin", 96.5, 10, 10, 24, 14), ("cha\u0300o", 91, 40, 10, 30, 14), ("", 95, 0, 0, 9, 9))
    page = reader.read(IMAGE)
    assert [line.text for line in page.lines] == ["Xin chào"]
    assert page.lines[0].area == Area(10, 10, 60, 14)
    assert page.lines[0].kind is LineKind.ITEM
    assert page.reader == "tesseract"


def test_the_picture_goes_through_standard_input_as_a_graymap(fake: FakeTesseract, reader: Tesseract) -> None:
    reader.read(IMAGE)
    notes = fake.notes
    assert notes["header"] == "P5 80 60 255"
    assert notes["size"] == len("P5 80 60 255\n") + 80 * 60
    assert notes["arguments"] == [
        "stdin", "stdout", "-l", "vie", "--psm", "11", "-c", "tessedit_create_tsv=1",
    ]  # fmt: skip
    assert notes["threads"] == "1"


def test_places_are_those_of_the_picture_not_of_the_enlarged_one(
    fake: FakeTesseract, reader: Tesseract
) -> None:
    image = np.full((60, 300, 3), 255, np.uint8)
    for left in range(20, 200, 5):
        image[20:26, left : left + 2] = 0
    fake.plan(("nhỏ", 96, 60, 30, 90, 42))
    assert reader.read(image).lines[0].area == Area(20, 10, 30, 14)


def test_imported_data_is_used(fake: FakeTesseract, tmp_path: Path) -> None:
    own = tmp_path / "own data"
    own.mkdir()
    (own / "vie.traineddata").write_bytes(b"x")
    fake.plan(languages=("eng",))
    Tesseract(own).read(IMAGE)
    assert fake.notes["arguments"][2:6] == ["--tessdata-dir", str(own), "-l", "vie"]  # type: ignore[index]


def test_missing_vietnamese_is_told_with_the_line_that_installs_it(
    fake: FakeTesseract, reader: Tesseract
) -> None:
    fake.plan(languages=("eng", "osd"))
    error = fault_of(reader)
    assert error.fault is ReadingFault.NO_VIETNAMESE
    assert error.install == install_line()


def test_a_missing_program_is_told(reader: Tesseract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    error = fault_of(reader)
    assert error.fault is ReadingFault.MISSING
    assert error.install


def test_an_exit_code_is_a_failure(fake: FakeTesseract, reader: Tesseract) -> None:
    fake.plan(code=1)
    assert fault_of(reader).fault is ReadingFault.FAILED


def test_a_program_that_hangs_is_killed(
    fake: FakeTesseract, reader: Tesseract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tesseract, "TIME_LIMIT_S", 0.5)
    fake.plan(seconds=60)
    began = time.monotonic()
    assert fault_of(reader).fault is ReadingFault.TIMED_OUT
    assert time.monotonic() - began < 5
    assert not is_running(fake)


def test_cancelling_kills_it_within_a_moment(fake: FakeTesseract, reader: Tesseract) -> None:
    fake.plan(seconds=60)
    outcome: list[BaseException] = []

    def read() -> None:
        try:
            reader.read(IMAGE)
        except ReadingCancelled as exc:
            outcome.append(exc)

    thread = threading.Thread(target=read)
    thread.start()
    end = time.monotonic() + 10
    while not fake.process_id and time.monotonic() < end:
        time.sleep(0.01)
    began = time.monotonic()
    reader.cancel()
    thread.join(5)
    assert time.monotonic() - began < 1
    assert len(outcome) == 1
    assert not is_running(fake)


def test_a_cancelled_reader_begins_nothing(fake: FakeTesseract, reader: Tesseract) -> None:
    reader.cancel()
    with pytest.raises(ReadingCancelled):
        reader.read(IMAGE)
    assert fake.process_id is None


def test_the_first_reader_that_works_is_chosen(
    fake: FakeTesseract, reader: Tesseract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Absent(Tesseract):
        name = "no such program"

    absent = Absent(tmp_path)
    assert choose_reader([absent, reader]) is reader
    with pytest.raises(ReadingError) as caught:
        choose_reader([absent])
    assert caught.value.fault is ReadingFault.MISSING


@pytest.mark.parametrize(
    ("system", "programs", "line"),
    [
        ("Linux", {"apt-get"}, "sudo apt-get install tesseract-ocr tesseract-ocr-vie"),
        ("Linux", {"dnf"}, "sudo dnf install tesseract tesseract-langpack-vie"),
        ("Windows", set(), "winget install UB-Mannheim.TesseractOCR"),
        ("Darwin", set(), "brew install tesseract tesseract-lang"),
    ],
)
def test_the_line_for_each_system(
    system: str, programs: set[str], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr(tesseract, "program_path", lambda name: name if name in programs else None)
    assert install_line() == line


def test_a_program_that_cannot_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("no program")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReadingError) as caught:
        program.Program("broken", {}).run([], limit_s=5)
    assert caught.value.fault is ReadingFault.MISSING


def is_running(fake: FakeTesseract) -> bool:
    process_id = fake.process_id
    assert process_id
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True
