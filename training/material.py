"""Everything a recipe trains on: sentences, photos, captions, the tokenizer and the encoder's features."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from functools import cached_property
from itertools import takewhile
from pathlib import Path

import torch
from torch import Tensor

from engine.backbones import load_packaged_weights
from engine.checkpoint import build_network
from engine.config import ModelConfig
from engine.nets.clipcap import ClipCap
from engine.tokenizer import SubwordTokenizer, load_tokenizer
from training.base import Base, load_base
from training.batches import StepRandom
from training.data import read_sentences
from training.distributed import Team
from training.features import FeatureCache
from training.live_features import LiveFeatures
from training.lora import add_lora
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
from training.observing import Sample
from training.photos import load_photos
from training.recipe import Recipe, RecipeError, Stage
from training.run_photos import run_photos
from training.validation import VALIDATION_SEARCH, Validation
from training.vocabulary import save_tokenizer, train_tokenizer

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
        run: folder of the run; splits, tokenizer and features are kept there.
        team: the processes that train together.

    Raises:
        DataError, RecipeError, ModelError: something needed is absent or does not fit.
    """

    def __init__(self, recipe: Recipe, data: Path, run: Path, team: Team | None = None) -> None:
        self.recipe, self._team = recipe, team or Team()
        self._data, self._run = data, run
        run.mkdir(parents=True, exist_ok=True)
        with self._team.main_first():
            photos = run_photos(data, run)
            self._base = load_base(recipe.base) if recipe.base else None
            self.config = self._config()
        _log.info("%s", photos.summary())
        self.train, self.validation = photos.split("train"), photos.split("val")
        if recipe.translation:
            self.train += [photo for photo in photos.examples if photo.english and not photo.captions]
        self._files = [example.image for example in (*self.train, *self.validation)]
        self._cached_features: PhotoFeatures | None = None
        self._unreadable: Set[int] = frozenset()

    def _config(self) -> ModelConfig:
        recipe, base = self.recipe, self._base
        if base:
            _copy(base, self._run / TOKENIZER_FILE)
            return config_on_base(recipe, base)
        if not recipe.net:
            raise RecipeError(f"The recipe {recipe.source} trains a model further: name it with --base.")
        return model_config(recipe, self._run)

    def build_network(self) -> ClipCap:
        """The network of the base, or one with published weights and the rest random, but always the same."""
        torch.manual_seed(self.recipe.seed)
        network = self._base.network if self._base else self._new_network()
        network.to(self._team.device)
        if not self._base:
            network.standardise.measure(self._some_features(network))
        if self.recipe.trains_lora:
            torch.manual_seed(self.recipe.seed)
            add_lora(network, self.recipe.lora)
        return network

    def _new_network(self) -> ClipCap:
        package = self.recipe.encoder_package
        network = build_network(self.config, pretrained=not package)
        if package:
            load_packaged_weights(network.encoder, package)
        network.encoder.to(memory_format=torch.channels_last)
        return network

    @torch.inference_mode()
    def _some_features(self, network: ClipCap) -> Tensor:
        files = self._files[: len(self.train) : max(1, len(self.train) // _MEASURED_PHOTOS)]
        encoder = network.encoder.eval()
        parts = [files[start : start + _ENCODED] for start in range(0, len(files), _ENCODED)]
        return torch.cat([encoder(self._photos(part)) for part in parts])

    def _photos(self, files: Sequence[Path]) -> Tensor:
        return load_photos(files, self.config.preprocessing).to(self._team.device)

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
                for photo, captions in enumerate(self._readable_captions)
                for text in captions
            ]
            return CaptionObjective(network, items, features, stage)
        references = [[text.split() for text in captions] for captions in self._readable_captions]
        longest = VALIDATION_SEARCH.max_length
        end_id = self.config.end_id
        return CiderObjective(network, references, features, self._syllables, stage, end_id, longest)

    def encode_photos(self, network: ClipCap) -> None:
        """Cache the features of all photos, for the stages before the first that trains the encoder."""
        for stage in takewhile(lambda stage: not stage.trains_encoder, self.recipe.stages):
            if stage.objective != "text":
                self._features(network, stage)

    def validate(self, network: ClipCap) -> float:
        """CIDEr-D of the network's captions of the validation photos.

        Args:
            network: in evaluation mode.
        """
        return self._validation.score(network, self._prefixes(network))

    def samples(self, network: ClipCap, stage: str, epoch: int) -> list[Sample]:
        """What the network says of some validation photos, the same ones each time."""
        return self._validation.samples(network, self._prefixes(network), stage, epoch)

    @cached_property
    def tokenizer(self) -> SubwordTokenizer:
        """Trained on all text the first time it is asked for, then kept in the run's folder."""
        path = self._run / TOKENIZER_FILE
        with self._team.main_first():
            if not path.is_file():
                size = self.recipe.net["language_model"]["vocabulary"]
                texts = [normalise(text) for example in self.train for text in example.captions]
                save_tokenizer(train_tokenizer(texts + self._text, size), path)
        return load_tokenizer(path, self.config)

    @cached_property
    def _text(self) -> list[str]:
        """Sentences without a photo; photos alone will do where no stage learns from text."""
        file = self._data / "text" / "captions.jsonl"
        wanted = any(stage.objective == "text" for stage in self.recipe.stages)
        return read_sentences(file, exclude=self.recipe.text_exclude) if wanted or file.is_file() else []

    @cached_property
    def _captions(self) -> list[list[str]]:
        """For each training photo its captions, normalised, and those translated from English."""
        captions = [[normalise(text) for text in example.captions] for example in self.train]
        if not self.recipe.translation:
            return captions
        maker = MoreCaptions(self.recipe, self.train, self._text, self.tokenizer, self._run)
        with self._team.main_first():
            more = maker.make([*self.train, *self.validation])
        return [own + more.get(example.id, []) for own, example in zip(captions, self.train, strict=True)]

    @property
    def _readable_captions(self) -> list[list[str]]:
        """The same, but none for photos that could be read no more when they were encoded."""
        return [[] if photo in self._unreadable else own for photo, own in enumerate(self._captions)]

    @cached_property
    def _validation(self) -> Validation:
        examples = add_translations(self.validation, self._run)
        return Validation(examples, self.tokenizer, self.config.end_id, self._team)

    def _syllables(self, ids: Sequence[int]) -> list[str]:
        return normalise(self.tokenizer.decode(ids)).split()

    def _features(self, network: ClipCap, stage: Stage) -> PhotoFeatures:
        self._cached_features = None
        if stage.trains_encoder:
            return LiveFeatures(network, self.config.preprocessing, self._files, augment=stage.augment)
        with self._team.main_first():
            cache = FeatureCache(
                network.encoder,
                self.config.preprocessing,
                self._files,
                self._run / "features",
                crops=stage.crops,
            )
        self._unreadable = cache.unreadable
        self._cached_features = lambda photos, mirrored, _: cache[photos, mirrored].to(self._team.device)
        return lambda photos, mirrored, random: cache.draw(photos, mirrored, random).to(self._team.device)

    def _prefixes(self, network: ClipCap) -> Callable[[Sequence[int]], Tensor]:
        """Validation photos by position -> prefix embeddings; their features are cached with the others'."""
        first, cached = len(self.train), self._cached_features

        def prefixes(photos: Sequence[int]) -> Tensor:
            if cached:
                places = [first + photo for photo in photos]
                return network.project(cached(places, [False] * len(places), StepRandom()))
            return network(self._photos([self.validation[photo].image for photo in photos]))  # type: ignore[no-any-return]

        return prefixes


def config_on_base(recipe: Recipe, base: Base) -> ModelConfig:
    """The configuration of a model that goes on from another: a new name and recipe, nothing fitted yet."""
    return replace(
        base.config,
        name=recipe.name,
        licence=f"{recipe.licence}; base {base.config.name}: {base.config.licence}",
        recipe=recipe.source.name,
        calibration=None,
        files={},
    )


def _copy(base: Base, path: Path) -> None:
    partial = path.with_suffix(".part")
    shutil.copyfile(base.tokenizer_file, partial)
    partial.replace(path)
