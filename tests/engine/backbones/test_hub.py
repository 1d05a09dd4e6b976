"""What a name stands for on the hub is told before anything is fetched, and only safetensors are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.backbones.hub import fetch, look_up
from engine.backbones.repositories import wanted_files
from engine.backbones.source import parse_source
from engine.contract import ModelMismatch, ModelMissing
from tests.fake_hub import CONVERTED, MAIN, FakeHub, Repository, serve_hub, use_hub

SAFE = {"config.json": b"{}", "model.safetensors": b"w" * 1000, "tokenizer.json": b"[]"}
PICKLED = {"config.json": b"{}", "pytorch_model.bin": b"w" * 1000}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with serve_hub({"o/safe": Repository(SAFE, licence="mit"), "o/pickled": Repository(PICKLED)}) as server:
        use_hub(server.url, monkeypatch)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
        yield server


def test_tells_before_it_fetches(hub: FakeHub) -> None:
    found = look_up(wanted_files(parse_source("hf:o/safe")))
    assert hub.fetched == []
    assert str(found.source) == f"hf:o/safe@{MAIN}"
    assert found.size_bytes == 1004
    assert (found.licence, found.conversion, found.fetched) == ("mit", False, False)
    assert "licence mit" in str(found)


def test_fetches_once_and_pinned(hub: FakeHub) -> None:
    found = look_up(wanted_files(parse_source("hf:o/safe")))
    folder = fetch(found)
    assert folder.name == MAIN
    assert (folder / "model.safetensors").read_bytes() == SAFE["model.safetensors"]
    assert sorted(hub.fetched) == sorted(SAFE)
    again = look_up(wanted_files(found.source))
    assert again.fetched
    fetch(again)
    assert len(hub.fetched) == len(SAFE)


def test_no_licence_is_said_plainly(hub: FakeHub) -> None:
    hub.repositories["o/safe"].licence = None
    assert "states no licence" in str(look_up(wanted_files(parse_source("hf:o/safe"))))


def test_pickles_are_never_fetched(hub: FakeHub) -> None:
    with pytest.raises(ModelMissing, match=r"no model\.safetensors.*can run code"):
        look_up(wanted_files(parse_source("hf:o/pickled")))
    assert hub.fetched == []


def test_the_bots_conversion_stands_in_for_a_pickle(hub: FakeHub) -> None:
    hub.repositories["o/pickled"].converted = SAFE
    found = look_up(wanted_files(parse_source("hf:o/pickled")))
    assert (found.source.revision, found.conversion) == (CONVERTED, True)
    assert "converted by the hub's own bot" in str(found)
    assert fetch(found).name == CONVERTED


def test_a_strangers_conversion_does_not(hub: FakeHub) -> None:
    hub.repositories["o/pickled"].converted = SAFE
    hub.repositories["o/pickled"].converter = "stranger"
    with pytest.raises(ModelMissing, match="can run code"):
        look_up(wanted_files(parse_source("hf:o/pickled")))


@pytest.mark.parametrize(
    ("name", "reason"),
    [("hf:o/none", "There is no o/none"), (f"hf:o/safe@{'c' * 40}", "no such commit")],
)
def test_what_is_not_there(hub: FakeHub, name: str, reason: str) -> None:
    with pytest.raises(ModelMissing, match=reason):
        look_up(wanted_files(parse_source(name)))


def test_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    use_hub("http://127.0.0.1:9", monkeypatch)
    with pytest.raises(ModelMissing, match=r"connect this computer.*HF_ENDPOINT.*dir:") as caught:
        look_up(wanted_files(parse_source("hf:o/safe")))
    assert "\n" not in str(caught.value)


def test_a_connection_that_breaks_off(hub: FakeHub) -> None:
    found = look_up(wanted_files(parse_source("hf:o/safe")))
    del hub.repositories["o/safe"]
    with pytest.raises(ModelMissing):
        fetch(found)


@pytest.mark.parametrize(
    ("name", "repository", "weights"),
    [
        ("open_clip:ViT-B-32-quickgelu/openai", "timm/vit_base_patch32_clip_224.openai",
        "open_clip_model.safetensors"), ("open_clip:ViT-B-16-SigLIP2-256/webli", "timm/ViT-B-16-SigLIP2-256",
        "open_clip_model.safetensors"), ("timm:tf_efficientnet_lite2", "timm/tf_efficientnet_lite2.in1k",
        "model.safetensors"), ("hf:NlpHUST/gpt2-vietnamese", "NlpHUST/gpt2-vietnamese", "model.safetensors"),
    ],
)  # fmt: skip
def test_repositories(name: str, repository: str, weights: str) -> None:
    wanted = wanted_files(parse_source(name))
    assert (wanted.repository, wanted.weights) == (repository, weights)


@pytest.mark.parametrize("name", ["open_clip:ViT-B-32/none", "open_clip:none/openai", "timm:none"])
def test_names_nobody_knows(name: str) -> None:
    with pytest.raises(ModelMissing):
        wanted_files(parse_source(name))


def test_names_with_commits() -> None:
    source = parse_source(f"hf:o/m@{MAIN}")
    assert (source.name, source.revision, str(source)) == ("o/m", MAIN, f"hf:o/m@{MAIN}")
    assert parse_source(f"dir:/m@{MAIN}").revision == ""
    assert parse_source("hf:o/m@main").name == "o/m@main"
    for wrong in ("gpt2", "ftp:x", "hf:"):
        with pytest.raises(ModelMismatch, match="must be one of"):
            parse_source(wrong)
