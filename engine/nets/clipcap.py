"""ViClipCap: image encoder -> mapping network -> prefix embeddings -> GPT-2 (ClipCap, Mokady et al. 2021).

Letters: B pictures, S side in pixels, P patches, E encoder width, K prefix positions, T text tokens,
D language-model width, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import torch
from torch import Tensor, nn


class Standardise(nn.Module):
    """Brings each of the E feature channels to mean 0 and deviation 1 over the training photos.

    What all pictures' features have in common is far larger than what tells them apart. As long as it is in
    them, the language model learns to ignore the prefix before it learns to use it.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, encoder_width: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(encoder_width))
        self.register_buffer("scale", torch.ones(encoder_width))

    def measure(self, features: Tensor) -> None:
        """Take mean and deviation from the features (B, P, E) of some hundred photos."""
        flat = features.flatten(0, 1)
        self.mean.copy_(flat.mean(dim=0))
        # Channels that hardly ever fire would be blown up to nothing but noise.
        self.scale.copy_(1.0 / flat.std(dim=0).clamp(min=0.05 * float(flat.std())))

    def forward(self, features: Tensor) -> Tensor:
        """(B, P, E) -> (B, P, E)."""
        return (features - self.mean) * self.scale


class ClipCap(nn.Module):
    """The whole network: encoder, standardisation, mapping network, language model.

    Args:
        encoder: (B, 3, S, S) preprocessed pictures -> (B, P, E), as ``engine.backbones`` builds it.
        mapper: (B, P, E) -> (B, K, D), as ``engine.nets.mappers`` builds it.
        language_model: a GPT-2 with its output layer, as ``engine.backbones`` builds it.
    """

    def __init__(
        self, encoder: nn.Module, mapper: nn.Module, language_model: nn.Module, *, encoder_width: int
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.standardise = Standardise(encoder_width)
        self.mapper = mapper
        self.language_model = language_model
        self.adapter: dict[str, Tensor] = {}
        """Low-rank changes of a language model that is not stored with the network, already part of its
        weights: ``<matrix>.down`` (rank, inputs) and ``<matrix>.up`` (outputs, rank)."""

    def train(self, mode: bool = True) -> Self:
        """As usual, but the encoder's batch statistics stay those it was pretrained with."""
        super().train(mode)
        self.encoder.eval()
        return self

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        return self.standardise.mean.device

    def forward(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) preprocessed pictures -> (B, K, D) prefix embeddings."""
        return self.project(self.encoder(images))

    def project(self, features: Tensor) -> Tensor:
        """(B, P, E) image features -> (B, K, D) prefix embeddings."""
        prefix: Tensor = self.mapper(self.standardise(features))
        return prefix

    def embed(self, tokens: Tensor) -> Tensor:
        """(B, T) token ids -> (B, T, D) embeddings of the language model."""
        embeddings: Tensor = self._gpt.get_input_embeddings()(tokens)
        return embeddings

    @torch.no_grad()
    def adapt(self, adapter: Mapping[str, Tensor]) -> None:
        """Change the language model's matrices by an adapter, see ``adapter``.

        Raises:
            AttributeError, RuntimeError: the language model has no such matrices.
        """
        for name in {key.rpartition(".")[0] for key in adapter}:
            down, up = adapter[f"{name}.down"], adapter[f"{name}.up"]
            # GPT-2 stores its matrices as (inputs, outputs).
            self.language_model.get_parameter(f"{name}.weight").add_((up @ down).T)
        self.adapter = dict(adapter)

    def logits(self, prefix: Tensor, tokens: Tensor, places: Tensor | None = None) -> Tensor:
        """Next-token logits under teacher forcing.

        Args:
            prefix: (B, K, D).
            tokens: (B, T), padded at the end with any valid id.
            places: (N,) entries of the B * (T + 1) text positions that are wanted; ``None`` for all.

        Returns:
            (B, T + 1, V): entry t predicts token t from the prefix and the tokens before it. Only the
            text positions go through the output layer. With ``places`` (N, V).
        """
        embeddings = torch.cat((prefix, self.embed(tokens)), dim=1)
        hidden = self._gpt.transformer(inputs_embeds=embeddings, use_cache=False).last_hidden_state
        hidden = hidden[:, prefix.shape[1] - 1 :]
        if places is not None:
            hidden = hidden.flatten(0, 1)[places]
        logits: Tensor = self._gpt.lm_head(hidden)
        return logits

    @property
    def _gpt(self) -> Any:
        """``transformers`` gives its models no types."""
        return self.language_model
