"""A whole ViClipCap model small enough to be built in a test, with random weights."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from engine.config import ModelConfig, Preprocessing
from engine.contract import SearchOptions

SYLLABLES = [
    "một",
    "hai",
    "con",
    "chó",
    "mèo",
    "người",
    "đang",
    "chạy",
    "ngồi",
    "trên",
    "cỏ",
    "đường",
    "phố",
    "xanh",
    "đỏ",
    "đen",
    "trắng",
    "và",
    "với",
]
END_ID, PAD_ID = 1, 0


def tiny_config(mapper: str = "resampler", encoder: str = "timm:test_efficientnet") -> ModelConfig:
    """A config of about 0.5 million parameters: a 64 px encoder and a two-layer GPT-2."""
    sizes = {} if mapper == "mlp" else {"layers": 1, "heads": 2}
    return ModelConfig(
        name="tiny",
        net={
            "encoder": {"name": encoder},
            "mapper": {"kind": mapper, "prefix_length": 3} | sizes,
            "language_model": {
                "name": "gpt2", "layers": 2, "heads": 2, "width": 32, "positions": 32,
                "vocabulary": len(SYLLABLES) + 2,
            },
        },
        preprocessing=Preprocessing(size=64),
        end_id=END_ID,
        pad_id=PAD_ID,
        generation=SearchOptions(beam_size=3, max_length=8),
        licence="test only",
    )  # fmt: skip


def tiny_tokenizer(path: Path) -> Path:
    """Write a tokenizer of whole syllables to ``path``."""
    words = ["<pad>", "<eos>", *SYLLABLES]
    backend = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<pad>"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    backend.decoder = decoders.Fuse()
    backend.add_special_tokens(["<pad>", "<eos>"])
    backend.save(str(path))
    return path
