"""Everything a recipe trains on: sentences, photos, captions, the tokenizer and the encoder's features."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.backbones import load_packaged_weights
from engine.checkpoint import build_network
from engine.config import Preprocessing
from engine.contract import SearchOptions
from engine.nets.clipcap import ClipCap
from engine.search import beam_search
from engine.tokenizer import SubwordTokenizer, load_tokenizer
from engine.torch_runtime import TorchDecoder
from training.data import read_sentences
from training.datasets import read_photos
from training.features import FeatureCache
from training.metrics import CiderD
from training.model_config import TOKENIZER_FILE, model_config
from training.more_captions import MoreCaptions, add_translations
from training.normalise import normalise
from training.objectives import (
    CaptionObjective,
    CiderObjective,
    Objective,
    PhotoFeatures,
    TextObjective,
)
from training.photos import load_photos
from training.recipe import Recipe, Stage
from training.vocabulary import train_tokenizer

VALIDATION_SEARCH = SearchOptions(beam_size=3, max_length=30)

_VALIDATION_BATCH = 50

_MEASURED_PHOTOS = 256
"""Enough for mean and deviation of each feature channel."""

_ENCODED = 32
"""Photos that go through the encoder together."""

_log = logging.getLogger(__name__)


class Material:
    """The data of one run.

    Args:
        recipe: what is trained.
        data: folder of the datasets, see ``training.datasets``.
        run: folder of the run; tokenizer and features are kept there.
        device: where the network is trained.
    """

    def __init__(self, recipe: Recipe, data: Path, run: Path, device: str = "cpu") -> None:
        self.recipe = recipe
        self._data, self._run, self._device = data, run, device
        photos = read_photos(data)
        _log.info("%s", photos.summary())
        self.train, self.validation = photos.split("train"), photos.split("val")
        if recipe.translation:
            self.train += [photo for photo in photos.examples if photo.english and not photo.captions]
        self._files = [example.image for example in (*self.train, *self.validation)]
        self.config = model_config(recipe, run)

    def build_network(self) -> ClipCap:
        """The network with its published weights; the rest is random, but always the same."""
        torch.manual_seed(self.recipe.seed)
        package = self.recipe.encoder_package
        network = build_network(self.config, pretrained=not package)
        if package:
            load_packaged_weights(network.encoder, package)
        network.encoder.to(memory_format=torch.channels_last)
        network.to(self._device)
        network.standardise.measure(self._some_features(network))
        return network

    @torch.inference_mode()
    def _some_features(self, network: ClipCap) -> Tensor:
        files = self._files[: len(self.train) : max(1, len(self.train) // _MEASURED_PHOTOS)]
        encoder = network.encoder.eval()
        parts = [files[start : start + _ENCODED] for start in range(0, len(files), _ENCODED)]
        return torch.cat([encoder(self._photos(part)) for part in parts])

    def _photos(self, files: Sequence[Path]) -> Tensor:
        return load_photos(files, self.config.preprocessing).to(self._device)

    def objective(self, network: ClipCap, stage: Stage) -> Objective:
        """What a stage minimises."""
        if stage.objective == "text":
            sentences = [text for captions in self._captions for text in captions] + self._text
            return TextObjective(
                network, list(map(self.tokenizer.encode, sentences)), stage, self.config.end_id
            )
        features = self._features(network, stage)
        if stage.objective == "captions":
            items = [
                (photo, self.tokenizer.encode(text), text)
                for photo, captions in enumerate(self._captions)
                for text in captions
            ]
            return CaptionObjective(network, items, features, stage)
        references = [[text.split() for text in captions] for captions in self._captions]
        longest = VALIDATION_SEARCH.max_length
        end_id = self.config.end_id
        return CiderObjective(network, references, features, self._syllables, stage, end_id, longest)

    def validate(self, network: ClipCap) -> float:
        """CIDEr-D of the network's captions of the validation photos.

        Args:
            network: in evaluation mode.
        """
        examples = add_translations(self.validation, self._run)
        references = [[normalise(text).split() for text in example.captions] for example in examples]
        cider = CiderD.from_references(references)
        scores = [cider.score(*pair) for pair in zip(self._describe(network), references, strict=True)]
        return round(float(np.mean(scores)), 4)

    @cached_property
    def tokenizer(self) -> SubwordTokenizer:
        """Trained on all text the first time it is asked for, then kept in the run's folder."""
        path = self._run / TOKENIZER_FILE
        if not path.is_file():
            size = self.recipe.net["language_model"]["vocabulary"]
            texts = [normalise(text) for example in self.train for text in example.captions]
            train_tokenizer(texts + self._text, size).save(str(path))
        return load_tokenizer(path, self.config)

    @cached_property
    def _text(self) -> list[str]:
        """Sentences without a photo."""
        return read_sentences(self._data / "text" / "captions.jsonl", exclude=self.recipe.text_exclude)

    @cached_property
    def _captions(self) -> list[list[str]]:
        """For each training photo its captions, normalised, and those translated from English."""
        captions = [[normalise(text) for text in example.captions] for example in self.train]
        if not self.recipe.translation:
            return captions
        maker = MoreCaptions(self.recipe, self.train, self._text, self.tokenizer, self._run)
        more = maker.make([*self.train, *self.validation])
        return [own + more.get(example.id, []) for own, example in zip(captions, self.train, strict=True)]

    def _syllables(self, ids: Sequence[int]) -> list[str]:
        return normalise(self.tokenizer.decode(ids)).split()

    def _features(self, network: ClipCap, stage: Stage) -> PhotoFeatures:
        if stage.trains_encoder:
            return _LiveFeatures(network, stage, self.config.preprocessing, self._files)
        return self._cached(network)

    def _cached(self, network: ClipCap) -> PhotoFeatures:
        cache = FeatureCache(network.encoder, self.config.preprocessing, self._files, self._run / "features")
        return lambda photos, mirrored, _: cache[photos, mirrored].to(self._device)

    @torch.inference_mode()
    def _describe(self, network: ClipCap) -> list[list[str]]:
        decoder = TorchDecoder(network.language_model, self.config.end_id)
        found = []
        for start in range(0, len(self.validation), _VALIDATION_BATCH):
            examples = self.validation[start : start + _VALIDATION_BATCH]
            prefix = network(self._photos([example.image for example in examples]))
            found += beam_search(decoder, prefix.cpu().numpy(), VALIDATION_SEARCH)
        return [self._syllables(hypotheses[0].tokens) for hypotheses in found]


class _LiveFeatures:
    """Runs the encoder in each step, with gradients for those of its parameters that are trained."""

    def __init__(
        self, network: ClipCap, stage: Stage, preprocessing: Preprocessing, files: Sequence[Path]
    ) -> None:
        self._network, self._stage = network, stage
        self._preprocessing, self._files = preprocessing, files

    def __call__(
        self, photos: Sequence[int], mirrored: Sequence[bool], random: np.random.Generator
    ) -> Tensor:
        files = [self._files[photo] for photo in photos]
        cut = random if self._stage.augment else None
        images = load_photos(files, self._preprocessing, flip=mirrored, random=cut).to(self._network.device)
        features: Tensor = self._network.encoder(images.contiguous(memory_format=torch.channels_last))
        return features
