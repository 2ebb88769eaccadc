"""Long and short term over several viewpoints: against the oracle, and laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tests.engine.oracle as oracle
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.sequences import N_SYMBOLS, options, oracle_image, plain, projections

from clinamen.engine import _kernels
from clinamen.engine.counts import ContextTrie
from clinamen.engine.model import ModelOptions, State, ViewpointModel
from clinamen.engine.ppm import Projection
from clinamen.errors import ParameterError

N_ALPHABET = 3
MEMORIES = ("stm", "ltm", "ltm+", "both", "both+")

model_options = st.builds(
    ModelOptions,
    memory=st.sampled_from(MEMORIES),
    long_term=options,
    short_term=options,
    combination=st.sampled_from(["geometric", "arithmetic"]),
    viewpoint_bias=st.sampled_from([0.0, 1.0, 2.0, 7.0]),
    memory_bias=st.sampled_from([0.0, 1.0, 2.0, 7.0]),
    idyom=st.booleans(),
)


@st.composite
def pieces(draw: st.DrawFn, n_viewpoints: int) -> list[Projection]:
    """One piece seen through each viewpoint."""
    n_events = draw(st.integers(0, 6))
    return [draw(projections(N_ALPHABET, n_events)) for _ in range(n_viewpoints)]


corpora = st.integers(1, 2).flatmap(
    lambda n_viewpoints: st.lists(pieces(n_viewpoints), min_size=2, max_size=3)
)


def trained(corpus: list[list[Projection]], chosen: ModelOptions) -> ViewpointModel:
    model = ViewpointModel(len(corpus[0]), chosen)
    for piece in corpus:
        model.learn(piece)
    return model


def image_at(projection: Projection, event: int) -> np.ndarray:
    return projection.images[projection.image_index[event]]


class PlainModel:
    """The whole model over the oracle's PPM."""

    def __init__(self, n_viewpoints: int, chosen: ModelOptions) -> None:
        self.chosen = chosen
        self.long_term = [oracle.Counts() for _ in range(n_viewpoints)]

    def learn(self, piece: list[Projection]) -> None:
        for counts, projection in zip(self.long_term, piece, strict=True):
            counts.start()
            for symbol in projection.symbols.tolist():
                if symbol >= 0:
                    counts.observe(symbol)
            counts.end()

    def predict(self, piece: list[Projection]) -> list[list[float]]:
        chosen = self.chosen
        short_term = [oracle.Counts() for _ in piece]
        for counts in self.long_term:
            counts.start()
        rows = []
        for event in range(len(piece[0].symbols)):
            stores = []
            if chosen.memory != "stm":
                stores.append(self.store(self.long_term, piece, event, plain(chosen.long_term)))
            if not chosen.memory.startswith("ltm"):
                stores.append(self.store(short_term, piece, event, plain(chosen.short_term)))
            rows.append(self.mean(stores, chosen.memory_bias))
            self.move_on(short_term, piece, event)
        for counts in self.long_term:
            (counts.end if chosen.memory.endswith("+") else counts.end_known)()
        return rows

    def store(
        self,
        counts: list[oracle.Counts],
        piece: list[Projection],
        event: int,
        settings_: oracle.Settings,
    ) -> list[float]:
        rows = [
            oracle.predict(
                c, oracle_image(image_at(p, event)), N_ALPHABET, settings_, idyom=self.chosen.idyom
            )
            for c, p in zip(counts, piece, strict=True)
        ]
        return self.mean(rows, self.chosen.viewpoint_bias)

    def mean(self, rows: list[list[float] | None], bias: float) -> list[float]:
        geometric = self.chosen.combination == "geometric"
        return oracle.combine(rows, N_ALPHABET, bias, geometric=geometric, idyom=self.chosen.idyom)

    def move_on(self, short_term: list[oracle.Counts], piece: list[Projection], event: int) -> None:
        learn = self.chosen.memory.endswith("+")
        for long, short, projection in zip(self.long_term, short_term, piece, strict=True):
            symbol = int(projection.symbols[event])
            if symbol >= 0:
                (long.observe if learn else long.walk)(symbol)
                short.observe(symbol)


@given(corpora, model_options)
@settings(deadline=None, max_examples=200)
def test_the_whole_model_is_the_oracles(
    corpus: list[list[Projection]], chosen: ModelOptions
) -> None:
    model, expected = ViewpointModel(len(corpus[0]), chosen), PlainModel(len(corpus[0]), chosen)
    model.learn(corpus[0])
    expected.learn(corpus[0])
    # The second prediction depends on what the first one left behind.
    for piece in corpus[1:]:
        rows = model.predict(piece)
        assert rows.shape == (len(piece[0].symbols), N_ALPHABET)
        if len(rows):
            np.testing.assert_allclose(rows, expected.predict(piece), rtol=1e-9)
        else:
            expected.predict(piece)


def by_steps(state: State, piece: list[Projection], first: int = 0) -> list[list[float]]:
    rows = []
    for event in range(first, len(piece[0].symbols)):
        rows.append(state.predict([image_at(p, event) for p in piece]).tolist())
        state.observe([int(p.symbols[event]) for p in piece])
    return rows


@pytest.mark.parametrize("memory", MEMORIES)
@given(corpus=corpora, chosen=model_options)
@settings(deadline=None, max_examples=60)
def test_event_by_event_is_the_same_to_the_bit(
    memory: str, corpus: list[list[Projection]], chosen: ModelOptions
) -> None:
    chosen = with_memory(chosen, memory)
    model = trained(corpus[:-1], chosen)
    # The state first: whatever it does leaves the model as it was.
    stepped = by_steps(model.start(N_ALPHABET), corpus[-1])
    assert stepped == model.predict(corpus[-1]).tolist()


def with_memory(chosen: ModelOptions, memory: str) -> ModelOptions:
    return ModelOptions(
        memory,  # type: ignore[arg-type]
        chosen.long_term,
        chosen.short_term,
        chosen.combination,
        chosen.viewpoint_bias,
        chosen.memory_bias,
        chosen.idyom,
    )


@pytest.mark.parametrize("memory", MEMORIES)
@given(corpus=corpora, chosen=model_options, data=st.data())
@settings(deadline=None, max_examples=40)
def test_a_copied_state_is_independent_to_the_bit(
    memory: str, corpus: list[list[Projection]], chosen: ModelOptions, data: st.DataObject
) -> None:
    piece = corpus[-1]
    model = trained(corpus[:-1], with_memory(chosen, memory))
    whole = by_steps(model.start(N_ALPHABET), piece)
    state = model.start(N_ALPHABET)
    stop = data.draw(st.integers(0, len(whole)))
    for event in range(stop):
        state.observe([int(p.symbols[event]) for p in piece])
    astray = state.copy()
    for symbol in data.draw(st.lists(st.integers(0, N_SYMBOLS - 1), max_size=5)):
        astray.observe([symbol] * len(piece))
    assert by_steps(state.copy(), piece, stop) == by_steps(state, piece, stop) == whole[stop:]


rows_of_weights = st.lists(st.integers(1, 50), min_size=4, max_size=4)


def distribution(weights: list[int]) -> np.ndarray:
    return np.array(weights) / sum(weights)


def combined(
    rows: list[np.ndarray], geometric: bool, bias: float, defined: list[bool] | None = None
) -> np.ndarray:
    out = np.empty(len(rows[0]))
    known = np.array(defined if defined is not None else [True] * len(rows))
    _kernels.combine_rows(np.stack(rows), known, geometric, bias, False, out)
    return out


biases = st.sampled_from([0.0, 0.5, 2.0, 7.0, 32.0])


@given(rows_of_weights, st.booleans(), biases)
@settings(deadline=None)
def test_one_model_is_left_as_it_is(weights: list[int], geometric: bool, bias: float) -> None:
    row = distribution(weights) * 0.9995  # unnormalised as IDyOM leaves some
    assert combined([row], geometric, bias).tolist() == row.tolist()
    other = np.full(4, np.nan)
    assert combined([other, row], geometric, bias, [False, True]).tolist() == row.tolist()


@given(st.lists(rows_of_weights, min_size=2, max_size=4), st.booleans(), biases, st.randoms())
@settings(deadline=None)
def test_the_order_of_models_does_not_matter(
    all_weights: list[list[int]], geometric: bool, bias: float, random: object
) -> None:
    rows = [distribution(weights) for weights in all_weights]
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = combined(rows, geometric, bias), combined(shuffled, geometric, bias)
    np.testing.assert_allclose(one, other, rtol=1e-9)


@given(rows_of_weights, st.integers(2, 4), st.booleans(), biases)
@settings(deadline=None)
def test_models_that_agree_are_confirmed(
    weights: list[int], n_models: int, geometric: bool, bias: float
) -> None:
    row = distribution(weights)
    np.testing.assert_allclose(combined([row] * n_models, geometric, bias), row, rtol=1e-9)


@given(st.integers(1, 6), st.integers(1, 4), st.booleans(), biases)
@settings(deadline=None)
def test_flat_with_flat_is_flat(
    n_symbols: int, n_models: int, geometric: bool, bias: float
) -> None:
    flat = np.full(n_symbols, 1.0 / n_symbols)
    np.testing.assert_allclose(combined([flat] * n_models, geometric, bias), flat, rtol=1e-12)
    undefined = [False] * n_models
    out = combined([flat * np.nan] * n_models, geometric, bias, undefined)
    assert out.tolist() == flat.tolist()


@given(st.lists(rows_of_weights, min_size=2, max_size=4), biases)
@settings(deadline=None)
def test_both_means_are_numpys(all_weights: list[list[int]], bias: float) -> None:
    rows = np.array([distribution(weights) for weights in all_weights])
    relative = -(rows * np.log2(rows)).sum(axis=1) / np.log2(rows.shape[1])
    weights = relative**-bias
    arithmetic = np.average(rows, axis=0, weights=weights)
    np.testing.assert_allclose(combined(list(rows), False, bias), arithmetic, rtol=1e-9)
    geometric = np.exp(np.average(np.log(rows), axis=0, weights=weights))
    geometric /= geometric.sum()
    np.testing.assert_allclose(combined(list(rows), True, bias), geometric, rtol=1e-9)


@given(rows_of_weights, rows_of_weights)
@settings(deadline=None)
def test_a_larger_bias_moves_towards_the_surer_model(one: list[int], other: list[int]) -> None:
    sure, unsure = sorted((distribution(one), distribution(other)), key=oracle.entropy)
    low, high = (combined([sure, unsure], False, bias) for bias in (1.0, 7.0))
    assert np.abs(high - sure).sum() <= np.abs(low - sure).sum() + 1e-12


@pytest.mark.parametrize("geometric", [True, False])
@pytest.mark.parametrize("doubt", [1e-11, 1e-100, 1e-200])
def test_a_large_bias_on_near_certainty_stays_finite(geometric: bool, doubt: float) -> None:
    certain = np.array([1.0 - 2 * doubt, doubt, doubt])
    out = combined([certain, np.array([0.2, 0.5, 0.3])], geometric, 32.0)
    assert math.isclose(out.sum(), 1.0)
    np.testing.assert_allclose(out, certain, atol=1e-9)
    assert (out > 0).all()


def test_what_each_memory_uses() -> None:
    facts = {
        name: (o.uses_long_term, o.uses_short_term, o.keeps_learning)
        for name in MEMORIES
        if (o := ModelOptions(name))  # type: ignore[arg-type]
    }
    assert facts == {
        "stm": (False, True, False),
        "ltm": (True, False, False),
        "ltm+": (True, False, True),
        "both": (True, True, False),
        "both+": (True, True, True),
    }


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"memory": "LTM"}, "model must be one of stm, ltm, ltm\\+, both, both\\+, not 'LTM'"),
        ({"combination": "mean"}, "combination must be geometric or arithmetic, not 'mean'"),
        ({"viewpoint_bias": -1.0}, "bias must be 0 or more, not -1.0"),
        ({"memory_bias": math.nan}, "bias must be 0 or more, not nan"),
        ({"memory_bias": math.inf}, "bias must be 0 or more, not inf"),
    ],
)
def test_wrong_options_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        ModelOptions(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("memory", MEMORIES)
def test_every_viewpoint_must_be_given(memory: str) -> None:
    model = ViewpointModel(2, ModelOptions(memory))  # type: ignore[arg-type]
    image = np.arange(3, dtype=np.int32)
    one = Projection(
        np.zeros(1, np.int32), image[None, :], np.zeros(1, dtype=np.int64), N_ALPHABET, 3
    )
    state = model.start(N_ALPHABET)
    for name, call in (
        ("projections", lambda: model.learn([one])),
        ("projections", lambda: model.predict([one, one, one])),
        ("images", lambda: state.predict([image])),
        ("symbols", lambda: state.observe([0, 1, 2])),
    ):
        with pytest.raises(ParameterError, match=f"{name} must be one for each of 2 viewpoints"):
            call()


def test_a_model_needs_viewpoints_and_a_trie_for_each() -> None:
    with pytest.raises(ParameterError, match="at least one viewpoint"):
        ViewpointModel(0)
    with pytest.raises(ParameterError, match="tries must be one for each of 2 viewpoints, not 1"):
        ViewpointModel(2, tries=[ContextTrie()])


def test_given_tries_are_gone_on_from() -> None:
    trie = ContextTrie()
    for symbol in (0, 1, 0, 1):
        trie.observe(symbol)
    trie.end()
    model = ViewpointModel(1, ModelOptions("ltm"), tries=[trie])
    row = model.start(2).predict([np.arange(2, dtype=np.int32)])
    again = ViewpointModel(1, ModelOptions("ltm"))
    image = np.arange(2, dtype=np.int32)[None, :]
    sequence = Projection(
        np.array([0, 1, 0, 1], dtype=np.int32), image, np.zeros(4, dtype=np.int64), 2, 2
    )
    again.learn([sequence])
    assert row.tolist() == again.start(2).predict([image[0]]).tolist()


@pytest.mark.parametrize("memory", ["ltm", "both"])
def test_the_end_of_what_is_not_learnt_still_counts(memory: str) -> None:
    def seen(symbols: list[int]) -> list[Projection]:
        index = np.zeros(len(symbols), dtype=np.int64)
        image = np.arange(4, dtype=np.int32)[None, :]
        return [Projection(np.array(symbols, dtype=np.int32), image, index, 4, 4)]

    def after_two_and_zero() -> list[float]:
        return by_steps(model.start(4), seen([2, 0, 1]))[2]

    model = ViewpointModel(1, ModelOptions(memory))  # type: ignore[arg-type]
    model.learn(seen([2, 0, 1]))
    model.learn(seen([3, 0, 1]))
    before = after_two_and_zero()
    model.predict(seen([3]))
    assert after_two_and_zero() == before
    model.predict(seen([0]))
    # The context 0 can now end too, so it is no longer deterministic; 2 0 still is, and has
    # come only once: less sure of the 1.
    assert after_two_and_zero()[1] < before[1] - 0.05
