"""Which models can be fetched: what a person must know before, and where their files are.

A catalogue is a JSON file::

    {
      "format_version": 1,
      "models": [
        {
          "name": "ktvic",                          folder and name on the command line
          "title": {"vi": "...", "en": "..."},      short, for lists
          "description": {"vi": "...", "en": "..."},
          "licence": "...",                         in words
          "source": "...",                          who made it and of what, in words or as an address
          "memory_mb": 600,                         while it describes; null when nobody measured it
          "files": [
            {
              "path": "config.json",                in the model's folder, with "/"; this one must be there
              "size_bytes": 1234,
              "sha256": "...",                      64 hex digits
              "mirrors": ["{catalogue}/config.json", "{endpoint}/owner/name/resolve/<commit>/config.json"]
            }
          ]
        }
      ]
    }

In a mirror ``{endpoint}`` is the Hugging Face hub, or what ``HF_ENDPOINT`` puts in its place; ``{catalogue}``
is the folder of the catalogue itself, when that came from a server. Mirrors are tried in their order.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine.downloading import Downloader, Patience
from engine.store import BUILTIN_MODELS, CONFIG_FILE
from engine.store_error import StoreError, StoreFault
from engine.transfer import Transfer

FORMAT_VERSION = 1

BUILTIN_CATALOGUE = BUILTIN_MODELS / "catalogue.json"
"""The catalogue that ships with the program."""

ENDPOINT_VARIABLE = "HF_ENDPOINT"
_HUB = "https://huggingface.co"
_ENDPOINT, _CATALOGUE = "{endpoint}", "{catalogue}"

_LIMIT_BYTES = 1_000_000
_WEB = ("http://", "https://")

_SHA256 = re.compile(r"[0-9a-f]{64}")
# What Windows, too, takes for one plain name: no drive, no stream, no dot or space at an end.
_NAME = re.compile(r'[^\s.\\/:*?"<>|\x00-\x1f]([^\\/:*?"<>|\x00-\x1f]{0,62}[^\s.\\/:*?"<>|\x00-\x1f])?')


def check_path(path: str) -> None:
    """Let only plain names of files and folders through.

    Raises:
        StoreError: the path could lead out of the folder it is meant for, or be read in two ways.
    """
    if not all(_NAME.fullmatch(part) for part in path.split("/")):
        raise StoreError(f"Refused {path!r}: it is no plain path inside a model folder.", StoreFault.UNSAFE)


def check_name(name: str) -> None:
    """Let only names through that are one plain folder.

    Raises:
        StoreError: it is none.
    """
    check_path(name)
    if "/" in name:
        raise StoreError(f"Refused {name!r}: it is no plain name of a model.", StoreFault.UNSAFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFile:
    """A file of a model and where it can be had; see the module."""

    path: str
    size_bytes: int
    sha256: str
    mirrors: tuple[str, ...]

    def __post_init__(self) -> None:
        check_path(self.path)
        if type(self.size_bytes) is not int or self.size_bytes < 0:
            raise ValueError(f"{self.path}: a size is a number of bytes, not {self.size_bytes!r}")
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"{self.path}: a SHA-256 has 64 hex digits in lower case, not {self.sha256!r}")
        if wrong := [url for url in self.mirrors if not url.startswith((*_WEB, _ENDPOINT, _CATALOGUE))]:
            raise ValueError(f"{self.path}: mirrors begin with http:// or https://, not {wrong}")

    def urls(self) -> list[str]:
        """The addresses it can be had from now; none when the catalogue is a file and names no other."""
        endpoint = (os.environ.get(ENDPOINT_VARIABLE) or _HUB).rstrip("/")
        return [url.replace(_ENDPOINT, endpoint) for url in self.mirrors if _CATALOGUE not in url]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedModel:
    """A model that can be fetched; see the module."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    licence: str
    source: str
    memory_mb: int | None
    files: tuple[OfferedFile, ...]

    def __post_init__(self) -> None:
        check_name(self.name)
        paths = [file.path for file in self.files]
        if CONFIG_FILE not in paths or len(set(paths)) < len(paths):
            raise ValueError(f"{self.name}: the files must be distinct and have a {CONFIG_FILE}: {paths}")
        for texts in (self.title, self.description):
            if set(texts) != {"vi", "en"}:
                raise ValueError(f"{self.name}: title and description are wanted in vi and en")
        if self.memory_mb is not None and type(self.memory_mb) is not int:
            raise ValueError(f"{self.name}: memory_mb is a whole number or null, not {self.memory_mb!r}")

    @property
    def size_bytes(self) -> int:
        """Bytes of all files."""
        return sum(file.size_bytes for file in self.files)

    def hosts(self) -> list[str]:
        """The servers it can be had from now, in the order in which they are asked."""
        urls = [url for file in self.files for url in file.urls()]
        return list(dict.fromkeys(urlsplit(url).netloc for url in urls))


def catalogue_json(models: Sequence[OfferedModel]) -> str:
    """The text of a catalogue; ``parse_catalogue`` gives equal models back."""
    content = {"format_version": FORMAT_VERSION, "models": [asdict(model) for model in models]}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def parse_catalogue(text: str, *, source: str) -> tuple[OfferedModel, ...]:
    """Read the text of a catalogue.

    Args:
        text: the JSON.
        source: file or address it came from; an address takes the place of ``{catalogue}``.

    Raises:
        StoreError: ``BAD_CATALOGUE`` or ``UNSAFE``.
    """
    base = source.partition("?")[0].rpartition("/")[0] if source.startswith(_WEB) else _CATALOGUE
    try:
        raw = json.loads(text)
        if raw["format_version"] != FORMAT_VERSION:
            raise ValueError(f"format version {raw['format_version']}, this program reads {FORMAT_VERSION}")
        models = tuple(_model(entry, base) for entry in raw["models"])
        if len({model.name for model in models}) < len(models):
            raise ValueError("a name occurs twice")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
        message = f"Cannot read {source}: it is no valid catalogue ({exc!r})."
        raise StoreError(message, StoreFault.BAD_CATALOGUE) from exc
    return models


def _model(raw: Mapping[str, Any], base: str) -> OfferedModel:
    files = [
        OfferedFile(
            path=file["path"], size_bytes=file["size_bytes"], sha256=file["sha256"],
            mirrors=tuple(url.replace(_CATALOGUE, base) for url in file["mirrors"]),
        )
        for file in raw["files"]
    ]  # fmt: skip
    return OfferedModel(
        name=raw["name"], title=dict(raw["title"]), description=dict(raw["description"]),
        licence=str(raw["licence"]), source=str(raw["source"]), memory_mb=raw["memory_mb"],
        files=tuple(files),
    )  # fmt: skip


def read_catalogue(
    where: str | Path, transfer: Transfer | None = None, patience: Patience | None = None
) -> tuple[OfferedModel, ...]:
    """Read a catalogue from a file or an address.

    Args:
        where: path, or an address that begins with ``http://`` or ``https://``.
        transfer: calls it off.
        patience: with the server.

    Raises:
        StoreError: it cannot be had, or is none.
    """
    source = str(where)
    try:
        if source.startswith(_WEB):
            downloader = Downloader(transfer or Transfer(), patience or Patience())
            content = downloader.content(source, _LIMIT_BYTES)
        else:
            content = Path(source).read_bytes()
        text = content.decode("utf-8-sig")  # editors on Windows write a byte order mark
    except (OSError, UnicodeDecodeError) as exc:
        raise StoreError(f"Cannot read {source}: {exc}.", StoreFault.BAD_CATALOGUE) from exc
    return parse_catalogue(text, source=source)
