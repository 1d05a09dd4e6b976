"""Files of captions: ``[{"id": ..., "references": [...], "hypothesis": ...}, ...]``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.data import DataError
from training.metrics.sentences import Scored


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was said of one picture.

    Attributes:
        id: of the picture, unique in the file.
        scored: hypothesis and references.
        image: the picture's file, where it is known.
    """

    id: str
    scored: Scored
    image: Path | None = None


def read_predictions(file: Path) -> list[Prediction]:
    """Read a file of captions.

    Raises:
        DataError: it is not there or not of that form; the message names the place.
    """
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
    except OSError as exc:
        raise DataError(f"Cannot read the predictions {file}: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise DataError(f"Cannot read the predictions {file}: byte {exc.start} is not UTF-8.") from exc
    except json.JSONDecodeError as exc:
        raise DataError(
            f"Cannot read the predictions {file}: line {exc.lineno}, column {exc.colno} is not JSON "
            f"({exc.msg})."
        ) from exc
    if not isinstance(rows, list) or not rows:
        raise DataError(f"Cannot use the predictions {file}: it is not a list of captions, or an empty one.")
    found: dict[str, Prediction] = {}
    for number, row in enumerate(rows, 1):
        prediction = _prediction(row, f"Cannot use the predictions {file}: entry {number}")
        if prediction.id in found:
            raise DataError(
                f"Cannot use the predictions {file}: entry {number} repeats the id {prediction.id}."
            )
        found[prediction.id] = prediction
    return list(found.values())


def write_predictions(file: Path, predictions: Sequence[Prediction]) -> None:
    """Write a file that ``read_predictions`` reads."""
    rows = [
        {"id": item.id, "references": item.scored.references, "hypothesis": item.scored.hypothesis}
        for item in predictions
    ]
    file.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def check_same(first: Sequence[Prediction], second: Sequence[Prediction]) -> list[Prediction]:
    """The second captions in the order of the first.

    Raises:
        DataError: they are of other pictures, or scored against other references.
    """
    theirs = {item.id: item for item in second}
    alone = sorted({item.id for item in first} ^ set(theirs))
    if alone:
        raise DataError(
            f"The two sides cannot be compared: {len(alone)} pictures are on one side alone, such as "
            f"{alone[0]}."
        )
    for item in first:
        if item.scored.references != theirs[item.id].scored.references:
            raise DataError(
                f"The two sides cannot be compared: the references of picture {item.id} are not the same."
            )
    return [theirs[item.id] for item in first]


def _prediction(row: Any, place: str) -> Prediction:
    if not isinstance(row, dict):
        raise DataError(f"{place} is not an object with id, references and hypothesis.")
    missing = [name for name in ("id", "references", "hypothesis") if name not in row]
    if missing:
        raise DataError(f"{place} has no {' and no '.join(missing)}.")
    name, references, hypothesis = row["id"], row["references"], row["hypothesis"]
    if not isinstance(name, str | int):
        raise DataError(f"{place}: its id is neither text nor a whole number.")
    if not isinstance(hypothesis, str):
        raise DataError(f"{place} (id {name}): its hypothesis is not text.")
    if not isinstance(references, list) or not all(isinstance(text, str) for text in references):
        raise DataError(f"{place} (id {name}): its references are not a list of texts.")
    if not references:
        raise DataError(f"{place} (id {name}): it has no references.")
    return Prediction(str(name), Scored(hypothesis, tuple(references)))
