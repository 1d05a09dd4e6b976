"""What commands score: captions from a file, or said by a model now."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.config import MODEL_FILE
from engine.contract import CaptionOptions
from engine.store import ModelStore
from training.commands.places import DATA
from training.data import SPLITS, DataError
from training.datasets import read_photos
from training.metrics.predictions import Prediction, read_predictions


@dataclass(frozen=True, slots=True)
class Captions:
    """Captions of pictures, with where they come from.

    Attributes:
        title: name of the file or of the model.
        predictions: in the order of the file or of the dataset.
        train: captions the model may have been trained on; empty where they are not known.
        checkpoint: where the model's ``model.safetensors`` would be; ``None`` for captions of a file.
    """

    title: str
    predictions: Sequence[Prediction]
    train: Sequence[str] = ()
    checkpoint: Path | None = None


def add_dataset_options(parser: argparse.ArgumentParser) -> None:
    """Add what a model is shown."""
    parser.add_argument("--data", type=Path, default=DATA, help="folder of photos with captions")
    parser.add_argument("--split", choices=SPLITS, default="test")
    parser.add_argument("--beams", type=int, help="beam size; default as the model says")


def from_file(file: Path) -> Captions:
    """Captions that were written down.

    Raises:
        DataError: as ``read_predictions`` does.
    """
    return Captions(file.name, read_predictions(file))


def from_model(model: str, options: argparse.Namespace) -> Captions:
    """Have a model describe the photos of a dataset.

    Args:
        model: name or folder.
        options: those of ``add_dataset_options``.

    Raises:
        CaptionError: the model cannot be used or a photo not be read.
        DataError: the dataset cannot be used.
    """
    # Scoring captions of a file needs none of this.
    from engine.captioner import load_captioner
    from training.evaluate import describe_all

    folder = ModelStore().find(model)
    captioner = load_captioner(folder)
    dataset = read_photos(options.data, training=False)
    examples = dataset.split(options.split)
    if not examples:
        raise DataError(
            f"{options.data} has no photos with captions for {options.split}. Choose another --split of: "
            f"{', '.join(name for name in SPLITS if dataset.split(name))}."
        )
    described = describe_all(captioner, examples, CaptionOptions(beam_size=options.beams))
    train = [text for example in dataset.split("train") for text in example.captions]
    return Captions(folder.name, [item.prediction for item in described], train, folder.path / MODEL_FILE)
