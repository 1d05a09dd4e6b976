"""A model folder -> its entry in a catalogue, for people who publish a model."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from engine.catalogue import OfferedFile, OfferedModel
from engine.config import is_frozen
from engine.packages import DOCUMENTS
from engine.store import CONFIG_FILE, ModelFolder, sha256
from engine.store_error import StoreError, StoreFault

BESIDE_CATALOGUE = "{catalogue}"
"""The mirror of a folder that is published with its catalogue in it."""


def pack_model(
    folder: ModelFolder,
    *,
    title: str,
    source: str,
    memory_mb: int | None = None,
    mirrors: Sequence[str] = (BESIDE_CATALOGUE,),
) -> OfferedModel:
    """Describe a model for a catalogue; sizes and checksums are taken from the files.

    Args:
        folder: verified here.
        title: short; the same in all languages until somebody translates it in the file.
        source: who made it and of what, or an address that says so.
        memory_mb: what it takes while it describes, if measured.
        mirrors: addresses of folders in which the files are; see ``engine.catalogue`` for their places.

    Raises:
        ModelMissing, ModelCorrupt: a file is absent or damaged.
        StoreError: the model or a file has a name that cannot be passed on, or its graphs contain published
            networks that it was built on (BORROWED).
        ValueError: a mirror is no address.
    """
    folder.verify()
    _check_graphs(folder)
    names = [CONFIG_FILE, *folder.config.files]
    names += [name for name in DOCUMENTS if (folder.path / name).is_file() and name not in names]
    return OfferedModel(
        name=folder.name,
        title={"vi": title, "en": title},
        description={"vi": "", "en": ""},
        licence=folder.config.licence,
        source=source,
        memory_mb=memory_mb,
        files=tuple(_file(folder, name, mirrors) for name in names),
    )


def _check_graphs(folder: ModelFolder) -> None:
    """Graphs hold every weight, those of frozen networks too; ``model.safetensors`` leaves these out."""
    frozen = [part for part in folder.config.net if is_frozen(folder.config.net, part)]
    graphs = [name for name in folder.config.files if name.endswith(".onnx")]
    if frozen and graphs:
        raise StoreError(
            f"Cannot pack {folder.name}: {', '.join(graphs)} contain the published {' and '.join(frozen)}. "
            "Pass on the folder of the training run, which has the mapping network alone.",
            StoreFault.BORROWED,
        )


def _file(folder: ModelFolder, name: str, mirrors: Sequence[str]) -> OfferedFile:
    path = folder.path / name
    return OfferedFile(
        path=name,
        size_bytes=path.stat().st_size,
        sha256=sha256(path),
        mirrors=tuple(f"{mirror.rstrip('/')}/{quote(name)}" for mirror in mirrors),
    )
