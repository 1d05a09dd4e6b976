"""What training works on: photos with captions, split by photo, and what was wrong with the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from training.normalise import normalise

SPLITS = ("train", "val", "test")

SPLITS_FILE = "splits.json"
"""In the folder of a run: which photo is for what."""


class DataError(Exception):
    """A dataset cannot be used; the message says what was looked for and where."""


@dataclass(frozen=True, slots=True)
class Example:
    """One photo with its captions.

    Attributes:
        id: unique within the dataset; holds no path of this computer.
        image: the photo's file.
        captions: as written, but in NFC; may be empty for photos without captions.
        split: ``train``, ``val`` or ``test``.
        english: captions in English, where the dataset has them.
    """

    id: str
    image: Path
    captions: tuple[str, ...]
    split: str
    english: tuple[str, ...] = ()


@dataclass(slots=True)
class Dataset:
    """Examples and what was wrong with the rest.

    Attributes:
        examples: in the order of the files.
        problems: reason -> ids of the photos or captions it was found in. ``training.datasets.problems`` says
            what is done about each.
        kind: which form the folder has, such as ``ktvic``.
        folder: where it was found.
    """

    examples: list[Example]
    problems: dict[str, list[str]] = field(default_factory=dict)
    kind: str = ""
    folder: Path = field(default=Path())

    def split(self, name: str) -> list[Example]:
        """Examples of one split that have captions."""
        return [example for example in self.examples if example.split == name and example.captions]

    def counts(self) -> dict[str, dict[str, int]]:
        """``photos`` and ``captions`` of each split that has any; photos without captions count."""
        found: dict[str, dict[str, int]] = {}
        for example in self.examples:
            counted = found.setdefault(example.split, {"photos": 0, "captions": 0})
            counted["photos"] += 1
            counted["captions"] += len(example.captions)
        return found

    def summary(self) -> str:
        """Counts per split and per problem, in one line."""
        parts = [
            f"{name}: {counted['photos']} photos, {counted['captions']} captions"
            for name, counted in self.counts().items()
        ]
        parts += [f"{reason}: {len(ids)}" for reason, ids in self.problems.items()]
        return "; ".join(parts)


def write_splits(dataset: Dataset, file: Path) -> None:
    """Write down which photo is for what: ``{"kind", "train": [ids], "val": [ids], "test": [ids]}``."""
    rows: dict[str, Any] = {"kind": dataset.kind}
    rows |= {name: [item.id for item in dataset.examples if item.split == name] for name in SPLITS}
    partial = file.with_suffix(".part")
    partial.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.replace(file)


def read_splits(dataset: Dataset, file: Path) -> Dataset:
    """Split a dataset as a file of ``write_splits`` says, in the file's order.

    A run that goes on, perhaps on another computer, is to learn from the same photos and be validated on the
    same. Photos that came into the folder since are left out and listed.

    Raises:
        DataError: the file is damaged, or names photos the dataset no longer has.
    """
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        wanted = [(str(name), split) for split in SPLITS for name in rows[split]]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise DataError(f"{file} does not say which photo is for what ({exc!r}).") from exc
    known = {example.id: example for example in dataset.examples}
    gone = [name for name, _ in wanted if name not in known]
    if gone:
        raise DataError(
            f"{dataset.folder} lacks {len(gone)} of the {len(wanted)} photos that {file} names, such as "
            f"{gone[0]}. Put them back, or begin a new run."
        )
    problems = dict(dataset.problems)
    new = sorted(known.keys() - {name for name, _ in wanted})
    if new:
        problems["not in the splits of the run"] = new
    examples = [replace(known[name], split=split) for name, split in wanted]
    return replace(dataset, examples=examples, problems=problems)


def read_sentences(file: Path, *, exclude: Sequence[str] = (), longest: int = 40) -> list[str]:
    """Read normalised sentences from rows ``{text, source}``.

    Args:
        file: a ``.jsonl`` file.
        exclude: sources to leave out.
        longest: sentences of more syllables are left out, and those of fewer than three.

    Raises:
        DataError: no such file, or a row that is not of that form.
    """
    sentences = []
    for number, row in json_lines(file):
        try:
            text = "" if row["source"] in exclude else normalise(row["text"])
        except (KeyError, TypeError) as exc:
            raise DataError(f"{file}, line {number}: not a row of text and source ({exc!r}).") from exc
        if 3 <= len(text.split()) <= longest:
            sentences.append(text)
    return sentences


def json_lines(file: Path) -> Iterator[tuple[int, Any]]:
    """Number, from 1, and value of each line that is not empty.

    Raises:
        DataError: no such file, or a line that is not JSON in UTF-8.
    """
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, json.loads(line)
    except FileNotFoundError as exc:
        raise DataError(f"There is no {file}. Give the data folder with --data.") from exc
    except (UnicodeDecodeError, json.JSONDecodeError) as exc:
        raise DataError(f"{file} is not UTF-8 text with one JSON object a line: {exc}") from exc
