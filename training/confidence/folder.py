"""Fits the confidence of a model folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.captioner import load_captioner
from engine.store import CONFIG_FILE, ModelFolder, open_folder
from training.confidence.fitting import MIDDLE, Judged, fit
from training.confidence.others import Other, some
from training.confidence.quality import quality
from training.confidence.sighting import sight
from training.data import Dataset
from training.more_captions import add_translations

OTHERS = 900
"""Pictures that are no photos, at most, to learn from and to report on: two for each weight to be learned."""


def fit_folder(
    folder: ModelFolder, dataset: Dataset, others: Sequence[Other], run_folder: Path | None
) -> ModelFolder:
    """Fit the confidence of a model and write it into its config.

    Args:
        folder: the model.
        dataset: photos with captions.
        others: pictures that are no photos; those of the part ``fit`` are used.
        run_folder: where the translated captions are.
    """
    captioner = load_captioner(folder)
    judged = {}
    for split in ("train", "val"):
        examples = dataset.split(split)
        if run_folder:
            examples = add_translations(examples, run_folder)
        seen = sight(captioner, [example.image for example in examples], MIDDLE if split == "val" else None)
        judged[split] = Judged(seen, quality([one.text for one in seen], examples))
    strange = sight(captioner, [other.file for other in some(others, "fit", OTHERS)])
    config = replace(folder.config, calibration=fit(judged["train"], judged["val"], strange))
    (folder.path / CONFIG_FILE).write_text(config.to_json(), encoding="utf-8")
    return open_folder(folder.path)
