"""Model folders for tests of the store: right in every name and checksum, and a few kilobytes large."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.catalogue import OfferedFile, OfferedModel
from engine.downloading import Patience
from engine.store import CONFIG_FILE, ModelFolder, open_folder
from tests.bad_server import BadServer, Manners, tag
from tests.tiny import tiny_config

QUICK = Patience(connect_s=2.0, silence_s=2.0, pauses_s=(0.0, 0.0, 0.0))

SIZE = 100_000
"""Bytes of the largest file."""


def make_model(root: Path, name: str = "ktvic", seed: int = 0) -> ModelFolder:
    """Write a model folder whose networks are noise.

    Args:
        root: gets the folder ``name``.
        name: of the model.
        seed: other seeds make other files.
    """
    noise = np.random.default_rng(seed)
    contents = {
        "encoder.onnx": noise.bytes(SIZE),
        "decoder.onnx": noise.bytes(SIZE // 2),
        "tokenizer.json": b"{}",
    }
    folder = root / name
    folder.mkdir(parents=True)
    for file, content in contents.items():
        (folder / file).write_bytes(content)
    digests = {file: hashlib.sha256(content).hexdigest() for file, content in contents.items()}
    config = replace(tiny_config(), name=name, files=digests, licence="chỉ để thử")
    (folder / CONFIG_FILE).write_text(config.to_json(), encoding="utf-8")
    (folder / "MODEL_CARD.md").write_text("# thử\n", encoding="utf-8")
    return open_folder(folder)


def offer(folder: ModelFolder, *bases: str) -> OfferedModel:
    """A catalogue's entry for the files a config names.

    Args:
        folder: the model.
        bases: addresses of the mirrors, without the name of the file.
    """
    files = []
    for name in (CONFIG_FILE, *folder.config.files):
        content = (folder.path / name).read_bytes()
        files.append(
            OfferedFile(
                path=name,
                size_bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                mirrors=tuple(f"{base}/{name}" for base in bases),
            )
        )
    texts = {"vi": "Mô hình thử", "en": "A test model"}
    return OfferedModel(
        name=folder.name, title=texts, description=texts, licence=folder.config.licence, source="bài thử",
        memory_mb=None, files=tuple(files),
    )  # fmt: skip


def serve_folder(server: BadServer, folder: ModelFolder, prefix: str = "") -> None:
    """Serve a model's files, with their ETags."""
    for file in folder.path.iterdir():
        content = file.read_bytes()
        server.files[f"{prefix}/{file.name}"] = Manners(content, etag=tag(content))


def zip_folder(folder: Path, target: Path, inside: str = "") -> Path:
    """Pack a folder's files.

    Args:
        folder: its files.
        target: the zip file.
        inside: folder in the zip file, with its slash.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.iterdir()):
            packed.write(file, inside + file.name)
    return target


def visible(root: Path) -> list[str]:
    """What a person finds in the folder of the models."""
    return sorted(path.name for path in root.iterdir() if not path.name.startswith("."))
