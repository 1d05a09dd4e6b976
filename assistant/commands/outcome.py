"""How a command ends."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell is told; documented in the user guide."""

    OK = 0
    """Every picture was described, or refused with a reason."""
    UNREADABLE = 2
    """At least one picture could not be read or described."""
    NO_MODEL = 3
    """No model could be used."""
    NO_APP = 4
    """The app cannot be opened here, or is not running."""
    NO_VOICE = 5
    """Nothing could be read aloud, or its sound not be written."""
    MODELS_UNCHANGED = 6
    """A model was not downloaded, added, removed or packed: it failed, or was called off."""
    NO_TRAINING = 7
    """What training and scoring need is not installed."""
    USAGE = 64
    """The command line makes no sense (EX_USAGE of sysexits.h)."""


class UsageError(Exception):
    """The command line makes no sense; the text says what, in the person's language."""
