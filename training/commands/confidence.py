"""``python -m training confidence``: fit a model's confidence, and report how far it can be trusted."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.captioner import Captioner, load_captioner
from engine.config import Calibration
from engine.contract import ModelMismatch
from engine.store import ModelFolder, ModelStore
from training.commands.places import DATA
from training.confidence import report
from training.confidence.evaluation import Spoken, compare_methods, speak_of_others
from training.confidence.fitting import Judged
from training.confidence.folder import OTHERS, fit_folder
from training.confidence.others import Other, read_others, some
from training.confidence.quality import quality
from training.confidence.sighting import sight
from training.data import Dataset, Example
from training.datasets import read_photos
from training.evaluate import describe_all
from training.more_captions import add_translations

OTHERS_FOLDER = Path("runs/gate")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--model", default="starter", help="name or folder of a model")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument(
        "--others", type=Path, default=OTHERS_FOLDER, help="pictures made by python -m training gate --make"
    )
    parser.add_argument(
        "--run-folder", type=Path, help="of the model's run: its translated captions count too"
    )
    parser.add_argument("--fit", action="store_true", help="fit anew and write the model's config.json")
    parser.add_argument("--report", type=Path, help="Markdown file whose figures are replaced")


def run(options: argparse.Namespace) -> None:
    """Carry the command out."""
    folder = ModelStore().find(options.model)
    dataset, others = read_photos(options.data), read_others(options.others)
    if options.fit:
        folder = fit_folder(folder, dataset, others, options.run_folder)
    figures = _figures(folder, dataset, others, options.run_folder)
    if options.report:
        report.write_report(options.report, figures)
    else:
        print(figures)


def _figures(folder: ModelFolder, dataset: Dataset, others: list[Other], run_folder: Path | None) -> str:
    calibration = folder.config.calibration
    if calibration is None:
        raise ModelMismatch(f"Model {folder.name} has no fitted confidence. Fit it with --fit.")
    captioner = load_captioner(folder)
    spoken = Spoken.of(describe_all(captioner, dataset.split("test")))
    rest = speak_of_others(captioner, some(others, "test", OTHERS), calibration)
    parts = [report.photos(spoken), report.others(rest), report.together(spoken, rest)]
    return "\n\n".join([*parts, *_methods(captioner, calibration, dataset.split("val"), run_folder)])


def _methods(
    captioner: Captioner, calibration: Calibration, validation: list[Example], run_folder: Path | None
) -> list[str]:
    seen = sight(captioner, [example.image for example in validation])
    texts = [sighting.text for sighting in seen]
    references = {"captions of people": validation}
    if run_folder:
        references["translated captions too"] = add_translations(validation, run_folder)
    return [
        report.choices(
            compare_methods(Judged(seen, quality(texts, examples)), calibration),
            f"on validation photos, {title}",
        )
        for title, examples in references.items()
    ]
