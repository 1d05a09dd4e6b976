"""The lean GPT-2 computes what ``transformers`` computes on the same weights."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.nets.clipcap import ClipCap
from engine.nets.gpt2_steps import Gpt2Steps
from engine.torch_runtime import TorchDecoder


@pytest.fixture(scope="module")
def language_model(tiny_network: ClipCap) -> Any:
    return tiny_network.language_model


@torch.inference_mode()
def test_every_step_of_every_row(language_model: Any) -> None:
    """GIVEN rows that are reordered, repeated and dropped at each step, for more steps than a cache has room
    for at first, THEN the logits are those of the whole sequence at once.
    """
    steps = Gpt2Steps(language_model)
    random = torch.Generator().manual_seed(0)
    prefix = torch.randn(3, 4, 32, generator=random)
    logits, cache = steps.begin(prefix)
    sequences = prefix
    for rows in (5, 2, *[4] * 22):
        torch.testing.assert_close(logits, whole(language_model, sequences), atol=1e-4, rtol=1e-4)
        parents = torch.randint(len(sequences), (rows,), generator=random)
        tokens = torch.randint(2, 21, (rows,), generator=random)
        embedded = language_model.transformer.wte(tokens).unsqueeze(1)
        sequences = torch.cat((sequences[parents], embedded), dim=1)
        logits, cache = steps.advance(cache.follow(parents), tokens)
    torch.testing.assert_close(logits, whole(language_model, sequences), atol=1e-4, rtol=1e-4)


def whole(language_model: Any, embeddings: torch.Tensor) -> torch.Tensor:
    logits: torch.Tensor = language_model(inputs_embeds=embeddings).logits[:, -1]
    return logits


@torch.inference_mode()
def test_a_cache_can_be_gone_on_from_twice(language_model: Any) -> None:
    """GIVEN two continuations of one cache, THEN the first does not disturb the second."""
    decoder = TorchDecoder(language_model, 1)
    prefix = torch.randn(1, 4, 32, generator=torch.Generator().manual_seed(1)).numpy()
    step = decoder.begin(prefix, 5)
    parents = torch.zeros(2, dtype=torch.long).numpy()
    first = decoder.advance(step.cache, parents, step.tokens[0, :2].copy(), 5)
    decoder.advance(step.cache, parents, step.tokens[0, 2:4].copy(), 5)
    again = decoder.advance(step.cache, parents, step.tokens[0, :2].copy(), 5)
    assert (first.log_probs == again.log_probs).all()
