"""Strategies for sequences of symbols, images and options, shared by the engine's tests."""

from __future__ import annotations

import numpy as np
import tests.engine.oracle as oracle
from hypothesis import strategies as st

from clinamen.engine.ppm import PPMOptions, Projection
from clinamen.engine.symbols import NO_SYMBOL

N_SYMBOLS = 4

symbols = st.integers(0, N_SYMBOLS - 1)
sequences = st.lists(symbols, max_size=14)
corpora = st.lists(sequences, max_size=4)

options = st.builds(
    PPMOptions,
    escape=st.sampled_from("abcdx"),
    order_bound=st.none() | st.integers(0, 4),
    update_exclusion=st.booleans(),
    interpolated=st.booleans(),
    exclusion=st.booleans(),
)


def plain(given: PPMOptions) -> oracle.Settings:
    """The oracle's settings for the engine's options."""
    return oracle.Settings(
        given.escape,
        given.order_bound,
        given.update_exclusion,
        given.interpolated,
        given.exclusion,
    )


@st.composite
def images(draw: st.DrawFn, n_alphabet: int, n_unknown: int) -> list[int]:
    """Symbols of ``n_alphabet * n_unknown`` candidates, shared and never observed ones too.

    Now and then a candidate is undefined.
    """
    size = n_alphabet * n_unknown
    found = draw(st.lists(st.integers(0, N_SYMBOLS + 1), min_size=size, max_size=size))
    if draw(st.integers(0, 7)) == 7:
        found[draw(st.integers(0, size - 1))] = NO_SYMBOL
    return found


@st.composite
def projections(draw: st.DrawFn, n_alphabet: int, n_events: int) -> Projection:
    """A sequence with undefined events, and one image for all events or one for each."""
    n_unknown = draw(st.integers(1, 2))
    n_rows = draw(st.sampled_from(sorted({1, max(n_events, 1)})))
    rows = [draw(images(n_alphabet, n_unknown)) for _ in range(n_rows)]
    came = draw(st.lists(symbols | st.just(NO_SYMBOL), min_size=n_events, max_size=n_events))
    index = np.arange(n_events) if n_rows > 1 else np.zeros(n_events, dtype=np.int64)
    return Projection(
        np.array(came, dtype=np.int32),
        np.array(rows, dtype=np.int32),
        index,
        n_alphabet,
        N_SYMBOLS + 2,
    )


def oracle_image(image: np.ndarray) -> list[int | None]:
    """The image as the oracle wants it: None where undefined."""
    return [None if symbol == NO_SYMBOL else int(symbol) for symbol in image]
