"""The characters of a text that is to be read: one form for each, no decoration."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from assistant.speech.spoken_tables import EMOJI, SIGNS, SILENT_SIGNS

_DASHES = {"\u2010": "-", "\u2011": "-", "\u2212": "-", "\u2014": "–", "\u2015": "–"}
_FORMS = _DASHES | {"…": ".", "⁄": "/"}

_INVISIBLE = ("Cf", "Cs", "Co", "Cn", "Me")
"""Kinds of characters that take no room: joiners, halves of pairs, private and unknown ones, enclosures."""

_DECORATION = ("Cc", "So", "Sk", "Sm", "Sc")
_NUMERIC = ("No", "Nl")
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)

_EMOJI = re.compile(rf"([{''.join(EMOJI)}])(?:\s*\1)*")
_AREA = re.compile(r"(?<=m)([²³])")
_STOPS = re.compile(r"([.,;:])\1+")
_EXCLAMATIONS = re.compile(r"[!?]{2,}")
_RULES = re.compile(r"([-–=*_~#/])\1+")
_SPACES = re.compile(r"\s+")

PAD = "\x1f"
"""Put around words that replace something: ``tidy`` makes a space of it between letters, else nothing."""

# Words before ".com" would otherwise become an address.
_BETWEEN_WORDS = re.compile(rf"(?<=\w){PAD}+(?=\.?\w)")


def clean(text: str) -> str:
    """A text in NFC without decoration.

    Digits of all scripts become ASCII digits, named emoji become words, other pictures go. Repeated
    punctuation is collapsed, and so is white space, to one space or one end of line.
    """
    text = unicodedata.normalize("NFC", text.replace(PAD, " "))
    text = _AREA.sub(lambda match: str(unicodedata.digit(match[1])), text)
    # Selectors and joiners stand between an emoji and its repetition.
    text = _EMOJI.sub(lambda match: f"{PAD}{EMOJI[match[1]]}{PAD}", "".join(map(_visible, text)))
    text = unicodedata.normalize("NFC", "".join(map(_form, text)))
    text = _EXCLAMATIONS.sub(lambda match: "?" if "?" in match[0] else "!", _STOPS.sub(r"\1", text))
    return tidy(_RULES.sub(_rule, text))


def tidy(text: str) -> str:
    """A text in NFC with single spaces and single ends of line, none of them first or last."""
    text = _BETWEEN_WORDS.sub(" ", text).replace(PAD, "")
    text = _SPACES.sub(lambda match: "\n" if "\n" in match[0] else " ", text)
    return unicodedata.normalize("NFC", text.strip())


def read_signs(text: str) -> str:
    """A text with its signs in words, or without those that say nothing."""
    return "".join(
        f"{PAD}{SIGNS[sign]}{PAD}" if sign in SIGNS else " " if sign in SILENT_SIGNS else sign
        for sign in text
    )


def _rule(match: re.Match[str]) -> str:
    """What a line drawn with characters becomes; ``//`` belongs to addresses."""
    return "//" if match[0] == "//" else " "


@cache
def _visible(char: str) -> str:
    if ord(char) in _VARIATION_SELECTORS or unicodedata.category(char) in _INVISIBLE:
        return ""
    return char


@cache
def _form(char: str) -> str:
    if char in _FORMS:
        return _FORMS[char]
    if char.isdigit() and char in SIGNS:  # raised digits, which patterns take for letters
        return f"{PAD}{SIGNS[char]}{PAD}"
    if char in SIGNS or char in SILENT_SIGNS or char.isspace():
        return char
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category in _NUMERIC:
        return f"{PAD}{unicodedata.normalize('NFKC', char).replace('⁄', '/')}{PAD}"
    return " " if category in _DECORATION else char
