"""Losses by hand, and batches that repeat."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.checkpoint import build_network
from engine.nets.clipcap import ClipCap, Standardise
from tests.tiny import END_ID, tiny_config
from training.batches import IGNORED, StepRandom, length_batches, pad, random_for
from training.objectives import CaptionObjective, CiderObjective, TextObjective, sample
from training.recipe import Stage

STAGE = Stage(name="s", objective="captions", train=("mapper.",), epochs=1, learning_rate=1e-3, batch_size=4)
FEATURES = torch.randn(6, 4, 256, generator=torch.Generator().manual_seed(0))


def plain(photos, mirrored, random) -> torch.Tensor:  # type: ignore[no-untyped-def]
    return FEATURES[list(photos)]


@pytest.fixture(scope="module")
def network() -> ClipCap:
    torch.manual_seed(0)
    return build_network(tiny_config()).eval()


def test_batches_hold_every_item_once_and_repeat() -> None:
    lengths = np.random.default_rng(0).integers(3, 30, 1000).tolist()
    batches = length_batches(lengths, 16, random_for(1, 2))
    assert sorted(item for batch in batches for item in batch) == list(range(1000))
    assert batches == length_batches(lengths, 16, random_for(1, 2))
    assert batches != length_batches(lengths, 16, random_for(1, 3))
    padding = sum(max(lengths[i] for i in b) * len(b) - sum(lengths[i] for i in b) for b in batches)
    assert padding / sum(lengths) < 0.1


def test_padding_changes_nothing(network: ClipCap) -> None:
    """GIVEN a short caption alone and beside a long one, THEN its part of the loss is the same."""
    captions = [(0, [3, 4, END_ID], "a"), (1, [5, 6, 7, 8, 9, END_ID], "b")]
    objective = CaptionObjective(network, captions, plain, STAGE)
    losses = [float(objective.loss(batch, StepRandom(0)).mean.detach()) for batch in ([0], [1], [0, 1])]
    assert losses[2] == pytest.approx((3 * losses[0] + 6 * losses[1]) / 9, abs=1e-5)
    assert pad([[1], [2, 3]], IGNORED).tolist() == [[1, IGNORED], [2, 3]]


def test_caption_loss_is_the_mean_negative_log_probability(network: ClipCap) -> None:
    ids = [3, 4, END_ID]
    loss = CaptionObjective(network, [(2, ids, "a")], plain, STAGE).loss([0], StepRandom(0)).mean
    with torch.no_grad():
        prefix = network.project(FEATURES[2:3])
        total = 0.0
        for t, token in enumerate(ids):
            embeddings = torch.cat((prefix, network.embed(torch.tensor([ids[:t]], dtype=torch.long))), dim=1)
            logits = network.language_model(inputs_embeds=embeddings).logits[0, -1]
            total -= float(logits.log_softmax(-1)[token])
    assert float(loss.detach()) == pytest.approx(total / 3, abs=1e-5)


def test_captions_that_name_a_side_are_not_mirrored(network: ClipCap) -> None:
    seen: list[bool] = []

    def watch(photos, mirrored, random) -> torch.Tensor:  # type: ignore[no-untyped-def]
        seen.extend(mirrored)
        return plain(photos, mirrored, random)

    captions = [(0, [3, END_ID], "tay phải cầm bóng"), (1, [3, END_ID], "một con chó")]
    objective = CaptionObjective(network, captions, watch, STAGE)
    for seed in range(20):
        objective.loss([0, 1], StepRandom(seed))
    assert not any(seen[0::2])
    assert any(seen[1::2])
    assert not all(seen[1::2])


def test_text_loss_starts_after_the_end_token(network: ClipCap) -> None:
    loss = TextObjective(network, [[3, 4, END_ID]], STAGE, END_ID).loss([0], StepRandom(0)).mean
    with torch.no_grad():
        logits = network.language_model(input_ids=torch.tensor([[END_ID, 3, 4]])).logits[0]
    expected = -logits.log_softmax(-1)[range(3), [3, 4, END_ID]].mean()
    assert float(loss.detach()) == pytest.approx(float(expected), abs=1e-5)


def test_samples_follow_the_distribution(network: ClipCap) -> None:
    """GIVEN many samples for one photo, THEN first tokens are as frequent as they are probable."""
    with torch.no_grad():
        prefix = network.project(FEATURES[:1])
        probabilities = network.logits(prefix, torch.zeros(1, 0, dtype=torch.long))[0, 0].softmax(-1)
    numbers = torch.rand(4000, 3, generator=torch.Generator().manual_seed(0))
    rows = sample(network.language_model, prefix.expand(4000, -1, -1), END_ID, numbers)
    frequency = np.bincount([row[0] for row in rows], minlength=len(probabilities)) / len(rows)
    assert np.abs(frequency - probabilities.numpy()).max() < 0.03
    assert all(END_ID not in row[:-1] and len(row) <= 3 for row in rows)


@pytest.mark.slow
def test_self_critical_training_raises_the_reward() -> None:
    """GIVEN references that hold one syllable, THEN training by reward makes that syllable likelier."""
    stage = Stage(
        name="c", objective="cider", train=(), epochs=1, learning_rate=1e-2, batch_size=4, samples=8
    )
    references = [[["w5"]], [["w6"]], [["w7"]], [["w8"]]]
    torch.manual_seed(0)
    learner = build_network(tiny_config())
    objective = CiderObjective(
        learner, references, plain, lambda ids: [f"w{i}" for i in ids], stage, END_ID, longest=3
    )

    def probability() -> float:
        with torch.no_grad():
            logits = learner.eval().logits(learner.project(FEATURES[:4]), torch.zeros(4, 0, dtype=torch.long))
        return float(logits[:, 0].softmax(-1)[range(4), [5, 6, 7, 8]].mean())

    before = probability()
    optimiser = torch.optim.Adam(learner.parameters(), lr=1e-2)
    for step in range(60):
        loss = objective.loss([0, 1, 2, 3], StepRandom(step)).mean
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert probability() > 2 * before


def test_standardise() -> None:
    standardise = Standardise(256)
    shifted = FEATURES * 3 + 100
    standardise.measure(shifted)
    result = standardise(shifted).flatten(0, 1)
    assert result.mean(0).abs().max() < 1e-3
    assert (result.std(0) - 1).abs().max() < 1e-3
