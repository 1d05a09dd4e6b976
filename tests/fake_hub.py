"""A server on this computer that answers the few requests of the Hugging Face hub which this program
makes.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

MAIN, CONVERTED = "a" * 40, "b" * 40
"""Commits of the main branch and of the conversion bot's pull request."""


@dataclass
class Repository:
    """What a repository has.

    Attributes:
        files: on the main branch.
        licence: ``None`` when it states none.
        converted: files of the pull request number 1; empty when there is none.
        converter: who made the pull request.
    """

    files: dict[str, bytes]
    licence: str | None = None
    converted: dict[str, bytes] = field(default_factory=dict)
    converter: str = "SFconvertbot"

    def at(self, revision: str) -> tuple[str, dict[str, bytes]] | None:
        if revision in ("main", MAIN):
            return MAIN, self.files
        if self.converted and revision in ("refs/pr/1", CONVERTED):
            return CONVERTED, self.converted
        return None


@dataclass
class FakeHub:
    """A running server.

    Attributes:
        repositories: ``owner/name`` -> its contents.
        requests: methods and paths, in order.
        url: what ``HF_ENDPOINT`` is set to.
    """

    repositories: dict[str, Repository]
    requests: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def fetched(self) -> list[str]:
        """Names of the files that were given out."""
        return [
            line.rpartition("/")[2]
            for line in self.requests
            if line.startswith("GET") and "/resolve/" in line
        ]


def use_hub(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``HF_ENDPOINT`` does before the hub's library is imported."""
    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: FakeHub

    def log_message(self, *_: object) -> None: ...

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append(f"{self.command} {path}")
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            self._describe("/".join(parts[2:4]), parts[4], "/".join(parts[5:]))
        else:
            self._file("/".join(parts[:2]), parts[3], "/".join(parts[4:]))

    def _describe(self, name: str, what: str, revision: str) -> None:
        repository = self.hub.repositories.get(name)
        if repository is None:
            return self._refuse("RepoNotFound")
        if what == "discussions":
            return self._json(_discussions(name, repository))
        found = repository.at(revision)
        if found is None:
            return self._refuse("RevisionNotFound")
        commit, files = found
        siblings = [{"rfilename": file, "size": len(data)} for file, data in files.items()]
        card = {"license": repository.licence} if repository.licence else {}
        return self._json({"id": name, "sha": commit, "siblings": siblings, "cardData": card})

    def _file(self, name: str, revision: str, file: str) -> None:
        repository = self.hub.repositories.get(name)
        found = repository and repository.at(revision)
        if not found or file not in found[1]:
            return self._refuse("EntryNotFound")
        commit, files = found
        headers = {"ETag": f'"{hashlib.sha256(files[file]).hexdigest()}"', "X-Repo-Commit": commit}
        return self._send(files[file], headers)

    def _json(self, value: Any) -> None:
        self._send(json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _refuse(self, code: str) -> None:
        self._send(b"", {"X-Error-Code": code}, status=404)

    def _send(self, body: bytes, headers: dict[str, str], status: int = 200) -> None:
        self.send_response(status)
        for key, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


@contextmanager
def serve_hub(repositories: dict[str, Repository]) -> Iterator[FakeHub]:
    hub = FakeHub(repositories)

    class Handler(_Handler):
        """Each server has its own repositories."""

    Handler.hub = hub
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _discussions(name: str, repository: Repository) -> dict[str, Any]:
    rows = []
    if repository.converted:
        rows.append(
            {
                "num": 1, "title": "Adding `safetensors` variant of this model", "status": "open",
                "author": {"name": repository.converter}, "isPullRequest": True,
                "createdAt": "2024-01-01T00:00:00.000Z", "repo": {"name": name, "type": "model"},
            }
        )  # fmt: skip
    return {"discussions": rows, "count": len(rows), "start": 0, "numClosedDiscussions": 0}
