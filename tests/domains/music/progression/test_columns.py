"""Components of chords against plain Python, and what they must not see."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.component_oracle import CODES, COMPONENT
from tests.domains.music.progression.progressions import events_of, progressions

from clinamen.domains.music.progression.columns import (
    CHORD_COMPONENTS,
    ChordColumns,
    find_chord_component,
)
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.errors import MissingError


def columns_of(events):
    columns = ChordColumns(events)
    return {name: each.column(columns).tolist() for name, each in CHORD_COMPONENTS.items()}


def test_every_component_has_an_oracle():
    assert COMPONENT.keys() == CHORD_COMPONENTS.keys()


@settings(deadline=None, max_examples=150)
@given(progressions())
def test_components_are_what_their_definitions_say(events):
    for name, values in columns_of(events).items():
        wanted = [COMPONENT[name](events, t) for t in range(len(events))]
        assert [value == UNDEFINED for value in values] == [w is None for w in wanted], name
        pairs = [(v, w) for v, w in zip(values, wanted, strict=True) if w is not None]
        if name in CODES:
            assert len(set(pairs)) == len({v for v, _ in pairs}) == len({w for _, w in pairs}), name
        else:
            assert all(value == want for value, want in pairs), name


@settings(deadline=None, max_examples=60)
@given(progressions(min_size=2), st.data())
def test_a_component_tells_no_more_than_it_says(events, data):
    """Chord `t` and all after it become others; only what is said to tell of it changes."""
    t = data.draw(st.integers(0, len(events) - 1))
    other = data.draw(progressions(len(events), len(events)))
    later = np.arange(len(events)) >= t
    mixed = {
        name: np.where(later, getattr(other, name), getattr(events, name))
        for name in ("root", "quality", "detail", "tones", "function")
    }
    changed = type(events)(**{**vars(events), **mixed})
    here, there = columns_of(events), columns_of(changed)
    for name, component in CHORD_COMPONENTS.items():
        if not component.tells:
            assert here[name][: t + 1] == there[name][: t + 1], name
        else:
            assert here[name][:t] == there[name][:t], name


@settings(deadline=None, max_examples=60)
@given(progressions(min_size=1), st.data())
def test_what_tells_of_root_and_quality_tells_nothing_of_the_rest(events, data):
    details = st.integers(0, (12 << 12) - 1)
    detail = events.detail.copy()
    detail[-1] = data.draw(details) if events.root[-1] >= 0 else 0
    changed = type(events)(**{**vars(events), "detail": detail})
    here, there = columns_of(events), columns_of(changed)
    for name, component in CHORD_COMPONENTS.items():
        if component.tells != "detail":
            assert here[name] == there[name], name


def test_copies_are_looked_for_only_so_far_back():
    """The same two chords come again after some that are all different."""
    for n_between, found in ((22, True), (23, False)):
        others = [(step % 12, 2 + step // 12, 73) for step in range(n_between)]
        pair = [(0, 0, 145), (7, 0, 145)]
        events = events_of([pair[0], pair[1], *others, pair[0], pair[1]])
        place, length = ChordColumns(events).loop
        assert (place[-1], length[-1]) == ((1, 1) if found else (-1, 0))
        assert (CHORD_COMPONENTS["loop"].column(ChordColumns(events))[-1] != UNDEFINED) == found


def test_the_tonic_guessed_from_a_loop():
    """After Am F two scales fit, and F has been a major chord; G leaves C alone."""
    am, f, c, g = (9, 1, 137), (5, 0, 145), (0, 0, 145), (7, 0, 145)
    found = ChordColumns(events_of([am, f, c, g, am])).guess.tolist()
    assert found[0] == UNDEFINED
    assert found[2:] == [5, 0, 0]


@pytest.mark.parametrize("name", ["", "colou", "move@", "move@x", "move@-1", "move@1@2", "@1"])
def test_an_unknown_component_is_named(name):
    with pytest.raises(MissingError, match="no component of chords"):
        find_chord_component(name)
