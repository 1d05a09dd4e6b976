"""The about window, and how licences are read from the metadata of packages."""

from __future__ import annotations

from email.message import Message
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from assistant import __version__
from assistant.messages import LANGUAGES, Language, Messages
from assistant.windows import about
from assistant.windows.about import AboutWindow, about_text, app_distributions, licence_of

PLACES = {
    "settings": Path("/home/lan/.config/viclipcap/settings.json"),
    "history": Path("/home/lan/.local/share/viclipcap/history"),
    "models": Path("/home/lan/.local/share/viclipcap/models"),
    "state": Path("/home/lan/.local/state/viclipcap"),
}


def package(*lines: tuple[str, str]) -> Message:
    """A package's metadata; importlib gives a subclass of the same class."""
    metadata = Message()
    for key, value in lines:
        metadata[key] = value
    return metadata


class TestLicences:
    @pytest.mark.parametrize(
        ("metadata", "licence"),
        [
            (package(("License-Expression", "MIT-CMU"), ("License", "old")), "MIT-CMU"),
            (package(("License", "LGPLv2+")), "LGPLv2+"),
            (
                package(
                    ("License", "MIT License\nCopyright (c) 2013\nPermission is hereby granted"),
                    ("Classifier", "Programming Language :: Python :: 3"),
                    ("Classifier", "License :: OSI Approved :: MIT License"),
                ),
                "MIT License",
            ),
            (
                package(("License", "x" * 500), ("Classifier", "License :: OSI Approved :: BSD License")),
                "BSD License",
            ),
            (
                package(
                    ("Classifier", "License :: OSI Approved :: Apache Software License"),
                    ("Classifier", "License :: Public Domain"),
                ),
                "Apache Software License, Public Domain",
            ),
            (package(("License", "")), ""),
            (package(), ""),
        ],
    )
    def test_the_name_of_a_licence(self, metadata: Message, licence: str) -> None:
        assert licence_of(metadata) == licence

    def test_packages_are_those_of_the_app_and_of_describing(self) -> None:
        names = {found.name.lower().replace("_", "-") for found in app_distributions()}
        assert {"numpy", "onnxruntime", "pyside6-essentials", "mss"} <= names
        assert not names & {"torch", "pytest", "mypy"}

    def test_a_package_that_is_absent_is_left_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One of another system is asked for but never installed."""

        class Program:
            requires = ('pillow>=11.3; python_version > "3"', "no-such-package>=1; extra == 'app'")

        monkeypatch.setattr(
            about,
            "distribution",
            lambda name: Program() if name == about.DISTRIBUTION else distribution(name),
        )
        assert [found.name for found in app_distributions()] == ["pillow"]

    def test_a_program_that_is_not_installed_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing(name: str) -> None:
            raise PackageNotFoundError(name)

        monkeypatch.setattr(about, "distribution", missing)
        messages = Messages("vi")
        assert about_text(messages, {}).endswith(messages.text("about.packages-unknown"))


class TestText:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_what_must_be_said(self, language: Language) -> None:
        text = about_text(Messages(language), PLACES)
        for part in (__version__, "Apache-2.0", "LGPL-3.0", *map(str, PLACES.values())):
            assert part in text
        assert f"numpy {version('numpy')}: BSD-3-Clause" in text
        assert f"onnxruntime {version('onnxruntime')}: MIT License" in text

    def test_the_terms_of_the_model_and_privacy(self) -> None:
        text = about_text(Messages("vi"), PLACES)
        assert "chỉ dùng cho nghiên cứu và cho cá nhân, phi thương mại" in text
        assert "Ảnh và câu mô tả không rời khỏi máy tính này." in text

    def test_packages_without_a_licence_are_named_all_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(about, "licence_of", lambda _: "")
        assert f"numpy {version('numpy')}: không ghi giấy phép" in about_text(Messages("vi"), PLACES)


class TestWindow:
    @pytest.fixture
    def window(self, qtbot: QtBot) -> AboutWindow:
        window = AboutWindow(Messages("vi"), PLACES)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    def test_everything_is_in_one_box(self, window: AboutWindow) -> None:
        box = window.findChild(QPlainTextEdit, "about.text")
        assert box.hasFocus()
        assert box.isReadOnly()
        assert box.toPlainText() == about_text(Messages("vi"), PLACES)
        assert QAccessible.queryAccessibleInterface(box).text(QAccessible.Text.Name) == "Nội dung"

    def test_copying(self, qtbot: QtBot, window: AboutWindow) -> None:
        with qtbot.waitSignal(window.told) as told:
            qtbot.keyClick(window.findChild(QPushButton, "about.copy"), Qt.Key.Key_Space)
        assert told.args == ["Đã chép vào bộ nhớ tạm."]
        assert QGuiApplication.clipboard().text() == about_text(Messages("vi"), PLACES)

    @pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
    def test_closing(self, qtbot: QtBot, window: AboutWindow, key: Qt.Key) -> None:
        qtbot.keyClick(window.findChild(QPlainTextEdit), key)
        assert not window.isVisible()
        assert not window.isModal()

    def test_the_tab_key_follows_the_reading_order(self, qtbot: QtBot, window: AboutWindow) -> None:
        seen = []
        for _ in range(4):
            seen.append(QApplication.focusWidget().objectName())
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert seen == ["about.text", "about.copy", "about.close", "about.text"]
