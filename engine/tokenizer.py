"""``tokenizer.json`` of a model folder, on the ``tokenizers`` library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer as Backend

from engine.config import ModelConfig
from engine.contract import ModelCorrupt, ModelMismatch


class SubwordTokenizer:
    """Text <-> token ids.

    Args:
        backend: the loaded tokenizer.
        end_id: token appended by ``encode`` and dropped by ``decode``.
    """

    def __init__(self, backend: Backend, end_id: int) -> None:
        self._backend = backend
        self._end_id = end_id

    def __len__(self) -> int:
        """Tokens in the vocabulary."""
        return int(self._backend.get_vocab_size(with_added_tokens=True))

    def encode(self, text: str) -> list[int]:
        """Text -> token ids with the end token."""
        return [*self._backend.encode(text, add_special_tokens=False).ids, self._end_id]

    def decode(self, ids: Sequence[int]) -> str:
        """Token ids -> text; special tokens are left out."""
        return str(self._backend.decode(list(ids), skip_special_tokens=True))


def load_tokenizer(path: Path, config: ModelConfig) -> SubwordTokenizer:
    """Load a ``tokenizer.json``.

    Raises:
        ModelCorrupt: it cannot be read.
        ModelMismatch: it has more tokens than the language model.
    """
    try:
        tokenizer = SubwordTokenizer(Backend.from_file(str(path)), config.end_id)
    except Exception as exc:  # the library raises bare Exception
        raise ModelCorrupt(f"Cannot load {path}: {exc}. Install the model anew.") from exc
    vocabulary = config.net.get("language_model", {}).get("vocabulary", len(tokenizer))
    if len(tokenizer) > vocabulary:
        raise ModelMismatch(
            f"Model {config.name}: tokenizer.json has {len(tokenizer)} tokens, the language model "
            f"{vocabulary}. They belong to different models: install the model anew."
        )
    return tokenizer
