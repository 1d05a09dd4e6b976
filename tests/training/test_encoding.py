"""Encoding survives kills, unreadable photos and full disks."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine import free_space
from engine.store_error import StoreError
from tests.tiny import tiny_config
from training import feature_file
from training.data import DataError
from training.datasets import read_photos
from training.encoding import Encoding, encode
from training.features import FeatureCache, encode_photos

pytestmark = pytest.mark.slow

OPTIONS = tiny_config().preprocessing


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


class Encoder(nn.Module):
    """Colours of the corners; counts the photos that pass, and may be killed on the way."""

    def __init__(self, lasts: int = 1_000_000) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.passed, self._lasts = 0, lasts

    def forward(self, images: Tensor) -> Tensor:
        self.passed += len(images)
        if self.passed > self._lasts:
            raise Killed
        return (images[:, :, ::40, ::40] * self.weight).flatten(2).transpose(1, 2)


@pytest.fixture
def files(toy_data: Path) -> list[Path]:
    return [example.image for example in read_photos(toy_data).examples]


@pytest.mark.parametrize("crops", [0, 1])
def test_goes_on_where_it_was_killed(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crops: int
) -> None:
    """GIVEN a run killed in the third batch, THEN the next does the rest alone, with the same bytes."""
    monkeypatch.setattr(feature_file, "SAVE_EVERY_S", 0.0)
    views = 2 * (1 + crops)
    whole = encode_photos(Encoding(Encoder(), OPTIONS, files, crops), tmp_path / "whole")
    with pytest.raises(Killed):
        encode_photos(Encoding(Encoder(lasts=32 * views + 1), OPTIONS, files, crops), tmp_path)
    assert not list(tmp_path.glob("*.npy"))
    second = Encoder()
    path = encode_photos(Encoding(second, OPTIONS, files, crops), tmp_path)
    assert second.passed == (len(files) - 32) * views
    assert path.read_bytes() == whole.read_bytes()
    assert {file.suffix for file in tmp_path.glob("*.*")} == {".npy", ".json"}


@pytest.mark.parametrize("damage", ["progress", "part", "other"])
def test_what_is_left_of_a_kill_may_be_damaged(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setattr(feature_file, "SAVE_EVERY_S", 0.0)
    path = tmp_path / "features.npy"
    with pytest.raises(Killed):
        encode(Encoding(Encoder(lasts=70), OPTIONS, files), path)
    if damage == "other":
        np.lib.format.open_memmap(path.with_suffix(".part"), "w+", np.float16, (3, 2, 4, 3)).flush()
    else:
        path.with_suffix(f".{damage}").write_bytes(b"{")
    encode(Encoding(Encoder(), OPTIONS, files), path)
    encode(Encoding(Encoder(), OPTIONS, files), tmp_path / "whole.npy")
    assert path.read_bytes() == (tmp_path / "whole.npy").read_bytes()


def test_photos_that_cannot_be_read_are_listed_and_passed_over(
    files: list[Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "training")
    cut_off = tmp_path / "cut.png"
    cut_off.write_bytes(files[0].read_bytes()[:200])
    some = [files[0], cut_off, files[1], tmp_path / "gone.png", *files[2:20]]
    cache = FeatureCache(Encoder(), OPTIONS, some, tmp_path / "features")
    assert cache.unreadable == {1, 3}
    assert [name in caplog.text for name in ("cut.png", "gone.png", "images/s")] == [True] * 3
    again = FeatureCache(Encoder(lasts=0), OPTIONS, some, tmp_path / "features")
    assert again.unreadable == {1, 3}
    rest = FeatureCache(Encoder(), OPTIONS, [files[0], files[1]], tmp_path / "features")
    assert torch.equal(rest[[0, 1], [False, True]], cache[[0, 2], [False, True]])
    with pytest.raises(DataError, match="None of the 2 photos"):
        FeatureCache(Encoder(), OPTIONS, [cut_off, tmp_path / "gone.png"], tmp_path / "features")


def test_a_full_disk_is_seen_before_the_work(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(free_space, "SPARE_BYTES", 1 << 62)
    encoder = Encoder()
    with pytest.raises(StoreError, match="are free"):
        FeatureCache(encoder, OPTIONS, files, tmp_path)
    assert encoder.passed <= 32
    assert not list(tmp_path.glob("*.npy"))


def test_kill_9(files: list[Path], tmp_path: Path) -> None:
    """GIVEN another process that is killed outright, THEN this one goes on and ends with the same bytes."""
    program = f"""
import time, torch
from pathlib import Path
from tests.training import test_encoding as it
from training import feature_file
feature_file.SAVE_EVERY_S = 0.0
class Slow(it.Encoder):
    def forward(self, images):
        time.sleep(0.3)
        return super().forward(images)
files = [Path(file) for file in {[str(file) for file in files]!r}]
it.encode(it.Encoding(Slow(), it.OPTIONS, files), Path({str(tmp_path / "features.npy")!r}))
"""
    process = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2])
    deadline = time.monotonic() + 120
    while not (tmp_path / "features.progress").exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert not (tmp_path / "features.npy").exists()
    encoder = Encoder()
    encode(Encoding(encoder, OPTIONS, files), tmp_path / "features.npy")
    assert encoder.passed < 2 * len(files)
    encode(Encoding(Encoder(), OPTIONS, files), tmp_path / "whole.npy")
    assert (tmp_path / "features.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()
