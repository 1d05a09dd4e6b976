"""Speed and weight of the app on a real X server: ``python -m benchmarks.app``.

Starts a desktop without a screen (Xvfb, openbox, AT-SPI), opens the app with its model and measures

- start: from starting the process to a window on the screen
- capture: one picture of the whole screen at 1920 x 1080
- hotkey: from the key press to the caption's announcement at the accessibility bus, model loaded
- memory and processor time of the window's process while nothing is asked for
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.journey.desktop import ROOT, Desktop, missing_parts

SCREEN_HOTKEY = "ctrl+alt+shift+m"
TITLE = "ViClipCap Assistant"
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")

CAPTURE = """
import json, time
from assistant.capture.desktop import WholeDesktop
from assistant.capture.screen import choose_screen
screen, times = choose_screen(), []
for _ in range(21):
    began = time.perf_counter()
    screen.grab(WholeDesktop(), lambda picture: None)
    times.append(1000 * (time.perf_counter() - began))
print(json.dumps(times))
"""


def main() -> int:
    """Measure and print; returns 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=20, help="hotkey presses")
    options = parser.parse_args()
    if missing := missing_parts():
        print(f"needs {missing}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, Desktop(Path(folder), "1920x1080") as desktop:
        settings = Path(folder) / "config" / "viclipcap" / "settings.json"
        settings.parent.mkdir()
        settings.write_text(json.dumps({"first_run_done": True, "sounds": False, "history": False}))
        measure(desktop, options.repeat)
    return 0


def measure(desktop: Desktop, repeat: int) -> None:
    """Print every figure."""
    starts = []
    for _ in range(3):
        began = time.perf_counter()
        code = "from assistant.cli import main; raise SystemExit(main([]))"
        app = desktop.start(sys.executable, "-c", code)
        desktop.run("xdotool", "search", "--sync", "--onlyvisible", "--name", TITLE)
        starts.append(time.perf_counter() - began)
        if len(starts) < 3:
            desktop.end(app)
    print(f"start to window        median {statistics.median(starts):.2f} s, first {starts[0]:.2f} s")
    desktop.reader.wait_for("result")
    time.sleep(3)
    before = processor_s(app.pid)
    time.sleep(20)
    share = (processor_s(app.pid) - before) / 20
    print(f"idle                   {resident_mb(app.pid):.0f} MB resident, {100 * share:.2f} % of one core")
    times = json.loads(desktop.run(sys.executable, "-c", CAPTURE))
    print(f"capture 1920 x 1080    median {statistics.median(times[1:]):.1f} ms, first {times[0]:.1f} ms")
    desktop.show_photo(ROOT / "resources" / "samples" / "cat.jpg", "photo", 0, 0, 1920, 1080)
    hotkey_ms = [press(desktop) for _ in range(repeat + 1)]
    warm = sorted(hotkey_ms[1:])
    print(
        f"hotkey to announcement median {statistics.median(warm):.0f} ms, slowest {warm[-1]:.0f} ms, "
        f"first (loads the model) {hotkey_ms[0]:.0f} ms"
    )
    print(f"after {len(hotkey_ms)} captions     {resident_mb(app.pid):.0f} MB resident")


def press(desktop: Desktop) -> float:
    """Milliseconds from starting to press the hotkey to hearing the caption."""
    time.sleep(0.4)  # a burst of presses would wait for its end
    desktop.reader.forget()
    began = time.perf_counter()
    desktop.press(SCREEN_HOTKEY)
    desktop.reader.hear()
    return 1000 * (time.perf_counter() - began)


def resident_mb(process: int) -> float:
    """Resident memory in megabytes (10**6 bytes)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def processor_s(process: int) -> float:
    """Processor time used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


if __name__ == "__main__":
    sys.exit(main())
