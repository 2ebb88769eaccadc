"""The listener profile for harmony: pooled by hand, and what it must not depend on."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.chords.strategies import any_chords, usual_chords
from tests.domains.music.progression.taught import SONGS, taught

from clinamen.domains.music.chords import NO_CHORD, parse_chord
from clinamen.domains.music.progression import harmony_events, learn_chords, untimed_events
from clinamen.domains.music.progression.experts import CHORD_KNOWABLE
from clinamen.domains.music.progression.profile import HarmonyProfile, flattened, learn_member
from clinamen.errors import ParameterError

EVENTS = [harmony_events(song) for song in SONGS]
MEMBERS = tuple(learn_member(part, range(3)) for part in (EVENTS[:3], EVENTS[3:]))
PROFILE = HarmonyProfile(MEMBERS, "two")
LOOP = [parse_chord(symbol) for symbol in ("C", "Am", "F", "G7", "C", "Ab", "G9/B", "G9/B")]


def test_bits_are_those_of_the_members_together():
    one, other = (member.tables(untimed_events(LOOP, merge=False)) for member in MEMBERS)
    wanted = []
    for t in range(len(LOOP)):
        pooled = np.sqrt(one.chords[t] * other.chords[t])
        bits = -np.log2(pooled[one.chord.came[t]] / pooled.sum())
        details = [-np.log2(x.kinds[t, x.detail.view.came[t]]) for x in (one, other)]
        wanted.append(bits + np.mean(details))
    np.testing.assert_allclose(PROFILE.information_content(LOOP), wanted)
    rows = PROFILE.expected(LOOP)
    np.testing.assert_allclose(rows.sum(axis=1), 1)


def test_long_term_experts_count_half():
    plain = learn_chords(EVENTS[:3], frozenset(), labels=range(3))
    half = flattened(copy.deepcopy(plain), 0.5)
    for before, after, member in (
        (plain.chords, half.chords, MEMBERS[0].chords),
        (plain.details, half.details, MEMBERS[0].details),
    ):
        n = before.n_experts
        np.testing.assert_array_equal(after.weights[:, :n], 0.5 * before.weights[:, :n])
        np.testing.assert_array_equal(after.weights[:, n:], before.weights[:, n:])
        np.testing.assert_array_equal(after.weights, member.weights)


@settings(deadline=None, max_examples=40)
@given(st.lists(usual_chords() | any_chords | st.just(NO_CHORD), min_size=1, max_size=8))
def test_any_chords_have_finite_bits_in_any_key(chords):
    bits = PROFILE.information_content(chords)
    assert bits.shape == (len(chords),)
    assert np.isfinite(bits).all()
    assert (bits >= 0).all()
    moved = PROFILE.information_content([chord.transpose(5) for chord in chords])
    np.testing.assert_allclose(bits, moved, rtol=1e-9)


def test_members_know_chords_alone():
    with pytest.raises(ParameterError, match="chords alone"):
        HarmonyProfile(())
    with pytest.raises(ParameterError, match="chords alone"):
        HarmonyProfile((taught(CHORD_KNOWABLE),))
