"""How well a tune fits listener and constraints: terms by hand, and their laws."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.tunes.frames import STEP, Ticks, frames, heard, notes

from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Note, Song
from clinamen.domains.music.tunes import Heard, Tune, quality
from clinamen.domains.music.tunes.quality import TERMS, Judging

FREE = Bounds(0, 127)
FRAME = Melody((), keys=(KeyChange(Fraction(0), Key(0)),), end_quarters=Fraction(8))


def terms(
    ticks: Ticks,
    bits: list[float],
    entropy: list[float] | None = None,
    *,
    bounds: Bounds = FREE,
    frame: Melody | Song = FRAME,
) -> dict[str, float]:
    both = np.array([bits, entropy or [2.0] * len(bits)])
    hearing = Heard(np.stack([both[0], 0 * both[0]]), np.stack([both[1], 0 * both[1]]))
    (row,) = Judging(frame, bounds).terms([Tune.of(ticks)], [hearing])
    return dict(zip(TERMS, row.tolist(), strict=True))


def quarters(*pitches: int) -> Ticks:
    return [(12 * STEP * n, 12 * STEP, pitch) for n, pitch in enumerate(pitches)]


EIGHT = quarters(60, 62, 64, 65, 67, 65, 64, 60)


@given(frames(), notes(), st.integers(0, 1000))
@settings(deadline=None, max_examples=40)
def test_terms_and_quality_are_from_0_to_1(frame: Song, ticks: Ticks, seed: int) -> None:
    hearing = [heard(np.random.default_rng(seed), len(ticks))]
    found = Judging(frame, Bounds(60, 72)).terms([Tune.of(ticks)], hearing)
    assert ((found >= 0) & (found <= 1)).all()
    (whole,) = quality(frame, Bounds(60, 72), [Tune.of(ticks)], hearing)
    assert whole == pytest.approx(float(np.prod(found)) ** (1 / 3))
    assert whole == 0 or len(ticks)


def test_typical_is_an_independent_sum() -> None:
    rng = np.random.default_rng(4)
    bits, entropy = rng.exponential(3, 8), 3 * rng.random(8)
    gap = bits - entropy
    scale = 2 + bits.mean() / 2
    steady = np.exp(-np.abs(gap - np.median(gap)) / scale).mean()
    follows = max(np.corrcoef(bits, entropy)[0, 1], 0)
    found = terms(EIGHT, bits.tolist(), entropy.tolist())["typical"]
    assert found == pytest.approx((steady + follows) / 2)


def test_a_tune_may_be_as_surprising_as_it_likes() -> None:
    entropy = [1.0, 2, 3, 2, 1, 2, 3, 1]
    costs = [[value + more for value in entropy] for more in (0, 2, 8)]
    assert [terms(EIGHT, bits, entropy)["typical"] for bits in costs] == pytest.approx([1, 1, 1])
    # Wild where it was sure, plain where it was not.
    wild = terms(EIGHT, [9, 1, 1, 9, 9, 1, 1, 9.0], entropy)["typical"]
    assert wild < 0.4


@pytest.mark.parametrize(
    ("bits", "value"),
    [
        ([1, 1, 1, 6, 1, 1, 1, 1], 1.0),
        ([1, 1, 1, 6, 4, 1, 1, 1], (0.75 + 1) / 2),
        ([1, 1, 1, 1, 6, 4, 4, 4], (0 + np.exp(-0.5 / 2)) / 2),
        ([1, 1, 1, 1, 1, 1, 1, 6], (0 + np.exp(-4 / 2)) / 2),
    ],
)
def test_home_is_how_soon_the_peak_is_over(bits: list[float], value: float) -> None:
    assert terms(EIGHT, bits)["home"] == pytest.approx(value)


def test_what_is_broken_is_not_kept() -> None:
    flat = [1.0] * 8
    assert terms(EIGHT, flat)["kept"] == 1
    assert terms(EIGHT, flat, bounds=Bounds(60, 65))["kept"] == 7 / 8
    assert terms(EIGHT, flat, bounds=Bounds(0, 127, largest_leap=2))["kept"] == 6 / 7
    assert terms(EIGHT, flat, bounds=Bounds(0, 127, ending=frozenset({7})))["kept"] == 1 / 2
    assert terms(EIGHT[:4], flat[:4])["kept"] == 1 / 2  # one bar of two is silent
    # Wider than an octave, where no leap is forbidden.
    assert terms([*EIGHT[:7], (7 * 12 * STEP, 12 * STEP, 77)], flat)["kept"] == 6 / 7


@pytest.mark.parametrize("gap", [0, 4, 7, 8, 9, 16, 24])
@pytest.mark.parametrize("place", [0, 3, 8])
def test_a_long_wait_costs_what_it_is_longer_than_two_bars(gap: int, place: int) -> None:
    # A gap of so many quarters before, within or behind the tune; nothing sounds in its bars.
    later = [
        (onset + 12 * STEP * gap * (n >= place), lasts, pitch)
        for n, (onset, lasts, pitch) in enumerate(EIGHT)
    ]
    onsets = np.array([onset for onset, _, _ in later]) / (12 * STEP)
    wait = np.diff(np.concatenate([[0], onsets, [8 + gap]])).max()
    n_bars = -(-(8 + gap) // 4)
    sounding = len({int(onset // 4) for onset in onsets}) / n_bars
    frame = replace(FRAME, bar_onsets=(), end_quarters=Fraction(8 + gap))
    kept = terms(later, [1.0] * 8, frame=frame)["kept"]
    assert kept == pytest.approx(sounding * min(8 / wait, 1) ** 3)
    # A song that waits as long itself may.
    own = [Note(Fraction(onset).limit_denominator(), Fraction(1), 60) for onset in onsets]
    waiting = replace(frame, notes=tuple(own))
    assert terms(later, [1.0] * 8, frame=waiting)["kept"] == pytest.approx(sounding)


def test_what_lasts_may_not_rub() -> None:
    song = Song(FRAME, chords=(ChordSymbol(Fraction(0), "C"),))
    flat = [1.0] * 8
    # F over C hides its third for a quarter, twice; shorter notes may pass.
    assert terms(EIGHT, flat, frame=song)["kept"] == pytest.approx(1 - tension(song, 2, 65, 62))
    short = [(onset, lasts // 2, pitch) for onset, lasts, pitch in EIGHT]
    assert terms(short, flat, frame=song)["kept"] == 1


def tension(song: Song, n_rubbing: int, *pitches: int) -> float:
    """By the strain of the chord itself: two notes F, one D."""
    from clinamen.domains.music.progression.fit import strain

    over = strain(song.harmony[0].chord)
    return float(n_rubbing * over[pitches[0] % 12] + over[pitches[1] % 12]) / 8


def test_without_notes_nothing_fits() -> None:
    assert set(terms([], []).values()) == {0.0}


def test_phrases_are_those_of_the_frame() -> None:
    # Each of two bars is a phrase: both have a peak that comes home.
    bits = [1, 6, 1, 1, 1, 1, 6, 4.0]
    notes_there = tuple(replace_note(n, pitch) for n, (_, _, pitch) in enumerate(EIGHT))
    marked = replace(FRAME, notes=notes_there, phrase_starts=(0, 4))
    # The second peak does not come home before the end, and the last note costs 3 bits more.
    assert terms(EIGHT, bits, frame=marked)["home"] == pytest.approx(
        (1 + 0 + np.exp(-(4 - 2.5 - 1) / 2)) / 3
    )
    assert terms(EIGHT, bits)["home"] == pytest.approx((1 + np.exp(-(4 - 1 - 1) / 2)) / 2)


def replace_note(place: int, pitch: int) -> Note:
    return Note(Fraction(place), Fraction(1), pitch)


def test_where_the_listener_was_as_sure_throughout_nothing_follows() -> None:
    steady = terms(EIGHT, [1.0] * 8, [0.1] * 8)
    assert steady["typical"] == pytest.approx(1 / 2)
