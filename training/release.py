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
from engine.config import ModelConfig
from engine.contract import SearchOptions
from engine.export import export_folder
from engine.store import CONFIG_FILE, ModelFolder, open_folder
from training.calibrate import calibrate, expected_calibration_error
from training.data import DataError, Example, read_flickr8k_vi
from training.evaluate import Described, describe_all
from training.fit import MODEL_FILE
from training.material import TOKENIZER_FILE
from training.metrics import CiderD, evaluate, intervals
from training.model_card import write_model_card
from training.more_captions import add_translations
from training.normalise import normalise

INT8_TOLERANCE = 0.01
"""Share of CIDEr-D on validation photos that 8-bit weights may cost; above it the release fails."""

_LONGEST = 18
"""Tokens of a sentence. Longer ones hardly occur; with a length penalty the search goes on to this limit."""

SEARCHES = tuple(
    SearchOptions(beam_size=beam, length_penalty=penalty, max_length=_LONGEST)
    for beam, penalty in itertools.product((1, 3), (0.0, 0.3, 0.6, 0.9))
)
"""What is tried on validation photos. Five beams bring 0.3 % of CIDEr-D there and cost 10 ms a picture."""

_log = logging.getLogger(__name__)


def release(run: Path, data: Path, folder: Path, card: Path) -> ModelFolder:
    """Make the folder of a trained model.

    Search options are chosen, and the confidence is fitted, on validation photos; test photos are only
    scored, once.

    Args:
        run: folder of a finished ``fit``.
        data: folder of the datasets.
        folder: the model folder to write.
        card: template of its model card.

    Raises:
        ModelError: no finished run, or the export disagrees with the network.
        DataError: the datasets are absent, or 8-bit weights cost too much.
    """
    network, config = checkpoint.load(run / MODEL_FILE)
    tokenizer = run / TOKENIZER_FILE
    dataset = read_flickr8k_vi(data / "flickr8k-vi")
    validation = add_translations(dataset.split("val"), run)
    small = export_folder(network, config, tokenizer, folder)
    small = _with_config(small, replace(small.config, generation=_best_search(small, validation)))
    described = _describe(small, validation)
    with tempfile.TemporaryDirectory() as temporary:
        plain = export_folder(network, small.config, tokenizer, Path(temporary), int8=False)
        _check_int8(described, _describe(plain, validation))
    small = _with_config(small, _calibrated(small.config, described))
    _report(small, {"val": validation, "test": dataset.split("test")}, card)
    return small


def _describe(folder: ModelFolder, examples: Sequence[Example]) -> list[Described]:
    return describe_all(load_captioner(folder), examples)


def _with_config(folder: ModelFolder, config: ModelConfig) -> ModelFolder:
    (folder.path / CONFIG_FILE).write_text(config.to_json(), encoding="utf-8")
    return open_folder(folder.path)


def _cider(described: Sequence[Described]) -> float:
    return evaluate([item.scored for item in described])["CIDEr-D"]


def _best_search(folder: ModelFolder, validation: Sequence[Example]) -> SearchOptions:
    """The search with the highest CIDEr-D on validation photos; the cheaper one of equals."""
    best, best_score = SEARCHES[0], -1.0
    for options in SEARCHES:
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
        raise DataError(
            f"8-bit weights cost too much: CIDEr-D {rounded:.4f} against {exact:.4f} in fp32 on validation "
            "photos. Export without them, or keep the sensitive layers in fp32."
        )


def quality(described: Sequence[Described]) -> list[float]:
    """CIDEr-D of each caption, with document frequencies of all of them together."""
    references = [[normalise(text).split() for text in item.example.captions] for item in described]
    cider = CiderD.from_references(references)
    return [
        cider.score(normalise(item.caption.text).split(), others)
        for item, others in zip(described, references, strict=True)
    ]


def above_median(values: Sequence[float]) -> list[bool]:
    """Which values are above the median: what confidence is the probability of."""
    median = sorted(values)[len(values) // 2]
    return [value > median for value in values]


def _calibrated(config: ModelConfig, described: Sequence[Described]) -> ModelConfig:
    good = above_median(quality(described))
    return replace(config, calibration=calibrate([item.caption.features for item in described], good))


def _report(folder: ModelFolder, splits: Mapping[str, Sequence[Example]], card: Path) -> None:
    """Score validation and test photos and write MODEL_CARD.md."""
    results = {}
    for split, examples in splits.items():
        described = _describe(folder, examples)
        items = [item.scored for item in described]
        confidence = [item.caption.confidence for item in described]
        results[split] = {
            "photos": len(items),
            "scores": evaluate(items),
            "intervals": intervals(items),
            "calibration error": expected_calibration_error(confidence, above_median(quality(described))),
        }
    write_model_card(card, results, folder.path / "MODEL_CARD.md")
