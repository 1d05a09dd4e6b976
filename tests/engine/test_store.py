"""Model folders: found by name or path, and never used when incomplete or damaged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.captioner import load_captioner
from engine.contract import ModelCorrupt, ModelError, ModelMismatch, ModelMissing
from engine.store import BUILTIN_MODELS, ModelFolder, ModelStore, open_folder, sha256


@pytest.fixture
def folder(tiny_folder: ModelFolder, tmp_path: Path) -> ModelFolder:
    """A copy of the tiny model that a test may damage."""
    shutil.copytree(tiny_folder.path, tmp_path / "models" / "tiny")
    return open_folder(tmp_path / "models" / "tiny")


def test_finds_by_name_and_by_path(folder: ModelFolder) -> None:
    assert ModelStore([folder.path.parent]).find("tiny").path == folder.path
    assert ModelStore([]).find(str(folder.path)).path == folder.path


def test_earlier_root_wins(folder: ModelFolder, tmp_path: Path) -> None:
    other = tmp_path / "first" / "tiny"
    shutil.copytree(folder.path, other)
    store = ModelStore([tmp_path / "first", folder.path.parent])
    assert store.find("tiny").path == other
    assert [item.path for item in store] == [other]


def test_unknown_name_lists_what_there_is(folder: ModelFolder) -> None:
    with pytest.raises(ModelMissing, match=r"no model called big.*installed: tiny"):
        ModelStore([folder.path.parent]).find("big")


def test_broken_folder_is_logged_and_left_out(folder: ModelFolder, caplog: pytest.LogCaptureFixture) -> None:
    broken = folder.path.parent / "broken"
    broken.mkdir()
    (broken / "config.json").write_text("{")
    assert [item.name for item in ModelStore([folder.path.parent])] == ["tiny"]
    assert "broken" in caplog.text


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


DAMAGE: dict[str, tuple[Callable[[Path], object], type[ModelError], str]] = {
    "absent": (lambda f: (f / "decoder.onnx").unlink(), ModelMissing, "decoder.onnx is absent"),
    "cut-off": (lambda f: truncate(f / "encoder.onnx"), ModelCorrupt, "SHA-256"),
    "edited": (lambda f: (f / "tokenizer.json").write_text("{}"), ModelCorrupt, "tokenizer.json is damaged"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named(folder: ModelFolder, name: str) -> None:
    damage, error, words = DAMAGE[name]
    damage(folder.path)
    with pytest.raises(error, match=words):
        folder.verify()
    with pytest.raises(error, match=words):
        load_captioner(folder)


def test_both_checksums_are_named(folder: ModelFolder) -> None:
    truncate(folder.path / "encoder.onnx")
    actual = sha256(folder.path / "encoder.onnx")
    with pytest.raises(ModelCorrupt, match=rf"{actual}.*{folder.config.files['encoder.onnx']}"):
        folder.file("encoder.onnx")


def test_config_for_another_picture_size(folder: ModelFolder) -> None:
    size = replace(folder.config.preprocessing, size=32)
    wrong = replace(folder, config=replace(folder.config, preprocessing=size))
    with pytest.raises(ModelMismatch, match=r"64, 64.*32, 32"):
        load_captioner(wrong)


def test_file_that_is_no_network(folder: ModelFolder) -> None:
    (folder.path / "decoder.onnx").write_bytes(b"nothing")
    files = dict(folder.config.files) | {"decoder.onnx": sha256(folder.path / "decoder.onnx")}
    with pytest.raises(ModelCorrupt, match="Cannot load"):
        load_captioner(replace(folder, config=replace(folder.config, files=files)))


def test_folder_without_config(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="not a model folder"):
        open_folder(tmp_path)


def test_every_model_that_ships_is_whole() -> None:
    names = []
    for folder in ModelStore([BUILTIN_MODELS]):
        folder.verify()
        names.append(folder.name)
    assert "starter" in names
