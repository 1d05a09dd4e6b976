"""Vietnamese words, which may be several syllables: pyvi's segmentation."""

from __future__ import annotations

import importlib
from functools import lru_cache

from training.data import DataError


@lru_cache(maxsize=1 << 16)
def segment(text: str) -> tuple[str, ...]:
    """Cut a normalised sentence into words, whose syllables are joined by underscores.

    pyvi unpickles a file of its own package when it is imported, so it is imported by this function and by
    nothing else (docs/decisions/002-pyvi-pickle.md).

    Raises:
        DataError: pyvi is not installed.
    """
    try:
        tokenizer = importlib.import_module("pyvi.ViTokenizer")
    except ImportError as exc:
        raise DataError(
            "The recipe vi-word cuts sentences into words with pyvi, which is not installed: pip install "
            "pyvi."
        ) from exc
    words: str = tokenizer.tokenize(text)
    return tuple(words.split())
