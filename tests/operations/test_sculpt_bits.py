"""What notes take up, against hearing whole takes with and without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.small_listener import small_listener

from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Melody, Note, Song
from clinamen.domains.music.projection import Alphabets
from clinamen.operations import _sculpt_bits
from clinamen.operations._sculpt_bits import REACH, NotesTold

_ROWS = st.lists(
    st.tuples(st.sampled_from((1, 2, 4)), st.integers(60, 72)), min_size=3, max_size=11
)


def _song(rows: Sequence[tuple[int, int]]) -> Song:
    notes, onset = [], Fraction(0)
    for halves, pitch in rows:
        notes.append(Note(onset, Fraction(halves, 2), pitch))
        onset += Fraction(halves, 2)
    return Song(Melody(tuple(notes)))


def _knowing_all(song: Song) -> Listener:
    """The listener, to whom every interval between onsets of the song may come anyway."""
    listener = small_listener()
    ticks = [int(note.onset_quarters * TICKS_PER_QUARTER) for note in song.melody.notes]
    apart = {0, *(later - first for first, later in combinations(ticks, 2))}
    # The notes that a frame shows after the song begin at a whole quarter.
    apart.add(
        -(-ticks[-1] // TICKS_PER_QUARTER) * TICKS_PER_QUARTER - ticks[-1] or TICKS_PER_QUARTER
    )
    end = song.melody.end_quarters
    apart.add(int(-(-end // 1) * TICKS_PER_QUARTER) - ticks[-1])
    known = listener.alphabets
    one = np.array([1])
    more = Alphabets(np.array(sorted(apart)), np.array([60]), one)
    return replace(listener, alphabets=known.union(more))


def _plain(listener: Listener, song: Song, kept: Sequence[int], place: int) -> float:
    """Heard twice from beginning to end."""
    notes = [song.melody.notes[note] for note in kept]

    def bits(some: list[Note]) -> np.ndarray:
        if not some:
            return np.zeros(0)
        # The melody's other notes are shown to both, so that the same may come.
        heard = listener.hear(song.melody.replace(notes=tuple(some)), target="joint")
        return heard.information_content

    with_it = bits(notes)[place : place + REACH + 1].sum()
    return float(with_it - bits(notes[:place] + notes[place + 1 :])[place : place + REACH].sum())


@settings(deadline=None, max_examples=20)
@given(_ROWS, st.data())
def test_bits_are_those_of_hearing_with_and_without(
    rows: list[tuple[int, int]], data: st.DataObject
) -> None:
    song = _song(rows)
    pitches = sorted({note.pitch for note in song.melody.notes})
    listener = _knowing_all(song)
    lengths = sorted({int(n.duration_quarters * TICKS_PER_QUARTER) for n in song.melody.notes})
    listener = replace(
        listener,
        alphabets=listener.alphabets.union(
            Alphabets(np.array([0]), np.array(pitches), np.array(lengths))
        ),
    )
    everything = list(range(len(rows)))
    kept = sorted(data.draw(st.sets(st.sampled_from(everything), min_size=2)))
    places = sorted(data.draw(st.sets(st.sampled_from(range(len(kept))), min_size=1)))
    found = NotesTold(listener, song).bits(kept, places)
    expected = [_plain(listener, song, kept, place) for place in places]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_places_heard_apart_or_together_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    song = _song([(2, 60 + (7 * place) % 13) for place in range(40)])
    told, everything = NotesTold(small_listener(), song), list(range(40))
    together = told.bits(everything, everything)
    apart = [told.bits(everything, [place])[0] for place in everything]
    np.testing.assert_allclose(together, apart, rtol=0, atol=1e-9)
    monkeypatch.setattr(_sculpt_bits, "_RUN", 1000)
    np.testing.assert_allclose(told.bits(everything, everything), apart, rtol=0, atol=1e-9)


def test_only_so_many_notes_before_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    song = _song([(2, 60 + (5 * place) % 12) for place in range(30)])
    told, everything = NotesTold(small_listener(), song), list(range(30))
    whole = told.bits(everything, [25])
    monkeypatch.setattr(_sculpt_bits, "MEMORY", 25)
    assert told.bits(everything, [25]) == whole
    monkeypatch.setattr(_sculpt_bits, "MEMORY", 3)
    assert told.bits(everything, [25]) != whole


def test_an_interval_that_only_removing_brings_about_may_come() -> None:
    rows = [(1, 60)] * 14 + [(2, 62), (1, 64)]
    song = _song(rows)
    told = NotesTold(small_listener(), song)
    (bits,) = told.bits([0, 7, 15], [1])
    assert np.isfinite(bits)
