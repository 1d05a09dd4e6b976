"""What is said of a picture that is no photo: its kind, its text, its photos with their places."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.messages import Messages
from assistant.reading.page import Page
from assistant.reading.reader import ReadingError
from assistant.speech.sentences import sentences
from engine import Caption, Pixels, Region, RegionCaption, Verdict

KINDS_WITH_TEXT = frozenset({Verdict.TEXT, Verdict.INTERFACE, Verdict.DRAWING, Verdict.MIXED})
"""What is worth reading. A photo is described at once; of a black screen there is nothing to read."""

GIST_SENTENCES, GIST_LETTERS = 3, 300
"""Of a long text this much is said unasked: enough to know what it is. The first sentence is never cut."""

LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Telling:
    """One answer in words.

    Attributes:
        said: the gist.
        shown: everything, a line for each part.
    """

    said: str
    shown: str


class Wording:
    """Puts pages and captions into words.

    Args:
        messages: the texts.
    """

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def whole(self, result: Page | ReadingError) -> str:
        """A whole page, or why there is none; for those who asked for the text."""
        if isinstance(result, ReadingError):
            return self._messages.text(f"reading.{result.fault}", install=result.install)
        return result.text or self._messages.text("reading.no-text")

    def mixed(
        self, caption: Caption, result: Page | ReadingError, size: tuple[int, int], more: str
    ) -> Telling:
        """What kind of thing a picture shows, and the right mix of its text and its photos.

        Args:
            caption: of a picture of ``KINDS_WITH_TEXT``.
            result: its text.
            size: height and width of the picture, in pixels.
            more: sentence that tells how to hear the rest.
        """
        kind = self._messages.text(f"reading.kind-{caption.verdict}")
        photos = [self._photo(region, caption, size) for region in caption.regions]
        everything = self.whole(result)
        gist = self._gist(result, caption.verdict) if isinstance(result, Page) else everything
        rest = [more] if len(gist) < len(everything) else []
        if caption.verdict is Verdict.TEXT:
            said, shown = [gist, *rest, *photos], [everything, *photos]
        else:
            said, shown = [*photos, gist, *rest], [*photos, everything]
        return Telling(" ".join(map(ended, [kind, *said])), "\n".join([kind, *shown]))

    def brief(self, caption: Caption, size: tuple[int, int], *, alternatives: bool = False) -> str:
        """A picture in words where its text is not read: the caption, or the kind and the photos in it.

        Args:
            caption: of any picture.
            size: height and width of the picture, in pixels.
            alternatives: see ``Messages.spoken``.
        """
        sentence = self._messages.spoken(caption, alternatives=alternatives)
        if not caption.regions:
            return sentence
        photos = [self._photo(region, caption, size) for region in caption.regions]
        return " ".join([ended(sentence), *photos])

    def titled(self, title: str, sentence: str) -> str:
        """A sentence after the title of the window it is about; an empty title is left out."""
        short = title if len(title) <= LONGEST_TITLE else f"{title[:LONGEST_TITLE].rstrip()}…"
        return f"{ended(short)} {sentence}" if short.strip() else sentence

    def _photo(self, found: RegionCaption, caption: Caption, size: tuple[int, int]) -> str:
        place = self._messages.text(f"reading.place-{place_of(found.region, size)}")
        text = self._messages.hedged(found.text, found.confidence, caption.levels)
        return ended(self._messages.text("reading.photo", place=place, text=text))

    def _gist(self, page: Page, verdict: Verdict) -> str:
        if not page.lines:
            return self._messages.text("reading.no-text")
        pieces = [line.text for line in page.lines]
        if verdict is Verdict.TEXT:
            pieces = [piece for line in pieces for piece in sentences(line)][:GIST_SENTENCES]
        taken = [pieces[0].strip()]
        for piece in pieces[1:]:
            if sum(map(len, taken)) + len(piece) > GIST_LETTERS:
                break
            taken.append(piece.strip())
        return " ".join(map(ended, taken)) if verdict is Verdict.TEXT else ", ".join(taken)


def ended(text: str) -> str:
    """A text with a full stop, unless it ends in one of its own: voices pause there."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…", ":")) else f"{text}."


def place_of(region: Region, size: tuple[int, int]) -> int:
    """In which ninth of a picture the middle of a region lies: 1 upper left, 3 upper right, 9 lower right.

    Args:
        region: inside the picture.
        size: height and width of the picture, in pixels.
    """
    row = (2 * region.top + region.height) * 3 // (2 * size[0])
    column = (2 * region.left + region.width) * 3 // (2 * size[1])
    return 1 + 3 * min(row, 2) + min(column, 2)


def size_of(pixels: Pixels) -> tuple[int, int]:
    """Height and width of a picture, in pixels."""
    return pixels.shape[0], pixels.shape[1]
