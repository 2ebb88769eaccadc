"""Going deep from a song: a line of moves, the unheard-of one, and what the listener says."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import clinamen
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.notes import Song
from clinamen.errors import MissingError, ParameterError
from clinamen.operations._explore_words import unheard_words
from clinamen.operations._worth import Worth
from clinamen.operations.explore import Exploration, ExploreRequest, explore
from clinamen.operations.explore_export import exploration_record
from clinamen.operations.listeners import QUICK_LISTENER, load_listener, quick_ears
from clinamen.operations.text import one_in
from clinamen.texts import LANGUAGES, Message

REQUEST = ExploreRequest(bars="5-6", n_visits=400, seed=1)


@pytest.fixture(scope="module")
def ode() -> Song:
    return clinamen.read("examples/ode_to_joy.musicxml")


@pytest.fixture(scope="module")
def quick() -> clinamen.Listener:
    return load_listener(QUICK_LISTENER)


@pytest.fixture(scope="module")
def found(ode: Song, listener: clinamen.Listener, quick: clinamen.Listener) -> Exploration:
    return explore(ode, REQUEST, listener=listener, quick=quick)


def test_only_the_bars_change(ode: Song, found: Exploration) -> None:
    start, end = Fraction(16), Fraction(24)
    assert found.span == (to_ticks(start), to_ticks(end))
    outside = [n for n in ode.melody.notes if not start <= n.onset_quarters < end]
    for song in found.songs:
        kept = [n for n in song.melody.notes if not start <= n.onset_quarters < end]
        assert [(n.onset_quarters, n.pitch) for n in kept] == [
            (n.onset_quarters, n.pitch) for n in outside
        ]
        assert song.melody != ode.melody
    assert len({notes_in_ticks(song.melody) for song in found.songs}) == 3


def test_the_line_is_what_the_song_has(found: Exploration) -> None:
    notes = {to_ticks(n.onset_quarters): n.pitch for n in found.songs[0].melody.notes}
    taken = {s.move.onset: s.move.pitch for s in found.steps if s.move.pitch is not None}
    assert {onset: notes[onset] for onset in taken} == taken
    for step in found.steps:
        most = max((n for _, n, _ in step.taken.others), default=0)
        assert step.taken.is_most_visited == (step.taken.n_visits >= most)
        assert 1 <= step.taken.rank <= step.taken.n_moves
        assert 0 < step.taken.n_visits <= step.taken.of_visits


def test_the_unheard_of_move_is_the_rarest_of_the_line(
    found: Exploration, listener: clinamen.Listener
) -> None:
    assert found.unheard is not None
    often = [step for step in found.steps if step.taken.is_most_visited]
    assert found.unheard.move.chance == min(step.move.chance for step in often) <= 0.05
    heard = listener.hear(found.songs[0].melody, target="joint")
    assert found.unheard.note is not None
    assert found.unheard.bits == float(heard.information_content[found.unheard.note])


def test_it_says_why_in_every_language(found: Exploration) -> None:
    said = unheard_words(found)
    assert isinstance(said, Message)
    assert said.startswith("The unheard-of move: bar ")
    assert "the search went there most often" in said
    assert len({said.said(language) for language in LANGUAGES}) == len(LANGUAGES)


def test_the_same_seed_gives_the_same(
    ode: Song, found: Exploration, listener: clinamen.Listener, quick: clinamen.Listener
) -> None:
    again = explore(ode, REQUEST, listener=listener, quick=quick)
    assert exploration_record(again, file="x") == exploration_record(found, file="x")
    other = explore(ode, replace(REQUEST, seed=2), listener=listener, quick=quick)
    assert other.n_visits == again.n_visits == REQUEST.n_visits


def test_what_it_went_for_has_risen(found: Exploration) -> None:
    """And comes from the parts that it is told by."""
    assert found.worths[0].pull > found.before.pull
    for worth in (*found.worths, found.before):
        assert worth.new_for_me is not None
        assert worth.novelty == pytest.approx(
            np.mean([each for each in (worth.new_for_me, worth.new_for_corpus) if each is not None])
        )
        assert worth.value == pytest.approx(worth.quality * worth.novelty)
    assert found.before.new_for_me == 0


def test_a_stop_ends_it_with_what_there_is(
    ode: Song, listener: clinamen.Listener, quick: clinamen.Listener
) -> None:
    asked = iter([False] * 5 + [True] * 1000)
    found = explore(
        ode, replace(REQUEST, n_visits=100_000), listener=listener, quick=quick,
        stop=lambda: next(asked),
    )  # fmt: skip
    assert found.was_stopped
    assert found.n_visits < 200
    assert len(found.steps) == 1
    late = iter(range(1000))
    found = explore(
        ode, replace(REQUEST, n_visits=100_000, seconds=4.0), listener=listener, quick=quick,
        clock=lambda: float(next(late)),
    )  # fmt: skip
    assert found.was_stopped


def test_plain_data(found: Exploration) -> None:
    record = json.loads(json.dumps(exploration_record(found, file="ode"), allow_nan=False))
    assert record["visits"] == 400
    assert record["unheard"] == found.steps.index(found.unheard) + 1  # type: ignore[arg-type]
    assert [each["rank"] for each in record["tunes"]] == [1, 2, 3]
    assert {"quality", "new_for_me", "new_for_corpus", "worth"} <= {*record["before"]}


def test_bars_that_are_none(ode: Song, quick: clinamen.Listener) -> None:
    with pytest.raises(MissingError, match="there is no bar 40"):
        explore(ode, ExploreRequest(bars="40"), listener=quick)
    with pytest.raises(ParameterError, match="follow each other"):
        explore(ode, ExploreRequest(bars="1,3"), listener=quick)


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"n_visits": 0}, "visited once or more"),
        ({"seconds": 0.0}, "seconds must be above 0"),
        ({"n": 0}, "at least 1 tune"),
        ({"seed": -1}, "whole number"),
    ],
)
def test_requests_that_are_none(wrong: dict[str, float], match: str) -> None:
    with pytest.raises(ParameterError, match=match):
        ExploreRequest(**wrong)  # type: ignore[arg-type]


def test_novelty_alone_never_makes_up_for_what_does_not_fit() -> None:
    far, near = Worth(0.3, 5.0, 5.0, ()), Worth(0.9, 0.1, 0.1, ())
    assert far.pull < near.pull
    assert far.value == 0.3
    assert Worth(0.5, None, None, ()).pull == Worth(0.5, None, None, ()).value == 0.5


def test_small_chances_are_said_as_one_in_so_many() -> None:
    assert [one_in(each) for each in (0.5, 0.09, 1 / 4000, 1 / 123_456, 0.0)] == [
        "50 %", "1 in 11", "1 in 4,000", "1 in 120,000", "under 1 in 10^15",
    ]  # fmt: skip


def test_who_listens_in_a_search(listener: clinamen.Listener) -> None:
    assert quick_ears(None, listener).name == QUICK_LISTENER
    assert quick_ears("mine.listener", listener) is listener
