"""Who speaks. One decision for every sentence, so that it is heard once: not zero times, not twice.

Announcement events of a background program are dropped by NVDA and ignored by Orca before 45.2, so a sentence
goes that way only where the reader is known to read it. All else is somebody who can say that they took it:
the first who does ends the search.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.settings import SpeechOutput


class Speaker(StrEnum):
    """Who may speak a sentence."""

    ANNOUNCEMENT = "announcement"
    """An event of the window, which the screen reader reads; nobody tells whether it did."""
    READER = "reader"
    """The screen reader's own channel, with braille."""
    OWN_VOICE = "own-voice"


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides who speaks.

    Attributes:
        focused: a window of this program has the focus.
        reader: a screen reader is known to run.
        hears_announcements: it reads announcement events of the window with the focus.
        has_channel: it can be spoken to directly.
        voice: the program has a voice of its own.
    """

    focused: bool
    reader: bool = False
    hears_announcements: bool = False
    has_channel: bool = False
    voice: bool = False


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the person wants instead of the rule, for each situation.

    Attributes:
        in_window: a reader runs and a window of this program has the focus.
        in_background: a reader runs and another program has the focus.
        without_reader: none is known to run.
    """

    in_window: SpeechOutput = "auto"
    in_background: SpeechOutput = "auto"
    without_reader: SpeechOutput = "auto"

    def wish(self, situation: Situation) -> SpeechOutput:
        """The one for a situation."""
        if not situation.reader:
            return self.without_reader
        return self.in_window if situation.focused else self.in_background


def speakers(situation: Situation, overrides: Overrides) -> tuple[Speaker, ...]:
    """Whom to ask to speak, in this order, until one takes the sentence.

    Whatever the person wished, somebody else speaks rather than nobody, unless speech is off. An announcement
    comes last, since it is taken by definition.
    """
    wish = overrides.wish(situation)
    if wish == "off":
        return ()
    through_reader = _through_reader(situation)
    own = (Speaker.OWN_VOICE,) if situation.voice else ()
    order = {
        "auto": through_reader + own,
        "own-voice": own + through_reader,
        # The person may know of a reader that the program does not.
        "screen-reader": through_reader,
    }[wish]
    return _until_certain((*order, Speaker.ANNOUNCEMENT))


def _through_reader(situation: Situation) -> tuple[Speaker, ...]:
    if not situation.reader:
        return ()
    if situation.focused and situation.hears_announcements:
        return (Speaker.ANNOUNCEMENT,)
    return (Speaker.READER,) if situation.has_channel else ()


def _until_certain(order: tuple[Speaker, ...]) -> tuple[Speaker, ...]:
    return order[: order.index(Speaker.ANNOUNCEMENT) + 1]
