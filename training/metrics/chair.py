"""CHAIR-vi: objects that a caption names and no person saw (Rohrbach et al. 2018, in Vietnamese)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.metrics.lexicon import Lexicon, read_lexicon
from training.metrics.sentences import Floats, Scored, Tokenised


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of one picture.

    Attributes:
        said: those the hypothesis names.
        seen: those any reference names.
        invented: those said that are neither seen nor a wider kind of something seen.
        found: those seen that are said, or of which a kind is said.
    """

    said: frozenset[str]
    seen: frozenset[str]
    invented: frozenset[str]
    found: frozenset[str]


def objects_of(hypothesis: str, references: Sequence[str], lexicon: Lexicon) -> Objects:
    """Compare what is said with what the references name together.

    Who says "người" where a reference says "bé gái" is right; who says "bé gái" where all references say
    "người" only has made up a detail, and it counts as invented.
    """
    said = lexicon.named(hypothesis)
    seen = frozenset[str]().union(*(lexicon.named(reference) for reference in references))
    return Objects(said, seen, said - lexicon.implied(seen), seen & lexicon.implied(said))


class Chair:
    """CHAIRi, CHAIRs and object recall, each object counted once a picture; the same under all recipes.

    Args:
        items: sentences as they were written, in the order of the pictures that are measured.
        lexicon: default the one that ships.
    """

    def __init__(self, items: Sequence[Scored], lexicon: Lexicon | None = None) -> None:
        used = lexicon or read_lexicon()
        self._objects = [objects_of(item.hypothesis, item.references, used) for item in items]

    def measure(self, items: Sequence[Tokenised]) -> Floats:
        """(pictures, 5): objects invented, said; 1 where any is invented; objects found, seen."""
        if len(items) != len(self._objects):
            raise ValueError(f"objects of {len(self._objects)} pictures, {len(items)} are measured")
        rows = [
            [len(one.invented), len(one.said), bool(one.invented), len(one.found), len(one.seen)]
            for one in self._objects
        ]
        return np.array(rows, float)

    def score(self, totals: Floats, pictures: int) -> dict[str, Floats]:
        """Shares in [0, 1]: of objects invented, of captions with one, of seen objects found.

        0 where no object was named at all.
        """
        invented, said, with_invented, found, seen = np.moveaxis(totals, -1, 0)
        return {
            "CHAIRi": invented / np.maximum(1, said),
            "CHAIRs": with_invented / pictures,
            "object recall": found / np.maximum(1, seen),
        }
