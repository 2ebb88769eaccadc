"""Range, scale, leaps, endings and locks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinamen.domains.music.constraints import (
    SCALES,
    Bounds,
    Locks,
    bounds_of,
    parse_ending,
    parse_locks,
    parse_pitch,
    parse_range,
    parse_scale,
)
from clinamen.domains.music.notes import Key, Melody, Note
from clinamen.domains.music.spelling import pitch_name
from clinamen.errors import ConstraintError, MissingError, ParameterError


def _melody(n_notes: int = 32) -> Melody:
    return Melody(tuple(Note(Fraction(k), Fraction(1), 60 + k % 5) for k in range(n_notes)))


@given(st.integers(0, 127))
def test_a_pitch_is_read_as_it_is_written(pitch: int) -> None:
    assert parse_pitch(pitch_name(pitch)) == pitch
    assert parse_pitch(str(pitch)) == pitch


@given(st.integers(0, 100), st.integers(0, 27))
def test_a_range_is_read_as_it_is_written(lowest: int, width: int) -> None:
    text = f"{pitch_name(lowest)}-{pitch_name(lowest + width)}"
    assert parse_range(text) == (lowest, lowest + width)


@given(st.sampled_from(sorted(SCALES)), st.integers(0, 11))
def test_a_scale_stands_on_its_tonic(name: str, tonic: int) -> None:
    letters = pitch_name(60 + tonic)[:-1]
    found = parse_scale(f"{letters} {name}")
    assert found == {(tonic + step) % 12 for step in SCALES[name]}


def test_a_scale_without_tonic_is_that_of_the_key() -> None:
    assert parse_scale("major", Key(1)) == parse_scale("G major") == parse_scale("key", Key(1))
    assert parse_scale("C, D,E") == {0, 2, 4}
    with pytest.raises(ParameterError, match="needs a tonic"):
        parse_scale("major")


@pytest.mark.parametrize("text", ["H major", "G", "C,x", "purple", ""])
def test_what_is_no_scale_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        parse_scale(text, Key(0))


def test_endings_are_degrees_or_notes() -> None:
    assert parse_ending("1,5", Key(1)) == {7, 2}
    assert parse_ending("F#") == {6}
    with pytest.raises(ParameterError, match="needs a key"):
        parse_ending("1")


_BOUNDS = st.builds(
    lambda low, width, leap: Bounds(low, low + width, frozenset({0, 2, 4, 7, 9}), leap),
    st.integers(30, 80),
    st.integers(4, 20),
    st.none() | st.integers(1, 12),
)


@given(_BOUNDS, st.integers(30, 100))
def test_the_mask_says_what_the_single_questions_say(bounds: Bounds, before: int) -> None:
    alphabet = np.arange(20, 110)
    mask = bounds.mask(alphabet, before)
    for pitch, allowed in zip(alphabet, mask, strict=True):
        assert allowed == (bounds.allows(int(pitch)) and bounds.may_follow(before, int(pitch)))
        assert allowed == bounds.keeps([int(pitch)]) or not bounds.may_follow(before, int(pitch))


def test_constraints_that_cannot_hold_name_the_nearest_that_can() -> None:
    with pytest.raises(ConstraintError, match="nearest that can: C#4-D4"):
        Bounds(61, 61, frozenset({2}))
    with pytest.raises(ConstraintError, match="nearest that can: E4-C5"):
        parse_range("C5-E4")
    with pytest.raises(ConstraintError, match="the ending"):
        Bounds(60, 64, ending=frozenset({10}))
    with pytest.raises(ConstraintError, match="max-leap 0"):
        Bounds(largest_leap=0)
    with pytest.raises(ConstraintError, match="range"):
        Bounds(70, 60)


def test_the_bounds_of_a_song_are_a_little_wider_than_it() -> None:
    found = bounds_of(_melody())
    assert (found.lowest, found.highest) == (56, 68)
    wide = Melody((Note(Fraction(0), Fraction(1), 50), Note(Fraction(1), Fraction(1), 70)))
    assert (bounds_of(wide).lowest, bounds_of(wide).highest) == (48, 72)


def test_locks_are_bars_and_places() -> None:
    locks = parse_locks(["2-3,5.2", "3"], _melody())
    quarter = 10080
    covered = [beat for beat in range(32) if locks.covers(beat * quarter)]
    assert covered == [*range(4, 12), 17]
    assert parse_locks(["5.2-6.1"], _melody()).spans == ((17 * quarter, 21 * quarter),)


def test_locks_hold_where_the_locked_notes_are_the_same() -> None:
    locks = Locks(((10, 20),))
    song = [(0, 10, 60), (10, 10, 62), (20, 10, 64)]
    assert locks.keeps(song, [(0, 10, 61), (10, 10, 62), (20, 10, 60)])
    assert not locks.keeps(song, [(0, 10, 60), (10, 10, 63), (20, 10, 64)])
    assert not locks.keeps(song, [*song[:2], (15, 5, 60), song[2]])


@pytest.mark.parametrize(
    "text", ["x", "3-", "-3", "4-2", "1.1-", "words:3", "chords:", "chords:x", "notes:3-"]
)
def test_what_is_no_lock_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        parse_locks([text], _melody())


def test_a_lock_outside_the_song_is_refused() -> None:
    with pytest.raises(MissingError, match="no bar 99"):
        parse_locks(["99"], _melody())
