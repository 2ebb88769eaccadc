"""A song as sound: its pitches at its times, and nothing else."""

from __future__ import annotations

import io
import wave
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.notes import ChordSymbol, Melody, Note, Song, TempoChange
from clinamen.errors import UnsupportedError
from clinamen.io.wav import SAMPLE_RATE, seconds_at, write_wav

SECOND = (TempoChange(Fraction(0), 60.0),)


def a_song(*notes: tuple[float, float, int], chords: tuple[ChordSymbol, ...] = ()) -> Song:
    melody = Melody(tuple(Note(Fraction(on), Fraction(lasts), pitch) for on, lasts, pitch in notes))
    return Song(melody, tempos=SECOND, chords=chords)


def samples(data: bytes) -> np.ndarray:
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 44_100)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32_768


def strongest_pitch(sound: np.ndarray) -> float:
    """MIDI number of the loudest frequency."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    frequency = np.argmax(spectrum) * SAMPLE_RATE / len(sound)
    return float(69 + 12 * np.log2(frequency / 440))


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(45, 96), min_size=1, max_size=4))
def test_every_note_is_heard_at_its_time(pitches: list[int]) -> None:
    song = a_song(*((place, 1, pitch) for place, pitch in enumerate(pitches)))
    sound = samples(write_wav(song))
    for place, pitch in enumerate(pitches):
        # The note before has died away by then.
        part = sound[int((place + 0.25) * SAMPLE_RATE) : int((place + 0.95) * SAMPLE_RATE)]
        assert strongest_pitch(part) == pytest.approx(pitch, abs=0.5)


def test_rests_are_silent_and_nothing_is_clipped() -> None:
    sound = samples(write_wav(a_song((0, 1, 60), (3, 1, 64))))
    assert np.abs(sound[int(1.2 * SAMPLE_RATE) : 3 * SAMPLE_RATE - 10]).max() == 0
    assert 0.85 < np.abs(sound).max() < 0.95
    assert len(sound) == pytest.approx(4.24 * SAMPLE_RATE, abs=2)


def test_notes_begin_and_end_without_a_click() -> None:
    sound = samples(write_wav(a_song((1, 1, 60))))
    steps = np.abs(np.diff(sound))
    assert steps[SAMPLE_RATE - 2 : SAMPLE_RATE + 3].max() < 0.01
    assert steps[-200:].max() < 0.01


def test_chords_sound_under_the_melody() -> None:
    song = a_song((0, 1, 84), (3, 1, 84), chords=(ChordSymbol(Fraction(0), "C"),))
    sound = samples(write_wav(song))[2 * SAMPLE_RATE : 3 * SAMPLE_RATE]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    for pitch in (36, 55, 60, 64):
        near = round(440 * 2 ** ((pitch - 69) / 12))
        assert spectrum[near - 2 : near + 3].max() > 20 * np.median(spectrum)


@given(
    st.lists(st.tuples(st.integers(1, 8), st.integers(20, 300)), min_size=1, max_size=5),
    st.lists(st.integers(0, 60), min_size=2, max_size=5),
)
def test_time_goes_on_and_bends_where_the_tempo_does(
    changes: list[tuple[int, int]], quarters: list[int]
) -> None:
    onset, tempos = Fraction(0), []
    for gap, speed in changes:
        tempos.append(TempoChange(onset, float(speed)))
        onset += gap
    times = [seconds_at(tempos, Fraction(each)) for each in sorted(set(quarters))]
    assert all(a < b for a, b in pairwise(times))
    for change, after in pairwise(tempos):
        lasts = seconds_at(tempos, after.onset_quarters) - seconds_at(tempos, change.onset_quarters)
        length = float(after.onset_quarters - change.onset_quarters)
        assert lasts == pytest.approx(length * 60 / change.quarters_per_minute)


def test_the_same_song_gives_the_same_bytes_and_an_empty_one_silence() -> None:
    song = a_song((0, 1, 60))
    assert write_wav(song) == write_wav(song)
    assert not samples(write_wav(Song(Melody((), end_quarters=Fraction(2))))).any()


def test_what_would_last_too_long_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="at most 20"):
        write_wav(a_song((0, 2000, 60)))
