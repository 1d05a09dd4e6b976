"""From a picture to the description of its text, with a caption or without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from assistant.capture.desktop import Area
from assistant.capture.picture import Picture
from assistant.description import Description
from assistant.hotkeys.chord import Action
from assistant.hotkeys.manager import chords_of
from assistant.messages import Messages
from assistant.reading.page import Page
from assistant.reading.reader import ReadingError
from assistant.reading.service import TextService
from assistant.reading.wording import Wording, size_of
from engine import Caption, Verdict


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """What is being read.

    Attributes:
        picture: the picture.
        title: of the window it shows; may be empty.
        caption: what the engine said of it; ``None`` when only the text is wanted.
    """

    picture: Picture
    title: str
    caption: Caption | None


class PictureTexts(QObject):
    """Reads one picture at a time; a newer one takes its place.

    Signals:
        described(Description): nothing was said yet.
        failed(str): the text could not be read; a sentence.
        still_working(): it takes longer than a moment.

    Args:
        service: reads.
        messages: the texts.

    Attributes:
        hotkeys: the person's, one of which reads the rest of a long text.
    """

    described = Signal(object)
    failed = Signal(str)
    still_working = Signal()

    def __init__(self, service: TextService, messages: Messages) -> None:
        super().__init__(service)
        self.hotkeys: Mapping[str, str] = {}
        self._service, self._messages, self._wording = service, messages, Wording(messages)
        self._wish: _Wish | None = None
        service.answered.connect(self._on_answered)
        service.still_working.connect(self.still_working)

    @property
    def running_for_s(self) -> float | None:
        """See ``TextService``."""
        return self._service.running_for_s

    def read(self, picture: Picture, title: str, caption: Caption | None = None) -> None:
        """Begin to read a picture.

        Args:
            picture: the picture.
            title: of the window it shows; said first. May be empty.
            caption: what the engine said of it, to be told along; without one the whole text is said.
        """
        self._wish = _Wish(picture, title, caption)
        found = [region.region for region in caption.regions] if caption else []
        self._service.start(
            picture.pixels, [Area(photo.left, photo.top, photo.width, photo.height) for photo in found]
        )

    def cancel(self) -> None:
        """Call off what is being read."""
        self._service.cancel()

    def _on_answered(self, result: Page | ReadingError) -> None:
        wish, self._wish = self._wish, None
        if wish is None:
            return
        if wish.caption:
            self.described.emit(self._mixed(wish, wish.caption, result))
        elif isinstance(result, ReadingError):
            self.failed.emit(self._wording.whole(result))
        else:
            self.described.emit(self._text_only(wish, result))

    def _mixed(self, wish: _Wish, caption: Caption, result: Page | ReadingError) -> Description:
        telling = self._wording.mixed(caption, result, size_of(wish.picture.pixels), self._more())
        said = self._wording.titled(wish.title, telling.said)
        return Description(wish.picture, caption, said, self._wording.titled(wish.title, telling.shown))

    def _more(self) -> str:
        """How to hear the rest."""
        chord = chords_of(self.hotkeys).get(Action.READ)
        key = "reading.more" if chord else "reading.more-in-window"
        return self._messages.text(key, chord=chord)

    def _text_only(self, wish: _Wish, page: Page) -> Description:
        caption = Caption(text="", confidence=0.0, verdict=Verdict.TEXT, model=page.reader)
        whole = self._wording.titled(wish.title, self._wording.whole(page))
        return Description(wish.picture, caption, whole, whole)
