"""Mixtures, views and weights at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from tests.engine.mixture_oracle import NOTHING, Oracle

from clinamen.engine import _mixture_kernels as kernels
from clinamen.engine.mixture import ExpertView, Mixture, MixtureOptions

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
