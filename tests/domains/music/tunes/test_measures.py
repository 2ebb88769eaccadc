"""Measures of tunes: as an oracle in plain Python has them, and lawful."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.tunes.frames import STEP, Ticks, frames, heard, notes
from tests.domains.music.tunes.measure_oracle import measured

from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Song
from clinamen.domains.music.tunes import MEASURES, Heard, Tune, measure_tunes
from clinamen.errors import ParameterError

NAMES = [measure.name for measure in MEASURES]
SEEDS = st.integers(0, 1000)


def one(frame: Song | Melody, ticks: Ticks, bits: np.ndarray | None = None) -> dict[str, float]:
    hearing = Heard(np.zeros((2, len(ticks))) if bits is None else bits, np.zeros((2, len(ticks))))
    (row,) = measure_tunes(frame, [Tune.of(ticks)], [hearing])
    return dict(zip(NAMES, row.tolist(), strict=True))


def in_c(mode: str = "major") -> Melody:
    return Melody((), keys=(KeyChange(Fraction(0), Key(0, mode)),), end_quarters=Fraction(32))


def quarters(*pitches: int) -> Ticks:
    return [(12 * STEP * n, 12 * STEP, pitch) for n, pitch in enumerate(pitches)]


@given(frames(), st.lists(notes(), min_size=1, max_size=3), SEEDS)
@settings(deadline=None, max_examples=40)
def test_an_oracle_finds_the_same(frame: Song, tunes: list[Ticks], seed: int) -> None:
    rng = np.random.default_rng(seed)
    hearings = [heard(rng, len(ticks)) for ticks in tunes]
    found = measure_tunes(frame, [Tune.of(ticks) for ticks in tunes], hearings)
    for row, ticks, hearing in zip(found, tunes, hearings, strict=True):
        expected = measured(frame, ticks, hearing.bits.sum(axis=0).tolist())
        np.testing.assert_allclose(row, expected, atol=1e-9)


@given(frames(keyed=True), notes(), SEEDS, st.integers(-5, 6))
@settings(deadline=None, max_examples=30)
def test_a_transposed_tune_in_its_key_is_the_same(
    frame: Song, ticks: Ticks, seed: int, semitones: int
) -> None:
    def moved(key: Key) -> Key:
        fifths = (key.fifths + 7 * semitones + 6) % 12 - 6
        return Key(fifths, key.mode)

    melody = frame.melody
    keys = tuple(replace(change, key=moved(change.key)) for change in melody.keys)
    other = Song(melody.replace(keys=keys))
    higher = [(a, b, pitch + semitones) for a, b, pitch in ticks]
    hearing = [heard(np.random.default_rng(seed), len(ticks))]
    before = measure_tunes(Song(melody), [Tune.of(ticks)], hearing)
    after = measure_tunes(other, [Tune.of(higher)], hearing)
    np.testing.assert_allclose(before, after, atol=1e-9)


@given(st.permutations([0, 1, 2]), SEEDS)
@settings(deadline=None, max_examples=10)
def test_tunes_are_measured_one_by_one(order: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    tunes = [Tune.of(quarters(*rng.integers(60, 72, n))) for n in (0, 9, 17)]
    hearings = [heard(rng, len(tune)) for tune in tunes]
    whole = measure_tunes(in_c(), tunes, hearings)
    mixed = measure_tunes(in_c(), [tunes[n] for n in order], [hearings[n] for n in order])
    np.testing.assert_array_equal(whole[order], mixed)


def test_nothing_and_one_note_have_defined_values() -> None:
    nothing, note = one(in_c(), []), one(in_c(), quarters(61), np.ones((2, 1)))
    assert set(nothing.values()) == {0.0}
    assert note == {
        **dict.fromkeys(NAMES, 0.0),
        "surprise": 2.0,
        "density": 1.0,
        "chromaticism": 1.0,
        "brightness": -5.0,
    }
    assert measure_tunes(in_c(), [], []).shape == (0, 8)


def test_modes_stand_in_the_order_of_brightness() -> None:
    places = {
        mode: one(in_c(), quarters(*(60 + step for step in Key(0, mode).scale)))["brightness"]
        for mode in ("lydian", "major", "mixolydian", "dorian", "minor", "phrygian", "locrian")
    }
    assert list(places.values()) == pytest.approx([3, 2, 1, 0, -1, -2, -3])


def test_chords_count_as_one_voice() -> None:
    frame = Song(in_c(), chords=(ChordSymbol(Fraction(0), "C"),))
    # C major chord: (0 + 4 + 1) / 3 for 32 quarters; E for 4.
    found = one(frame, quarters(64, 64, 64, 64))["brightness"]
    assert found == pytest.approx((32 * 5 / 3 + 4 * 4) / 36)


def test_minor_has_both_its_sixths_and_sevenths() -> None:
    assert one(in_c("minor"), quarters(57, 66, 68, 69))["chromaticism"] == 0
    assert one(in_c("minor"), quarters(57, 70, 58, 61))["chromaticism"] == 0.75


def test_a_sequence_returns() -> None:
    # C D E C | D E F D: the same steps, other semitones.
    assert one(in_c(), quarters(60, 62, 64, 60, 62, 64, 65, 62))["repetition"] == 0.25
    assert one(in_c(), quarters(60, 62, 64, 60, 62, 66, 65, 62))["repetition"] == 0.0


@pytest.mark.parametrize(
    ("begins", "value"),
    [
        ([0, 12, 24, 36], 0.0),
        # An eighth before the third beat, held over it: levels 3 and 1, one of four notes.
        ([0, 12, 18, 36], 2 / 4),
        # An eighth before the bar line, held over it.
        ([0, 12, 24, 42], 3 / 4),
    ],
)
def test_a_note_that_hides_a_stronger_place_is_a_syncopation(
    begins: list[int], value: float
) -> None:
    ends = [*begins[1:], max(48, begins[-1] + 12)]
    ticks = [(a * STEP, (b - a) * STEP, 60) for a, b in zip(begins, ends, strict=True)]
    assert one(in_c(), ticks)["syncopation"] == pytest.approx(value)


def test_contrast_leaves_the_first_note_out() -> None:
    bits = np.array([[9.0, 1, 1, 5, 1, 1, 1, 1], [0] * 8])
    assert one(in_c(), quarters(*[60] * 8), bits)["contrast"] == 4.0


def test_each_tune_needs_its_own_hearing() -> None:
    with pytest.raises(ParameterError, match="own hearing"):
        measure_tunes(in_c(), [Tune.of(quarters(60))], [])
    with pytest.raises(ParameterError, match="as many notes"):
        measure_tunes(in_c(), [Tune.of(quarters(60))], [heard(np.random.default_rng(0), 2)])
