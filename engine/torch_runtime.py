"""The engine's networks on torch: the same protocols as ``engine.onnx_runtime``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.contract import Floats
from engine.nets.clipcap import ClipCap
from engine.search import Step


class TorchEncoder:
    """Image encoder and mapping network.

    Args:
        network: the whole network, in evaluation mode, on the device to use.
    """

    def __init__(self, network: ClipCap) -> None:
        self._network = network

    @torch.inference_mode()
    def encode(self, images: Floats) -> Floats:
        """(B, 3, S, S) preprocessed pictures -> (B, K, D) prefix embeddings."""
        device = next(self._network.parameters()).device
        prefix: Floats = self._network(torch.from_numpy(images).to(device)).float().cpu().numpy()
        return prefix


class TorchDecoder:
    """A GPT-2 with a key-value cache.

    Args:
        language_model: in evaluation mode, on the device to use.
        end_id: token that ends a sentence.
    """

    def __init__(self, language_model: Any, end_id: int) -> None:
        self._model = language_model
        self.end_id = end_id

    @torch.inference_mode()
    def begin(self, prefix: Floats, width: int) -> Step:
        """See ``engine.search.Decoder``."""
        device = self._model.lm_head.weight.device
        embeddings = torch.from_numpy(prefix).to(device, self._model.lm_head.weight.dtype)
        return self._candidates(self._model.transformer(inputs_embeds=embeddings, use_cache=True), width)

    @torch.inference_mode()
    def advance(self, cache: Any, parents: NDArray[np.int64], tokens: NDArray[np.int64], width: int) -> Step:
        """See ``engine.search.Decoder``. The cache of the step before is changed in place."""
        device = self._model.lm_head.weight.device
        cache.batch_select_indices(torch.from_numpy(parents).to(device))
        ids = torch.from_numpy(tokens).to(device).unsqueeze(1)
        return self._candidates(
            self._model.transformer(input_ids=ids, past_key_values=cache, use_cache=True), width
        )

    def _candidates(self, output: Any, width: int) -> Step:
        logits = self._model.lm_head(output.last_hidden_state[:, -1]).float()
        best = logits.topk(min(width, logits.shape[-1]))
        log_probs = best.values - logits.logsumexp(dim=-1, keepdim=True)
        return Step(output.past_key_values, log_probs.cpu().numpy(), best.indices.cpu().numpy())
