"""Pictures in copied and dropped data."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QApplication

from assistant.capture import CaptureError, CaptureFault, Origin
from assistant.capture.clipboard import Found, _names_a_computer, pictures_in

SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "samples" / "cat.jpg"
TEAL = QColor(0, 128, 128)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture file whose name needs care."""
    return Path(shutil.copy(SAMPLE, tmp_path / "Ảnh nghỉ hè 100%.jpg"))


def teal_image() -> QImage:
    image = QImage(5, 2, QImage.Format.Format_RGB32)
    image.fill(TEAL)
    return image


def copied(*, text: str = "", image: QImage | None = None, urls: list[str] | None = None) -> QMimeData:
    data = QMimeData()
    if text:
        data.setText(text)
    if image:
        data.setImageData(image)
    if urls:
        data.setUrls([QUrl(url) for url in urls])
    return data


def file_url(path: Path) -> str:
    return QUrl.fromLocalFile(str(path)).toString()


def test_a_copied_image() -> None:
    (picture,) = pictures_in(copied(image=teal_image())).pictures
    assert_array_equal(picture.pixels, np.full((2, 5, 3), (0, 128, 128)))
    assert picture.origin is Origin.CLIPBOARD
    assert pictures_in(copied(image=teal_image()), Origin.FILE).pictures[0].origin is Origin.FILE


def test_an_image_of_the_real_clipboard(qapp: QApplication) -> None:
    """GIVEN a pixmap copied inside this program, which Qt hands on as one, THEN it is found as well."""
    clipboard = qapp.clipboard()
    pixmap = QPixmap(4, 3)
    pixmap.fill(TEAL)
    clipboard.setPixmap(pixmap)
    (picture,) = pictures_in(clipboard.mimeData()).pictures
    assert_array_equal(picture.pixels, np.full((3, 4, 3), (0, 128, 128)))


def test_copied_files_keep_their_order(photo: Path, tmp_path: Path) -> None:
    """Files are not judged here, nor opened: whoever reads them says what is wrong with them."""
    urls = [file_url(tmp_path / "z.png"), file_url(photo), file_url(tmp_path), file_url(tmp_path / "a.txt")]
    assert pictures_in(copied(urls=urls)) == Found(
        files=(tmp_path / "z.png", photo, tmp_path, tmp_path / "a.txt")
    )


def test_a_file_goes_before_its_preview(photo: Path) -> None:
    assert pictures_in(copied(image=teal_image(), urls=[file_url(photo)])) == Found(files=(photo,))


def test_an_image_goes_before_its_address() -> None:
    """GIVEN what a browser copies: the picture, and where it came from."""
    data = copied(image=teal_image(), text="https://example.com/a.png", urls=["https://example.com/a.png"])
    found = pictures_in(data)
    assert len(found.pictures) == 1
    assert not found.files


def test_only_local_addresses_count(photo: Path) -> None:
    urls = ["https://example.com/a.png", file_url(photo), "ftp://example.com/b.png"]
    assert pictures_in(copied(urls=urls)).files == (photo,)


@pytest.mark.parametrize("form", ["{path}", ' "{path}"\n', "{url}"])
def test_a_text_that_names_a_picture(form: str, photo: Path) -> None:
    text = form.format(path=photo, url=file_url(photo))
    assert pictures_in(copied(text=text)) == Found(files=(photo,))


@pytest.mark.parametrize(
    "text",
    [
        "một câu bình thường",
        "https://example.com/cat.jpg",
        "{folder}",
        "{folder}/absent.jpg",
        "{folder}/letter.txt",
        "cat.jpg",
        "/" + "x" * 5000,
        "/tmp/\0.png",
    ],
    ids=["sentence", "web", "folder", "absent", "other file", "relative", "too long", "zero byte"],
)
def test_a_text_that_names_none(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(SAMPLE, tmp_path / "cat.jpg")
    (tmp_path / "letter.txt").write_text("Kính gửi")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CaptureError) as caught:
        pictures_in(copied(text=text.format(folder=tmp_path)))
    assert caught.value.fault is CaptureFault.EMPTY_CLIPBOARD


def test_a_text_never_reaches_for_another_computer() -> None:
    assert _names_a_computer(PureWindowsPath(r"\\evil.example\share\cat.jpg"))
    assert _names_a_computer(PureWindowsPath("//evil.example/share/cat.jpg"))
    assert not _names_a_computer(PureWindowsPath(r"C:\Users\An\cat.jpg"))
    assert not _names_a_computer(PurePosixPath("/home/an/cat.jpg"))


@pytest.mark.parametrize(
    "data",
    [
        copied(),
        copied(urls=["https://example.com/a.png"]),
        copied(image=QImage()),
    ],
    ids=["nothing", "an address", "a null image"],
)
def test_nothing_to_describe(data: QMimeData) -> None:
    with pytest.raises(CaptureError) as caught:
        pictures_in(data)
    assert caught.value.fault is CaptureFault.EMPTY_CLIPBOARD


@pytest.mark.parametrize("form", ["image/png", "application/x-qt-image"])
def test_data_that_only_claims_to_be_an_image(form: str) -> None:
    data = copied()
    data.setData(form, b"not a picture")
    with pytest.raises(CaptureError) as caught:
        pictures_in(data)
    assert caught.value.fault is CaptureFault.EMPTY_CLIPBOARD
