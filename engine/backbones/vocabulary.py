"""Tokenizers of published language models, and the tokens that end a sentence and fill up."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from engine.backbones.files import locate
from engine.contract import ModelCorrupt, ModelMismatch, ModelMissing

FULL_STOP = "."
"""Ends a sentence where a language model has no usable end token. It knows where a full stop belongs;
captions themselves hold no punctuation."""

_SPECIAL = re.compile(r"<[^<>]+>|\[[^\[\]]+\]")
_PADDING = ("<pad>", "[PAD]", "<|pad|>")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A language model's tokenizer.

    Attributes:
        tokenizer: text <-> ids.
        end_token: what ends a sentence, as text.
        end_id: its id.
        pad_id: the tokenizer's own padding token; the end token where there is none.
    """

    tokenizer: Tokenizer
    end_token: str
    end_id: int
    pad_id: int

    def __len__(self) -> int:
        """Tokens, those added later too: the embedding table must have a row for the highest id."""
        return max(self.tokenizer.get_vocab(with_added_tokens=True).values()) + 1


def language_model_vocabulary(spec: Mapping[str, Any]) -> Vocabulary:
    """The tokenizer of an ``hf:`` or ``dir:`` language model that is on this computer.

    Args:
        spec: ``name``, and ``end_token`` where another than the model's own is to end a sentence.

    Raises:
        ModelMissing: the model is not on this computer or has no tokenizer.
        ModelCorrupt: the tokenizer cannot be read.
        ModelMismatch: it has no such end token.
    """
    wanted, folder = locate(spec)
    tokenizer = _read_tokenizer(folder)
    end_token = str(spec.get("end_token") or _own_end_token(tokenizer, folder) or FULL_STOP)
    end_id = tokenizer.token_to_id(end_token)
    if end_id is None:
        raise ModelMismatch(
            f"{wanted.source} has no token {end_token!r} to end a sentence with: give one it has as "
            "end_token."
        )
    pads = [tokenizer.token_to_id(token) for token in _PADDING]
    return Vocabulary(tokenizer, end_token, end_id, next((i for i in pads if i is not None), end_id))


def _own_end_token(tokenizer: Tokenizer, folder: Path) -> str | None:
    """The end token the model's config names, if it is one.

    Configs that were never filled in name GPT-2's 50256, which is some syllable in a Vietnamese vocabulary.
    """
    config = read_json(folder / "config.json")
    end_id = config.get("eos_token_id")
    if not isinstance(end_id, int) or end_id >= config.get("vocab_size", 0):
        return None
    token: str | None = tokenizer.id_to_token(end_id)
    return token if token and _SPECIAL.fullmatch(token) and token not in _PADDING else None


def _read_tokenizer(folder: Path) -> Tokenizer:
    path = folder / "tokenizer.json"
    try:
        if path.is_file():
            return Tokenizer.from_file(str(path))
        vocabulary, merges = folder / "vocab.json", folder / "merges.txt"
        if not (vocabulary.is_file() and merges.is_file()):
            raise ModelMissing(
                f"Cannot use {folder}: it has neither tokenizer.json nor vocab.json and merges.txt."
            )
        tokenizer = Tokenizer(models.BPE.from_file(str(vocabulary), str(merges)))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        added = folder / "added_tokens.json"
        if added.is_file():
            names = read_json(added)
            tokenizer.add_special_tokens(sorted(names, key=lambda name: int(names[name])))
        return tokenizer
    except (ModelMissing, ModelCorrupt):
        raise
    except Exception as exc:  # the library raises bare Exception
        raise ModelCorrupt(f"Cannot read the tokenizer in {folder}: {exc}. Fetch it anew.") from exc


def read_json(path: Path) -> dict[str, Any]:
    """An object of a small JSON file.

    Raises:
        ModelMissing: no such file.
        ModelCorrupt: not JSON, or no object.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise ModelMissing(f"Cannot use {path.parent}: it has no {path.name}.") from exc
    except (OSError, ValueError) as exc:
        raise ModelCorrupt(f"Cannot read {path}: {exc}. Fetch it anew.") from exc
    if not isinstance(raw, dict):
        raise ModelCorrupt(f"Cannot read {path}: it holds no JSON object. Fetch it anew.")
    return raw
