"""How long describing one 1080p picture takes with the embedded model, warm and cold.

    .venv/bin/python benchmarks/describe.py [--json FILE]

Also printed: the ratio to a network of the same sizes run through torch and ``transformers`` ``generate``,
both with random weights and sentences of the same length, measured in turn in the same run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from assistant.commands.describe import ENOUGH_PIXELS
from benchmarks.timing import cold, in_turn, machine
from engine import ModelStore, load_captioner, read_image
from engine.captioner import Captioner

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = sorted((ROOT / "resources" / "samples").glob("*.jpg"))

WARM_RUNS = 40
COLD_RUNS = 9
RATIO_RUNS = 11
RATIO_TOKENS = 14

TARGETS = {"warm median, ms": 60.0, "cold median, ms": 1500.0, "peak memory, MB": 350.0}


def main() -> int:
    """Measure, print, and fail when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="starter")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        photos = [_screen_sized(sample, Path(temporary)) for sample in SAMPLES]
        figures: dict[str, Any] = {
            "machine": machine(),
        }
        figures |= warm(options.model, photos)
        figures |= _cold(options.model, photos[0])
    figures |= ratio(options.model)
    for name, value in figures.items():
        target = TARGETS.get(name)
        verdict = "" if target is None else f"   target {target:g}: {'met' if value <= target else 'MISSED'}"
        print(f"{name:42} {value}{verdict}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    return int(any(figures[name] > target for name, target in TARGETS.items()))


def _screen_sized(sample: Path, folder: Path) -> Path:
    path = folder / sample.name
    Image.open(sample).convert("RGB").resize((1920, 1080)).save(path, quality=90)
    return path


def warm(model: str, photos: list[Path]) -> dict[str, float]:
    """Median milliseconds per stage in one process, from file to sentence."""
    captioner = load_captioner(ModelStore().find(model))
    rows = []
    for run in range(WARM_RUNS + 5):
        start = time.perf_counter()
        image = read_image(photos[run % len(photos)], max_pixels=ENOUGH_PIXELS)
        decoded = time.perf_counter()
        caption = captioner.caption(image)
        end = time.perf_counter()
        stages = {"decode": (decoded - start) * 1e3, **caption.timings_ms, "total": (end - start) * 1e3}
        if run >= 5:  # the first ones warm caches up
            rows.append(stages)
    medians = {stage: round(statistics.median(row[stage] for row in rows), 2) for stage in rows[0]}
    total = medians.pop("total")
    return {f"warm {stage}, ms": value for stage, value in medians.items()} | {"warm median, ms": total}


def _cold(model: str, photo: Path) -> dict[str, float]:
    """Median milliseconds from shell to printed caption, and the peak memory of that process."""
    command = [sys.executable, str(ROOT / "main.py"), "describe", "--model", model, str(photo)]
    seconds, peak_mb = cold(command, COLD_RUNS)
    return {"cold median, ms": round(seconds * 1e3), "peak memory, MB": round(peak_mb, 1)}


def ratio(model: str) -> dict[str, float]:
    """Our stack against torch and ``generate``, preprocessed picture to tokens."""
    import torch

    from engine.checkpoint import build_network
    from engine.contract import SearchOptions
    from engine.export import export_folder
    from engine.search import beam_search

    folder = ModelStore().find(model)
    torch.manual_seed(0)
    network = build_network(folder.config).eval()
    search = SearchOptions(
        beam_size=folder.config.generation.beam_size, min_length=RATIO_TOKENS, max_length=RATIO_TOKENS
    )
    size = folder.config.preprocessing.size
    images = np.random.default_rng(0).normal(0, 1, (1, 3, size, size)).astype(np.float32)

    @torch.inference_mode()
    def generate() -> None:
        prefix = network(torch.from_numpy(images))
        network.language_model.generate(  # type: ignore[operator]
            inputs_embeds=prefix,
            attention_mask=torch.ones(prefix.shape[:2], dtype=torch.long),
            num_beams=search.beam_size,
            do_sample=False,
            min_new_tokens=RATIO_TOKENS,
            max_new_tokens=RATIO_TOKENS,
            length_penalty=search.length_penalty,
            eos_token_id=folder.config.end_id,
            pad_token_id=folder.config.pad_id,
        )

    with tempfile.TemporaryDirectory() as temporary:
        tokenizer = folder.file("tokenizer.json")
        stacks: dict[str, Callable[[], Any]] = {"torch + generate": generate}
        for name, int8 in (("ours fp32", False), ("ours int8", True)):
            exported = export_folder(network, folder.config, tokenizer, Path(temporary) / name, int8=int8)
            captioner = load_captioner(exported)
            stacks[name] = _our_stack(captioner, images, search, beam_search)
        medians = in_turn(stacks, RATIO_RUNS)
    base = medians["torch + generate"]
    figures = {f"{name}, {RATIO_TOKENS} tokens, ms": round(value * 1e3, 2) for name, value in medians.items()}
    return figures | {
        f"ratio of {name}": round(base / medians[name], 2) for name in stacks if name != "torch + generate"
    }


def _our_stack(captioner: Captioner, images: Any, search: Any, beam_search: Any) -> Callable[[], Any]:
    # The benchmark times the parts between pixels and text, which the public interface does not separate.
    return lambda: beam_search(captioner.runtime.decoder, captioner.runtime.encoder.encode(images), search)


if __name__ == "__main__":
    sys.exit(main())
