"""Areas, monitors and what a target shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.capture import (
    Area,
    CaptureError,
    CaptureFault,
    Monitor,
    OneMonitor,
    OpenWindow,
    Origin,
    WholeDesktop,
)
from assistant.capture.desktop import View, desktop_area, view_of, view_of_window

LEFT = Monitor(Area(-1280, 100, 1280, 1024), "HDMI-1", is_primary=False)
RIGHT = Monitor(Area(0, 0, 1920, 1080), "DELL U2415", is_primary=True)
BOTH = [LEFT, RIGHT]

areas = st.builds(Area, st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 9), st.integers(0, 9))


def pixels_in(area: Area) -> set[tuple[int, int]]:
    return {(x, y) for x in range(area.left, area.right) for y in range(area.top, area.bottom)}


@given(one=areas, other=areas)
def test_clipping_leaves_exactly_the_common_pixels(one: Area, other: Area) -> None:
    clipped = one.clip(other)
    assert pixels_in(clipped) == pixels_in(one) & pixels_in(other)
    assert clipped.is_empty == (not pixels_in(one) & pixels_in(other))


def test_the_desktop_is_around_all_monitors() -> None:
    assert desktop_area(BOTH) == Area(-1280, 0, 3200, 1124)
    assert desktop_area([RIGHT]) == RIGHT.area


def test_each_target_has_its_view() -> None:
    assert view_of(WholeDesktop(), BOTH) == View(Area(-1280, 0, 3200, 1124), Origin.SCREEN, "")
    assert view_of(OneMonitor(1), BOTH) == View(RIGHT.area, Origin.SCREEN, "DELL U2415")
    assert view_of(Area(1900, 1000, 50, 200), BOTH) == View(Area(1900, 1000, 20, 124), Origin.REGION, "")
    window = OpenWindow("Thư", Area(-1300, 90, 100, 100))
    assert view_of_window(window, BOTH) == View(Area(-1280, 90, 80, 100), Origin.WINDOW, "Thư")


@pytest.mark.parametrize(
    ("target", "monitors", "fault"),
    [
        (WholeDesktop(), [], CaptureFault.NO_SCREEN),
        (OneMonitor(0), [], CaptureFault.NO_SCREEN),
        (OneMonitor(2), BOTH, CaptureFault.NO_SCREEN),
        (OneMonitor(-1), BOTH, CaptureFault.NO_SCREEN),
        (Area(1920, 0, 10, 10), BOTH, CaptureFault.FAILED),
        (Area(10, 10, 0, 10), BOTH, CaptureFault.FAILED),
    ],
)
def test_what_cannot_be_shown(
    target: WholeDesktop | OneMonitor | Area, monitors: list[Monitor], fault: CaptureFault
) -> None:
    with pytest.raises(CaptureError) as caught:
        view_of(target, monitors)
    assert caught.value.fault is fault


def test_a_window_out_of_sight() -> None:
    with pytest.raises(CaptureError) as caught:
        view_of_window(OpenWindow("Xa", Area(5000, 0, 10, 10)), BOTH)
    assert caught.value.fault is CaptureFault.NO_WINDOW
