"""A window with the app's box for a result, and a button before it that has the focus.

    python result_window.py TITLE

Reads "show TEXT" (into the box) and "announce TEXT" (as an announcement event of the window) from its input
and answers each with "done".
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QSocketNotifier
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from assistant.windows.controls import reading_box


class Window(QWidget):
    def __init__(self, title: str) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.box = reading_box("result", "Kết quả")
        self.button = QPushButton("Nút")
        rows = QVBoxLayout(self)
        rows.addWidget(self.button)
        rows.addWidget(self.box)
        self.button.setFocus()
        self._input = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._input.activated.connect(self.obey)

    def obey(self) -> None:
        command, _, text = sys.stdin.readline().strip().partition(" ")
        if command == "show":
            self.box.setPlainText(text)
        elif command == "announce":
            event = QAccessibleAnnouncementEvent(self, text)
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
            QAccessible.updateAccessibility(event)
        else:
            QApplication.quit()
        sys.stdout.write("done\n")
        sys.stdout.flush()


def main() -> int:
    app = QApplication([])
    window = Window(sys.argv[1])
    window.show()
    window.activateWindow()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
