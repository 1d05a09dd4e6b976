"""Reading captions aloud."""

from assistant.speech.voices import Voice, find_voice

__all__ = ["Voice", "find_voice"]
