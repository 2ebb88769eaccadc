"""Names of intervals and degrees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinamen.domains.music.notes import Key
from clinamen.operations._intervals import (
    SpelledPitch,
    degree_words,
    interval_words,
    motion_words,
)

_SEMITONES = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))


def spelled(name: str) -> SpelledPitch:
    """A pitch from its name alone, worked out here and not by the library."""
    letter, octave = name[0], int(name[-1])
    alter = name.count("#") - name[1:].count("b")
    return SpelledPitch(12 * (octave + 1) + _SEMITONES[letter] + alter, name)


@pytest.mark.parametrize(
    ("before", "here", "words"),
    [
        ("C4", "C4", "stays on the same pitch"),
        ("D#4", "Eb4", "stays on the same pitch"),
        ("C4", "C#4", "steps up a semitone"),
        ("C4", "Db4", "steps up a minor second"),
        ("D4", "C4", "steps down a major second"),
        ("C4", "Eb4", "skips up a minor third"),
        ("E4", "C4", "skips down a major third"),
        ("Eb4", "F#4", "skips up an augmented second"),
        ("C4", "F4", "leaps up a perfect fourth"),
        ("F4", "B4", "leaps up an augmented fourth"),
        ("B4", "F5", "leaps up a diminished fifth"),
        ("C5", "Eb4", "leaps down a major sixth"),
        ("B4", "Ab5", "leaps up a diminished seventh"),
        ("C4", "C5", "leaps up an octave"),
        ("C4", "C#5", "leaps up an augmented octave"),
        ("C4", "Db5", "leaps up a minor ninth"),
        ("C4", "E5", "leaps up a major tenth"),
        ("C4", "F5", "leaps up a perfect eleventh"),
        ("C4", "A5", "leaps up a major thirteenth"),
        ("C4", "C6", "leaps up two octaves"),
        ("C4", "D6", "leaps up two octaves and a major second"),
        ("C4", "Gbb6", "leaps up two octaves and a perfect fourth"),
        ("B3", "Cb4", "stays on the same pitch"),
        ("B#3", "Db4", "steps up a minor second"),
    ],
)
def test_motion_by_hand(before: str, here: str, words: str) -> None:
    assert motion_words(spelled(before), spelled(here)) == words


def test_without_a_spelling_semitones_name_the_interval() -> None:
    assert interval_words(SpelledPitch(60, "60"), SpelledPitch(63, "63")) == "a minor third"
    assert interval_words(SpelledPitch(60, "60"), SpelledPitch(66, "66")) == "a tritone"


def test_a_spelling_that_belongs_to_another_pitch_is_not_believed() -> None:
    assert interval_words(SpelledPitch(60, "C4"), SpelledPitch(67, "E4")) == "a perfect fifth"
    assert interval_words(SpelledPitch(60, "C4"), SpelledPitch(66, "G4")) == "a tritone"
    assert degree_words(SpelledPitch(61, "C4"), Key(0)) == ""


@given(st.integers(0, 127), st.integers(0, 127))
def test_direction_and_size_never_lie(before: int, here: int) -> None:
    words = motion_words(SpelledPitch(before, ""), SpelledPitch(here, ""))
    assert (" up " in words) == (here > before)
    assert (" down " in words) == (here < before)
    assert ("leaps" in words) == (abs(here - before) > 4)


@pytest.mark.parametrize(
    ("name", "key", "words"),
    [
        ("C5", Key(0), "the tonic"),
        ("Eb5", Key(0), "the flat third"),
        ("F#4", Key(0), "the raised fourth"),
        ("G4", Key(0), "the fifth degree"),
        ("Eb5", Key(-3, "minor"), "the third degree"),
        ("B4", Key(-3, "minor"), "the raised seventh"),
        ("C5", Key(1, "mixolydian"), "the seventh degree"),
        ("Cb5", Key(-6), "the fourth degree"),
        ("E#4", Key(6), "the seventh degree"),
        ("C#5", Key(0), "the raised tonic"),
        ("Fb5", Key(2), "the double flat third"),
        ("G#4", Key(-1), "the raised second"),
    ],
)
def test_degrees_by_hand(name: str, key: Key, words: str) -> None:
    assert degree_words(spelled(name), key) == words


@given(st.integers(-7, 7), st.sampled_from(["major", "minor", "dorian", "lydian"]))
def test_the_tonic_is_the_tonic_in_every_key(fifths: int, mode: str) -> None:
    if not -7 <= Key(fifths, mode).tonic_fifths <= 7:
        return
    key = Key(fifths, mode)
    assert degree_words(spelled(f"{key.tonic_name}4"), key) == "the tonic"
