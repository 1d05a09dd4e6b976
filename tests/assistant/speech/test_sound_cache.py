"""Kept sounds: found again, limited in size, never a reason for silence."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from assistant.speech.sound_cache import SoundCache, sound_key
from assistant.storage import TEMPORARY_PREFIX

KEYS = [sound_key("gtts", "vi", "normal", text) for text in ("một", "hai", "ba", "bốn")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sounds"


def names(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()}


def age(folder: Path, key: str, seconds: int) -> None:
    """Let a sound have been heard so long ago: the clocks of file systems are coarse."""
    path = folder / f"{key}.mp3"
    os.utime(path, (path.stat().st_mtime - seconds,) * 2)


def test_a_sound_is_found_again(folder: Path) -> None:
    cache = SoundCache(folder, 1000)
    assert cache.find(KEYS[0]) is None
    cache.put(KEYS[0], b"sound")
    path = SoundCache(folder, 1000).find(KEYS[0])
    assert path is not None
    assert path.read_bytes() == b"sound"
    assert path.suffix == ".mp3"


def test_each_choice_has_a_key_of_its_own() -> None:
    choices = [
        ("gtts", "vi", "normal", "một"), ("other", "vi", "normal", "một"), ("gtts", "v", "inormal", "một"),
        ("gtts", "vi", "slow", "một"), ("gtts", "vi", "normal", "hai"), ("gtts", "vi", "normal", "\ud800"),
    ]  # fmt: skip
    assert len({sound_key(*choice) for choice in choices}) == len(choices)


def test_texts_are_not_in_file_names(folder: Path) -> None:
    cache = SoundCache(folder, 1000)
    cache.put(sound_key("gtts", "vi", "normal", "bimat"), b"sound")
    (path,) = folder.iterdir()
    assert "bimat" not in path.name
    assert b"bimat".hex() not in path.name


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_others_cannot_read_them(folder: Path) -> None:
    SoundCache(folder, 1000).put(KEYS[0], b"sound")
    (path,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_those_not_heard_for_longest_go_first(folder: Path) -> None:
    cache = SoundCache(folder, 250)
    for position, key in enumerate(KEYS[:2]):
        cache.put(key, bytes(100))
        age(folder, key, 100 - position)
    assert cache.find(KEYS[0]) is not None  # heard just now: the second is the oldest
    cache.put(KEYS[2], bytes(100))
    assert names(folder) == {KEYS[0], KEYS[2]}


def test_many_small_ones_make_room_for_a_large_one(folder: Path) -> None:
    cache = SoundCache(folder, 250)
    for position, key in enumerate(KEYS[:3]):
        cache.put(key, bytes(80))
        age(folder, key, 100 - position)
    cache.put(KEYS[3], bytes(200))
    assert names(folder) == {KEYS[3]}


def test_a_sound_over_the_limit_is_not_kept(folder: Path) -> None:
    cache = SoundCache(folder, 250)
    cache.put(KEYS[0], bytes(250))
    cache.put(KEYS[1], bytes(251))
    assert names(folder) == {KEYS[0]}


def test_clear_takes_its_own_files_only(folder: Path) -> None:
    cache = SoundCache(folder, 1000)
    cache.put(KEYS[0], b"sound")
    (folder / f"{TEMPORARY_PREFIX}0123").write_bytes(b"half a sound")
    (folder / "holiday.mp3").write_bytes(b"somebody else's")
    (folder / f"{KEYS[1]}.mp3").mkdir()
    cache.clear()
    assert names(folder) == {"holiday", KEYS[1]}


def test_discard(folder: Path) -> None:
    cache = SoundCache(folder, 1000)
    cache.put(KEYS[0], b"sound")
    cache.put(KEYS[1], b"sound")
    cache.discard(KEYS[0])
    cache.discard(KEYS[2])
    assert names(folder) == {KEYS[1]}


def use(cache: SoundCache) -> None:
    cache.put(KEYS[0], b"sound")
    cache.discard(KEYS[1])
    cache.clear()


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "sounds").write_bytes(b"")
    cache = SoundCache(tmp_path / "sounds", 1000)
    use(cache)
    assert cache.find(KEYS[0]) is None


def test_a_folder_in_place_of_a_sound(folder: Path) -> None:
    (folder / f"{KEYS[0]}.mp3" / "inside").mkdir(parents=True)
    cache = SoundCache(folder, 1000)
    use(cache)
    cache.discard(KEYS[0])
    assert cache.find(KEYS[0]) is None


def test_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("assistant.speech.sound_cache.write_atomically", full)
    cache = SoundCache(folder, 1000)
    use(cache)
    assert cache.find(KEYS[0]) is None


def test_a_folder_that_forbids_everything(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions do not bind the administrator, who may run the tests, so the refusals are made."""
    cache = SoundCache(folder, 1000)
    cache.put(KEYS[0], b"sound")

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    for name in ("utime", "scandir", "unlink"):
        monkeypatch.setattr(os, name, forbidden)
    use(cache)
    cache.discard(KEYS[0])
    assert cache.find(KEYS[0]) is not None  # it can still be read


def test_several_threads(folder: Path) -> None:
    """WHEN late answers arrive together, THEN the limit holds and what is kept is whole."""
    cache = SoundCache(folder, 5_000)

    def work(number: int) -> None:
        for step in range(10):
            key = sound_key("gtts", "vi", "normal", f"{number} {step}")
            cache.put(key, bytes([number]) * 1000)
            cache.find(key)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    files = [path.read_bytes() for path in folder.iterdir()]
    assert len(files) == 5
    assert all(len(data) == 1000 and len(set(data)) == 1 for data in files)
