"""One spelling for every caption, before training and before scoring alike."""

from __future__ import annotations

import re
import unicodedata

_TONED_PAIRS = {
    "òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ",
    "òe": "oè", "óe": "oé", "ỏe": "oẻ", "õe": "oẽ", "ọe": "oẹ",
    "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ",
}  # fmt: skip
"""Old placement of the tone mark (hòa, thủy) -> new placement (hoà, thuỷ), which KTVIC uses."""

# Only at the end of a syllable: "hoàn", "thuỳnh" have one spelling. "quý" is one spelling too.
# An underscore, which joins the syllables of a word, ends a syllable too.
_OLD_STYLE = re.compile(rf"(?<!q)({'|'.join(_TONED_PAIRS)})(?![^\W_])")
_PUNCTUATION = re.compile(r"[^\w\s]")


def normalise(caption: str, *, keep_words: bool = False) -> str:
    """Bring a caption to the form that is trained on and scored.

    NFC, lower case, underscores and punctuation to spaces, single spaces, and one style of tone-mark
    placement (hoà, thuỷ), since datasets and language models differ in it and the difference would be
    counted as an error.

    Args:
        caption: as written.
        keep_words: leave underscores, which join the syllables of a word in segmented captions.
    """
    text = unicodedata.normalize("NFC", caption).lower()
    text = _PUNCTUATION.sub(" ", text)
    if not keep_words:
        text = text.replace("_", " ")
    text = _OLD_STYLE.sub(lambda match: _TONED_PAIRS[match.group(1)], text)
    return " ".join(text.split())
