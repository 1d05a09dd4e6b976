"""What the first-run guide tells about this computer, and what it lets the person try."""

from __future__ import annotations

from pathlib import Path

from assistant.batch.describer import FileDescriber
from assistant.capture.desktop import WholeDesktop
from assistant.capture.picture import CaptureError, Picture
from assistant.capture.screen import Screen
from assistant.describing import Describer
from assistant.environment import model_store
from assistant.hotkeys.manager import Hotkeys, chords_of
from assistant.messages import Messages
from assistant.speech.announcer import Announcer
from assistant.windows.first_run import Done, Facts, Trials
from engine import Caption, ModelError

SAMPLE = Path(__file__).resolve().parent.parent / "resources" / "samples" / "cat.jpg"


def gather_facts(describer: Describer, hotkeys: Hotkeys) -> Facts:
    """Look at this computer."""
    settings = describer.settings
    try:
        size_mb = model_store().find(settings.model).size_bytes / 1e6
    except ModelError:
        size_mb = 0.0
    chords = {action: str(chord) for action, chord in chords_of(settings.hotkeys).items()}
    return Facts(
        model=settings.model,
        model_mb=size_mb,
        reader=describer.tools.announcer.reader is not None,
        voice=describer.tools.announcer.voice_name,
        chords=chords if hotkeys.available else {},
        refused=hotkeys.refusals,
    )


def make_trials(screen: Screen, announcer: Announcer, files: FileDescriber, messages: Messages) -> Trials:
    """Tie the guide's buttons to the real thing."""

    def try_screen(done: Done) -> None:
        def taken(result: Picture | CaptureError) -> None:
            if isinstance(result, CaptureError):
                done(messages.error(result))
            else:
                height, width = result.pixels.shape[:2]
                done(messages.text("guide.screen-works", width=width, height=height))

        screen.grab(WholeDesktop(), taken)

    def try_model(done: Done) -> None:
        def described(result: Caption | str) -> None:
            done(messages.spoken(result) if isinstance(result, Caption) else result)

        files.describe(SAMPLE, described)

    def try_voice() -> None:
        announcer.announce(messages.text("guide.voice-sample"))

    return Trials(screen=try_screen, model=try_model, voice=try_voice)
