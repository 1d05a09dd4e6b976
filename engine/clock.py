"""Milliseconds per stage of a request."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import MappingProxyType
from typing import TypeVar

_T = TypeVar("_T")


class Clock:
    """Times the stages of a batch, shared equally among its pictures.

    Args:
        pictures: how many the batch has.
    """

    def __init__(self, pictures: int) -> None:
        self._pictures = max(1, pictures)
        self._stages_ms: dict[str, float] = {}

    @property
    def stages_ms(self) -> MappingProxyType[str, float]:
        """Stage -> milliseconds per picture."""
        return MappingProxyType(dict(self._stages_ms))

    def time(self, stage: str, work: Callable[[], _T]) -> _T:
        """Do the work of a stage; doing it again replaces its time."""
        start = time.perf_counter()
        result = work()
        elapsed_ms = (time.perf_counter() - start) * 1000.0
        self._stages_ms[stage] = round(elapsed_ms / self._pictures, 3)
        return result
