"""Branches against hearing each melody as a whole."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.taught import taught_listener
from tests.io.songs import songs

from clinamen.domains.music.branches import Branches
from clinamen.domains.music.editing import notes_in_ticks, with_notes
from clinamen.domains.music.events import TICKS_PER_QUARTER as QUARTER
from clinamen.domains.music.learned import Learned
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Note, Song
from clinamen.domains.music.projection import Alphabets
from clinamen.domains.music.song_events import song_events
from clinamen.errors import MissingError, ParameterError

HALF = QUARTER // 2
CHORDS = tuple(
    ChordSymbol(Fraction(2 * place), symbol)
    for place, symbol in enumerate(("C", "F", "G7", "Am", "C", "Dm", "G", "C"))
)


def _song(rows: list[tuple[int, int]], *, chords: bool = False) -> Song:
    notes, onset = [], 0
    for steps, pitch in rows:
        notes.append(Note(Fraction(onset, 2), Fraction(steps, 2), 60 + pitch))
        onset += steps
    keys = (KeyChange(Fraction(0), Key(0)), KeyChange(Fraction(6), Key(-1)))
    melody = Melody(notes=tuple(notes), keys=keys, end_quarters=Fraction(24))
    return Song(melody, chords=CHORDS if chords else ())


_ROWS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from((0, 2, 4, 5, 7, 9, 11, 12))),
    min_size=2,
    max_size=16,
)


@pytest.fixture(scope="module")
def listener() -> Listener:
    """The taught one, which knows chords besides."""
    taught = taught_listener()
    found = Listener("with chords", alphabets=taught.alphabets, learned=dict(taught.learned))
    heard = [song_events(_song([(2, 4), (1, 5), (1, 7), (3, 0)] * 5, chords=True))]
    for target in ("onset", "pitch"):
        found.with_chords[target] = Learned.new(target, with_chords=True)
        found.with_chords[target].count(heard)
    found.alphabets = found.alphabets.union(Alphabets.of(heard))
    return found


@settings(deadline=None, max_examples=25)
@given(
    rows=_ROWS,
    shared=st.integers(0, 15),
    chords=st.booleans(),
    target=st.sampled_from(("onset", "pitch")),
)
def test_chances_are_to_the_bit_those_of_hearing_the_whole_song(
    listener: Listener, rows: list[tuple[int, int]], shared: int, chords: bool, target: str
) -> None:
    song = _song(rows, chords=chords)
    notes = notes_in_ticks(song.melody)
    shared = min(shared, len(notes) - 1)
    branches = Branches(listener, song, notes[:shared])
    endings = [notes[shared:end] for end in range(shared, len(notes))]
    found = branches.chances(target, endings, [notes[shared + len(e)][0] for e in endings])
    whole = listener.hear(song, target=target).distribution[shared:]
    first = 1 if target == "onset" and shared == 0 else 0  # nothing can be said of a first onset
    assert np.array_equal(found[first:], whole[first:])


@settings(deadline=None, max_examples=15)
@given(songs(max_bars=3))
def test_any_song_is_heard_alike(listener: Listener, song: Song) -> None:
    notes = notes_in_ticks(song.melody)
    branches = Branches(listener, song, notes[: len(notes) // 2])
    found = branches.bits([notes[len(notes) // 2 :]])[0]
    for row, target in enumerate(("onset", "pitch")):
        bits = listener.hear(song, target=target).information_content[len(notes) // 2 :]
        np.testing.assert_allclose(found[row], bits, rtol=0, atol=1e-12)


@settings(deadline=None, max_examples=25)
@given(rows=_ROWS, other=_ROWS, shared=st.integers(0, 8), first=st.integers(0, 4))
def test_bits_of_endings_of_any_lengths_are_those_of_each_alone(
    listener: Listener,
    rows: list[tuple[int, int]],
    other: list[tuple[int, int]],
    shared: int,
    first: int,
) -> None:
    song = _song(rows)
    notes = notes_in_ticks(song.melody)
    beginning = notes[:shared]
    end = beginning[-1][0] + beginning[-1][1] if beginning else 0
    ending = tuple(
        (end + onset, duration, pitch)
        for onset, duration, pitch in notes_in_ticks(_song(other).melody)
    )
    branches = Branches(listener, song, beginning)
    found = branches.bits([ending, (), ending[:2]], first=first)
    variant = with_notes(song, (*beginning, *ending))
    for row, target in enumerate(("onset", "pitch")):
        bits = listener.hear(variant, target=target).information_content[len(beginning) :]
        np.testing.assert_allclose(found[0][row], bits[first:], rtol=0, atol=1e-12)
    assert found[1].shape == (2, 0)
    np.testing.assert_array_equal(found[2], found[0][:, : max(2 - first, 0)])


def test_a_longer_beginning_changes_nothing(listener: Listener) -> None:
    song = _song([(2, 0), (1, 4), (1, 7), (2, 5), (2, 4), (2, 2), (4, 0)])
    notes = notes_in_ticks(song.melody)
    short, long = Branches(listener, song, notes[:2]), Branches(listener, song, notes[:5])
    grown = short.grown(notes[2:5])
    assert grown.beginning == long.beginning
    assert np.array_equal(grown.bits([notes[5:]])[0], long.bits([notes[5:]])[0])
    assert np.array_equal(short.bits([notes[2:]], first=3)[0], long.bits([notes[5:]])[0])


def test_what_cannot_be_heard_is_refused(listener: Listener) -> None:
    song = _song([(2, 0), (2, 4), (2, 7)])
    branches = Branches(listener, song, notes_in_ticks(song.melody)[:1])
    with pytest.raises(ParameterError, match="target must be onset or pitch"):
        branches.chances("duration", [()])
    with pytest.raises(ParameterError, match="say when the next note of each ending begins"):
        branches.chances("pitch", [(), ()], [QUARTER])
    with pytest.raises(ParameterError, match="note 3 of a branch begins before note 2"):
        branches.bits([((QUARTER, HALF, 60), (HALF, HALF, 60))])
    with pytest.raises(ParameterError, match="alphabet lacks"):
        branches.bits([((7, HALF, 60),)])
    with pytest.raises(MissingError, match="has learnt no mixture"):
        Branches(Listener(), song)


@settings(deadline=None, max_examples=15)
@given(rows=_ROWS, shared=st.integers(0, 12), chords=st.booleans())
def test_a_beginning_says_the_same_however_often_it_is_asked(
    listener: Listener, rows: list[tuple[int, int]], shared: int, chords: bool
) -> None:
    """At first it is counted for what is asked alone, later as a whole."""
    song = _song(rows, chords=chords)
    notes = notes_in_ticks(song.melody)
    shared = min(shared, len(notes) - 1)
    branches = Branches(listener, song, notes[:shared])
    some, others = [notes[shared : shared + 1]], [notes[shared:], notes[shared : shared + 2]]
    branches.bits(some)
    later = branches.bits(others) + branches.bits(some)
    fresh = Branches(listener, song, notes[:shared])
    for here, there in zip(later, fresh.bits(others) + fresh.bits(some), strict=True):
        assert np.array_equal(here, there)
    alone = [Branches(listener, song, notes[:shared]).bits([each])[0] for each in (*others, *some)]
    for here, there in zip(later, alone, strict=True):
        assert np.array_equal(here, there)


def test_a_time_expected_besides_is_as_one_that_the_frame_shows(listener: Listener) -> None:
    song = _song([(2, 0), (1, 4), (1, 5), (2, 7), (2, 0)])
    notes = notes_in_ticks(song.melody)
    odd = 5 * QUARTER + 7
    last = Note(song.melody.notes[-1].onset_quarters + Fraction(odd, QUARTER), Fraction(1), 60)
    shown = song.replace(melody=song.melody.replace(notes=(*song.melody.notes, last)))
    expecting = Branches(listener, song).expecting(onset=[odd])
    assert odd in expecting.alphabet("onset")
    (bits,), (others,) = expecting.bits([notes]), Branches(listener, shown).bits([notes])
    assert np.array_equal(bits, others)
