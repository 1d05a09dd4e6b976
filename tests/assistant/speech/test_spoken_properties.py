"""What holds for every text that is prepared for speech."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.speech import spoken_tables
from assistant.speech.spoken_tables import (
    ABBREVIATIONS,
    ACRONYMS,
    DOMAINS,
    EMOJI,
    LOANWORDS,
    NUMBERED_NAMES,
    SIGNS,
    SILENT_SIGNS,
    UNITS,
)
from assistant.speech.spoken_text import spoken_text

LONGEST_PER_LETTER = 32
"""The longest name of one character has 27 letters, and spaces around it."""

ONSETS = ["", *"b c ch d đ g gh gi h k kh l m n ng ngh nh ph qu r s t th tr v x".split()]
OPEN = (
    "a e ê i o ô ơ u ư y ai ao au âu ay ây eo êu ia iu oa oai oay oe oi ôi ơi ua uê ui uy ưa ươi ưu".split()
)
CLOSED = "a ă â e ê i o ô ơ u ư iê oa uâ uô ươ yê".split()
FREE_FINALS, CHECKED_FINALS = "m n ng nh".split(), "c ch p t".split()
TONES = ["", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"]


def toned(rhyme: str, tone: str) -> str:
    """A rhyme with its tone mark on a vowel: which one does not matter here."""
    return unicodedata.normalize("NFC", rhyme[0] + tone + rhyme[1:])


free = st.builds(toned, st.sampled_from(OPEN), st.sampled_from(TONES)) | st.builds(
    lambda rhyme, final, tone: toned(rhyme, tone) + final,
    st.sampled_from(CLOSED), st.sampled_from(FREE_FINALS), st.sampled_from(TONES),
)  # fmt: skip
checked = st.builds(
    lambda rhyme, final, tone: toned(rhyme, tone) + final,
    st.sampled_from(CLOSED), st.sampled_from(CHECKED_FINALS), st.sampled_from(["\u0301", "\u0323"]),
)  # fmt: skip
syllables = st.builds(lambda onset, rhyme: onset + rhyme, st.sampled_from(ONSETS), free | checked)
capitals = st.builds(lambda syllable, up: syllable.capitalize() if up else syllable, syllables, st.booleans())

KEYS = [*UNITS, *SIGNS, *SILENT_SIGNS, *EMOJI, *ABBREVIATIONS, *LOANWORDS, *ACRONYMS, *NUMBERED_NAMES]
pieces = st.sampled_from(
    [*KEYS, *DOMAINS, *"0123456789.,:;/-–+@_()!?'\n ", "21/11", "14:30", "1.000", "0912", "h", "x", "ngày ",
     "thứ ", "https://", "www.", "\u0301", "\u200d", "\ufe0f", "²", "½", "v.v", "XX", "thế kỷ ", "PM", " 000"]
)  # fmt: skip
mixed = st.lists(pieces, max_size=12).map("".join)
texts = st.text() | mixed


@given(st.lists(capitals, min_size=1, max_size=12).map(" ".join))
def test_vietnamese_words_stay_exactly(text: str) -> None:
    assert spoken_text(text) == text


@given(texts)
@example("9" * 400)
def test_what_holds_for_all(text: str) -> None:
    spoken = spoken_text(text)
    assert spoken == unicodedata.normalize("NFC", spoken)
    assert not any(char.isdigit() for char in spoken)
    assert len(spoken) <= LONGEST_PER_LETTER * len(text)
    assert spoken == spoken.strip()
    assert "  " not in spoken
    assert all(unicodedata.category(char) not in ("Cs", "Co", "Cn", "So") for char in spoken)
    assert all(char == "\n" or unicodedata.category(char) != "Cc" for char in spoken)


@given(texts)
@example("x_y.com").via("the underscore goes after addresses were looked for")
@example("é3.com").via("a digit that becomes letters before a full stop")
@example("&.com").via("a sign that becomes letters before a full stop")
@example("0@0.BS.").via("an abbreviation that an address ends with")
@example("²HTTP://").via("a raised digit is a letter for patterns")
@example("0THẾ KỶ V").via("so is a digit")
@example(".\x1f.").via("the character that pads replacements")
def test_a_prepared_text_stays_as_it_is(text: str) -> None:
    spoken = spoken_text(text)
    assert spoken_text(spoken) == spoken


TABLES = [
    table for table in vars(spoken_tables).values() if isinstance(table, dict) and "__name__" not in table
]


@pytest.mark.parametrize("words", sorted({words for table in TABLES for words in table.values()}))
def test_what_tables_give_is_never_read_anew(words: str) -> None:
    assert spoken_text(words) == words
    assert not re.search(r"\d", words)


@pytest.mark.parametrize("key", sorted(LOANWORDS))
def test_loanwords_are_found_whatever_their_case(key: str) -> None:
    assert key == key.lower()
    for written in (key, key.upper(), key.capitalize()):
        assert spoken_text(f"Mở {written}.") == f"Mở {LOANWORDS[key]}."


@pytest.mark.parametrize(
    "piece",
    ["1", "a", "1.", "a.", "a-", "1-", "1 ", "123 ", "@", "a@", "0912 ", "1/", "1:", "!", ".", " ", "\n", "https://",
     "a.com/", "-", "TP.", "v.v.", "🎉", "21/11 - ", "$1,", "1h", "ngày 1/1 đến ", "\u0301"],
    ids=ascii,
)  # fmt: skip
def test_long_texts_take_no_long_time(piece: str) -> None:
    """WHEN a page repeats one thing, which is where patterns are slow, THEN it is ready in time."""
    text = piece * (20_000 // len(piece)) + "x"
    began = time.process_time()
    spoken_text(text)
    assert time.process_time() - began < 1.0
