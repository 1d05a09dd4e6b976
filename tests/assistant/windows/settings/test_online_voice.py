"""The consent to the voice that sends texts away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from assistant.settings import Settings
from assistant.speech.choice import VoiceChoice
from assistant.windows.question import Question
from tests.assistant.windows.settings.desk import Desk, Key


class Consent:
    """The window on the page of the voices, and the question that it asks.

    Args:
        qtbot: of pytest-qt.
        settings: what is set before.
    """

    def __init__(self, qtbot: QtBot, settings: Settings) -> None:
        self._qtbot = qtbot
        self.desk = Desk(qtbot, settings)
        self.desk.turn_to("Giọng đọc")
        self.trials = self.desk.trials
        self.box = self.desk.find(QCheckBox, "online-voice")
        self.engine_box = self.desk.find(QComboBox, "voice-engine")

    @property
    def engine(self) -> object:
        """Name of the engine that is shown as chosen."""
        return self.engine_box.currentData()

    @property
    def question(self) -> Question | None:
        QApplication.sendPostedEvents(None, 52)  # DeferredDelete
        found: Question | None = self.desk.window.findChild(Question)
        return found

    def ask(self, way: str) -> None:
        """Do what needs consent."""
        match way:
            case "box":
                self.box.setFocus()
                self._qtbot.keyClick(self.box, Key.Key_Space)
            case "engine":
                self.engine_box.setFocus()
                self._qtbot.keyClick(self.engine_box, Key.Key_End)
            case "try":
                self.desk.find(QPushButton, "voice-try").setFocus()
                self.desk.click("voice-try")

    def answer(self, name: str) -> None:
        question = self.question
        assert question
        question.findChild(QPushButton, f"question.{name}").click()

    def text(self, key: str) -> str:
        return self.desk.messages.text(f"voices.{key}")

    def saved(self) -> Settings:
        self.desk.click("save")
        (settings,) = self.desk.saved
        return settings


OpenPage = Callable[..., Consent]


@pytest.fixture
def open_page(qtbot: QtBot) -> OpenPage:
    def open_it(**settings: object) -> Consent:
        return Consent(qtbot, Settings().with_changes(**settings))

    return open_it


def test_the_question_says_what_is_sent_where(open_page: OpenPage) -> None:
    page = open_page()
    page.ask("box")
    assert page.question
    (text,) = [label.text() for label in page.question.findChildren(QLabel)]
    for part in ("mọi câu cần đọc", "qua mạng", "Google", "màn hình", "riêng tư", "vẫn tắt"):
        assert part in text
    buttons = {made.objectName(): made.text() for made in page.question.findChildren(QPushButton)}
    assert buttons == {"question.yes": "Đồn&g ý gửi đến Google", "question.no": "&Không gửi"}
    assert page.question.focusWidget().objectName() == "question.no"


@pytest.mark.parametrize("way", ["box", "engine"])
class TestSwitchingOn:
    def test_agreeing(self, open_page: OpenPage, way: str) -> None:
        page = open_page()
        page.ask(way)
        assert "gtts" not in page.trials.asked
        page.answer("yes")
        assert page.box.isChecked()
        assert page.desk.said == [page.text("online-on")] == [page.desk.status]
        engine = "gtts" if way == "engine" else ""
        assert page.engine == engine
        assert page.question is None
        assert page.saved() == Settings(online_voice=True, voice_engine=engine)

    @pytest.mark.parametrize("answer", ["no", "escape", "enter"])
    def test_declining(self, qtbot: QtBot, open_page: OpenPage, way: str, answer: str) -> None:
        """Enter without a look at the question declines too."""
        page = open_page(voice_engine="speech-dispatcher")
        page.ask(way)
        if answer == "no":
            page.answer("no")
        else:
            qtbot.keyClick(page.question, Key.Key_Escape if answer == "escape" else Key.Key_Return)
        assert page.question is None
        assert not page.box.isChecked()
        assert page.engine == "speech-dispatcher"
        assert page.desk.said == [page.text("declined")] == [page.desk.status]
        assert page.trials.asked == ["speech-dispatcher"]
        assert page.saved() == Settings(voice_engine="speech-dispatcher")

    def test_consent_that_is_not_saved_is_none(self, open_page: OpenPage, way: str) -> None:
        page = open_page()
        page.ask(way)
        page.answer("yes")
        page.desk.click("cancel")
        assert page.desk.saved == []

    def test_who_agreed_before_is_not_asked_again(self, open_page: OpenPage, way: str) -> None:
        page = open_page(online_voice=True)
        page.ask("engine")
        assert page.question is None
        assert page.engine == "gtts"
        if way == "box":  # off
            page.ask("box")
            assert page.question is None


class TestTrying:
    def test_agreeing_is_heard_at_once(self, open_page: OpenPage) -> None:
        """GIVEN settings with the engine and without consent, as in a file that was written by hand."""
        page = open_page(voice_engine="gtts", voices={"gtts": {"rate": -50}})
        page.ask("try")
        assert page.trials.tried == []
        page.answer("yes")
        assert page.trials.tried == [("gtts", VoiceChoice(rate=-50))]
        assert page.desk.said == []
        assert page.saved().online_voice

    def test_declining_sends_nothing(self, open_page: OpenPage) -> None:
        page = open_page(voice_engine="gtts")
        page.ask("try")
        page.answer("no")
        assert page.trials.tried == []
        assert page.desk.said == [page.text("declined")]
        assert page.saved() == Settings(voice_engine="gtts")


class TestSwitchingOff:
    def test_the_engine_goes_back_to_the_automatic_choice(self, open_page: OpenPage) -> None:
        page = open_page(online_voice=True, voice_engine="gtts")
        page.ask("try")
        page.ask("box")
        assert page.question is None
        assert page.trials.stops == 1
        assert page.engine == ""
        assert page.desk.said == [page.text("online-off")] == [page.desk.status]
        assert page.saved() == Settings()

    def test_another_engine_stays(self, open_page: OpenPage) -> None:
        page = open_page(online_voice=True, voice_engine="espeak-ng")
        page.ask("box")
        assert page.saved() == Settings(voice_engine="espeak-ng")

    def test_then_it_asks_again(self, open_page: OpenPage) -> None:
        page = open_page(online_voice=True)
        page.ask("box")
        page.ask("engine")
        assert page.question
        page.answer("no")
        assert page.engine == ""
