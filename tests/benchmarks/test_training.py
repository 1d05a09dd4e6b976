"""What the figures of training rest on: both loops take the same step; the new domain is what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.clipcap_loop import ClipCapLoop
from benchmarks.new_domain import LIGHT, PHOTOS, change, choose, write
from engine.nets.clipcap import ClipCap
from tests.tiny import END_ID
from training.batches import StepRandom
from training.data import Example
from training.datasets import read_photos
from training.objectives import CaptionObjective
from training.recipe import Stage

pytestmark = pytest.mark.slow

CAPTIONS = [[2, 5, 9, END_ID], [3, 4, END_ID], [7, 8, 6, 10, 11, 12, END_ID]]


def test_the_original_loop_and_ours_take_the_same_step(tiny_network: ClipCap) -> None:
    """GIVEN captions padded to 20 tokens there and to 7 here, THEN loss and gradient are the same."""
    width = len(tiny_network.standardise.mean)
    features = torch.randn(3, 5, width, generator=torch.Generator().manual_seed(0))
    features = features[:, :1].expand(-1, tiny_network.mapper.patches.positions.shape[0], -1)
    stage = Stage(
        name="captions", objective="captions", train=("mapper.",), epochs=1, learning_rate=1e-3, batch_size=3
    )
    original = ClipCapLoop(tiny_network, CAPTIONS, features, longest=20, learning_rate=1e-3)
    items = [(photo, ids, "") for photo, ids in enumerate(CAPTIONS)]
    ours = CaptionObjective(tiny_network, items, lambda photos, *_: features[list(photos)], stage)
    tiny_network.eval()
    found = []
    for loss in (original.loss([0, 1, 2]), ours.loss([0, 1, 2], StepRandom(0)).mean):
        tiny_network.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        gradients = [value.grad for value in tiny_network.mapper.parameters() if value.grad is not None]
        found.append((loss.detach(), torch.cat([value.flatten() for value in gradients])))
    assert float(found[1][1].norm()) > 0
    torch.testing.assert_close(found[0], found[1], atol=1e-6, rtol=1e-4)


def test_a_photo_held_sideways_in_dim_light() -> None:
    """GIVEN a photo whose left half is white, THEN the white is below or above, and far less bright."""
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:, :16] = 255
    for left, bright in ((True, slice(20, None)), (False, slice(None, 12))):
        changed = np.asarray(change(Image.fromarray(pixels), left=left))
        assert changed[bright].mean() == pytest.approx(255 * LIGHT, abs=3)
        assert changed.mean() == pytest.approx(255 * LIGHT / 2, abs=3)


def examples(folder: Path) -> list[Example]:
    """A few more photos than are wanted, one without a caption."""
    found, random = [], np.random.default_rng(0)
    for number in range(PHOTOS["train"] + PHOTOS["val"] + 20):
        file = folder / f"{number}.png"
        Image.fromarray(random.integers(0, 256, (16, 16, 3), np.uint8)).save(file)
        split = "val" if number % 2 else "train"
        captions = () if number == 0 else (f"ảnh số {number}",)
        found.append(Example(file.name, file, captions, split if number < 440 else "test", ()))
    return found


def test_which_photos_does_not_depend_on_their_order(tmp_path: Path) -> None:
    given = examples(tmp_path)
    chosen = choose(given)
    assert [one.id for one in chosen] == [one.id for one in choose(given[::-1])]
    counts = {split: sum(one.split == split for one in chosen) for split in PHOTOS}
    assert counts == {"train": 200, "val": 200, "test": sum(one.split == "test" for one in given)}
    assert all(one.captions for one in chosen)


def test_the_folder_can_be_trained_on(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    chosen = choose(examples(tmp_path / "photos"))
    write(chosen, tmp_path / "domain")
    dataset = read_photos(tmp_path / "domain")
    assert {split: len(dataset.split(split)) for split in ("train", "val")} == {"train": 200, "val": 200}
    assert not dataset.problems
