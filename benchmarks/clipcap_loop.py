"""ClipCap's first training loop with a frozen language model, written plainly after its description.

Mokady et al. 2021 and the program published with it: captions are padded to the longest of the dataset,
batches come in any order, an attention mask covers the padding, the prefix is projected in each step, logits
are computed at every position, padding and prefix too. The language model is left out of the optimiser, but
its weights still get gradients that nobody uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.nets.clipcap import ClipCap

PADDING = 0
"""Filled in after a caption; cross-entropy leaves this label out."""


class ClipCapLoop:
    """The loop, over some captions.

    Args:
        network: of which standardisation, mapper and language model are used.
        captions: token ids, none of them ``PADDING``.
        features: (photos, P, E), one row a caption.
        longest: tokens that captions are padded to.
        learning_rate: of AdamW.
    """

    def __init__(
        self,
        network: ClipCap,
        captions: Sequence[Sequence[int]],
        features: Tensor,
        *,
        longest: int,
        learning_rate: float,
    ) -> None:
        self._network, self._features = network, features
        self._mapper, self._gpt = network.mapper, network.language_model
        self._tokens = torch.full((len(captions), longest), PADDING)
        for row, caption in zip(self._tokens, captions, strict=True):
            row[: len(caption)] = torch.tensor(caption)
        self._optimiser = torch.optim.AdamW(self._mapper.parameters(), lr=learning_rate)

    def loss(self, batch: Sequence[int]) -> Tensor:
        """Mean cross-entropy of the tokens of some captions."""
        gpt: Any = self._gpt
        tokens = self._tokens[batch]
        prefix = self._network.project(self._features[batch])
        embeddings = torch.cat((prefix, gpt.transformer.wte(tokens)), dim=1)
        mask = torch.cat((torch.ones(prefix.shape[:2]), tokens.ne(PADDING).float()), dim=1)
        logits = gpt(inputs_embeds=embeddings, attention_mask=mask, use_cache=False).logits
        logits = logits[:, prefix.shape[1] - 1 : -1]
        return cross_entropy(logits.flatten(0, 1), tokens.flatten(), ignore_index=PADDING)

    def step(self, batch: Sequence[int]) -> float:
        """One step of training; returns the loss."""
        self._network.requires_grad_(True)  # another loop may have frozen it
        self._mapper.train()
        self._gpt.eval()
        self._network.zero_grad()
        loss = self.loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        return float(loss.detach())
