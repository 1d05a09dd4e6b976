"""The models window, used with the keyboard: consent, progress, stopping, adding, removing."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.messages import LANGUAGES, Language
from assistant.model_shelf import last_catalogue
from assistant.windows.controls import LEAST_SIZE_PX
from assistant.windows.models import ModelsWindow
from assistant.windows.opener import Opener
from engine import ModelInstaller, ModelStore, StoreError, StoreFault
from engine.catalogue import catalogue_json
from engine.packing import pack_model
from tests.assistant.windows.models.room import MESSAGES, Room
from tests.bad_server import Manners, serving
from tests.fakes import wait_until
from tests.store_models import QUICK, make_model, offer, serve_folder, visible, zip_folder


def said(key: str, **values: object) -> str:
    return MESSAGES.text(f"models-window.{key}", **values)


class TestList:
    def test_what_there_is_and_what_can_be_had(self, room: Room) -> None:
        assert room.lines() == [
            "starter, đã cài, 1 MB, giấy phép: chỉ để thử",
            "Mô hình thử, chưa tải, 1 MB, giấy phép: chỉ để thử",
        ]
        assert room.find(QListWidget, "list").hasFocus()
        assert f"Nằm trong: {room.builtin.path}." in room.details
        room.choose(1)
        assert room.details == [
            "Mô hình thử", "Mô hình thử", "Tên: ktvic.", "Kích thước: 1 MB.", "Giấy phép: chỉ để thử.",
            "Nguồn gốc: bài thử.", "Tải từ: models.example.",
        ]  # fmt: skip

    def test_a_download_that_did_not_end_is_told(self, room: Room) -> None:
        room.installer.kept_percent = 37
        room.choose(1)
        assert room.details[-1] == "Đã tải dở 37 phần trăm."

    def test_no_model_at_all(self, qtbot: QtBot, tmp_path: Path) -> None:
        room = Room(qtbot, tmp_path, bare=True)
        assert room.lines() == []
        assert room.details == [said("none")]
        for name in ("get", "remove"):
            room.press(name)
            assert room.told[-1] == said("none-chosen")

    def test_a_catalogue_that_came_damaged_is_no_obstacle(self, room: Room) -> None:
        room.catalogues.clear()
        window = ModelsWindow(room.shelf, MESSAGES, read=room.read)
        rows = window.findChild(QListWidget)
        assert isinstance(rows, QListWidget)
        assert rows.count() == 1


class TestCatalogue:
    def look(self, room: Room, address: str) -> None:
        line = room.find(QLineEdit, "address")
        line.setText(address)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def test_nothing_is_read_before_the_person_asks(self, room: Room) -> None:
        assert room.find(QLineEdit, "address").text() == "cũ.json"
        assert room.told == room.addresses == []

    def test_what_it_offers_joins_the_list(self, room: Room, tmp_path: Path) -> None:
        other = make_model(tmp_path / "x", "lớp-12")
        room.catalogues["https://a.example/c.json"] = (offer(other, "https://a.example"),)
        self.look(room, ' "https://a.example/c.json" ')
        room.hear(said("found", count=1))
        assert len(room.lines()) == 3
        assert room.details[2] == "Tên: lớp-12."
        assert room.addresses == ["https://a.example/c.json"]

    def test_one_that_cannot_be_had(self, room: Room) -> None:
        self.look(room, "https://b.example/c.json")
        room.hear(MESSAGES.text("store-error.offline"))
        assert room.addresses == []
        assert len(room.lines()) == 2

    def test_no_address(self, room: Room) -> None:
        room.find(QLineEdit, "address").clear()
        room.press("look")
        assert room.told == [said("no-address")]


class TestDownload:
    def test_after_consent_with_size_and_licence(self, room: Room) -> None:
        room.choose(1)
        room.press("get")
        assert "Kích thước: 1 MB.\nGiấy phép: chỉ để thử." in room.question()
        room.answer("no")
        assert room.installer.fetched == room.told == []
        room.download()
        assert room.told == [said("getting", name="ktvic", size_mb=1)]
        room.installer.steps.put(None)
        room.hear(said("got", name="ktvic"))
        assert room.changes == 1
        assert room.lines()[0].startswith("Mô hình thử, đã cài")
        assert room.find(QListWidget, "list").currentRow() == 0
        assert visible(room.installer.root) == ["ktvic"]

    def test_progress_is_spoken_at_tenths_and_not_too_often(self, room: Room) -> None:
        room.download()
        for now_s, percent in ((1, 5), (2, 15), (6, 25), (7, 33), (12, 38), (20, 90)):
            room.now_s = now_s
            room.wait_for_percent(percent)
        assert room.told[1:] == [said("percent", percent=percent) for percent in (25, 38, 90)]

    def test_stopped(self, room: Room) -> None:
        room.download()
        room.wait_for_percent(30)
        room.installer.kept_percent = 30
        room.press("stop")
        room.hear(MESSAGES.text("store-error.cancelled"))
        assert room.told[-2] == said("stopping")
        assert room.details[-1] == "Đã tải dở 30 phần trăm."
        assert room.changes == 0
        room.press("stop")
        assert room.told[-1] == said("nothing-to-stop")

    @pytest.mark.parametrize("fault", [StoreFault.INTERRUPTED, StoreFault.DISK_FULL, StoreFault.DAMAGED])
    def test_failed(self, room: Room, fault: StoreFault) -> None:
        room.download()
        room.installer.steps.put(StoreError("x", fault))
        room.hear(MESSAGES.text(f"store-error.{fault}"))
        assert room.changes == 0
        room.download()
        room.installer.steps.put(None)
        room.hear(said("got", name="ktvic"))

    def test_too_little_space_says_how_much(self, room: Room) -> None:
        room.download()
        room.installer.steps.put(StoreError("x", StoreFault.NO_SPACE, needed_mb=600, free_mb=20))
        room.hear("Ổ đĩa không đủ chỗ: cần 600 MB, còn trống 20 MB. Hãy xoá bớt tệp rồi thử lại.")

    def test_one_thing_at_a_time(self, room: Room) -> None:
        room.download()
        room.download()
        assert room.told[-1] == said("busy")
        assert room.installer.fetched == ["ktvic"]

    def test_goes_on_while_the_window_is_closed(self, room: Room) -> None:
        room.download()
        room.press("close")
        assert not room.window.isVisible()
        room.installer.steps.put(None)
        wait_until(lambda: room.told[-1] == said("got", name="ktvic"))
        room.window.show()
        assert room.lines()[0].startswith("Mô hình thử, đã cài")

    def test_the_end_of_the_program_ends_it(self, room: Room, qapp: QCoreApplication) -> None:
        room.download()
        room.wait_for_percent(30)
        told = list(room.told)
        qapp.aboutToQuit.emit()
        room.installer.steps.put(None)
        QTest.qWait(50)
        assert room.told == told
        assert visible(room.installer.root.parent) == ["builtin", "published"]

    def test_what_is_installed_and_not_offered(self, room: Room) -> None:
        room.press("get")
        assert room.told == [said("already")]


class TestAdding:
    def choose_in_dialog(self, room: Room, path: Path) -> None:
        dialog = room.window.findChild(QFileDialog)
        assert dialog
        edit = dialog.findChild(QLineEdit, "fileNameEdit")
        assert edit
        edit.setText(str(path))
        QTest.keyClick(edit, Qt.Key.Key_Return)

    @pytest.mark.parametrize("way", ["folder", "zip"])
    def test_from_a_stick(self, room: Room, tmp_path: Path, way: str) -> None:
        made = make_model(tmp_path / "Thẻ nhớ", "b").path
        room.press(way)
        path = made if way == "folder" else zip_folder(made, tmp_path / "Thẻ nhớ" / "b.zip")
        self.choose_in_dialog(room, path)
        room.hear(said("imported", name="b"))
        assert room.told[0] == said("importing")
        assert room.changes == 1
        assert room.details[0] == "Tên: b."

    def test_a_damaged_one(self, room: Room, tmp_path: Path) -> None:
        made = make_model(tmp_path / "Thẻ nhớ", "b").path
        (made / "encoder.onnx").write_bytes(b"x")
        room.press("folder")
        self.choose_in_dialog(room, made)
        room.hear(MESSAGES.text("store-error.damaged"))
        assert visible(room.installer.root) == []


class TestRemoving:
    @pytest.fixture
    def installed(self, room: Room) -> Room:
        """The person's own model is the first in the list."""
        room.download()
        room.installer.steps.put(None)
        room.hear(said("got", name="ktvic"))
        room.changes = 0
        return room

    def test_after_a_question(self, installed: Room) -> None:
        installed.press("remove")
        assert installed.question() == said("ask-remove", title="Mô hình thử", size_mb=1)
        installed.answer("no")
        installed.press("remove")
        installed.answer("yes")
        installed.hear(said("removed", name="ktvic"))
        assert installed.changes == 1
        assert installed.lines()[1].startswith("Mô hình thử, chưa tải")

    def test_not_the_chosen_one(self, installed: Room) -> None:
        installed.chosen = "ktvic"
        installed.press("remove")
        assert installed.told[-1] == MESSAGES.text("kept.chosen")

    def test_not_the_only_one(self, installed: Room) -> None:
        installed.builtin.path.rename(installed.builtin.path.parent.parent / "away")
        installed.press("remove")
        assert installed.told[-1] == MESSAGES.text("kept.only")

    def test_the_chosen_one_may_go_when_another_has_its_name(self, installed: Room, tmp_path: Path) -> None:
        installed.chosen = "ktvic"
        make_model(tmp_path / "builtin", "ktvic", seed=3)
        installed.press("remove")
        installed.answer("yes")
        installed.hear(said("removed", name="ktvic"))
        assert installed.lines()[0].startswith("Mô hình thử, đã cài")

    @pytest.mark.parametrize(("row", "key"), [(0, "kept.not-own"), (1, "models-window.not-installed")])
    def test_not_what_is_not_ones_own(self, room: Room, row: int, key: str) -> None:
        room.choose(row)
        room.press("remove")
        assert room.told == [MESSAGES.text(key)]


class TestAccess:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_identifiers_mnemonics_and_sizes(
        self, qtbot: QtBot, tmp_path: Path, language: Language
    ) -> None:
        window = Room(qtbot, tmp_path, language).window
        controls = [made for made in window.findChildren(QWidget) if made.objectName().startswith("models.")]
        assert len(controls) == len({made.accessibleIdentifier() for made in controls}) == 12
        for made in controls:
            name = QAccessible.queryAccessibleInterface(made).text(QAccessible.Text.Name)
            assert name
            assert not name.endswith(":")
            assert "&" not in name
            assert min(made.height(), made.width()) >= LEAST_SIZE_PX
        shown: list[QWidget] = [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]
        texts = [str(made.property("text")) for made in shown if made.isVisibleTo(window)]
        letters = Counter(found[1].lower() for text in texts if (found := re.search("&(\\w)", text)))
        assert sum(letters.values()) == 10
        assert [letter for letter, times in letters.items() if times > 1 or not letter.isascii()] == []

    def test_the_tab_key_follows_the_reading_order(self, room: Room, qtbot: QtBot) -> None:
        order: list[str] = []
        while (focus := QApplication.focusWidget()) and focus.objectName() not in order:
            order.append(focus.objectName())
            qtbot.keyClick(focus, Qt.Key.Key_Tab)
        names = "list details address look get folder zip remove stop close status"
        assert order == [f"models.{name}" for name in names.split()]


def test_the_whole_way_with_a_real_server(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN an address that a class publishes THEN its model is found, breaks at 37 percent, and arrives."""
    for name in ("DATA", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    published = make_model(tmp_path / "out")
    patient = ModelInstaller.__init__

    def hasty(self: ModelInstaller, root: Path) -> None:
        patient(self, root, QUICK)

    monkeypatch.setattr(ModelInstaller, "__init__", hasty)
    main = QWidget()
    qtbot.addWidget(main)
    opener = Opener(main, MESSAGES)
    told: list[str] = []
    opener.told.connect(told.append)
    with serving() as server:
        serve_folder(server, published)
        packed = catalogue_json([pack_model(published, title="KTVIC", source="lớp 12A")])
        server.files["/catalogue.json"] = Manners(packed.encode())
        server.files["/encoder.onnx"].die_after, server.files["/encoder.onnx"].ranges = 37_000, False
        opener.open_models()
        window = opener._open["models"]
        qtbot.addWidget(window)

        def press(name: str) -> None:
            QTest.keyClick(window.findChild(QAbstractButton, name), Qt.Key.Key_Space)

        def hear(text: str) -> None:
            wait_until(lambda: bool(told) and told[-1] == text)

        window.findChild(QLineEdit, "models.address").setText(f"{server.address}/catalogue.json")
        press("models.look")
        hear(said("found", count=1))
        for ending in (MESSAGES.text("store-error.interrupted"), said("got", name="ktvic")):
            press("models.get")
            press("question.yes")
            hear(ending)
            server.files["/encoder.onnx"].die_after, server.files["/encoder.onnx"].ranges = None, True
        assert server.ranges("/encoder.onnx")[-1] == "bytes=37000-"
        address = f"{server.address}/catalogue.json"
    opener.open_models()
    assert opener._open["models"] is window
    assert [model.name for model in ModelStore([tmp_path / "DATA" / "viclipcap" / "models"])] == ["ktvic"]
    assert last_catalogue() == address
