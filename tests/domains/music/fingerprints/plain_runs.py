"""Shared runs found by comparing everything with everything: no hashes, no arrays."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from clinamen.domains.music.notes import Melody, Note

Notes = Sequence[tuple[int, int, int]]


def shape(notes: Notes) -> tuple[object, ...]:
    """What stays of a run in every key and tempo."""
    first, second = notes[0][0], notes[1][0]
    return tuple(
        (Fraction(onset - first, second - first), pitch - notes[0][2]) for onset, _, pitch in notes
    )


def shared_lengths(one: Notes, other: Notes, new: set[int] | None = None) -> set[int]:
    """Lengths of all runs of two notes or more that are shared and have a new note."""
    lengths = set()
    for n_notes in range(2, min(len(one), len(other)) + 1):
        there = {shape(other[at : at + n_notes]) for at in range(len(other) - n_notes + 1)}
        for at in range(len(one) - n_notes + 1):
            is_new = new is None or not new.isdisjoint(range(at, at + n_notes))
            if is_new and shape(one[at : at + n_notes]) in there:
                lengths.add(n_notes)
    return lengths


def longest(one: Notes, others: Sequence[Notes], new: set[int] | None = None) -> int:
    """Notes of the longest shared run, 0 for less than two."""
    return max((max(shared_lengths(one, other, new), default=0) for other in others), default=0)


@st.composite
def lines(draw: st.DrawFn, max_notes: int = 24) -> Notes:
    """Notes of few intervals and lengths, so that a lot is shared."""
    n_notes = draw(st.integers(0, max_notes))
    steps = draw(st.lists(st.sampled_from([0, 2, 2, -2, 5]), min_size=n_notes, max_size=n_notes))
    lasts = draw(st.lists(st.sampled_from([2, 2, 2, 3, 4]), min_size=n_notes, max_size=n_notes))
    onset, pitch, notes = 0, 60, []
    for step, length in zip(steps, lasts, strict=True):
        pitch = min(max(pitch + step, 30), 100)
        notes.append((onset, 1, pitch))
        onset += length
    return notes


def melody_of(notes: Notes) -> Melody:
    """A melody of these notes; a tick is a quarter."""
    return Melody(tuple(Note(Fraction(on), Fraction(1), pitch) for on, _, pitch in notes))


def in_ticks(notes: Notes) -> Notes:
    """The notes of `melody_of`, in ticks."""
    return [(on * 10080, lasts * 10080, pitch) for on, lasts, pitch in notes]
