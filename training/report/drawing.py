"""Whether a model's attention can be drawn, and if not, why. Imports torch only where it can."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from engine.contract import CaptionError, Pixels


class Drawer(Protocol):
    """Draws where a model looks; ``training.report.attention.AttentionMaps`` is one."""

    def draw(self, pictures: Sequence[Pixels]) -> list[Pixels]:
        """Photos, RGB, uint8, (H, W, 3), each with its map laid over it, (S, S, 3)."""


def open_drawer(checkpoint: Path | None) -> Drawer | str:
    """What draws a model's attention, or one Vietnamese sentence that says why nothing can.

    Args:
        checkpoint: the model's ``model.safetensors``; ``None`` where only its captions are known.
    """
    if checkpoint is None:
        return "Chỉ có câu chú thích, không có mô hình, nên không vẽ được bản đồ chú ý."
    if not checkpoint.is_file():
        return (
            f"Mô hình không kèm tệp {checkpoint.name}. Bản ONNX không cho xem phần chú ý bên trong, nên "
            "không vẽ được bản đồ chú ý."
        )
    from training.report.attention import AttentionMaps

    try:
        return AttentionMaps(checkpoint)
    except CaptionError as exc:
        return f"Không vẽ được bản đồ chú ý: {exc}"
