"""The person's settings: one table with the rule of each value, and the file that keeps it."""

from __future__ import annotations

import json
import logging
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Protocol, get_args, get_type_hints

from assistant.environment import DEFAULT_MODEL
from assistant.messages import Language
from assistant.storage import StorageFault, storage_fault, write_atomically
from engine import Device

FORMAT_VERSION = 1
_VERSION_KEY = "format_version"

Theme = Literal["system", "light", "dark", "high-contrast"]
ReduceMotion = Literal["system", "on", "off"]
SpeechOutput = Literal["auto", "own-voice", "screen-reader", "off"]

_log = logging.getLogger(__name__)


class Rule(Protocol):
    """What a value must be."""

    def accepts(self, value: object) -> bool:
        """True for a value of the right kind and size; takes anything JSON can hold."""

    def __str__(self) -> str:
        """What is wanted, to follow "must be"."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``low`` to ``high``, both included."""

    low: int
    high: int

    def accepts(self, value: object) -> bool:
        """``True`` and ``False`` are numbers to Python and none here."""
        return type(value) is int and self.low <= value <= self.high

    def __str__(self) -> str:
        return f"a whole number from {self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the words of a ``Literal`` type."""

    kind: object

    @property
    def words(self) -> tuple[str, ...]:
        """The words in the order of their declaration."""
        return get_args(self.kind)

    def accepts(self, value: object) -> bool:
        """One of the words exactly."""
        return isinstance(value, str) and value in self.words

    def __str__(self) -> str:
        return f"one of {', '.join(self.words)}"


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    def accepts(self, value: object) -> bool:
        """0 and 1 are not meant."""
        return isinstance(value, bool)

    def __str__(self) -> str:
        return "true or false"


@dataclass(frozen=True, slots=True)
class Text:
    """One line of printable characters, at least ``shortest`` of them."""

    shortest: int = 0

    def accepts(self, value: object) -> bool:
        """Printable leaves out lone surrogates, which no UTF-8 file can hold."""
        return isinstance(value, str) and len(value) >= self.shortest and value.isprintable()

    def __str__(self) -> str:
        return f"a line of printable text, {self.shortest} or more characters long"


@dataclass(frozen=True, slots=True)
class Chords:
    """Action -> chord such as ``Ctrl+Alt+Shift+M``; an empty chord switches the action's hotkey off."""

    def accepts(self, value: object) -> bool:
        """No two actions may have the same keys, in whatever order and case they are written."""
        if not isinstance(value, Mapping):
            return False
        if not all(Text(1).accepts(action) and Text().accepts(chord) for action, chord in value.items()):
            return False
        used = [frozenset(chord.casefold().replace(" ", "").split("+")) for chord in value.values() if chord]
        return len(used) == len(set(used))

    def __str__(self) -> str:
        return "a table of actions with a different chord each"


@dataclass(frozen=True, slots=True)
class VoiceChoices:
    """Name of a voice engine -> how it reads, see ``VoiceChoice``; what is left out has its default."""

    def accepts(self, value: object) -> bool:
        """Engines that are not known here are kept: they may be on another computer."""
        if not isinstance(value, Mapping):
            return False
        return all(Text(1).accepts(engine) and self._is_choice(choice) for engine, choice in value.items())

    @staticmethod
    def _is_choice(choice: object) -> bool:
        if not isinstance(choice, Mapping):
            return False
        return all(name in VOICE_RULES and VOICE_RULES[name].accepts(value) for name, value in choice.items())

    def __str__(self) -> str:
        rules = ", ".join(f"{name} ({rule})" for name, rule in VOICE_RULES.items())
        return f"a table of voice engines, each with some of: {rules}"


VOICE_RULES: Mapping[str, Rule] = MappingProxyType(
    {"voice": Text(), "rate": Whole(-100, 100), "pitch": Whole(-100, 100), "volume": Whole(0, 100)}
)
"""Field of a voice choice -> what its value must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the person can choose. The defaults are the program's.

    Attributes:
        language: of the interface and its messages.
        model: name of the model that describes.
        device: where the model runs; ``auto`` takes a GPU that works, else the processor.
        beams: sentences weighed at the same time; 0 leaves it to the model.
        alternatives: what else the search found is said with each description.
        theme: colours; ``system`` follows the desktop.
        text_scale: size of the text in percent.
        reduce_motion: no moving parts; ``system`` follows the desktop.
        speak: descriptions are read aloud.
        speech_in_window, speech_in_background, speech_without_reader: who reads them: while a screen reader
            runs and a window of this program has the focus, while one runs and another program has it, and
            while none is known to run.
        queue_speech: a new text waits for the one being read, where it would cut it short.
        voice_engine: makes the program's own voice; empty takes the first that is installed.
        voices: engine -> how it reads.
        online_voice: the person agreed that texts are sent to Google to be read.
        sounds: short sounds tell how a request goes.
        sound_volume: their loudness in percent.
        hotkeys: action -> chord where it differs from the default; an empty chord switches one off.
        history: descriptions and pictures are kept on this computer.
        history_days, history_megabytes: what is older or beyond is removed, oldest first.
        start_engine_at_launch: the model is loaded before the first request.
        release_after_minutes: an idle model is unloaded after this time; 0 keeps it.
        minimise_to_tray: closing the window leaves the program in the tray.
        first_run_done: the first-run guide was finished or put off for good.
        camera: the system's identifier of the chosen camera; empty takes the system's default.
        confirm_delete: ask before something is removed from the history.

    Raises:
        ValueError: a value breaks its rule; the message names the field.
    """

    language: Annotated[Language, Choice(Language)] = "vi"
    model: Annotated[str, Text(1)] = DEFAULT_MODEL
    device: Annotated[Device, Choice(Device)] = "auto"
    beams: Annotated[int, Whole(0, 20)] = 0
    alternatives: Annotated[bool, Switch()] = False
    theme: Annotated[Theme, Choice(Theme)] = "system"
    text_scale: Annotated[int, Whole(100, 200)] = 100
    reduce_motion: Annotated[ReduceMotion, Choice(ReduceMotion)] = "system"
    speak: Annotated[bool, Switch()] = True
    speech_in_window: Annotated[SpeechOutput, Choice(SpeechOutput)] = "auto"
    speech_in_background: Annotated[SpeechOutput, Choice(SpeechOutput)] = "auto"
    speech_without_reader: Annotated[SpeechOutput, Choice(SpeechOutput)] = "auto"
    queue_speech: Annotated[bool, Switch()] = False
    voice_engine: Annotated[str, Text()] = ""
    voices: Annotated[Mapping[str, Mapping[str, str | int]], VoiceChoices()] = field(
        default_factory=lambda: MappingProxyType({}), hash=False
    )
    online_voice: Annotated[bool, Switch()] = False
    sounds: Annotated[bool, Switch()] = True
    sound_volume: Annotated[int, Whole(0, 100)] = 60
    # Left out of the hash: a mapping has none.
    hotkeys: Annotated[Mapping[str, str], Chords()] = field(
        default_factory=lambda: MappingProxyType({}), hash=False
    )
    history: Annotated[bool, Switch()] = True
    history_days: Annotated[int, Whole(1, 365)] = 30
    history_megabytes: Annotated[int, Whole(10, 2000)] = 200
    start_engine_at_launch: Annotated[bool, Switch()] = False
    release_after_minutes: Annotated[int, Whole(0, 24 * 60)] = 10
    minimise_to_tray: Annotated[bool, Switch()] = True
    first_run_done: Annotated[bool, Switch()] = False
    camera: Annotated[str, Text()] = ""
    confirm_delete: Annotated[bool, Switch()] = True

    def __post_init__(self) -> None:
        for name, rule in RULES.items():
            value = getattr(self, name)
            if not rule.accepts(value):
                raise ValueError(f"{name} must be {rule}, got {reprlib.repr(value)}")
        object.__setattr__(self, "hotkeys", MappingProxyType(dict(self.hotkeys)))
        voices = {engine: MappingProxyType(dict(choice)) for engine, choice in self.voices.items()}
        object.__setattr__(self, "voices", MappingProxyType(voices))

    def with_changes(self, **changes: Any) -> Settings:
        """The same settings but for some fields. Raises ``ValueError`` as the constructor does."""
        return replace(self, **changes)


RULES: Mapping[str, Rule] = MappingProxyType(
    {name: hint.__metadata__[0] for name, hint in get_type_hints(Settings, include_extras=True).items()}
)
"""Field -> what its value must be; the settings window takes its limits and choices from here."""


class SettingsError(Exception):
    """The settings could not be saved.

    Attributes:
        fault: what the sentence ``settings-error.*`` is chosen by.
    """

    def __init__(self, message: str, fault: StorageFault) -> None:
        super().__init__(message)
        self.fault = fault


class SettingsStore:
    """The file that keeps the settings.

    Args:
        path: a ``.json`` file; neither it nor its folder need exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Settings:
        """The settings as they were saved; whatever is wrong or absent has its default."""
        raw = self._read()
        if raw.get(_VERSION_KEY, FORMAT_VERSION) != FORMAT_VERSION:
            _log.warning(
                "%s has format version %s, this program reads %d; taking what fits",
                self._path, reprlib.repr(raw[_VERSION_KEY]), FORMAT_VERSION,
            )  # fmt: skip
        unknown = sorted(raw.keys() - RULES.keys() - {_VERSION_KEY})
        if unknown:
            _log.warning("%s has unknown settings, left out: %s", self._path, reprlib.repr(unknown))
        good = {name: value for name, value in raw.items() if name in RULES and self._fits(name, value)}
        return Settings(**good)

    def save(self, settings: Settings) -> None:
        """Replace the file at once.

        Raises:
            SettingsError: the folder is read-only or the disk is full; the old file is unharmed.
        """
        raw = {_VERSION_KEY: FORMAT_VERSION} | {f.name: getattr(settings, f.name) for f in fields(settings)}
        raw["hotkeys"] = dict(settings.hotkeys)
        raw["voices"] = {engine: dict(choice) for engine, choice in settings.voices.items()}
        text = json.dumps(raw, ensure_ascii=False, indent=2) + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, text.encode())
        except OSError as exc:
            raise SettingsError(
                f"Cannot save the settings to {self._path}: {exc.strerror}. "
                "Make its folder writable, or free some space on the disk.",
                storage_fault(exc),
            ) from exc

    def _fits(self, name: str, value: object) -> bool:
        rule = RULES[name]
        if rule.accepts(value):
            return True
        _log.warning(
            "%s: %s must be %s, got %s; using the default", self._path, name, rule, reprlib.repr(value)
        )
        return False

    def _read(self) -> dict[str, Any]:
        try:
            # Editors on Windows may have put a byte order mark before the text.
            raw = json.loads(self._path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            return {}
        except OSError as exc:
            _log.warning("cannot read %s (%s); using the defaults", self._path, exc.strerror)
            return {}
        except (ValueError, RecursionError) as exc:
            self._keep_aside(f"not JSON: {exc}")
            return {}
        if not isinstance(raw, dict):
            self._keep_aside("not a JSON object")
            return {}
        return raw

    def _keep_aside(self, reason: str) -> None:
        """Rename a damaged file, so that the next save does not destroy what the person may repair."""
        stem = f"{self._path.stem}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        target = self._path.with_name(f"{stem}{self._path.suffix}")
        copies = 1
        while target.exists():
            copies += 1
            target = self._path.with_name(f"{stem}-{copies}{self._path.suffix}")
        try:
            self._path.rename(target)
        except OSError as exc:
            _log.warning("%s is damaged (%s) and stays (%s)", self._path, reason, exc.strerror)
            return
        _log.warning("%s is damaged (%s), kept as %s; using the defaults", self._path, reason, target.name)
