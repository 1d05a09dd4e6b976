"""What ``viclipcap describe`` prints of each picture."""

from __future__ import annotations

import json
import sys
from typing import Protocol

from assistant.messages import Messages
from assistant.reading.wording import Wording, size_of
from engine import Caption, Captioner, CaptionError, Pixels, explain


class Printer(Protocol):
    """One of the ways to print."""

    def described(self, file: str, image: Pixels, caption: Caption) -> None:
        """Print what was said of a picture."""

    def failed(self, file: str, error: CaptionError) -> None:
        """Print why a picture could not be described."""


class LinePrinter:
    """One caption a line on standard output, failures on standard error.

    Args:
        messages: the texts.
        alternatives: print the other sentences too.
    """

    def __init__(self, messages: Messages, *, alternatives: bool) -> None:
        self._messages, self._wording = messages, Wording(messages)
        self._alternatives = alternatives

    def described(self, file: str, image: Pixels, caption: Caption) -> None:
        """The sentence as it would be said."""
        print(self._wording.brief(caption, size_of(image), alternatives=self._alternatives), flush=True)

    def failed(self, file: str, error: CaptionError) -> None:
        """The file and the reason."""
        reason = self._messages.error(error)
        print(self._messages.text("describe.failed", file=file, reason=reason), file=sys.stderr)


class JsonPrinter:
    """One JSON object a line, for described and failed files alike."""

    def __init__(self, messages: Messages, captioner: Captioner) -> None:
        self._messages = messages
        self._model = captioner.config.name

    def described(self, file: str, image: Pixels, caption: Caption) -> None:
        """The caption; its text is the best guess however unsure, its confidence says so."""
        self._print(
            file=file,
            text=caption.text,
            confidence=round(caption.confidence, 4),
            verdict=caption.verdict,
            alternatives=caption.alternatives,
            timings_ms=dict(caption.timings_ms),
            model=caption.model,
        )

    def failed(self, file: str, error: CaptionError) -> None:
        """The reason, with empty values for the rest."""
        self._print(
            file=file,
            error=self._messages.error(error),
            confidence=None,
            verdict=None,
            alternatives=[],
            timings_ms={},
            model=self._model,
        )

    def _print(self, **fields: object) -> None:
        print(json.dumps(fields, ensure_ascii=False), flush=True)


class ExplainingPrinter(JsonPrinter):
    """One JSON object a line, with everything the verdict and the confidence were computed from."""

    def __init__(self, messages: Messages, captioner: Captioner) -> None:
        super().__init__(messages, captioner)
        self._config = captioner.config

    def described(self, file: str, image: Pixels, caption: Caption) -> None:
        """The sentence as it would be said, and its reasons."""
        said = Wording(self._messages).brief(caption, size_of(image))
        self._print(file=file, said=said, **explain(image, caption, self._config))
