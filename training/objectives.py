"""What is minimised: cross-entropy of sentences, of captions, or the negative CIDEr-D of samples.

Letters: B items of a batch, K prefix positions, T text tokens, D width, V vocabulary, M samples per photo.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.nets.clipcap import ClipCap
from training.batches import IGNORED, group_batches, length_batches, pad
from training.metrics import CiderD
from training.recipe import Stage

PhotoFeatures = Callable[[Sequence[int], Sequence[bool], np.random.Generator], Tensor]
"""Photos by position, mirrored where asked -> (B, P, E); the generator decides how they are cut."""

_WORTH_DROPPING = 0.75
"""Once fewer sentences than this share go on, the ended ones are left out of the computation."""

_SIDES = re.compile(r"\b(trái|phải)\b")
"""A caption that names a side is not true of the mirror image."""


class Objective(Protocol):
    """One way to train."""

    def batches(self, random: np.random.Generator) -> list[list[int]]:
        """The positions of each step of an epoch."""
        ...

    def loss(self, batch: Sequence[int], random: np.random.Generator) -> Tensor:
        """The loss of one step, a scalar with a gradient."""
        ...


class TextObjective:
    """Next-token cross-entropy of the language model on sentences alone.

    Args:
        network: of which the language model is used.
        sentences: token ids with the end token.
        stage: batch size and label smoothing.
        end_id: stands before the first token, where captions have the prefix.
    """

    def __init__(
        self, network: ClipCap, sentences: Sequence[Sequence[int]], stage: Stage, end_id: int
    ) -> None:
        self._network = network
        self._sentences, self._stage, self._end_id = sentences, stage, end_id

    def batches(self, random: np.random.Generator) -> list[list[int]]:
        """See ``Objective``."""
        return length_batches([len(item) for item in self._sentences], self._stage.batch_size, random)

    def loss(self, batch: Sequence[int], random: np.random.Generator) -> Tensor:
        """See ``Objective``."""
        labels = pad([self._sentences[item] for item in batch], IGNORED)
        start = self._network.embed(torch.full((len(batch), 1), self._end_id, device=self._network.device))
        return _cross_entropy(self._network, start, labels, self._stage)


class CaptionObjective:
    """Cross-entropy of captions given their photos.

    Args:
        network: what is trained.
        captions: (photo, token ids with the end token, the text).
        features: of the photos.
        stage: batch size and label smoothing.
    """

    def __init__(
        self,
        network: ClipCap,
        captions: Sequence[tuple[int, list[int], str]],
        features: PhotoFeatures,
        stage: Stage,
    ) -> None:
        self._network = network
        self._captions, self._features, self._stage = captions, features, stage

    def batches(self, random: np.random.Generator) -> list[list[int]]:
        """See ``Objective``. Captions of a photo come together where the encoder runs in each step."""
        if self._stage.trains_encoder:
            return group_batches([photo for photo, _, _ in self._captions], self._stage.batch_size, random)
        return length_batches([len(ids) for _, ids, _ in self._captions], self._stage.batch_size, random)

    def loss(self, batch: Sequence[int], random: np.random.Generator) -> Tensor:
        """See ``Objective``."""
        photos, captions, texts = zip(*(self._captions[item] for item in batch), strict=True)
        distinct = list(dict.fromkeys(photos))
        sided = {photo for photo, text in zip(photos, texts, strict=True) if _SIDES.search(text)}
        coin = random.integers(0, 2, len(distinct))
        mirrored = [bool(side) and photo not in sided for side, photo in zip(coin, distinct, strict=True)]
        prefix = self._network.project(self._features(distinct, mirrored, random))
        prefix = prefix[[distinct.index(photo) for photo in photos]]
        return _cross_entropy(self._network, prefix, pad(captions, IGNORED), self._stage)


def _cross_entropy(network: ClipCap, prefix: Tensor, labels: Tensor, stage: Stage) -> Tensor:
    labels = labels.to(network.device)
    logits = network.logits(prefix, labels[:, :-1].clamp(min=0))
    return cross_entropy(
        logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, label_smoothing=stage.label_smoothing
    )


class CiderObjective:
    """Self-critical training (Rennie et al. 2017): samples better than their siblings are made likelier.

    The baseline of a sample is the mean reward of the photo's other samples (Luo 2020), so that no greedy
    decoding is needed. The end of the sentence is a token of the reward too; otherwise sentences that stop
    half-way are not punished.

    Args:
        network: what is trained.
        references: for each photo its captions as syllables.
        features: of the photos.
        decode: token ids -> syllables.
        stage: photos a step and samples per photo.
        end_id: token that ends a sentence.
        longest: tokens at most.
    """

    _END = "</s>"

    def __init__(
        self,
        network: ClipCap,
        references: Sequence[Sequence[list[str]]],
        features: PhotoFeatures,
        decode: Callable[[Sequence[int]], list[str]],
        stage: Stage,
        end_id: int,
        longest: int,
    ) -> None:
        self._network = network
        ended = [[[*tokens, self._END] for tokens in others] for others in references]
        self._cider = CiderD.from_references(ended)
        self._references = [[self._cider.vector(tokens) for tokens in others] for others in ended]
        self._features, self._decode, self._stage = features, decode, stage
        self._end_id, self._longest = end_id, longest

    def batches(self, random: np.random.Generator) -> list[list[int]]:
        """See ``Objective``."""
        size = self._stage.batch_size
        order = random.permutation(len(self._references)).tolist()
        return [order[i : i + size] for i in range(0, len(order), size)]

    def loss(self, batch: Sequence[int], random: np.random.Generator) -> Tensor:
        """See ``Objective``."""
        mirrored = random.integers(0, 2, len(batch)).astype(bool).tolist()
        prefix = self._network.project(self._features(batch, mirrored, random))
        prefix = prefix.repeat_interleave(self._stage.samples, dim=0)
        model, temperature = self._network.language_model, self._stage.temperature
        samples = sample(model, prefix.detach(), self._end_id, self._longest, temperature)
        device = self._network.device
        rewards = torch.tensor([self._reward(batch, i, row) for i, row in enumerate(samples)], device=device)
        by_photo = rewards.view(len(batch), self._stage.samples)
        others = (by_photo.sum(1, keepdim=True) - by_photo) / (self._stage.samples - 1)
        advantage = (by_photo - others).flatten()
        labels = pad(samples, IGNORED).to(device)
        logits = self._network.logits(prefix, labels[:, :-1].clamp(min=0))
        log_probs = -cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="none"
        )
        kept = labels.ne(IGNORED).sum()
        return -(log_probs.view_as(labels) * advantage.unsqueeze(1)).sum() / kept

    def _reward(self, batch: Sequence[int], index: int, row: Sequence[int]) -> float:
        ended = row[-1] == self._end_id
        syllables = self._decode(row[:-1] if ended else row) + [self._END] * ended
        references = self._references[batch[index // self._stage.samples]]
        return self._cider.vector_score(self._cider.vector(syllables), references)


@torch.no_grad()
def sample(
    language_model: Any, prefix: Tensor, end_id: int, longest: int, temperature: float = 1.0
) -> list[list[int]]:
    """Draw one sentence for each row of prefix embeddings (B, K, D) from the model's own distribution.

    Args:
        language_model: GPT-2 with its output layer.
        prefix: one row per sentence.
        end_id: ends a sentence.
        longest: tokens at most.
        temperature: below 1 the distribution is sharpened.

    Returns:
        Token ids, with the end token where it was reached within ``longest`` tokens.
    """
    output = language_model.transformer(inputs_embeds=prefix, use_cache=True)
    drawn = torch.full((len(prefix), longest), end_id, device=prefix.device)
    rows = torch.arange(len(prefix), device=prefix.device)
    for position in range(longest):
        logits = language_model.lm_head(output.last_hidden_state[:, -1])
        tokens = torch.multinomial((logits / temperature).softmax(dim=-1), 1)
        drawn[rows, position] = tokens.squeeze(1)
        going_on = drawn[rows, : position + 1].ne(end_id).all(dim=1)
        if not going_on.any():
            break
        cache = output.past_key_values
        if going_on.float().mean() < _WORTH_DROPPING:
            cache.batch_select_indices(going_on.nonzero().squeeze(1))
            rows, tokens = rows[going_on], tokens[going_on]
        output = language_model.transformer(input_ids=tokens, past_key_values=cache, use_cache=True)
    sentences: list[list[int]] = drawn.tolist()
    return [row[: row.index(end_id) + 1] if end_id in row else row for row in sentences]
