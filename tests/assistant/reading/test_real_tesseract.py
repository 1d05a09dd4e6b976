"""The real program on pages that Qt draws: letters, diacritics, themes, order."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from assistant.capture.images import pixels_of
from assistant.reading.language_data import import_language_data
from assistant.reading.page import Page
from assistant.reading.reader import ReadingError
from assistant.reading.tesseract import Tesseract
from benchmarks.reading import distance

pytestmark = pytest.mark.slow

TEXT = (
    "Nguyễn Du viết Truyện Kiều bằng thể thơ lục bát, gồm 3.254 câu thơ. Mưa lớn kéo dài suốt đêm "
    "khiến nhiều tuyến phố ngập sâu, xe cộ phải nối đuôi nhau. Kỹ sư trẻ miệt mài sửa lỗi phần mềm."
)
SIZE = (900, 400)


@pytest.fixture(autouse=True)
def _needs_tesseract() -> None:
    try:
        Tesseract().check()
    except ReadingError as exc:
        pytest.skip(f"needs tesseract with Vietnamese: {exc}")


class Paper:
    """A picture to draw on."""

    def __init__(self, colour: str, size: tuple[int, int] = SIZE) -> None:
        self.image = QImage(*size, QImage.Format.Format_RGB32)
        self.image.fill(QColor(colour))
        self._painter = QPainter(self.image)

    def fill(self, area: QRect, colour: str) -> None:
        self._painter.fillRect(area, QColor(colour))

    def frame(self, area: QRect, colour: str) -> None:
        self._painter.setPen(QColor(colour))
        self._painter.drawRect(area)

    def write(self, text: str, area: QRect, *, ink: str = "#202124", size: int = 14) -> None:
        font = QFont("Noto Sans")
        font.setPixelSize(size)
        self._painter.setFont(font)
        self._painter.setPen(QColor(ink))
        self._painter.drawText(area, Qt.TextFlag.TextWordWrap, text)

    def read(self, reader: Tesseract | None = None) -> Page:
        self._painter.end()
        return (reader or Tesseract()).read(pixels_of(self.image))


@pytest.mark.parametrize("size", [12, 16, 24])
@pytest.mark.parametrize(("paper", "ink"), [("#ffffff", "#202124"), ("#1e1e1e", "#d4d4d4")])
def test_letters_and_diacritics(qapp: object, size: int, paper: str, ink: str) -> None:
    page = Paper(paper)
    page.write(TEXT, QRect(20, 20, 800, 360), ink=ink, size=size)
    found = page.read().text.replace("\n", " ")
    assert distance(TEXT, found) <= 0.03 * len(TEXT), found


def test_a_dialog_on_a_dark_desktop(qapp: object) -> None:
    page = Paper("#24405f")
    page.fill(QRect(150, 60, 560, 240), "#f5f5f5")
    page.write("Lưu thay đổi?", QRect(166, 70, 400, 30), size=16)
    page.write("Tệp báo cáo đã thay đổi. Bạn có muốn lưu lại không?", QRect(170, 130, 500, 60))
    for left, name in ((320, "Lưu"), (440, "Không lưu"), (580, "Huỷ")):
        page.frame(QRect(left, 240, 100, 30), "#888888")
        page.write(name, QRect(left + 14, 245, 80, 24))
    assert [line.text for line in page.read().lines] == [
        "Lưu thay đổi?", "Tệp báo cáo đã thay đổi. Bạn có muốn lưu lại không?", "Lưu", "Không lưu", "Huỷ",
    ]  # fmt: skip


def test_a_dark_sidebar_beside_a_light_page(qapp: object) -> None:
    page = Paper("#ffffff")
    page.fill(QRect(0, 0, 200, 400), "#222222")
    for number, name in enumerate(("Hộp thư đến", "Đã gửi", "Thùng rác")):
        page.write(name, QRect(20, 30 + 40 * number, 170, 30), ink="#dddddd")
    page.write(TEXT, QRect(240, 30, 620, 300))
    found = [line.text for line in page.read().lines]
    assert found[:3] == ["Hộp thư đến", "Đã gửi", "Thùng rác"]
    assert distance(TEXT, " ".join(found[3:])) <= 0.03 * len(TEXT)


def test_imported_data_reads(qapp: object, tmp_path: Path) -> None:
    folder = Tesseract().data().folder
    assert folder
    own = tmp_path / "own"
    import_language_data(Path(shutil.copy(folder / "vie.traineddata", tmp_path)), own)
    page = Paper("#ffffff")
    page.write("Đọc được chữ", QRect(20, 20, 800, 60))
    reader = Tesseract(own)
    assert reader.data().folder == own
    assert page.read(reader).text == "Đọc được chữ"


def test_an_empty_page_has_no_text(qapp: object) -> None:
    assert Paper("#336699").read() == Page((), "tesseract")


def test_a_screen_takes_seconds_not_minutes(qapp: object) -> None:
    page = Paper("#ffffff", (1920, 1080))
    for top in range(20, 1000, 80):
        page.write(TEXT, QRect(20, top, 1800, 80))
    began = time.monotonic()
    assert len(page.read().text) > 12 * len(TEXT)
    assert time.monotonic() - began < 45
