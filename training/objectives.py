"""What is minimised: cross-entropy of sentences, of captions, or the negative CIDEr-D of samples.

Letters: B items of a batch, K prefix positions, T text tokens, D width, V vocabulary, M samples per photo.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.nets.clipcap import ClipCap
from training.batches import IGNORED, StepRandom, group_batches, length_batches, pad
from training.metrics import CiderD
from training.recipe import Stage

PhotoFeatures = Callable[[Sequence[int], Sequence[bool], StepRandom], Tensor]
"""Photos by position, mirrored where asked -> (B, P, E); the random numbers decide how they are cut."""

_WORTH_DROPPING = 0.75
"""Once fewer sentences than this share go on, the ended ones are left out of the computation."""

_SIDES = re.compile(r"\b(trái|phải)\b")
"""A caption that names a side is not true of the mirror image."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss over tokens, as a sum: several processes and parts of a step add theirs up.

    Attributes:
        total: the sum, a scalar with a gradient.
        tokens: how many it is of, a scalar without.
    """

    total: Tensor
    tokens: Tensor

    @property
    def mean(self) -> Tensor:
        """Per token."""
        return self.total / self.tokens


class Objective(Protocol):
    """One way to train."""

    def batches(self, random: np.random.Generator) -> list[list[int]]:
        """The positions of each step of an epoch."""
        ...

    def loss(self, batch: Sequence[int], random: StepRandom) -> Loss:
        """The loss of a part of a step."""
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

    def loss(self, batch: Sequence[int], random: StepRandom) -> Loss:
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

    def loss(self, batch: Sequence[int], random: StepRandom) -> Loss:
        """See ``Objective``."""
        photos, captions, texts = zip(*(self._captions[item] for item in batch), strict=True)
        distinct = list(dict.fromkeys(photos))
        sided = {photo for photo, text in zip(photos, texts, strict=True) if _SIDES.search(text)}
        coins = zip(random.coins(distinct), distinct, strict=True)
        mirrored = [coin and photo not in sided for coin, photo in coins]
        prefix = self._network.project(self._features(distinct, mirrored, random))
        prefix = prefix[[distinct.index(photo) for photo in photos]]
        return _cross_entropy(self._network, prefix, pad(captions, IGNORED), self._stage)


def _cross_entropy(network: ClipCap, prefix: Tensor, labels: Tensor, stage: Stage) -> Loss:
    logits, kept = _text_logits(network, prefix, labels)
    total = cross_entropy(logits, kept, label_smoothing=stage.label_smoothing, reduction="sum")
    return Loss(total, _count(kept))


def _text_logits(network: ClipCap, prefix: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Logits (N, V) and labels (N,) of the N positions that have a label; nothing is computed for padding."""
    # Found on the CPU: on a GPU the search for them would wait for all work before it.
    places = labels.flatten().ne(IGNORED).nonzero().squeeze(1)
    kept = labels.flatten()[places].to(network.device)
    tokens = labels[:, :-1].clamp(min=0).to(network.device)
    return network.logits(prefix, tokens, places.to(network.device)), kept


def _count(kept: Tensor) -> Tensor:
    return torch.tensor(float(len(kept)), device=kept.device)


class CiderObjective:
    """Self-critical training (Rennie et al. 2017): samples better than their siblings are made likelier.

    The baseline of a sample is the mean reward of the photo's other samples (Luo 2020), so that no greedy
    decoding is needed. The end of the sentence is a token of the reward too; otherwise sentences that stop
    half-way are not punished.

    Args:
        network: what is trained.
        references: for each photo its captions as syllables; photos without any are left out.
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
        self._cider = CiderD.from_references([others for others in ended if others])
        self._references = [[self._cider.vector(tokens) for tokens in others] for others in ended]
        self._features, self._decode, self._stage = features, decode, stage
        self._end_id, self._longest = end_id, longest

    def batches(self, random: np.random.Generator) -> list[list[int]]:
        """See ``Objective``."""
        size = self._stage.batch_size
        shuffled = random.permutation(len(self._references)).tolist()
        order = [photo for photo in shuffled if self._references[photo]]
        return [order[i : i + size] for i in range(0, len(order), size)]

    def loss(self, batch: Sequence[int], random: StepRandom) -> Loss:
        """See ``Objective``."""
        prefix = self._network.project(self._features(batch, random.coins(batch), random))
        prefix = prefix.repeat_interleave(self._stage.samples, dim=0)
        numbers = random.uniform(batch, self._stage.samples * self._longest, draw=1)
        samples = sample(
            self._network.language_model,
            prefix.detach(),
            self._end_id,
            torch.from_numpy(numbers.reshape(len(prefix), self._longest)),
            self._stage.temperature,
        )
        labels = pad(samples, IGNORED)
        logits, kept = _text_logits(self._network, prefix, labels)
        lengths = torch.tensor([len(row) for row in samples])
        weights = self._advantages(batch, samples).repeat_interleave(lengths).to(self._network.device)
        log_probs = -cross_entropy(logits, kept, reduction="none")
        return Loss(-(log_probs * weights).sum(), _count(kept))

    def _advantages(self, batch: Sequence[int], samples: Sequence[Sequence[int]]) -> Tensor:
        """How much better than its siblings each sample is, one number per sample."""
        rewards = torch.tensor([self._reward(batch, i, row) for i, row in enumerate(samples)])
        by_photo = rewards.view(len(batch), self._stage.samples)
        others = (by_photo.sum(1, keepdim=True) - by_photo) / (self._stage.samples - 1)
        return (by_photo - others).flatten()

    def _reward(self, batch: Sequence[int], index: int, row: Sequence[int]) -> float:
        ended = row[-1] == self._end_id
        syllables = self._decode(row[:-1] if ended else row) + [self._END] * ended
        references = self._references[batch[index // self._stage.samples]]
        return self._cider.vector_score(self._cider.vector(syllables), references)


@torch.no_grad()
def sample(
    language_model: Any, prefix: Tensor, end_id: int, numbers: Tensor, temperature: float = 1.0
) -> list[list[int]]:
    """Draw one sentence for each row of prefix embeddings (B, K, D) from the model's own distribution.

    Args:
        language_model: GPT-2 with its output layer.
        prefix: one row per sentence.
        end_id: ends a sentence.
        numbers: uniform in [0, 1), (B, T): each decides one token of at most T.
        temperature: below 1 the distribution is sharpened.

    Returns:
        Token ids, with the end token where it was reached within T tokens.
    """
    output = language_model.transformer(inputs_embeds=prefix, use_cache=True)
    longest = numbers.shape[1]
    numbers = numbers.float().to(prefix.device)
    drawn = torch.full((len(prefix), longest), end_id, device=prefix.device)
    rows = torch.arange(len(prefix), device=prefix.device)
    for position in range(longest):
        logits = language_model.lm_head(output.last_hidden_state[:, -1])
        tokens = _draw(logits.float() / temperature, numbers[rows, position])
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


def _draw(logits: Tensor, numbers: Tensor) -> Tensor:
    """The token (B, 1) at which the cumulative probability of (B, V) passes the number (B,)."""
    passed = logits.softmax(dim=-1).cumsum(dim=-1)
    wanted = numbers.unsqueeze(1) * passed[:, -1:]
    return torch.searchsorted(passed, wanted, right=True).clamp(max=logits.shape[-1] - 1)
