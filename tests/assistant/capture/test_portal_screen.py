"""The desktop portal, played by another program on a private bus."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from assistant.capture import (
    ActiveWindow,
    Area,
    CaptureError,
    CaptureFault,
    OneMonitor,
    Origin,
    Picture,
    Target,
    WholeDesktop,
)
from assistant.capture.portal_request import ScreenshotRequest
from assistant.capture.portal_screen import PortalScreen, cut, open_portal_screen
from engine import Pixels
from tests.assistant.session_bus import ROOT, glib_portal, session_bus

pytestmark = pytest.mark.slow

FAKE = Path(__file__).with_name("fake_portal.py")
VERSION_2 = {"version": 2}
VERSION_3 = {"version": 3, "AvailableTargets": 1 | 2 | 4 | 8}


class Portal:
    """What the fake portal is to do next, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "Ảnh màn hình.png"
        self.asked_file = folder / "asked.json"
        self.pixels = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
        self._behaviour = folder / "behaviour.json"

    def will(
        self,
        answer: int | str,
        properties: dict[str, int] = VERSION_3,
        handle: str = "as asked",
        uri: str | None = None,
    ) -> None:
        Image.fromarray(self.pixels).save(self.file)
        uri = self.file.as_uri() if uri is None else uri
        settings = {"answer": answer, "properties": properties, "handle": handle, "uri": uri}
        self._behaviour.write_text(json.dumps(settings))
        self.asked_file.unlink(missing_ok=True)

    def asked(self) -> dict[str, list[Any]] | None:
        """Options of the latest request, each with its D-Bus type; ``None`` when there was none."""
        return json.loads(self.asked_file.read_text()) if self.asked_file.exists() else None


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("portal")
    with session_bus(folder), glib_portal(FAKE, str(folder / "behaviour.json")):
        yield Portal(folder)


def ask(qtbot: QtBot, screen: PortalScreen, target: Target) -> Picture | CaptureError:
    answers: list[Picture | CaptureError] = []
    screen.grab(target, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=8000)
    (answer,) = answers
    return answer


def picture_of(qtbot: QtBot, portal: Portal, target: Target) -> Picture:
    answer = ask(qtbot, open_portal_screen(), target)
    assert isinstance(answer, Picture), answer
    return answer


def test_the_whole_screen(qtbot: QtBot, portal: Portal) -> None:
    """GIVEN a portal that answers before its call returns, THEN the answer is heard and its file is gone."""
    portal.will(0)
    picture = picture_of(qtbot, portal, WholeDesktop())
    assert_array_equal(picture.pixels, portal.pixels)
    assert (picture.origin, picture.name) == (Origin.SCREEN, "")
    assert not portal.file.exists()
    asked = portal.asked()
    assert asked
    assert asked.pop("handle_token")[0] == "s"
    assert asked == {"interactive": ["b", False], "target": ["u", 1]}


def test_an_old_portal_is_not_told_a_target(qtbot: QtBot, portal: Portal) -> None:
    portal.will(0, VERSION_2)
    assert_array_equal(picture_of(qtbot, portal, WholeDesktop()).pixels, portal.pixels)
    assert set(portal.asked() or {}) == {"handle_token", "interactive"}


def test_an_old_portal_names_its_request_itself(qtbot: QtBot, portal: Portal) -> None:
    portal.will(0, VERSION_2, handle="own")
    assert_array_equal(picture_of(qtbot, portal, WholeDesktop()).pixels, portal.pixels)


def test_the_active_window(qtbot: QtBot, portal: Portal) -> None:
    portal.will(0)
    picture = picture_of(qtbot, portal, ActiveWindow())
    assert_array_equal(picture.pixels, portal.pixels)
    assert picture.origin is Origin.WINDOW
    assert (portal.asked() or {})["target"] == ["u", 8]


@pytest.mark.parametrize("properties", [VERSION_2, {"version": 3, "AvailableTargets": 1 | 4}])
def test_a_portal_without_active_windows(properties: dict[str, int], qtbot: QtBot, portal: Portal) -> None:
    """THEN the person is told at once, rather than given the whole screen instead."""
    portal.will(0, properties)
    answer = ask(qtbot, open_portal_screen(), ActiveWindow())
    assert isinstance(answer, CaptureError)
    assert answer.fault is CaptureFault.NO_WINDOW
    assert portal.asked() is None


def test_parts_are_cut_from_the_whole(qtbot: QtBot, portal: Portal) -> None:
    """GIVEN Qt's offscreen monitor of 800 x 800, and a picture of 80 x 60 of it."""
    portal.will(0)
    (monitor,) = open_portal_screen().monitors()
    assert (monitor.area, monitor.is_primary) == (Area(0, 0, 800, 800), True)
    whole = picture_of(qtbot, portal, OneMonitor(0))
    assert_array_equal(whole.pixels, portal.pixels)
    assert whole.origin is Origin.SCREEN
    portal.will(0)
    part = picture_of(qtbot, portal, Area(400, 400, 900, 200))
    assert_array_equal(part.pixels, portal.pixels[30:45, 40:80])
    assert part.origin is Origin.REGION


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (1, CaptureFault.REFUSED),
        (2, CaptureFault.FAILED),
        ("denied", CaptureFault.REFUSED),
        ("never", CaptureFault.TIMED_OUT),
    ],
)
def test_each_refusal_has_its_fault(
    answer: int | str, fault: CaptureFault, qtbot: QtBot, portal: Portal
) -> None:
    portal.will(answer)
    failure = ask(qtbot, open_portal_screen(time_limit_s=0.3), WholeDesktop())
    assert isinstance(failure, CaptureError)
    assert failure.fault is fault
    if isinstance(answer, int):
        assert not portal.file.exists()


@pytest.mark.parametrize("target", [OneMonitor(1), Area(900, 0, 10, 10)])
def test_what_is_not_on_the_desktop(target: Target, qtbot: QtBot, portal: Portal) -> None:
    portal.will(0)
    failure = ask(qtbot, open_portal_screen(), target)
    assert isinstance(failure, CaptureError)
    assert not portal.file.exists()


def test_a_file_that_is_no_picture(qtbot: QtBot, portal: Portal) -> None:
    portal.will(0)
    portal.file.write_text("không phải ảnh")
    failure = ask(qtbot, open_portal_screen(), WholeDesktop())
    assert isinstance(failure, CaptureError)
    assert failure.fault is CaptureFault.FAILED
    assert not portal.file.exists()


@pytest.mark.parametrize("uri", ["", "https://example.com/a.png"])
def test_success_without_a_file(uri: str, qtbot: QtBot, portal: Portal) -> None:
    portal.will(0, uri=uri)
    failure = ask(qtbot, open_portal_screen(), WholeDesktop())
    assert isinstance(failure, CaptureError)
    assert failure.fault is CaptureFault.FAILED


def test_a_late_picture_is_deleted_unseen(qtbot: QtBot, portal: Portal) -> None:
    """GIVEN a person who allows the picture after the time limit, THEN no second answer, and no file."""
    portal.will("late")
    answers: list[Picture | CaptureError] = []
    screen = open_portal_screen(time_limit_s=0.2)
    screen.grab(WholeDesktop(), answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=8000)
    assert portal.file.exists()
    qtbot.waitUntil(lambda: not portal.file.exists(), timeout=8000)
    (failure,) = answers
    assert isinstance(failure, CaptureError)
    assert failure.fault is CaptureFault.TIMED_OUT


def test_two_requests_at_once(qtbot: QtBot, portal: Portal) -> None:
    """GIVEN a request that waits, WHEN a later one is answered first, THEN each gets its own picture."""
    screen = open_portal_screen()
    answers: list[Picture | CaptureError] = []
    portal.will("late")
    screen.grab(WholeDesktop(), answers.append)
    qtbot.waitUntil(portal.asked_file.exists, timeout=8000)
    file, pixels = portal.file.with_name("second.png"), portal.pixels[::2]
    portal.will(0, uri=file.as_uri())
    Image.fromarray(pixels).save(file)
    screen.grab(WholeDesktop(), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=8000)
    for answer, expected in zip(answers, (pixels, portal.pixels), strict=True):
        assert isinstance(answer, Picture)
        assert_array_equal(answer.pixels, expected)


def requests() -> list[QObject]:
    """Those that wait, of earlier tests too: a portal that never answers is listened to for long."""
    application = QCoreApplication.instance()
    assert application
    return application.findChildren(ScreenshotRequest)


def test_the_answer_comes_to_whoever_let_go_of_the_screen(qtbot: QtBot, portal: Portal) -> None:
    """GIVEN a request that waits, WHEN a failure of another makes the app drop the back-end."""
    portal.will("late")
    earlier = requests()
    answers: list[Picture | CaptureError] = []
    open_portal_screen().grab(WholeDesktop(), answers.append)
    gc.collect()
    assert len(requests()) == len(earlier) + 1
    qtbot.waitUntil(lambda: bool(answers), timeout=8000)
    assert isinstance(answers[0], Picture)
    qtbot.waitUntil(lambda: requests() == earlier, timeout=8000)


APP_THAT_ENDS = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from assistant.capture.desktop import WholeDesktop
from assistant.capture.portal_request import ScreenshotRequest
from assistant.capture.portal_screen import open_portal_screen
app = QGuiApplication([])
screen = open_portal_screen()
screen.grab(WholeDesktop(), print)
timer = QTimer(interval=20)
timer.timeout.connect(lambda: app.quit() if Path(sys.argv[1]).exists() else None)
timer.start()
app.exec()
"""


def test_the_app_may_end_while_a_request_waits(portal: Portal) -> None:
    portal.will("never")
    command = [sys.executable, "-c", APP_THAT_ENDS, str(portal.asked_file)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_no_bus(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN that the bus is not there, or has gone since, THEN that is said rather than waited for."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    with pytest.raises(CaptureError) as caught:
        open_portal_screen()
    assert caught.value.fault is CaptureFault.NO_SCREEN
    failure = ask(qtbot, PortalScreen(targets=15), WholeDesktop())
    assert isinstance(failure, CaptureError)
    assert failure.fault is CaptureFault.FAILED


def test_no_portal(tmp_path: Path) -> None:
    with session_bus(tmp_path), pytest.raises(CaptureError) as caught:
        open_portal_screen()
    assert caught.value.fault is CaptureFault.NO_SCREEN


def ramp(height: int, width: int) -> Pixels:
    return np.arange(height * width * 3, dtype=np.uint8).reshape(height, width, 3)


def test_cutting_at_the_same_scale() -> None:
    desktop = Area(-4, 2, 10, 6)
    part = cut(ramp(6, 10), Area(-3, 4, 5, 3), desktop)
    assert_array_equal(part, ramp(6, 10)[2:5, 1:6])
    assert part.flags.c_contiguous


def test_cutting_at_another_scale() -> None:
    """GIVEN a picture of half, and one of twice, the desktop's size."""
    desktop = Area(0, 0, 10, 8)
    assert_array_equal(cut(ramp(4, 5), Area(2, 4, 4, 4), desktop), ramp(4, 5)[2:4, 1:3])
    assert_array_equal(cut(ramp(16, 20), Area(2, 4, 4, 4), desktop), ramp(16, 20)[8:16, 4:12])


def test_cutting_leaves_at_least_one_pixel() -> None:
    desktop = Area(0, 0, 1000, 1000)
    for corner in (0, 999):
        assert cut(ramp(10, 10), Area(corner, corner, 1, 1), desktop).shape == (1, 1, 3)
