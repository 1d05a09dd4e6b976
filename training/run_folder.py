"""The folder of a run: who works in it, what was asked for, what is wished of it now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from filelock import FileLock, Timeout

from training.observing import Wish
from training.recipe import Recipe, parse_recipe, recipe_table

RUN_FILE = "run.json"
RECIPE_FILE = "recipe.json"
CONTROL_FILE = "control.json"
LOCK_FILE = ".lock"
FORMAT = 1


class RunError(Exception):
    """A run cannot start or go on; the message says why and what helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a run was started, as ``run.json`` says.

    Attributes:
        arguments: of the command line.
        data: folder of the photos.
        base: the model whose training goes on; ``None`` for a new one.
        recipe: the recipe file.
        overrides: what replaces values of the recipe, by name.
        started: date and time of the first start, ISO 8601.
        format: of this file.
    """

    arguments: Sequence[str]
    data: str
    base: str | None
    recipe: str
    overrides: Mapping[str, Any] = field(default_factory=dict)
    started: str = ""
    format: int = FORMAT


class RunFolder:
    """One run on disk.

    Args:
        path: made when the run starts.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._asked_at: int | None = None
        self._wish: Wish = "run"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep all other processes out.

        Raises:
            RunError: another process is at work here.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / LOCK_FILE)
        try:
            lock.acquire(timeout=0)
        except Timeout as exc:
            raise RunError(
                f"Another process is training in {self.path}. Wait for it, end it, or give another --out."
            ) from exc
        try:
            yield
        finally:
            lock.release()

    def started(self) -> Start | None:
        """How the run was started; ``None`` where none was.

        Raises:
            RunError: ``run.json`` cannot be read.
        """
        raw = self._read(RUN_FILE)
        return None if raw is None else Start(**raw)

    def recipe(self) -> Recipe | None:
        """The recipe the run follows, overrides included; ``None`` where there is none yet.

        Raises:
            RunError, RecipeError: it cannot be read.
        """
        raw, start = self._read(RECIPE_FILE), self.started()
        return None if raw is None or start is None else parse_recipe(raw, Path(start.recipe))

    def begin(self, start: Start, recipe: Recipe) -> None:
        """Note down what the run is, once: a run that goes on keeps what it was started with.

        Raises:
            RunError: the folder holds a run of another recipe or of other data; it names the difference.
        """
        old, old_recipe = self.started(), self.recipe()
        if old and old_recipe:
            _refuse_other(self.path, old, start)
            _refuse_differences(self.path, old_recipe, recipe)
            return
        self._write(RECIPE_FILE, recipe_table(recipe))
        self._write(RUN_FILE, asdict(start) | {"started": datetime.now().astimezone().isoformat()})

    def wish(self) -> Wish:
        """What ``control.json`` wishes; the file is read when it has changed."""
        path = self.path / CONTROL_FILE
        try:
            changed_at = path.stat().st_mtime_ns
        except OSError:
            return "run"
        if changed_at != self._asked_at:
            try:
                wished = json.loads(path.read_text(encoding="utf-8"))["wish"]
            except (OSError, ValueError, KeyError, TypeError):
                return self._wish  # half written: asked again at the next step
            self._asked_at = changed_at
            self._wish = wished if wished in get_args(Wish) else "run"
        return self._wish

    def go_on(self) -> None:
        """Forget a wish that was fulfilled by an earlier call."""
        if (self.path / CONTROL_FILE).is_file():
            self._write(CONTROL_FILE, {"wish": "run"})

    def _read(self, name: str) -> Any:
        path = self.path / name
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as exc:
            raise RunError(f"Cannot read {path}: {exc}. Give another folder with --out.") from exc

    def _write(self, name: str, value: object) -> None:
        partial = self.path / f"{name}.part"
        partial.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        partial.replace(self.path / name)


def _refuse_other(path: Path, old: Start, new: Start) -> None:
    for name in ("data", "base"):
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            raise RunError(_difference(path, name, was, now))


def _refuse_differences(path: Path, old: Recipe, new: Recipe) -> None:
    was, now = _flat(recipe_table(old)), _flat(recipe_table(new))
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            raise RunError(_difference(path, name, was.get(name), now.get(name)))


def _difference(path: Path, name: str, was: object, now: object) -> str:
    return (
        f"Cannot go on with the run in {path}: its {name} is {was!r}, asked for is {now!r}. Leave the "
        "option out, or give another folder with --out."
    )


def _flat(value: object, name: str = "") -> dict[str, object]:
    """Nested tables as one, under names such as ``stages.captions.epochs``."""
    if isinstance(value, Mapping):
        items = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list | tuple) and value and all(isinstance(item, Mapping) for item in value):
        items = [(str(item.get("name", place)), item) for place, item in enumerate(value)]
    else:
        return {name: list(value) if isinstance(value, tuple) else value}
    found: dict[str, object] = {}
    for key, item in items:
        found |= _flat(item, f"{name}.{key}" if name else key)
    return found
