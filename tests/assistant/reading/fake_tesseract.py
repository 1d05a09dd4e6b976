"""A program that stands in for tesseract: what it prints follows the manual of tesseract 5.

Its folder goes to the front of PATH. It notes its arguments, the picture it was given and its process id.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

_HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"

_PROGRAM = """#!{python}
import json, os, pathlib, sys, time
here = pathlib.Path(__file__).parent
plan = json.loads((here / "plan.json").read_text())
if "--list-langs" in sys.argv:
    print('List of available languages in "%s/" (%d):' % (here, len(plan["languages"])))
    print("\\n".join(plan["languages"]))
    sys.exit(0)
given = sys.stdin.buffer.read()
header = given.split(b"\\n", 1)[0].decode()
notes = dict(arguments=sys.argv[1:], header=header, size=len(given), threads=os.environ["OMP_THREAD_LIMIT"])
(here / "notes.json").write_text(json.dumps(notes))
(here / "pid").write_text(str(os.getpid()))
time.sleep(plan["seconds"])
sys.stdout.write(plan["table"])
sys.stderr.write("read_params_file: Can't open tsv\\n" if plan["code"] else "")
sys.exit(plan["code"])
"""


class FakeTesseract:
    """Controls the program.

    Args:
        folder: where it is installed.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        program = folder / "tesseract"
        program.write_text(_PROGRAM.format(python=sys.executable))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        self.plan()

    def plan(
        self,
        *words: tuple[str, float, int, int, int, int],
        languages: tuple[str, ...] = ("eng", "osd", "vie"),
        seconds: float = 0,
        code: int = 0,
    ) -> None:
        """What the next runs do: words as (text, percent, left, top, width, height) in its picture."""
        rows = [_HEAD, "1\t1\t0\t0\t0\t0\t0\t0\t999\t999\t-1\t"]
        rows += [
            f"5\t1\t{number}\t1\t1\t1\t{left}\t{top}\t{width}\t{height}\t{percent}\t{text}"
            for number, (text, percent, left, top, width, height) in enumerate(words, 1)
        ]
        table = "\n".join(rows) + "\n"
        plan = {"table": table, "languages": languages, "seconds": seconds, "code": code}
        (self._folder / "plan.json").write_text(json.dumps(plan))

    @property
    def notes(self) -> dict[str, object]:
        """What the last run was given."""
        notes: dict[str, object] = json.loads((self._folder / "notes.json").read_text())
        return notes

    @property
    def process_id(self) -> int | None:
        """Of the last run, as soon as it has its picture."""
        file = self._folder / "pid"
        return int(file.read_text() or 0) or None if file.exists() else None
