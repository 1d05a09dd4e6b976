"""Captions nobody translated get a translation, once."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from engine.tokenizer import load_tokenizer
from tests.tiny import Table, recipe_text, stage, tiny_config
from training import more_captions
from training.data import Example
from training.more_captions import RESULT_FILE, MoreCaptions
from training.recipe import read_recipe
from training.vocabulary import train_tokenizer

NOUNS = {"dog": "con chó", "cat": "con mèo", "child": "đứa trẻ", "car": "chiếc xe"}
VERBS = {"runs": "chạy", "sleeps": "ngủ", "waits": "chờ", "turns": "quay"}
PLACES = {"outside": "ngoài trời", "here": "ở đây", "slowly": "từ từ"}


def _stage(name: str, objective: str, epochs: int, learning_rate: float) -> Table:
    """Trains everything."""
    return stage(name, objective, train=[""], epochs=epochs, learning_rate=learning_rate, batch_size=16)


RECIPE = recipe_text(
    seed=3,
    stages=[],
    translator={"width": 64, "layers": 1, "heads": 2},
    translation=[
        _stage("back", "to-english", 10, 3e-3),
        _stage("mixed", "to-vietnamese-mixed", 6, 3e-3),
        _stage("forth", "to-vietnamese", 10, 2e-3),
    ],
)


def _pair(source: random.Random) -> tuple[str, str]:
    noun, verb, place = (source.choice(list(table)) for table in (NOUNS, VERBS, PLACES))
    return f"the {noun} {verb} {place}", f"{NOUNS[noun]} {VERBS[verb]} {PLACES[place]}"


def _examples(count: int) -> tuple[list[Example], dict[str, str]]:
    """Photos with three English captions of which the second was translated."""
    source = random.Random(0)
    examples = []
    dictionary: dict[str, str] = {}
    for number in range(count):
        pairs = [_pair(source) for _ in range(3)]
        dictionary |= dict(pairs)
        english = tuple(english for english, _ in pairs)
        examples.append(Example(f"{number}.jpg", Path("x"), (pairs[1][1],), "train", english))
    return examples, dictionary


@pytest.mark.slow
def test_translates_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN photos with one of three captions translated, THEN the others get right translations, and a
    second call trains nothing.
    """
    (tmp_path / "toy.toml").write_text(RECIPE)
    recipe = read_recipe(tmp_path / "toy.toml")
    examples, dictionary = _examples(120)
    text = [_pair(random.Random(seed))[1] for seed in range(60)]
    backend = train_tokenizer([*text, *dictionary.values()], 320)
    backend.save(str(tmp_path / "tokenizer.json"))
    net = {"language_model": {"vocabulary": backend.get_vocab_size()}}
    tokenizer = load_tokenizer(tmp_path / "tokenizer.json", replace(tiny_config(), net=net))
    maker = MoreCaptions(recipe, examples, text, tokenizer, tmp_path)
    found = maker.make(examples)
    assert json.loads((tmp_path / "translation" / RESULT_FILE).read_text(encoding="utf-8")) == found
    right = sum(
        text in map(dictionary.get, example.english) for example in examples for text in found[example.id]
    )
    assert sum(map(len, found.values())) == 2 * len(examples)
    assert right / (2 * len(examples)) > 0.7  # of 48 sentences

    monkeypatch.setattr(more_captions, "train", None)
    assert MoreCaptions(recipe, examples, text, tokenizer, tmp_path).make(examples) == found
