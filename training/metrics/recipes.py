"""Recipes: how sentences are prepared and which scores are computed. Scores of different recipes cannot be
compared; docs/metrics.md tells each recipe exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from training.data import DataError
from training.metrics.bleu import CorpusBleu
from training.metrics.cider import MeanCiderD
from training.metrics.meteor import MeteorExact
from training.metrics.rouge import RougeL
from training.metrics.sentences import Metric, Scored, Tokenised, Tokens
from training.metrics.uit import AsciiRougeL, SentenceBleu
from training.metrics.words import segment
from training.normalise import normalise

DEFAULT_RECIPE = "vi-syllable"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A stated way to score captions.

    Attributes:
        name: what it is called on the command line.
        purpose: what it compares with, for people.
        tokenise: cuts one picture's sentences.
        metrics: what is computed of the tokens.
    """

    name: str
    purpose: str
    tokenise: Callable[[Scored], Tokenised]
    metrics: tuple[Metric, ...]


def find_recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        DataError: there is none.
    """
    if name not in RECIPES:
        raise DataError(f"There is no recipe {name!r} for scores: choose one of {', '.join(RECIPES)}.")
    return RECIPES[name]


def _alike(cut: Callable[[str], Tokens]) -> Callable[[Scored], Tokenised]:
    """Hypothesis and references are cut in the same way."""
    return lambda item: Tokenised(cut(item.hypothesis), tuple(cut(other) for other in item.references))


def _syllables(text: str) -> Tokens:
    return normalise(text).split()


def _words(text: str) -> Tokens:
    return segment(normalise(text))


def _words_as_given(text: str) -> Tokens:
    return normalise(text, keep_words=True).split()


def _long_syllables(text: str) -> Tokens:
    return [token for token in _syllables(text) if len(token) > 1]


def _with_stops(item: Scored) -> Tokenised:
    """Glue a full stop to the last word of the hypothesis and of all references but the fifth and later."""
    references = tuple(
        _stopped(other) if position < 4 else _syllables(other)
        for position, other in enumerate(item.references)
    )
    return Tokenised(_stopped(item.hypothesis), references)


def _stopped(text: str) -> Tokens:
    return f"{normalise(text)}.".split()


_COCO: tuple[Metric, ...] = (CorpusBleu(), MeteorExact(), RougeL(), MeanCiderD())

_ALL = (
    Recipe("vi-syllable", "normalised syllables; the recipe to compare by", _alike(_syllables), _COCO),
    Recipe("vi-word", "words cut by pyvi; compares with papers that score words", _alike(_words), _COCO),
    Recipe(
        "segmented-words-as-given",
        "words joined by underscores in the files, such as KTVIC's segment_caption",
        _alike(_words_as_given),
        _COCO,
    ),
    Recipe("viclipcap", "the full stops of ViClipCap's scorer; compares with its table", _with_stops, _COCO),
    Recipe(
        "uit",
        "the UIT report's sentence BLEU and ROUGE-L; compares with its table",
        _alike(_long_syllables),
        (SentenceBleu(), AsciiRougeL()),
    ),
)

RECIPES = {recipe.name: recipe for recipe in _ALL}
"""Name -> recipe, the default first."""
