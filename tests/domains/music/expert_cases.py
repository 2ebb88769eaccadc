"""Experts, melodies and what is known of them, at random."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from tests.domains.music.melodies import songs

from clinamen.domains.music.events import MelodyEvents
from clinamen.domains.music.experts import (
    KNOWABLE,
    parse_experts,
)
from clinamen.domains.music.projection import TARGETS, Alphabets
from clinamen.domains.music.song_events import song_events

FEW = parse_experts(
    """
    cpint  | cpint@1
    degree | bar_degree posinbar
    degree | liph
    cpitch | always
    cpintfip | cpitch@1 bioi
    guessed | guessed_degree1
    """
)


random_events = songs(max_notes=20).map(song_events)


@st.composite
def settings_known(draw: st.DrawFn):
    """A target, and something that may be known of it."""
    target = draw(st.sampled_from(TARGETS))
    known = frozenset(draw(st.sets(st.sampled_from(sorted(KNOWABLE[target])))))
    if target == "duration" or "duration" in known:
        known |= {"onset"}
    return target, known


def some_alphabet(target: str, *several: MelodyEvents) -> np.ndarray:
    """All values of some melodies and a few that none of them has."""
    others = {"pitch": range(0, 128, 9), "onset": (1, 420, 2520, 9999), "duration": (1, 420, 77777)}
    return np.union1d(Alphabets.of(several).of_target(target), np.array(others[target]))
