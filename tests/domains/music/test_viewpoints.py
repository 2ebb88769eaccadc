"""Viewpoints against definitions written a second time, and against laws."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import melodies
from tests.domains.music.viewpoint_oracle import ORACLE, RATIOS, TIMES

from clinamen.domains.music.events import TICKS_PER_QUARTER, Moment, melody_events
from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Note
from clinamen.domains.music.viewpoints import (
    UNDEFINED,
    VIEWPOINTS,
    Linked,
    find_viewpoint,
    parse_viewpoints,
)
from clinamen.errors import MissingError, ParameterError

TARGETS = ("pitch", "onset", "duration")
NAMES = tuple(VIEWPOINTS)

# What does not move when all notes move by the same interval, and the key with them.
TRANSPOSABLE = set(NAMES) - {"pitch", "pitch_class", "octave", "tessitura", "tonic"}
TRANSPOSABLE -= {"key_signature"}


def table(name: str, moment: Moment, n_columns: int = 1) -> np.ndarray:
    values = VIEWPOINTS[name].formula(moment)
    assert values.dtype == np.int64
    return np.broadcast_to(values, (len(moment.events), n_columns))


def decode(name: str, value: int) -> object:
    """A formula's integer as the oracle writes it."""
    if value == UNDEFINED:
        return None
    if name in TIMES:
        return Fraction(int(value), TICKS_PER_QUARTER)
    if name in RATIOS:
        return Fraction(int(value) >> 31, int(value) & (2**31 - 1))
    return int(value)


def in_place(melody: Melody, index: int, target: str, value: int) -> Note:
    note = melody.notes[index]
    if target == "pitch":
        return replace(note, pitch=value)
    quarters = Fraction(value, TICKS_PER_QUARTER)
    if target == "duration":
        return replace(note, duration_quarters=quarters)
    last = melody.notes[max(0, index - 1)].onset_quarters
    return replace(note, onset_quarters=last + quarters)


def alphabet_of(melody: Melody, target: str) -> np.ndarray:
    """What occurs in the melody, and more beside it."""
    events = melody_events(melody)
    quarter = TICKS_PER_QUARTER
    if target == "pitch":
        values = [*events.pitch, 30, 60, 61, 66, 74, 75, 101]
    elif target == "duration":
        values = [*events.duration, quarter // 8, 7 * quarter]
    else:
        values = [0, *np.diff(events.onset), quarter // 4, quarter, 13 * quarter]
    return np.unique(np.array(values, dtype=np.int64))


@settings(deadline=None, max_examples=120)
@given(melodies())
def test_the_notes_as_they_are_follow_the_definition(melody: Melody) -> None:
    moment = Moment.actual(melody_events(melody))
    for name in NAMES:
        got = [decode(name, value) for value in table(name, moment)[:, 0]]
        want = [ORACLE[name](melody, i, note) for i, note in enumerate(melody.notes)]
        assert got == want, name


@settings(deadline=None, max_examples=40)
@given(melodies(max_notes=8), st.sampled_from(TARGETS))
def test_every_candidate_follows_the_definition(melody: Melody, target: str) -> None:
    alphabet = alphabet_of(melody, target)
    moment = Moment.candidates(melody_events(melody), target, alphabet)
    for name in NAMES:
        if target not in VIEWPOINTS[name].reads:
            continue
        image = table(name, moment, len(alphabet))
        for i in range(len(melody.notes)):
            want = [
                ORACLE[name](melody, i, in_place(melody, i, target, int(value)))
                for value in alphabet
            ]
            assert [decode(name, value) for value in image[i]] == want, (name, i)


@settings(deadline=None, max_examples=120)
@given(melodies(), st.sampled_from(TARGETS))
def test_the_image_at_the_actual_note_is_its_symbol(melody: Melody, target: str) -> None:
    events = melody_events(melody)
    alphabet = alphabet_of(melody, target)
    since = np.diff(events.onset, prepend=events.onset[:1])
    occurred = {"pitch": events.pitch, "duration": events.duration, "onset": since}[target]
    column = np.searchsorted(alphabet, occurred)
    moment = Moment.candidates(events, target, alphabet)
    for name in NAMES:
        image = table(name, moment, len(alphabet))
        symbols = table(name, Moment.actual(events))[:, 0]
        assert (image[np.arange(len(events)), column] == symbols).all(), name


@settings(deadline=None, max_examples=60)
@given(melodies(), st.sampled_from(TARGETS))
def test_reads_is_what_a_formula_depends_on(melody: Melody, target: str) -> None:
    events = melody_events(melody)
    alphabet = alphabet_of(melody, target)
    for name in NAMES:
        if target in VIEWPOINTS[name].reads:
            continue
        image = table(name, Moment.candidates(events, target, alphabet), len(alphabet))
        assert (image == table(name, Moment.actual(events))).all(), name


@settings(deadline=None, max_examples=60)
@given(melodies(), st.data())
def test_later_notes_change_nothing_but_where_a_phrase_ends(
    melody: Melody, data: st.DataObject
) -> None:
    known = data.draw(st.integers(1, len(melody.notes)))
    cut = melody.replace(
        notes=melody.notes[:known],
        phrase_starts=tuple(start for start in melody.phrase_starts if start < known),
    )
    whole = Moment.actual(melody_events(melody))
    part = Moment.actual(melody_events(cut))
    of_ends = {"phrase", "last_in_phrase", "phrase_length"}
    of_ends |= {"phrase_end_interval", "phrase_end_degree"}
    for name in NAMES:
        rows = known - 1 if name in of_ends else known
        assert (table(name, whole)[:rows] == table(name, part)[:rows]).all(), name


@settings(deadline=None, max_examples=60)
@given(melodies(), st.sampled_from([-12, -7, -5, 2, 4, 12]))
def test_transposition_moves_only_what_names_a_pitch(melody: Melody, steps: int) -> None:
    moved = melody.replace(
        notes=tuple(replace(note, pitch=note.pitch + steps) for note in melody.notes),
        keys=tuple(
            KeyChange(change.onset_quarters, transposed(change.key, steps))
            for change in melody.keys
        ),
    )
    here, there = (Moment.actual(melody_events(m)) for m in (melody, moved))
    for name in TRANSPOSABLE:
        assert (table(name, here) == table(name, there)).all(), name


def transposed(key: Key, steps: int) -> Key:
    fifths = key.fifths + 7 * steps
    return Key((fifths + 5) % 12 - 5, key.mode)


def tune(*, fifths: int = 0, mode: str = "major", pickup: Fraction = Fraction(0)) -> Melody:
    """Six quarter notes C D E F G A in 3/4."""
    return Melody(
        notes=tuple(
            Note(Fraction(i), Fraction(1), 60 + s) for i, s in enumerate((0, 2, 4, 5, 7, 9))
        ),
        keys=(KeyChange(Fraction(0), Key(fifths, mode)),),
        meters=(MeterChange(Fraction(0), Meter(3, 4)),),
        pickup_quarters=pickup,
        phrase_starts=(0, 3),
    )


def symbols(name: str, melody: Melody) -> list[int | None]:
    column = table(name, Moment.actual(melody_events(melody)))[:, 0]
    return [None if value == UNDEFINED else int(value) for value in column]


def quarters(name: str, melody: Melody) -> list[float | None]:
    return [v if v is None else v / TICKS_PER_QUARTER for v in symbols(name, melody)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("interval", [None, 2, 2, 1, 2, 2]),
        ("interval_from_tonic", [0, 2, 4, 5, 7, 9]),
        ("scale_step", [1, 2, 3, 4, 5, 6]),
        ("first_in_bar", [1, 0, 0, 1, 0, 0]),
        ("metrical_accent", [4, 2, 2, 4, 2, 2]),
        ("bar_interval", [None, None, None, 5, None, None]),
        ("phrase_end_interval", [None, None, None, None, None, 5]),
        ("phrase", [1, 0, -1, 1, 0, -1]),
    ],
)
def test_by_hand(name: str, expected: list[int | None]) -> None:
    assert symbols(name, tune()) == expected


def test_a_pickup_counts_back_from_the_first_full_bar() -> None:
    melody = tune(pickup=Fraction(1))
    assert quarters("position_in_bar", melody) == [2, 0, 1, 2, 0, 1]
    assert symbols("first_in_bar", melody) == [1, 1, 0, 0, 1, 0]


def test_bars_go_on_regularly_after_the_last_bar_line() -> None:
    melody = tune().replace(bar_onsets=(Fraction(0),))
    assert quarters("position_in_bar", melody) == [0, 1, 2, 0, 1, 2]
    assert symbols("first_in_bar", melody) == [1, 0, 0, 1, 0, 0]


def test_a_short_bar_inside_counts_from_its_own_start() -> None:
    melody = tune().replace(bar_onsets=(Fraction(0), Fraction(2), Fraction(5)))
    assert quarters("position_in_bar", melody) == [0, 1, 0, 1, 2, 0]


def test_undefined_where_nothing_is_known() -> None:
    bare = tune().replace(keys=(), phrase_starts=())
    for name in ("interval_from_tonic", "in_scale", "scale_step", "tonic", "mode", "bar_degree"):
        assert set(symbols(name, bare)) == {None}, name
    for name in ("phrase", "first_in_phrase", "interval_from_phrase", "phrase_end_interval"):
        assert set(symbols(name, bare)) == {None}, name


# IDyOM's tonic: docs/reference/conformance.md, "Tonic".


@pytest.mark.parametrize(
    ("mode", "tonic", "idyom_tonic", "idyom_mode"),
    [
        ("major", 7, 7, 0),
        ("minor", 4, 4, 9),
        ("dorian", 9, 4, 9),
        ("phrygian", 11, 4, 9),
        ("mixolydian", 2, 7, 0),
        ("lydian", 0, 7, 0),
    ],
)
def test_idyom_takes_a_modal_tonic_from_the_signature(
    mode: str, tonic: int, idyom_tonic: int, idyom_mode: int
) -> None:
    melody = tune(fifths=1, mode=mode)
    plain = melody_events(melody)
    as_idyom = melody_events(melody, idyom_tonic=True)
    assert set(plain.tonic) == {tonic}
    assert set(as_idyom.tonic) == {idyom_tonic}
    assert set(plain.mode) == set(as_idyom.mode) == {idyom_mode}
    degrees = VIEWPOINTS["interval_from_tonic"].formula(Moment.actual(as_idyom))[:, 0]
    assert list(degrees) == [(note.pitch - idyom_tonic) % 12 for note in melody.notes]
    in_scale = [VIEWPOINTS["in_scale"].formula(Moment.actual(e)) for e in (plain, as_idyom)]
    assert (in_scale[0] == in_scale[1]).all()


@settings(deadline=None, max_examples=60)
@given(melodies())
def test_the_idyom_tonic_leaves_major_and_minor_alone(melody: Melody) -> None:
    plain, as_idyom = melody_events(melody), melody_events(melody, idyom_tonic=True)
    for i, note in enumerate(melody.notes):
        key = melody.key_at(note.onset_quarters)
        if key is None or key.mode in ("major", "minor"):
            assert plain.tonic[i] == as_idyom.tonic[i]


# The catalogue


def test_names_are_unique_and_every_viewpoint_is_explained() -> None:
    found = list(VIEWPOINTS.values())
    assert len({v.idyom_name for v in found}) == len(found)
    assert set(ORACLE) == set(NAMES)
    for name, viewpoint in VIEWPOINTS.items():
        assert name == viewpoint.name
        assert name.isidentifier()
        assert name.islower()
        assert viewpoint.reads <= set(TARGETS)
        assert viewpoint.meaning
        assert "\n" not in viewpoint.meaning
        assert len(viewpoint.meaning) <= 90
        assert find_viewpoint(viewpoint.name) is viewpoint
        assert find_viewpoint(viewpoint.idyom_name) is viewpoint


def test_our_own_viewpoints_say_so() -> None:
    idyom_keeps_the_word = {"octave", "tessitura", "contour", "proximity", "closure", "onset"}
    idyom_keeps_the_word |= {"bioi", "ioi", "mode", "phrase"}
    for viewpoint in VIEWPOINTS.values():
        if viewpoint.name == viewpoint.idyom_name and viewpoint.name not in idyom_keeps_the_word:
            assert viewpoint.meaning.endswith("not in IDyOM"), viewpoint.name


@pytest.mark.parametrize(
    "text",
    [
        "cpint*cpintfref",
        "cpint * cpintfref",
        "(cpint cpintfref)",
        "cpint,cpintfref linked",
        "interval*cpintfref",
    ],
)
def test_ways_to_write_a_linked_viewpoint(text: str) -> None:
    (found,) = parse_viewpoints(text)
    assert isinstance(found, Linked)
    assert found.idyom_name == "(cpint cpintfref)"
    assert found.name == "interval*interval_from_tonic"
    assert found.reads == {"pitch"}
    assert found.meaning


def test_several_viewpoints() -> None:
    names = [v.idyom_name for v in parse_viewpoints("cpitch, (cpint dur); thrbar,fib linked;ioi")]
    assert names == ["cpitch", "(cpint dur)", "(thrbar fib)", "ioi"]


@pytest.mark.parametrize("text", ["cpintt", "cpint,nonsense linked", "(cpint x)"])
def test_an_unknown_name_is_named(text: str) -> None:
    with pytest.raises(MissingError, match="clinamen viewpoints"):
        parse_viewpoints(text)


@pytest.mark.parametrize(
    "text", ["", " ; ,", "()", " linked", "*", "(cpint", "cpint)", "((cpint dur)"]
)
def test_no_viewpoint_at_all(text: str) -> None:
    with pytest.raises(ParameterError):
        parse_viewpoints(text)
