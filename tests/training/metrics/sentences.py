"""Sentences by chance, of few words, so that much matches."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from training.metrics import Scored

WORDS = "một hai con chó mèo người đàn ông đang chạy trên cỏ đường xanh đỏ được an to".split()

sentence_texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
scored_items = st.lists(
    st.builds(Scored, sentence_texts, st.lists(sentence_texts, min_size=1, max_size=5).map(tuple)),
    min_size=1,
    max_size=8,
)


def random_items(count: int, seed: int) -> list[Scored]:
    choose = random.Random(seed)

    def sentence() -> str:
        return " ".join(choose.choices(WORDS, k=choose.randint(1, 12)))

    return [Scored(sentence(), tuple(sentence() for _ in range(choose.randint(1, 5)))) for _ in range(count)]
