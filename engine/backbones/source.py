"""Names of networks others trained, and the files such a name stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from engine.contract import ModelMismatch

HUB_SCHEMES = ("hf", "open_clip", "timm")

_REVISION = re.compile(r"@([0-9a-f]{40})$")


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed scheme string.

    Attributes:
        scheme: ``hf``, ``open_clip``, ``timm`` or ``dir``.
        name: what follows the colon, without the revision.
        revision: commit of the hub's repository, 40 hexadecimal digits; empty when it is not pinned.
    """

    scheme: str
    name: str
    revision: str = ""

    def __str__(self) -> str:
        pin = f"@{self.revision}" if self.revision else ""
        return f"{self.scheme}:{self.name}{pin}"

    def pinned(self, revision: str) -> Source:
        """The same network at one commit. A folder has no revision."""
        return self if self.scheme == "dir" else replace(self, revision=revision)


def parse_source(text: str) -> Source:
    """Read a scheme string.

    Raises:
        ModelMismatch: it has no scheme or an unknown one.
    """
    scheme, colon, name = text.partition(":")
    if not colon or not name or scheme not in (*HUB_SCHEMES, "dir"):
        known = ", ".join(f"{scheme}:..." for scheme in (*HUB_SCHEMES, "dir"))
        raise ModelMismatch(f"Cannot build the network {text!r}: its name must be one of {known}.")
    found = None if scheme == "dir" else _REVISION.search(name)
    return Source(scheme, name[: found.start()], found[1]) if found else Source(scheme, name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a network's files are.

    Attributes:
        source: the network.
        repository: on the hub, ``owner/name``; empty for a folder.
        weights: the safetensors file.
        others: files that are needed too, where they exist.
    """

    source: Source
    repository: str
    weights: str
    others: tuple[str, ...] = ()

    @property
    def folder(self) -> Path | None:
        """The folder that a ``dir:`` name gives."""
        return Path(self.source.name).expanduser() if self.source.scheme == "dir" else None
