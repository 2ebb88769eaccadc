"""Phrases against an exhaustive search over every division, and against laws."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise
from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import melodies
from tests.domains.music.viewpoint_oracle import bar_of

from clinamen.domains.music.notes import Melody, Meter, MeterChange, Note
from clinamen.domains.music.phrase import segment_phrases


def total_score(melody: Melody, starts: tuple[int, ...]) -> float:
    """What the docstring of the module says, by hand: gaps, rests, leaps, lengths, places."""
    notes = melody.notes
    onsets = [note.onset_quarters for note in notes]
    mean = (onsets[-1] - onsets[0]) / (len(notes) - 1)
    score = 0.0
    for first, after in pairwise([*starts, len(notes)]):
        end = onsets[min(after, len(notes) - 1)]
        bar = bar_of(melody, onsets[first])
        bars = max(0.001, float((end - onsets[first]) / bar[2]))
        score -= log2((after - first) / 9) ** 2 + 0.5 * log2(bars / 1.25) ** 2
        if after == len(notes):
            continue
        last = notes[after - 1]
        rest = max(Fraction(0), onsets[after] - last.end_quarters)
        gap = onsets[after] - last.onset_quarters + rest
        score += max(-1.0, log2(gap / mean)) - 0.75 + (2 if rest else 0)
        score += min(12, abs(notes[after].pitch - last.pitch)) / 12
        if bar_of(melody, onsets[after])[1] != bar[1]:
            score -= 1.5
    return score


def divisions(n_notes: int) -> list[tuple[int, ...]]:
    """Every choice of starts that leaves at least two notes to each phrase."""
    found = []
    for n_inner in range(n_notes // 2):
        for inner in combinations(range(2, n_notes - 1), n_inner):
            starts = (0, *inner)
            if all(b - a >= 2 for a, b in pairwise([*starts, n_notes])):
                found.append(starts)
    return found


@settings(deadline=None, max_examples=60)
@given(melodies(max_notes=11))
def test_no_division_scores_better(melody: Melody) -> None:
    starts = segment_phrases(melody)
    if len(melody.notes) < 4:
        assert starts == (0,)
        return
    best = max(total_score(melody, division) for division in divisions(len(melody.notes)))
    assert total_score(melody, starts) == pytest.approx(best, abs=1e-9)


@settings(deadline=None, max_examples=80)
@given(melodies(max_notes=60))
def test_phrases_cover_the_melody_and_none_has_one_note(melody: Melody) -> None:
    starts = segment_phrases(melody)
    assert starts[0] == 0
    lengths = [b - a for a, b in pairwise([*starts, len(melody.notes)])]
    assert sum(lengths) == len(melody.notes)
    assert min(lengths) >= 2 or len(melody.notes) == 1
    assert max(lengths) <= 40
    melody.replace(phrase_starts=starts)


@settings(deadline=None, max_examples=40)
@given(melodies(max_notes=30), st.integers(-12, 12))
def test_transposition_and_marks_change_nothing(melody: Melody, steps: int) -> None:
    moved = melody.replace(
        notes=tuple(replace(note, pitch=note.pitch + steps) for note in melody.notes),
        keys=(),
        phrase_starts=(),
    )
    assert segment_phrases(moved) == segment_phrases(melody)


@settings(deadline=None, max_examples=40)
@given(melodies(max_notes=30))
def test_writing_all_values_twice_as_long_changes_nothing(melody: Melody) -> None:
    halved = [
        MeterChange(c.onset_quarters * 2, Meter(c.meter.numerator * 2, c.meter.denominator))
        for c in melody.meters
    ]
    slow = Melody(
        notes=tuple(
            Note(note.onset_quarters * 2, note.duration_quarters * 2, note.pitch)
            for note in melody.notes
        ),
        meters=tuple(halved),
        bar_onsets=tuple(onset * 2 for onset in melody.bar_onsets),
        pickup_quarters=melody.pickup_quarters * 2,
    )
    assert segment_phrases(slow) == segment_phrases(melody)


def test_a_tune_of_two_phrases_with_long_ends() -> None:
    lengths = [1, 1, 1, 1, 1, 1, 2] * 2
    onsets = [sum(lengths[:i]) for i in range(len(lengths))]
    pitches = [60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60]
    rows = zip(onsets, lengths, pitches, strict=True)
    melody = Melody(tuple(Note(Fraction(o), Fraction(n), p) for o, n, p in rows))
    assert segment_phrases(melody) == (0, 7)


@pytest.mark.parametrize(
    ("n_notes", "expected"), [(0, ()), (1, (0,)), (2, (0,)), (3, (0,)), (5, (0,))]
)
def test_a_very_short_tune_is_one_phrase(n_notes: int, expected: tuple[int, ...]) -> None:
    notes = tuple(Note(Fraction(2 * i), Fraction(1, 2), 60 + i) for i in range(n_notes))
    assert segment_phrases(Melody(notes))[:1] == expected
    if n_notes < 4:
        assert segment_phrases(Melody(notes)) == expected


def test_many_notes_of_one_length() -> None:
    notes = tuple(Note(Fraction(i, 2), Fraction(1, 2), 60 + i % 5) for i in range(3000))
    starts = segment_phrases(Melody(notes))
    lengths = {b - a for a, b in pairwise(starts)}
    assert lengths == {8}


def test_a_tick_left_by_rounding_is_no_rest() -> None:
    # Eleven notes to a quarter do not fall on ticks.
    length = Fraction(1, 11)
    notes = tuple(Note(i * length, length, 60 + i % 5) for i in range(110))
    melody = Melody(notes, meters=(MeterChange(Fraction(0), Meter(1, 4)),))
    assert {b - a for a, b in pairwise(segment_phrases(melody))} == {11}
