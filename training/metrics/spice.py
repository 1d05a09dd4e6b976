"""SPICE (Anderson et al. 2016) through pycocoevalcap. Only to stand beside tables that have it.

Not run: its jar needs Stanford CoreNLP 3.6.0 (384 MB), which pycocoevalcap would fetch when it is first asked
and which was not on the computer this was written on. The tests cover what is asked of pycocoevalcap and what
is done with its answer, on a stand-in of its interface.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from training.data import DataError
from training.metrics.measured import MeanOf
from training.metrics.sentences import Scored

CAVEAT = (
    "SPICE parses English. Of Vietnamese sentences it compares pieces of strings, so its value says nothing "
    "of what a caption means: use it only beside tables that print it."
)

_PARSER = "lib/stanford-corenlp-3.6.0.jar"


class Scorer(Protocol):
    """pycocoevalcap's interface."""

    def compute_score(
        self, gts: Mapping[int, Sequence[str]], res: Mapping[int, Sequence[str]]
    ) -> tuple[float, Sequence[Mapping[str, Any]]]:
        """The mean, and per picture a mapping of which ``["All"]["f"]`` is the score."""


def spice(items: Sequence[Scored], scorer: Scorer | None = None) -> MeanOf:
    """SPICE in [0, 1] of every picture, on the sentences as they were written.

    Args:
        items: in the order in which they will be measured.
        scorer: default pycocoevalcap's.

    Raises:
        DataError: Java, pycocoevalcap or the parser it uses is not on this computer.
    """
    found = (scorer or _installed()).compute_score(
        {number: list(item.references) for number, item in enumerate(items)},
        {number: [item.hypothesis] for number, item in enumerate(items)},
    )[1]
    # A picture in whose sentences no object is found has no F-score; it counts as nothing.
    values = np.nan_to_num(np.array([[float(row["All"]["f"])] for row in found]))
    return MeanOf(("SPICE",), values)


def _installed() -> Scorer:
    lacking = []
    if shutil.which("java") is None:
        lacking.append("Java")
    spec = importlib.util.find_spec("pycocoevalcap")
    folders = [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
    if not folders:
        lacking.append("the package pycocoevalcap")
    elif not (folders[0] / "spice" / _PARSER).is_file():
        # pycocoevalcap would fetch it without asking.
        lacking.append(f"Stanford CoreNLP 3.6.0 as pycocoevalcap/spice/{_PARSER}")
    if lacking:
        raise DataError(f"Cannot compute SPICE: this computer lacks {' and '.join(lacking)}.")
    scorer: Scorer = importlib.import_module("pycocoevalcap.spice.spice").Spice()
    return scorer
