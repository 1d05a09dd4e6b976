"""Which models there are, which could be had, and which may go."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.environment import model_store, settings_file, state_folder, user_models
from assistant.settings import SettingsStore
from assistant.storage import write_atomically
from engine import ModelFolder, ModelInstaller, ModelStore, OfferedModel

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A model; at least one of the two is there.

    Attributes:
        folder: where it is installed.
        offer: how it can be fetched.
    """

    folder: ModelFolder | None
    offer: OfferedModel | None

    @property
    def name(self) -> str:
        """The model's name."""
        found = self.folder or self.offer
        return found.name if found else ""


class Kept(StrEnum):
    """Why a model is not removed; the values are keys of ``kept.*``."""

    NOT_OWN = "not-own"
    CHOSEN = "chosen"
    ONLY = "only"


class ModelShelf:
    """The models a person can use and change.

    Args:
        store: all of them.
        installer: changes those that are the person's own.
        chosen: name of the model that the settings choose.
    """

    def __init__(self, store: ModelStore, installer: ModelInstaller, chosen: Callable[[], str]) -> None:
        self.store, self.installer, self._chosen = store, installer, chosen

    def entries(self, offers: Sequence[OfferedModel] = ()) -> list[Entry]:
        """Installed models by name, then those that are only offered."""
        offered = {offer.name: offer for offer in offers}
        installed = [Entry(folder, offered.pop(folder.name, None)) for folder in self.store]
        return installed + [Entry(None, offer) for offer in offered.values()]

    def why_kept(self, folder: ModelFolder) -> Kept | None:
        """Why a model has to stay; ``None`` when it may go."""
        if not self.installer.owns(folder):
            return Kept.NOT_OWN
        rest = ModelStore([root for root in self.store.roots if root != self.installer.root])
        if any(other.name == folder.name for other in rest):
            return None  # it only hides one of the same name
        if folder.name == self._chosen():
            return Kept.CHOSEN
        return Kept.ONLY if len(list(self.store)) == 1 else None


def own_shelf() -> ModelShelf:
    """The models of whoever runs the program."""
    return ModelShelf(
        model_store(), ModelInstaller(user_models()), lambda: SettingsStore(settings_file()).load().model
    )


def last_catalogue() -> str:
    """Address or file of the catalogue that was read last; empty when there was none."""
    try:
        return _address_file().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def keep_catalogue(address: str) -> None:
    """Remember an address for the next time; without a place to write it is forgotten."""
    file = _address_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, address.encode())
    except OSError as exc:
        _log.warning("cannot keep the address of the catalogue: %s", exc)


def _address_file() -> Path:
    return state_folder() / "catalogue-address.txt"
