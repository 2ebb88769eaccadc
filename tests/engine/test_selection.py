"""Selection of subsets: laws of local search on objectives drawn at random."""

from __future__ import annotations

import math
from itertools import chain, combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.engine.selection import (
    backward_selection,
    forward_selection,
    hill_climb,
    stepwise_selection,
)
from clinamen.errors import ParameterError

NAMES = "abcde"
METHODS = (forward_selection, backward_selection, stepwise_selection, hill_climb)
SUBSETS = tuple(chain.from_iterable(combinations(NAMES, size) for size in range(1, len(NAMES) + 1)))

methods = st.sampled_from(METHODS)
starts = st.sampled_from(SUBSETS)
# Small whole numbers: many ties, and sums without rounding.
objectives = st.lists(st.integers(0, 8), min_size=len(SUBSETS), max_size=len(SUBSETS)).map(
    lambda scores: dict(zip(SUBSETS, map(float, scores), strict=True))
)
weights = st.lists(st.integers(-5, 5), min_size=len(NAMES), max_size=len(NAMES)).map(
    lambda values: dict(zip(NAMES, map(float, values), strict=True))
)


def neighbours(members, moves):
    inside, outside = set(members), set(NAMES) - set(members)
    near = []
    if "drop" in moves:
        near += [inside - {one} for one in inside]
    if "add" in moves:
        near += [inside | {one} for one in outside]
    if "swap" in moves:
        near += [(inside - {old}) | {new} for old in inside for new in outside]
    return [tuple(sorted(each)) for each in near if each]


@given(methods, objectives, starts, st.integers(0, 2))
@settings(deadline=None)
def test_the_result_is_a_local_optimum_and_the_way_there_goes_down(method, objective, start, least):
    chosen = method(NAMES, objective.__getitem__, start=start, min_improvement=least)
    assert chosen.score == objective[chosen.members]
    assert chosen.start == start
    scores = [chosen.start_score, *(step.score for step in chosen.steps)]
    assert chosen.start_score == objective[start]
    assert scores[-1] == chosen.score
    assert all(after < before - least for before, after in pairwise(scores))
    best_near = min(map(objective.get, neighbours(chosen.members, chosen.moves)), default=math.inf)
    assert not best_near < chosen.score - least


@given(methods, objectives, starts)
@settings(deadline=None)
def test_each_step_is_one_move_to_the_best_neighbour(method, objective, start):
    chosen = method(NAMES, objective.__getitem__, start=start)
    members = set(start)
    for step in chosen.steps:
        near = neighbours(tuple(sorted(members)), chosen.moves)
        assert step.score == min(map(objective.get, near))
        members = (members - set(step.removed)) | set(step.added)
        assert step.members == tuple(sorted(members))
        assert (len(step.added), len(step.removed)) == {
            "add": (1, 0),
            "drop": (0, 1),
            "swap": (1, 1),
        }[step.move]
    assert chosen.members == tuple(sorted(members))


@given(methods, objectives, starts)
@settings(deadline=None)
def test_no_subset_is_evaluated_twice_and_progress_tells_of_each(method, objective, start):
    asked, told = [], []

    def evaluate(members):
        asked.append(members)
        return objective[members]

    def progress(number, members, score):
        told.append((number, members, score))

    chosen = method(NAMES, evaluate, start=start, progress=progress)
    assert len(asked) == len(set(asked)) == chosen.n_evaluated
    assert told == [(i + 1, members, objective[members]) for i, members in enumerate(asked)]


@given(st.sampled_from([stepwise_selection, hill_climb]), weights, starts)
@settings(deadline=None)
def test_a_modular_objective_is_solved_exactly(method, weight, start):
    def cost(members):
        return sum(weight[member] for member in members)

    chosen = method(NAMES, cost, start=start, empty_score=0.0)
    assert chosen.score == min(0.0, *(cost(members) for members in SUBSETS))


@given(objectives)
@settings(deadline=None)
def test_forward_and_backward_alone_reach_what_only_they_can(objective):
    assert len(forward_selection(NAMES, objective.__getitem__).members) >= 1
    backward = backward_selection(NAMES, objective.__getitem__)
    assert backward.start == tuple(NAMES)
    assert all(step.move == "drop" for step in backward.steps)


def test_hill_climbing_gets_past_what_stops_stepwise_selection():
    better = {("a",): 2.0, ("b",): 1.0}
    score = lambda members: better.get(members, 3.0)  # noqa: E731
    assert stepwise_selection("ab", score, start="a").members == ("a",)
    assert hill_climb("ab", score, start="a").members == ("b",)


def test_ties_go_to_fewer_members_and_then_to_what_was_named_first():
    assert hill_climb("cab", lambda members: 1.0).members == ("c",)
    equal = {("a", "b"): 5.0, ("a",): 1.0, ("b",): 1.0, ("a", "b", "c"): 1.0}
    chosen = hill_climb("abc", lambda members: equal.get(members, 9.0), start="ab")
    assert chosen.members == ("b",)  # "a" was the first to be dropped


def test_an_empty_start_is_never_evaluated():
    chosen = forward_selection("ab", lambda members: float(len(members) > 0))
    assert chosen.start_score == math.inf
    assert chosen.members == ("a",)


@pytest.mark.parametrize(
    ("candidates", "options", "message"),
    [
        ("", {}, "at least one candidate"),
        ("aa", {}, "differ"),
        ("ab", {"start": "c"}, "'c' is none"),
        ("ab", {"min_improvement": -1.0}, "min_improvement"),
        ("ab", {"min_improvement": math.nan}, "min_improvement"),
    ],
)
def test_impossible_searches_are_refused(candidates, options, message):
    with pytest.raises(ParameterError, match=message):
        hill_climb(candidates, lambda members: 0.0, **options)


def test_a_score_that_is_no_number_is_refused():
    with pytest.raises(ParameterError, match="not a number"):
        hill_climb("ab", lambda members: math.nan)
