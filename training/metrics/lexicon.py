"""Which objects a Vietnamese sentence names: a lexicon with synonyms, looked up by the longest match."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from training.data import DataError
from training.normalise import normalise

BUILTIN_LEXICON = Path(__file__).resolve().parents[1] / "lexicons" / "objects_vi.toml"

_NOTHING = ""
"""What a phrase stands for that holds an object's word but names no object."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Objects and the phrases that name them.

    Attributes:
        phrases: syllables -> the object they name, or empty.
        longest: syllables of the longest phrase.
        wholes: object -> all kinds that it is one of, nearest first; "bé gái" is a "trẻ em" and a "người".
    """

    phrases: Mapping[tuple[str, ...], str]
    longest: int
    wholes: Mapping[str, tuple[str, ...]]

    @property
    def objects(self) -> frozenset[str]:
        """The names of all objects."""
        return frozenset(self.phrases.values()) - {_NOTHING}

    def named(self, caption: str) -> frozenset[str]:
        """Objects that a caption names, not those they are kinds of."""
        syllables = normalise(caption).split()
        found: set[str] = set()
        place = 0
        while place < len(syllables):
            length = self._match(syllables[place : place + self.longest])
            found.add(self.phrases.get(tuple(syllables[place : place + length]), _NOTHING))
            place += length
        return frozenset(found - {_NOTHING})

    def implied(self, objects: frozenset[str]) -> frozenset[str]:
        """The objects and all that they are kinds of."""
        return objects.union(*(self.wholes.get(name, ()) for name in objects))

    def _match(self, syllables: Sequence[str]) -> int:
        """Syllables of the longest phrase at the start; 1 where there is none."""
        lengths = range(len(syllables), 0, -1)
        return next((n for n in lengths if tuple(syllables[:n]) in self.phrases), 1)


@cache
def read_lexicon(path: Path = BUILTIN_LEXICON) -> Lexicon:
    """Read a lexicon file.

    Its tables are ``objects`` (object -> synonyms; its name names it too), ``kinds`` (object -> objects that
    are kinds of it) and ``nothing`` (``phrases`` that name no object).

    Raises:
        DataError: no such file, not TOML, one phrase for two objects, or a kind that is no object.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        objects, kinds, nothing = raw["objects"], raw["kinds"], raw["nothing"]["phrases"]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise DataError(f"Cannot read the lexicon {path}: {exc}") from exc
    except KeyError as exc:
        raise DataError(f"Cannot read the lexicon {path}: it has no table {exc}.") from exc
    phrases: dict[tuple[str, ...], str] = {}
    for name, synonyms in (*objects.items(), (_NOTHING, nothing)):
        for phrase in (name, *synonyms) if name else synonyms:
            key = tuple(normalise(phrase).split())
            if phrases.setdefault(key, name) != name:
                raise DataError(
                    f"Cannot use the lexicon {path}: {phrase!r} names both {phrases[key]!r} and {name!r}."
                )
    strangers = {name for whole, parts in kinds.items() for name in (whole, *parts)} - set(objects)
    if strangers:
        raise DataError(f"Cannot use the lexicon {path}: no objects are {', '.join(sorted(strangers))}.")
    wholes = {name: _wholes(name, kinds) for name in objects}
    return Lexicon(phrases, max(map(len, phrases)), wholes)


def _wholes(name: str, kinds: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    direct = [whole for whole, parts in kinds.items() if name in parts]
    return tuple(dict.fromkeys(above for whole in direct for above in (whole, *_wholes(whole, kinds))))
