"""Quantising: exact times stay, played ones return to where they were written."""

from __future__ import annotations

from fractions import Fraction as F
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.io._quantise import DIVISIONS, Snapped, Span, is_written, quantise

written = st.tuples(st.integers(0, 64), st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 12, 16])).map(
    lambda pair: F(pair[0], pair[1])
)
played = st.integers(0, 20_000).map(lambda tick: F(tick, 480))
lengths = st.integers(1, 2_000).map(lambda ticks: F(ticks, 480))
RHYTHMS = ([F(1)], [F(1, 2)] * 2, [F(3, 4), F(1, 4)], [F(1, 3)] * 3, [F(2)], [F(1, 4)] * 4)


def rhythm(random: Random, n_quarters: int = 64) -> list[F]:
    onsets, now = [], F(0)
    while now < n_quarters:
        for duration in random.choice(RHYTHMS):
            onsets.append(now)
            now += duration
    return onsets


def perform(onsets: list[F], random: Random, spread: float) -> list[Span]:
    starts = [max(F(0), o + F(round(random.gauss(0, spread) * 480), 480)) for o in onsets]
    return [(start, start + F(1, 4)) for start in starts]


@given(st.lists(st.tuples(written, written.filter(bool)), min_size=1))
def test_written_onsets_are_never_moved(pairs: list[tuple[F, F]]) -> None:
    spans = [(onset, onset + length) for onset, length in pairs]
    snapped = quantise(spans)
    assert [onset for onset, _ in snapped.spans] == [onset for onset, _ in spans]
    assert snapped.quantisation is None


@settings(deadline=None)
@given(st.lists(st.tuples(played, lengths), min_size=1, max_size=40))
def test_what_was_played_becomes_writable_and_lasts(pairs: list[tuple[F, F]]) -> None:
    spans = [(onset, onset + length) for onset, length in pairs]
    snapped = quantise(spans)
    for start, end in snapped.spans:
        assert is_written(start)
        assert is_written(end)
        assert 0 <= start < end
    if snapped.quantisation is not None:
        moves = [abs(a[0] - b[0]) for a, b in zip(spans, snapped.spans, strict=True)]
        assert snapped.quantisation.max_error_quarters == float(max(moves)) <= 0.5
        assert snapped.quantisation.mean_error_quarters <= snapped.quantisation.max_error_quarters
        assert set(snapped.quantisation.grid) <= set(DIVISIONS)


@settings(deadline=None)
@given(st.lists(st.tuples(played, lengths), min_size=1, max_size=40))
def test_quantising_twice_changes_no_onset(pairs: list[tuple[F, F]]) -> None:
    once = quantise([(onset, onset + length) for onset, length in pairs]).spans
    assert quantise(once).quantisation is None


@pytest.mark.parametrize(("spread", "share"), [(0.01, 0.99), (0.03, 0.95)])
def test_a_performance_returns_to_its_rhythm(spread: float, share: float) -> None:
    random = Random(7)
    onsets = rhythm(random, 400)
    snapped = quantise(perform(onsets, random, spread))
    found = [start for start, _ in snapped.spans]
    assert sum(a == b for a, b in zip(found, onsets, strict=True)) >= share * len(onsets)
    assert snapped.quantisation is not None
    assert 0.5 * spread < snapped.quantisation.mean_error_quarters < spread
    assert not snapped.is_loose


def test_a_player_who_ignores_the_beats_is_noticed() -> None:
    random = Random(3)
    onsets = sorted(F(random.randrange(480 * 64), 480) for _ in range(200))
    assert quantise([(onset, onset + 1) for onset in onsets]).is_loose


def test_a_single_slip_moves_no_other_note() -> None:
    spans = [(F(i, 16), F(i + 1, 16)) for i in range(40)]
    spans[20] = (F(20, 16) + F(1, 480), spans[20][1])
    snapped = quantise(spans)
    assert snapped.quantisation is not None
    assert [s for i, s in enumerate(snapped.spans) if i != 20] == [
        s for i, s in enumerate(spans) if i != 20
    ]


@pytest.mark.parametrize("gate", [F(475, 480), F(23, 24), F(19, 20), F(15, 16)])
def test_shortened_notes_get_their_written_length_back(gate: F) -> None:
    snapped = quantise([(F(i), F(i) + gate) for i in range(4)])
    assert [end for _, end in snapped.spans] == [1, 2, 3, 4]
    assert snapped.quantisation is None
    assert snapped.n_ends_moved == 4


def test_short_ends_stay_where_onsets_are_as_short() -> None:
    spans = [(F(i, 16), F(i + 1, 16)) for i in range(40)]
    assert quantise(spans) == Snapped(tuple(spans))


def test_an_ornament_moved_past_its_end_still_lasts() -> None:
    spans = [(F(i), F(i + 1)) for i in range(20)]
    spans[9] = (F(9) + F(470, 480), F(10))
    assert all(start < end for start, end in quantise(spans).spans)


def test_staccato_stays() -> None:
    spans = [(F(i), F(i) + F(1, 4)) for i in range(4)]
    assert quantise(spans).spans == tuple(spans)


def test_the_grid_of_the_file_counts_as_written() -> None:
    spans = [(F(i, 11), F(i + 1, 11)) for i in range(11)]
    assert quantise(spans, grid=11).spans == tuple(spans)
    assert quantise(spans).spans != tuple(spans)


def test_a_short_end_after_an_onset_off_its_beats_division_is_writable() -> None:
    for start in (F(888, 480), F(1, 3), F(5, 7), F(7, 9), F(3, 32), F(2)):
        ((_, end),) = quantise([(start, start + F(1, 480))]).spans
        assert is_written(end)
        assert end > start
