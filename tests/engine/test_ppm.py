"""PPM against the plain-Python oracle, for every combination of options."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import tests.engine.oracle as oracle
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.engine.sequences import (
    N_SYMBOLS,
    corpora,
    images,
    options,
    oracle_image,
    plain,
    projections,
    sequences,
)

from clinamen.engine import _kernels
from clinamen.engine.counts import ContextTrie
from clinamen.engine.ppm import LTM_DEFAULTS, PPM, STM_DEFAULTS, PPMOptions, Projection
from clinamen.errors import ParameterError

N_ALPHABET = 3
sized_images = st.integers(1, 2).flatmap(lambda n_unknown: images(N_ALPHABET, n_unknown))
runs = st.integers(0, 10).flatmap(lambda n_events: projections(N_ALPHABET, n_events))


def taught(
    corpus: list[list[int]], given_options: PPMOptions, *, idyom: bool = False, ended: bool = True
) -> tuple[PPM, oracle.Counts]:
    model, counts = PPM(given_options, idyom=idyom), oracle.Counts()
    for sequence in corpus:
        model.start()
        counts.start()
        for symbol in sequence:
            model.observe(symbol)
            counts.observe(symbol)
        if ended:
            model.trie.end()
            counts.end()
    model.start()
    counts.start()
    return model, counts


def project(symbols: list[int], n_symbols: int) -> Projection:
    """A sequence whose candidates are the symbols themselves."""
    return Projection(
        np.array(symbols, dtype=np.int32),
        np.arange(n_symbols, dtype=np.int32)[None, :],
        np.zeros(len(symbols), dtype=np.int64),
        n_symbols,
        n_symbols,
    )


# A context known only from where a sequence broke off is no longer context that was passed
# over: the counts of the shorter one stay fresh.
BROKEN_OFF = ([[3, 0, 2], [3, 0, 2], [1, 0]], [1, 0], [0, 1, 2])


@given(corpora, sequences, sized_images, options, st.booleans(), st.booleans(), st.booleans())
@example(*BROKEN_OFF, PPMOptions(order_bound=1, update_exclusion=True), False, False, False)
@settings(deadline=None, max_examples=400)
def test_prediction_is_the_oracles(
    corpus: list[list[int]],
    now: list[int],
    image: list[int],
    given_options: PPMOptions,
    learn: bool,
    idyom: bool,
    ended: bool,
) -> None:
    model, counts = taught(corpus, given_options, idyom=idyom, ended=ended)
    for symbol in now:
        (model.observe if learn else model.walk)(symbol)
        (counts.observe if learn else counts.walk)(symbol)
    candidates = np.array(image, dtype=np.int32)
    found = model.predict(candidates, N_ALPHABET)
    expected = oracle.predict(
        counts, oracle_image(candidates), N_ALPHABET, plain(given_options), idyom=idyom
    )
    np.testing.assert_allclose(found, [] if expected is None else expected, rtol=1e-12)


@given(corpora, runs, options, st.booleans(), st.booleans())
@settings(deadline=None, max_examples=200)
def test_a_run_is_the_oracles(
    corpus: list[list[int]],
    projection: Projection,
    given_options: PPMOptions,
    learn: bool,
    idyom: bool,
) -> None:
    model, counts = taught(corpus, given_options, idyom=idyom)
    rows, defined = model.run(projection, learn=learn)
    for event, symbol in enumerate(projection.symbols):
        image = oracle_image(projection.images[projection.image_index[event]])
        row = oracle.predict(counts, image, N_ALPHABET, plain(given_options), idyom=idyom)
        assert defined[event] == (row is not None)
        if row is not None:
            np.testing.assert_allclose(rows[event], row, rtol=1e-12)
        if symbol >= 0:  # what is undefined is passed over
            (counts.observe if learn else counts.walk)(int(symbol))


@given(corpora, runs, options, st.booleans())
@settings(deadline=None, max_examples=200)
def test_a_run_is_the_same_event_by_event_to_the_bit(
    corpus: list[list[int]], projection: Projection, given_options: PPMOptions, learn: bool
) -> None:
    model, _ = taught(corpus, given_options)
    single = model.copy()
    rows, defined = model.run(projection, learn=learn)
    for event, symbol in enumerate(projection.symbols):
        row = single.predict(projection.images[projection.image_index[event]], N_ALPHABET)
        assert defined[event] == (len(row) > 0)
        if len(row):
            assert row.tolist() == rows[event].tolist()
        (single.observe if learn else single.walk)(int(symbol))


@given(corpora, sequences, sized_images, options)
@settings(deadline=None)
def test_rows_are_distributions(
    corpus: list[list[int]], now: list[int], image: list[int], given_options: PPMOptions
) -> None:
    model, _ = taught([*corpus, now], given_options)
    for symbol in now:
        model.walk(symbol)
    row = model.predict(np.array(image, dtype=np.int32), N_ALPHABET)
    if _kernels.NO_SYMBOL in image:
        assert len(row) == 0
    else:
        assert (row > 0).all()
        assert math.isclose(row.sum(), 1.0, rel_tol=1e-12)


@given(corpora, sequences, sequences, options)
@settings(deadline=None)
def test_a_copy_is_independent_to_the_bit(
    corpus: list[list[int]], now: list[int], other: list[int], given_options: PPMOptions
) -> None:
    model, _ = taught(corpus, given_options)
    for symbol in now:
        model.observe(symbol)
    image = np.arange(N_SYMBOLS, dtype=np.int32)
    before = model.predict(image, N_SYMBOLS).tolist()
    copy = model.copy()
    assert copy.predict(image, N_SYMBOLS).tolist() == before
    for symbol in other:
        copy.observe(symbol)
    assert model.predict(image, N_SYMBOLS).tolist() == before


@given(corpora, sequences, st.integers(0, 3), st.integers(0, 2), options)
@settings(deadline=None)
def test_a_longest_context_no_shorter_than_the_bound_changes_nothing(
    corpus: list[list[int]], now: list[int], bound: int, room: int, given_options: PPMOptions
) -> None:
    # With update exclusion it does: a symbol known only in contexts that are not kept is
    # then new in all that are.
    chosen = replace(given_options, order_bound=bound, update_exclusion=False)
    model, counts = PPM(chosen, trie=ContextTrie(bound + room)), oracle.Counts()
    for sequence in [*corpus, now]:
        counts.start()
        for symbol in sequence:
            counts.observe(symbol)
        counts.end()
        model.learn(project(sequence, N_SYMBOLS))
    model.start()
    for symbol in now:
        model.walk(symbol)
        counts.walk(symbol)
    row = model.predict(np.arange(N_SYMBOLS, dtype=np.int32), N_SYMBOLS)
    expected = oracle.predict(counts, list(range(N_SYMBOLS)), N_SYMBOLS, plain(chosen))
    np.testing.assert_allclose(row, expected, rtol=1e-12)


def test_arrays_grow_in_the_middle_of_a_run() -> None:
    symbols = np.random.default_rng(3).integers(0, 6, size=300).tolist()
    model, counts = PPM(STM_DEFAULTS), oracle.Counts()
    rows, _ = model.run(project(symbols, 6), learn=True)
    assert model.trie.n_nodes > 300
    for row, symbol in zip(rows, symbols, strict=True):
        expected = oracle.predict(counts, list(range(6)), 6, oracle.SHORT_TERM)
        np.testing.assert_allclose(row, expected, rtol=1e-12)
        counts.observe(symbol)


def test_more_symbols_than_the_first_scratch_holds() -> None:
    # The image names few symbols, the trie knows many: both must fit.
    learner = PPM(LTM_DEFAULTS)
    learner.learn(project(list(range(300)), 300))
    model = learner.copy()  # with the scratch that it begins with
    row = model.predict(np.array([0, 1], dtype=np.int32), 2)
    assert row.tolist() == [0.5, 0.5]
    wide = model.predict(np.arange(500, dtype=np.int32), 500)
    assert math.isclose(wide.sum(), 1.0)
    assert wide[0] > wide[499]


@pytest.mark.parametrize("interpolated", [True, False])
@pytest.mark.parametrize("escape", "abcdx")
def test_what_breaks_a_long_loop_has_some_probability(escape: str, interpolated: bool) -> None:
    # Without exclusion every one of the 240 orders leaves a small part of its mass.
    chosen = PPMOptions(escape, interpolated=interpolated, exclusion=False)  # type: ignore[arg-type]
    model = PPM(chosen)
    for _ in range(3):
        model.learn(project([0] * 250, 2))
    model.start()
    for _ in range(240):
        model.walk(0)
    row = model.predict(np.arange(2, dtype=np.int32), 2)
    assert 1e-210 < row[1] < 1e-150
    assert row[0] == 1.0


def test_a_loop_longer_than_the_longest_context() -> None:
    model = PPM(STM_DEFAULTS)
    rows, _ = model.run(project([0, 1] * 300, 2), learn=True)
    assert model.trie.depth == len(model.trie.active) - 1
    assert (rows[100:, :] > 0).all()
    assert rows[-1, 1] > 0.99


def test_nothing_learnt_is_flat() -> None:
    for chosen in (LTM_DEFAULTS, STM_DEFAULTS):
        row = PPM(chosen).predict(np.arange(5, dtype=np.int32), 5)
        np.testing.assert_allclose(row, 0.2, rtol=1e-15)


def test_a_symbols_mass_is_shared_evenly() -> None:
    model = PPM(LTM_DEFAULTS)
    model.learn(project([0, 0, 0, 1], 2))
    model.start()
    row = model.predict(np.array([0, 1, 0], dtype=np.int32), 3)
    assert row[0] == row[2]
    merged = model.predict(np.array([0, 1], dtype=np.int32), 2)
    np.testing.assert_allclose([row[0] + row[2], row[1]], merged, rtol=1e-15)


def test_what_is_unknown_about_the_event_is_summed_over() -> None:
    # Two candidates, each with two unknown values: symbols 0 1 and 2 3.
    model = PPM(LTM_DEFAULTS)
    model.learn(project([0, 1, 2, 0, 3, 1], 4))
    model.start()
    apart = model.predict(np.arange(4, dtype=np.int32), 4)
    together = model.predict(np.arange(4, dtype=np.int32), 2)
    np.testing.assert_allclose(together, [apart[0] + apart[1], apart[2] + apart[3]], rtol=1e-14)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"escape": "e"}, "escape must be one of a b c d x, not 'e'"),
        ({"escape": "C"}, "escape must be one of a b c d x, not 'C'"),
        ({"order_bound": -1}, "order_bound must be 0 or more, not -1"),
    ],
)
def test_wrong_options_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        PPMOptions(**wrong)  # type: ignore[arg-type]
