"""Catalogues: written by ``pack_model``, read from files and servers, refused when they make no sense."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.catalogue import (
    BUILTIN_CATALOGUE,
    ENDPOINT_VARIABLE,
    catalogue_json,
    parse_catalogue,
    read_catalogue,
)
from engine.contract import ModelCorrupt
from engine.downloading import Patience
from engine.installer import ModelInstaller
from engine.packing import pack_model
from engine.store import CONFIG_FILE, open_folder
from engine.store_error import StoreError, StoreFault
from tests.bad_server import Manners, serving
from tests.store_models import QUICK, make_model, serve_folder


def entry(**changes: Any) -> dict[str, Any]:
    file = {"path": "config.json", "size_bytes": 3, "sha256": "0" * 64, "mirrors": ["https://a.example/c"]}
    texts = {"vi": "a", "en": "b"}
    return {
        "name": "a", "title": texts, "description": texts, "licence": "MIT", "source": "x", "memory_mb": None,
        "files": [file],
    } | changes  # fmt: skip


def catalogue(*entries: dict[str, Any]) -> str:
    return json.dumps({"format_version": 1, "models": entries})


def with_file(**changes: Any) -> dict[str, Any]:
    made = entry()
    made["files"] = [made["files"][0] | changes]
    return made


def test_the_one_that_ships_can_be_read() -> None:
    read_catalogue(BUILTIN_CATALOGUE)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", StoreFault.BAD_CATALOGUE),
        ("[" * 100_000, StoreFault.BAD_CATALOGUE),
        ("[]", StoreFault.BAD_CATALOGUE),
        ('{"format_version": 2, "models": []}', StoreFault.BAD_CATALOGUE),
        (catalogue(entry(files=[])), StoreFault.BAD_CATALOGUE),
        (catalogue(entry(title="a")), StoreFault.BAD_CATALOGUE),
        (catalogue(entry(memory_mb="600")), StoreFault.BAD_CATALOGUE),
        (catalogue(entry(), entry()), StoreFault.BAD_CATALOGUE),
        (catalogue(entry(files=entry()["files"] * 2)), StoreFault.BAD_CATALOGUE),
        (catalogue(with_file(size_bytes=-1)), StoreFault.BAD_CATALOGUE),
        (catalogue(with_file(size_bytes=1.5)), StoreFault.BAD_CATALOGUE),
        (catalogue(with_file(sha256="abc")), StoreFault.BAD_CATALOGUE),
        (catalogue(with_file(mirrors=["file:///etc/passwd"])), StoreFault.BAD_CATALOGUE),
        (catalogue(with_file(path="../config.json")), StoreFault.UNSAFE),
        (catalogue(with_file(path="/config.json")), StoreFault.UNSAFE),
        (catalogue(with_file(path="a\\..\\b")), StoreFault.UNSAFE),
        (catalogue(entry(name="a/b")), StoreFault.UNSAFE),
        (catalogue(entry(name="..")), StoreFault.UNSAFE),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(text: str, fault: StoreFault) -> None:
    with pytest.raises(StoreError) as caught:
        parse_catalogue(text, source="x.json")
    assert caught.value.fault is fault


def test_written_and_read_again(tmp_path: Path) -> None:
    folder = make_model(tmp_path)
    mirrors = ("https://a.example/x/", "{endpoint}/lop/ktvic/resolve/main")
    model = pack_model(folder, title="KTVIC", source="lớp 12", memory_mb=600, mirrors=mirrors)
    assert parse_catalogue(catalogue_json([model]), source="x.json") == (model,)
    assert [file.path for file in model.files] == [
        "config.json", "encoder.onnx", "decoder.onnx", "tokenizer.json", "MODEL_CARD.md",
    ]  # fmt: skip
    assert model.size_bytes == folder.size_bytes
    assert model.files[1].sha256 == folder.config.files["encoder.onnx"]
    assert model.files[1].mirrors[0] == "https://a.example/x/encoder.onnx"


def test_a_damaged_model_is_not_packed(tmp_path: Path) -> None:
    folder = make_model(tmp_path)
    (folder.path / "encoder.onnx").write_bytes(b"x")
    with pytest.raises(ModelCorrupt):
        pack_model(folder, title="a", source="b")


@pytest.mark.parametrize("part", ["encoder", "language_model"])
def test_graphs_with_networks_of_others_are_not_packed(tmp_path: Path, part: str) -> None:
    """GIVEN a model built on a published network, THEN its graphs, which contain it, are not passed on."""
    folder = make_model(tmp_path)
    net = {**folder.config.net, part: {**folder.config.net[part], "frozen": True}}
    config = replace(folder.config, net=net)
    (folder.path / CONFIG_FILE).write_text(config.to_json(), encoding="utf-8")
    with pytest.raises(StoreError) as caught:
        pack_model(open_folder(folder.path), title="a", source="b")
    assert caught.value.fault is StoreFault.BORROWED
    graphs = {name for name in config.files if name.endswith(".onnx")}
    files = {name: digest for name, digest in config.files.items() if name not in graphs}
    (folder.path / CONFIG_FILE).write_text(replace(config, files=files).to_json(), encoding="utf-8")
    packed = pack_model(open_folder(folder.path), title="a", source="b")
    assert not graphs & {file.path for file in packed.files}


def test_a_mirror_that_is_no_address(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="http"):
        pack_model(make_model(tmp_path), title="a", source="b", mirrors=["ftp://a.example"])


def test_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    (model,) = parse_catalogue(catalogue(with_file(mirrors=["{endpoint}/a/b"])), source="x.json")
    monkeypatch.delenv(ENDPOINT_VARIABLE, raising=False)
    assert model.files[0].urls() == ["https://huggingface.co/a/b"]
    monkeypatch.setenv(ENDPOINT_VARIABLE, "https://hub.example/")
    assert model.files[0].urls() == ["https://hub.example/a/b"]
    assert model.hosts() == ["hub.example"]


def test_a_folder_published_with_its_catalogue(tmp_path: Path) -> None:
    """GIVEN a folder as a class would publish it, its catalogue in it, THEN the address is all one needs."""
    folder = make_model(tmp_path / "out")
    packed = catalogue_json([pack_model(folder, title="KTVIC", source="lớp 12")])
    with serving() as server:
        serve_folder(server, folder, "/lop/12")
        server.files["/lop/12/catalogue.json?raw=a/b"] = Manners(packed.encode())
        (model,) = read_catalogue(f"{server.address}/lop/12/catalogue.json?raw=a/b")
        fetched = ModelInstaller(tmp_path / "own", QUICK).fetch(model)
    fetched.verify()
    assert (fetched.path / "MODEL_CARD.md").read_text(encoding="utf-8") == "# thử\n"


def test_a_catalogue_beside_no_server_has_no_address(tmp_path: Path) -> None:
    packed = catalogue_json([pack_model(make_model(tmp_path / "out"), title="KTVIC", source="lớp 12")])
    (tmp_path / "c.json").write_bytes(b"\xef\xbb\xbf" + packed.encode())
    (model,) = read_catalogue(tmp_path / "c.json")
    assert model.files[0].urls() == []
    assert model.hosts() == []


@pytest.mark.parametrize(
    ("manners", "fault"),
    [
        (Manners(status=404), StoreFault.GONE),
        (Manners(status=500), StoreFault.SERVER_FAILED),
        (Manners(b"<html>"), StoreFault.BAD_CATALOGUE),
        (Manners(b"\xff\xfe"), StoreFault.BAD_CATALOGUE),
        (Manners(b" " * 1_000_001), StoreFault.DAMAGED),
        (Manners(b"{}", silent_after=1), StoreFault.INTERRUPTED),
    ],
)
def test_a_server_without_a_catalogue(manners: Manners, fault: StoreFault) -> None:
    with serving() as server:
        server.files["/c.json"] = manners
        with pytest.raises(StoreError) as caught:
            read_catalogue(f"{server.address}/c.json", patience=Patience(silence_s=0.2))
    assert caught.value.fault is fault


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "c.json").write_bytes(content)
    with pytest.raises(StoreError) as caught:
        read_catalogue(tmp_path / "c.json")
    assert caught.value.fault is StoreFault.BAD_CATALOGUE
