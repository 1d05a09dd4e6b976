"""English captions -> Vietnamese ones, with a small network trained on the captions that exist in both.

Photos come with five English captions, of which some were translated. A translator trained on these pairs
translates the others, so that the captioner sees more sentences per photo. Pairs are few, so Vietnamese text
without an original is translated back into English first and joins them (Sennrich et al. 2016).

Letters: B sentences, N source tokens, T target tokens, D width.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engine.contract import Floats, SearchOptions
from engine.search import Step, beam_search
from training.batches import IGNORED, StepRandom, length_batches, pad
from training.objectives import Loss
from training.recipe import Stage
from training.vocabulary import END_ID, PAD_ID

Ids = Sequence[int]
Pair = tuple[Ids, Ids]
"""Source and target, both with the end token."""

_POSITIONS = 96
_NOT_ENGLISH = re.compile(r"[^a-z0-9' ]")


def normalise_english(text: str) -> str:
    """Lower case, letters, digits and apostrophes only, single spaces."""
    return " ".join(_NOT_ENGLISH.sub(" ", text.lower().replace("-", " ")).split())


class Translator(nn.Module):
    """Encoder-decoder transformer (Vaswani et al. 2017), pre-norm, with learned positions.

    Args:
        source_size: tokens of the source language.
        target_size: tokens of the target language.
        width: D.
        layers: of encoder and decoder each.
        heads: attention heads.
    """

    def __init__(
        self, source_size: int, target_size: int, *, width: int = 256, layers: int = 3, heads: int = 4
    ) -> None:
        super().__init__()
        self._scale = math.sqrt(width)
        self.source, self.target = nn.Embedding(source_size, width), nn.Embedding(target_size, width)
        for embedding in (self.source, self.target):
            nn.init.normal_(embedding.weight, std=0.05)
        self.source_positions = nn.Parameter(torch.randn(_POSITIONS, width) * 0.02)
        self.target_positions = nn.Parameter(torch.randn(_POSITIONS, width) * 0.02)
        sizes: dict[str, Any] = {
            "d_model": width, "nhead": heads, "dim_feedforward": 4 * width, "dropout": 0.0,
            "activation": "gelu", "batch_first": True, "norm_first": True,
        }  # fmt: skip
        encoder_layer, decoder_layer = (
            nn.TransformerEncoderLayer(**sizes),
            nn.TransformerDecoderLayer(**sizes),
        )
        norms = nn.LayerNorm(width), nn.LayerNorm(width)
        self.encoder_stack = nn.TransformerEncoder(
            encoder_layer, layers, norms[0], enable_nested_tensor=False
        )
        self.decoder_stack = nn.TransformerDecoder(decoder_layer, layers, norms[1])
        self.dropout = nn.Dropout(0.0)

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """(B, N) ids -> (B, N, D) memory, and (B, N) true where there is padding."""
        padding = source == PAD_ID
        embedded = self.dropout(self.source(source) * self._scale + self.source_positions[: source.shape[1]])
        return self.encoder_stack(embedded, src_key_padding_mask=padding), padding

    def decode(self, memory: Tensor, padding: Tensor, target: Tensor) -> Tensor:
        """(B, T) ids that begin with the end token -> (B, T, V) logits of the next ones."""
        length = target.shape[1]
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        embedded = self.dropout(self.target(target) * self._scale + self.target_positions[:length])
        hidden = self.decoder_stack(
            embedded, memory, tgt_mask=future, memory_key_padding_mask=padding, tgt_is_causal=True
        )
        logits: Tensor = hidden @ self.target.weight.T
        return logits


class TranslationObjective:
    """Cross-entropy of the target given the source.

    Args:
        network: what is trained.
        pairs: source and target.
        stage: batch size and label smoothing.
    """

    def __init__(self, network: Translator, pairs: Sequence[Pair], stage: Stage) -> None:
        self._network, self._pairs, self._stage = network, pairs, stage

    def batches(self, random: np.random.Generator) -> list[list[int]]:
        """See ``training.objectives.Objective``."""
        return length_batches([len(target) for _, target in self._pairs], self._stage.batch_size, random)

    def loss(self, batch: Sequence[int], random: StepRandom) -> Loss:
        """See ``training.objectives.Objective``."""
        source = pad([self._pairs[item][0] for item in batch], PAD_ID)
        labels = pad([self._pairs[item][1] for item in batch], IGNORED)
        start = torch.full((len(batch), 1), END_ID)
        inputs = torch.cat((start, labels[:, :-1].clamp(min=0)), dim=1)
        logits = self._network.decode(*self._network.encode(source), inputs)
        total = cross_entropy(
            logits.flatten(0, 1),
            labels.flatten(),
            ignore_index=IGNORED,
            label_smoothing=self._stage.label_smoothing,
            reduction="sum",
        )
        return Loss(total, labels.ne(IGNORED).sum())


class _Rows:
    """The translator as a ``Decoder`` of ``engine.search``, without a cache: captions are short."""

    end_id = END_ID

    def __init__(self, network: Translator, source: Tensor) -> None:
        self._network = network
        self._memory, self._padding = network.encode(source)

    def begin(self, prefix: Floats, width: int) -> Step:
        rows = torch.arange(len(prefix))
        return self._step(rows, torch.full((len(prefix), 1), END_ID), width)

    def advance(
        self, cache: tuple[Tensor, Tensor], parents: NDArray[np.int64], tokens: NDArray[np.int64], width: int
    ) -> Step:
        rows, target = (part[torch.from_numpy(parents)] for part in cache)
        return self._step(rows, torch.cat((target, torch.from_numpy(tokens)[:, None]), dim=1), width)

    def _step(self, rows: Tensor, target: Tensor, width: int) -> Step:
        logits = self._network.decode(self._memory[rows], self._padding[rows], target)[:, -1]
        best = logits.log_softmax(dim=-1).topk(min(width, logits.shape[-1]))
        return Step((rows, target), best.values.numpy(), best.indices.numpy())


@torch.inference_mode()
def translate(network: Translator, sources: Sequence[Ids], beam_size: int) -> list[list[int]]:
    """Translate sentences.

    Args:
        network: trained, in evaluation mode.
        sources: token ids with the end token.
        beam_size: 1 for greedy translation.

    Returns:
        Token ids without the end token, in the order of the sources.
    """
    options = SearchOptions(beam_size=beam_size, length_penalty=0.6 if beam_size > 1 else 0.0, max_length=40)
    order = sorted(range(len(sources)), key=lambda item: len(sources[item]))
    found: list[list[int]] = [[] for _ in sources]
    for start in range(0, len(order), 64):
        batch = order[start : start + 64]
        decoder = _Rows(network, pad([sources[item] for item in batch], PAD_ID))
        # The prefix only says how many sentences there are; the memory is the decoder's own.
        hypotheses = beam_search(decoder, np.zeros((len(batch), 0, 0), np.float32), options)
        for item, best in zip(batch, hypotheses, strict=True):
            found[item] = list(best[0].tokens)
    return found
