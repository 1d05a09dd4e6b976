"""ClipCap at its full size with random weights: CLIP ViT-B/32, MLP mapper, GPT-2 base. For speed only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer, models

from engine.checkpoint import build_network
from engine.config import ModelConfig, Preprocessing
from engine.contract import SearchOptions
from engine.export import export_folder
from engine.nets.clipcap import ClipCap
from engine.store import ModelFolder

VOCABULARY = 50257
PREFIX_LENGTH = 10

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True, slots=True)
class FullSize:
    """The network and its exported folders.

    Attributes:
        network: in evaluation mode, fp32, on the CPU.
        fp32, int8: model folders made of it.
    """

    network: ClipCap
    fp32: ModelFolder
    int8: ModelFolder


def make_full_size(folder: Path, *, beams: int, length: int) -> FullSize:
    """Build and export it; takes about a minute.

    Args:
        folder: where the model folders go.
        beams: hypotheses of the search.
        length: tokens of a sentence at most; with random weights none ends sooner.
    """
    torch.manual_seed(0)
    config = ModelConfig(
        name="full-size",
        net={
            "encoder": {"name": "open_clip:ViT-B-32-quickgelu", "features": "pooled"},
            "mapper": {"kind": "mlp", "prefix_length": PREFIX_LENGTH},
            "language_model": {
                "name": "gpt2", "layers": 12, "heads": 12, "width": 768, "positions": 1024,
                "vocabulary": VOCABULARY,
            },
        },
        preprocessing=Preprocessing(size=224, fit="crop", mean=CLIP_MEAN, std=CLIP_STD),
        end_id=VOCABULARY - 1,
        pad_id=VOCABULARY - 1,
        generation=SearchOptions(beam_size=beams, min_length=length, max_length=length),
        licence="random weights",
    )  # fmt: skip
    network = build_network(config).eval()
    tokenizer = folder / "tokenizer.json"
    words = Tokenizer(models.WordLevel({f"từ{number} ": number for number in range(VOCABULARY)}, "từ0 "))
    words.save(str(tokenizer))
    exported = {
        name: export_folder(network, config, tokenizer, folder / name, int8=name == "int8")
        for name in ("fp32", "int8")
    }
    return FullSize(network, **exported)
