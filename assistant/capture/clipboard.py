"""Pictures in data that other programs hand over: the clipboard, and drag and drop."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

from PySide6.QtCore import QMimeData, QMimeDatabase, QUrl
from PySide6.QtGui import QImage, QPixmap

from assistant.capture.images import pixels_of
from assistant.capture.picture import CaptureError, CaptureFault, Origin, Picture


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to describe: one picture, or files, never both.

    Attributes:
        pictures: image data.
        files: picture files, or folders, as the person chose them and in that order; not opened yet.
    """

    pictures: tuple[Picture, ...] = ()
    files: tuple[Path, ...] = ()


def pictures_in(data: QMimeData, origin: Origin = Origin.CLIPBOARD) -> Found:
    """Find pictures in the clipboard or in dropped data.

    Files go before image data, because file managers copy a small preview along with a file; image data goes
    before text, because browsers copy a picture's address along with it. Nothing is fetched from a network.

    Args:
        data: what was copied or dropped.
        origin: of a picture that comes as image data.

    Raises:
        CaptureError: EMPTY_CLIPBOARD, there is no picture.
    """
    if files := _files(data):
        return Found(files=files)
    if picture := _picture(data, origin):
        return Found(pictures=(picture,))
    if file := _named_file(data.text()):
        return Found(files=(file,))
    raise CaptureError(
        "Cannot find a picture: the data holds neither an image nor picture files. Copy one first.",
        CaptureFault.EMPTY_CLIPBOARD,
    )


def _files(data: QMimeData) -> tuple[Path, ...]:
    # A network drive counts as local: the system's own file manager let the person choose a file on it.
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())


def _picture(data: QMimeData, origin: Origin) -> Picture | None:
    image = data.imageData()
    if isinstance(image, QPixmap):  # copied inside this program
        image = image.toImage()
    if not isinstance(image, QImage) or image.isNull():
        return None
    return Picture(pixels_of(image), origin)


def _named_file(text: str) -> Path | None:
    """The picture file that a text names: as a path, quoted as Windows copies it, or as a file address."""
    name = text.strip().strip('"')
    url = QUrl(name)
    path = Path(url.toLocalFile() if url.isLocalFile() else name)
    if not path.is_absolute() or _names_a_computer(path):
        return None
    try:
        is_file = path.is_file()
    except OSError:  # too long, or with characters that no path can have
        return None
    if is_file and QMimeDatabase().mimeTypeForFile(str(path)).name().startswith("image/"):
        return path
    return None


def _names_a_computer(path: PurePath) -> bool:
    r"""Whether a Windows path is of the form ``\\computer\share``.

    A web page can put a text on the clipboard; it must not make this computer log in to another one.
    """
    return path.drive.startswith("\\\\")
