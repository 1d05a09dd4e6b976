"""Trains the subword tokenizer: BPE over Vietnamese syllables, any other text falls back to bytes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

PAD_ID, END_ID = 0, 1
SPECIAL_TOKENS = ("<pad>", "<eos>")
BYTES = [f"<0x{value:02X}>" for value in range(256)]

_MARK = "▁"


def train_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """Train a byte-fallback BPE tokenizer.

    Merges never cross a space, so that a frequent syllable is one token. What the vocabulary lacks is
    spelled in bytes, so that nothing is unknown and fine-tuning can learn new words.

    Args:
        texts: normalised sentences.
        size: tokens in the vocabulary, special tokens and the 256 bytes included.
    """
    tokenizer = Tokenizer(models.BPE(byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(_MARK, prepend_scheme="always")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(_MARK, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, special_tokens=[*SPECIAL_TOKENS, *BYTES], show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _with_plain_bytes(tokenizer)


def save_tokenizer(tokenizer: Tokenizer, path: Path) -> None:
    """Write a ``tokenizer.json``, replacing it at once: half of one would be taken for a whole one later."""
    partial = path.with_suffix(f".{os.getpid()}.part")
    tokenizer.save(str(partial))
    partial.replace(path)


def _with_plain_bytes(tokenizer: Tokenizer) -> Tokenizer:
    """Make the byte tokens ordinary ones: as special tokens they would be left out of decoded text."""
    raw = json.loads(tokenizer.to_str())
    raw["added_tokens"] = [token for token in raw["added_tokens"] if token["content"] in SPECIAL_TOKENS]
    return Tokenizer.from_str(json.dumps(raw))
