"""Predicting a melody note by note is hearing it, to the bit."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.taught import EXAMPLES, taught_listener
from tests.io.songs import songs

from clinamen.domains.music.events import melody_events
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Melody, Meter, MeterChange, Note
from clinamen.domains.music.projection import Alphabets, widened
from clinamen.domains.music.state import ListeningState
from clinamen.errors import MissingError, ParameterError
from clinamen.io.files import read_song

TARGETS = ("onset", "pitch", "duration")


def begun(melody):
    """A state before the first note, over the alphabets that `hear` takes for a melody."""
    listener = taught_listener()
    heard = Alphabets.of([melody_events(melody)])
    alphabets = widened(listener.alphabets.union(heard))
    return ListeningState(listener.learned, alphabets, melody.replace(notes=(), phrase_starts=()))


def columns(melody):
    events = melody_events(melody)
    return zip(events.onset.tolist(), events.duration.tolist(), events.pitch.tolist(), strict=True)


def rows_of(state, melody):
    """Distributions of all targets at every note."""
    rows = {target: [] for target in TARGETS}
    for onset, duration, pitch in columns(melody):
        rows["onset"].append(state.predict("onset"))
        rows["pitch"].append(state.predict("pitch", onset_ticks=onset))
        rows["duration"].append(state.predict("duration", onset_ticks=onset, pitch=pitch))
        state.observe(onset, duration, pitch)
    return {target: np.array(found) for target, found in rows.items()}


def assert_heard_alike(melody):
    rows = rows_of(begun(melody), melody)
    for target in TARGETS:
        heard = taught_listener().hear(melody, target=target)
        assert np.array_equal(rows[target], heard.distribution)


@given(songs(max_bars=3))
@settings(deadline=None, max_examples=25)
def test_any_song_is_heard_alike(song):
    melody = song.melody
    # Bars that a file cuts otherwise than its metre says are not foreseen.
    # A metre that changes after the last note is foreseen by a state, and not part of a melody.
    end = melody.notes[-1].end_quarters
    meters = tuple(change for change in melody.meters if change.onset_quarters < end)
    frame = {"pickup_quarters": melody.pickup_quarters}
    assert_heard_alike(Melody(melody.notes, melody.keys, meters, **frame))


@pytest.mark.parametrize("name", ["auld_lang_syne.mxl", "ode_to_joy.musicxml", "five_stones.krn"])
def test_examples_are_heard_alike(name):
    assert_heard_alike(read_song(str(EXAMPLES / name)).melody)


def test_beyond_the_bars_worked_out_ahead():
    meters = (MeterChange(Fraction(0), Meter(3, 4)),)
    notes = tuple(Note(Fraction(at), Fraction(1), 60 + at % 5) for at in (0, 1, 70, 300))
    assert_heard_alike(Melody(notes, meters=meters))


def test_what_comes_after_the_last_note():
    melody = read_song(str(EXAMPLES / "sakura.abc")).melody
    state = taught_listener().start(melody)
    assert len(state) == len(melody.notes)
    heard = taught_listener().hear(melody)
    chances = state.predict("pitch", onset_ticks=state.end_ticks)
    assert np.array_equal(chances, heard.next_distribution)


@given(st.integers(0, 8), st.integers(0, 6))
@settings(deadline=None, max_examples=15)
def test_copies_go_their_own_way(cut, pitch):
    melody = read_song(str(EXAMPLES / "greensleeves.abc")).melody
    notes = list(columns(melody))[:10]
    alone, state = begun(melody), begun(melody)
    for note in notes[:cut]:
        state.observe(*note)
        alone.observe(*note)
    other = state.copy()
    end = state.end_ticks
    other.observe(end, 10080, 60 + pitch)
    other.observe(end + 10080, 5040, 62)
    for note in notes[cut:]:
        state.observe(*note)
        alone.observe(*note)
    assert state.notes == alone.notes
    assert np.array_equal(state.predict("onset"), alone.predict("onset"))
    fresh = begun(melody)
    for note in other.notes:
        fresh.observe(*note)
    assert np.array_equal(other.predict("onset"), fresh.predict("onset"))


def test_what_cannot_be_asked_or_heard():
    melody = read_song(str(EXAMPLES / "sakura.abc")).melody
    state = begun(melody)
    with pytest.raises(ParameterError, match="target must be"):
        state.predict("loudness")
    with pytest.raises(ParameterError, match="say when it begins"):
        state.predict("pitch")
    with pytest.raises(ParameterError, match="say its pitch"):
        state.predict("duration", onset_ticks=0)
    with pytest.raises(ParameterError, match="lacks"):
        state.observe(0, 10080, 1)
    assert len(state) == 0
    state.observe(10080, 10080, 60)
    with pytest.raises(ParameterError, match="before the last one"):
        state.observe(0, 10080, 60)
    with pytest.raises(MissingError, match="learnt no mixture"):
        Listener().start(melody)
