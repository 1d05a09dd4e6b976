"""The translator: learns a small language, pads without effect, ends its sentences."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.batches import StepRandom, random_for
from training.recipe import Stage
from training.translation import TranslationObjective, Translator, normalise_english, translate
from training.vocabulary import END_ID

STAGE = Stage(name="s", objective="to-vietnamese", train=("",), epochs=1, learning_rate=1e-3, batch_size=32)
WORDS = 12


def _pairs(count: int) -> list[tuple[list[int], list[int]]]:
    """Sentences whose translation is the sentence in other words, its first two words exchanged."""
    random = np.random.default_rng(0)
    sources = [random.integers(2, 2 + WORDS, random.integers(2, 5)).tolist() for _ in range(count)]
    swapped = [[ids[1], ids[0], *ids[2:]] for ids in sources]
    return [
        ([*ids, END_ID], [*(15 - i for i in words), END_ID])
        for ids, words in zip(sources, swapped, strict=True)
    ]


def _translator() -> Translator:
    torch.manual_seed(0)
    return Translator(2 + WORDS, 2 + WORDS, width=32, layers=1, heads=2)


@pytest.mark.slow
def test_learns_to_translate() -> None:
    network, pairs = _translator(), _pairs(400)
    objective = TranslationObjective(network, pairs, STAGE)
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    for epoch in range(60):
        for step, batch in enumerate(objective.batches(random_for(epoch))):
            loss = objective.loss(batch, StepRandom(epoch, step)).mean
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    sources, targets = zip(*pairs, strict=True)
    for beam_size in (1, 3):
        found = translate(network.eval(), sources, beam_size)
        right = np.mean([ids == target[:-1] for ids, target in zip(found, targets, strict=True)])
        assert right > 0.8, beam_size


def test_loss_is_the_mean_over_tokens_whatever_the_padding() -> None:
    network = _translator().eval()
    objective = TranslationObjective(network, [([3, 1], [4, 1]), ([5, 6, 7, 1], [8, 9, 10, 1])], STAGE)
    alone, other, both = (float(objective.loss(b, StepRandom(0)).mean.detach()) for b in ([0], [1], [0, 1]))
    assert both == pytest.approx((2 * alone + 4 * other) / 6, abs=1e-5)


def test_normalise_english() -> None:
    assert normalise_english("A black-and-white dog's toy .") == "a black and white dog's toy"
