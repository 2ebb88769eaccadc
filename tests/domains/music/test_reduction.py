"""Structural weight by hand, and laws of a tune with some of its notes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import melodies

from clinamen.domains.music.events import melody_events
from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    Song,
)
from clinamen.domains.music.reduction import (
    accents,
    metrical_levels,
    note_weights,
    phrase_ends,
    with_notes_left,
)


def _melody(rows: list[tuple[float, float, int]], meter: str = "4/4", **fields: object) -> Melody:
    notes = tuple(Note(Fraction(at), Fraction(long), pitch) for at, long, pitch in rows)
    top, bottom = map(int, meter.split("/"))
    return Melody(
        notes,
        keys=(KeyChange(Fraction(0), Key(0)),),
        meters=(MeterChange(Fraction(0), Meter(top, bottom)),),
    ).replace(**fields)


@pytest.mark.parametrize(
    ("meter", "levels"),
    [
        ("4/4", {0: 0, 2: 1, 1: 2, 3: 2, 0.5: 3, 2.5: 3, 0.25: 4, 0.125: 5, 4: 0}),
        ("3/4", {0: 0, 1: 1, 2: 1, 1.5: 2, 0.25: 3, 3: 0}),
        ("2/4", {0: 0, 1: 1, 0.5: 2, 1.75: 3}),
        ("6/8", {0: 0, 1.5: 1, 0.5: 2, 1: 2, 2: 2, 0.25: 3}),
        ("12/8", {0: 0, 3: 1, 1.5: 2, 4.5: 2, 0.5: 3}),
        ("2/2", {0: 0, 2: 1, 1: 2, 0.5: 3}),
    ],
)
def test_levels_of_the_metre_are_those_of_the_textbook(
    meter: str, levels: dict[float, int]
) -> None:
    times = sorted(levels)
    melody = _melody([(time, 0.125, 60) for time in times], meter)
    assert metrical_levels(melody_events(melody)).tolist() == [levels[time] for time in times]


def test_a_pickup_is_weak_and_leads_to_a_strong_place() -> None:
    melody = _melody([(0, 1, 60), (1, 1, 62)], "3/4", pickup_quarters=Fraction(1), bar_onsets=())
    assert metrical_levels(melody_events(melody)).tolist() == [1, 0]


def test_weights_by_hand() -> None:
    rows = [(0.0, 1.0, 60), (1.0, 1.0, 62), (2.0, 2.0, 67), (4.0, 1.0, 64), (5.0, 1.0, 65)]
    weights = note_weights(Song(_melody(rows, phrase_starts=(0, 3))))
    assert [each.place for each in weights] == [0, -6, -3, 0, -6]
    assert [each.length for each in weights] == [0, 0, 1, 0, 0]
    assert [each.tone for each in weights] == [1, 0, 1, 1, 0]
    assert [each.phrase for each in weights] == [3, 0, 0, 3, 0]
    assert [each.contour for each in weights] == [1, 0, 1, 1, 1]
    assert [each.touch for each in weights] == [0] * 5
    assert weights[2].total == -3 + 1 + 1 + 1


def test_tones_are_those_of_the_chord_where_there_is_one() -> None:
    melody = _melody([(0, 1, 60), (1, 1, 62), (2, 1, 60), (3, 1, 62)])
    song = Song(melody, chords=(ChordSymbol(Fraction(2), "G"),))
    assert [each.tone for each in note_weights(song)] == [1, 0, 0, 1]


def test_soft_and_clipped_notes_weigh_less() -> None:
    rows = [(time / 2, 0.5, 60 + time) for time in range(6)]
    melody = _melody(rows)
    soft = [Note(n.onset_quarters, n.duration_quarters, n.pitch, velocity=80) for n in melody.notes]
    soft[2] = Note(Fraction(1), Fraction(1, 2), 62, velocity=40)
    soft[3] = Note(Fraction(3, 2), Fraction(1, 8), 63, velocity=80)
    weights = note_weights(Song(melody.replace(notes=tuple(soft))))
    assert [each.touch for each in weights] == [0, 0, -8, -12, 0, 0]


def test_a_phrase_ends_on_the_note_before_one_that_is_but_struck_after_it() -> None:
    melody = _melody([(0, 1, 60), (1, 1, 62), (2, 2, 64), (4, 2, 62), (6, 2, 60)])
    melody = melody.replace(phrase_starts=(0, 3))
    assert phrase_ends(melody, [0, 0, 0, 0, 0]) == {2, 4}
    assert phrase_ends(melody, [0, 9, 5, 3.9, 0]) == {1, 4}
    assert phrase_ends(melody, [0, 9, 5, 4, 0]) == {1, 3}


def test_what_lies_a_bar_before_is_no_end() -> None:
    melody = _melody([(0, 1, 60), (4, 1, 62)])
    assert phrase_ends(melody, [20, 0]) == {1}


def test_an_accent_is_a_strong_long_loud_note() -> None:
    rows = [(0, 2, 60), (2, 1, 62), (3, 1, 64), (4, 0.5, 65), (4.5, 1, 67), (5.5, 1, 60)]
    assert accents(Song(_melody(rows))).tolist() == [1, 0.5, 0, 0.5, 0, 0]


@settings(deadline=None, max_examples=60)
@given(melodies(), st.data())
def test_what_is_left_keeps_onset_and_pitch_and_is_a_melody(
    melody: Melody, data: st.DataObject
) -> None:
    song = Song(melody)
    everything = range(len(melody.notes))
    left = sorted(data.draw(st.sets(st.sampled_from(everything), min_size=1)))
    for hold in (True, False):
        found = with_notes_left(song, left, hold=hold).melody
        assert [(n.onset_quarters, n.pitch) for n in found.notes] == [
            (melody.notes[n].onset_quarters, melody.notes[n].pitch) for n in left
        ]
        for note, place in zip(found.notes, left, strict=True):
            old = melody.notes[place]
            bar = melody.meter_at(old.onset_quarters).bar_quarters
            assert note.duration_quarters >= old.duration_quarters
            assert note.duration_quarters <= max(old.duration_quarters, bar)
            assert hold or note == old
        assert (found.bar_onsets, found.keys, found.end_quarters) == (
            melody.bar_onsets,
            melody.keys,
            melody.end_quarters,
        )


@given(melodies())
def test_with_every_note_left_it_is_the_take_itself(melody: Melody) -> None:
    song = Song(melody)
    assert with_notes_left(song, range(len(melody.notes))) is song


def _lengths(melody: Melody, left: list[int]) -> list[float]:
    found = with_notes_left(Song(melody), left).melody
    return [float(note.duration_quarters) for note in found.notes]


def test_a_note_is_held_through_removed_ones_but_not_through_rests_phrases_or_bars() -> None:
    joined = _melody([(0, 1, 60), (1, 0.5, 62), (1.5, 0.5, 64), (2, 1, 65)])
    assert _lengths(joined, [0, 3]) == [2, 1]
    rest = _melody([(0, 1, 60), (1, 0.5, 62), (2, 1, 64), (3, 1, 65)])
    assert _lengths(rest, [0, 3]) == [1.5, 1]
    after_rest = _melody([(0, 1, 60), (2, 1, 64), (3, 1, 65)])
    assert _lengths(after_rest, [0, 2]) == [1, 1]
    assert _lengths(joined.replace(phrase_starts=(0, 2)), [0, 3]) == [1.5, 1]
    long = _melody([(time, 1, 60 + time) for time in range(8)])
    assert _lengths(long, [0]) == [4]


def test_a_phrase_begins_with_the_first_note_left_of_it() -> None:
    melody = _melody([(time, 1, 60) for time in range(6)]).replace(phrase_starts=(0, 2, 4))
    song = Song(melody)
    assert with_notes_left(song, [1, 3, 5]).melody.phrase_starts == (0, 1, 2)
    assert with_notes_left(song, [0, 5]).melody.phrase_starts == (0, 1)
    assert with_notes_left(song, [4]).melody.phrase_starts == (0,)
