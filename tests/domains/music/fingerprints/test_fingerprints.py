"""Shared runs: what is found is what comparing all runs finds, in every key and tempo."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.fingerprints.plain_runs import (
    Notes,
    in_ticks,
    lines,
    longest,
    melody_of,
    shape,
)

from clinamen.domains.music.fingerprints import (
    RUN,
    Baseline,
    Fingerprints,
    RunLimit,
    Span,
    changes,
    longest_shared,
)
from clinamen.domains.music.notes import Song
from clinamen.errors import ParameterError

corpora = st.lists(lines(), max_size=4)
some_places = st.sets(st.integers(0, 23), max_size=3)

UP = [(0, 1, 60), (2, 1, 62), (4, 1, 64), (6, 1, 65), (7, 1, 67), (8, 1, 69)]


def index_of(corpus: list[Notes]) -> Fingerprints:
    return Fingerprints.of([melody_of(notes) for notes in corpus])


def places_in(notes: Notes, places: set[int]) -> set[int]:
    return {place for place in places if place < len(notes)}


@settings(deadline=None, max_examples=150)
@given(lines(), corpora, st.none() | some_places)
def test_the_longest_run_is_what_comparing_all_runs_finds(
    notes: Notes, corpus: list[Notes], new: set[int] | None
) -> None:
    new = None if new is None else places_in(notes, new)
    found = index_of(corpus).longest_run(in_ticks(notes), span=new)
    expected = longest(notes, corpus, new)
    assert (found.n_notes if found else 0) == (expected if expected >= RUN else 0)
    if found is not None:
        here = notes[found.first : found.first + found.n_notes]
        there = corpus[found.tune][found.place : found.place + found.n_notes]
        assert shape(here) == shape(there)
        assert new is None or not new.isdisjoint(range(found.first, found.first + found.n_notes))


@settings(deadline=None, max_examples=150)
@given(lines(), lines(), st.none() | some_places)
def test_two_melodies_share_what_comparing_all_runs_finds(
    one: Notes, other: Notes, new: set[int] | None
) -> None:
    new = None if new is None else places_in(one, new)
    found = longest_shared(one, other, span=new)
    assert (found.n_notes if found else 0) == longest(one, [other], new)
    if found is not None:
        here = one[found.first : found.first + found.n_notes]
        assert shape(here) == shape(other[found.place : found.place + found.n_notes])


@settings(deadline=None, max_examples=100)
@given(lines(), corpora, st.integers(-20, 20), st.integers(1, 7), st.integers(0, 100))
def test_key_tempo_and_beginning_make_no_difference(
    notes: Notes, corpus: list[Notes], up: int, slower: int, later: int
) -> None:
    index = index_of(corpus)
    moved = [(later + slower * on, 1, pitch + up) for on, _, pitch in notes]
    assert index.longest_run(in_ticks(moved)) == index.longest_run(in_ticks(notes))
    assert longest_shared(moved, notes) == longest_shared(notes, notes)


@settings(deadline=None, max_examples=100)
@given(lines(), corpora, st.integers(RUN - 1, 12), st.none() | some_places)
def test_a_limit_is_exceeded_where_a_longer_run_is_shared(
    notes: Notes, corpus: list[Notes], limit: int, new: set[int] | None
) -> None:
    new = None if new is None else places_in(notes, new)
    index, ticks = index_of(corpus), in_ticks(notes)
    assert index.exceeds(ticks, limit, span=new) == (longest(notes, corpus, new) > limit)
    alone = RunLimit(limit, others=corpus)
    assert alone.exceeded(notes, span=new) == (longest(notes, corpus, new) > limit)


@settings(deadline=None, max_examples=60)
@given(lines(), corpora, st.integers(RUN - 1, 9))
def test_a_melody_that_grows_exceeds_a_limit_when_it_first_does(
    notes: Notes, corpus: list[Notes], limit: int
) -> None:
    allowed = index_of(corpus[:2]).limit(limit, others=[in_ticks(each) for each in corpus[2:]])
    ticks = in_ticks(notes)
    for at, (onset, _, pitch) in enumerate(ticks):
        onsets, pitches = np.array([onset, onset]), np.array([pitch, pitch + 1])
        by_next = allowed.exceeded_by_next(ticks[:at], onsets, pitches)
        tail = [[*ticks[:at][-limit:], (onset, 1, each)] for each in (pitch, pitch + 1)]
        assert by_next.tolist() == [allowed.exceeded(each) for each in tail]
    grew_too_far = any(
        allowed.exceeded_by_next(ticks[:at], np.array([on]), np.array([pitch]))[0]
        for at, (on, _, pitch) in enumerate(ticks)
    )
    assert grew_too_far == allowed.exceeded(ticks)


@settings(deadline=None, max_examples=50)
@given(st.lists(corpora, min_size=1, max_size=3), lines())
def test_a_union_is_the_index_of_all(parts: list[list[Notes]], notes: Notes) -> None:
    whole = index_of([each for part in parts for each in part])
    union = Fingerprints.union([index_of(part) for part in parts], {})
    np.testing.assert_array_equal(union.hashes, whole.hashes)
    np.testing.assert_array_equal(union.grams, whole.grams)
    assert union.longest_run(in_ticks(notes)) == whole.longest_run(in_ticks(notes))
    assert union.exceeds(in_ticks(notes), 5) == whole.exceeds(in_ticks(notes), 5)


@settings(deadline=None, max_examples=50)
@given(lines(), corpora, st.sets(st.integers(0, 3)))
def test_tunes_can_be_passed_over(notes: Notes, corpus: list[Notes], ignore: set[int]) -> None:
    ignore = {number for number in ignore if number < len(corpus)}
    others = [each for number, each in enumerate(corpus) if number not in ignore]
    found = index_of(corpus).longest_run(in_ticks(notes), ignore=ignore)
    expected = longest(notes, others)
    assert (found.n_notes if found else 0) == (expected if expected >= RUN else 0)


def test_of_a_thousand_random_melodies_none_that_exceeds_a_limit_is_let_pass() -> None:
    rng = np.random.default_rng(1)

    def walk(n_notes: int) -> Notes:
        onset = np.cumsum(rng.choice([1, 1, 2], n_notes)).tolist()
        pitch = (60 + np.cumsum(rng.choice([-2, -1, 0, 1, 2], n_notes))).tolist()
        return [(on, 1, high) for on, high in zip(onset, pitch, strict=True)]

    def runs(notes: Notes) -> set[object]:
        return {shape(notes[at : at + 6]) for at in range(len(notes) - 5)}

    corpus = [walk(60) for _ in range(20)]
    known = set().union(*(runs(notes) for notes in corpus))
    allowed = index_of(corpus).limit(5)
    tried = [walk(24) for _ in range(1000)]
    exceeded = [allowed.exceeded(notes) for notes in tried]
    assert exceeded == [not known.isdisjoint(runs(notes)) for notes in tried]
    assert 100 < sum(exceeded) < 900


def test_a_run_is_told_by_the_onsets_and_pitches_of_its_own_notes() -> None:
    index = index_of([UP])
    # How long the last note sounds, and what comes after it, is no part of the run.
    longer = [(on, 99 if on == 8 else 1, pitch) for on, _, pitch in UP] + [(200, 1, 20)]
    found = index.longest_run(longer)
    assert found is not None
    assert (found.n_notes, found.first, found.place) == (6, 0, 0)


def test_the_end_of_a_tune_and_the_beginning_of_the_next_are_no_run() -> None:
    chant = [(onset, 1, 60) for onset in range(9)]
    index = index_of([chant[:5], chant[:5]])
    found = index.longest_run(chant)
    assert found is not None
    assert found.n_notes == 5
    assert index.exceeds(chant, 4)
    assert not index.exceeds(chant, 5)


def test_a_rest_inside_a_run_is_part_of_it() -> None:
    gap = [(on + (1 if on > 3 else 0), 1, pitch) for on, _, pitch in UP]
    found = longest_shared(gap, UP)
    assert found is not None
    assert found.n_notes == 4


def test_titles_credits_and_bars_are_told() -> None:
    tunes = [
        Song(melody_of(UP), title="One\ntune", composer="Anon"),
        Song(melody_of(UP[:3]), source="folder/other.mid"),
    ]
    found = Fingerprints.of(tunes).longest_run(in_ticks(UP[1:]))
    assert found is not None
    assert (found.title, found.credit, found.bars) == ("One tune", "Anon", (1, 3))
    assert Fingerprints.of(tunes).tunes.titles == ("One tune", "other")
    assert Fingerprints.of(tunes).tunes_called("ONE TUNE!") == (0,)
    assert Fingerprints.of(tunes).tunes_called("") == ()


def test_a_limit_that_cannot_be_kept_names_the_nearest_that_can() -> None:
    with pytest.raises(ParameterError, match="nearest limit that can be kept is 3"):
        index_of([UP]).exceeds(UP, 2)
    with pytest.raises(ParameterError, match="nearest limit that can be kept is 3"):
        RunLimit(-1)


def test_notes_out_of_order_are_refused() -> None:
    with pytest.raises(ParameterError, match="note 2 starts at tick 0"):
        index_of([UP]).longest_run([(0, 1, 60), (0, 1, 64)])
    with pytest.raises(ParameterError, match="after the last"):
        RunLimit(3).exceeded_by_next(UP, np.array([8]), np.array([60]))


@pytest.mark.parametrize(
    ("span", "sentence"),
    [
        ([6], "no note 6: there are 6"),
        ([-1], "no note -1"),
        (Span(frozenset({5}), 0), "no step 5: there are 5"),
    ],
)
def test_a_span_beyond_the_notes_is_refused(span: object, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        index_of([UP]).longest_run(UP, span=span)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [-1, 1])
def test_a_tune_that_is_not_there_cannot_be_passed_over(number: int) -> None:
    with pytest.raises(ParameterError, match=f"no tune {number}: there are 1"):
        index_of([UP]).longest_run(UP, ignore=[number])


def test_what_is_new_in_a_variant() -> None:
    higher = [*UP[:2], (4, 1, 66), *UP[3:]]
    assert changes(higher, UP) == Span(frozenset({1, 2}), 1)
    assert changes([*UP[:2], *UP[3:]], UP) == Span(frozenset({1}), 0)
    assert changes(UP, UP) == Span(frozenset(), 0)


@settings(deadline=None, max_examples=60)
@given(lines(), st.integers(0, 23), st.integers(1, 3))
def test_the_old_part_of_a_variant_is_not_laid_to_its_account(
    source: Notes, at: int, up: int
) -> None:
    notes = [
        (on, lasts, pitch + (up if number == at else 0))
        for number, (on, lasts, pitch) in enumerate(source)
    ]
    new = {at} & set(range(len(notes)))
    by_note = longest_shared(notes, source, span=new)
    assert by_note == longest_shared(notes, source, span=changes(notes, source))


def test_nothing_is_in_an_empty_index_and_nothing_in_an_empty_melody() -> None:
    empty = Fingerprints.of([])
    assert empty.longest_run(UP) is None
    assert not empty.exceeds(UP, 3)
    assert index_of([UP]).longest_run([]) is None
    assert not index_of([UP]).exceeds([], 3, span=[])
    assert longest_shared([], UP) is None
    assert not index_of([UP]).limit(3).exceeded_by_next([], np.array([0]), np.array([60])).any()


def test_what_songs_usually_share_is_what_half_of_those_that_share_least_do() -> None:
    few, many = [4, 5, 6, 7, 8] * 10, [9] * 60
    lengths = np.array([20] * 50 + [30] * 60)
    names = ["few"] * 50 + ["many"] * 60
    baseline = Baseline.unmeasured(lengths, names)
    baseline.longest[:] = [*few, *many]
    usual = baseline.usual_run(25)
    assert usual == 6
    assert min(baseline.shares_of_songs(25, usual).values()) >= 0.5
    assert min(baseline.shares_of_songs(25, usual + 1).values()) < 0.5
    small = Baseline.unmeasured(np.array([20]), ["one"])
    assert small.usual_run(20) is None
