"""Whose turn it is: who brings much has many turns, and nobody is given up."""

from __future__ import annotations

import numpy as np
import pytest

from clinamen.errors import ParameterError
from clinamen.search.bidding import Bids, Record


def turns(chances: dict[str, list[float]], n: int) -> list[str]:
    """Who had the turns, where each brings something with the chance of its time."""
    rng, bids, told = np.random.default_rng(5), Bids(chances), []
    for turn in range(n):
        name = bids.ask(rng)
        told.append(name)
        of_time = chances[name][turn * len(chances[name]) // n]
        bids.tell(name, n_ideas=1, n_held=int(rng.random() < of_time))
    return told


def test_who_brings_much_has_most_turns_and_who_brings_nothing_still_has_some() -> None:
    told = turns({"good": [0.6], "poor": [0.1], "none": [0.0]}, 1000)
    counts = {name: told.count(name) for name in ("good", "poor", "none")}
    assert counts["good"] > 700
    assert min(counts.values()) >= 30


def test_what_no_longer_brings_anything_is_left_for_what_does() -> None:
    """Without fading the many gains of the first half would outweigh the second."""
    told = turns({"early": [0.9, 0.0], "late": [0.0, 0.5]}, 2000)
    assert told[:1000].count("early") > 800
    assert told[-500:].count("late") > 400


def test_records_count_all_that_was_brought() -> None:
    bids = Bids(["a", "b"], {"a": Record(n_turns=2, n_ideas=5, n_held=1, gains=1.0, losses=1.0)})
    bids.tell("a", n_ideas=3, n_held=2)
    record = bids.records["a"]
    assert (record.n_turns, record.n_ideas, record.n_held) == (3, 8, 3)
    assert record.gains == pytest.approx(1.99)
    assert record.losses == pytest.approx(0.99)


def test_only_those_who_can_are_asked() -> None:
    bids, rng = Bids(["a", "b", "c"]), np.random.default_rng(1)
    assert {bids.ask(rng, ["b"]) for _ in range(20)} == {"b"}
    with pytest.raises(ParameterError, match="nobody"):
        bids.ask(rng, [])


@pytest.mark.parametrize("names", [[], ["a", "a"]])
def test_makers_have_names_of_their_own(names: list[str]) -> None:
    with pytest.raises(ParameterError, match="name of its own"):
        Bids(names)


def test_everyone_has_some_turns_before_bids_count() -> None:
    assert sorted(turns({"good": [1.0], "late": [0.0]}, 10)) == ["good"] * 5 + ["late"] * 5
