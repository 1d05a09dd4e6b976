"""Fills a model's figures into its card, so that they are never copied by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PLACE = "<!-- scores -->"
_TITLES = {
    "val": "validation, translated captions included (search and confidence were chosen here)",
    "test": "test",
}


def write_model_card(template: Path, results: Mapping[str, Mapping[str, Any]], card: Path) -> None:
    """Write ``MODEL_CARD.md``.

    Args:
        template: Markdown with a line ``<!-- scores -->``.
        results: per split ``photos``, ``scores``, ``intervals`` and ``calibration error``.
        card: the file to write.
    """
    text = template.read_text(encoding="utf-8")
    card.write_text(
        text.replace(_PLACE, "\n\n".join(map(_table, results, results.values()))), encoding="utf-8"
    )


def _table(split: str, result: Mapping[str, Any]) -> str:
    rows = [
        f"**{_TITLES[split]}**, {result['photos']} photos",
        "",
        "| score | value | 95 % interval |",
        "|---|---|---|",
    ]
    for name, value in result["scores"].items():
        low, high = result["intervals"][name]
        rows.append(f"| {name} | {value:.4f} | {low:.3f} to {high:.3f} |")
    rows.append(f"| calibration error of the confidence (ECE) | {result['calibration error']:.3f} | |")
    return "\n".join(rows)
