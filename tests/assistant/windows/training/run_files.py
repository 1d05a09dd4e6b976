"""Folders of runs as a training process leaves them, without a process."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from tests.store_models import make_model

STEPS = 60
"""Of an epoch."""

LATER = 2.0**33
"""Unix time of a status that never grows old."""

EPOCHS = ((3.10, 0.35), (2.52, 0.55), (2.31, 0.62), (2.24, 0.60))
"""Loss and score of each."""

PHOTOS = {
    "cho-noi.jpg": ("chợ nổi trên sông có nhiều thuyền", ("một con thuyền", "nhiều chiếc thuyền trên sông")),
    "hoc-sinh.jpg": ("ba học sinh đạp xe trên đường làng", ("một người đi xe", "ba người đạp xe trên đường")),
    "meo.jpg": ("con mèo nằm ngủ trên mái ngói", ("một con mèo", "con mèo nằm trên mái nhà")),
}
"""File -> what a person wrote, and what the model said after the first and the later epochs."""


def status(state: str = "training", **values: Any) -> dict[str, Any]:
    """What a ``status.json`` says in the middle of the third of ten epochs, unless told otherwise."""
    return {
        "state": state, "stage": "captions", "epoch": 3, "epochs": 10, "step": 30, "steps": STEPS,
        "loss": 2.31, "score": 0.62, "best_score": 0.62, "captions_per_s": 350.0, "eta_s": 1500.0,
        "message": "", "pid": 1, "updated": LATER,
    } | values  # fmt: skip


def write_status(folder: Path, state: str = "training", **values: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "status.json").write_text(json.dumps(status(state, **values)))


def write_run(folder: Path, state: str = "training", *, epochs: int = 2, **values: Any) -> Path:
    """A whole folder of a run.

    Args:
        folder: of the run.
        state: in its status.
        epochs: that ended.
        values: other values of the status.
    """
    write_status(folder, state, **values)
    arguments = ["fit", "--data", "/data", "--base", "/starter", "--name", folder.name, "--out", str(folder)]
    (folder / "run.json").write_text(json.dumps({"arguments": arguments, "format": 1}))
    _write_steps(folder / "steps.csv", epochs)
    rows = [
        f"captions,{number},{loss},{score},{40 + number}"
        for number, (loss, score) in enumerate(EPOCHS[:epochs], 1)
    ]
    (folder / "history.csv").write_text("\n".join(["stage,epoch,loss,score,seconds", *rows, ""]))
    _write_samples(folder / "samples.jsonl", epochs)
    if state in ("done", "stopped"):
        made = make_model(folder / "making", folder.name)
        made.path.rename(folder / "model")
    return folder


def _write_steps(file: Path, epochs: int) -> None:
    lines = ["stage,epoch,step,loss,learning_rate,captions_per_s"]
    for index in range(STEPS * epochs):
        loss = 2.2 + 1.6 * math.exp(-index / STEPS) + 0.08 * math.sin(index)
        lines.append(f"captions,{index // STEPS + 1},{index % STEPS + 1},{loss:.4f},0.0003,350.0")
    file.write_text("\n".join([*lines, ""]))


def _write_samples(file: Path, epochs: int) -> None:
    rows = [
        {
            "stage": "captions", "epoch": epoch, "file": f"/home/lan/ảnh/{name}", "references": [reference],
            "caption": said[min(epoch, len(said)) - 1],
        }
        for epoch in range(1, epochs + 1)
        for name, (reference, said) in PHOTOS.items()
    ]  # fmt: skip
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
