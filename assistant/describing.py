"""From a wish to a sentence: takes the picture, has it described, says and keeps the result."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal

from assistant.captioning import CaptionService, Request
from assistant.capture.clipboard import pictures_in
from assistant.capture.desktop import ActiveWindow, Target, WholeDesktop
from assistant.capture.files import FileReader
from assistant.capture.picture import CaptureError, CaptureFault, Origin, Picture
from assistant.capture.screen import Grabber
from assistant.description import Description
from assistant.history import History, HistoryError
from assistant.messages import Messages
from assistant.reading.pictures import PictureTexts
from assistant.reading.wording import KINDS_WITH_TEXT, Wording
from assistant.settings import Settings
from assistant.speech.announcer import Announcer
from assistant.speech.earcons import Earcon, Earcons
from engine import Caption, CaptionError, CaptionOptions, ImageError

_log = logging.getLogger(__name__)

ALTERNATIVES = 4
"""Other sentences that are fetched along, for "more detail"."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What describing needs besides the engine.

    Attributes:
        messages: the texts.
        announcer: speaks.
        earcons: sounds.
        history: keeps what was described.
        screen: where pictures of the screen come from.
        texts: reads.
        window_title: gives the title of the window the person works in; empty where it is not known.
    """

    messages: Messages
    announcer: Announcer
    earcons: Earcons
    history: History
    screen: Grabber
    texts: PictureTexts
    window_title: Callable[[], str]


class Describer(QObject):
    """Describes pictures and reads their text. One wish at a time, the newest wins; no window is raised.

    Signals:
        described(Description): said already.
        told(str): any other sentence for the person, said already.
        busy_changed(bool): whether a description is being made.
        files_found(list[Path]): the data held several files, or folders.
    """

    described = Signal(object)
    told = Signal(str)
    busy_changed = Signal(bool)
    files_found = Signal(list)

    def __init__(self, service: CaptionService, tools: Tools, settings: Settings) -> None:
        super().__init__()
        self._service, self.tools = service, tools
        self.settings = settings
        self._last: Description | None = None
        self._wish, self._title = 0, ""
        self._wording = Wording(tools.messages)
        self._reader = FileReader(self)
        self._reader.read.connect(self.describe)
        self._reader.failed.connect(self._on_unreadable)
        service.captioned.connect(self._on_captioned)
        service.failed.connect(self._on_failed)
        service.still_working.connect(self._on_still_working)
        tools.texts.described.connect(self._finish)
        tools.texts.failed.connect(self._fail_with)
        tools.texts.still_working.connect(self._on_still_reading)

    @property
    def last(self) -> Description | None:
        """The newest description."""
        return self._last

    def describe_screen(self, target: Target) -> None:
        """Describe what the screen shows."""
        self._grab(target, self._submit)

    def read_window(self) -> None:
        """Read the text of the window the person works in; of the whole screen where that is not known."""
        self._grab(ActiveWindow(), self._read, otherwise=WholeDesktop())

    def read_screen(self, target: Target) -> None:
        """Read the text of what the screen shows."""
        self._grab(target, self._read)

    def read_again(self) -> None:
        """Read the text of the newest picture, whatever kind it is."""
        if self._last is None:
            self._tell(self.tools.messages.text("describing.nothing-yet"))
            return
        self._begin()
        self._read(self._last.picture)

    def _grab(
        self, target: Target, use: Callable[[Picture], None], *, otherwise: Target | None = None
    ) -> None:
        """Take a picture for a new wish; ``otherwise`` is the target where no window is known."""
        wish = self._begin()
        title = "" if isinstance(target, ActiveWindow) else self.tools.window_title()

        def done(result: Picture | CaptureError) -> None:
            nonlocal otherwise
            if wish != self._wish:
                return
            if isinstance(result, Picture):
                self._title = result.name if result.origin is Origin.WINDOW else title
                use(result)
            elif otherwise and result.fault is CaptureFault.NO_WINDOW:
                next_target, otherwise = otherwise, None
                self.tools.screen.grab(next_target, done)
            else:
                self._fail(result)

        self.tools.screen.grab(target, done)

    def describe_data(self, data: QMimeData | None, origin: Origin) -> None:
        """Describe the picture that was copied or dropped; several files are reported instead."""
        self._begin()
        try:
            found = pictures_in(data or QMimeData(), origin)
        except CaptureError as exc:
            self._fail(exc)
            return
        if found.pictures:
            self._submit(found.pictures[0])
        elif len(found.files) == 1 and not found.files[0].is_dir():
            self._reader.start(found.files[0])
        else:
            self._end()
            self.files_found.emit(list(found.files))

    def describe_file(self, path: Path) -> None:
        """Describe a picture file."""
        self._begin()
        self._reader.start(path)

    def describe(self, picture: Picture) -> None:
        """Describe a picture that is at hand."""
        self._begin()
        self._submit(picture)

    def describe_again(self, model: str) -> None:
        """Describe the newest picture once more, with some model."""
        if self._last is None:
            self._tell(self.tools.messages.text("describing.nothing-yet"))
            return
        self._begin()
        self._submit(self._last.picture, model)

    def repeat(self) -> None:
        """Say the newest description again."""
        if self._last is None:
            self._tell(self.tools.messages.text("describing.nothing-yet"))
        else:
            self.tools.announcer.announce(self._last.sentence)  # it is shown already

    def tell_more(self) -> None:
        """Say what else the engine considered, so that disagreement can be heard."""
        messages, last = self.tools.messages, self._last
        if last is None:
            self._tell(messages.text("describing.nothing-yet"))
            return
        self._tell(last.text or messages.details(last.caption))

    def tell_status(self) -> None:
        """Say what is going on."""
        seconds = self._running_for_s
        if seconds is None:
            self._tell(self.tools.messages.text("describing.idle"))
        else:
            self._tell(self.tools.messages.text("describing.working-since", seconds=round(seconds)))

    def stop(self) -> None:
        """Be silent and call off what is running."""
        self.tools.announcer.stop()
        running = self._running_for_s is not None
        self._wish += 1
        self._reader.cancel()
        self._service.cancel()
        self.tools.texts.cancel()
        self._end()
        if running:
            self._tell(self.tools.messages.text("describing.cancelled"))

    def load_model(self) -> None:
        """Load the model before it is needed."""
        self._service.request(None, model=self.settings.model)

    def release_model(self) -> None:
        """Give the model's memory back, and say so."""
        self.forget_model()
        self._tell(self.tools.messages.text("describing.released"))

    def forget_model(self) -> None:
        """End the engine with whatever it was doing; the next description loads its model anew."""
        self._service.release()
        self._end()

    def _begin(self) -> int:
        """A new wish: silence, a sound, and whatever was under way is out of date."""
        self._wish += 1
        self._title = ""
        self.tools.announcer.stop()
        self.tools.earcons.play(Earcon.START)
        self._reader.cancel()
        self.tools.texts.cancel()
        self.busy_changed.emit(True)
        return self._wish

    @property
    def _running_for_s(self) -> float | None:
        reading = self.tools.texts.running_for_s
        return self._service.running_for_s if reading is None else reading

    def _end(self) -> None:
        self.busy_changed.emit(False)

    def _submit(self, picture: Picture, model: str = "") -> None:
        options = CaptionOptions(beam_size=self.settings.beams or None, alternatives=ALTERNATIVES)
        self._service.request(picture, model=model or self.settings.model, options=options)

    def _read(self, picture: Picture) -> None:
        self._service.cancel(hard=False)
        self.tools.texts.read(picture, self._title)

    def _on_captioned(self, request: Request, caption: Caption) -> None:
        if request.picture is None:
            return
        if caption.verdict in KINDS_WITH_TEXT:
            self.tools.texts.read(request.picture, self._title, caption)
            return
        sentence = self.tools.messages.spoken(caption, alternatives=self.settings.alternatives)
        if not caption.refused:
            sentence = self._wording.titled(self._title, sentence)
        self._finish(Description(request.picture, caption, sentence))

    def _finish(self, description: Description) -> None:
        """Say, show and keep an answer."""
        self._last = description
        self.tools.announcer.announce(description.sentence)
        empty = description.caption.refused and not description.text
        self.tools.earcons.play(Earcon.REFUSED if empty else Earcon.DONE)
        self._end()
        self.described.emit(description)
        if description.caption.fell_back:
            self._tell(self.tools.messages.text("describing.fell-back"), urgent=False)
        self._keep(description)

    def _keep(self, description: Description) -> None:
        if not self.settings.history:
            return
        try:
            self.tools.history.add(description.caption, description.picture, description.text)
        except HistoryError as exc:
            _log.warning("%s", exc)
            self._tell(self.tools.messages.text(f"history-error.{exc.fault}"), urgent=False)

    def _on_failed(self, request: Request, error: CaptionError) -> None:
        self._fail(error)

    def _on_unreadable(self, error: ImageError, name: str) -> None:
        reason = self.tools.messages.error(error)
        self._fail_with(self.tools.messages.text("describe.failed", file=name, reason=reason))

    def _fail(self, error: CaptionError | CaptureError) -> None:
        _log.info("%s", error)
        self._fail_with(self.tools.messages.error(error))

    def _fail_with(self, sentence: str) -> None:
        self.tools.earcons.play(Earcon.FAILED)
        self._end()
        self._tell(sentence)

    def _on_still_working(self, request: Request) -> None:
        self.tools.earcons.play(Earcon.WORKING)
        self._tell(self.tools.messages.text("describing.still"), urgent=False)

    def _on_still_reading(self) -> None:
        self.tools.earcons.play(Earcon.WORKING)
        self._tell(self.tools.messages.text("reading.still"), urgent=False)

    def _tell(self, sentence: str, *, urgent: bool = True) -> None:
        self.tools.announcer.announce(sentence, urgent=urgent)
        self.told.emit(sentence)
