"""Ideas: how far apart they are, how one goes into another, and which are held."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinamen.domains.music.tunes import Tune
from clinamen.errors import FormatError
from clinamen.operations.fish._ideas import (
    Idea,
    Known,
    Proposal,
    distance,
    newness,
    novelty,
    spliced,
)
from clinamen.operations.fish._pool import MOST_HELD, Pool

BAR = 40320

MARKS = st.frozensets(st.tuples(st.integers(0, 5), st.integers(60, 63)), max_size=8)
KNOWN = st.builds(
    Known, MARKS, st.tuples(st.floats(-0.5, 1.5), st.floats(-0.5, 1.5), st.floats(-0.5, 1.5))
)


def idea(pitch: int, *, quality: float = 0.5, n: int = 8) -> Idea:
    notes = tuple((5040 * place, 5040, pitch + place % 3) for place in range(n))
    marks = frozenset((onset, pitch) for onset, _, pitch in notes)
    proposal = Proposal(notes, ((0, "C"),), "swerve", {"en": "why"})
    return Idea(proposal, marks, (pitch / 12, 0.5), quality, 1.0, 0.5, 0, 2.5)


@given(KNOWN, KNOWN)
def test_distance_is_that_of_two_things(one: Known, other: Known) -> None:
    assert 0 <= distance(one, other) <= 1
    assert distance(one, other) == distance(other, one)
    assert distance(one, one) == 0
    if one.marks != other.marks:
        assert distance(one, other) > 0


def test_one_other_note_of_eight_counts_for_more_than_an_eighth() -> None:
    marks = [(place, 60) for place in range(8)]
    one, other = (Known(frozenset(each), ()) for each in (marks, [(0, 61), *marks[1:]]))
    assert distance(one, other) > 1 / 8


def as_known(each: Idea) -> Known:
    return Known(each.marks, each.measures)


def test_novelty_is_that_to_the_nearest_find() -> None:
    near, far, song = idea(61), idea(70), idea(90)
    known = [as_known(each) for each in (far, near)]
    assert novelty(idea(60), as_known(song), known) == distance(idea(60), near)
    assert novelty(idea(60), as_known(song), []) == newness(idea(60), as_known(song))
    assert novelty(idea(60), as_known(idea(60)), known) == 0  # The song itself is nothing new.


def test_one_other_note_of_eight_is_new_enough_but_no_other_find() -> None:
    marks = [(place, 60) for place in range(8)]
    song = Known(frozenset(marks), (0.5,))
    change = idea(60)
    one = Idea(change.proposal, frozenset([(0, 61), *marks[1:]]), (0.5,), 0.5, 1.0, 0.5, 0, 2.5)
    assert newness(one, song) > 0.9
    assert distance(one, song) < 0.5


def test_an_idea_is_read_as_it_was_kept() -> None:
    for each in (idea(60), idea(72, quality=0.25)):
        assert Idea.from_json(each.to_json()) == each
    assert idea(60).key != idea(61).key


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"notes": 3}', "null"])
def test_what_is_no_idea_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="not an idea"):
        Idea.from_json(text)


NOTES = st.lists(
    st.tuples(st.integers(0, 3 * BAR), st.integers(1, BAR), st.integers(50, 70)), max_size=12
)


def in_order(rows: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Notes one after the other."""
    found: list[tuple[int, int, int]] = []
    for onset, duration, pitch in sorted(rows):
        if not found or onset >= found[-1][0] + found[-1][1]:
            found.append((onset, duration, pitch))
    return found


@given(NOTES, NOTES)
def test_a_splice_leaves_all_else_as_it_is(
    song_rows: list[tuple[int, int, int]], other_rows: list[tuple[int, int, int]]
) -> None:
    song, other = in_order(song_rows), in_order(other_rows)
    found = spliced(song, other, BAR, 2 * BAR)
    Tune.of(found)  # Refuses notes that overlap or do not rise.
    outside = [note for note in song if not BAR <= note[0] < 2 * BAR]
    assert [note for note in found if note in outside] == outside
    assert {note[2] for note in found} <= {note[2] for note in [*outside, *other]}
    assert list(spliced(song, song, BAR, 2 * BAR)) == song


def test_a_pool_holds_few_and_the_best() -> None:
    pool = Pool(lambda each: each.quality)
    for place in range(3 * MOST_HELD):
        pool.offer(idea(place, quality=0.01 + place / 1000))
    assert len(pool) <= MOST_HELD
    best = pool.best()
    assert best is not None
    assert best[1] == max(each.quality for each in pool.ideas)
    assert [each.quality for each in pool.ideas] == sorted(
        (each.quality for each in pool.ideas), reverse=True
    )


def test_two_that_are_alike_compete_for_one_place() -> None:
    pool = Pool(lambda each: each.quality)
    twin = Idea(idea(60).proposal, idea(60).marks, (5.01, 0.5), 0.6, 1.0, 0.5, 0, 2.5)
    longer = Proposal((*twin.proposal.notes, (50400, 5040, 60)), (), "swerve")
    better = Idea(longer, idea(60).marks, idea(60).measures, 0.6, 1.0, 0.5, 0, 2.5)
    assert pool.offer(idea(60))
    assert not pool.offer(idea(60))  # The same once more.
    assert pool.offer(better)
    assert pool.ideas == (better,)
    assert not pool.offer(idea(60))  # A worse one that is like it.


def test_what_is_worth_nothing_is_not_held() -> None:
    scores = {idea(60).key: 0.0, idea(66).key: 0.5}
    pool = Pool(lambda each: scores[each.key])
    assert not pool.offer(idea(60))
    assert pool.offer(idea(66))
    scores[idea(66).key] = 0.0
    pool.judge_anew()
    assert len(pool) == 0


def test_a_pool_tells_what_came_and_went_since_it_was_saved() -> None:
    pool = Pool(lambda each: each.quality, [idea(60, quality=0.1)])
    assert pool.changes() == ({}, ())
    better = Idea(
        Proposal(idea(60).proposal.notes[:7], (), "sculpt"),
        idea(60).marks, idea(60).measures, 0.9, 1.0, 0.5, -1, 0.0,
    )  # fmt: skip
    assert pool.offer(better)
    added, dropped = pool.changes()
    assert {key: Idea.from_json(text) for key, text in added.items()} == {better.key: better}
    assert dropped == (idea(60, quality=0.1).key,)
    assert pool.changes() == (added, dropped)  # Until that is on the disk.
    pool.saved()
    assert pool.changes() == ({}, ())
