"""Model folders on this computer: where they are, which there are, whether they are whole."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.config import ModelConfig, parse_config
from engine.contract import ModelCorrupt, ModelError, ModelMissing

CONFIG_FILE = "config.json"

BUILTIN_MODELS = Path(__file__).resolve().parent.parent / "resources" / "models"
"""The models that ship with the program."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder with a readable ``config.json``; its other files may still be absent or damaged."""

    path: Path
    config: ModelConfig

    @property
    def name(self) -> str:
        """The model's name, which is also the folder's."""
        return self.config.name

    @property
    def size_bytes(self) -> int:
        """Bytes of all files in the folder."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())

    def file(self, name: str) -> Path:
        """One of the model's files, checked against the config.

        Raises:
            ModelMissing: the config does not name it, or it is not there.
            ModelCorrupt: its SHA-256 is not the config's.
        """
        path = self.path / name
        expected = self.config.files.get(name)
        if expected is None:
            raise ModelMissing(
                f"Model {self.name} has no {name}: its config names {', '.join(self.config.files)}. "
                "Export it, or install another model."
            )
        try:
            actual = sha256(path)
        except FileNotFoundError as exc:
            raise ModelMissing(
                f"Model {self.name} is incomplete: {path} is absent. Install the model anew."
            ) from exc
        except OSError as exc:
            raise ModelCorrupt(f"Cannot read {path}: {exc.strerror}. Install the model anew.") from exc
        if actual != expected:
            raise ModelCorrupt(
                f"{path} is damaged: its SHA-256 is {actual}, the config says {expected}. "
                "Install the model anew."
            )
        return path

    def verify(self) -> None:
        """Check every file the config names. Raises as ``file`` does."""
        for name in self.config.files:
            self.file(name)


class ModelStore:
    """The model folders under some roots. Earlier roots win where a name occurs twice."""

    def __init__(self, roots: Sequence[Path] = (BUILTIN_MODELS,)) -> None:
        self.roots = tuple(roots)

    def __iter__(self) -> Iterator[ModelFolder]:
        """Readable models by name; an unreadable folder is logged and left out."""
        found: dict[str, ModelFolder] = {}
        for root in self.roots:
            for path in sorted(root.glob(f"*/{CONFIG_FILE}")):
                if path.parent.name.startswith("."):  # half fetched, or about to be deleted
                    continue
                try:
                    folder = open_folder(path.parent)
                except ModelError as exc:
                    _log.warning("%s", exc)
                else:
                    found.setdefault(folder.name, folder)
        return iter(sorted(found.values(), key=lambda folder: folder.name))

    def find(self, name: str) -> ModelFolder:
        """The model of that name, or the model in the folder of that path.

        Raises:
            ModelMissing: there is none.
            ModelCorrupt, ModelMismatch: its config cannot be used.
        """
        for root in self.roots:
            if (root / name / CONFIG_FILE).is_file():
                return open_folder(root / name)
        if (Path(name) / CONFIG_FILE).is_file():
            return open_folder(Path(name))
        known = ", ".join(folder.name for folder in self) or "none"
        places = ", ".join(map(str, self.roots))
        raise ModelMissing(
            f"There is no model called {name} in {places}; installed: {known}. "
            "Choose one of these, or give the path of a model folder."
        )


def open_folder(path: Path) -> ModelFolder:
    """Read a model folder's config.

    Raises:
        ModelMissing: there is no ``config.json``.
        ModelCorrupt, ModelMismatch: it cannot be used.
    """
    file = path / CONFIG_FILE
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as exc:
        raise ModelMissing(
            f"{path} is not a model folder: it has no {CONFIG_FILE}. Give a folder made by export."
        ) from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise ModelCorrupt(f"Cannot read {file}: {exc}. Install the model anew.") from exc
    return ModelFolder(path, parse_config(text, source=str(file)))


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
