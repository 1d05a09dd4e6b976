"""Opens the windows besides the main one; each is loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from assistant.batch.describer import FileDescriber
from assistant.capture.picture import Picture
from assistant.environment import install_extra, state_folder, training_folder
from assistant.history import History
from assistant.hotkeys.chord import Action
from assistant.messages import Messages
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.windows.first_run import Facts, Trials
    from assistant.windows.settings_pages import Choices


class Opener(QObject):
    """Holds at most one window of each kind; asking again brings it up.

    Signals:
        told(str): a sentence that is to be said.
        describe_wanted(Picture): a picture was chosen in a window.
        read_wanted(str): a text is to be read aloud.
        settings_saved(Settings): the person saved.
        capturing(bool): keys are being captured for a hotkey; hotkeys must let them pass.
        camera_chosen(str): id of the camera to begin with next time.
        guide_finished(bool): the guide was closed; true when it need not come again.
        models_changed(): a model was installed, replaced or removed.
        model_wanted(str): name of a model that is to describe from now on.

    Args:
        main: the window in whose name the others are opened.
        messages: the texts.
    """

    told = Signal(str)
    describe_wanted = Signal(object)
    read_wanted = Signal(str)
    settings_saved = Signal(object)
    capturing = Signal(bool)
    camera_chosen = Signal(str)
    guide_finished = Signal(bool)
    models_changed = Signal()
    model_wanted = Signal(str)

    def __init__(self, main: QWidget, messages: Messages) -> None:
        super().__init__(main)
        self._main, self._messages = main, messages
        self._open: dict[str, QWidget] = {}

    def open_history(self, history: History, *, confirm_delete: bool) -> None:
        """Show what was described before."""
        from assistant.windows.history import HistoryWindow

        window = HistoryWindow(history, self._messages, confirm_delete=confirm_delete)
        window.told.connect(self.told)
        window.read_wanted.connect(self.read_wanted)
        window.describe_wanted.connect(self.describe_wanted)
        self._show("history", window)

    def refresh_history(self) -> None:
        """Show a new entry in the history window, if it is open."""
        window = self._open.get("history")
        if window is not None and window.isVisible():
            window.refresh()  # type: ignore[attr-defined]

    def open_folder(self, describer: FileDescriber, folder: Path | None = None) -> None:
        """Show the window that describes whole folders."""
        from assistant.windows.batch import BatchWindow

        window = self._open.get("folder")
        if not isinstance(window, BatchWindow):
            window = BatchWindow(self._messages, state_folder() / "folders", describer.describe)
            window.told.connect(self.told)
        self._show("folder", window)
        if folder:
            window.open_folder(folder)

    def open_camera(self, announce: Callable[[str], None], camera: str) -> None:
        """Show the camera."""
        from assistant.capture.camera import QtCamera
        from assistant.windows.camera import CameraWindow

        window = self._open.get("camera")
        if not isinstance(window, CameraWindow):
            window = CameraWindow(QtCamera(), self._messages, announce, camera)
            window.taken.connect(self.describe_wanted)
            window.camera_chosen.connect(self.camera_chosen)
        self._show("camera", window)

    def open_region(self, desktop: Picture) -> None:
        """Let the person choose a part of the screen."""
        from assistant.windows.region import RegionSelector

        selector = RegionSelector(desktop, self._messages)
        selector.told.connect(self.told)
        selector.chosen.connect(self.describe_wanted)
        self._show("region", selector)

    def open_settings(self, settings: Settings, choices: Choices) -> None:
        """Show the settings."""
        from assistant.windows.settings import SettingsWindow

        window = SettingsWindow(settings, self._messages, choices)
        window.told.connect(self.told)
        window.saved.connect(self.settings_saved)
        window.capturing.connect(self.capturing)
        self._show("settings", window)

    def open_models(self) -> None:
        """Show the models; a download goes on while the window is closed."""
        from assistant.model_shelf import keep_catalogue, last_catalogue, own_shelf
        from assistant.windows.models import ModelsWindow

        window = self._open.get("models")
        if not isinstance(window, ModelsWindow):
            window = ModelsWindow(own_shelf(), self._messages, address=last_catalogue())
            window.told.connect(self.told)
            window.models_changed.connect(self.models_changed)
            window.catalogue_read.connect(keep_catalogue)
        self._show("models", window)

    def open_training(self, current: str) -> None:
        """Show the training runs and how to begin one.

        Args:
            current: name of the model in use.
        """
        from assistant.model_shelf import own_shelf
        from assistant.training_launch import can_train, training_command
        from assistant.windows.training import TrainingWindow, Workshop

        window = self._open.get("training")
        if not isinstance(window, TrainingWindow):
            needs = self._messages.text("training.needs-train", install=install_extra("train"))
            workshop = Workshop(
                folder=training_folder(), shelf=own_shelf(), command=training_command,
                lacking="" if can_train() else needs, current=current,
            )  # fmt: skip
            window = TrainingWindow(workshop, self._messages)
            window.told.connect(self.told)
            window.model_wanted.connect(self.models_changed)
            window.model_wanted.connect(self.model_wanted)
        self._show("training", window)

    def open_guide(self, facts: Facts, trials: Trials) -> None:
        """Show the first-run guide."""
        from assistant.windows.first_run import FirstRunGuide

        window = FirstRunGuide(self._messages, facts, trials)
        window.told.connect(self.told)
        window.finished_guide.connect(self.guide_finished)
        self._show("guide", window)

    def hotkey_pressed(self, action: Action) -> bool:
        """Tell the guide of a hotkey; true when the person is only testing it there."""
        window = self._open.get("guide")
        return bool(window and window.hotkey_pressed(action))  # type: ignore[attr-defined]

    def open_about(self, places: dict[str, Path]) -> None:
        """Show version, licences and where data is kept."""
        from assistant.windows.about import AboutWindow

        window = AboutWindow(self._messages, places)
        window.told.connect(self.told)
        self._show("about", window)

    def choose(self, question: str, names: list[str]) -> str:
        """Ask for one of several names; empty when the person changed their mind."""
        dialog = QInputDialog(self._main)
        dialog.setWindowTitle(self._messages.text("main.title"))
        dialog.setLabelText(question)
        dialog.setComboBoxItems(names)
        dialog.setOkButtonText(self._messages.text("button.ok"))
        dialog.setCancelButtonText(self._messages.text("button.cancel"))
        return dialog.textValue() if dialog.exec() else ""

    def _show(self, kind: str, window: QWidget) -> None:
        old = self._open.get(kind)
        if old is not None and old is not window:
            old.close()
            old.deleteLater()
        self._open[kind] = window
        window.show()
        window.raise_()
        window.activateWindow()
