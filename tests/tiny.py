"""A whole ViClipCap model small enough to be built in a test, with random weights; and recipes for such."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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

Table = Mapping[str, object]
"""A table of TOML."""


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


def stage(name: str, objective: str = "text", **options: object) -> Table:
    """One stage of a recipe: unless told otherwise, the language model sees the sentences once."""
    defaults = {"train": ["language_model."], "epochs": 1, "learning_rate": 1e-3}
    return {"name": name, "objective": objective} | defaults | options


def recipe_text(*stages: Table, translation: Sequence[Table] = (), **options: object) -> str:
    """A recipe file with every key that must be there, but ``stages`` when there are none.

    Args:
        stages: see ``stage``.
        translation: stages of the translators.
        options: more keys of the recipe, or other values for those it has.
    """
    head = {
        "name": "toy", "licence": "test only", "seed": 7, "encoder_package": "", "text_exclude": [],
        "net": {}, "preprocessing": {"size": 64},
    }  # fmt: skip
    lines = _toml_lines(head | options)
    for key, tables in (("stages", stages), ("translation", translation)):
        for table in tables:
            lines += [f"[[{key}]]", *_toml_lines(table)]
    return "\n".join(lines) + "\n"


def _toml_lines(table: Table) -> list[str]:
    return [f"{key} = {_toml(value)}" for key, value in table.items()]


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(_toml_lines(value)) + "}"
    return json.dumps(value, ensure_ascii=False)  # strings, numbers and lists of them are written alike
