"""The training window with the real training command, a tiny model and pictures of four colours."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QSpinBox

from assistant.model_shelf import ModelShelf
from assistant.training_launch import training_command
from assistant.windows.training_runs import TrainingRuns
from engine import CaptionOptions, ModelFolder, ModelInstaller, ModelStore, load_captioner, read_image
from engine.checkpoint import save
from engine.nets.clipcap import ClipCap
from engine.store import sha256
from tests.assistant.windows.training.conftest import MakeRoom
from tests.assistant.windows.training.room import said, told
from tests.fakes import wait_until

pytestmark = pytest.mark.slow

LIMIT_S = 240.0
COLOURS = {"con mèo đen": (15, 15, 15), "con chó trắng": (240, 240, 240), "đường phố đỏ": (220, 30, 30)}
PHOTOS = 60


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A person's own folder: photos, and a table with a caption for each."""
    folder = tmp_path / "Ảnh của tôi"
    folder.mkdir()
    noise = np.random.default_rng(0)
    lines = ["image,caption"]
    for number in range(PHOTOS):
        name, colour = list(COLOURS.items())[number % len(COLOURS)]
        pixels = (np.array(colour) + noise.normal(0, 8, (64, 64, 3))).clip(0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
        lines.append(f"{number}.png,một {name} đang chạy trên cỏ")
    (folder / "captions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def base_with_weights(model: ModelFolder, network: ClipCap, folder: Path) -> None:
    """A copy of a model that can be trained further."""
    shutil.copytree(model.path, folder)
    save(network, model.config, folder / "model.safetensors")
    files = {**model.config.files, "model.safetensors": sha256(folder / "model.safetensors")}
    (folder / "config.json").write_text(replace(model.config, files=files).to_json(), encoding="utf-8")


def test_from_photos_to_a_model_that_describes(
    make_room: MakeRoom, data: Path, tiny_folder: ModelFolder, tiny_network: ClipCap, tmp_path: Path
) -> None:
    """GIVEN a person's photos, WHEN a run is started, paused, taken up again and used, THEN the app has a
    model of that name, and the model describes.
    """
    base_with_weights(tiny_folder, tiny_network, tmp_path / "real" / "tiny")
    installer = ModelInstaller(tmp_path / "own")
    shelf = ModelShelf(ModelStore([installer.root, tmp_path / "real"]), installer, lambda: "tiny")
    room = make_room(change=lambda shop: replace(shop, shelf=shelf, command=training_command, current="tiny"))
    room.check(data)
    assert said("usable") in room.told[-1]
    room.turn_to("options")
    room.find(QSpinBox, "epochs").setValue(4)
    room.write("name", "của-tôi")
    room.press("start")
    wait_until(lambda: room.state("của-tôi") in ("features", "training"), LIMIT_S)
    runs = room.window.findChild(TrainingRuns)
    assert runs
    runs.look()
    room.press("pause")
    wait_until(lambda: told("paused", name="của-tôi") in room.told, LIMIT_S)
    room.press("pause")
    wait_until(lambda: told("done", name="của-tôi") in room.told, LIMIT_S)
    assert len(room.lines("epochs-so-far")) == 4
    assert "Người viết: một con" in room.read("story") or "Người viết: một đường" in room.read("story")
    room.press("use")
    wait_until(lambda: said("in-use", name="của-tôi") in room.told, LIMIT_S)
    caption = load_captioner(shelf.store.find("của-tôi")).caption(
        read_image(data / "0.png"), CaptionOptions(beam_size=1)
    )
    assert caption.text
