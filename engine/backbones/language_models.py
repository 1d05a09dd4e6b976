"""Language models: GPT-2s of a table of sizes, of the hub or of a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import nn

from engine.backbones.files import locate_weights
from engine.backbones.vocabulary import read_json
from engine.contract import ModelCorrupt, ModelMismatch

TABLE = "gpt2"
"""Name of a language model that is given by its sizes."""

_MOST_ADDED_ROWS = 64
"""Tokenizers with a few tokens more than the embedding table had them added later; with more they belong to
another model."""

_ONLY = {
    "model_type": ("gpt2",),
    "activation_function": ("gelu_new", "gelu_pytorch_tanh"),
    "layer_norm_epsilon": (1e-5,),
    "scale_attn_weights": (True,),
    "scale_attn_by_inverse_layer_idx": (False,),
}
"""Settings the decoder graph knows."""


def language_model_sizes(folder: Path, tokens: int) -> dict[str, int]:
    """Sizes of the GPT-2 in a folder, with a row for every token.

    Args:
        folder: with a ``config.json``.
        tokens: of its tokenizer.

    Raises:
        ModelMismatch: not a GPT-2 that this program can run, or the tokenizer is another model's.
    """
    from transformers import GPT2Config

    raw = read_json(folder / "config.json")
    config: Any = GPT2Config.from_dict(raw)
    for name, known in _ONLY.items():
        value = raw.get(name, known[0])
        if value not in known:
            raise ModelMismatch(
                f"Cannot use the language model in {folder}: its {name} is {value!r}, known is {known[0]!r}."
            )
    if tokens > config.vocab_size + _MOST_ADDED_ROWS:
        raise ModelMismatch(
            f"Cannot use the language model in {folder}: its tokenizer has {tokens} tokens, its embedding "
            f"table {config.vocab_size} rows. They belong to different models."
        )
    return {
        "layers": config.n_layer,
        "heads": config.n_head,
        "width": config.n_embd,
        "vocabulary": max(tokens, config.vocab_size),
        "positions": config.n_positions,
    }


def build_language_model(
    spec: Mapping[str, Any], *, dropout: float = 0.0, pretrained: bool = False
) -> nn.Module:
    """Build a GPT-2.

    Args:
        spec: ``name`` (``gpt2``, or a scheme string), ``layers``, ``heads``, ``width``, ``vocabulary``,
            ``positions``; ``sha256`` of the weights, where they are to be checked.
        dropout: on embeddings and residual branches while training.
        pretrained: load the weights the name stands for, which must be on this computer; otherwise, and for a
            table of sizes always, they are random, to be trained or loaded from a checkpoint.

    Raises:
        ModelMismatch: unknown name, or the weights do not fit.
        ModelMissing: the weights are not on this computer.
        ModelCorrupt: they cannot be read.
    """
    name = str(spec["name"])
    if name != TABLE and not name.startswith(("hf:", "dir:")):
        raise ModelMismatch(f"Cannot build the language model {name!r}: known are gpt2, hf:... and dir:....")
    from transformers import GPT2Config, GPT2LMHeadModel

    options: dict[str, Any] = {
        "resid_pdrop": dropout,
        "embd_pdrop": dropout,
        "attn_pdrop": 0.0,  # dropout inside attention would keep torch from its fused kernel
        "bos_token_id": None,
        "eos_token_id": None,
    }
    if pretrained and name != TABLE:
        return _load(locate_weights(spec), spec["vocabulary"], options)
    return GPT2LMHeadModel(  # type: ignore[no-untyped-call]
        GPT2Config(
            vocab_size=spec["vocabulary"],
            n_positions=spec["positions"],
            n_embd=spec["width"],
            n_layer=spec["layers"],
            n_head=spec["heads"],
            **options,
        )
    )


def _load(weights: Path, rows: int, options: Mapping[str, Any]) -> nn.Module:
    from transformers import GPT2LMHeadModel

    network: Any = GPT2LMHeadModel
    try:
        model, report = network.from_pretrained(
            weights.parent,
            local_files_only=True,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
            **options,
        )
    except (SafetensorError, OSError, ValueError) as exc:
        raise ModelCorrupt(f"Cannot load {weights}: {exc}. Fetch it anew.") from exc
    except RuntimeError as exc:
        raise ModelMismatch(f"Cannot load {weights}: {exc}") from exc
    missing = sorted(set(report["missing_keys"]) - {"lm_head.weight"})
    if missing:
        raise ModelMismatch(f"Cannot load {weights}: it lacks {', '.join(missing)}.")
    _add_rows(model, rows)
    return model  # type: ignore[no-any-return]


def _add_rows(model: Any, rows: int) -> None:
    """Give tokens that were added after training the mean embedding: never said, and never out of range."""
    table = model.transformer.wte.weight.detach()
    added = rows - len(table)
    if added <= 0:
        return
    table = torch.cat((table, table.mean(dim=0, keepdim=True).expand(added, -1)))
    model.transformer.wte = nn.Embedding(rows, table.shape[1], _weight=table)
    model.lm_head = nn.Linear(table.shape[1], rows, bias=False)
    model.lm_head.weight = model.transformer.wte.weight
    model.config.vocab_size = rows
