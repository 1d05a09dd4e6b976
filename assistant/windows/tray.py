"""The icon in the system tray, with the same commands as the main window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from assistant.messages import Messages
from assistant.windows.controls import spoken_name
from assistant.windows.main_window import GROUPS, Command

_ICON_SIZES_PX = (16, 32, 64)


def program_icon() -> QIcon:
    """A speech bubble's letter on dark blue, drawn at each size so that it stays sharp."""
    icon = QIcon()
    for size in _ICON_SIZES_PX:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor("#1a4fa0"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(0, 0, size, size, size / 5, size / 5)
        painter.setPen(QColor("#ffffff"))
        painter.setFont(QFont("sans-serif", round(size * 0.5), QFont.Weight.Bold))
        painter.drawText(pixmap.rect(), Qt.AlignmentFlag.AlignCenter, "V")
        painter.end()
        icon.addPixmap(pixmap)
    return icon


class Tray(QObject):
    """Shown where the desktop has a tray; the program works without one.

    Signals:
        commanded(Command): a command was chosen from the menu.
        show_wanted(): the person wants the main window.
    """

    commanded = Signal(object)
    show_wanted = Signal()

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._menu = QMenu()
        shown = self._menu.addAction(messages.text("tray.show"))
        shown.triggered.connect(self.show_wanted)
        for commands in GROUPS.values():
            self._menu.addSeparator()
            for command in commands:
                action = self._menu.addAction(spoken_name(messages.text(f"main.{command}")))
                action.setData(command)
        self._menu.triggered.connect(self._on_triggered)
        self._icon = QSystemTrayIcon(program_icon(), self)
        self._icon.setToolTip(messages.text("main.title"))
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._on_activated)

    @staticmethod
    def available() -> bool:
        """Whether the desktop has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self) -> None:
        """Appear in the tray."""
        self._icon.show()

    def hide(self) -> None:
        """Disappear from the tray."""
        self._icon.hide()

    def _on_triggered(self, action: object) -> None:
        command = action.data()  # type: ignore[attr-defined]
        if command is not None:
            self.commanded.emit(Command(command))

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.show_wanted.emit()
