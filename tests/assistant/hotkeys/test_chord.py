"""Which texts are chords, which chords are refused and why, and what is said about it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.hotkeys.backend import Refusal
from assistant.hotkeys.chord import (
    DEFAULT_CHORDS,
    Action,
    Chord,
    ChordError,
    ChordFault,
    Modifier,
    Owner,
    conflicts,
    parse_chord,
)
from assistant.hotkeys.keys import KEYS
from assistant.messages import LANGUAGES, Language, Messages

CTRL, ALT, SHIFT = Modifier
ALL = frozenset(Modifier)

CHORDS = st.builds(Chord, st.frozensets(st.sampled_from(list(Modifier))), st.sampled_from(sorted(KEYS)))


def parsed(text: str) -> Chord | ChordError:
    try:
        return parse_chord(text)
    except ChordError as error:
        return error


@pytest.mark.parametrize(
    ("text", "modifiers", "key"),
    [
        ("Ctrl+Alt+Shift+D", {CTRL, ALT, SHIFT}, "D"),
        ("shift + control + ALT + d", {CTRL, ALT, SHIFT}, "D"),
        ("D+Shift+Alt+Ctrl", {CTRL, ALT, SHIFT}, "D"),
        ("Ctrl+F5", {CTRL}, "F5"),
        ("Alt+Shift+7", {ALT, SHIFT}, "7"),
        ("Ctrl+Alt+PgUp", {CTRL, ALT}, "PageUp"),
        ("Ctrl+Alt+Return", {CTRL, ALT}, "Enter"),
        ("Ctrl+Alt+Home", {CTRL, ALT}, "Home"),
    ],
)
def test_what_is_a_chord(text: str, modifiers: set[Modifier], key: str) -> None:
    assert parse_chord(text) == Chord(frozenset(modifiers), key)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", ChordFault.UNKNOWN_KEY),
        ("Ctrl+", ChordFault.UNKNOWN_KEY),
        ("Ctrl+Alt+Shift+Đ", ChordFault.UNKNOWN_KEY),
        ("Ctrl+Alt+Shift+,", ChordFault.UNKNOWN_KEY),
        ("Ctrl+Alt+A+B", ChordFault.UNKNOWN_KEY),
        ("D", ChordFault.NO_MODIFIER),
        ("Shift+D", ChordFault.NO_MODIFIER),
        ("F5", ChordFault.NO_MODIFIER),
        ("Ctrl", ChordFault.ONLY_MODIFIERS),
        ("Ctrl+Shift", ChordFault.ONLY_MODIFIERS),
        ("Ctrl+Alt+Shift", ChordFault.ONLY_MODIFIERS),
    ],
)
def test_what_is_no_chord(text: str, fault: ChordFault) -> None:
    with pytest.raises(ChordError) as caught:
        parse_chord(text)
    assert (caught.value.chord, caught.value.fault, caught.value.owner) == (text, fault, None)


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Ctrl+Shift+D", Owner.INPUT_METHOD),
        ("Shift+Ctrl+F5", Owner.INPUT_METHOD),
        ("Alt+Z", Owner.INPUT_METHOD),
        ("Insert", Owner.NVDA),
        ("Ctrl+Alt+Shift+Ins", Owner.NVDA),
        ("CapsLock+D", Owner.NVDA),
        ("KP_Insert+D", Owner.ORCA),
        ("F12", Owner.WINDOWS),
        ("Ctrl+Alt+Shift+F12", Owner.WINDOWS),
        ("Win+D", Owner.WINDOWS),
        ("Ctrl+Super+D", Owner.WINDOWS),
        ("Meta", Owner.WINDOWS),
        ("Ctrl+Alt+Del", Owner.WINDOWS),
        ("Alt+F4", Owner.WINDOWS),
        ("Alt+Shift+Tab", Owner.WINDOWS),
        ("Ctrl+Alt+D", Owner.ALTGR),
        ("Ctrl+Alt+7", Owner.ALTGR),
        ("Ctrl+Alt+F5", Owner.CONSOLE),
        ("Ctrl+C", Owner.PROGRAMS),
        ("Alt+Left", Owner.PROGRAMS),
    ],
)
def test_what_is_reserved(text: str, owner: Owner) -> None:
    with pytest.raises(ChordError) as caught:
        parse_chord(text)
    assert (caught.value.fault, caught.value.owner) == (ChordFault.RESERVED, owner)


@settings(deadline=None)
@given(CHORDS, st.randoms())
def test_what_is_written_is_read_again(chord: Chord, chance: random.Random) -> None:
    """GIVEN any chord in any order and case, THEN it is read as the same or refused with a reason."""
    names = str(chord).split("+")
    chance.shuffle(names)
    text = " + ".join(chance.choice([name.lower(), name.upper(), name]) for name in names)
    read = parsed(text)
    if isinstance(read, Chord):
        assert read == chord
        assert str(parse_chord(str(read))) == str(chord)
    elif chord.modifiers <= {SHIFT} and chord.key != "F12":
        assert read.fault == ChordFault.NO_MODIFIER
    else:
        assert read.fault == ChordFault.RESERVED


@settings(deadline=None)
@given(st.sampled_from(sorted(set(KEYS) - {"F12"})))
def test_all_three_modifiers_are_never_refused(key: str) -> None:
    assert parse_chord(str(Chord(ALL, key))) == Chord(ALL, key)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_chord_or_a_chord_error(text: str) -> None:
    read = parsed(text)
    if isinstance(read, ChordError):
        assert (read.owner is not None) == (read.fault == ChordFault.RESERVED)


def test_the_modifiers_are_written_in_one_order() -> None:
    assert str(Chord(ALL, "D")) == "Ctrl+Alt+Shift+D"


def test_every_default_is_free_and_canonical() -> None:
    chords = {action: parse_chord(text) for action, text in DEFAULT_CHORDS.items()}
    assert list(chords) == list(Action)
    assert [str(chord) for chord in chords.values()] == list(DEFAULT_CHORDS.values())
    assert conflicts(chords) == []


def test_conflicts_are_found_in_pairs() -> None:
    one, other = parse_chord("Ctrl+F5"), parse_chord("Ctrl+F6")
    assert conflicts({Action.SCREEN: one, Action.STOP: other, Action.REPEAT: parse_chord("f5+ctrl")}) == [
        (Action.SCREEN, Action.REPEAT)
    ]
    assert len(conflicts(dict.fromkeys([Action.SCREEN, Action.STOP, Action.REPEAT], one))) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_said(language: Language) -> None:
    """GIVEN any fault, owner, refusal or action, THEN there is a sentence with all its places."""
    messages = Messages(language)
    for fault in ChordFault:
        for owner in Owner:
            reason = messages.text(f"hotkeys.reserved-{owner}")
            said = messages.text(f"hotkeys.{fault}", chord="Ctrl+C", reason=reason)
            assert "Ctrl+C" in said
            assert (reason in said) == (fault == ChordFault.RESERVED)
    for action in Action:
        name = messages.text(f"hotkeys.action-{action}")
        for refusal in Refusal:
            said = messages.text(f"hotkeys.refused-{refusal}", chord="Ctrl+F5", action=name)
            assert "Ctrl+F5" in said
            assert name in said
    assert "Ctrl+F5" in messages.text("hotkeys.conflict", chord="Ctrl+F5", first="a", second="b")
    assert "viclipcap describe" in messages.text("hotkeys.none")
