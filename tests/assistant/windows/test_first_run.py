"""The first-run guide, walked through with the keyboard."""

from __future__ import annotations

import re
import threading
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QTextCursor
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from assistant.hotkeys.chord import DEFAULT_CHORDS, Action
from assistant.hotkeys.protocol import Refusal
from assistant.messages import LANGUAGES, Language, Messages
from assistant.windows.controls import LEAST_SIZE_PX
from assistant.windows.first_run import Done, Facts, FirstRunGuide, Trials

Key = Qt.Key

FACTS = Facts("starter", 85.4, reader=False, voice="espeak-ng", chords=DEFAULT_CHORDS)
PAGES = ["welcome", "permissions", "model", "voice", "hotkeys", "end"]


class Tour:
    """A guide whose trials are answered by the test, and everything that came out of it."""

    def __init__(self, qtbot: QtBot, facts: Facts = FACTS, language: Language = "vi") -> None:
        self._qtbot = qtbot
        self.messages = Messages(language)
        self.waiting: list[Done] = []
        self.voices = 0
        self.said: list[str] = []
        self.finished: list[bool] = []
        trials = Trials(screen=self.waiting.append, model=self.waiting.append, voice=self._speak)
        self.guide = FirstRunGuide(self.messages, facts, trials)
        self.guide.told.connect(self.said.append)
        self.guide.finished_guide.connect(self.finished.append)
        qtbot.addWidget(self.guide)
        with qtbot.waitActive(self.guide):
            self.guide.show()
            self.guide.activateWindow()

    def _speak(self) -> None:
        self.voices += 1

    def button(self, name: str) -> QPushButton:
        return self.guide.findChild(QPushButton, f"first-run.{name}")

    def box(self, name: str) -> QPlainTextEdit:
        return self.guide.findChild(QPlainTextEdit, f"first-run.{name}")

    def go_to(self, page: str) -> None:
        while not self.box(page).isVisible():
            self.button("next").click()

    def tab(self) -> None:
        self._qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)


@pytest.fixture
def tour(qtbot: QtBot) -> Tour:
    return Tour(qtbot)


class TestWalking:
    def test_enter_leads_through_all_pages_to_the_end(self, qtbot: QtBot, tour: Tour) -> None:
        """Each page puts the focus on its text and is said once, its heading first."""
        for number, page in enumerate(PAGES, start=1):
            box = tour.box(page)
            assert QApplication.focusWidget() is box
            assert len(tour.said) == number
            assert tour.said[-1].startswith(f"Bước {number} trên 6: ")
            assert tour.said[-1].endswith(box.toPlainText())
            assert tour.guide.windowTitle().endswith(box.accessibleName())
            qtbot.keyClick(box, Key.Key_Return)
        assert tour.finished == [True]
        assert not tour.guide.isVisible()

    def test_back(self, tour: Tour) -> None:
        assert not tour.button("back").isEnabled()
        tour.go_to("model")
        tour.button("back").click()
        assert tour.box("permissions").hasFocus()

    def test_the_last_page_finishes_and_goes_no_further(self, tour: Tour) -> None:
        assert not tour.button("finish").isVisible()
        tour.go_to("end")
        assert not tour.button("next").isVisible()
        assert tour.button("finish").isDefault()
        tour.button("back").click()
        assert tour.button("next").isVisible()
        assert tour.button("next").isDefault()

    @pytest.mark.parametrize("page", PAGES)
    def test_escape_leaves_from_every_page(self, qtbot: QtBot, tour: Tour, page: str) -> None:
        tour.go_to(page)
        qtbot.keyClick(tour.box(page), Key.Key_Escape)
        assert not tour.guide.isVisible()
        assert tour.finished == [False]

    @pytest.mark.parametrize("way", ["later", "close"])
    def test_other_ways_out(self, tour: Tour, way: str) -> None:
        if way == "later":
            tour.button("later").click()
        else:
            tour.guide.close()
        assert tour.finished == [False]

    def test_leaving_for_good(self, qtbot: QtBot, tour: Tour) -> None:
        tour.tab()
        box = QApplication.focusWidget()
        assert isinstance(box, QCheckBox)
        qtbot.keyClick(box, Key.Key_Space)
        qtbot.keyClick(box, Key.Key_Escape)
        assert tour.finished == [True]

    def test_the_program_goes_on_meanwhile(self, tour: Tour) -> None:
        assert not tour.guide.isModal()

    def test_opened_again_it_is_said_again(self, tour: Tour) -> None:
        tour.guide.close()
        tour.guide.show()
        assert len(tour.said) == 2


class TestTexts:
    @pytest.mark.parametrize(
        "word", ["sang đường", "thuốc", "tiền", "nhận ra một người", "có thể sai", "không bao giờ rời khỏi"]
    )
    def test_safety_comes_first(self, tour: Tour, word: str) -> None:
        assert word in tour.box("welcome").toPlainText()

    def test_the_model(self, tour: Tour) -> None:
        assert "starter, 85 MB" in tour.box("model").toPlainText()

    @pytest.mark.parametrize(
        ("facts", "who"),
        [
            (Facts("starter", 85, reader=True, voice="espeak-ng"), "Trình đọc màn hình đang chạy"),
            (Facts("starter", 85, reader=False, voice="espeak-ng"), "bằng giọng espeak-ng"),
            (Facts("starter", 85, reader=False, voice=""), "máy chưa có giọng đọc tiếng Việt"),
        ],
    )
    def test_who_reads(self, qtbot: QtBot, facts: Facts, who: str) -> None:
        assert who in Tour(qtbot, facts).box("voice").toPlainText()


@pytest.mark.parametrize("page", ["permissions", "model"])
class TestTrials:
    def test_a_trial_says_to_wait_and_then_how_it_went(self, qtbot: QtBot, tour: Tour, page: str) -> None:
        tour.go_to(page)
        tour.tab()
        assert QApplication.focusWidget() is tour.button(f"{page}-try")
        qtbot.keyClick(tour.button(f"{page}-try"), Key.Key_Space)
        assert tour.said[-1] == "Đang thử, hãy đợi một chút."
        tour.waiting[0]("Chụp được màn hình.")
        qtbot.waitUntil(lambda: tour.said[-1] == "Chụp được màn hình.")
        assert tour.box(f"{page}-result").toPlainText() == "Chụp được màn hình."
        assert tour.button(f"{page}-try").hasFocus()

    def test_pressed_twice_it_runs_once_until_it_is_answered(
        self, qtbot: QtBot, tour: Tour, page: str
    ) -> None:
        tour.go_to(page)
        for _ in range(2):
            tour.button(f"{page}-try").click()
        assert len(tour.waiting) == 1
        assert tour.said[-2:] == ["Đang thử, hãy đợi một chút."] * 2
        tour.waiting[0]("Không chụp được.")
        qtbot.waitUntil(lambda: tour.said[-1] == "Không chụp được.")
        tour.button(f"{page}-try").click()
        assert len(tour.waiting) == 2

    def test_the_answer_may_come_from_another_thread(self, qtbot: QtBot, tour: Tour, page: str) -> None:
        tour.go_to(page)
        tour.button(f"{page}-try").click()
        threads: list[threading.Thread] = []
        tour.guide.told.connect(lambda _: threads.append(threading.current_thread()))
        worker = threading.Thread(target=tour.waiting[0], args=("Xong.",))
        worker.start()
        worker.join()
        qtbot.waitUntil(lambda: tour.said[-1] == "Xong.")
        assert threads == [threading.main_thread()]

    def test_an_answer_after_the_guide_is_gone_is_dropped(self, qapp: QApplication, page: str) -> None:
        waiting: list[Done] = []
        said: list[str] = []
        guide = FirstRunGuide(Messages("vi"), FACTS, Trials(waiting.append, waiting.append, qapp.beep))
        guide.told.connect(said.append)
        guide.findChild(QPushButton, f"first-run.{page}-try").click()
        delete(guide)
        waiting[0]("Quá muộn.")
        qapp.processEvents()
        assert said == ["Đang thử, hãy đợi một chút."]


def test_the_voice_is_tried(qtbot: QtBot, tour: Tour) -> None:
    tour.go_to("voice")
    tour.tab()
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Space)
    assert tour.voices == 1


class TestHotkeys:
    def lines(self, tour: Tour) -> list[str]:
        return tour.box("hotkeys").toPlainText().splitlines()

    def test_all_are_listed_as_untried(self, tour: Tour) -> None:
        assert sum(line.endswith("Chưa thử.") for line in self.lines(tour)) == len(Action)
        assert "Mô tả màn hình: Ctrl+Alt+Shift+M. Chưa thử." in self.lines(tour)

    def test_one_that_arrives_is_marked_and_said(self, tour: Tour) -> None:
        tour.go_to("hotkeys")
        assert tour.guide.hotkey_pressed(Action.STOP)
        assert tour.said[-1] == "Đã nhận phím tắt Ctrl+Alt+Shift+H: Dừng đọc."
        assert "Dừng đọc: Ctrl+Alt+Shift+H. Đã nhận, dùng được." in self.lines(tour)
        assert sum(line.endswith("Chưa thử.") for line in self.lines(tour)) == len(Action) - 1

    def test_who_reads_the_list_stays_on_the_line(self, tour: Tour) -> None:
        tour.go_to("hotkeys")
        box = tour.box("hotkeys")
        for _ in range(3):
            box.moveCursor(QTextCursor.MoveOperation.NextBlock)
        line = box.textCursor().blockNumber()
        assert line > 0
        tour.guide.hotkey_pressed(Action.SCREEN)
        assert box.textCursor().blockNumber() == line

    def test_elsewhere_a_hotkey_does_its_work(self, tour: Tour) -> None:
        """GIVEN another page, or a closed guide, THEN the press is not taken for a test."""
        assert not tour.guide.hotkey_pressed(Action.SCREEN)
        tour.go_to("hotkeys")
        tour.guide.close()
        assert not tour.guide.hotkey_pressed(Action.SCREEN)
        assert sum(line.endswith("Chưa thử.") for line in self.lines(tour)) == len(Action)

    def test_those_that_are_off_or_refused(self, qtbot: QtBot) -> None:
        chords = {Action.SCREEN: "Ctrl+F9", Action.STOP: "Ctrl+F10"}
        refused = {Action.STOP: Refusal.TAKEN}
        tour = Tour(qtbot, Facts("starter", 85, reader=True, voice="", chords=chords, refused=refused))
        assert "Mô tả màn hình: Ctrl+F9. Chưa thử." in self.lines(tour)
        assert "Đọc lại lần mô tả gần nhất: chưa đặt phím tắt." in self.lines(tour)
        assert (
            tour.messages.text("hotkeys.refused-taken", chord="Ctrl+F10", action="Dừng đọc")
            in self.lines(tour)
        )  # fmt: skip

    def test_a_system_without_hotkeys(self, qtbot: QtBot) -> None:
        tour = Tour(qtbot, Facts("starter", 85, reader=True, voice=""))
        assert tour.box("hotkeys").toPlainText() == tour.messages.text("hotkeys.none")


class TestAccessibility:
    @pytest.mark.parametrize(
        ("page", "order"),
        [
            ("welcome", ["welcome", "not-again", "next", "later"]),
            (
                "permissions",
                ["permissions", "permissions-try", "permissions-result", "back", "next", "later"],
            ),
            ("voice", ["voice", "voice-try", "back", "next", "later"]),
            ("end", ["end", "back", "finish", "later"]),
        ],
    )
    def test_the_tab_key_follows_the_reading_order(self, tour: Tour, page: str, order: list[str]) -> None:
        tour.go_to(page)
        seen = []
        for _ in range(len(order) + 1):
            seen.append(QApplication.focusWidget().objectName())
            tour.tab()
        assert seen == [f"first-run.{name}" for name in [*order, order[0]]]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_identifiers_mnemonics_and_sizes(self, qtbot: QtBot, language: Language) -> None:
        tour = Tour(qtbot, language=language)
        controls = [
            control
            for control in tour.guide.findChildren(QWidget)
            if control.objectName().startswith("first-run.")
        ]
        assert len(controls) == len({control.accessibleIdentifier() for control in controls}) == 16
        for control in controls:
            assert QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name)
            assert max(control.minimumHeight(), control.minimumSizeHint().height()) >= LEAST_SIZE_PX
        shown = [*tour.guide.findChildren(QLabel), *tour.guide.findChildren(QAbstractButton)]
        texts = [widget.text() for widget in shown]
        letters = Counter(found[1].lower() for text in texts if (found := re.search("&(\\w)", text)))
        assert len(letters) == 10
        assert set(letters.values()) == {1}
