"""No photo is taken from outside the folder, whatever a dataset names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.datasets.making import make_photos, own_folder
from training.datasets import examine_photos
from training.datasets.photo_files import PhotoFiles
from training.datasets.problems import Problem


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    make_photos(tmp_path, "secret.png", first_seed=99)
    return tmp_path / "secret.png"


@pytest.mark.parametrize(
    "name", ["../secret.png", "a/../../secret.png", "..\\secret.png", "C:\\secret.png", "~/secret.png"]
)
def test_names_that_lead_out(tmp_path: Path, secret: Path, name: str) -> None:
    folder = own_folder(tmp_path / "set", [(name, "câu"), (str(secret), "câu")])
    dataset = examine_photos(folder)
    assert len(dataset.problems["photo outside the folder"]) == 2
    assert dataset.examples == []


@pytest.mark.parametrize("of_a_folder", [False, True])
def test_links_that_lead_out(tmp_path: Path, secret: Path, of_a_folder: bool) -> None:
    folder = own_folder(tmp_path / "set", [("out/secret.png", "câu"), ("in.png", "câu"), ("0.png", "câu")])
    if of_a_folder:
        (folder / "out").symlink_to(tmp_path, target_is_directory=True)
    else:
        (folder / "out").mkdir()
        (folder / "out" / "secret.png").symlink_to(secret)
    (folder / "in.png").symlink_to(folder / "1.png")
    dataset = examine_photos(folder)
    assert dataset.problems["photo outside the folder"] == ["train/out/secret.png"]
    assert {example.image.name for example in dataset.examples} == {"in.png", "0.png"}


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    own_folder(tmp_path / "set", [("0.png", "câu")], photos=1)
    (tmp_path / "link").symlink_to(tmp_path / "set", target_is_directory=True)
    assert len(examine_photos(tmp_path / "link").examples) == 1


def test_a_name_too_long_for_the_system(tmp_path: Path) -> None:
    dataset = examine_photos(own_folder(tmp_path, [("a" * 5000 + ".png", "câu"), ("0.png", "câu")], photos=1))
    assert len(dataset.problems["photo missing"]) == 1


@given(name=st.text(st.sampled_from("./\\a0:~\0 "), max_size=12))
def test_no_name_finds_anything_outside(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    root = tmp_path_factory.getbasetemp() / "fuzz"
    make_photos(root, "a0", "set/a0", "set/a/0", first_seed=1)
    found = PhotoFiles(root / "set", root / "set").find(name, ["", "a"])
    assert isinstance(found, Problem) or found.resolve().is_relative_to((root / "set").resolve())
