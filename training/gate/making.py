"""Makes the gate's pictures into a folder, the same ones each time."""

from __future__ import annotations

import json
import logging
import random
import zlib
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from engine.contract import Region, Verdict
from training.data import DataError, Dataset
from training.gate import charts, collages, drawings, empties, pages, photos, sheets, windows
from training.gate.browser import find_browser
from training.gate.made import Maker
from training.gate.spoiling import spoil
from training.gate.stock import Stock
from training.progress import Progress

_log = logging.getLogger(__name__)

MANIFEST = "manifest.jsonl"

DRAWN: Mapping[str, Maker] = {
    **empties.MAKERS, **sheets.MAKERS, **windows.MAKERS, **drawings.MAKERS, **charts.MAKERS,
    **photos.MAKERS, **collages.MAKERS,
}  # fmt: skip
"""Source -> maker, all that need no browser."""

MAKERS: Mapping[str, Maker] = {**DRAWN, **pages.MAKERS}

PARTS = {"fit": "train", "test": "val"}
"""Part of the pictures -> split of the photos used in it."""


BROWSER_SHARE = 0.6

_WORKERS = 2
_SAVING: Mapping[str, dict[str, Any]] = {
    "jpg": {"quality": 95, "subsampling": 0},
    "png": {"compress_level": 1},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture in the folder.

    Attributes:
        file: its name.
        kind: what the gate ought to say.
        source: its maker.
        part: ``fit`` or ``test``.
        photos: where its photos are.
    """

    file: str
    kind: Verdict
    source: str
    part: str
    photos: tuple[Region, ...]


def make(folder: Path, dataset: Dataset, counts: Mapping[str, int], *, seed: int = 0) -> list[Entry]:
    """Make pictures of every source; those of a browser are left out, with a warning, where there is none.

    Args:
        folder: where to; files that are there already are not written again.
        dataset: photos.
        counts: part -> pictures per source, before each is spoilt in two ways; the browser, which takes
            seconds for one, makes ``BROWSER_SHARE`` of them.
        seed: decides everything.

    Raises:
        DataError: there are no photos of a part.
    """
    folder.mkdir(parents=True, exist_ok=True)
    makers = MAKERS if find_browser() else DRAWN
    if makers is DRAWN:
        _log.warning("No Chromium was found: without the pages it renders.")
    files = {part: _photo_files(dataset, PARTS[part]) for part in counts}
    tasks = [
        (folder, part, source, number, seed)
        for part, count in counts.items()
        for source in makers
        for number in range(round(count * (BROWSER_SHARE if source in pages.MAKERS else 1)))
    ]
    entries: list[Entry] = []
    with Progress("pictures", total=len(tasks)) as progress, ProcessPoolExecutor(_WORKERS) as pool:
        for kept in pool.map(_keep, tasks, [files[task[1]] for task in tasks], chunksize=4):
            entries += kept
            progress.advance(1)
    lines = "".join(json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in entries)
    (folder / MANIFEST).write_text(lines, encoding="utf-8")
    return entries


def _photo_files(dataset: Dataset, split: str) -> list[Path]:
    files = [example.image for example in dataset.examples if example.split == split]
    if not files:
        raise DataError(f"There are no photos of the split {split}. Give the data folder with --data.")
    return files


def _keep(task: tuple[Path, str, str, int, int], photos: list[Path]) -> list[Entry]:
    """One picture as made, and spoilt in two ways."""
    folder, part, source, number, seed = task
    rng = random.Random(zlib.crc32(f"{seed}/{part}/{source}/{number}".encode()))
    made = MAKERS[source](rng, Stock(photos))
    entries = []
    for version, picture in enumerate((made, spoil(rng, made), spoil(rng, made))):
        # Photos arrive as JPEG; lossless they would fill the disk.
        ending = "jpg" if picture.kind is Verdict.PHOTO else "png"
        file = f"{part}-{source}-{number:04}-{version}.{ending}"
        if not (folder / file).exists():
            unfinished = folder / f"part-{file}"
            picture.image.save(unfinished, **_SAVING[ending])
            unfinished.replace(folder / file)
        entries.append(Entry(file, picture.kind, source, part, picture.photos))
    return entries


def read(folder: Path) -> list[Entry]:
    """What ``make`` left.

    Raises:
        DataError: it left nothing there.
    """
    file = folder / MANIFEST
    if not file.is_file():
        raise DataError(f"There is no {file}. Make the pictures first, with --make.")
    entries = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        regions = tuple(Region(**region) for region in row.pop("photos"))
        entries.append(Entry(**{**row, "kind": Verdict(row["kind"]), "photos": regions}))
    return entries


def read_picture(folder: Path, entry: Entry) -> Image.Image:
    """The picture of an entry, RGB."""
    return Image.open(folder / entry.file).convert("RGB")
