"""Networks as others publish them, tiny, with random weights: folders, and a cache as the hub's library
keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

COMMIT = "0123456789abcdef0123456789abcdef01234567"

WORDS = ("<s>", "<pad>", ".", *(chr(code) for code in range(ord("a"), ord("z") + 1)), "à", "ô", "đ", "ĩ")
"""As in gpt2news: the padding token is number 1, and no token was trained to end a sentence."""


def write_gpt2(
    folder: Path,
    *,
    words: Sequence[str] = WORDS,
    rows: int | None = None,
    config: Mapping[str, object] | None = None,
) -> Path:
    """Write ``config.json``, ``model.safetensors`` and ``tokenizer.json`` of a two-layer GPT-2.

    Args:
        folder: made if absent.
        words: tokens, letters mostly; the last letter of a word is not marked.
        rows: of the embedding table; as many as words unless told otherwise.
        config: other values for ``config.json``.
    """
    from transformers import GPT2Config, GPT2LMHeadModel

    folder.mkdir(parents=True, exist_ok=True)
    rows = rows or len(words)
    torch.manual_seed(1)
    sizes = GPT2Config(vocab_size=rows, n_positions=48, n_embd=32, n_layer=2, n_head=2)
    network = GPT2LMHeadModel(sizes)
    tensors = {name: value * 4 for name, value in network.state_dict().items() if "lm_head" not in name}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    raw = json.loads(sizes.to_json_string(use_diff=False)) | {"eos_token_id": 50256} | dict(config or {})
    (folder / "config.json").write_text(json.dumps(raw))
    letter_tokenizer(words).save(str(folder / "tokenizer.json"))
    return folder


def letter_tokenizer(words: Sequence[str] = WORDS) -> Tokenizer:
    """A tokenizer of single letters; anything else is left out."""
    tokenizer = Tokenizer(models.BPE({word: i for i, word in enumerate(words)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens([word for word in words if word.startswith(("<", "["))])
    return tokenizer


def write_timm_weights(folder: Path, name: str = "test_vit") -> Path:
    """Write ``model.safetensors`` of a timm network as timm publishes it, its classifier included."""
    import timm

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(2)
    network = timm.create_model(name)
    save_file(network.state_dict(), folder / "model.safetensors")
    return folder


class HubCache:
    """The folder in which the hub's library keeps what it fetched.

    Args:
        root: a temporary folder; the library is told to look there.
        monkeypatch: undoes that.
    """

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(root))

    def folder(self, repository: str, commit: str = COMMIT) -> Path:
        """The folder of a repository's files at a commit, which becomes its main branch."""
        base = self.root / f"models--{repository.replace('/', '--')}"
        (base / "refs").mkdir(parents=True, exist_ok=True)
        (base / "refs" / "main").write_text(commit)
        snapshot = base / "snapshots" / commit
        snapshot.mkdir(parents=True, exist_ok=True)
        return snapshot
