"""Every sentence is heard once: over all situations and wishes, with readers and voices that may fail."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from assistant.settings import SpeechOutput
from assistant.speech.router import Overrides, Situation, Speaker, speakers

SITUATIONS = [
    Situation(*values)
    for values in product((False, True), repeat=5)
    if values[1] or not (values[2] or values[3])  # what a reader can do is told of readers only
]
WISHES: tuple[SpeechOutput, ...] = get_args(SpeechOutput)


def hear(situation: Situation, order: tuple[Speaker, ...], failing: set[Speaker]) -> list[Speaker]:
    """Who is heard when each is asked in turn, until one takes the sentence.

    An announcement is always taken; it is heard where a reader listens to it.
    """
    heard = []
    for speaker in order:
        if speaker is Speaker.ANNOUNCEMENT:
            if situation.reader and situation.hears_announcements and situation.focused:
                heard.append(speaker)
            break
        can = situation.voice if speaker is Speaker.OWN_VOICE else situation.has_channel
        if can and speaker not in failing:
            heard.append(speaker)
            break
    return heard


def able(situation: Situation, failing: set[Speaker]) -> set[Speaker]:
    """Everybody who could be heard."""
    found = set()
    if situation.voice:
        found.add(Speaker.OWN_VOICE)
    if situation.reader and situation.has_channel:
        found.add(Speaker.READER)
    if situation.reader and situation.hears_announcements and situation.focused:
        found.add(Speaker.ANNOUNCEMENT)
    return found - failing


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_by_rule_exactly_one_speaks_wherever_one_can(situation: Situation) -> None:
    for failing in (
        {Speaker.READER},
        {Speaker.OWN_VOICE},
        {Speaker.READER, Speaker.OWN_VOICE},
        set[Speaker](),
    ):
        heard = hear(situation, speakers(situation, Overrides()), failing)
        wanted = able(situation, failing)
        if not situation.reader:
            wanted &= {Speaker.OWN_VOICE}
        assert len(heard) == (1 if wanted else 0)


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_never_two_and_never_none_against_a_wish(situation: Situation, wish: SpeechOutput) -> None:
    """GIVEN any wish, THEN nobody speaks only when speech is off, when nobody can, or when the person insists
    on a reader that cannot be reached.
    """
    heard = hear(situation, speakers(situation, Overrides(wish, wish, wish)), set())
    if wish == "off":
        assert heard == []
    elif wish == "screen-reader":
        assert len(heard) == (1 if able(situation, set()) - {Speaker.OWN_VOICE} else 0)
    else:
        assert len(heard) == (1 if able(situation, set()) else 0)


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_a_wish_for_another_situation_changes_nothing(situation: Situation) -> None:
    if not situation.reader:
        others = Overrides(in_window="off", in_background="off")
    elif situation.focused:
        others = Overrides(in_background="off", without_reader="off")
    else:
        others = Overrides(in_window="off", without_reader="off")
    assert speakers(situation, others) == speakers(situation, Overrides())


def test_the_ladder() -> None:
    """The rule in the words of the issue."""
    recent = {"reader": True, "hears_announcements": True, "has_channel": True, "voice": True}
    assert speakers(Situation(focused=True, **recent), Overrides())[0] is Speaker.ANNOUNCEMENT
    assert speakers(Situation(focused=False, **recent), Overrides())[0] is Speaker.READER
    assert speakers(Situation(focused=False, voice=True), Overrides())[0] is Speaker.OWN_VOICE


def test_an_old_orca_leaves_speaking_to_the_own_voice() -> None:
    """GIVEN Orca 43, which ignores announcements and has no channel, THEN the own voice speaks everywhere."""
    for focused in (True, False):
        orca = Situation(focused=focused, reader=True, voice=True)
        assert speakers(orca, Overrides())[0] is Speaker.OWN_VOICE


def test_an_announcement_of_a_background_window_is_nobodys_first_choice() -> None:
    """GIVEN a reader without a channel and another program in front, THEN the own voice speaks: readers drop
    announcements of background programs.
    """
    situation = Situation(focused=False, reader=True, hears_announcements=True, voice=True)
    assert speakers(situation, Overrides())[0] is Speaker.OWN_VOICE


def test_the_own_voice_on_wish_is_replaced_when_it_fails() -> None:
    situation = Situation(focused=False, reader=True, has_channel=True, voice=True)
    order = speakers(situation, Overrides(in_background="own-voice"))
    assert order[:2] == (Speaker.OWN_VOICE, Speaker.READER)
