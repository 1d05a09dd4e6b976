"""What stands around the code under test: an engine, a screen, speech, windows. All remember their orders."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from assistant.captioning import CaptionService
from assistant.capture.desktop import Area, Done, Monitor, Target
from assistant.capture.picture import CaptureError, CaptureFault, Origin, Picture
from assistant.describing import Describer, Tools
from assistant.engine_process import Answer, Work
from assistant.history import History
from assistant.hotkeys.chord import Action
from assistant.hotkeys.protocol import Refusal
from assistant.messages import Messages
from assistant.reading.page import Page
from assistant.reading.pictures import PictureTexts
from assistant.reading.reader import ReadingCancelled, ReadingError, TextReader
from assistant.reading.service import TextService
from assistant.settings import Settings
from assistant.speech.announcer import Pausing
from assistant.speech.choice import Reading
from assistant.speech.earcons import Earcon
from assistant.speech.router import Overrides
from assistant.windows.opener import Opener
from engine import Caption, CaptionError, Pixels
from tests.fakes import a_caption

MESSAGES = Messages("vi")


class FakeEngine(QObject):
    """An ``EngineLink`` that answers when the test says so; a stop kills the work under way, as in reality.

    Attributes:
        works: everything that was submitted, in order.
        stops: how often the engine was ended.
    """

    answered = Signal(object)
    died = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.works: list[Work] = []
        self.stops = 0
        self._under_way: Work | None = None

    @property
    def busy(self) -> bool:
        return self._under_way is not None

    def submit(self, work: Work) -> None:
        assert self._under_way is None, "one piece of work at a time"
        self.works.append(work)
        self._under_way = work

    def answer(self, caption: Caption | None = None) -> None:
        """Finish the work under way; unless told what to say, with a text that names the work."""
        work = self._end_work()
        if work.pixels is None:
            self.answered.emit(Answer(work.id))
        else:
            self.answered.emit(Answer(work.id, caption or a_caption(f"câu {work.id}")))

    def fail(self, error: CaptionError) -> None:
        self.answered.emit(Answer(self._end_work().id, error=error))

    def stop(self) -> None:
        self.stops += 1
        if self.busy:
            self.die()

    def die(self) -> None:
        self.died.emit(self._end_work().id)

    def _end_work(self) -> Work:
        work, self._under_way = self._under_way, None
        assert work is not None, "nothing is under way"
        return work


class FakeScreen:
    """Gives a picture or an error, at once or later.

    Attributes:
        targets: what was asked for, in order.
        result: what is given.
        later: who asks has to wait in ``waiting``.

    Args:
        monitors: how many there are; without one there is no picture either.
    """

    name = "fake"

    def __init__(self, monitors: int = 1) -> None:
        self._monitors = monitors
        self.result: Picture | CaptureError = (
            Picture(np.full((30, 40, 3), 90, np.uint8), Origin.SCREEN, "HDMI-1") if monitors else _no_screen()
        )
        self.targets: list[Target] = []
        self.waiting: list[Done] = []
        self.later = False

    def monitors(self) -> list[Monitor]:
        if not self._monitors:
            raise _no_screen()
        return [Monitor(Area(0, 0, 9, 9), f"HDMI-{n}", n == 1) for n in range(1, self._monitors + 1)]

    def grab(self, target: Target, done: Done) -> None:
        self.targets.append(target)
        if self.later:
            self.waiting.append(done)
        else:
            done(self.result)


def _no_screen() -> CaptureError:
    return CaptureError("no monitor is connected", CaptureFault.NO_SCREEN)


class FakeAnnouncer(QObject):
    """Remembers what was said.

    Attributes:
        pausing: what becomes of a wish to pause.
    """

    voice_failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.pausing = Pausing.NOTHING
        self.overrides = Overrides()
        self.reading = Reading()
        self.said: list[str] = []
        self.stops = 0

    def set_reading(self, reading: Reading) -> None:
        self.reading = reading

    def pause_or_resume(self) -> Pausing:
        return self.pausing

    def announce(self, text: str, *, urgent: bool = True) -> None:
        self.said.append(text)

    def stop(self) -> None:
        self.stops += 1


class FakeEarcons:
    """Remembers what was played."""

    def __init__(self) -> None:
        self.volume = 60
        self.played: list[Earcon] = []

    def play(self, earcon: Earcon) -> None:
        self.played.append(earcon)


class FakeTexts:
    """A ``TextReader`` that takes as long as the test wants, and as the real one ends when it is cancelled.

    Attributes:
        given: what was to be read: the pictures, and what was to be left out of each.
        result: what is answered, a page or an error.
        slow: do not answer before ``release`` is set.
        cancelled: how often it was.
    """

    name = "fake"

    def __init__(self) -> None:
        self.given: list[tuple[Pixels, Sequence[Area]]] = []
        self.result: Page | ReadingError = Page()
        self.slow = False
        self.release = threading.Event()
        self.cancelled = 0
        self._ended = False

    def __call__(self) -> Sequence[TextReader]:
        self._ended = False
        self.release.clear()
        return (self,)

    def check(self) -> None:
        if isinstance(self.result, ReadingError):
            raise self.result

    def read(self, image: Pixels, leave_out: Sequence[Area] = ()) -> Page:
        self.given.append((image, leave_out))
        if self.slow:
            self.release.wait(10)
        if self._ended:
            raise ReadingCancelled
        assert isinstance(self.result, Page)
        return self.result

    def cancel(self) -> None:
        self._ended = True
        self.cancelled += 1
        self.release.set()


class DescribingDesk:
    """A describer with everything around it faked, but a history in a folder.

    Args:
        folder: empty.
        settings: the defaults if not given.
        monitors: how many the screen has.
    """

    def __init__(self, folder: Path, settings: Settings | None = None, *, monitors: int = 1) -> None:
        self.engine, self.screen = FakeEngine(), FakeScreen(monitors)
        self.announcer, self.earcons = FakeAnnouncer(), FakeEarcons()
        self.history = History(folder / "history", limit_bytes=10**8, limit_age=timedelta(days=1))
        self.service = CaptionService(self.engine)
        self.texts, self.title = FakeTexts(), ""
        tools = Tools(
            MESSAGES, self.announcer, self.earcons, self.history, self.screen,  # type: ignore[arg-type]
            PictureTexts(TextService(self.texts), MESSAGES), lambda: self.title,
        )  # fmt: skip
        self.describer = Describer(self.service, tools, settings or Settings())


class FakeWindow(QWidget):
    """The main window as its commander sees it.

    Attributes:
        told: the sentences it was to show.
    """

    commanded = Signal(object)
    dropped = Signal(object)
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def tell(self, sentence: str) -> None:
        self.told.append(sentence)


class FakeOpener(Opener):
    """The real one with its signals, but the test answers for the person.

    Attributes:
        asked: the names there were to choose from, for each question.
        chosen: index of the name the person chooses; ``None`` when they change their mind.
        testing: a hotkey is only tried out, in the guide.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, MESSAGES)
        self.asked: list[list[str]] = []
        self.chosen: int | None = 0
        self.testing = False

    def choose(self, question: str, names: list[str]) -> str:
        self.asked.append(names)
        return "" if self.chosen is None else names[self.chosen]

    def hotkey_pressed(self, action: Action) -> bool:
        return self.testing


class FakeHotkeys(QObject):
    """A system that refuses one of the person's own chords.

    Attributes:
        available: whether the platform has hotkeys.
        taken: chords of each call.
        released: how often they were given back.
    """

    pressed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.available = True
        self.taken: list[Mapping[str, str]] = []
        self.released = 0

    def take(self, wanted: Mapping[str, str]) -> Mapping[Action, Refusal]:
        self.taken.append(dict(wanted))
        return {Action.REGION: Refusal.TAKEN} if wanted else {}

    def release(self) -> None:
        self.released += 1
