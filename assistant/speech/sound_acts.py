"""What the sound process can do: play a file, sound a chime, say a text. Each act tells once how it ended.

Runs in the child only, see ``assistant.speech.sound_process``: whatever is called here may hang.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtMultimedia import QAudioDevice, QAudioOutput, QMediaDevices, QMediaPlayer, QSoundEffect
from PySide6.QtTextToSpeech import QTextToSpeech, QVoice

from assistant.speech.voice import VoiceError, VoiceFault

Order = dict[str, Any]
Finish = Callable[[VoiceFault | None, str], None]
"""Takes the fault, ``None`` when all went well or was stopped, and what the log should know about it."""

_STALL_MS = 5000
"""A sound that gets no further for so long is never heard."""

_SPEECH_LIMIT_MS = 10_000
_SPEECH_LIMIT_MS_PER_CHARACTER = 300  # three times as slow as espeak-ng at its slowest

_SILENT_ENGINE = "mock"
"""Qt's engine for tests: it takes its time over each word and needs no sound device."""

_FAULTS = {
    QTextToSpeech.ErrorReason.Playback: VoiceFault.NO_SOUND,
    QTextToSpeech.ErrorReason.Configuration: VoiceFault.MISSING,
}


def output_device() -> QAudioDevice:
    """Where the sound goes now; the person may have plugged in headphones since the last one.

    Raises:
        VoiceError: there is none. QMediaPlayer would play without one, and nobody would know.
    """
    device = QMediaDevices.defaultAudioOutput()
    if device.isNull():
        raise VoiceError("no sound device", VoiceFault.NO_SOUND)
    return device


def text_for(engine: str, text: str) -> str:
    """A text as an engine wants it: Qt puts a tag before it for SAPI, which then takes all of it for XML."""
    return escape(text) if engine == "sapi" else text


class Act(QObject):
    """Something that takes a while.

    Subclasses have ``begin(order, finish)`` and call ``_end`` at least once after it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._finish: Finish | None = None
        self._limit = QTimer(self, singleShot=True, interval=_STALL_MS)
        self._limit.timeout.connect(self._on_limit)

    def begin(self, order: Order, finish: Finish) -> None:
        """Start.

        Raises:
            VoiceError: it cannot start; ``finish`` is not called.
        """
        self._finish = finish
        self._limit.start()

    def stop(self) -> None:
        """Be silent now; ends the act without a fault."""
        self._end()

    def _end(self, fault: VoiceFault | None = None, detail: str = "") -> None:
        self._limit.stop()
        finish, self._finish = self._finish, None
        if finish:
            finish(fault, detail)

    def _on_limit(self) -> None:
        self._end(VoiceFault.TIMED_OUT, "it does not get on")


class Playing(Act):
    """Plays a sound file of any length: WAV, MP3. Order: path, volume in percent."""

    def begin(self, order: Order, finish: Finish) -> None:
        """See ``Act``."""
        self._output = QAudioOutput(output_device(), self)
        self._output.setVolume(order["volume"] / 100)
        self._player = QMediaPlayer(self)
        self._player.setAudioOutput(self._output)
        self._player.mediaStatusChanged.connect(self._on_status)
        self._player.positionChanged.connect(self._on_position)
        self._player.errorOccurred.connect(self._on_error)
        super().begin(order, finish)
        self._player.setSource(QUrl.fromLocalFile(order["path"]))
        self._player.play()

    def stop(self) -> None:
        """See ``Act``."""
        self._player.stop()
        super().stop()

    def _on_status(self, status: QMediaPlayer.MediaStatus) -> None:
        if status == QMediaPlayer.MediaStatus.LoadedMedia and not self._player.hasAudio():
            self._end(VoiceFault.BAD_AUDIO, "no sound in it")
        elif status == QMediaPlayer.MediaStatus.EndOfMedia:
            self._end()

    def _on_position(self) -> None:
        if self._finish:
            self._limit.start()

    def _on_error(self, error: QMediaPlayer.Error, detail: str) -> None:
        self._end(VoiceFault.BAD_AUDIO, detail)


class Chime(Act):
    """A short WAV file, kept decoded: heard after 30 ms, where ``Playing`` takes 60. Order: volume."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._effect = QSoundEffect(self)
        self._effect.playingChanged.connect(self._on_playing)
        self._effect.statusChanged.connect(self._on_status)
        self._effect.setSource(QUrl.fromLocalFile(path))

    def begin(self, order: Order, finish: Finish) -> None:
        """See ``Act``."""
        device = output_device()
        if self._effect.audioDevice() != device:
            self._effect.setAudioDevice(device)
        self._effect.setVolume(order["volume"] / 100)
        super().begin(order, finish)
        self._effect.play()
        self._on_status()

    def stop(self) -> None:
        """See ``Act``."""
        self._effect.stop()
        super().stop()

    def _on_playing(self) -> None:
        if not self._effect.isPlaying():
            self._end()

    def _on_status(self) -> None:
        if self._effect.status() == QSoundEffect.Status.Error:
            self._end(VoiceFault.BAD_AUDIO, "not a WAV file")


class Speech(Act):
    """Says texts with one of Qt's engines. Order: text, language, voice, and rate, pitch, volume in percent.

    Args:
        engine: what Qt calls it.
    """

    def __init__(self, engine: str) -> None:
        super().__init__()
        self._name = engine
        self._engine: QTextToSpeech | None = None

    def voices(self) -> list[dict[str, str]]:
        """Name and BCP 47 language of each voice, of all languages.

        Raises:
            VoiceError: the engine does not work.
        """
        return [
            {"name": voice.name(), "language": voice.locale().bcp47Name()} for voice in self._all_voices()
        ]

    def begin(self, order: Order, finish: Finish) -> None:
        """See ``Act``."""
        voice = self._voice(order["language"], order["voice"])
        if self._name != _SILENT_ENGINE:
            output_device()  # OneCore never tells that it has none
        engine = self._working_engine()
        engine.setVoice(voice)
        engine.setRate(order["rate"] / 100)
        engine.setPitch(order["pitch"] / 100)
        engine.setVolume(order["volume"] / 100)
        text = order["text"]
        self._limit.setInterval(_SPEECH_LIMIT_MS + _SPEECH_LIMIT_MS_PER_CHARACTER * len(text))
        super().begin(order, finish)
        engine.say(text_for(self._name, text))

    def stop(self) -> None:
        """See ``Act``."""
        if self._engine:
            # OneCore does not tell that it is silent, SAPI may tell it when the next text has begun.
            self._engine.stop()
            self._engine.stateChanged.disconnect(self._on_state)
            self._engine.deleteLater()
            self._engine = None
        super().stop()

    def _working_engine(self) -> QTextToSpeech:
        if self._engine is None:
            if self._name not in QTextToSpeech.availableEngines():
                raise VoiceError(f"Qt has no engine {self._name}", VoiceFault.MISSING)
            engine = QTextToSpeech(self._name, self)
            if engine.state() == QTextToSpeech.State.Error:
                engine.deleteLater()
                fault = _FAULTS.get(engine.errorReason(), VoiceFault.FAILED)
                raise VoiceError(f"{self._name}: {engine.errorString()}", fault)
            engine.stateChanged.connect(self._on_state)
            self._engine = engine
        return self._engine

    def _all_voices(self) -> list[QVoice]:
        return list(self._working_engine().allVoices(None))  # type: ignore[arg-type]  # None: all languages

    def _voice(self, language: str, name: str) -> QVoice:
        spoken = [
            voice for voice in self._all_voices() if voice.locale().bcp47Name().split("-")[0] == language
        ]
        if not spoken:
            raise VoiceError(f"{self._name} has no voice for {language}", VoiceFault.MISSING)
        chosen = next((voice for voice in spoken if name in ("", voice.name())), None)
        if chosen is None:
            raise VoiceError(f"{self._name} has no voice {name}", VoiceFault.UNKNOWN_VOICE)
        return chosen

    def _on_state(self, state: QTextToSpeech.State) -> None:
        if state == QTextToSpeech.State.Ready:
            self._end()
        elif state == QTextToSpeech.State.Error and self._engine:
            fault = _FAULTS.get(self._engine.errorReason(), VoiceFault.FAILED)
            self._end(fault, self._engine.errorString())
