"""The beginning of a file that is being fetched, and which version of it a server sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from engine.store import sha256
from engine.store_error import storing


class PartFile:
    """A file that grows. Beside it stands what makes a server say "changed meanwhile" when it did.

    Args:
        path: need not be there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._version = path.with_suffix(".version")

    @property
    def size(self) -> int:
        """Bytes that are here."""
        return self.path.stat().st_size if self.path.exists() else 0

    def sha256(self) -> str:
        """SHA-256 of what is here, in hex."""
        return sha256(self.path)

    def forget(self) -> None:
        """Delete it: what is here is wrong."""
        with storing(f"delete {self.path}"):
            self.path.unlink(missing_ok=True)
            self._version.unlink(missing_ok=True)

    def resume_headers(self, url: str) -> dict[str, str]:
        """What to ask an address for to get the rest (RFC 9110, 14.2 Range and 13.1.5 If-Range)."""
        if not self.size:
            return {}
        headers = {"Range": f"bytes={self.size}-"}
        try:
            known = json.loads(self._version.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # without it the checksum still decides
            return headers
        return headers | {"If-Range": known["version"]} if known["url"] == url else headers

    def remember(self, url: str, answer: Mapping[str, str]) -> None:
        """Keep which version an address sends.

        Args:
            url: the address.
            answer: the headers of its answer.
        """
        tag = answer.get("ETag", "")
        # If-Range takes no weak tags: they do not promise the same bytes.
        version = tag if tag.startswith('"') else answer.get("Last-Modified")
        with storing(f"write {self._version}"):
            if version:
                self._version.write_text(json.dumps({"url": url, "version": version}), encoding="utf-8")
            else:
                self._version.unlink(missing_ok=True)
