"""A trained checkpoint -> the model folder that ships: exported, tuned, calibrated, scored, documented."""

from __future__ import annotations

import itertools
import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine import checkpoint
from engine.captioner import load_captioner
from engine.config import MODEL_FILE, ModelConfig, is_frozen
from engine.contract import SearchOptions
from engine.export import export_folder, report_agreement
from engine.store import CONFIG_FILE, ModelFolder, open_folder
from training.calibrate import expected_calibration_error
from training.confidence.folder import fit_folder
from training.confidence.others import Other
from training.confidence.quality import above_median, quality
from training.data import DataError, Example
from training.evaluate import Described, describe_all
from training.metrics import evaluate, intervals
from training.model_card import write_model_card
from training.model_config import TOKENIZER_FILE, is_published
from training.more_captions import add_translations
from training.run_photos import run_photos

INT8_TOLERANCE = 0.01
"""Share of CIDEr-D on validation photos that 8-bit weights may cost; above it the release fails."""

_LONGEST, _LONGEST_PUBLISHED = 18, 36
"""Tokens of a sentence, in an own vocabulary and in a published one that needs more for a syllable. Longer
ones hardly occur; with a length penalty the search goes on to this limit."""

_COMPARED = 50
"""Photos on which the captions of int8 and fp32 are compared word by word."""

_log = logging.getLogger(__name__)


class RoundingError(DataError):
    """8-bit weights cost too much."""


def release(
    run: Path,
    data: Path,
    folder: Path,
    card: Path,
    *,
    others: Sequence[Other] = (),
    int8: bool = True,
) -> ModelFolder:
    """Make the folder of a trained model.

    Search options are chosen, and the confidence is fitted, on validation photos; test photos are only
    scored, once.

    Args:
        run: folder of a finished ``fit``.
        data: folder of the datasets.
        folder: the model folder to write.
        card: template of its model card.
        others: pictures that are no photos; the confidence learns from them that they are none.
        int8: store the matrices of the graphs in 8 bits.

    Raises:
        ModelError: no finished run, or the export disagrees with the network.
        DataError: the datasets are absent.
        RoundingError: 8-bit weights cost too much.
    """
    network, config = checkpoint.load(run / MODEL_FILE)
    tokenizer = run / TOKENIZER_FILE
    dataset = run_photos(data, run)
    validation = add_translations(dataset.split("val"), run)
    full_size = any(is_frozen(config.net, part) for part in config.net)
    made = export_folder(
        network, config, tokenizer, folder, int8=int8, fp32_too=int8 and full_size, weights=full_size
    )
    made = _with_config(made, replace(made.config, generation=_best_search(made, validation)))
    described = _describe(made, validation)
    if int8:
        with tempfile.TemporaryDirectory() as temporary:
            plain = export_folder(network, made.config, tokenizer, Path(temporary), int8=False)
            _check_int8(described, _describe(plain, validation))
            report_agreement(made, plain, [example.image for example in validation[:_COMPARED]])
    made = fit_folder(made, dataset, others, run)
    _report(made, {"val": validation, "test": dataset.split("test")}, card)
    return made


def _describe(folder: ModelFolder, examples: Sequence[Example]) -> list[Described]:
    return describe_all(load_captioner(folder), examples)


def _with_config(folder: ModelFolder, config: ModelConfig) -> ModelFolder:
    (folder.path / CONFIG_FILE).write_text(config.to_json(), encoding="utf-8")
    return open_folder(folder.path)


def _cider(described: Sequence[Described]) -> float:
    return evaluate([item.scored for item in described])["CIDEr-D"]


def searches(config: ModelConfig) -> list[SearchOptions]:
    """What is tried on validation photos, the cheapest first.

    For the embedded model five beams bring 0.3 % of CIDEr-D there and cost 10 ms a picture.
    """
    published = is_published(config.net["language_model"])
    beams, longest = ((1, 3, 5), _LONGEST_PUBLISHED) if published else ((1, 3), _LONGEST)
    return [
        SearchOptions(beam_size=beam, length_penalty=penalty, max_length=longest)
        for beam, penalty in itertools.product(beams, (0.0, 0.3, 0.6, 0.9))
    ]


def _best_search(folder: ModelFolder, validation: Sequence[Example]) -> SearchOptions:
    """The search with the highest CIDEr-D on validation photos; the cheaper one of equals."""
    best, best_score = SearchOptions(), -1.0
    for options in searches(folder.config):
        score = _cider(
            _describe(replace(folder, config=replace(folder.config, generation=options)), validation)
        )
        _log.info("validation CIDEr-D %.4f with %s", score, options)
        if score > best_score:
            best, best_score = options, score
    return best


def _check_int8(small: Sequence[Described], plain: Sequence[Described]) -> None:
    exact, rounded = _cider(plain), _cider(small)
    _log.info("validation CIDEr-D: fp32 %.4f, int8 %.4f", exact, rounded)
    if rounded < exact * (1 - INT8_TOLERANCE):
        raise RoundingError(
            f"8-bit weights cost too much: CIDEr-D {rounded:.4f} against {exact:.4f} in fp32 on validation "
            "photos. Export without them."
        )


def _report(folder: ModelFolder, splits: Mapping[str, Sequence[Example]], card: Path) -> None:
    """Score validation and test photos, where there are any, and write MODEL_CARD.md."""
    results = {}
    for split, examples in splits.items():
        if not examples:
            continue
        described = _describe(folder, examples)
        items = [item.scored for item in described]
        confidence = [item.caption.confidence for item in described]
        values = quality([item.caption.text for item in described], examples)
        results[split] = {
            "photos": len(items),
            "scores": evaluate(items),
            "intervals": intervals(items),
            "calibration error": expected_calibration_error(confidence, above_median(values)),
        }
    write_model_card(card, results, folder.path / "MODEL_CARD.md")
