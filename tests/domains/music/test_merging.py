"""Listeners merged have heard what all of them heard, in whatever order they are given."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import melodies
from tests.domains.music.test_listener import SCALE, melody

from clinamen.domains.music.experts import Experts, parse_experts
from clinamen.domains.music.learned import Learned
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.merging import merge_listeners
from clinamen.domains.music.notes import Melody
from clinamen.engine.mixture import MixtureOptions
from clinamen.engine.model import ModelOptions
from clinamen.errors import ParameterError

EXPERTS = parse_experts("cpint | cpintfref@1\ncpint | cpint@1 cpint@2\ncpitch | cpitch@1")

some = st.lists(melodies(max_notes=12), min_size=1, max_size=3)


def taught(given: list[Melody], level: float = 0.0, **options: Any) -> Listener:
    """A listener with both models, its weights all at one level."""
    listener = Listener("part", longest_context=6)
    lens = Experts("pitch", EXPERTS)
    learned = Learned(lens, lens.mixture(MixtureOptions(**options)))
    learned.mixture.weights[:] = level
    listener.learned = {"pitch": learned}
    listener.learn(given)
    listener.facts = {"corpora": [{"corpus": f"of {len(given)}"}]}
    return listener


def assert_same_mixture(one: Learned, other: Learned) -> None:
    here, there = (each.mixture.long_term.rows() for each in (one, other))
    for name in ("codes", "n_links", "symbols", "counts"):
        np.testing.assert_array_equal(getattr(here, name), getattr(there, name))


def assert_same_memories(one: Listener, other: Listener) -> None:
    assert one.memories.keys() == other.memories.keys()
    for key, memory in one.memories.items():
        there = other.memories[key]
        np.testing.assert_array_equal(memory.trie.to_rows(), there.trie.to_rows())
        for table, same in zip(memory.lens.tables, there.lens.tables, strict=True):
            np.testing.assert_array_equal(table.values(), same.values())


def renumbered(listener: Listener) -> Listener:
    """The same listener with symbols numbered by value, as merging does."""
    return merge_listeners([listener], listener.name)


@settings(deadline=None, max_examples=40)
@given(some, some)
def test_the_mixture_counts_what_it_would_have_counted_at_once(one: Any, other: Any) -> None:
    merged = merge_listeners([taught(one), taught(other)], "both")
    whole = taught([*one, *other])
    assert_same_mixture(merged.learned["pitch"], whole.learned["pitch"])
    assert (merged.n_melodies, merged.n_notes) == (whole.n_melodies, whole.n_notes)
    for name in ("onset", "pitch", "duration"):
        here, there = (getattr(each.alphabets, name) for each in (merged, whole))
        np.testing.assert_array_equal(here, there)


@settings(deadline=None, max_examples=40)
@given(some, some)
def test_so_does_the_classic_model_where_nothing_came_only_once(one: Any, other: Any) -> None:
    """What came once is not carried on, so each half hears everything twice."""
    merged = merge_listeners([taught([*one, *one]), taught([*other, *other])], "both")
    whole = renumbered(taught([*one, *one, *other, *other]))
    assert_same_memories(merged, whole)


@settings(deadline=None, max_examples=20)
@given(some)
def test_single_notes_are_counted_whatever_came_once(one: Any) -> None:
    merged = merge_listeners([taught(one), taught(one)], "both")
    whole = renumbered(taught([*one, *one]))
    for key, memory in merged.memories.items():
        here, there = (rows[rows[:, 0] == 1] for rows in (rows_of(memory), rows_of(whole, key)))
        np.testing.assert_array_equal(here[:, :3], there[:, :3])


def rows_of(given: Any, key: Any = None) -> np.ndarray:
    memory = given if key is None else given.memories[key]
    return np.asarray(memory.trie.to_rows())


@settings(deadline=None, max_examples=15)
@given(some, some, some)
def test_three_can_be_merged_in_steps(one: Any, two: Any, three: Any) -> None:
    parts = [taught(each) for each in (one, two, three)]
    at_once = merge_listeners(parts, "all")
    for a, b, c in permutations(parts):
        in_steps = merge_listeners([merge_listeners([a, b], "some"), c], "all")
        assert_same_mixture(in_steps.learned["pitch"], at_once.learned["pitch"])
        assert_same_memories(in_steps, at_once)


@settings(deadline=None, max_examples=10)
@given(some, some)
def test_weights_are_means_by_notes_heard(one: Any, other: Any) -> None:
    merged = merge_listeners([taught(one, 1.0), taught(other, 4.0)], "both")
    n_one, n_other = (sum(len(m.notes) for m in each) for each in (one, other))
    mean = (n_one * 1.0 + n_other * 4.0) / (n_one + n_other)
    np.testing.assert_allclose(merged.learned["pitch"].mixture.weights, mean, rtol=1e-12)


@settings(deadline=None, max_examples=10)
@given(some, some, melodies(max_notes=10))
def test_a_merged_listener_hears(one: Any, other: Any, song: Melody) -> None:
    merged = merge_listeners([taught([*one, *one]), taught([*other, *other])], "both")
    whole = taught([*one, *one, *other, *other])
    for model in ("mixture", "ltm", "both+"):
        here, there = (each.hear(song, model=model) for each in (merged, whole))
        assert here.information_content == pytest.approx(there.information_content, abs=1e-9)


def test_parts_stay_as_they_were_and_are_on_record() -> None:
    song = melody(SCALE)
    one, other = taught([song]), taught([song, song])
    before = one.learned["pitch"].mixture.long_term.rows()
    merged = merge_listeners([one, other], "both")
    merged.learn([song])
    after = one.learned["pitch"].mixture.long_term.rows()
    np.testing.assert_array_equal(after.counts, before.counts)
    assert one.n_melodies == 1
    assert merged.facts["corpora"] == [{"corpus": "of 1"}, {"corpus": "of 2"}]
    assert merged.facts["merged"] == [
        {"name": "part", "n_notes": one.n_notes},
        {"name": "part", "n_notes": other.n_notes},
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda it: setattr(it, "viewpoints", {"pitch": "cpitch"}), "viewpoints differ"),
        (lambda it: it.memories.clear(), "viewpoints differ"),
        (lambda it: setattr(it, "options", ModelOptions(idyom=True)), "options"),
        (lambda it: setattr(it, "longest_context", 3), "options"),
        (lambda it: it.learned.clear(), "different targets"),
        (lambda it: setattr(it.learned["pitch"], "lens", Experts("pitch")), "experts on pitch"),
        (lambda it: fading(it), r"^one of them forgets \(--half-life\), the other does not: they"),
    ],
)
def test_what_does_not_fit_together_is_refused(change: Any, said: str) -> None:
    one, other = taught([melody(SCALE)]), taught([melody(SCALE)])
    change(other)
    with pytest.raises(ParameterError, match=said):
        merge_listeners([one, other], "both")


def fading(listener: Listener) -> None:
    mixture = listener.learned["pitch"].mixture
    mixture.options = replace(mixture.options, unit=32)
