"""Long text in pieces that are read one after the other: between two of them reading can be paused."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.speech.spoken_tables import ABBREVIATIONS

LONGEST = 200
"""Letters; about 15 s of speech."""

_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+\s++")
_BLANK_LINES = re.compile(r"\n[^\S\n]*+\n\s*+")
_LAST_WORD = re.compile(r"\S+$")
_LOOK_BACK = 40
"""Letters before a full stop that tell what it belongs to."""

_ETC = "v.v."
_NO_END = frozenset(key for key in ABBREVIATIONS if key.endswith(".")) - {_ETC}
"""Abbreviations whose full stop does not end a sentence."""

_INITIAL = re.compile(r"[^\W\d_]\.")
_NUMBERING = re.compile(r"\d{1,3}\.")

_PAUSE = re.compile(r"[,;:–](?=\s)|\n")
_SPACE = re.compile(r"\s")


def sentences(text: str, longest: int = LONGEST) -> list[str]:
    """A text cut at the ends of its sentences and at blank lines; long sentences at commas, then at spaces.

    Args:
        text: any text.
        longest: letters that one piece may have, white space at its ends not counted; at least 1.

    Returns:
        pieces, each with the white space that follows it, so that joined they are the text again. No piece
        is blank: a blank text has none.
    """
    if not text.strip():
        return []
    return [piece for sentence in _sentences(text) for piece in _short_pieces(sentence, longest)]


def _sentences(text: str) -> Iterator[str]:
    """Parts of a text that is not blank; white space before the first sentence belongs to it."""
    ends = {match.end() for match in _STOP.finditer(text) if _ends_sentence(text, match)}
    ends |= {match.end() for match in _BLANK_LINES.finditer(text)}
    start = 0
    for end in sorted(ends - {len(text), len(text) - len(text.lstrip())}):
        yield text[start:end]
        start = end
    yield text[start:]


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    if not stop[0].startswith((".", "…")):
        return True
    if text[stop.end() : stop.end() + 1].islower():
        return False
    before = text[max(0, stop.start() - _LOOK_BACK) : stop.start()]
    word = _LAST_WORD.search(before)
    return word is None or not _is_short_form(before[: word.start()], word[0])


def _is_short_form(before: str, word: str) -> bool:
    """Whether a full stop after a word belongs to it: "TS.", the "A." of a name, the "1." of a paragraph."""
    form = word.lstrip("(\"'“‘[") + "."
    if form in _NO_END or _INITIAL.fullmatch(form):
        return True
    begins_line = before.rstrip(" ")[-1:] in ("", "\n", ".", "!", "?", ":")
    return begins_line and _NUMBERING.fullmatch(form) is not None


def _short_pieces(sentence: str, longest: int) -> Iterator[str]:
    while len(sentence.strip()) > longest:
        cut = _cut(sentence, longest)
        yield sentence[:cut]
        sentence = sentence[cut:]
    yield sentence


def _cut(sentence: str, longest: int) -> int:
    """Where to cut a sentence so that the first piece is not too long and neither piece is blank."""
    start = len(sentence) - len(sentence.lstrip())
    cuts = [match.end() for match in _PAUSE.finditer(sentence, start, start + longest)]
    # A space may be the first letter that is too many.
    cuts = cuts or [match.end() for match in _SPACE.finditer(sentence, start, start + longest + 1)]
    cut = cuts[-1] if cuts else start + longest
    return len(sentence) - len(sentence[cut:].lstrip())
