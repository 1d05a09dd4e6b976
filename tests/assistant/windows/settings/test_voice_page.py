"""The page of the voices, used with the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QListWidget, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from assistant.messages import LANGUAGES, Messages
from assistant.settings import Settings
from assistant.speech.choice import VoiceChoice
from assistant.speech.voice import VoiceError, VoiceFault
from assistant.windows.settings import Choices
from tests.assistant.windows.settings.desk import PAGES, Desk, Key
from tests.assistant.windows.settings.trials import ENGINES, NORTH, SOUTH, FakeTrials

AUTOMATIC, PIPER, ESPEAK, DISPATCHER, GOOGLE = (
    "Tự chọn (hiện là eSpeak NG)", "Piper (chưa cài)", "eSpeak NG", "Speech Dispatcher", "Google (cần mạng)",
)  # fmt: skip

FAILED = VoiceError("made up", VoiceFault.FAILED)

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(qtbot: QtBot) -> OpenDesk:
    """Opens the window on the page, with some settings."""

    def open_it(**settings: object) -> Desk:
        desk = Desk(qtbot, Settings().with_changes(**settings))
        desk.turn_to("Giọng đọc")
        return desk

    return open_it


def choose(desk: Desk, name: str, box: str = "voice-engine") -> None:
    chooser = desk.find(QComboBox, box)
    assert chooser.findText(name) >= 0, f"{name} is not offered"
    chooser.setCurrentIndex(chooser.findText(name))


def shown(desk: Desk, box: str = "voice-engine") -> str:
    return desk.find(QComboBox, box).currentText()


def offered(desk: Desk, box: str = "voice-engine") -> list[str]:
    chooser = desk.find(QComboBox, box)
    return [chooser.itemText(row) for row in range(chooser.count())]


def saved(desk: Desk) -> Settings:
    desk.click("save")
    (settings,) = desk.saved
    return settings


class TestEngines:
    def test_they_have_names_that_people_know(self, open_desk: OpenDesk) -> None:
        desk = open_desk()
        assert offered(desk) == [AUTOMATIC, PIPER, ESPEAK, DISPATCHER, GOOGLE]
        assert shown(desk) == AUTOMATIC

    def test_what_is_set_is_chosen_even_if_it_is_of_another_computer(self, open_desk: OpenDesk) -> None:
        desk = open_desk(voice_engine="sapi", voices={"sapi": {"voice": "Microsoft An", "rate": 5}})
        assert shown(desk) == "Windows SAPI 5 (chưa cài)"
        assert shown(desk, "voice") == "Microsoft An"
        assert desk.find(QSpinBox, "voice-rate").value() == 5
        assert desk.trials.asked == []
        assert saved(desk) == Settings(
            voice_engine="sapi", voices={"sapi": {"voice": "Microsoft An", "rate": 5}}
        )

    def test_choosing_one_with_the_keyboard(self, qtbot: QtBot, open_desk: OpenDesk) -> None:
        desk = open_desk()
        qtbot.keyClicks(desk.find(QComboBox, "voice-engine"), "spee")
        assert shown(desk) == DISPATCHER
        assert saved(desk) == Settings(voice_engine="speech-dispatcher")

    def test_without_voices_there_is_no_page(self, qtbot: QtBot) -> None:
        desk = Desk(qtbot, choices=Choices(("starter",)))
        pages = desk.find(QListWidget, "pages")
        titles = [pages.item(row).text() for row in range(pages.count())]
        assert titles == [page for page in PAGES if page != "Giọng đọc"]
        assert saved(desk) == Settings()

    def test_the_network_is_no_automatic_choice(self, qtbot: QtBot) -> None:
        """GIVEN a computer with no voice of its own, THEN nothing is sent away in its stead."""
        engines = [replace(engine, installed=engine.online) for engine in ENGINES]
        trials = FakeTrials(engines)
        desk = Desk(qtbot, Settings(online_voice=True), Choices(("starter",), voices=trials))
        desk.turn_to("Giọng đọc")
        assert shown(desk) == "Tự chọn"
        desk.click("voice-try")
        assert desk.said == [desk.messages.text("voice-error.missing")]
        assert trials.tried == []


class TestLists:
    def test_nothing_is_looked_for_before_the_page_is_shown(self, qtbot: QtBot) -> None:
        desk = Desk(qtbot)
        assert desk.trials.asked == []
        desk.turn_to("Giọng đọc")
        desk.turn_to("Chung")
        desk.turn_to("Giọng đọc")
        assert desk.trials.asked == ["espeak-ng"]

    def test_a_list_that_comes_late_is_shown_and_changes_no_choice(self, open_desk: OpenDesk) -> None:
        desk = open_desk(voices={"espeak-ng": {"voice": SOUTH.id}})
        assert offered(desk, "voice") == ["Đang tìm giọng…"]
        desk.find(QSpinBox, "voice-pitch").setValue(7)
        desk.trials.answer("espeak-ng", [NORTH, SOUTH])
        assert offered(desk, "voice") == ["Mặc định", "Miền Bắc", "Miền Nam"]
        assert shown(desk, "voice") == "Miền Nam"
        assert desk.find(QSpinBox, "voice-pitch").value() == 7
        assert desk.said == []

    def test_saving_before_the_list_has_come_keeps_the_voice(self, open_desk: OpenDesk) -> None:
        voices = {"espeak-ng": {"voice": SOUTH.id}}
        assert saved(open_desk(voices=voices)) == Settings(voices=voices)

    def test_a_list_is_shown_with_its_own_engine_only(self, open_desk: OpenDesk) -> None:
        desk = open_desk()
        choose(desk, DISPATCHER)
        desk.trials.answer("espeak-ng", [NORTH])
        assert offered(desk, "voice") == ["Đang tìm giọng…"]
        desk.trials.answer("speech-dispatcher", [SOUTH])
        assert offered(desk, "voice") == ["Mặc định", "Miền Nam"]
        choose(desk, ESPEAK)
        assert offered(desk, "voice") == ["Mặc định", "Miền Bắc"]
        assert desk.trials.asked == ["espeak-ng", "speech-dispatcher"]

    def test_a_voice_that_is_gone_stays_chosen(self, open_desk: OpenDesk) -> None:
        voices = {"espeak-ng": {"voice": "vi-cũ"}}
        desk = open_desk(voices=voices)
        desk.trials.answer("espeak-ng", [NORTH])
        assert shown(desk, "voice") == "vi-cũ (không tìm thấy)"
        assert saved(desk) == Settings(voices=voices)

    @pytest.mark.parametrize("fault", VoiceFault)
    def test_a_failure_is_told_in_one_sentence(self, open_desk: OpenDesk, fault: VoiceFault) -> None:
        desk = open_desk(voices={"espeak-ng": {"voice": SOUTH.id}})
        desk.trials.answer("espeak-ng", VoiceError("made up", fault))
        assert desk.said == [desk.messages.text(f"voice-error.{fault}")] == [desk.status]
        assert offered(desk, "voice") == ["Mặc định", SOUTH.id]
        assert shown(desk, "voice") == SOUTH.id

    def test_after_a_failure_it_is_asked_again_when_it_is_chosen_again(self, open_desk: OpenDesk) -> None:
        desk = open_desk()
        desk.trials.answer("espeak-ng", FAILED)
        choose(desk, DISPATCHER)
        choose(desk, ESPEAK)
        desk.trials.answer("espeak-ng", [NORTH])
        assert offered(desk, "voice") == ["Mặc định", "Miền Bắc"]

    def test_a_failure_of_an_engine_that_was_left_is_of_no_interest(self, open_desk: OpenDesk) -> None:
        desk = open_desk()
        choose(desk, DISPATCHER)
        desk.trials.answer("espeak-ng", FAILED)
        assert desk.said == []

    def test_an_engine_without_vietnamese_voices_is_told(self, open_desk: OpenDesk) -> None:
        desk = open_desk()
        desk.trials.answer("espeak-ng", [])
        assert desk.said == [desk.messages.text("voices.none-found")] == [desk.status]
        assert offered(desk, "voice") == ["Mặc định"]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_fault_has_a_sentence_of_its_own(self, language: str) -> None:
        sentences = {Messages(language).text(f"voice-error.{fault}") for fault in VoiceFault}  # type: ignore[arg-type]
        assert len(sentences) == len(VoiceFault)


class TestValues:
    def test_each_engine_keeps_its_own(self, open_desk: OpenDesk) -> None:
        desk = open_desk(voices={"speech-dispatcher": {"volume": 40}, "xa-lạ": {"pitch": 3}})
        desk.trials.answer("espeak-ng", [NORTH, SOUTH])
        choose(desk, "Miền Nam", "voice")
        desk.find(QSpinBox, "voice-rate").setValue(30)
        choose(desk, DISPATCHER)
        assert desk.find(QSpinBox, "voice-rate").value() == 0
        assert desk.find(QSpinBox, "voice-volume").value() == 40
        desk.find(QSpinBox, "voice-pitch").setValue(-20)
        choose(desk, ESPEAK)
        assert shown(desk, "voice") == "Miền Nam"
        assert desk.find(QSpinBox, "voice-rate").value() == 30
        assert saved(desk) == Settings(
            voice_engine="espeak-ng",
            voices={
                "espeak-ng": {"voice": SOUTH.id, "rate": 30},
                "speech-dispatcher": {"volume": 40, "pitch": -20},
                "xa-lạ": {"pitch": 3},
            },
        )

    def test_while_no_engine_is_chosen_they_are_those_of_the_first_that_works(
        self, open_desk: OpenDesk
    ) -> None:
        desk = open_desk(voices={"espeak-ng": {"rate": 50}})
        assert desk.find(QSpinBox, "voice-rate").value() == 50
        desk.find(QSpinBox, "voice-rate").setValue(60)
        assert saved(desk) == Settings(voices={"espeak-ng": {"rate": 60}})

    @pytest.mark.parametrize("voices", [{}, {"espeak-ng": {"rate": 0, "volume": 100}}])
    def test_looking_at_them_changes_nothing(self, open_desk: OpenDesk, voices: Mapping[str, object]) -> None:
        desk = open_desk(voices=voices)
        for name in (PIPER, ESPEAK, DISPATCHER, AUTOMATIC):
            choose(desk, name)
        assert saved(desk) == Settings().with_changes(voices=voices)

    def test_the_limits(self, open_desk: OpenDesk) -> None:
        desk = open_desk()
        limits = {
            name: (box.minimum(), box.maximum(), box.text())
            for name in ("rate", "pitch", "volume")
            if (box := desk.find(QSpinBox, f"voice-{name}"))
        }
        assert limits == {
            "rate": (-100, 100, "0 %"), "pitch": (-100, 100, "0 %"), "volume": (0, 100, "100 %")
        }  # fmt: skip


class TestTrying:
    def test_it_sounds_as_the_fields_say_before_anything_is_saved(self, open_desk: OpenDesk) -> None:
        desk = open_desk()
        choose(desk, DISPATCHER)
        desk.trials.answer("speech-dispatcher", [SOUTH])
        choose(desk, "Miền Nam", "voice")
        for name, value in (("rate", 10), ("pitch", 20), ("volume", 30)):
            desk.find(QSpinBox, f"voice-{name}").setValue(value)
        desk.click("voice-try")
        assert desk.trials.tried == [("speech-dispatcher", VoiceChoice(SOUTH.id, 10, 20, 30))]
        desk.trials.end_trial()
        assert desk.said == []  # nothing is said over the voice that is tried
        assert desk.saved == []

    def test_it_is_as_the_automatic_choice_would_sound(self, open_desk: OpenDesk) -> None:
        desk = open_desk()
        desk.click("voice-try")
        assert desk.trials.tried == [("espeak-ng", VoiceChoice())]

    def test_a_failure_is_told_when_it_comes(self, open_desk: OpenDesk) -> None:
        desk = open_desk()
        desk.click("voice-try")
        assert desk.said == []
        desk.trials.end_trial(VoiceError("made up", VoiceFault.NO_SOUND))
        assert desk.said == [desk.messages.text("voice-error.no-sound")] == [desk.status]

    def test_what_is_not_installed_cannot_be_tried_and_that_is_told(self, open_desk: OpenDesk) -> None:
        desk = open_desk()
        choose(desk, PIPER)
        desk.click("voice-try")
        assert desk.said == [desk.messages.text("voice-error.missing")] == [desk.status]
        assert desk.trials.tried == []
        assert offered(desk, "voice") == ["Mặc định"]

    def test_stopping(self, open_desk: OpenDesk) -> None:
        desk = open_desk()
        desk.click("voice-try")
        desk.click("voice-stop")
        assert desk.trials.stops == 1

    def test_the_buttons_keep_the_focus_and_escape_closes_the_window(
        self, qtbot: QtBot, open_desk: OpenDesk
    ) -> None:
        desk = open_desk()
        for name in ("voice-stop", "voice-try"):
            pressed = desk.find(QPushButton, name)
            pressed.setFocus()
            qtbot.keyClick(pressed, Key.Key_Space)
            assert pressed.isEnabled()
            assert QApplication.focusWidget() is pressed
        qtbot.keyClick(pressed, Key.Key_Escape)
        assert not desk.window.isVisible()

    @pytest.mark.parametrize("way", ["save", "cancel", "close"])
    def test_a_closed_window_is_silent(self, open_desk: OpenDesk, way: str) -> None:
        """GIVEN a trial and a list under way, WHEN the window closes, THEN their ends are not heard of."""
        desk = open_desk()
        desk.click("voice-try")
        if way == "close":
            desk.window.close()
        else:
            desk.click(way)
        assert desk.trials.stops == 1
        desk.trials.answer("espeak-ng", FAILED)
        desk.trials.end_trial(FAILED)
        assert desk.said == []


def test_the_page_never_holds_up_the_window(qtbot: QtBot, open_desk: OpenDesk) -> None:
    """GIVEN voices that never answer, THEN everything else can be used and saved."""
    desk = open_desk()
    desk.click("voice-try")
    choose(desk, DISPATCHER)
    qtbot.keyClick(desk.find(QSpinBox, "voice-rate"), Key.Key_Up)
    desk.turn_to("Chung")
    desk.find(QCheckBox, "minimise-to-tray").setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(desk.find(QCheckBox, "minimise-to-tray"), Key.Key_Space)
    assert saved(desk) == Settings(
        minimise_to_tray=False,
        voice_engine="speech-dispatcher",
        voices={"speech-dispatcher": {"rate": 10}},
    )
