"""Diversity, CLIPScore and SPICE, on stand-ins for what they are computed with."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from training.data import DataError
from training.metrics import Scored, Tokenised, measure
from training.metrics.clip_score import clip_score
from training.metrics.diversity import diversity
from training.metrics.photo_scores import clip_scores
from training.metrics.predictions import Prediction
from training.metrics.spice import spice


def test_diversity_by_hand() -> None:
    found = diversity(["con chó chạy", "Con chó chạy.", "con mèo", ""], train=["con mèo"])
    assert found["vocabulary"] == 4
    assert found["distinct-1"] == pytest.approx(4 / 8)
    assert found["distinct-2"] == pytest.approx(3 / 5)
    assert found["mean length"] == pytest.approx(2)
    assert found["most frequent"] == pytest.approx(2 / 4)
    assert found["novel"] == pytest.approx(3 / 4)


def test_diversity_without_training_captions_says_nothing_of_novelty() -> None:
    assert "novel" not in diversity(["con chó"])
    assert diversity(["", ""])["distinct-2"] == 0
    with pytest.raises(DataError, match="no captions"):
        diversity([])


class Compass:
    """Sentences are directions in a plane."""

    DIRECTIONS: ClassVar = {"đông": (1, 0), "bắc": (0, 1), "tây": (-1, 0), "đông bắc": (0.6, 0.8)}

    def texts(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        return np.array([self.DIRECTIONS[text] for text in sentences], np.float32)


def test_clip_score_by_hand() -> None:
    items = [
        Scored("đông bắc", ("bắc", "đông")),
        Scored("tây", ("đông",)),
    ]
    pictures = np.array([[1, 0], [1, 0]], np.float32)
    metric = clip_score(items, pictures, Compass())
    rows = metric.measure([Tokenised((), ())] * 2)
    assert rows[0] == pytest.approx([2.5 * 0.6, 2 * 1.5 * 0.8 / (1.5 + 0.8)], rel=1e-6)
    assert rows[1] == pytest.approx([0, 0])
    assert measure(items, "vi-syllable", metric).scores()["vi-CLIPScore"] == pytest.approx(0.75)


def test_clip_score_needs_photos() -> None:
    with pytest.raises(DataError, match="--model"):
        clip_scores([Prediction("a", Scored("x", ("y",)))], "open_clip:a/b")


class FakeSpice:
    """pycocoevalcap's interface: ids -> sentences in, the mean and one mapping per picture out."""

    def compute_score(
        self, gts: Mapping[int, Sequence[str]], res: Mapping[int, Sequence[str]]
    ) -> tuple[float, Sequence[Mapping[str, Any]]]:
        assert sorted(gts) == sorted(res)
        assert all(len(said) == 1 for said in res.values())
        found = [1.0 if res[i][0] in gts[i] else float("nan") for i in sorted(res)]
        return float(np.nanmean(found)), [{"All": {"f": value, "pr": value, "re": value}} for value in found]


def test_spice_is_the_mean_of_the_f_scores() -> None:
    items = [Scored("a", ("a", "b")), Scored("c", ("d",))]
    assert measure(items, "vi-syllable", spice(items, FakeSpice())).scores()["SPICE"] == pytest.approx(0.5)


def test_spice_says_what_is_lacking_and_fetches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(DataError, match="lacks Java"):
        spice([Scored("a", ("a",))])


def test_scores_of_other_pictures_are_refused() -> None:
    items = [Scored("a", ("a",)), Scored("c", ("d",))]
    with pytest.raises(ValueError, match="2 pictures were scored, 1 are measured"):
        measure(items[:1], "vi-syllable", spice(items, FakeSpice()))
