"""Vietnamese captions for the English ones that nobody translated."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from engine.tokenizer import SubwordTokenizer
from training.alignment import align
from training.data import Example
from training.loop import Plan, train
from training.normalise import normalise
from training.recipe import Recipe, Stage
from training.translation import (
    Ids,
    Pair,
    TranslationObjective,
    Translator,
    normalise_english,
    translate,
)
from training.vocabulary import END_ID, save_tokenizer, train_tokenizer

FOLDER = "translation"
RESULT_FILE = "translations.json"

_BEAM_SIZE = 3
_LONGEST = 24
"""Syllables of a sentence that is translated back; captions are not longer."""

_log = logging.getLogger(__name__)


def add_translations(examples: Sequence[Example], run: Path) -> list[Example]:
    """Photos with the translated captions of a run beside their own; as they are where the run made none.

    A photo's own captions may be the longer ones of its five. Choosing anything by these alone would choose
    sentences that are longer than people's are on average.
    """
    file = run / FOLDER / RESULT_FILE
    more: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return [replace(example, captions=(*example.captions, *more.get(example.id, ()))) for example in examples]


class MoreCaptions:
    """Trains a translator on the captions of a dataset and translates the rest.

    Args:
        recipe: its ``translation`` stages; those with the objective ``to-english`` train the translator that
            makes pairs of the text, the others train the one that is used.
        train: photos with English captions, some of them translated.
        text: normalised Vietnamese sentences without an original.
        tokenizer: of the captioner; the translations are written with it.
        run: folder of the run; everything made here is kept in ``translation/``.
    """

    def __init__(
        self,
        recipe: Recipe,
        train: Sequence[Example],
        text: Sequence[str],
        tokenizer: SubwordTokenizer,
        run: Path,
    ) -> None:
        self._recipe, self._train, self._folder = recipe, train, run / FOLDER
        self._vietnamese, self._text = tokenizer, [s for s in text if len(s.split()) <= _LONGEST]
        self._folder.mkdir(parents=True, exist_ok=True)
        self._english = self._english_tokenizer()

    def make(self, examples: Sequence[Example]) -> dict[str, list[str]]:
        """Translate every English caption of which there is no translation.

        Args:
            examples: the photos, training photos among them.

        Returns:
            Photo id -> Vietnamese captions, normalised.
        """
        result = self._folder / RESULT_FILE
        if not result.is_file():
            originals = _originals(examples)
            translator = self._translator(originals)
            rest = [
                (example.id, text)
                for example in examples
                for position, text in enumerate(example.english)
                if position not in originals.get(example.id, ())
            ]
            _log.info("translating %d captions", len(rest))
            found = translate(translator, [self._read(text) for _, text in rest], _BEAM_SIZE)
            captions: dict[str, list[str]] = {}
            for (photo, _), ids in zip(rest, found, strict=True):
                captions.setdefault(photo, []).append(normalise(self._vietnamese.decode(ids)))
            _write(result, captions)
        loaded: dict[str, list[str]] = json.loads(result.read_text(encoding="utf-8"))
        return loaded

    def _translator(self, originals: dict[str, tuple[int, ...]]) -> Translator:
        pairs = [
            (self._read(example.english[position]), self._vietnamese.encode(normalise(caption)))
            for example in self._train
            for position, caption in zip(originals.get(example.id, ()), example.captions, strict=False)
        ]
        _log.info("%d pairs of captions", len(pairs))
        backward = self._fit("to-english", [(target, source) for source, target in pairs], [])
        text = [self._vietnamese.encode(sentence) for sentence in self._text]
        _log.info("translating %d sentences back", len(text))
        invented = [(source, target) for source, target in zip(self._back(backward, text), text, strict=True)]
        return self._fit("to-vietnamese", pairs, invented)

    def _back(self, backward: Translator, text: Sequence[Ids]) -> list[Ids]:
        path = self._folder / "back.json"
        if not path.is_file():
            found = [[*ids, END_ID] for ids in translate(backward, text, beam_size=1)]
            _write(path, found)
        loaded: list[Ids] = json.loads(path.read_text(encoding="utf-8"))
        return loaded

    def _fit(self, direction: str, pairs: Sequence[Pair], invented: Sequence[Pair]) -> Translator:
        """Train in one direction; stages whose objective ends in ``mixed`` see the invented pairs too."""
        sizes = self._english.get_vocab_size(), len(self._vietnamese)
        torch.manual_seed(self._recipe.seed)
        network = Translator(
            *(sizes if direction == "to-vietnamese" else sizes[::-1]), **self._recipe.translator
        )

        def objective(stage: Stage) -> TranslationObjective:
            mixed = stage.objective.endswith("mixed")
            return TranslationObjective(network, [*pairs, *invented] if mixed else pairs, stage)

        train(
            network,
            Plan(
                stages=[s for s in self._recipe.translation if s.objective.startswith(direction)],
                objective=objective,
                validate=lambda *_: None,
                seed=self._recipe.seed,
                folder=self._folder / direction,
            ),
        )
        return network.eval()

    def _english_tokenizer(self) -> Tokenizer:
        path = self._folder / "english.json"
        if not path.is_file():
            texts = (normalise_english(text) for example in self._train for text in example.english)
            save_tokenizer(train_tokenizer(texts, len(self._vietnamese)), path)
        return Tokenizer.from_file(str(path))

    def _read(self, english: str) -> Ids:
        return [*self._english.encode(normalise_english(english)).ids, END_ID]


def _write(path: Path, value: object) -> None:
    """At once: half a file would be taken for a whole one after a kill."""
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
    partial.replace(path)


def _originals(examples: Sequence[Example]) -> dict[str, tuple[int, ...]]:
    """Photo id -> positions of the English captions that were translated."""
    photos = [example for example in examples if len(example.english) >= len(example.captions)]
    found = align(
        [[normalise(text).split() for text in example.captions] for example in photos],
        [[normalise_english(text).split() for text in example.english] for example in photos],
    )
    return {example.id: positions for example, positions in zip(photos, found, strict=True)}
