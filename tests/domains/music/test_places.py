"""Bars and beats against the columns of tables."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music._columns import event_columns
from clinamen.domains.music.events import melody_events
from clinamen.domains.music.notes import Melody, Meter, MeterChange, Note
from clinamen.domains.music.places import bar_and_beat, beat_span, onset_of, parse_place, place_name
from clinamen.errors import MissingError, ParameterError

_METERS = st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(5, 4), Meter(2, 2)])


def _melody(meter: Meter, pickup: Fraction, n_notes: int = 40) -> Melody:
    notes = tuple(Note(Fraction(k, 2), Fraction(1, 2), 60) for k in range(n_notes))
    return Melody(notes, meters=(MeterChange(Fraction(0), meter),), pickup_quarters=pickup)


@settings(deadline=None)
@given(_METERS, st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]))
def test_places_are_those_of_the_tables_and_lead_back(meter: Meter, pickup: Fraction) -> None:
    melody = _melody(meter, pickup)
    columns = event_columns(melody, melody_events(melody))
    for index, note in enumerate(melody.notes):
        bar, beat = bar_and_beat(melody, note.onset_quarters)
        assert bar == columns["bar"][index]
        assert float(beat) == pytest.approx(columns["beat"][index], abs=1e-6)
        assert onset_of(melody, (bar, beat)) == note.onset_quarters
        start, end = beat_span(melody, note.onset_quarters)
        assert start <= note.onset_quarters < end
        assert end - start <= meter.beat_quarters


def test_a_place_outside_the_song_is_named_with_what_there_is() -> None:
    melody = _melody(Meter(3, 4), Fraction(1), n_notes=8)
    with pytest.raises(MissingError, match="no bar 9; the song has bars 0 to 1"):
        onset_of(melody, (9, Fraction(1)))
    with pytest.raises(MissingError, match="no beat 4 in bar 1; it has beats 1 to 3"):
        onset_of(melody, (1, Fraction(4)))
    with pytest.raises(MissingError, match="no beat 1 in bar 0; it has beats 3 to 3"):
        onset_of(melody, (0, Fraction(1)))


@pytest.mark.parametrize("text", ["x", "3", "3.0", "3.", "-1.2", "1.1.1.1", ""])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        parse_place(text)


@settings(deadline=None)
@given(st.integers(0, 999), st.integers(1, 48), st.integers(48, 600))
def test_the_name_of_a_place_is_understood_as_that_place(bar: int, parts: int, n: int) -> None:
    """However finely a beat is divided: two names never mean one place, nor one name two."""
    place = (bar, max(Fraction(n, parts), Fraction(1)))
    assert parse_place(place_name(place)) == place


def test_names_of_places_are_short_where_that_says_it() -> None:
    assert [place_name((3, Fraction(*each))) for each in ((1, 1), (3, 2), (4, 3), (17, 16))] == [
        "3.1", "3.1.5", "3.1.33", "3.1.062",
    ]  # fmt: skip
