"""This computer: folders, programs and packages, and how to get what is missing."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from pathlib import Path

import platformdirs

from engine import BUILTIN_MODELS, ModelStore

APP_NAME = "viclipcap"
DESKTOP_ID = "org.viclipcap.Assistant"
"""Name of the app's ``.desktop`` file; portals ask for one with a dot."""

DEFAULT_MODEL = "starter"

_WINDOWS_PLACES = {
    "espeak-ng": ("eSpeak NG", "espeak-ng.exe"),
    "tesseract": ("Tesseract-OCR", "tesseract.exe"),
}
"""Program -> where its installer puts it, under the folder for programs."""

MODELS_VARIABLE = "VICLIPCAP_MODELS"
"""Environment variable: a folder of model folders, searched before all others."""


def model_store() -> ModelStore:
    """The models a person can use: their own first, then those that ship with the program."""
    named = os.environ.get(MODELS_VARIABLE)
    roots = [Path(named)] if named else []
    return ModelStore([*roots, user_models(), BUILTIN_MODELS])


def user_models() -> Path:
    """Where models the person installs are kept."""
    return platformdirs.user_data_path(APP_NAME, appauthor=False) / "models"


def tessdata_folder() -> Path:
    """Where language data for reading text is kept that the person imports."""
    return platformdirs.user_data_path(APP_NAME, appauthor=False) / "tessdata"


def settings_file() -> Path:
    """The person's settings."""
    return platformdirs.user_config_path(APP_NAME, appauthor=False, roaming=True) / "settings.json"


def history_folder() -> Path:
    """What was described on this computer."""
    return platformdirs.user_data_path(APP_NAME, appauthor=False) / "history"


def state_folder() -> Path:
    """How far work has come that goes on after a restart."""
    return platformdirs.user_state_path(APP_NAME, appauthor=False)


def training_folder() -> Path:
    """Where the runs of the training window are kept, one folder each."""
    return platformdirs.user_data_path(APP_NAME, appauthor=False) / "training"


def package_version(name: str) -> str | None:
    """Version of an installed Python distribution; ``None`` when it is absent."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def program_path(name: str) -> str | None:
    """Where a program is; ``None`` when it is absent."""
    return shutil.which(name) or _outside_path(name)


def _outside_path(name: str) -> str | None:
    """A program whose installer for Windows leaves PATH as it was."""
    if platform.system() != "Windows" or name not in _WINDOWS_PLACES:
        return None
    variables = ("ProgramFiles", "ProgramFiles(x86)")
    roots = [os.environ[variable] for variable in variables if variable in os.environ]
    places = [Path(root, *_WINDOWS_PLACES[name]) for root in roots]
    return next((str(place) for place in places if place.is_file()), None)


def install_extra(extra: str) -> str:
    """Command line that installs one of this project's extras from its lock file."""
    pip = f"{Path(sys.executable)} -m pip"
    return f"{pip} install --require-hashes -r requirements/{extra}.txt"


def install_program(debian: str, windows: str, mac: str) -> str:
    """The line that installs a program on this system, given its package name for each."""
    system = platform.system()
    if system == "Windows":
        return f"winget install {windows}"
    if system == "Darwin":
        return f"brew install {mac}"
    return f"sudo apt-get install {debian}"
