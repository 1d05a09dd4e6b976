"""Behaves as ``python -m training`` does, without learning anything: ``inspect``, ``fit``, and their files.

A dataset is a folder with ``captions.csv``. Further files in it change what happens: ``explode`` fails the
training, ``bad-base`` before it is begun, ``slow`` makes a step, or the inspection, take that many seconds.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from tests.store_models import make_model

STEPS = 4
"""Of an epoch."""

STATE = "state.json"


def main() -> int:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    inspect = commands.add_parser("inspect")
    inspect.add_argument("--data", type=Path, required=True)
    inspect.add_argument("--json", action="store_true", required=True)
    inspect.set_defaults(run=inspect_data)
    fit = commands.add_parser("fit")
    for name in ("--data", "--base", "--out"):
        fit.add_argument(name, type=Path, required=True)
    for name in ("--train", "--learning-rate", "--name"):
        fit.add_argument(name)
    fit.add_argument("--epochs", type=int, default=2)
    fit.set_defaults(run=fit_model)
    options = parser.parse_args()
    return int(options.run(options))


def pace_s(data: Path) -> float:
    file = data / "slow"
    return float(file.read_text()) if file.exists() else 0.01


def refuse(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return 1


def inspect_data(options: argparse.Namespace) -> int:
    if not (options.data / "captions.csv").exists():
        return refuse(f"There is no dataset in {options.data}.")
    if (options.data / "slow").exists():
        time.sleep(pace_s(options.data))
    rows = (options.data / "captions.csv").read_text(encoding="utf-8").splitlines()
    usable = len(rows) > 2
    sys.stdout.write(
        json.dumps(
            {
                "kind": "own folder",
                "splits": {"train": {"photos": len(rows), "captions": 2 * len(rows)}},
                "problems": {"photo missing": ["a.jpg", "b.jpg"], "too blue": ["c.jpg"]},
                "usable": usable,
                "why_not": None if usable else "There are too few photos.",
            }
        )
    )
    return 0


def fit_model(options: argparse.Namespace) -> int:
    if not (options.data / "captions.csv").exists():
        return refuse(f"There is no dataset in {options.data}.")
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(options.out / ".lock", blocking=False):
            return Fit(options).run()
    except Timeout:
        return refuse(f"Another process works in {options.out}.")


class Fit:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.out = options, options.out
        self.pace_s = pace_s(options.data)
        self.place = self.read_json(STATE) or {"epoch": 1, "step": 0}

    def run(self) -> int:
        if (self.options.data / "bad-base").exists():
            self.tell("preparing")
            self.tell("failed", message="The base cannot be used.")
            return refuse("The base cannot be used.")
        started = datetime.now(UTC).isoformat()
        self.write_json(
            "run.json",
            {
                "arguments": sys.argv[1:],
                "data": str(self.options.data),
                "base": str(self.options.base),
                "recipe": "finetune",
                "started": started,
                "format": 1,
            },
        )
        self.write_json("control.json", {"wish": "run"})
        self.tell("preparing")
        if (self.options.data / "explode").exists():
            self.tell("failed", message="The loss is not a number.")
            return 1
        for epoch in range(self.place["epoch"], self.options.epochs + 1):
            if wish := self.epoch(epoch):
                if wish == "pause":
                    self.tell("paused")
                    time.sleep(self.pace_s)  # the real one takes its time, too, with its lock still held
                    return 0
                self.export("stopped")
                return 0
        self.export("done")
        return 0

    def epoch(self, epoch: int) -> str:
        for step in range(self.place["step"] + 1, STEPS + 1):
            wish = (self.read_json("control.json") or {}).get("wish")
            if wish in ("pause", "stop"):
                return str(wish)
            time.sleep(self.pace_s)
            self.append_csv(
                "steps.csv", ["captions", epoch, step, 3.0 - 0.1 * (STEPS * epoch + step), 1e-3, 90]
            )
            self.place = {"epoch": epoch, "step": step}
            self.write_json(STATE, self.place)
            self.tell("training", step)
        self.tell("validating", STEPS)
        self.append_csv("history.csv", ["captions", epoch, 3.0 - 0.4 * epoch, 0.2 * epoch, 7])
        photo = str(self.options.data / "1.png")
        row = {"stage": "captions", "epoch": epoch, "file": photo, "references": ["một con mèo"]}
        with (self.out / "samples.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row | {"caption": f"con mèo số {epoch}"}, ensure_ascii=False) + "\n")
        self.place = {"epoch": epoch + 1, "step": 0}
        self.write_json(STATE, self.place)
        return ""

    def export(self, state: str) -> None:
        self.tell("exporting", STEPS)
        made = make_model(self.out / "making", self.options.name)
        made.path.rename(self.out / "model")
        self.tell(state, STEPS)

    def tell(self, state: str, step: int = 0, message: str = "") -> None:
        epochs = self.options.epochs
        self.write_json(
            "status.json",
            {
                "state": state, "stage": "captions", "epoch": min(self.place["epoch"], epochs),
                "epochs": epochs, "step": step, "steps": STEPS, "loss": 2.0, "score": None,
                "best_score": None, "captions_per_s": 90.0, "eta_s": 400.0, "message": message,
                "pid": os.getpid(), "updated": time.time(),
            },
        )  # fmt: skip

    def append_csv(self, name: str, row: list[Any]) -> None:
        columns = {
            "steps.csv": ["stage", "epoch", "step", "loss", "learning_rate", "captions_per_s"],
            "history.csv": ["stage", "epoch", "loss", "score", "seconds"],
        }[name]
        path = self.out / name
        begins = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.writer(file)
            if begins:
                writer.writerow(columns)
            writer.writerow(row)

    def read_json(self, name: str) -> Any:
        path = self.out / name
        return json.loads(path.read_text()) if path.exists() else None

    def write_json(self, name: str, value: object) -> None:
        temporary = self.out / f".{name}.part"
        temporary.write_text(json.dumps(value))
        temporary.replace(self.out / name)


if __name__ == "__main__":
    sys.exit(main())
