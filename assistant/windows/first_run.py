"""The guide that is shown when the program runs for the first time."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from assistant.hotkeys.chord import Action
from assistant.messages import Messages
from assistant.windows.controls import button
from assistant.windows.first_run_pages import (
    Done,
    Facts,
    GuidePage,
    HotkeysPage,
    TrialPage,
    Trials,
    VoicePage,
    WelcomePage,
)
from assistant.windows.sizes import resize_for_text

__all__ = ["Done", "Facts", "FirstRunGuide", "Trials"]

_PAGE_COUNT = 6


class FirstRunGuide(QDialog):
    """Six pages: safety, permissions, model, voice, hotkeys, the end. Closing it is possible at any time.

    A dialog with pages and not ``QWizard``, which shows its titles in labels that take no focus, names its
    buttons in the language of the Qt libraries, and on Windows moves one of them into the title bar. Here a
    new page puts the focus on its text, so that a screen reader begins to read where the page begins.

    Signals:
        finished_guide(bool): the guide was closed. True when it need not be shown again: the person reached
            the end or wanted it so.
        told(str): a sentence that is to be said.

    Args:
        messages: the texts.
        facts: what is told about this computer.
        trials: what can be tried.
    """

    finished_guide = Signal(bool)
    told = Signal(str)

    def __init__(self, messages: Messages, facts: Facts, trials: Trials) -> None:
        super().__init__()
        self._messages = messages
        self._welcome = WelcomePage(messages, (1, _PAGE_COUNT))
        self._hotkeys = HotkeysPage(messages, (5, _PAGE_COUNT), facts)
        self._pages: list[GuidePage] = [
            self._welcome,
            TrialPage("permissions", messages, (2, _PAGE_COUNT), trials.screen),
            TrialPage(
                "model", messages, (3, _PAGE_COUNT), trials.model, name=facts.model, size_mb=facts.model_mb
            ),
            VoicePage(messages, (4, _PAGE_COUNT), _who_reads(facts, messages), trials.voice),
            self._hotkeys,
            GuidePage("end", messages, (6, _PAGE_COUNT)),
        ]
        self._stack = QStackedWidget()
        for page in self._pages:
            self._stack.addWidget(page)
            page.told.connect(self.told)
        self._lay_out()
        self._go_to(0)
        self.finished.connect(self._on_finished)

    def hotkey_pressed(self, action: Action) -> bool:
        """Tell the guide that a hotkey was pressed.

        Returns:
            True when the person is testing hotkeys, so that this one should do nothing else.
        """
        if not self.isVisible() or self._page is not self._hotkeys:
            return False
        self._hotkeys.receive(action)
        return True

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to read the page."""
        super().showEvent(event)
        self._read()

    @property
    def _page(self) -> GuidePage:
        return self._pages[self._stack.currentIndex()]

    def _lay_out(self) -> None:
        text = self._messages.text
        self._back = button("first-run.back", text("first-run.back"), self._go_back)
        self._next = button("first-run.next", text("first-run.next"), self._go_on)
        self._finish = button("first-run.finish", text("first-run.finish"), self.accept)
        later = button("first-run.later", text("first-run.later"), self.reject)
        stops: list[QWidget] = [control for page in self._pages for control in page.controls]
        layout, row = QVBoxLayout(self), QHBoxLayout()
        layout.addWidget(self._stack, 1)
        layout.addLayout(row)
        row.addStretch()
        for made in (self._back, self._next, self._finish, later):
            row.addWidget(made)
            stops.append(made)
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        resize_for_text(self, columns=46, lines=28)

    def _go_back(self) -> None:
        self._go_to(self._stack.currentIndex() - 1)

    def _go_on(self) -> None:
        self._go_to(self._stack.currentIndex() + 1)

    def _go_to(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        last = index == len(self._pages) - 1
        # The focus moves before buttons vanish: Qt would put it anywhere.
        self._page.box.setFocus()
        self._back.setEnabled(index > 0)
        self._next.setVisible(not last)
        self._finish.setVisible(last)
        (self._finish if last else self._next).setDefault(True)
        title = self._messages.text("first-run.title")
        self.setWindowTitle(f"{title} – {self._page.heading}")
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        self.told.emit(self._page.text)

    def _on_finished(self, result: int) -> None:
        done = result == QDialog.DialogCode.Accepted or self._welcome.not_again.isChecked()
        self.finished_guide.emit(done)


def _who_reads(facts: Facts, messages: Messages) -> str:
    if facts.reader:
        return messages.text("first-run.voice-reader")
    if facts.voice:
        return messages.text("first-run.voice-own", voice=facts.voice)
    return messages.text("first-run.voice-none")
