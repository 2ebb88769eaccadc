"""A stretch written anew: every state is a tune, every chance the listener's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.branches import Branches
from clinamen.domains.music.constraints import Bounds, bounds_of
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.domains.music.tunes.rewriting import REST_SHARE, Rewriting, Written
from clinamen.domains.music.tunes.tune import Tune
from clinamen.errors import ParameterError
from clinamen.io.files import read_song
from clinamen.operations.listeners import QUICK_LISTENER, load_listener

EXAMPLES = Path(__file__).parents[4] / "examples"


@pytest.fixture(scope="module")
def quick() -> Listener:
    return load_listener(QUICK_LISTENER)


@pytest.fixture(scope="module")
def ode() -> Song:
    return read_song(str(EXAMPLES / "ode_to_joy.musicxml"))


def _rewriting(
    listener: Listener, song: Song, first: int, last: int, bounds: Bounds | None = None
) -> Rewriting:
    """Of bars, counted from 0, the last one not included."""
    lines = [to_ticks(onset) for onset in song.melody.bar_onsets]
    span = lines[first], [*lines, to_ticks(song.melody.end_quarters)][last]
    tune = Tune.of(notes_in_ticks(song.melody))
    bounds = bounds or bounds_of(song.melody)
    return Rewriting(listener, song, tune, bounds=bounds, span=span)


@given(st.data())
@settings(deadline=None, max_examples=25)
def test_every_state_is_a_whole_tune_that_changes_nothing_outside(
    quick: Listener, ode: Song, data: st.DataObject
) -> None:
    rewriting = _rewriting(quick, ode, *data.draw(st.sampled_from([(0, 2), (4, 6), (14, 16)])))
    start, end = rewriting.span
    old = rewriting.tune.notes
    state = rewriting.start()
    assert rewriting.tune_of(state) == rewriting.tune
    for _ in range(data.draw(st.integers(1, 12))):
        moves = rewriting.moves(state)
        if not moves:
            break
        move = data.draw(st.sampled_from(moves))
        state = rewriting.after(state, move)
        notes = rewriting.tune_of(state).notes
        # The first note of all stays, and what is before the stretch keeps onset and pitch.
        assert [n[::2] for n in notes if n[0] < start] == [n[::2] for n in old if n[0] < start]
        assert [n for n in notes if n[0] >= end] == [n for n in old if n[0] >= end]
        assert notes[0][0] == old[0][0]
        inside = [n[0] for n in notes if start <= n[0] < end]
        assert all((onset - start) % rewriting.step == 0 for onset in inside)


def test_chances_are_the_listeners(quick: Listener, ode: Song) -> None:
    rewriting = _rewriting(quick, ode, 4, 8)
    before = [note for note in rewriting.tune.notes if note[0] < rewriting.span[0]]
    branches = Branches(quick, ode, before)
    waits = branches.chances("onset", [()])[0]
    for move in rewriting.moves(rewriting.start()):
        when = waits[branches.alphabet("onset").tolist().index(move.onset - before[-1][0])]
        pitches = branches.chances("pitch", [()], [move.onset])[0]
        pitch = rewriting.behind[0][2] if move.pitch is None else move.pitch
        expected = when * pitches[branches.alphabet("pitch").tolist().index(pitch)]
        if move.pitch is not None and move.onset - before[-1][0] >= 10080:
            expected *= REST_SHARE if move.rests else 1 - REST_SHARE
        assert move.chance == pytest.approx(expected, rel=1e-9)


def test_moves_keep_to_the_bounds(quick: Listener, ode: Song) -> None:
    bounds = Bounds(62, 74, pitch_classes=frozenset({2, 4, 6, 7, 9}), largest_leap=3)
    rewriting = _rewriting(quick, ode, 4, 6, bounds)
    rng, state = np.random.default_rng(3), rewriting.start()
    at = next(n[2] for n in reversed(rewriting.tune.notes) if n[0] < rewriting.span[0])
    while moves := rewriting.moves(state):
        assert all(m.pitch is None or bounds.allows(m.pitch) for m in moves)
        assert all(m.pitch is None or abs(m.pitch - at) <= 3 for m in moves)
        move = moves[int(rng.integers(len(moves)))]
        state, at = rewriting.after(state, move), move.pitch or at
    assert state.is_done


def test_a_line_that_is_stuck_moves_on(quick: Listener, ode: Song) -> None:
    rewriting = _rewriting(quick, ode, 4, 6)
    last = rewriting.tune.notes[14][2]
    start = rewriting.span[0]
    stuck = Written(tuple((start + 10080 * place, last) for place in range(3)))
    assert all(move.pitch != last for move in rewriting.moves(stuck))


def test_a_rest_ends_the_note_before(quick: Listener, ode: Song) -> None:
    rewriting = _rewriting(quick, ode, 4, 6)
    start = rewriting.span[0]
    state = Written(((start, 66),))
    move = next(m for m in rewriting.moves(state) if m.rests and m.onset == start + 20160)
    notes = rewriting.tune_of(rewriting.after(state, move)).notes
    assert next(n for n in notes if n[0] == start) == (start, 10080, 66)


def test_nothing_to_write_anew(quick: Listener, ode: Song) -> None:
    tune = Tune.of([(0, 10080, 62)])
    with pytest.raises(ParameterError, match="no note begins in these bars"):
        Rewriting(quick, ode, tune, bounds=Bounds(50, 80), span=(0, 40320))
