"""Text prepared for speech: what a Vietnamese voice cannot read, or reads wrongly, in Vietnamese words.

With tables of our own, which are tested: num2words reads 1005 as "một nghìn lẻ năm", -3 as "mười bảy" and
3.5 as "ba phẩy năm mươi", and the soe-vinorm normaliser downloads models when it is first used.
"""

from __future__ import annotations

from assistant.speech.spoken_characters import clean, read_signs, tidy
from assistant.speech.spoken_codes import read_names, read_phones
from assistant.speech.spoken_dates import read_dates, read_times
from assistant.speech.spoken_numbers import join_thousands, read_numbers
from assistant.speech.spoken_relations import read_relations
from assistant.speech.spoken_words import read_addresses, read_words

# Each step takes what the later ones would misread: a date is no fraction, a price no plain number.
_STEPS = (
    clean,
    read_addresses,
    join_thousands,
    read_phones,
    read_names,
    read_dates,
    read_relations,
    read_times,
    read_numbers,
    read_signs,
    tidy,
    read_words,
    tidy,
)


def spoken_text(text: str) -> str:
    """A text the way it is to be read aloud.

    Ordinary words stay exactly as they are, and so does a text that was prepared before. Nothing is raised
    for any text.

    Args:
        text: any text, for example a caption, a message or what was read from the screen.

    Returns:
        the text in NFC, without digits; empty when nothing in it can be read.
    """
    for step in _STEPS:
        text = step(text)
    return text


def has_sound(text: str) -> bool:
    """Whether a prepared text can be heard: a line of dashes cannot, and some voices hang on it."""
    return any(letter.isalnum() for letter in text)
