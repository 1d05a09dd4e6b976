"""From a mapper that was passed on to a model that runs here: fetch what it was built on, export.

Needs the extra ``train``. Nothing is fetched before ``missing_networks`` has said what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.config import is_frozen
from engine.contract import ModelMissing
from engine.store import ModelFolder

if TYPE_CHECKING:
    from engine.backbones import Published

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkOffer:
    """A published network that a model was built on and that is not on this computer.

    Attributes:
        name: the scheme string with the commit.
        repository: ``owner/name`` on the hub.
        size_bytes: of all its files, as far as the hub says.
        licence: as the repository states it; empty when it states none, so that it may not be passed on.
    """

    name: str
    repository: str
    size_bytes: int
    licence: str


def missing_networks(folder: ModelFolder) -> list[NetworkOffer]:
    """Ask the hub about the networks that a model needs for torch or for export and that are not here.

    Does not go to the network when all are here.

    Raises:
        ModelMissing: the hub cannot be reached, has no such network, or the extra ``train`` is not installed.
    """
    return [
        NetworkOffer(
            name=str(item.source),
            repository=item.repository,
            size_bytes=item.size_bytes,
            licence=item.licence,
        )
        for item in _with_extra(lambda: _missing(folder))
    ]


def fetch_networks(folder: ModelFolder) -> None:
    """Fetch what ``missing_networks`` told.

    Raises:
        ModelMissing: as ``missing_networks`` does, or the connection breaks off.
    """

    def work() -> None:
        from engine.backbones import fetch

        for item in _missing(folder):
            fetch(item)

    _with_extra(work)


def export_model(folder: ModelFolder, target: Path, pictures: Sequence[Path]) -> ModelFolder:
    """Turn a model's weights into ONNX in int8 and fp32, check them, and compare their captions.

    Args:
        folder: a model with ``model.safetensors``.
        target: the folder to write; may be the model's own.
        pictures: photos the int8 captions are compared on; ``export.json`` gets the figures.

    Raises:
        ModelMissing: the networks the model was built on, or the extra ``train``, are not on this computer.
        ModelCorrupt, ModelMismatch: the model cannot be built, or the graphs differ from it.
        ImageError: a picture cannot be read.
    """

    def work() -> ModelFolder:
        from engine.export import export_model as export

        return export(folder.path, target, pictures)

    return _with_extra(work)


def _missing(folder: ModelFolder) -> list[Published]:
    from engine.backbones import look_up, missing_parts

    net = folder.config.net
    # The weights of parts that are not frozen are in the model's own file.
    found = [look_up(wanted) for part, wanted in missing_parts(net).items() if is_frozen(net, part)]
    return [item for item in found if not item.fetched]  # a name without a commit is found by asking alone


def _with_extra(work: Callable[[], _T]) -> _T:
    try:
        return work()
    except ImportError as exc:
        raise ModelMissing(
            f"This needs a package that is not installed ({exc.name}): install the extra train, with "
            "pip install 'viclipcap-assistant[train]'."
        ) from exc
