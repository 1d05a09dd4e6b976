"""Asking for a folder, for a zip file, or for a file to save a table in.

Always Qt's own dialog: the system's would speak the system's language, and some desktops have none. Its texts
come from ``assistant.windows.qt_texts``. The dialogs hold up nothing: the answer comes through a callback.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QSplitter, QWidget

from assistant.messages import Messages
from assistant.windows.sizes import resize_for_text


def ask_table_file(
    parent: QWidget, messages: Messages, *, name: str, chosen: Callable[[str], object]
) -> QFileDialog:
    """Ask where to save a table as CSV or JSON; Qt asks again before a file is replaced.

    Args:
        parent: gets the focus back.
        messages: the texts.
        name: suggested, without a suffix.
        chosen: bound method of a ``QObject``; called with the path unless the person changes their mind.
    """
    dialog = _dialog(parent, messages.text("file-dialog.save-title"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    suffixes = {
        f"{messages.text(f'file-dialog.{suffix}')} (*.{suffix})": suffix for suffix in ("csv", "json")
    }
    dialog.setNameFilters(list(suffixes))
    dialog.setDefaultSuffix("csv")
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(suffixes[kind]))
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    dialog.setDirectory(str(documents if documents.is_dir() else Path.home()))
    dialog.selectFile(name)
    return _open(dialog, chosen)


def ask_folder(
    parent: QWidget, messages: Messages, *, start: Path, chosen: Callable[[str], object]
) -> QFileDialog:
    """Ask for a folder.

    Args:
        parent: gets the focus back.
        messages: the texts.
        start: where to begin looking.
        chosen: bound method of a ``QObject``; called with the path unless the person changes their mind.
    """
    dialog = _dialog(parent, messages.text("file-dialog.folder-title"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setDirectory(str(start))
    return _open(dialog, chosen)


def ask_zip_file(parent: QWidget, messages: Messages, *, chosen: Callable[[str], object]) -> QFileDialog:
    """Ask for a zip file.

    Args:
        parent: gets the focus back.
        messages: the texts.
        chosen: bound method of a ``QObject``; called with the path unless the person changes their mind.
    """
    dialog = _dialog(parent, messages.text("models-window.zip-title"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(f"{messages.text('models-window.zip-files')} (*.zip)")
    dialog.setDirectory(str(Path.home()))
    return _open(dialog, chosen)


def _dialog(parent: QWidget, title: str) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    # A list: several screen readers say nothing, or the wrong row, in the tree of the detailed view.
    dialog.setViewMode(QFileDialog.ViewMode.List)
    resize_for_text(dialog, columns=48, lines=26)
    places = dialog.findChild(QSplitter)
    if isinstance(places, QSplitter):  # Qt's own width for the places is for small text
        places.setSizes([dialog.width() // 4, dialog.width() - dialog.width() // 4])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def _open(dialog: QFileDialog, chosen: Callable[[str], object]) -> QFileDialog:
    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog
