"""Laws of chords written along a curve, into gaps and under a melody."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.progressions import song_of_symbols
from tests.operations.small_harmony import harmony_listener

import clinamen
from clinamen.domains.music.curve import parse_curve
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Song
from clinamen.domains.music.progression.events import chord_changes
from clinamen.domains.music.progression.fit import clash, notes_over
from clinamen.engine.ranks import rank_correlation
from clinamen.errors import ConstraintError, MissingError, ParameterError
from clinamen.operations._compose_chords import chords_for, compose_chords

SHIPPED = cache(clinamen.load_listener)
HARBOUR = cache(lambda: clinamen.read("examples/harbour_light.musicxml"))


def frame(n_bars=8, key=Key(0), meter=Meter(4, 4), pickup=0):  # noqa: B008
    end = pickup + n_bars * meter.bar_quarters
    meters = (MeterChange(Fraction(0), meter),)
    keys = (KeyChange(Fraction(0), key),)
    return Song(Melody((), keys, meters, pickup_quarters=Fraction(pickup), end_quarters=end))


def symbols(song):
    return [each.symbol for each in song.chords]


@settings(deadline=None, max_examples=15)
@given(st.integers(2, 6), st.sampled_from([(1,), (2,), (1, 0), (1, 2, 0)]), st.integers(0, 3),
       st.sampled_from([Key(0), Key(-3), Key(1, "minor")]),
       st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(6, 8)]), st.booleans())  # fmt: skip
def test_chords_change_where_asked_and_come_home(n_bars, changes, seed, key, meter, is_open):
    empty = frame(n_bars, key, meter, pickup=1)
    song = compose_chords(
        empty, harmony_listener(), lambda at: 2.0, changes=changes, seed=seed, is_open=is_open,
        width=3,
    )  # fmt: skip
    assert song.melody == empty.melody
    length = meter.bar_quarters
    expected = [
        1 + length * (bar + Fraction(n, changes[bar % len(changes)]))
        for bar in range(n_bars)
        for n in range(changes[bar % len(changes)])
    ]
    spans = chord_changes(song)
    assert [span.onset_quarters for span in spans] == expected
    last = spans[-1].chord
    above = (last.root_pitch_class - key.tonic_pitch_class) % 12
    assert above == (7 if is_open else 0)
    assert is_open or ((last.root_pitch_class + 3) % 12 in last.pitch_classes) == (
        key.mode == "minor"
    )


def test_bits_follow_the_curve():
    empty = frame(16)
    curve = parse_curve("home rise break fall home", empty.melody)
    song = compose_chords(empty, SHIPPED(), curve)
    heard = SHIPPED().hear(song, target="harmony")
    asked = curve.at_all(heard.columns["onset_quarters"])
    assert rank_correlation(np.asarray(asked), heard.information_content) >= 0.8
    assert np.abs(heard.information_content - asked).mean() < 1


def test_the_same_seed_gives_the_same_chords_and_others_others():
    def made(seed):
        return symbols(compose_chords(frame(), SHIPPED(), lambda at: 3.0, seed=seed))

    assert made(1) == made(1)
    assert len({tuple(made(seed)) for seed in range(4)}) > 1


def test_wider_is_nearer():
    def miss(width):
        song = compose_chords(frame(12), SHIPPED(), lambda at: 2.5, width=width)
        bits = SHIPPED().hear(song, target="harmony").information_content
        return float(((bits[1:-1] - 2.5) ** 2).mean())

    assert miss(16) < miss(1)


@settings(deadline=None, max_examples=6)
@given(st.sampled_from([(16, 44), (48, 64), (0, 16), (21, 40)]))
def test_outside_the_spans_chords_stay(span):
    start, end = map(Fraction, span)
    song = compose_chords(HARBOUR(), SHIPPED(), lambda at: 3.0, spans=[(start, end)], width=3)
    assert song.melody == HARBOUR().melody
    before = [s for s in HARBOUR().chords if not start <= s.onset_quarters < end]
    assert [s for s in song.chords if not start <= s.onset_quarters < end] == before
    assert any(start <= s.onset_quarters < end for s in song.chords)


def test_fixed_chords_stand():
    fixed = {Fraction(0): "Am", Fraction(8): "Db7", Fraction(14): "N.C."}
    song = compose_chords(frame(), SHIPPED(), None, fixed=fixed, width=3)
    placed = {s.onset_quarters: s.symbol for s in song.chords}
    assert fixed.items() <= placed.items()


@pytest.mark.parametrize("seed", range(3))
def test_it_need_not_begin_at_home_before_a_tonic_that_is_given(seed):
    song = compose_chords(frame(4), harmony_listener(), None, fixed={Fraction(4): "C"}, seed=seed)
    spans = chord_changes(song)
    assert len(spans) == 4
    assert spans[1].chord == spans[3].chord != spans[0].chord


def test_given_chords_that_are_alike_leave_no_way():
    with pytest.raises(ConstraintError, match="two that are alike"):
        compose_chords(frame(2), SHIPPED(), None, fixed={Fraction(0): "C", Fraction(4): "C"})


def test_chords_for_a_melody_bear_it():
    song = chords_for(HARBOUR(), SHIPPED())
    assert song.melody == HARBOUR().melody
    clashes = [
        clash(s.chord, notes_over(song.melody, s.onset_quarters, s.end_quarters))
        for s in chord_changes(song)
    ]
    assert np.mean(clashes) < 0.3


def test_rich_chords_have_sevenths():
    song = compose_chords(frame(), SHIPPED(), lambda at: 2.0, is_rich=True)
    assert all(len(span.chord.pitch_classes) > 3 for span in chord_changes(song))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"changes": ()}, "chords a bar"),
        ({"changes": (0,)}, "chords a bar"),
        ({"changes": (1, -1)}, "chords a bar"),
        ({"spans": [(Fraction(0), Fraction(99))]}, "within the song"),
        ({"spans": [(Fraction(8), Fraction(4))]}, "within the song"),
        ({"spans": [(Fraction(1), Fraction(2))]}, "no place for a chord"),
        ({"fixed": {Fraction(0): "what?"}}, "fixed chord"),
        ({"fixed": {Fraction(32): "C"}}, "fixed chord"),
        ({"width": 0}, "at least one path"),
        ({"curve": lambda at: -1.0}, "0 bits or more"),
        ({"curve": lambda at: float("nan")}, "0 bits or more"),
    ],
)
def test_what_cannot_be_is_said(options, message):
    curve = options.pop("curve", None)
    with pytest.raises(ParameterError, match=message):
        compose_chords(frame(), harmony_listener(), curve, **options)


def test_a_key_and_a_listener_for_chords_are_needed():
    keyless = Song(Melody((), end_quarters=Fraction(16)))
    with pytest.raises(ParameterError, match="a key must be known"):
        compose_chords(keyless, harmony_listener(), None)
    with pytest.raises(MissingError, match="nothing about chords"):
        compose_chords(frame(), Listener(), None)
    with pytest.raises(ParameterError, match="song that has notes"):
        chords_for(song_of_symbols(["C"], key=Key(0)), harmony_listener())
