"""New tunes keep to what is asked of them, whatever they come from."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.taught import EXAMPLES, taught_listener

from clinamen.domains.music.constraints import Bounds, bounds_of
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.notes import Song
from clinamen.domains.music.tunes import Ear, Evaluator, Tune, Varying
from clinamen.errors import ConstraintError, ParameterError
from clinamen.io.files import read_song

# 4/4; 3/4 with a pickup, sixteenths; 6/8 with a pickup.
SONGS = ("ode_to_joy.musicxml", "greensleeves.abc", "knots.abc")
BOUNDS = st.builds(
    Bounds,
    lowest=st.integers(55, 62),
    highest=st.integers(72, 80),
    pitch_classes=st.sampled_from([None, frozenset({0, 2, 4, 5, 7, 9, 11}), frozenset({0, 7})]),
    largest_leap=st.sampled_from([None, 12, 7, 2]),
    ending=st.sampled_from([None, frozenset({0})]),
)
SEEDS = st.integers(0, 10_000)

pytestmark = pytest.mark.slow_without_jit


@lru_cache(maxsize=8)
def ear_of(name: str) -> Ear:
    return Ear(taught_listener(), read_song(str(EXAMPLES / name)))


def own_tune(name: str) -> Tune:
    frame = ear_of(name).frame
    assert isinstance(frame, Song)
    return Tune.of(notes_in_ticks(frame.melody))


def made(varying: Varying, tune: Tune, rng: np.random.Generator) -> dict[str, list[Tune]]:
    """Tunes by all the ways in which they are made."""
    fresh = varying.start(3, rng, prior=False)
    parents = [tune, *fresh, tune]
    return {
        "anything": fresh,
        "fresh": varying.start(3, rng),
        "with the prior": varying.vary(parents, rng),
        "without": varying.vary(parents, rng, prior=False),
        "crossed": varying.cross(parents, rng),
        "decoded": varying.decode(2 * rng.standard_normal((3, varying.n_dims))),
    }


@given(st.sampled_from(SONGS), BOUNDS, st.sampled_from([None, 2, 20]), SEEDS)
@settings(deadline=None, max_examples=15)
def test_all_tunes_keep_to_the_bounds(
    name: str, bounds: Bounds, n_bars: int | None, seed: int
) -> None:
    ear = ear_of(name)
    varying = Varying(ear, bounds, n_bars)
    end = end_of(ear.frame, n_bars)
    can_come = set(ear.alphabet("onset").tolist())
    for tunes in made(varying, own_tune(name), np.random.default_rng(seed)).values():
        for tune in tunes:
            onset, duration, pitch = tune.columns
            assert len(tune)
            assert bounds.keeps(pitch.tolist())
            assert set(np.diff(onset).tolist()) <= can_come
            assert onset[0] >= 0
            assert onset[-1] + duration[-1] <= end
            Tune(tune.columns)
        ear.hear(tunes)


def end_of(frame: object, n_bars: int | None) -> int:
    assert isinstance(frame, Song)
    melody = frame.melody
    if n_bars is None:
        return to_ticks(melody.end_quarters)
    bar = melody.meters[0].meter.bar_quarters
    return to_ticks(melody.pickup_quarters + n_bars * bar)


@given(st.sampled_from(SONGS), SEEDS)
@settings(deadline=None, max_examples=3)
def test_the_same_seed_makes_the_same_tunes(name: str, seed: int) -> None:
    bounds = Bounds(55, 80)
    used = Varying(ear_of(name), bounds)
    made(used, own_tune(name), np.random.default_rng(seed + 1))
    first = made(used, own_tune(name), np.random.default_rng(seed))
    # Nothing depends on what was proposed before.
    assert first == made(Varying(ear_of(name), bounds), own_tune(name), np.random.default_rng(seed))


@pytest.mark.parametrize("name", SONGS)
def test_a_song_on_its_own_divisions_comes_back_whole(name: str) -> None:
    tune = own_tune(name)
    slots = Varying(ear_of(name), Bounds(0, 127))._slots
    (back,) = slots.tunes(slots.strips([tune]))
    assert back == tune


def test_children_are_near_their_parent_and_not_the_same() -> None:
    tune = own_tune(SONGS[0])
    varying = Varying(ear_of(SONGS[0]), Bounds(55, 80))
    children = varying.vary([tune] * 60, np.random.default_rng(3))
    shared = [len({*child.notes} & {*tune.notes}) / len(tune) for child in children]
    assert np.median(shared) > 0.7
    assert sum(child == tune for child in children) < 6
    assert len({*children}) > 50


def test_a_crossed_child_has_bars_of_two_parents() -> None:
    varying = Varying(ear_of(SONGS[0]), Bounds(0, 127))
    slots, rng = varying._slots, np.random.default_rng(2)
    low, high = ([(10080 * n, 10080, pitch) for n in range(64)] for pitch in (60, 72))
    parents = [Tune.of(low), Tune.of(high)]
    for child in varying.cross(parents, rng):
        bars = slots.strips([child])[0].reshape(slots.n_bars, -1)
        assert all(len({pitch for pitch in bar if pitch > 0}) == 1 for bar in bars)
        assert {*child.columns[2]} == {60, 72} or child in parents


def test_the_prior_draws_what_is_expected() -> None:
    name = SONGS[0]
    ear, tune = ear_of(name), own_tune(name)
    assert isinstance(ear.frame, Song)
    varying = Varying(ear, bounds_of(ear.frame.melody))
    evaluate = Evaluator(ear, varying.bounds)
    surprise: dict[str, Callable[[], list[Tune]]] = {
        "prior": lambda: varying.vary([tune] * 80, np.random.default_rng(1)),
        "none": lambda: varying.vary([tune] * 80, np.random.default_rng(1), prior=False),
        "fresh": lambda: varying.start(40, np.random.default_rng(1)),
        "anything": lambda: varying.start(40, np.random.default_rng(1), prior=False),
    }
    mean = {name: evaluate(make())[1][:, 0].mean() for name, make in surprise.items()}
    assert mean["prior"] < mean["none"]
    assert mean["fresh"] < mean["anything"] - 1


@given(st.integers(0, 1000))
@settings(deadline=None, max_examples=10)
def test_vectors_come_back_as_much_the_same_tune(seed: int) -> None:
    varying = Varying(ear_of(SONGS[0]), Bounds(0, 127))
    vector = np.random.default_rng(seed).normal(size=(1, varying.n_dims))
    (tune,) = varying.decode(vector)
    (again,) = varying.decode(varying.encode(tune)[None])
    onset, same = {*tune.columns[0].tolist()}, {*again.columns[0].tolist()}
    assert len(onset & same) >= 0.8 * len(onset | same)


def test_zeros_are_a_note_on_each_beat() -> None:
    varying = Varying(ear_of(SONGS[0]), Bounds(55, 80))
    (tune,) = varying.decode(np.zeros((1, varying.n_dims)))
    assert varying.n_dims == 128
    assert np.diff(tune.columns[0]).tolist() == [10080] * 63


def test_nothing_in_nothing_out() -> None:
    varying, rng = Varying(ear_of(SONGS[0]), Bounds(55, 80)), np.random.default_rng(0)
    assert varying.start(0, rng) == varying.vary([], rng) == varying.cross([], rng) == []
    assert varying.decode(np.empty((0, varying.n_dims))) == []


def test_what_cannot_be_is_refused() -> None:
    ear = ear_of(SONGS[0])
    with pytest.raises(ParameterError, match="at least one bar"):
        Varying(ear, Bounds(), 0)
    with pytest.raises(ConstraintError, match="never heard"):
        Varying(ear, Bounds(1, 3))
