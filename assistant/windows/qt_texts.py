"""The texts Qt brings along (file dialogs, menus of text boxes, yes and no), in the person's language.

Qt ships translations of these, but none into Vietnamese.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, QObject, QTranslator

from assistant.messages import Messages

_NAMES_OF_KEYS = "QShortcut"
"""Qt reads shortcuts with these words as well as showing them; they are left alone."""


class QtTexts(QTranslator):
    """Answers Qt from the messages ``qt.*``; what is not there stays English.

    Args:
        messages: the texts.
        parent: owns this; the application, usually.
    """

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        """Qt takes no translator that says it has nothing."""
        return False

    def translate(
        self, context: str, source: str, /, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        """The text for one of Qt's own; ``None`` where there is none."""
        if context == _NAMES_OF_KEYS:
            return None
        try:
            return self._messages.text(key_of(source))
        except KeyError:
            return None


def key_of(source: str) -> str:
    """The message for an English text of Qt: ``Files of &type:`` -> ``qt.files-of-type``."""
    return "qt." + re.sub(r"[^a-z0-9]+", "-", source.replace("&", "").lower()).strip("-")


def install_qt_texts(app: QCoreApplication, messages: Messages) -> QtTexts:
    """Have Qt speak the language of the messages from now on."""
    texts = QtTexts(messages, app)
    app.installTranslator(texts)
    return texts
