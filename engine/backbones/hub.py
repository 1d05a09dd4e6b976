"""What a name stands for on the Hugging Face hub, and fetching it. ``HF_ENDPOINT`` and proxies are honoured.

Not run: against huggingface.co itself; the tests speak with a local server that knows the same few requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from huggingface_hub import HfApi, constants, hf_hub_download, try_to_load_from_cache
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

from engine.backbones.source import Source, Wanted
from engine.contract import ModelMissing

CONVERSION_BOT = "SFconvertbot"
"""The hub's own account that offers safetensors conversions as pull requests. ``transformers`` trusts it
too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What would be fetched for a network's name.

    Attributes:
        source: the network, pinned to a commit.
        repository: ``owner/name`` on the hub.
        weights: its safetensors file.
        sizes: file name -> bytes; ``None`` where the hub does not say.
        licence: as the repository states it; empty when it states none.
        conversion: the files come from a pull request of the hub's conversion bot.
        fetched: all files are on this computer already.
    """

    source: Source
    repository: str
    weights: str
    sizes: dict[str, int | None]
    licence: str
    conversion: bool
    fetched: bool

    @property
    def size_bytes(self) -> int:
        """Bytes of all files whose size is known."""
        return sum(size or 0 for size in self.sizes.values())

    def __str__(self) -> str:
        licence = f"licence {self.licence}" if self.licence else "states no licence: not to be passed on"
        origin = ", converted by the hub's own bot" if self.conversion else ""
        state = ", already on this computer" if self.fetched else ""
        return (
            f"{self.source.scheme}:{self.source.name}: {self.repository}, commit "
            f"{self.source.revision}{origin}, {self.size_bytes / 1e6:.0f} MB, {licence}{state}"
        )


def look_up(wanted: Wanted) -> Published:
    """Ask the hub what a network's name stands for. Fetches no weights.

    Raises:
        ModelMissing: the hub cannot be reached, knows no such repository or revision, or the repository has
            no safetensors file.
    """
    api = HfApi()
    with _plain_errors(wanted.repository):
        info = _info(api, wanted, wanted.source.revision or "main")
        conversion = False
        if wanted.weights not in _files(info) and not wanted.source.revision:
            revision = _conversion(api, wanted.repository)
            conversion = revision is not None
            info = _info(api, wanted, revision) if revision else info
    files = _files(info)
    if wanted.weights not in files:
        raise ModelMissing(
            f"Cannot use {wanted.source}: {wanted.repository} has no {wanted.weights} at {info.sha}, and "
            "other formats are not read, since they can run code. Name a commit that has it after @, or "
            "convert the weights to safetensors and name their folder as dir:FOLDER."
        )
    sizes = {name: files[name] for name in (wanted.weights, *wanted.others) if name in files}
    card: Any = info.card_data or {}
    source = wanted.source.pinned(str(info.sha))
    return Published(
        source=source,
        repository=wanted.repository,
        weights=wanted.weights,
        sizes=sizes,
        licence=str(card.get("license") or ""),
        conversion=conversion,
        fetched=all(cached(wanted.repository, name, source.revision) for name in sizes),
    )


def fetch(published: Published) -> Path:
    """Fetch what ``look_up`` found, or what is missing of it; returns the folder of its files.

    Raises:
        ModelMissing: the hub cannot be reached or breaks off.
    """
    with _plain_errors(published.repository):
        paths = [
            hf_hub_download(published.repository, name, revision=published.source.revision)
            for name in published.sizes
        ]
    return Path(paths[0]).parent


def cached(repository: str, file: str, revision: str) -> Path | None:
    """A file of the hub that is on this computer; ``None`` when it is not."""
    found = try_to_load_from_cache(repository, file, revision=revision or "main")
    return Path(found) if isinstance(found, str) else None


def _info(api: HfApi, wanted: Wanted, revision: str) -> Any:
    return api.model_info(wanted.repository, revision=revision, files_metadata=True)


def _files(info: Any) -> dict[str, int | None]:
    return {item.rfilename: item.size for item in info.siblings or ()}


def _conversion(api: HfApi, repository: str) -> str | None:
    for request in api.get_repo_discussions(
        repository, author=CONVERSION_BOT, discussion_type="pull_request"
    ):
        if request.author == CONVERSION_BOT:
            return f"refs/pr/{request.num}"
    return None


@contextmanager
def _plain_errors(repository: str) -> Iterator[None]:
    """The library's errors as one sentence that says what to do."""
    try:
        yield
    except RevisionNotFoundError as exc:
        raise ModelMissing(
            f"{repository} has no such commit at {constants.ENDPOINT}: check what follows the @."
        ) from exc
    except RepositoryNotFoundError as exc:
        raise ModelMissing(
            f"There is no {repository} at {constants.ENDPOINT}, or it may not be read without logging in: "
            "check its name."
        ) from exc
    # RuntimeError: after a lost connection the library may try again on one it has closed itself.
    except (HfHubHTTPError, httpx.HTTPError, OSError, RuntimeError) as exc:
        reason = " ".join(str(exc).split()) or type(exc).__name__
        raise ModelMissing(
            f"Cannot fetch {repository} from {constants.ENDPOINT} ({reason}): connect this computer to the "
            "network, set HF_ENDPOINT to a mirror, or name a folder that has the files as dir:FOLDER."
        ) from exc
