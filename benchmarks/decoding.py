"""How fast full-size ViClipCap describes, against ClipCap's first beam search and ``generate``, in one run.

    .venv/bin/python -m benchmarks.decoding [--json FILE] [--runs N]

Random weights of the real sizes, prefix 10, beam 5, exactly 20 tokens. ``--json`` writes ``{machine, stacks:
[{name, device, dtype, stage, median_s, ratio}], ...}``; the ratio is against the yardstick of the same beam
size.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from benchmarks.full_size import VOCABULARY, FullSize, make_full_size
from benchmarks.timing import cold, in_turn, machine, read_speed
from benchmarks.yardstick import clipcap_beam_search, transformers_generate
from engine import CaptionOptions, load_captioner
from engine.contract import Floats, SearchOptions
from engine.onnx_runtime import OnnxDecoder, open_session
from engine.search import Decoder, beam_search
from engine.store import ModelFolder
from engine.torch_runtime import TorchDecoder

BEAMS, MANY_BEAMS, LENGTH = 5, 15, 20
ROOT = Path(__file__).resolve().parents[1]
SAMPLE = sorted((ROOT / "resources" / "samples").glob("*.jpg"))[0]

YARDSTICK = "ClipCap's first loop"
OURS_TORCH = "ours, torch fp32"
OURS_FP32, OURS_INT8 = "ours, ONNX Runtime fp32", "ours, ONNX Runtime int8"

REQUIRED = {
    (OURS_FP32, "decode"): 14.0,
    (OURS_INT8, "decode"): 28.0,
    (OURS_INT8, f"decode, beam {MANY_BEAMS}"): 45.0,
    (OURS_INT8, "1080p image to sentence"): 20.0,
}
"""Least ratio to the yardstick."""

IMAGE_LIMIT_S, COLD_LIMIT_S, MEMORY_LIMIT_MB = 0.2, 2.5, 600.0


@dataclass(frozen=True, slots=True)
class Stack:
    """One line of the table."""

    name: str
    device: str
    dtype: str
    stage: str
    median_s: float
    ratio: float


def main() -> int:
    """Measure, print, and fail when something required is missed or the tokens differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--runs", type=int, default=7, help="measured runs of each stack")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        model = make_full_size(Path(temporary), beams=BEAMS, length=LENGTH)
        prefix = _prefix(model)
        same = _same_tokens(model, prefix)
        stacks = _decode(model, prefix, options.runs)
        stacks += _image_to_sentence(model, stacks[0].median_s, options.runs)
        figures = _limits(model) | _cost(model, prefix) | _process(model, Path(temporary))
    for stack in stacks:
        print(_line(stack))
    for name, value in figures.items():
        print(f"{name:48} {value}")
    print(f"tokens of the fp32 stacks: {'the same' if same else 'DIFFERENT'}")
    if options.json:
        report = {"machine": machine(), "stacks": [asdict(stack) for stack in stacks], **figures}
        options.json.write_text(json.dumps(report, indent=2), encoding="utf-8")
    return int(not same or any(_missed(stack) for stack in stacks) or _process_missed(figures))


def _prefix(model: FullSize) -> Floats:
    pixels = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        prefix: Floats = model.network(pixels).numpy()
    return prefix


def _decoder(folder: ModelFolder) -> OnnxDecoder:
    decoder = OnnxDecoder(open_session(folder.file("decoder.onnx")), folder.config)
    decoder.end_id = -1  # as in all stacks no sentence ends
    return decoder


def _torch_decoder(model: FullSize) -> TorchDecoder:
    return TorchDecoder(model.network.language_model, end_id=-1)


def _ours(decoder: Decoder, prefix: Floats, beams: int) -> Callable[[], list[int]]:
    search = SearchOptions(beam_size=beams, min_length=0, max_length=LENGTH)
    return lambda: list(beam_search(decoder, prefix, search)[0][0].tokens)


def _same_tokens(model: FullSize, prefix: Floats) -> bool:
    network, tensor = model.network.language_model, torch.from_numpy(prefix)
    expected = clipcap_beam_search(network, tensor, BEAMS, LENGTH)
    generated = transformers_generate(network, tensor, BEAMS, LENGTH)
    ours = [_ours(decoder, prefix, BEAMS)() for decoder in (_torch_decoder(model), _decoder(model.fp32))]
    return all(tokens == expected for tokens in (generated, *ours))


def _decode(model: FullSize, prefix: Floats, runs: int) -> list[Stack]:
    network, tensor = model.network.language_model, torch.from_numpy(prefix)
    fp32, int8 = _decoder(model.fp32), _decoder(model.int8)
    found = []
    for beams, stage in ((BEAMS, "decode"), (MANY_BEAMS, f"decode, beam {MANY_BEAMS}")):
        works: dict[str, Callable[[], Any]] = {
            YARDSTICK: lambda beams=beams: clipcap_beam_search(network, tensor, beams, LENGTH),
            "transformers generate": lambda beams=beams: transformers_generate(
                network, tensor, beams, LENGTH
            ),
            OURS_TORCH: _ours(_torch_decoder(model), prefix, beams),
            OURS_FP32: _ours(fp32, prefix, beams),
            OURS_INT8: _ours(int8, prefix, beams),
        }
        medians = in_turn(works, runs, warm_up=1)
        found += [
            Stack(
                name, "cpu", "int8" if name == OURS_INT8 else "fp32", stage,
                round(median, 4), round(medians[YARDSTICK] / median, 2),
            )
            for name, median in medians.items()
        ]  # fmt: skip
    return found


def _image_to_sentence(model: FullSize, yardstick_s: float, runs: int) -> list[Stack]:
    """Everything from 1080p pixels; the yardstick is given its decoding alone."""
    image = np.asarray(Image.open(SAMPLE).convert("RGB").resize((1920, 1080)))
    works: dict[str, Callable[[], Any]] = {}
    for name, folder in ((OURS_FP32, model.fp32), (OURS_INT8, model.int8)):
        captioner = load_captioner(folder)
        works[name] = lambda captioner=captioner: captioner.caption(image, CaptionOptions(beam_size=BEAMS))
    medians = in_turn(works, 2 * runs + 1)
    return [
        Stack(
            name, "cpu", "int8" if name == OURS_INT8 else "fp32", "1080p image to sentence",
            round(median, 4), round(yardstick_s / median, 2),
        )
        for name, median in medians.items()
    ]  # fmt: skip


def _limits(model: FullSize) -> dict[str, Any]:
    """Every step reads all weights of the language model once; no program is faster than the memory."""
    gb_per_s = read_speed()
    weights = {
        name: (folder.path / "decoder.onnx").stat().st_size / 1e9
        for name, folder in (("fp32", model.fp32), ("int8", model.int8))
    }
    embeddings = (VOCABULARY + 1024) * 768 / 1e9  # looked up, not read through
    least = {"fp32": weights["fp32"] - 4 * embeddings, "int8": weights["int8"] - embeddings}
    return {"memory read, GB/s": round(gb_per_s, 1)} | {
        f"{name} decode, least possible with this memory, ms": round(1e3 * LENGTH * size / gb_per_s)
        for name, size in least.items()
    }


def _cost(model: FullSize, prefix: Floats) -> dict[str, Any]:
    """Milliseconds by beam size, and by pictures in a batch, in int8."""
    decoder = _decoder(model.int8)
    by_beam = in_turn({str(beams): _ours(decoder, prefix, beams) for beams in range(1, 11)}, 5)
    search = SearchOptions(beam_size=BEAMS, min_length=0, max_length=LENGTH)
    batches = {size: np.repeat(prefix, size, axis=0) for size in (1, 2, 4, 8, 16)}
    by_batch = in_turn(
        {
            str(size): lambda batch=batch: beam_search(decoder, batch, search)
            for size, batch in batches.items()
        },
        5,
    )
    return {
        "int8 decode by beam size 1 to 10, ms": [round(value * 1e3, 1) for value in by_beam.values()],
        "int8 decode by batch 1, 2, 4, 8, 16, ms": [round(value * 1e3, 1) for value in by_batch.values()],
    }


def _process(model: FullSize, folder: Path) -> dict[str, Any]:
    """One picture in a new process: cold start and memory; and what the files take."""
    picture = folder / "picture.jpg"
    Image.open(SAMPLE).convert("RGB").resize((1920, 1080)).save(picture, quality=90)
    command = [sys.executable, str(ROOT / "main.py"), "describe", "--model", str(model.int8.path)]
    seconds, peak_mb = cold([*command, str(picture)], 5)
    return {
        "int8, process start to caption, s": round(seconds, 2),
        "int8, peak memory, MB": round(peak_mb),
        "int8, size on disk, MB": round(model.int8.size_bytes / 1e6),
        "fp32, size on disk, MB": round(model.fp32.size_bytes / 1e6),
    }


def _missed(stack: Stack) -> bool:
    required = REQUIRED.get((stack.name, stack.stage), 0.0)
    too_slow = (stack.name, stack.stage) == (OURS_INT8, "1080p image to sentence") and (
        stack.median_s > IMAGE_LIMIT_S
    )
    return stack.ratio < required or too_slow


def _process_missed(figures: dict[str, Any]) -> bool:
    return bool(
        figures["int8, process start to caption, s"] > COLD_LIMIT_S
        or figures["int8, peak memory, MB"] > MEMORY_LIMIT_MB
    )


def _line(stack: Stack) -> str:
    required = REQUIRED.get((stack.name, stack.stage))
    verdict = ""
    if required:
        verdict = f"  required {required:g} x: {'MISSED' if _missed(stack) else 'met'}"
    return f"{stack.name:26} {stack.stage:26} {stack.median_s * 1e3:8.1f} ms {stack.ratio:6.1f} x{verdict}"


if __name__ == "__main__":
    sys.exit(main())
