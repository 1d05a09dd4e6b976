"""The person's models after kills, with full disks, and while others change them too."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from engine.catalogue import catalogue_json
from engine.free_space import SPARE_BYTES
from engine.installer import ModelInstaller
from engine.store import ModelStore, open_folder
from engine.store_error import StoreError, StoreFault
from tests.bad_server import BadServer, serving
from tests.store_models import QUICK, SIZE, make_model, offer, serve_folder, visible, zip_folder

ROOT = Path(__file__).resolve().parents[2]
ENCODER = "/encoder.onnx"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def server() -> Iterator[BadServer]:
    with serving() as running:
        yield running


@pytest.fixture
def installer(tmp_path: Path) -> ModelInstaller:
    return ModelInstaller(tmp_path / "own", QUICK)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 128 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "none", str(place)], capture_output=True, check=False
    ) if shutil.which("mount") else None  # fmt: skip
    if done is None or done.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fault_of(caught: pytest.ExceptionInfo[StoreError]) -> StoreFault:
    return caught.value.fault


class TestDisk:
    def test_too_little_space_is_found_before_anything_is_written(
        self, server: BadServer, installer: ModelInstaller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = make_model(tmp_path / "published")
        serve_folder(server, folder)
        model = offer(folder, server.address)
        free = model.size_bytes + SPARE_BYTES
        monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(10**9, 0, free - 1))
        with pytest.raises(StoreError) as caught:
            installer.fetch(model)
        assert fault_of(caught) is StoreFault.NO_SPACE
        assert caught.value.values == {"needed_mb": 51, "free_mb": 50}
        assert server.asked == []
        monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(10**9, 0, free))
        installer.fetch(model).verify()

    def test_what_is_here_already_needs_no_space(
        self, server: BadServer, installer: ModelInstaller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = make_model(tmp_path / "published")
        serve_folder(server, folder)
        server.files[ENCODER].die_after, server.files[ENCODER].ranges = SIZE // 2, False
        model = offer(folder, server.address)
        with pytest.raises(StoreError):
            installer.fetch(model)
        server.files[ENCODER].die_after, server.files[ENCODER].ranges = None, True
        free = SPARE_BYTES + model.size_bytes - installer.kept_bytes(model)
        monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(10**9, 0, free))
        installer.fetch(model).verify()

    def test_the_disk_fills_while_it_is_fetched_and_is_cleared(
        self, server: BadServer, tmp_path: Path, tiny_disk: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(10**9, 0, 10**9))
        folder = make_model(tmp_path / "published")
        serve_folder(server, folder)
        (tiny_disk / "other").write_bytes(bytes(60_000))
        installer, model = ModelInstaller(tiny_disk / "own", QUICK), offer(folder, server.address)
        with pytest.raises(StoreError) as caught:
            installer.fetch(model)
        assert fault_of(caught) is StoreFault.DISK_FULL
        assert visible(installer.root) == []
        server.asked.clear()
        (tiny_disk / "other").unlink()
        with pytest.raises(StoreError) as caught:  # 150 kB never fit; the first file now does
            installer.fetch(model)
        assert fault_of(caught) is StoreFault.DISK_FULL
        assert server.asked[0][1].startswith("bytes=")
        assert [path for path, _ in server.asked] == [ENCODER, "/decoder.onnx"]

    def test_the_disk_fills_while_it_is_copied(
        self, tmp_path: Path, tiny_disk: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(10**9, 0, 10**9))
        installer = ModelInstaller(tiny_disk / "own")
        path = zip_folder(make_model(tmp_path / "stick").path, tmp_path / "a.zip")
        with pytest.raises(StoreError) as caught:
            installer.import_from(path)
        assert fault_of(caught) is StoreFault.DISK_FULL
        assert {path.name for path in installer.root.iterdir()} <= {".lock"}

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        with pytest.raises(StoreError) as caught:
            ModelInstaller(tmp_path / "file" / "own").import_from(make_model(tmp_path / "stick").path)
        assert fault_of(caught) is StoreFault.FAILED


FETCH = """
import sys
from pathlib import Path
from engine import ModelInstaller, Transfer, read_catalogue
told = Transfer(lambda done, total: print(done, flush=True))
ModelInstaller(Path(sys.argv[1])).fetch(read_catalogue(sys.argv[2])[0], told)
"""


class TestKills:
    @pytest.mark.slow
    def test_a_process_killed_while_it_downloads(
        self, server: BadServer, installer: ModelInstaller, tmp_path: Path
    ) -> None:
        """GIVEN kill -9 in the middle THEN nothing is half installed, and the rest is fetched later."""
        folder = make_model(tmp_path / "published")
        serve_folder(server, folder)
        server.files[ENCODER].drip_s = 0.005
        old = make_model(installer.root, "ktvic", seed=5)
        model = offer(folder, server.address)
        catalogue = tmp_path / "catalogue.json"
        catalogue.write_text(catalogue_json([model]), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-c", FETCH, str(installer.root), str(catalogue)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout
        while int(process.stdout.readline()) < model.files[0].size_bytes + 5_000:
            pass
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        process.stdout.close()
        assert visible(installer.root) == ["ktvic"]
        old.verify()
        assert [found.config for found in ModelStore([installer.root])] == [old.config]
        server.files[ENCODER].drip_s = 0
        server.asked.clear()
        installer.fetch(model).verify()
        (asked,) = server.ranges(ENCODER)
        assert int(asked.removeprefix("bytes=").rstrip("-")) > 1_000
        assert open_folder(installer.root / "ktvic").config == folder.config

    def test_killed_between_the_two_renames(
        self, installer: ModelInstaller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """GIVEN an old model already moved aside THEN the next change brings it back."""
        installer.import_from(make_model(tmp_path / "old").path)
        (installer.root / "ktvic").rename(installer.root / ".replaced-ktvic")
        (installer.root / ".passing-0123").mkdir()
        installer.import_from(make_model(tmp_path / "stick", "b").path)
        assert visible(installer.root) == ["b", "ktvic"]
        assert {path.name for path in installer.root.iterdir() if path.name.startswith(".")} <= {".lock"}
        open_folder(installer.root / "ktvic").verify()

    def test_killed_before_the_old_one_was_deleted(self, installer: ModelInstaller, tmp_path: Path) -> None:
        folder = installer.import_from(make_model(tmp_path / "new").path)
        make_model(tmp_path / "older", seed=1).path.rename(installer.root / ".replaced-ktvic")
        installer.import_from(make_model(tmp_path / "stick", "b").path)
        assert not (installer.root / ".replaced-ktvic").exists()
        assert open_folder(folder.path).config == folder.config

    def test_the_last_rename_is_refused(
        self, installer: ModelInstaller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """GIVEN a system that does not let the new folder have its name THEN the old one has it again."""
        old = installer.import_from(make_model(tmp_path / "old").path)
        plain = Path.rename

        def rename(self: Path, target: Path) -> Path:
            if self.name.startswith(".passing-"):
                raise PermissionError(13, "in use")
            return plain(self, target)

        monkeypatch.setattr(Path, "rename", rename)
        with pytest.raises(StoreError) as caught:
            installer.import_from(make_model(tmp_path / "new", seed=1).path)
        assert fault_of(caught) is StoreFault.READ_ONLY
        assert visible(installer.root) == ["ktvic"]
        old.verify()


class TestOthers:
    def test_one_change_at_a_time(self, installer: ModelInstaller, tmp_path: Path) -> None:
        folder = make_model(tmp_path / "stick")
        installer.root.mkdir()
        with FileLock(installer.root / ".lock"), pytest.raises(StoreError) as caught:
            installer.import_from(folder.path)
        assert fault_of(caught) is StoreFault.BUSY
        installer.import_from(folder.path)

    def test_removing(self, installer: ModelInstaller, tmp_path: Path) -> None:
        folder = installer.import_from(make_model(tmp_path / "stick").path)
        installer.remove(folder)
        assert visible(installer.root) == []
        assert {path.name for path in installer.root.iterdir()} <= {".lock"}

    def test_only_ones_own(self, installer: ModelInstaller, tmp_path: Path) -> None:
        folder = make_model(tmp_path / "builtin")
        with pytest.raises(StoreError) as caught:
            installer.remove(folder)
        assert fault_of(caught) is StoreFault.NOT_OWN
        folder.verify()

    def test_removing_what_is_gone(self, installer: ModelInstaller, tmp_path: Path) -> None:
        folder = installer.import_from(make_model(tmp_path / "stick").path)
        shutil.rmtree(folder.path)
        with pytest.raises(StoreError) as caught:
            installer.remove(folder)
        assert fault_of(caught) is StoreFault.FAILED

    def test_a_half_fetched_model_is_not_listed(self, installer: ModelInstaller, tmp_path: Path) -> None:
        make_model(installer.root / ".fetching-ktvic", "files")
        make_model(installer.root, ".replaced-ktvic")
        assert list(ModelStore([installer.root])) == []
