"""Songs as sound: a WAV file by a small synthesizer of our own.

The melody is plucked, chords lie softly under it. No samples, no randomness: the same song
gives the same bytes.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.notes import Song, TempoChange
from clinamen.errors import UnsupportedError

__all__ = ["MAX_SECONDS", "SAMPLE_RATE", "seconds_at", "write_wav"]

SAMPLE_RATE = 44_100
"""Samples a second."""

MAX_SECONDS = 20 * 60
"""Longest song that is written as sound."""

FloatArray = npt.NDArray[np.float32]

_USUAL_TEMPO = 100.0
_MELODY = ((1.0, 0.34, 0.08, 0.03), 0.5, 0.006, 1.1)
_CHORD = ((1.0, 0.16, 0.03), 0.10, 0.03, 2.5)
_BASS = ((1.0, 0.3), 0.2, 0.02, 2.5)
"""A voice: level of each partial, level of the whole, seconds of attack, and seconds in which
a note that is held falls to a third."""

_RELEASE = 0.12
_MIDDLE_C, _LOW_C = 60, 36
_PEAK = 0.89
_Voice = tuple[tuple[float, ...], float, float, float]


def seconds_at(tempos: Sequence[TempoChange], onset_quarters: Fraction) -> float:
    """When a time of the song is heard; before the first tempo, and without any, that holds
    which comes first, or 100 quarters a minute.

    Examples
    --------
    >>> seconds_at([TempoChange(Fraction(0), 60.0), TempoChange(Fraction(4), 120.0)], Fraction(6))
    5.0
    """
    speed = tempos[0].quarters_per_minute if tempos else _USUAL_TEMPO
    seconds, since = 0.0, Fraction(0)
    for change in tempos:
        if change.onset_quarters >= onset_quarters:
            break
        seconds += float(change.onset_quarters - since) * 60 / speed
        since, speed = change.onset_quarters, change.quarters_per_minute
    return seconds + float(onset_quarters - since) * 60 / speed


def write_wav(song: Song) -> bytes:
    """A song as 16-bit mono sound.

    Raises
    ------
    UnsupportedError
        If it lasts longer than `MAX_SECONDS`.
    """
    length = seconds_at(song.tempos, song.melody.end_quarters)
    if length > MAX_SECONDS:
        raise UnsupportedError(
            f"the song lasts {length / 60:.0f} minutes; at most {MAX_SECONDS // 60} are "
            "written as sound",
            source=song.source or None,
        )
    sound = np.zeros(int((length + 2 * _RELEASE) * SAMPLE_RATE) + 1, dtype=np.float32)
    for note in song.melody.notes:
        _add(sound, song, _MELODY, note.pitch, note.onset_quarters, note.end_quarters)
    for span in song.harmony:
        for tone in span.chord.pitch_classes:
            pitch = _MIDDLE_C + tone - (12 if tone >= 7 else 0)
            _add(sound, song, _CHORD, pitch, span.onset_quarters, span.end_quarters)
        bass = span.chord.bass_pitch_class
        if bass is not None:
            _add(sound, song, _BASS, _LOW_C + bass, span.onset_quarters, span.end_quarters)
    return _packed(sound)


def _add(
    sound: FloatArray, song: Song, voice: _Voice, pitch: int, onset: Fraction, end: Fraction
) -> None:
    begin = seconds_at(song.tempos, onset)
    tone = _tone(voice, pitch, seconds_at(song.tempos, end) - begin)
    first = int(begin * SAMPLE_RATE)
    sound[first : first + len(tone)] += tone[: len(sound) - first]


def _tone(voice: _Voice, pitch: int, seconds: float) -> FloatArray:
    partials, level, attack, decay = voice
    frequency = 440.0 * 2.0 ** ((pitch - 69) / 12)
    time = np.arange(int((seconds + _RELEASE) * SAMPLE_RATE)) / SAMPLE_RATE
    tone = np.zeros(len(time))
    for number, share in enumerate(partials, start=1):
        if number * frequency < SAMPLE_RATE / 2:
            # Higher partials die away sooner, as on a string.
            fall = np.exp(-time * (number - 1) / decay)
            tone += share * fall * np.sin(2 * np.pi * number * frequency * time)
    rise = np.minimum(time / attack, 1.0)
    held = np.exp(-np.minimum(time, seconds) / decay)
    release = np.clip(1 - (time - seconds) / _RELEASE, 0.0, 1.0)
    return np.asarray(level * tone * rise * held * release**2, dtype=np.float32)


def _packed(sound: FloatArray) -> bytes:
    peak = float(np.abs(sound).max())
    scaled = sound * (_PEAK / peak if peak > 0 else 0.0)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.round(scaled * 32_767).astype("<i2").tobytes())
    return buffer.getvalue()
