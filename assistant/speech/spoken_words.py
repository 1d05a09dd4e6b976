"""Addresses, abbreviations and foreign words, read the Vietnamese way."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.speech.spoken_characters import PAD
from assistant.speech.spoken_tables import ABBREVIATIONS, ACRONYMS, DOMAINS, LOANWORDS

_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_URL = re.compile(
    rf"(?<![^\W\d_])(?:https?|ftp)://(?:[^\s/@]*+@)?(?:www\.)?(?P<host>{_HOST})?(?P<rest>\S*)", re.IGNORECASE
)
_MAIL = re.compile(rf"(?P<name>(?<!\w)[\w.+-]{{1,64}})@(?P<host>{_LABEL}(?:\.{_LABEL})+)")
_SITE = re.compile(
    rf"{_START}(?:www\.)?(?P<host>(?:{_LABEL}\.){{1,8}}(?:{'|'.join(DOMAINS)}))(?P<rest>/\S*)?(?![^\W\d_])(?!\.\w)"
)
_CLOSING = ".,;:!?)]}\"'”’"

_ETC = re.compile(rf"{_START}v\.v\.(?=\s*(\S?))")


def _any_of(keys: Iterable[str]) -> str:
    return "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True))


_SHORT = re.compile(rf"{_START}(?:{_any_of(ABBREVIATIONS | ACRONYMS)})(?:(?<=\.)|{_END})")
_LOAN = re.compile(rf"{_START}(?:{_any_of(LOANWORDS)}){_END}", re.IGNORECASE)


def read_addresses(text: str) -> str:
    """A text whose web addresses are cut to the name of the site, and "a@b.vn" is "a a còng b chấm vê en"."""
    text = _URL.sub(
        lambda match: f"{PAD}liên kết {_host(match['host'] or '')}{_closing(match['rest'])}", text
    )
    text = _MAIL.sub(lambda match: f"{PAD}{_dotted(match['name'])} a còng {_host(match['host'])}{PAD}", text)
    return _SITE.sub(lambda match: f"{PAD}{_host(match['host'])}{_closing(match['rest'] or '')}", text)


def read_words(text: str) -> str:
    """A text whose abbreviations are spelled out and whose foreign words are as they sound."""
    text = _ETC.sub(_etc, text)
    text = _SHORT.sub(_short, text)
    return _LOAN.sub(lambda match: LOANWORDS[match[0].lower()], text)


def _short(match: re.Match[str]) -> str:
    return f"{ABBREVIATIONS.get(match[0]) or ACRONYMS[match[0]]}{PAD}"


def _etc(match: re.Match[str]) -> str:
    """The abbreviation's full stop may be the sentence's too."""
    return f"vân vân{PAD}" if match[1] and not match[1].isupper() else "vân vân."


def _host(host: str) -> str:
    return " chấm ".join(DOMAINS.get(part, part) for part in host.split("."))


def _dotted(name: str) -> str:
    return name.replace(".", " chấm ")


def _closing(rest: str) -> str:
    """The punctuation behind an address, which belongs to the sentence."""
    return rest[len(rest.rstrip(_CLOSING)) :] + PAD
