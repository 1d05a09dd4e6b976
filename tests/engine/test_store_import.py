"""Models brought on a stick: from folders and zip files, honest and otherwise."""

from __future__ import annotations

import errno
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pytest

from engine.importing import copy_package
from engine.installer import ModelInstaller
from engine.store import CONFIG_FILE, ModelFolder
from engine.store_error import StoreError, StoreFault
from engine.transfer import Transfer
from tests.store_models import make_model, visible, zip_folder


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "Thẻ nhớ"
    folder.mkdir()
    return folder


@pytest.fixture
def brought(stick: Path) -> ModelFolder:
    return make_model(stick)


@pytest.fixture
def installer(tmp_path: Path) -> ModelInstaller:
    return ModelInstaller(tmp_path / "own")


def refused(installer: ModelInstaller, path: Path) -> StoreFault:
    """Import in vain; nothing may be left behind."""
    with pytest.raises(StoreError) as caught:
        installer.import_from(path)
    assert visible(installer.root) == []
    assert [path.name for path in installer.root.iterdir()] == [".lock"]
    return caught.value.fault


PACKAGES: dict[str, Callable[[ModelFolder], Path]] = {
    "folder": lambda model: model.path,
    "folder-around-it": lambda model: model.path.parent,
    "zip": lambda model: zip_folder(model.path, model.path.parent / "a.zip"),
    "zip-with-a-folder": lambda model: zip_folder(model.path, model.path.parent / "b.ZIP", "mô hình/"),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_model_is_copied_whole(installer: ModelInstaller, brought: ModelFolder, name: str) -> None:
    told: list[tuple[int, int]] = []
    (brought.path / "virus.exe").write_bytes(b"MZ")
    path = PACKAGES[name](brought)
    folder = installer.import_from(path, Transfer(lambda done, total: told.append((done, total))))
    folder.verify()
    assert folder.path == installer.root / "ktvic"
    assert folder.config == brought.config
    assert sorted(file.name for file in folder.path.iterdir()) == [
        "MODEL_CARD.md", "config.json", "decoder.onnx", "encoder.onnx", "tokenizer.json",
    ]  # fmt: skip
    assert told[-1][0] == told[-1][1] == folder.size_bytes


def test_the_name_is_the_configs(installer: ModelInstaller, brought: ModelFolder) -> None:
    renamed = brought.path.rename(brought.path.with_name("Bản sao của ktvic"))
    assert installer.import_from(renamed).path.name == "ktvic"


def test_an_older_version_is_replaced(
    installer: ModelInstaller, brought: ModelFolder, tmp_path: Path
) -> None:
    installer.import_from(brought.path)
    newer = make_model(tmp_path / "newer", seed=1)
    assert installer.import_from(newer.path).config == newer.config
    assert visible(installer.root) == ["ktvic"]


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def renamed(model: ModelFolder, **changes: Any) -> Path:
    (model.path / CONFIG_FILE).write_text(replace(model.config, **changes).to_json(), encoding="utf-8")
    return model.path


def zip_with(model: ModelFolder, entry: str) -> Path:
    path = zip_folder(model.path, model.path.parent / "bad.zip")
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(entry, b"x")
    return path


def locked(model: ModelFolder) -> Path:
    """A zip file whose entries say they are encrypted, as programs with passwords make it."""
    content = bytearray(zip_folder(model.path, model.path.parent / "locked.zip").read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(signature, place + 4)
    return write(model.path.parent / "locked.zip", bytes(content))


def truncated(model: ModelFolder) -> Path:
    path = zip_folder(model.path, model.path.parent / "short.zip")
    return write(path, path.read_bytes()[: path.stat().st_size // 2])


def damaged_zip(model: ModelFolder) -> Path:
    path = zip_folder(model.path, model.path.parent / "bad.zip")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    return write(path, bytes(content))


BAD: dict[str, tuple[Callable[[ModelFolder], Path], StoreFault]] = {
    "absent": (lambda m: m.path / "none", StoreFault.UNREADABLE),
    "picture": (lambda m: write(m.path.parent / "a.jpg", b"\xff\xd8"), StoreFault.NOT_A_MODEL),
    "no-config": (lambda m: (m.path / CONFIG_FILE).rename(m.path / "x").parent, StoreFault.NOT_A_MODEL),
    "two-models": (lambda m: make_model(m.path.parent, "b").path.parent, StoreFault.SEVERAL_MODELS),
    "no-json": (lambda m: write(m.path / CONFIG_FILE, b"{").parent, StoreFault.NOT_A_MODEL),
    "no-utf-8": (lambda m: write(m.path / CONFIG_FILE, b"\xff").parent, StoreFault.NOT_A_MODEL),
    "damaged-file": (lambda m: write(m.path / "encoder.onnx", b"x").parent, StoreFault.DAMAGED),
    "missing-file": (lambda m: (m.path / "encoder.onnx").rename(m.path / "x").parent, StoreFault.DAMAGED),
    "damaged-zip": (damaged_zip, StoreFault.UNREADABLE),
    "truncated-zip": (truncated, StoreFault.NOT_A_MODEL),
    "locked-zip": (locked, StoreFault.UNREADABLE),
    "name-leads-out": (lambda m: renamed(m, name="../đâu đó"), StoreFault.UNSAFE),
    "name-is-hidden": (lambda m: renamed(m, name=".replaced-starter"), StoreFault.UNSAFE),
    "name-of-windows-drive": (lambda m: renamed(m, name="C:x"), StoreFault.UNSAFE),
    "file-leads-out": (lambda m: renamed(m, files={"../../x": "0" * 64}), StoreFault.UNSAFE),
    "file-is-absolute": (lambda m: renamed(m, files={"/etc/passwd": "0" * 64}), StoreFault.UNSAFE),
    "file-with-backslashes": (lambda m: renamed(m, files={"..\\x": "0" * 64}), StoreFault.UNSAFE),
    "zip-leads-out": (lambda m: zip_with(m, "../../x"), StoreFault.UNSAFE),
    "zip-leads-out-inside": (lambda m: zip_with(m, "a/../../x"), StoreFault.UNSAFE),
    "zip-leads-out-on-windows": (lambda m: zip_with(m, "..\\..\\x"), StoreFault.UNSAFE),
    "zip-names-a-drive": (lambda m: zip_with(m, "C:/x"), StoreFault.UNSAFE),
    "zip-is-absolute": (lambda m: zip_with(m, "/tmp/x"), StoreFault.UNSAFE),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_one_fault_for_each(installer: ModelInstaller, brought: ModelFolder, name: str) -> None:
    damage, fault = BAD[name]
    before = sorted(installer.root.parent.rglob("*"))
    assert refused(installer, damage(brought)) is fault
    after = {path for path in installer.root.parent.rglob("*") if "Thẻ nhớ" not in path.parts}
    assert after - set(before) == {installer.root, installer.root / ".lock"}


def test_what_other_programs_add_to_zip_files_is_no_harm(
    installer: ModelInstaller, brought: ModelFolder
) -> None:
    path = zip_with(brought, "__MACOSX/._config.json")
    assert installer.import_from(path).name == "ktvic"


def test_a_stick_that_is_taken_out_meanwhile(
    installer: ModelInstaller, brought: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a device that fails while it is read THEN the blame is not put on the disk."""
    plain = Path.open

    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    def opened(self: Path, mode: str = "r", **options: Any) -> IO[Any]:
        if self == brought.path / "encoder.onnx" and mode == "rb":
            return Failing()
        return plain(self, mode, **options)

    monkeypatch.setattr(Path, "open", opened)
    assert refused(installer, brought.path) is StoreFault.UNREADABLE


def test_called_off(installer: ModelInstaller, brought: ModelFolder) -> None:
    transfer = Transfer()
    transfer.cancel()
    with pytest.raises(StoreError) as caught:
        installer.import_from(brought.path, transfer)
    assert caught.value.fault is StoreFault.CANCELLED
    assert visible(installer.root) == []


def test_a_folder_of_a_folder_is_copied(tmp_path: Path, brought: ModelFolder) -> None:
    """GIVEN a model with a file in a folder of its own THEN it arrives there."""
    (brought.path / "gpu").mkdir()
    (brought.path / "encoder.onnx").rename(brought.path / "gpu" / "encoder.onnx")
    files = {"gpu/encoder.onnx": brought.config.files["encoder.onnx"]}
    renamed(brought, files=files)
    (tmp_path / "copy").mkdir()
    copy_package(brought.path, tmp_path / "copy", Transfer())
    assert (tmp_path / "copy" / "gpu" / "encoder.onnx").is_file()
