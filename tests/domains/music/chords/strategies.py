"""Random chords for the laws."""

from __future__ import annotations

from hypothesis import strategies as st

from clinamen.domains.music.chords import Chord, Degree, PitchName
from clinamen.domains.music.notes import Key

__all__ = ["any_chords", "keys", "names", "usual_chords"]

_NUMBERS = (1, 2, 3, 4, 5, 6, 7, 9, 11, 13)

names = st.builds(PitchName, st.sampled_from("ABCDEFG"), st.integers(-2, 2))
keys = st.builds(Key, st.integers(-7, 7), st.sampled_from(["major", "minor", "dorian", "lydian"]))
_basses = st.none() | names

any_degrees = st.sets(
    st.builds(Degree, st.sampled_from(_NUMBERS), st.integers(-2, 2)), min_size=1, max_size=16
).map(tuple)
any_chords = st.builds(Chord, names, any_degrees, _basses)
"""Any tones at all, most of them in no book."""


@st.composite
def usual_chords(draw: st.DrawFn) -> Chord:
    """A triad or suspension, perhaps a seventh, perhaps extensions."""
    third = draw(st.sampled_from([(3, 0), (3, -1), (4, 0), (2, 0)]))
    fifth = draw(st.sampled_from([(5, 0), (5, 0), (5, -1), (5, 1)]))
    seventh = draw(st.sampled_from([(), ((7, -1),), ((7, 0),), ((7, -2),), ((6, 0),)]))
    upper = draw(st.sets(st.tuples(st.sampled_from([9, 11, 13]), st.integers(-1, 1)), max_size=3))
    tones = {(1, 0), third, fifth, *seventh, *upper}
    degrees = tuple(Degree(number, alter) for number, alter in tones)
    root = PitchName(draw(st.sampled_from("ABCDEFG")), draw(st.integers(-1, 1)))
    return Chord(root, degrees, draw(_basses))
