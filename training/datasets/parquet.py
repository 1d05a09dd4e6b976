"""Reads parquet files as Hugging Face's ``datasets`` writes them: a column of photos, one of captions.

The photos' bytes are written to files once, in the person's cache folder: all that comes after, from the
features to the report of an evaluation, works on photo files, and reading bytes from the middle of a
compressed column again and again is slow. The dataset's folder itself may be read-only. Photos are named by
their SHA-256, so that a photo that comes once for each of its captions is one photo.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import platformdirs

from engine.free_space import require_space
from training.data import DataError
from training.datasets.columns import CAPTION_NAMES, as_captions, column
from training.datasets.gathered import Form, Gathered
from training.datasets.photo_files import SUFFIXES, PhotoFiles
from training.datasets.problems import Problem
from training.datasets.split_names import split_in

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile  # type: ignore[import-untyped]

_PLACES = ("*.parquet", "*/*.parquet", "*/*/*.parquet")

_AT_ONCE = 64
"""Rows in memory; a photo may have megabytes."""

INDEX_FILE = "index.json"
"""In the cache: for each row of each parquet file the photo's name in the cache and its path in the dataset.
Written last, so that with it all is there."""

_Photo = tuple[str | None, str | None]
"""Name in the cache, where the row has the bytes; path in the dataset, where it has one."""

_log = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Where photos from parquet files are kept; may be removed at any time."""
    return platformdirs.user_cache_path("viclipcap", appauthor=False) / "datasets"


def read(folder: Path, files: PhotoFiles) -> Gathered | None:
    """Read all parquet files; their names or folders say for which split they are, else it is training.

    Raises:
        DataError: a file is damaged, or has no such columns.
        StoreError: there is no room for the photos.
    """
    found = next((paths for place in _PLACES if (paths := sorted(folder.glob(place)))), [])
    if not found:
        return None
    cache, photos = _photos({path.relative_to(folder).as_posix(): path for path in found})
    gathered = Gathered()
    for file, rows in zip(found, photos, strict=True):
        split = split_in(file.name) or split_in(file.parent.name) or "train"
        for number, ((name, path), cell) in enumerate(zip(rows, _captions(file), strict=True)):
            captions = as_captions(cell)
            if captions is None or not (name or path):
                gathered.problems.add(Problem.BAD_ROW, f"{file.name}, row {number}")
            elif name:
                gathered.add(split, name, captions, cache / name)
            elif path:
                image = files.find(path, ["", "images", file.parent.relative_to(folder).as_posix()])
                gathered.add(split, path, captions, image)
    return gathered


def _photos(files: Mapping[str, Path]) -> tuple[Path, list[list[_Photo]]]:
    """The folder in the cache, and the photo of each row of each file."""
    facts = [(name, path.stat().st_size, path.stat().st_mtime_ns) for name, path in files.items()]
    cache = cache_folder() / hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]
    index = cache / INDEX_FILE
    if index.is_file():
        known: list[list[_Photo]] = json.loads(index.read_text(encoding="utf-8"))
        if all((cache / name).is_file() for rows in known for name, _ in rows if name):
            return cache, known
    cache.mkdir(parents=True, exist_ok=True)
    require_space(cache, sum(size for _, size, _ in facts))
    _log.info("writing the photos of %d parquet files to %s", len(files), cache)
    rows = [
        [_extracted(cell, cache) for cell in _column(path, _photo_column(path))] for path in files.values()
    ]
    partial = index.with_suffix(".part")
    partial.write_text(json.dumps(rows), encoding="utf-8")
    partial.replace(index)
    return cache, rows


def _extracted(cell: Any, cache: Path) -> _Photo:
    """Write a photo's bytes to a file, if they are not in one yet."""
    data, path = (cell.get("bytes"), cell.get("path")) if isinstance(cell, dict) else (cell, None)
    if not data:
        return None, path
    suffix = PurePosixPath(path or "").suffix.lower()
    name = hashlib.sha256(data).hexdigest()[:32] + (suffix if suffix in SUFFIXES else ".jpg")
    if not (cache / name).is_file():
        partial = cache / f"{name}.part"
        partial.write_bytes(data)
        partial.replace(cache / name)
    return name, path


def _captions(file: Path) -> Iterator[Any]:
    headers = _open(file).schema_arrow.names
    position = column(headers, CAPTION_NAMES)
    if position is None:
        raise DataError(f"{file} has no column of captions; it has {', '.join(headers)}.")
    return _column(file, headers[position])


def _photo_column(file: Path) -> str:
    from pyarrow import types  # type: ignore[import-untyped]

    schema = _open(file).schema_arrow
    for field in schema:
        is_photo = types.is_struct(field.type) and field.type.get_field_index("bytes") >= 0
        if is_photo or types.is_binary(field.type) or types.is_large_binary(field.type):
            return str(field.name)
    raise DataError(f"{file} has no column with the bytes of photos; it has {', '.join(schema.names)}.")


def _column(file: Path, name: str) -> Iterator[Any]:
    for batch in _open(file).iter_batches(batch_size=_AT_ONCE, columns=[name]):
        yield from batch.column(0).to_pylist()


def _open(file: Path) -> ParquetFile:
    # pyarrow takes as long to load as many a dataset to read, so that others do without.
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        return ParquetFile(file)
    except (ArrowException, OSError) as exc:
        raise DataError(f"{file} is not a parquet file, or damaged: {exc}.") from exc


FORM = Form("parquet", "Hugging Face's parquet files with photos and captions", read)
