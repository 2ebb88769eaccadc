"""Components against definitions written a second time, and against laws."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.chord_oracle import CHORD_COMPONENT
from tests.domains.music.melodies import melodies, songs
from tests.domains.music.moment_oracle import CODES, COMPONENT, RATIOS, TIMES, best_keys

from clinamen.domains.music._moment_columns import Columns
from clinamen.domains.music.events import TICKS_PER_QUARTER, MelodyEvents, melody_events
from clinamen.domains.music.moments import (
    COMPONENTS,
    component_table,
    find_component,
    guessed_keys,
)
from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Note, Song
from clinamen.domains.music.progression.events import QUALITIES
from clinamen.domains.music.song_events import song_events
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.errors import MissingError

NAMES = tuple(COMPONENTS)
ALL_READS = {component.reads for component in COMPONENTS.values()}
random_events = songs(max_notes=16).map(song_events)


def columns(events: MelodyEvents, names=NAMES):
    table = component_table(events, tuple(names))
    assert table.shape == (len(events), len(names))
    return {name: table[:, place] for place, name in enumerate(names)}


def decode(name: str, value: int):
    """A component's number as the oracle writes it."""
    if value == UNDEFINED:
        return None
    if name in RATIOS:
        return Fraction(*divmod(int(value), 2**31))
    return Fraction(int(value), TICKS_PER_QUARTER) if name in TIMES else int(value)


@given(melodies(max_notes=16))
@settings(deadline=None, max_examples=150)
def test_components_are_the_definition_s(melody):
    found = columns(melody_events(melody))
    assert COMPONENT.keys() | CHORD_COMPONENT.keys() == set(NAMES)
    for name, formula in COMPONENT.items():
        if name in CODES:
            continue
        for index in range(len(melody.notes)):
            expected, value = formula(melody, index), decode(name, found[name][index])
            # Where several keys fit alike, the oracle gives what each of them would.
            allowed = expected if isinstance(expected, set) else {expected}
            assert value in allowed, (name, index)


@given(songs(max_notes=12))
@settings(deadline=None, max_examples=150)
def test_components_of_chords_are_the_definition_s(song):
    found = columns(song_events(song), CHORD_COMPONENT)
    for name, formula in CHORD_COMPONENT.items():
        for index in range(len(song.melody.notes)):
            value = int(found[name][index])
            meant = None if value == UNDEFINED else value
            if name == "chord_quality" and meant is not None:
                meant = QUALITIES[value]
            assert meant == formula(song, index), (name, index)


@given(melodies(max_notes=16))
@settings(deadline=None, max_examples=80)
def test_codes_of_rhythms_differ_just_where_rhythms_do(melody):
    found = columns(melody_events(melody), sorted(CODES))
    pairs = {
        (decode(name, found[name][index]), COMPONENT[name](melody, index))
        for name in CODES
        for index in range(len(melody.notes))
    }
    assert len({code for code, _ in pairs}) == len({rhythm for _, rhythm in pairs}) == len(pairs)


def shortened(events: MelodyEvents, n_notes: int) -> MelodyEvents:
    """The first notes alone, with all bars: what is there when the last of them comes."""
    cut = {name: getattr(events, name)[:n_notes] for name in ("onset", "duration", "pitch")}
    cut |= {name: getattr(events, name)[:n_notes] for name in ("tonic", "mode", "fifths", "scale")}
    return replace(events, phrase_start=events.phrase_start[:n_notes], **cut)


@given(random_events, st.data())
@settings(deadline=None, max_examples=80)
def test_only_phrase_ends_know_what_comes_later(events, data):
    n_notes = data.draw(st.integers(1, len(events)))
    whole, part = columns(events), columns(shortened(events, n_notes))
    for name in set(NAMES) - {"liph"}:
        assert np.array_equal(whole[name][:n_notes], part[name]), name
    assert np.array_equal(whole["liph"][: n_notes - 1], part["liph"][:-1])


@st.composite
def with_another_end(draw: st.DrawFn):
    """A melody, a note of it, and the melody with other notes from there on."""
    events = draw(random_events)
    first = draw(st.integers(0, len(events) - 1))
    n_later = len(events) - first
    numbers = st.lists(st.integers(0, 40), min_size=n_later, max_size=n_later).map(np.array)
    pitch, onset, duration = events.pitch.copy(), events.onset.copy(), events.duration.copy()
    pitch[first:] = 30 + draw(numbers)
    onset[first:] += np.cumsum(draw(numbers)) * 1260
    duration[first:] = 1 + draw(numbers) * 1260
    return events, first, replace(events, pitch=pitch, onset=onset, duration=duration)


@given(with_another_end())
@settings(deadline=None, max_examples=150)
def test_a_component_reads_of_the_note_what_it_says_and_nothing_later(given_pair):
    """Every attribute of the note that a component does not read may change, and all later."""
    events, first, other = given_pair
    for reads in ALL_READS:
        kept = {name: getattr(other, name).copy() for name in ("pitch", "onset", "duration")}
        for name in reads:
            kept[name][first] = getattr(events, name)[first]
        kept["onset"][first + 1 :] = np.maximum(kept["onset"][first + 1 :], kept["onset"][first])
        names = [name for name in NAMES if COMPONENTS[name].reads == reads]
        here, there = columns(events, names), columns(replace(events, **kept), names)
        for name in names:
            assert np.array_equal(here[name][: first + 1], there[name][: first + 1]), name


@given(random_events, st.integers(1, 11))
@settings(deadline=None, max_examples=40)
def test_a_component_that_reads_the_pitch_changes_with_it(events, steps):
    """Or it would not be said to read it."""
    moved = columns(replace(events, pitch=np.append(events.pitch[:-1], events.pitch[-1] + steps)))
    found = columns(events)
    for name in ("cpitch", "cpint", "cpintfref", "cpintfip"):
        one, other = found[name][-1], moved[name][-1]
        assert one != other or one == UNDEFINED or len(events) == 1, name


@given(random_events, st.integers(1, 20))
@settings(deadline=None, max_examples=40)
def test_a_lag_is_the_value_so_many_notes_earlier(events, lag):
    now, earlier = columns(events), columns(events, [f"{name}@{lag}" for name in NAMES])
    for name in NAMES:
        shifted = [UNDEFINED] * lag + now[name].tolist()
        assert earlier[f"{name}@{lag}"].tolist() == shifted[: len(events)]


@given(random_events, st.integers(-11, 11))
@settings(deadline=None, max_examples=60)
def test_transposed_with_its_key_a_melody_looks_the_same(events, steps):
    tonic, root = (
        np.where(each >= 0, (each + steps) % 12, -1) for each in (events.tonic, events.chord_root)
    )
    moved = columns(replace(events, pitch=events.pitch + steps, tonic=tonic, chord_root=root))
    found = columns(events)
    # Among keys that fit alike the lowest number is taken, and that does move.
    for name in (name for name in NAMES if not name.startswith("guessed")):
        by = steps if name == "cpitch" else 0
        assert np.array_equal(found[name] + by, moved[name]), name


KEEPS = {
    "key": ("tonic", "mode", "fifths", "scale"),
    "phrase": ("phrase_start",),
    "chords": ("chord_onset", "chord_root", "chord_quality"),
}
"""Columns of a melody that are known with what may be known of it."""


@given(random_events)
@settings(deadline=None, max_examples=60)
def test_a_component_needs_what_it_says(events):
    """The others stay as they are without it."""
    found = columns(events)
    for thing in ("timing", *KEEPS):
        blurred = {
            column: np.zeros_like(getattr(events, column)) - 1 for column in KEEPS.get(thing, ())
        }
        if thing == "timing":
            blurred = {"onset": np.arange(len(events)) * 7, "duration": np.ones_like(events.onset)}
        unseen = columns(replace(events, **blurred))
        for name in (name for name in NAMES if thing not in COMPONENTS[name].needs):
            assert np.array_equal(found[name], unseen[name]), (thing, name)


@given(melodies())
@settings(deadline=None, max_examples=40)
def test_without_key_phrases_or_chords_what_needs_them_is_undefined(melody):
    found = columns(melody_events(melody.replace(keys=(), phrase_starts=())))
    for name, component in COMPONENTS.items():
        if component.needs & {"key", "phrase", "chords"}:
            assert (found[name] == UNDEFINED).all(), name


@given(st.lists(st.integers(0, 127), min_size=1, max_size=30))
@settings(deadline=None)
def test_guessed_keys_fit_the_earlier_notes_best(pitches):
    found = guessed_keys(np.array(pitches)).tolist()
    assert found[0] == UNDEFINED
    for index in range(1, len(pitches)):
        assert found[index] in best_keys(pitches[:index])


@given(st.lists(songs(max_notes=12).map(song_events), min_size=1, max_size=5))
@settings(deadline=None, max_examples=100)
def test_together_every_component_of_melodies_is_what_it_is_alone(several):
    together = Columns(several)
    assert together.are_apart
    alone = [columns(events) for events in several]
    for name in NAMES:
        found = COMPONENTS[name].column(together)
        assert found.tolist() == [value for each in alone for value in each[name].tolist()], name


def test_keys_that_fit_alike_give_the_same_guess_every_time():
    """Chromatic and diminished sets: sums in floating point differ in their last bits."""
    pitches = np.array([60, 63, 66, 69, *range(60, 72), 64, 68, 72] * 20)
    whole = guessed_keys(pitches)
    for n_notes in range(1, len(pitches)):
        assert np.array_equal(guessed_keys(pitches[:n_notes]), whole[:n_notes])
    # All keys of a mode fit a diminished chord in groups of four, all fit all twelve notes.
    assert whole[4] % 12 < 3
    assert guessed_keys(np.arange(60, 73))[-1] % 12 == 0


def test_a_pickup_is_the_end_of_a_bar():
    """One beat, then two bars of four: the pickup is seen again on the fourth beat."""
    pitches = (67, 60, 62, 64, 65, 67, 69, 71, 72)
    melody = Melody(
        tuple(Note(Fraction(t), Fraction(1), pitch) for t, pitch in enumerate(pitches)),
        keys=(KeyChange(Fraction(0), Key(0, "major")),),
        pickup_quarters=Fraction(1),
    )
    found = columns(melody_events(melody), ["bars1_degree"])["bars1_degree"].tolist()
    g, c, d, e, f = (2 * degree + 1 for degree in (7, 0, 2, 4, 5))
    assert found == [UNDEFINED] * 4 + [g, c, d, e, f]


def test_names():
    assert find_component("cpint") == (COMPONENTS["cpint"], 0)
    assert find_component("bars1_cpint@12") == (COMPONENTS["bars1_cpint"], 12)
    for wrong in ("", "cpints", "cpint@x", "cpint@", "cpint@-1", "cpint@1.0", "cpint@²", "@1"):
        with pytest.raises(MissingError, match="no component"):
            find_component(wrong)


def test_one_note():
    melody = Melody((Note(Fraction(0), Fraction(1), 60),))
    found = columns(melody_events(melody))
    undefined = {name for name in NAMES if found[name][0] == UNDEFINED}
    earlier = {"cpint", "contour", "bioi_ratio", "dur_ratio", "pace", "rest_before", "bars_alike"}
    earlier |= {"register", "below_highest", "above_lowest", "place_dur", "place_next"}
    unknown = {name for name in NAMES if COMPONENTS[name].needs & {"key", "phrase", "chords"}}
    guessed = {name for name in NAMES if name.startswith("guessed")}
    ago = {f"bars{n}_{what}" for n in (1, 2, 4, 8) for what in ("cpint", "dur", "next", "rhythm")}
    assert undefined == earlier | unknown | guessed | ago | {
        f"bars{n}_degree" for n in (1, 2, 4, 8)
    }


def test_a_chord_that_begins_with_the_note_is_heard_with_it_and_the_next_one_is_known():
    """C until the second note, then G7 half a beat late; the melody is E F D."""
    notes = tuple(Note(Fraction(2 * t), Fraction(2), pitch) for t, pitch in enumerate((64, 65, 62)))
    symbols = ((0, "C"), (2, "C"), (3, "G7"))
    song = Song(Melody(notes), chords=tuple(ChordSymbol(Fraction(t), s) for t, s in symbols))
    found = columns(song_events(song), sorted(CHORD_COMPONENT))
    nothing = UNDEFINED
    expected = {
        "chord_tone": [4, 5, 7],
        "tone_before": [nothing, 4, 10],
        "chord_new": [1, 0, 2],
        "chord_move": [nothing, 0, 7],
        "until_chord": [3 * TICKS_PER_QUARTER, TICKS_PER_QUARTER, nothing],
        "in_chord": [0, 2 * TICKS_PER_QUARTER, TICKS_PER_QUARTER],
        "next_chord_move": [7, 7, nothing],
        "chord_degree": [nothing] * 3,
    }
    assert {name: found[name].tolist() for name in expected} == expected
