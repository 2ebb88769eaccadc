"""Every figure that IDyOM 1.7.1 printed, by the engine: 130 configurations, 550 notes each.

The one event of two configurations that is not reproduced is stated here with its cause; a
test of its own shows that the cause explains the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from tests.engine.idyom_reference import (
    ALPHABETS,
    EVENTS,
    FOLDS,
    MELODIES,
    NAMES,
    ROWS,
    TOLERANCE_BITS,
    Configuration,
    parse,
    reference,
)

from clinamen.domains.music.projection import Lens, inter_onset_intervals
from clinamen.domains.music.viewpoints import parse_viewpoints
from clinamen.engine import _kernels
from clinamen.engine.model import ModelOptions, ViewpointModel

LOST_COUNT = ("TGTbioi.bioi-ratio.ltm+", "TGTbioi.bioi-ratio.both+")
"""IDyOM's order-0 count of the ratio 2 is one lower than counting gives, from here on:"""
LOST_AT = ("syn23", 2)
"""Melody and index of the one note where that can be seen."""

BeforeMelody = Callable[[str, list[Lens], ViewpointModel], None]


def rows_of(
    configuration: Configuration, target: str, before: BeforeMelody
) -> Iterator[tuple[str, np.ndarray]]:
    """Every test melody with its predictions, fold by fold in data-set order."""
    options = ModelOptions(
        configuration.memory,  # type: ignore[arg-type]
        long_term=configuration.long_term,
        idyom=True,
    )
    for fold in FOLDS:
        lenses = [Lens(v, target) for v in parse_viewpoints(configuration.viewpoints[target])]
        model = ViewpointModel(len(lenses), options)
        seen = {
            name: [lens.project(events, ALPHABETS) for lens in lenses]
            for name, events in EVENTS.items()
        }
        for name in EVENTS:
            if name not in fold:
                model.learn(seen[name])
        for name in fold:
            before(name, lenses, model)
            yield name, model.predict(seen[name])


def measures(rows: np.ndarray, name: str, target: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Information content, entropy and sum of every row."""
    values = EVENTS[name].pitch if target == "pitch" else inter_onset_intervals(EVENTS[name])
    chosen = np.searchsorted(ALPHABETS.of_target(target), values)
    heard = -np.log2(rows[np.arange(len(rows)), chosen])
    return heard, -(rows * np.log2(rows)).sum(axis=1), rows.sum(axis=1)


def computed(
    configuration: Configuration, before: BeforeMelody = lambda *_: None
) -> dict[str, np.ndarray]:
    """Information content and entropy of every note of every melody, each ``(T, 2)``."""
    parts = [
        {name: measures(rows, name, t) for name, rows in rows_of(configuration, t, before)}
        for t in configuration.viewpoints
    ]
    if len(parts) == 1:
        return {name: np.stack(found[:2], axis=1) for name, found in parts[0].items()}
    return {name: joint(parts[0][name], parts[1][name]) for name in EVENTS}


def joint(
    one: tuple[np.ndarray, np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> np.ndarray:
    """Measures of the product of two rows, whose sums need not be 1.

    -sum_ij p_i q_j log(p_i q_j) = H(p) sum(q) + H(q) sum(p).
    """
    entropy = one[1] * other[2] + other[1] * one[2]
    return np.stack([one[0] + other[0], entropy], axis=1)


def test_the_golden_file_is_whole() -> None:
    assert len(NAMES) == len(set(NAMES)) == 130
    assert len(ROWS) == 550
    assert len(MELODIES) == 24
    assert sorted(name for fold in FOLDS for name in fold) == sorted(MELODIES)
    pitches = [note.pitch for melody in MELODIES.values() for note in melody.notes]
    assert pitches == [int(row["midi_pitch"]) for row in ROWS]
    assert set(NAMES) >= set(LOST_COUNT)


@pytest.mark.parametrize("name", NAMES)
def test_idyom_is_reproduced(name: str) -> None:
    n_compared = 0
    for melody, found in computed(parse(name)).items():
        expected = reference(name, melody)
        compared = np.ones(len(expected), dtype=bool)
        if name in LOST_COUNT and melody == LOST_AT[0]:
            compared[LOST_AT[1]] = False
        difference = np.abs(found - expected)[compared]
        assert difference.max() <= TOLERANCE_BITS, f"{melody}, note {difference.argmax() // 2 + 1}"
        n_compared += compared.sum()
    assert n_compared == 550 - (name in LOST_COUNT)


def lose_one_count(melody: str, lenses: list[Lens], model: ViewpointModel) -> None:
    """Lower the order-0 count of the ratio 2 by one, as IDyOM's figures ask for."""
    if melody != LOST_AT[0]:
        return
    ratio_two = (2 << 31) + 1  # numerator and denominator
    symbol = lenses[0].tables[0].encode(np.array([ratio_two]))[0]
    trie = model.long_term[0].trie
    node = _kernels._find_child(trie.nodes, 0, symbol)
    assert trie.nodes[node, _kernels._COUNT] == 86
    trie.nodes[node, _kernels._COUNT] = 85


@pytest.mark.parametrize("name", LOST_COUNT)
def test_the_exception_is_one_lost_count(name: str) -> None:
    expected = reference(name, LOST_AT[0])
    counted = computed(parse(name))[LOST_AT[0]]
    outside = np.abs(counted - expected).max(axis=1) > TOLERANCE_BITS
    assert np.flatnonzero(outside).tolist() == [LOST_AT[1]]
    lowered = computed(parse(name), lose_one_count)[LOST_AT[0]]
    np.testing.assert_allclose(lowered, expected, rtol=0, atol=TOLERANCE_BITS)
