"""The learned mixture against a definition in plain Python, and against laws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.mixture_oracle import FIRST_CLASS, NOTHING, OFTEN, Oracle

from clinamen.engine import _mixture_kernels as kernels
from clinamen.engine import _mixture_votes as voting
from clinamen.engine.mixture import ExpertView, Mixture, MixtureOptions
from clinamen.errors import ParameterError

N_SYMBOLS = 12
# The oracle rounds its votes to single precision too, so that both add up the same
# numbers, in another order; without that they would agree to 1e-6 only.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Case:
    """Experts and sequences that they look at."""

    frames: list[int]
    n_classes: tuple[int, ...]
    views: list[ExpertView]
    options: MixtureOptions

    def mixture(self) -> Mixture:
        return Mixture(self.frames, self.n_classes, self.options)

    def oracle(self) -> Oracle:
        return Oracle(self.frames, self.n_classes, self.options)


def random_view(rng, n_events, case_shape):
    """Few contexts, so that they repeat; some without, some symbols undefined, some not come."""
    n_experts, n_frames, n_alphabet, n_classes = case_shape
    codes = rng.integers(1, 4, (n_events, n_experts)) + 10 * np.arange(n_experts)
    codes[rng.random(codes.shape) < 0.15] = kernels.NO_CONTEXT
    n_images = int(rng.integers(1, 4))
    images = np.array(
        [
            [rng.permutation(N_SYMBOLS)[:n_alphabet] for _ in range(n_frames)]
            for _ in range(n_images)
        ],
        dtype=np.int32,
    )
    images[rng.random(images.shape) < 0.1] = NOTHING
    image_index = rng.integers(0, n_images, n_events)
    came = rng.integers(0, n_alphabet, n_events)
    came[rng.random(n_events) < 0.1] = -1
    symbols = images[image_index, :, came]
    symbols[came < 0] = NOTHING
    return ExpertView(
        codes=codes,
        symbols=np.ascontiguousarray(symbols),
        images=images,
        image_index=image_index,
        came=came,
        classes=np.array([rng.integers(0, n_classes) for _ in range(n_events)], dtype=np.int64)
        .reshape(n_events, len(n_classes)),
        n_symbols=N_SYMBOLS,
    )  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    n_experts, n_frames = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    n_alphabet = draw(st.integers(1, 6))
    n_classes = tuple(draw(st.lists(st.integers(1, 3), max_size=2)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = n_experts, n_frames, n_alphabet, n_classes
    lengths = draw(st.lists(st.integers(1, 14), min_size=1, max_size=4))
    options = MixtureOptions(
        smoothing=draw(st.sampled_from([0.01, 0.05, 1.0])),
        rate=draw(st.sampled_from([0.02, 0.5])),
        fine_rate=draw(st.sampled_from([0.0, 0.1, 1.0])),
        spread=draw(st.sampled_from([0.5, 300.0])),
        first_weight=draw(st.sampled_from([0.0, 0.01, 0.3])),
        n_passes=draw(st.integers(0, 3)),
        seed=draw(st.integers(0, 3)),
    )
    return Case(
        frames=rng.integers(0, n_frames, n_experts).tolist(),
        n_classes=n_classes,
        views=[random_view(rng, length, shape) for length in lengths],
        options=options,
    )


def scatter_weights(mixture, seed=0, size=0.3):
    """Weights of which no two are alike."""
    mixture.weights[:] = np.random.default_rng(seed).normal(0, size, mixture.weights.shape)
    return mixture


def counts(mixture):
    """Everything that the long-term store has counted: {context: {symbol: count}}."""
    store = mixture.long_term
    found = {}
    for key, place in zip(store.keys.tolist(), store.places.tolist(), strict=True):
        if place >= 0:
            seen, distinct, first, low, width, _ = store.contexts[place].tolist()
            block = enumerate(store.counts[first : first + width].tolist(), start=low)
            found[key] = {symbol: count for symbol, count in block if count}
            assert sum(found[key].values()) == seen
            assert len(found[key]) == distinct
    return {key: followed for key, followed in found.items() if followed}


def up_to(view, event):
    """A view whose last event is this one."""
    return next(view.parts([event + 1]))


def rows_alone(mixture, view):
    """Predictions of the events of a view one by one, each from those before it."""
    first = np.zeros(1, dtype=np.int64)
    events = range(len(view.came))
    return np.concatenate(
        [mixture.predict_rows(up_to(view, event), first + event, first) for event in events]
    )


# Against the definition


@given(cases(), st.integers(0, 9))
@settings(deadline=None, max_examples=60)
def test_predictions_are_the_definition_s(case, seed):
    mixture, oracle = scatter_weights(case.mixture(), seed), case.oracle()
    oracle.weights.update(np.ndenumerate(mixture.weights))
    mixture.count(case.views[1:])
    oracle.count(case.views[1:])
    for view in case.views:
        rows = mixture.predict(view)
        assert rows == pytest.approx(oracle.predict(view), abs=TOLERANCE)
        assert np.abs(rows.sum(axis=1) - 1).max() < 1e-12
        assert (rows > 0).all()


@given(cases())
@settings(deadline=None, max_examples=60)
def test_learned_weights_are_the_definition_s(case):
    mixture, oracle = case.mixture(), case.oracle()
    mixture.count(case.views)
    oracle.count(case.views)
    before = counts(mixture)
    costs = mixture.learn_weights(case.views)
    assert costs == pytest.approx(oracle.learn_weights(case.views), abs=TOLERANCE)
    assert mixture.weights == pytest.approx(
        oracle.weight_table(mixture.weights.shape), abs=TOLERANCE
    )
    assert counts(mixture) == before


def test_confidence_classes():
    for often, seen in enumerate(OFTEN):
        assert kernels.confidence_class(seen, 1) == 4 * often
        assert kernels.confidence_class(seen + 1, 1) == 4 * (often + 1)
    assert [kernels.confidence_class(9, many) % 4 for many in (1, 2, 3, 4, 5, 9)] == [
        0, 1, 2, 2, 3, 3,
    ]  # fmt: skip
    assert kernels.confidence_class(10**9, 500) == kernels.N_CONFIDENCES - 1
    assert FIRST_CLASS == voting.FIRST_CLASS


def one_expert(symbols, codes=None, n_alphabet=2):
    """A view of one expert, whose context is always the same, over two candidates."""
    n_events = len(symbols)
    return ExpertView(
        codes=np.full((n_events, 1), 7) if codes is None else np.array(codes)[:, None],
        symbols=np.array(symbols, dtype=np.int32)[:, None],
        images=np.arange(n_alphabet, dtype=np.int32)[None, None, :],
        image_index=np.zeros(n_events, dtype=np.int64),
        came=np.array(symbols, dtype=np.int64),
        classes=np.zeros((n_events, 0), dtype=np.int64),
        n_symbols=n_alphabet,
    )


def test_by_hand():
    """Long-term: 3 to 1; short-term: nothing, then one more of the first."""
    mixture = Mixture([0], options=MixtureOptions(smoothing=1.0, first_weight=0.5))
    mixture.count([one_expert([0, 0, 1, 0])])
    rows = mixture.predict(one_expert([0, 0]))
    # exp(log(1 + c) / 2): the long-term expert gives 2 : sqrt(2), the short-term sqrt(2) : 1.
    assert rows[0] == pytest.approx(np.array([2, 2**0.5]) / (2 + 2**0.5), rel=1e-6)
    assert rows[1] == pytest.approx(np.array([2 * 2**0.5, 2**0.5]) / (3 * 2**0.5), rel=1e-6)


# Leaving a sequence out


@given(cases(), st.integers(0, 9))
@settings(deadline=None, max_examples=40)
def test_a_sequence_taken_out_was_never_there(case, seed):
    """To the bit: each expert adds once to each candidate, in the same order."""
    everything, others = (
        scatter_weights(case.mixture(), seed),
        scatter_weights(case.mixture(), seed),
    )
    left_out = case.views[0]
    everything.count(case.views)
    others.count(case.views[1:])
    before = counts(everything)
    found = everything.long_term.find(left_out.codes)
    everything._count(found, left_out, -1)
    assert counts(everything) == counts(others)
    assert np.array_equal(everything.predict(left_out), others.predict(left_out))
    everything._count(found, left_out, 1)
    assert counts(everything) == before


@given(cases())
@settings(deadline=None, max_examples=20)
def test_cost_of_the_first_step_is_that_of_a_mixture_that_never_heard_it(case):
    options = replace(case.options, n_passes=1)
    for view in case.views[:1]:
        everything, others = case.mixture(), case.mixture()
        everything.options = options
        everything.count(case.views)
        others.count(case.views[1:])
        # Steps too small to matter within the sequence.
        everything.options = replace(options, rate=1e-12)
        heard = view.came >= 0
        bits = -np.log2(others.predict(view)[heard, view.came[heard]])
        (cost,) = everything.learn_weights([view])
        assert cost == pytest.approx(bits.mean() if heard.any() else 0.0, abs=1e-8)


def test_what_did_not_come_costs_nothing():
    """Found by reading: index -1 was the last candidate."""
    view = one_expert([0, 0, 0])
    unheard = replace(
        view,
        came=np.array([0, -1, 0]),
        symbols=np.array([[0], [NOTHING], [0]], dtype=np.int32),
    )
    heard = one_expert([0, 0])
    costs = []
    for each in (unheard, heard):
        mixture = Mixture([0], options=MixtureOptions(n_passes=1))
        mixture.count([each])
        costs += mixture.learn_weights([each])
    assert costs[0] == costs[1]


# Laws


@given(cases(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_order_of_counting_does_not_matter(case, random):
    shuffled = random.sample(case.views, len(case.views))
    one, other = scatter_weights(case.mixture()), scatter_weights(case.mixture())
    one.count(case.views)
    other.count(shuffled)
    assert counts(one) == counts(other)
    for view in case.views:
        assert np.array_equal(one.predict(view), other.predict(view))


@given(cases())
@settings(deadline=None, max_examples=30)
def test_event_by_event_is_bit_for_bit_the_batch(case):
    mixture = scatter_weights(case.mixture())
    mixture.count(case.views[1:])
    for view in case.views:
        assert np.array_equal(rows_alone(mixture, view), mixture.predict(view))


@given(cases(), st.data())
@settings(deadline=None, max_examples=30)
def test_sequences_that_share_a_beginning_are_predicted_as_each_alone(case, data):
    """Whatever rows are asked for, in whatever order; a beginning heard as part of each."""
    mixture = scatter_weights(case.mixture())
    mixture.count(case.views[:1])
    view = case.views[-1]
    length = len(view.came)
    begin = data.draw(st.integers(0, length - 1))
    past = mixture.past(up_to(view, begin - 1)) if begin else None
    # The rest of the sequence twice, end to end.
    rest = {name: getattr(view, name)[begin:] for name in ("codes", "symbols", "image_index")}
    rest |= {name: getattr(view, name)[begin:] for name in ("came", "classes")}
    twice = replace(view, **{name: np.concatenate([each, each]) for name, each in rest.items()})
    n_rest = length - begin
    rows = np.array(data.draw(st.lists(st.integers(0, 2 * n_rest - 1), min_size=1)))
    found = mixture.predict_rows(twice, rows, rows // n_rest * n_rest, past)
    assert np.array_equal(found, mixture.predict(view)[begin + rows % n_rest])


@given(cases())
@settings(deadline=None, max_examples=20)
def test_copies_of_a_mixture_go_their_own_way(case):
    original = scatter_weights(case.mixture())
    original.count(case.views[:1])
    before, counted = original.predict(case.views[-1]), counts(original)
    copied = original.copy()
    copied.count(case.views)
    copied.learn_weights(case.views)
    assert counts(original) == counted
    assert np.array_equal(original.predict(case.views[-1]), before)


@given(cases())
@settings(deadline=None, max_examples=20)
def test_predict_and_learn_is_predict_then_count(case):
    one, other = scatter_weights(case.mixture()), scatter_weights(case.mixture())
    for view in case.views:
        assert np.array_equal(one.predict(view, learn=True), other.predict(view))
        other.count([view])
    assert counts(one) == counts(other)


@given(cases())
@settings(deadline=None, max_examples=20)
def test_same_views_and_seed_give_the_same_weights(case):
    weights = []
    for _ in range(2):
        mixture = case.mixture()
        mixture.count(case.views)
        mixture.learn_weights(case.views)
        weights.append(mixture.weights)
    assert np.array_equal(*weights)


def test_seed_is_the_order_of_sequences():
    rng = np.random.default_rng(4)
    views = [random_view(rng, 12, (3, 2, 4, (2,))) for _ in range(6)]
    weights = []
    for seed in (0, 1):
        mixture = Mixture([0, 1, 0], (2,), MixtureOptions(seed=seed, spread=1.0))
        mixture.count(views)
        mixture.learn_weights(views)
        weights.append(mixture.weights)
    assert not np.array_equal(*weights)


def test_learning_pays():
    """One expert knows, one errs: bits fall, and the one that knows gets the weight."""
    rng = np.random.default_rng(0)
    views = []
    for _ in range(20):
        symbols = rng.integers(0, 2, 30)
        view = one_expert(symbols)
        codes = np.stack([symbols + 100, rng.integers(200, 202, 30)], axis=1)
        views.append(replace(view, codes=codes))
    mixture = Mixture([0, 0], options=MixtureOptions(spread=1.0))
    mixture.count(views)
    costs = mixture.learn_weights(views)
    assert sorted(costs, reverse=True) == costs
    assert costs[-1] < 0.2
    assert mixture.weights[0, 0] > 5 * abs(mixture.weights[0, 1])


def test_progress_is_told():
    views, told = [one_expert([0, 1]), one_expert([1])], []
    mixture = Mixture([0], options=MixtureOptions(n_passes=2))
    mixture.count(views)
    mixture.learn_weights(views, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@given(cases())
@settings(deadline=None, max_examples=20)
def test_where_nothing_is_known_all_is_alike(case):
    mixture = scatter_weights(case.mixture())
    mixture.count(case.views)
    view = case.views[0]
    for codes in (np.full_like(view.codes, kernels.NO_CONTEXT), view.codes + 10**15):
        rows = mixture.predict(replace(view, codes=codes, came=np.full_like(view.came, -1)))
        assert (rows == 1 / rows.shape[1]).all()


@pytest.mark.parametrize("size", [1e3, 1e100, -1e100])
@pytest.mark.parametrize("n_times", [1, 65_535, 1_000_000])
def test_no_zero_and_no_nan_whatever_the_weights_and_counts(size, n_times):
    rng = np.random.default_rng(1)
    shape = (4, 2, 6, (3,))
    views = [random_view(rng, 10, shape) for _ in range(4)]
    mixture = scatter_weights(Mixture([0, 1, 0, 1], (3,)), size=abs(size))
    if size < 0:
        mixture.weights = -np.abs(mixture.weights)
    for view in views:
        mixture._count(mixture.long_term.add(view.codes), view, n_times)
    for view in views:
        rows = mixture.predict(view)
        assert np.isfinite(rows).all()
        assert (rows > 0).all()
        assert np.abs(rows.sum(axis=1) - 1).max() < 1e-12


# Growth


def test_tables_and_links_outgrow_their_first_sizes():
    """New contexts at every event beside one that gets a new continuation each time."""
    n_events, n_symbols = 700, 512
    rng = np.random.default_rng(2)
    event = np.arange(n_events)
    came = event % 6
    images = np.array([[rng.permutation(n_symbols)[:6]] for _ in range(n_events)], dtype=np.int32)
    images[:n_symbols, 0, :] = (np.arange(n_symbols)[:, None] + 7 * np.arange(6)) % n_symbols
    view = ExpertView(
        codes=np.stack([event + 1000, event + 5000, event % 600 + 9000, np.full_like(event, 7)], 1),
        symbols=images[event, :, came],
        images=images,
        image_index=event,
        came=came,
        classes=np.zeros((n_events, 0), dtype=np.int64),
        n_symbols=n_symbols,
    )
    options = MixtureOptions(first_weight=0.1)
    mixture, oracle = Mixture([0] * 4, (), options), Oracle([0] * 4, (), options)
    first_size, first_cells = len(mixture.long_term.keys), len(mixture.long_term.counts)
    mixture.count([view])
    oracle.count([view])
    assert len(mixture.long_term.keys) > first_size
    assert len(mixture.long_term.counts) > first_cells
    expected = {code: dict(followed) for code, followed in oracle.long_term.counts.items()}
    assert counts(mixture) == expected
    assert len(expected[7]) > 256
    rows = mixture.predict(view)
    assert rows == pytest.approx(oracle.predict(view), abs=TOLERANCE)
    assert np.array_equal(rows_alone(mixture, view), rows)


def test_the_short_term_store_outgrows_its_links():
    """Many experts whose one context goes on in a new way each time: blocks move and grow."""
    n_experts, n_events, n_symbols = 9, 260, 300
    event = np.arange(n_events)
    images = ((event[:, None, None] + np.array([0, 1])) % n_symbols).astype(np.int32)
    view = ExpertView(
        codes=np.tile(np.arange(1, n_experts + 1), (n_events, 1)),
        symbols=np.ascontiguousarray(images[:, :, 0]),
        images=images,
        image_index=event,
        came=np.zeros(n_events, dtype=np.int64),
        classes=np.zeros((n_events, 0), dtype=np.int64),
        n_symbols=n_symbols,
    )
    frames, options = [0] * n_experts, MixtureOptions(first_weight=0.1)
    mixture, oracle = Mixture(frames, (), options), Oracle(frames, (), options)
    rows = mixture.predict(view)
    assert rows == pytest.approx(oracle.predict(view), abs=TOLERANCE)
    assert np.array_equal(rows_alone(mixture, view), rows)


# What is refused


@pytest.mark.parametrize(
    "wrong",
    [
        {"smoothing": 0.0},
        {"rate": 0.0},
        {"spread": -1.0},
        {"fine_rate": -0.1},
        {"n_passes": -1},
        {"smoothing": float("nan")},
        {"rate": float("nan")},
        {"rate": float("inf")},
        {"first_weight": float("nan")},
    ],
)
def test_options_that_make_no_sense(wrong):
    with pytest.raises(ParameterError):
        MixtureOptions(**wrong)


def test_a_mixture_of_nothing():
    with pytest.raises(ParameterError, match="at least one expert"):
        Mixture([])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"codes": np.ones((3, 1), dtype=np.int64)}, "codes .* shape"),
        ({"symbols": np.zeros((2, 2), dtype=np.int32)}, "symbols .* shape"),
        ({"image_index": np.zeros(1, dtype=np.int64)}, "image_index .* shape"),
        ({"classes": np.zeros((0, 0), dtype=np.int64)}, "classes .* shape"),
        ({"image_index": np.array([0, 1])}, "image_index .* from 0 to 0"),
        ({"symbols": np.array([[0], [2]], dtype=np.int32)}, "symbols .* from -2 to 1"),
        ({"symbols": np.array([[0], [-3]], dtype=np.int32)}, "symbols .* from -2 to 1"),
        ({"images": np.array([[[0, 2]]], dtype=np.int32)}, "images .* from -2 to 1"),
        ({"came": np.array([0, 2])}, "came .* from -1 to 1"),
        ({"came": np.array([0, -2])}, "came .* from -1 to 1"),
        ({"n_symbols": 513}, "at most 512"),
    ],
)
def test_views_that_would_write_outside(wrong, message):
    with pytest.raises(ParameterError, match=message):
        replace(one_expert([0, 1]), **wrong)


@pytest.mark.parametrize(
    ("mixture", "message"),
    [
        (Mixture([0, 0]), "1 experts and 1 frames does not fit 2 experts"),
        (Mixture([1]), "does not fit 1 experts and 2 frames"),
        (Mixture([0], (2,)), "0 groups of classes does not fit 1"),
    ],
)
def test_views_for_other_experts(mixture, message):
    view = one_expert([0, 1])
    for use in (mixture.predict, lambda view: mixture.count([view])):
        with pytest.raises(ParameterError, match=message):
            use(view)
    with pytest.raises(ParameterError, match=message):
        mixture.learn_weights([view])
    assert counts(mixture) == {}


def test_a_class_that_the_mixture_does_not_have():
    view = replace(one_expert([0, 1]), classes=np.array([[0], [2]]))
    with pytest.raises(ParameterError, match=r"classes .* from 0 to 1"):
        Mixture([0], (2,)).predict(view)


@pytest.mark.parametrize("wrong", [([-1], ()), ([0], (0,))])
def test_frames_and_classes_that_cannot_be(wrong):
    with pytest.raises(ParameterError, match="frames count from 0"):
        Mixture(*wrong)


# Codes of contexts


def test_codes_of_all_small_tuples_differ_and_are_positive():
    values = (*range(-12, 13), 60, 61, 120, 5040, 10080, 2**31, 2**40, -(2**40))
    codes = []
    for expert in range(1, 6):
        base = kernels.hash_step(expert, 0x1234567)
        for pair in product(values, repeat=2):
            first = kernels.hash_step(base, pair[0])
            codes.append(kernels.hash_step(first, pair[1]))
        codes += [kernels.hash_step(base, value) for value in values]
        codes.append(base)
    assert len(set(codes)) == len(codes)
    assert min(codes) > 0
    assert max(codes) < 2**62


def codes_of(components, undefined, terms, starts):
    """Codes of contexts in which nothing lies earlier: components ``(T, C)``, columns in terms."""
    lagged = np.stack([terms, np.zeros_like(terms)], axis=1)
    out = np.empty((len(components), len(starts) - 1), dtype=np.int64)
    columns, index = np.ascontiguousarray(components.T), np.arange(len(components))
    scratch = np.empty((2, 1000), dtype=np.int64)
    kernels.lagged_codes(columns, index, undefined, lagged, starts, scratch, out)
    return out


def test_codes_of_long_regular_tuples_differ():
    """Times and intervals as they stand in music: multiples of a few ticks, small steps."""
    triples = np.array(list(product(range(-7, 8), range(-7, 8), range(0, 40320, 2520))))
    components = np.concatenate([triples, triples[:, ::-1]])
    terms, starts = np.array([0, 1, 2, 0, 1, 2]), np.array([0, 3, 6])
    out = codes_of(components, np.iinfo(np.int64).min, terms, starts)
    n_different = len(np.unique(components, axis=0))
    assert len(np.unique(out)) == 2 * n_different
    assert out.min() > 0


def test_a_context_with_an_undefined_term_is_none():
    undefined = np.iinfo(np.int64).min
    components = np.array([[1, undefined], [undefined, 1], [1, 1]])
    out = codes_of(components, undefined, np.array([0, 0, 1]), np.array([0, 1, 3]))
    assert (out[:, 0] == kernels.NO_CONTEXT).tolist() == [False, True, False]
    assert (out[:, 1] == kernels.NO_CONTEXT).tolist() == [True, True, False]


UNDEFINED = np.iinfo(np.int64).min


@given(st.data(), st.integers(1, 9))
@settings(deadline=None, max_examples=60)
def test_a_code_is_of_an_expert_and_of_what_it_looks_at(data, n_together):
    """However many are done together; nothing is seen of the sequence before."""
    lengths = data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))
    index = np.concatenate([np.arange(length) for length in lengths])
    looks = st.tuples(st.integers(0, 1), st.integers(0, 14))
    experts = data.draw(st.lists(st.lists(looks, min_size=1, max_size=3), min_size=1, max_size=4))
    values = st.sampled_from([0, 1, -5, 2**40, UNDEFINED])
    rows = st.lists(values, min_size=len(index), max_size=len(index))
    components = np.array([data.draw(rows), data.draw(rows)])
    terms = np.array([term for expert in experts for term in expert])
    starts = np.cumsum([0, *map(len, experts)])
    found = np.empty((len(index), len(experts)), dtype=np.int64)
    scratch = np.empty((2, n_together), dtype=np.int64)
    kernels.lagged_codes(components, index, UNDEFINED, terms, starts, scratch, found)
    for event, expert in product(range(len(index)), range(len(experts))):
        seen = [
            UNDEFINED if lag > index[event] else int(components[row, event - lag])
            for row, lag in experts[expert]
        ]
        code = kernels.hash_step(expert + 1, 0x1234567)
        for value in seen:
            code = kernels.hash_step(code, value)
        code = (expert + 1) * 2**kernels.CODE_BITS + code % 2**kernels.CODE_BITS
        assert found[event, expert] == (kernels.NO_CONTEXT if UNDEFINED in seen else code)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5))
@settings(deadline=None, max_examples=20)
def test_parts_of_a_view_are_its_sequences(lengths):
    rng = np.random.default_rng(len(lengths))
    whole = random_view(rng, sum(lengths), (3, 2, 4, (2,)))
    ends = np.cumsum(lengths).tolist()
    parts = list(whole.parts(ends))
    assert [len(part.came) for part in parts] == lengths
    for begin, end, part in zip([0, *ends], ends, parts, strict=False):
        for name in ("codes", "symbols", "image_index", "came", "classes"):
            assert np.array_equal(getattr(part, name), getattr(whole, name)[begin:end]), name
        # As good as one made anew, of which everything is checked.
        assert np.array_equal(replace(part).images, whole.images)
        assert part.n_symbols == whole.n_symbols


@given(cases(), st.sampled_from(("rows", "firsts")), st.sampled_from((-1, 10**6)))
@settings(deadline=None, max_examples=10)
def test_rows_that_are_not_there_are_refused(case, name, value):
    mixture, view = case.mixture(), case.views[0]
    given_ = {"rows": np.zeros(1, dtype=np.int64), "firsts": np.zeros(1, dtype=np.int64)}
    given_[name] = np.array([value])
    with pytest.raises(ParameterError, match=name):
        mixture.predict_rows(view, **given_)
