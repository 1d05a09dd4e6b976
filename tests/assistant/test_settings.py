"""The table of settings and its file: identity, bad values, damaged files, refusals of the system."""

from __future__ import annotations

import errno
import json
import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.messages import LANGUAGES, Messages
from assistant.settings import (
    RULES,
    VOICE_RULES,
    Choice,
    Chords,
    Settings,
    SettingsError,
    SettingsStore,
    Switch,
    Text,
    VoiceChoices,
    Whole,
)
from assistant.storage import StorageFault

DEFAULTS = Settings()

# Every example waits for the disk, which may take its time.
saves_files = settings(deadline=None)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
printable = st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" ")
lines, names = (st.text(printable, min_size=shortest, max_size=20) for shortest in (0, 1))


def good_values(rule: object) -> st.SearchStrategy[Any]:
    match rule:
        case Choice():
            return st.sampled_from(rule.words)
        case Whole(low, high):
            return st.integers(low, high)
        case Switch():
            return st.booleans()
        case Text(shortest):
            return st.text(printable, min_size=shortest, max_size=20)
        case Chords():
            return st.dictionaries(names, lines, max_size=4).filter(rule.accepts)
        case VoiceChoices():
            choice = st.fixed_dictionaries({}, optional={n: good_values(r) for n, r in VOICE_RULES.items()})
            return st.dictionaries(names, choice, max_size=3)
    raise AssertionError(f"no strategy for {rule}")


all_settings = st.fixed_dictionaries({name: good_values(rule) for name, rule in RULES.items()})


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.json")


def write(folder: Path, **values: object) -> None:
    (folder / "settings.json").write_text(json.dumps({"format_version": 1, **values}), encoding="utf-8")


@saves_files
@given(all_settings)
def test_load_gives_what_was_saved(values: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = SettingsStore(Path(folder, "settings.json"))
        saved = Settings(**values)
        store.save(saved)
        assert store.load() == saved


@saves_files
@given(st.dictionaries(st.sampled_from([*RULES, "format_version"]) | st.text(), json_values))
def test_any_json_object_loads(values: dict[str, Any]) -> None:
    """GIVEN any JSON in any field, THEN each field has that value, or its default."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), **values)
        store = SettingsStore(Path(folder, "settings.json"))
        loaded = store.load()
        for name, rule in RULES.items():
            expected = values[name] if rule.accepts(values.get(name)) else getattr(DEFAULTS, name)
            assert getattr(loaded, name) == expected
        store.save(loaded)


@saves_files
@given(st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_file_loads(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "settings.json")
        path.write_bytes(content)
        SettingsStore(path).load()
        kept = [file.read_bytes() for file in Path(folder).iterdir()]
        assert kept == [content]


def test_every_field_has_a_rule_that_its_default_keeps() -> None:
    assert list(RULES) == [field.name for field in fields(Settings)]
    assert all(rule.accepts(getattr(DEFAULTS, name)) for name, rule in RULES.items())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "fr"), ("language", ["vi"]), ("model", ""), ("model", "a\nb"), ("beams", 21),
        ("beams", -1), ("beams", True), ("beams", 5.0), ("beams", "5"), ("theme", "pink"), ("text_scale", 99),
        ("text_scale", 201), ("reduce_motion", True), ("speak", 1), ("speech_in_window", ""),
        ("queue_speech", 0), ("voices", []), ("voices", {"": {}}), ("voices", {"sapi": 5}),
        ("voices", {"sapi": {"rate": 101}}), ("voices", {"sapi": {"volume": -1}}),
        ("voices", {"sapi": {"voice": None}}), ("voices", {"sapi": {"speed": 5}}), ("online_voice", 1),
        ("sounds", "yes"), ("sound_volume", 101),
        ("hotkeys", []), ("hotkeys", {"describe": 1}), ("hotkeys", {"": "F9"}),
        ("history_days", 0), ("history_days", 366), ("history_megabytes", 9), ("history_megabytes", 2001),
        ("release_after_minutes", -1), ("camera", None), ("camera", "\ud800"),
    ],
)  # fmt: skip
def test_a_wrong_value_falls_back_alone(
    store: SettingsStore, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, value: object
) -> None:
    """GIVEN one wrong value, THEN its field has the default, the others theirs, and one line says so."""
    write(tmp_path, **{"confirm_delete": False, name: value})
    assert store.load() == Settings(confirm_delete=False)
    (line,) = caplog.messages
    assert name in line
    assert repr(value) in line
    with pytest.raises(ValueError, match=name):
        Settings(**{name: value})  # type: ignore[arg-type]


def test_two_hotkeys_with_the_same_keys_contradict_each_other() -> None:
    with pytest.raises(ValueError, match="hotkeys"):
        Settings(hotkeys={"screen": "Ctrl+Alt+D", "window": "alt + ctrl + d"})
    both_off = Settings(hotkeys={"screen": "", "window": ""})
    assert both_off.hotkeys == {"screen": "", "window": ""}


def test_settings_cannot_be_changed_in_place() -> None:
    chords = {"screen": "F9"}
    mine = Settings(hotkeys=chords)
    chords["screen"] = "F10"
    assert mine.hotkeys == {"screen": "F9"}
    with pytest.raises(TypeError):
        mine.hotkeys["screen"] = "F10"  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        mine.beams = 3  # type: ignore[misc]
    voices = {"sapi": {"rate": 5}}
    choosy = Settings(voices=voices)
    voices["sapi"]["rate"] = 7
    assert choosy.voices == {"sapi": {"rate": 5}}
    with pytest.raises(TypeError):
        choosy.voices["sapi"]["rate"] = 7  # type: ignore[index]
    assert mine.with_changes(beams=3) == Settings(beams=3, hotkeys={"screen": "F9"})
    assert hash(mine.with_changes(beams=3)) != hash(mine)
    with pytest.raises(ValueError, match="beams"):
        mine.with_changes(beams=99)


def test_a_missing_file_is_silent(store: SettingsStore, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert store.load() == DEFAULTS
    assert caplog.messages == []


def test_unknown_settings_are_named_and_left_out(
    store: SettingsStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, beams=3, telemetry=True)
    loaded = store.load()
    assert loaded == Settings(beams=3)
    (line,) = caplog.messages
    assert "telemetry" in line
    store.save(loaded)
    assert "telemetry" not in (tmp_path / "settings.json").read_text(encoding="utf-8")


def test_another_format_version_is_reported_and_what_fits_is_taken(
    store: SettingsStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, format_version=2, beams=3)
    assert store.load() == Settings(beams=3)
    (line,) = caplog.messages
    assert "version 2" in line


def test_a_byte_order_mark_does_no_harm(store: SettingsStore, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"beams": 3}', encoding="utf-8-sig")
    assert store.load() == Settings(beams=3)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b"9" * 5000], ids=range(5))
def test_damaged_files_are_all_kept(
    store: SettingsStore, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    """GIVEN two damaged files within the same second, THEN both are kept beside the new one."""
    path = tmp_path / "settings.json"
    for ending in (b"", b" "):
        path.write_bytes(content + ending)
        assert store.load() == DEFAULTS
    store.save(DEFAULTS)
    kept = sorted(file.read_bytes() for file in tmp_path.glob("settings.damaged-*Z*.json"))
    assert kept == [content, content + b" "]
    assert len(caplog.messages) == 2
    assert all("settings.damaged-" in line for line in caplog.messages)


def test_a_file_that_cannot_be_read_gives_the_defaults(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "settings.json").mkdir()
    assert SettingsStore(tmp_path / "settings.json").load() == DEFAULTS
    assert len(caplog.messages) == 1


def refusal(number: int) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, StorageFault.DISK_FULL),
        (errno.EROFS, StorageFault.READ_ONLY),
        (errno.EACCES, StorageFault.READ_ONLY),
        (errno.EIO, StorageFault.FAILED),
    ],
)
def test_a_failed_save_leaves_the_old_file(
    store: SettingsStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, fault: StorageFault
) -> None:
    store.save(Settings(beams=3))
    monkeypatch.setattr(os, "fsync", refusal(number))
    with pytest.raises(SettingsError, match="Cannot save the settings") as caught:
        store.save(Settings(beams=7))
    assert caught.value.fault is fault
    assert store.load() == Settings(beams=3)
    assert [file.name for file in tmp_path.iterdir()] == ["settings.json"]


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs a folder that nobody may write to")
def test_a_read_only_folder_is_said_to_be_one() -> None:
    with pytest.raises(SettingsError) as caught:
        SettingsStore(Path("/sys/viclipcap/settings.json")).save(DEFAULTS)
    assert caught.value.fault is StorageFault.READ_ONLY


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_the_person_may_read_them(store: SettingsStore, tmp_path: Path) -> None:
    store.save(DEFAULTS)
    assert (tmp_path / "settings.json").stat().st_mode & 0o777 == 0o600


def test_every_fault_has_its_sentence() -> None:
    for language in LANGUAGES:
        sentences = {Messages(language).text(f"settings-error.{fault}") for fault in StorageFault}
        assert len(sentences) == len(StorageFault)


def test_the_file_can_be_read_by_people(store: SettingsStore, tmp_path: Path) -> None:
    store.save(Settings(camera="Máy ảnh", hotkeys={"screen": "F9"}))
    raw: Mapping[str, Any] = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))
    assert raw["format_version"] == 1
    assert raw["hotkeys"] == {"screen": "F9"}
    assert "Máy ảnh" in (tmp_path / "settings.json").read_text(encoding="utf-8")
