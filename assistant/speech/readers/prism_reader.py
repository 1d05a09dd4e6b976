"""Screen readers of Windows and macOS, through Prism (https://github.com/ethindp/prism, package prismatoid).

Prism also offers the system's voices; none of them is used here. Its objects belong to the thread that made
the first one, since those of Windows are COM objects.

Not run: tested with a stand-in for the package that is held against the package's own methods.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PrismKind:
    """A screen reader that Prism can talk to.

    Attributes:
        name: for the log and ``doctor``.
        backend: of ``prism.BackendId``.
        hears_announcements: see ``Reader``.
    """

    name: str
    backend: str
    hears_announcements: bool


def failures(prism: ModuleType) -> tuple[type[Exception], ...]:
    """What the package raises when a reader cannot be reached; ValueError where its library made nothing."""
    return (prism.PrismError, ValueError)


class PrismReader:
    """A screen reader that is given texts through Prism; see ``Reader``.

    Args:
        kind: which one.
        prism: the package.
        context: a ``prism.Context``.

    Raises:
        Exception: one of ``failures``, it does not run.
    """

    has_channel = True

    def __init__(self, kind: PrismKind, prism: ModuleType, context: Any) -> None:
        self._kind = kind
        self._id = prism.BackendId[kind.backend]
        self._failures = failures(prism)
        self._context = context
        self._backend = self._create()

    @property
    def name(self) -> str:
        """See ``Reader``."""
        return self._kind.name

    @property
    def hears_announcements(self) -> bool:
        """See ``Reader``."""
        return self._kind.hears_announcements

    def is_running(self) -> bool:
        """Whether the reader is there now."""
        return bool(self._backend.features.is_supported_at_runtime)

    def present(self, text: str, *, urgent: bool) -> bool:
        """See ``Reader``."""
        try:
            self._speak(text, urgent)
        except self._failures as exc:
            # What was made for NVDA before it was restarted fails ever after.
            _log.info("%s did not take a text, trying with a new connection: %s", self.name, exc)
            try:
                self._backend = self._create()
                self._speak(text, urgent)
            except self._failures as again:
                _log.warning("%s did not take a text: %s", self.name, again)
                return False
        self._show(text)
        return True

    def stop(self) -> None:
        """See ``Reader``."""
        try:
            self._backend.stop()
        except self._failures as exc:
            _log.info("%s could not be silenced: %s", self.name, exc)

    def _create(self) -> Any:
        return self._context.create(self._id)

    def _speak(self, text: str, urgent: bool) -> None:
        """Braille is asked for by itself where it can be: when only that fails, nothing may be said again."""
        if self._backend.features.supports_braille:
            self._backend.speak(text, urgent)
        else:
            self._backend.output(text, urgent)

    def _show(self, text: str) -> None:
        try:
            if self._backend.features.supports_braille:
                self._backend.braille(text)
        except self._failures as exc:
            _log.info("%s did not show a text in braille: %s", self.name, exc)


class PrismReaders:
    """Finds screen readers through Prism, which is loaded by the first search.

    Args:
        kinds: which, in order of preference.
    """

    def __init__(self, kinds: Sequence[PrismKind]) -> None:
        self._kinds = kinds
        self._prism: ModuleType | None = None
        self._context: Any = None
        self._known: dict[PrismKind, PrismReader] = {}
        self._usable = True

    def find(self) -> PrismReader | None:
        """The first that runs now."""
        if self._context is None and self._usable:
            self._usable = self._load()
        if self._context is None:
            return None
        return next((reader for kind in self._kinds if (reader := self._running(kind))), None)

    def _load(self) -> bool:
        try:
            self._prism = importlib.import_module("prism")
            self._context = self._prism.Context()
        except (ImportError, OSError, RuntimeError) as exc:  # the package or its library; the context
            _log.warning("screen readers cannot be found without prismatoid: %s", exc)
            return False
        return True

    def _running(self, kind: PrismKind) -> PrismReader | None:
        known = self._known.get(kind)
        if known and known.is_running():
            return known
        if not self._prism or not self._context.exists(self._prism.BackendId[kind.backend]):
            return None
        try:
            reader = PrismReader(kind, self._prism, self._context)
        except failures(self._prism) as exc:
            _log.debug("%s does not run: %s", kind.name, exc)
            return None
        self._known[kind] = reader
        return reader
