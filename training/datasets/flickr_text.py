"""Reads captions as Flickr8k and Flickr30k came: text files with a photo and a caption on each line.

``photo.jpg#0<TAB>caption``, ``photo.jpg,caption`` and ``photo.jpg| 0| caption`` are known, in one file for
all photos or in one in each folder of a split, as a copy of UIT-ViIC has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.datasets.gathered import Form, Gathered
from training.datasets.photo_files import SUFFIXES, PhotoFiles
from training.datasets.problems import Problem, Problems
from training.datasets.split_names import split_folders, split_in
from training.datasets.texts import read_text

_NAMES = ("captions*.txt", "*token*", "results*", "*.txt", "*.csv")
"""Flickr8k has other tables of photos beside its captions, so that these names come first."""

_SUFFIX = "|".join(re.escape(suffix) for suffix in sorted(SUFFIXES))
_LINE = re.compile(
    rf"""(?P<photo>[^\t|]+?(?:{_SUFFIX}))           # may hold spaces and commas
    (?:\#\d+\s*\t | \s*\t | \s*\|\s*\d+\s*\| | \#\d+\s*, | ,)
    (?P<caption>.*)""",
    re.IGNORECASE | re.VERBOSE,
)
_WITH_BARS = re.compile(r"[^|]*\|[^|]*\|")

_PHOTOS = (
    "",
    "images",
    "Images",
    "Flicker8k_Dataset",
    "flickr30k_images",
    "flickr30k_images/flickr30k_images",
)


@dataclass(frozen=True, slots=True)
class _Source:
    """One file of captions, and where its photos may be: anywhere, unless in the folder of its split."""

    file: Path
    folder: str
    split: str | None


def read(folder: Path, files: PhotoFiles) -> Gathered | None:
    """Read all captions; splits are those of the folders, or of lists such as ``Flickr_8k.devImages.txt``.

    Raises:
        DataError: a file is in an unknown encoding.
    """
    sources = _sources(folder)
    if not sources:
        return None
    gathered = Gathered()
    listed = _listed_splits(folder, gathered.problems)
    for source in sources:
        for photo, caption in _captions(source.file, gathered.problems):
            split = source.split or listed.get(photo, "train")
            below = [f"{source.folder}/{place}" if source.folder else place for place in _PHOTOS]
            image = files.find(photo, below, elsewhere=source.split is None)
            gathered.add(split, photo, [caption], image)
    return gathered


def _sources(folder: Path) -> list[_Source]:
    whole = _caption_file(folder)
    if whole:
        return [_Source(whole, "", None)]
    parts = ((split, below, _caption_file(below)) for split, below in split_folders(folder))
    return [_Source(file, below.name, split) for split, below, file in parts if file]


def _caption_file(folder: Path) -> Path | None:
    """The file whose first lines are captions of photos."""
    for pattern in _NAMES:
        for file in sorted(folder.glob(pattern), key=lambda path: (len(path.name), path.name)):
            if _is_captions(file):
                return file
    return None


def _is_captions(file: Path) -> bool:
    with file.open("rb") as opened:
        start = opened.read(4096)
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", errors="replace")
    lines = [line for line in text.replace("\0", "").splitlines() if line.strip()][:2]
    # CSV with commas is read by ``own_folder``, which knows of headers and quotes.
    if file.suffix.lower() == ".csv" and not all(map(_WITH_BARS.match, lines)):
        return False
    return any(map(_LINE.match, lines))


def _captions(file: Path, problems: Problems) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(read_text(file, problems).splitlines(), 1):
        found = _LINE.match(line)
        if found:
            yield found["photo"].strip(), _unquoted(found["caption"].strip())
        elif line.strip() and number > 1:  # the first may be a header
            problems.add(Problem.BAD_ROW, f"{file.name}, line {number}")


def _unquoted(caption: str) -> str:
    if len(caption) > 1 and caption[0] == caption[-1] == '"':
        return caption[1:-1].replace('""', '"')
    return caption


def _listed_splits(folder: Path, problems: Problems) -> dict[str, str]:
    """Photo -> split, from files with a photo's name on each line."""
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*Images.txt")):
        split = split_in(file.stem.removesuffix("Images"))
        if split:
            names = read_text(file, problems).split()
            found |= dict.fromkeys(names, split)
    return found


FORM = Form("flickr", "Flickr-style captions.txt with lines photo.jpg,caption", read)
