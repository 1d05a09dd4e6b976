"""What ours is measured against: ClipCap's first beam search, and ``generate`` of transformers.

The first one is written plainly after the description of the method (Mokady et al. 2021): nothing is cached,
the whole sequence goes through the language model at each step. All stacks follow one rule, so that their
tokens can be compared: sum of log-probabilities, every beam to exactly N tokens, no end token.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


@torch.inference_mode()
def clipcap_beam_search(language_model: Any, prefix: Tensor, beams: int, length: int) -> list[int]:
    """The best sequence found.

    Args:
        language_model: a GPT-2 of transformers, in evaluation mode.
        prefix: (1, K, D).
        beams: hypotheses kept.
        length: tokens, exactly.
    """
    embed = language_model.get_input_embeddings()
    tokens = torch.empty((1, 0), dtype=torch.long)
    totals = torch.zeros(1)
    embeddings = prefix
    for _ in range(length):
        log_probs = language_model(inputs_embeds=embeddings, use_cache=False).logits[:, -1].log_softmax(-1)
        sums = totals[:, None] + log_probs
        totals, flat = sums.flatten().topk(beams)
        rows, chosen = flat // log_probs.shape[1], flat % log_probs.shape[1]
        tokens = torch.cat((tokens[rows], chosen[:, None]), dim=1)
        embeddings = torch.cat((embeddings[rows], embed(chosen[:, None])), dim=1)
    best: list[int] = tokens[totals.argmax()].tolist()
    return best


@torch.inference_mode()
def transformers_generate(language_model: Any, prefix: Tensor, beams: int, length: int) -> list[int]:
    """The same through ``generate``, which caches keys and values; arguments as above."""
    found = language_model.generate(
        inputs_embeds=prefix,
        attention_mask=torch.ones(prefix.shape[:2], dtype=torch.long, device=prefix.device),
        num_beams=beams,
        do_sample=False,
        min_new_tokens=length,
        max_new_tokens=length,
        length_penalty=0.0,
        pad_token_id=0,
    )
    tokens: list[int] = found[0].tolist()
    return tokens
