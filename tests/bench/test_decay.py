"""PPM with decay against plain arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.progressions import TRIAD, events_of, progressions, transposed

from clinamen.bench._chord_classic import ClassicModel
from clinamen.bench._decay import (
    SYMBOLS,
    DecayModel,
    DecayOptions,
    choose_options,
    symbols_of,
)
from clinamen.domains.music.progression.experts import N_CHORDS

few = st.lists(st.integers(0, 3), min_size=1, max_size=12)
some_options = st.builds(
    DecayOptions,
    order=st.integers(0, 4),
    escape=st.sampled_from("AC"),
    fresh=st.sampled_from([1.0, 4.0, 64.0]),
    half_life=st.sampled_from([1.0, 8.0]),
)


def by_definition(options, learnt, song, place, symbol):
    """Probability of a symbol, every count looked for from the beginning."""
    probability = 1 / N_CHORDS
    for order in range(min(options.order, place) + 1):
        context = song[place - order : place]
        weights = dict.fromkeys(range(N_CHORDS), 0.0)
        for other in learnt:
            for t in range(order, len(other)):
                if other[t - order : t] == context:
                    weights[other[t]] += 1
        for t in range(order, place):
            if song[t - order : t] == context:
                age = place - t
                weights[song[t]] += 1 + (options.fresh - 1) * 2 ** (-age / options.half_life)
        n_different = sum(weight > 0 for weight in weights.values())
        if n_different:
            escape = n_different if options.escape == "C" else 1
            total = sum(weights.values()) + escape
            probability = (weights[symbol] + escape * probability) / total
    return probability


@settings(deadline=None, max_examples=60)
@given(st.lists(few, max_size=3), few, some_options)
def test_probabilities_are_as_defined(learnt, song, options):
    model = DecayModel(options)
    for other in learnt:
        model.learn(other)
    wanted = [by_definition(options, learnt, song, t, song[t]) for t in range(len(song))]
    np.testing.assert_allclose(model.bits(song), -np.log2(wanted))


@settings(deadline=None, max_examples=20)
@given(st.lists(few, max_size=3), few, some_options)
def test_probabilities_sum_to_one(learnt, song, options):
    model = DecayModel(options)
    for other in learnt:
        model.learn(other)
    for probability in model.probabilities(song):
        assert sum(map(probability, range(N_CHORDS))) == pytest.approx(1)


@settings(deadline=None, max_examples=60)
@given(progressions(min_size=2), st.integers(1, 11))
def test_symbols_move_with_the_key_as_they_should(events, interval):
    moved = transposed(events, interval)
    rooted = np.flatnonzero(events.root >= 0)
    began = rooted[0] + 1 if len(rooted) else len(events)
    for which in ("from_first", "from_last"):
        assert symbols_of(events, which)[began:] == symbols_of(moved, which)[began:]
    if (events.tonic >= 0).all():
        assert symbols_of(events, "from_tonic") == symbols_of(moved, "from_tonic")
    if len(rooted):
        assert symbols_of(events, "absolute") != symbols_of(moved, "absolute")
    for which in SYMBOLS:
        assert 0 <= min(symbols_of(events, which)) <= max(symbols_of(events, which)) < N_CHORDS


@settings(deadline=None, max_examples=30)
@given(st.lists(progressions(max_size=6), max_size=2), progressions(max_size=8))
def test_the_classic_model_gives_distributions_from_any_reference(learnt, events):
    """Each viewpoint's candidates are all symbols, and what came is where it should be."""
    for which in SYMBOLS:
        model = ClassicModel([which])
        for other in learnt:
            model.learn(other)
        (projection,) = model._projections(events)
        for t in range(len(events)):
            image = projection.images[projection.image_index[t]]
            assert sorted(image) == list(range(N_CHORDS))
            assert image[symbols_of(events, "absolute")[t]] == symbols_of(events, which)[t]
        assert np.isfinite(model.bits(events)).all()


def test_the_classic_model_learns_what_it_predicts():
    events = events_of([(root, 0, TRIAD) for root in (0, 5, 7, 0, 9)])
    model = ClassicModel(SYMBOLS[:3])
    assert model.bits(events).sum() > model.bits(events).sum()


def test_options_are_those_that_predict_best():
    """Songs that are transposed copies: only symbols from a reference of their own help."""
    steps = [0, 2, 7, 5, 0, 9, 4, 2, 11, 7, 3, 8, 1, 6, 10]
    songs = [events_of([((step + key) % 12, 0, TRIAD) for step in steps]) for key in range(10)]
    best = choose_options(songs[:9], songs[9:])
    assert best.symbols in ("from_first", "from_last")
    in_c = [events_of([(step, n % 20, TRIAD) for step in steps]) for n in range(10)]
    in_keys = [events_of([(r, 3, TRIAD) for r in (4, 8, 1)], tonic=n) for n in range(3)]
    assert choose_options(in_keys, in_keys).symbols != "from_tonic"
    assert choose_options(in_c, in_c).order in (2, 3, 4, 6, 8)
