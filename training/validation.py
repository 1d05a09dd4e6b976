"""Validation photos described by the network in training, and how good that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.contract import SearchOptions
from engine.nets.clipcap import ClipCap
from engine.search import beam_search
from engine.tokenizer import SubwordTokenizer
from engine.torch_runtime import TorchDecoder
from training.data import Example
from training.distributed import Team
from training.lora import merged
from training.metrics import CiderD
from training.normalise import normalise
from training.observing import Sample

VALIDATION_SEARCH = SearchOptions(beam_size=3, max_length=30)

_BATCH = 50

_SAMPLES = 5
"""Photos whose captions are written down after each epoch."""

PrefixesOf = Callable[[Sequence[int]], Tensor]
"""Validation photos by position -> (B, K, D) prefix embeddings."""


class Validation:
    """The validation photos of a run.

    Args:
        examples: with all their captions.
        tokenizer: of the language model.
        end_id: token that ends a sentence.
        team: the processes that share the photos.
    """

    def __init__(
        self, examples: Sequence[Example], tokenizer: SubwordTokenizer, end_id: int, team: Team
    ) -> None:
        self._examples, self._tokenizer, self._end_id, self._team = examples, tokenizer, end_id, team
        self._references = [[normalise(text).split() for text in example.captions] for example in examples]
        self._cider = CiderD.from_references(self._references)

    def score(self, network: ClipCap, prefixes: PrefixesOf) -> float:
        """Mean CIDEr-D of the captions.

        Args:
            network: in evaluation mode.
            prefixes: of the photos, by the network.
        """
        mine = self._team.share(range(len(self._examples)))
        captions = self._describe(network, prefixes, mine)
        scores = [
            self._cider.score(caption.split(), self._references[photo])
            for photo, caption in zip(mine, captions, strict=True)
        ]
        total = self._team.sum(torch.tensor(sum(scores), dtype=torch.float64, device=self._score_device))
        return round(float(total) / len(self._examples), 4)

    def samples(self, network: ClipCap, prefixes: PrefixesOf, stage: str, epoch: int) -> list[Sample]:
        """What the network says of some photos, the same ones each time."""
        chosen = range(0, len(self._examples), max(1, len(self._examples) // _SAMPLES))[:_SAMPLES]
        return [
            Sample(
                stage=stage,
                epoch=epoch,
                file=str(self._examples[photo].image.absolute()),
                references=self._examples[photo].captions,
                caption=caption,
            )
            for photo, caption in zip(chosen, self._describe(network, prefixes, chosen), strict=True)
        ]

    @property
    def _score_device(self) -> torch.device:
        """MPS has no float64, and is alone."""
        return torch.device("cpu") if self._team.count == 1 else self._team.device

    @torch.inference_mode()
    def _describe(self, network: ClipCap, prefixes: PrefixesOf, photos: Sequence[int]) -> list[str]:
        found: list[str] = []
        with merged(network):
            decoder = TorchDecoder(network.language_model, self._end_id)
            for start in range(0, len(photos), _BATCH):
                prefix = prefixes(photos[start : start + _BATCH])
                hypotheses = beam_search(decoder, prefix.float().cpu().numpy(), VALIDATION_SEARCH)
                found += [normalise(self._tokenizer.decode(best[0].tokens)) for best in hypotheses]
        return found
