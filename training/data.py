"""Datasets on disk -> examples. Bad rows are counted and listed, never silently used."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training.normalise import normalise


class DataError(Exception):
    """A dataset cannot be used; the message says what was looked for and where."""


@dataclass(frozen=True, slots=True)
class Example:
    """One photo with its captions.

    Attributes:
        id: unique within the dataset.
        image: the photo's file.
        captions: as written, not normalised; may be empty for photos without captions.
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
        examples: in the order of the file.
        problems: reason -> ids of the rows left out for it.
    """

    examples: list[Example]
    problems: dict[str, list[str]] = field(default_factory=dict)

    def split(self, name: str) -> list[Example]:
        """Examples of one split that have captions."""
        return [example for example in self.examples if example.split == name and example.captions]

    def summary(self) -> str:
        """Counts per split and per problem, in one line."""
        photos = Counter(example.split for example in self.examples)
        captions = Counter[str]()
        for example in self.examples:
            captions[example.split] += len(example.captions)
        parts = [f"{name}: {photos[name]} photos, {captions[name]} captions" for name in photos]
        parts += [f"left out, {reason}: {len(ids)}" for reason, ids in self.problems.items()]
        return "; ".join(parts)


def read_flickr8k_vi(folder: Path) -> Dataset:
    """Read ``captions.jsonl`` with rows ``{file, split, captions, captions_en}`` and photos in ``images/``.

    English captions may be absent.

    Raises:
        DataError: no such file, or a row that is not of that form.
    """
    file = folder / "captions.jsonl"
    dataset = Dataset([])
    for number, row in _json_lines(file):
        try:
            image = folder / "images" / row["file"]
            captions = tuple(text for text in row["captions"] if normalise(text))
            example = Example(row["file"], image, captions, row["split"], tuple(row.get("captions_en", ())))
        except (KeyError, TypeError) as exc:
            raise DataError(
                f"{file}, line {number}: not a row of file, split and captions ({exc!r})."
            ) from exc
        if not image.is_file():
            dataset.problems.setdefault("photo missing", []).append(example.id)
        else:
            dataset.examples.append(example)
    return dataset


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
    for number, row in _json_lines(file):
        try:
            text = "" if row["source"] in exclude else normalise(row["text"])
        except (KeyError, TypeError) as exc:
            raise DataError(f"{file}, line {number}: not a row of text and source ({exc!r}).") from exc
        if 3 <= len(text.split()) <= longest:
            sentences.append(text)
    return sentences


def _json_lines(file: Path) -> Iterator[tuple[int, dict]]:  # type: ignore[type-arg]
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, json.loads(line)
    except FileNotFoundError as exc:
        raise DataError(f"There is no {file}. Give the data folder with --data.") from exc
    except (UnicodeDecodeError, json.JSONDecodeError) as exc:
        raise DataError(f"{file} is not UTF-8 text with one JSON object a line: {exc}") from exc
