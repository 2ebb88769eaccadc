"""The archive against a plain dictionary, and the laws of its merging."""

from __future__ import annotations

import math
import pickle
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import ParameterError
from clinamen.search import Archive, Axis

AXES = (Axis("width", 0.0, 1.0, 3), Axis("height", -2.0, 2.0, 4))
NAMES = ("height", "colour", "width")

Row = tuple[str, float, tuple[float, float, float], str]
# Few values, so that cells are shared and objectives are equal.
ROWS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from([0.0, 0.1, 0.7, 1e9 + 0.1]),
        st.tuples(
            st.sampled_from([-3.0, -2.0, -1.0, 0.0, 1.99, 2.0, 5.0]),
            st.sampled_from([0.0, 7.0]),
            st.sampled_from([-1.0, 0.0, 0.3, 1 / 3, 0.5, 1.0, 2.0]),
        ),
        st.sampled_from(["", "x", "y"]),
    ),
    max_size=12,
)


def filled(rows: Sequence[Row]) -> Archive[str]:
    archive = Archive[str](AXES, str.encode, NAMES)
    add(archive, rows)
    return archive


def add(archive: Archive[str], rows: Sequence[Row]) -> None:
    archive.add(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        [row[3] for row in rows],
    )


def merged(*archives: Archive[str]) -> Archive[str]:
    found = filled([])
    for each in archives:
        found.merge(each)
    return found


def same(a: Archive[str], b: Archive[str]) -> bool:
    return (a.cells, a.elites, a.qd_score) == (b.cells, b.elites, b.qd_score)


def plain(rows: Sequence[Row]) -> dict[tuple[int, int], Row]:
    """The same by hand: cells by division, the best by sorting."""
    cells: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        height, _, width = row[2]
        across = min(2, max(0, math.floor(width * 3)))
        up = min(3, max(0, math.floor(height + 2)))
        cells.setdefault((across, up), []).append(row)
    return {
        cell: min(found, key=lambda row: (-row[1], row[0], row[3], row[2]))
        for cell, found in cells.items()
    }


@given(ROWS)
@settings(deadline=None)
def test_archive_is_the_best_of_each_cell(rows: list[Row]) -> None:
    archive, wanted = filled(rows), plain(rows)
    found = {
        cell: (elite.solution, elite.objective, elite.measures, elite.origin)
        for cell, elite in zip(archive.cells, archive.elites, strict=True)
    }
    assert found == wanted
    assert list(archive.cells) == sorted(wanted)
    assert archive.coverage == len(wanted) / 12
    assert archive.qd_score == math.fsum(row[1] for row in wanted.values())


@given(ROWS, st.randoms(use_true_random=False), st.integers(0, 12))
@settings(deadline=None)
def test_neither_order_nor_division_matters(rows, chance, at) -> None:
    whole = filled(rows)
    shuffled = chance.sample(rows, len(rows))
    parts = filled(shuffled[:at])
    add(parts, shuffled[at:])
    assert same(whole, parts)
    assert same(whole, merged(filled(shuffled[at:]), filled(shuffled[:at])))


@given(ROWS, ROWS, ROWS)
@settings(deadline=None)
def test_merging_is_commutative_associative_and_idempotent(a, b, c) -> None:
    one, two, three = filled(a), filled(b), filled(c)
    assert same(merged(one, two), merged(two, one))
    assert same(merged(merged(one, two), three), merged(one, merged(two, three)))
    assert same(merged(one, one), one)
    assert same(merged(one, filled([])), one)


@given(ROWS, ROWS)
@settings(deadline=None)
def test_an_add_only_betters_and_tells_by_how_much(before, rows) -> None:
    archive = filled(before)
    old = {cell: archive.get(cell) for cell in archive.cells}
    score = archive.qd_score
    added = archive.add(*(list(column) for column in zip(*rows, strict=True))) if rows else None
    for cell, elite in old.items():
        assert archive.get(cell).objective >= elite.objective
    assert len(archive) >= len(old)
    assert archive.qd_score >= score
    if added is None:
        return
    assert added.gained == pytest.approx(archive.qd_score - score, abs=1e-6)
    after = {cell: archive.get(cell) for cell in archive.cells}
    assert added.n_improved == sum(
        after[cell].objective > elite.objective for cell, elite in old.items()
    )
    assert added.n_new == len(archive) - len(old)
    for row, status, value in zip(rows, added.status, added.value, strict=True):
        there = old.get(archive.cell_of(row[2]))
        assert value == row[1] - (there.objective if there else 0.0)
        assert status == (2 if there is None else int(value > 0))


def test_projecting_keeps_the_best_of_what_meets() -> None:
    archive = filled(
        [("a", 0.5, (0.0, 0.0, 0.0), ""), ("b", 1.0, (1.0, 9.0, 0.0), ""),
         ("c", 0.2, (0.0, 9.0, 1.0), "")]
    )  # fmt: skip
    found = archive.projected([Axis("width", 0.0, 1.0, 2)])
    assert [elite.solution for elite in found.elites] == ["b", "c"]
    assert found.names == NAMES
    by_colour = archive.projected([Axis("colour", 0.0, 9.0, 2)])
    assert [elite.solution for elite in by_colour.elites] == ["a", "b"]


def test_a_draw_depends_on_what_there_is_and_not_on_its_past() -> None:
    rows = [(letter, 1.0, (0.0, 0.0, width), "") for letter, width in (("a", 0.1), ("b", 0.9))]
    draws = [
        [elite.solution for elite in filled(each).draw(20, np.random.default_rng(1))]
        for each in (rows, rows[::-1])
    ]
    assert draws[0] == draws[1]
    assert {*draws[0]} == {"a", "b"}


@given(ROWS, ROWS)
@settings(deadline=None)
def test_who_stands_at_the_edge_is_drawn_more_often(rows: list[Row], others: list[Row]) -> None:
    archive = merged(filled(rows), filled(others))
    if not len(archive):
        return
    weights = []
    for a, b in archive.cells:
        beside = {(a - 1, b), (a + 1, b), (a, b - 1), (a, b + 1)} & {*archive.cells}
        weights.append(1 / (1 + len(beside)) ** 2)
    drawn = archive.draw(4000, np.random.default_rng(1), edge=2.0)
    counts = [sum(each is elite for each in drawn) for elite in archive.elites]
    wanted = np.array(weights) / sum(weights)
    assert np.array(counts) / 4000 == pytest.approx(wanted, abs=0.05)


def test_best_and_get() -> None:
    archive = filled([("b", 1.0, (0.0, 0.0, 0.1), ""), ("a", 1.0, (0.0, 0.0, 0.9), "")])
    assert archive.best is not None
    assert archive.best.solution == "a"
    assert archive.get((0, 0)) is None
    assert filled([]).best is None


@given(ROWS, ROWS)
@settings(deadline=None)
def test_a_copy_is_one_of_its_own(rows: list[Row], others: list[Row]) -> None:
    archive = filled(rows)
    copy = archive.copy()
    assert same(copy, archive)
    copy.merge(filled(others))
    assert same(copy, merged(filled(rows), filled(others)))
    assert copy._n_beside == merged(filled(rows), filled(others))._n_beside
    assert same(archive, filled(rows))
    assert archive._n_beside == filled(rows)._n_beside


def test_an_archive_goes_to_another_process() -> None:
    archive = filled([("a", 1.0, (0.0, 0.0, 0.1), "x")])
    assert same(pickle.loads(pickle.dumps(archive)), archive)


NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((["a"], [1.0, 2.0], [[0, 0, 0]]), r"shape \(1,\)"),
        ((["a"], [1.0], [[0, 0]]), r"shape \(1, 3\)"),
        ((["a"], [1.0], [[0, 0, 0], [0, 0, 0]]), r"shape \(1, 3\)"),
        ((["a", "b"], [1.0, 1.0], [[0, 0, 0], [0, 0]]), r"shape \(2, 3\)"),
        ((["a"], [1.0], [[0, 0, 0]], ["x", "y"]), "1 origins, not 2"),
        ((["a", "b"], [1.0, NAN], [[0, 0, 0]] * 2), "objective of solution 1"),
        ((["a"], [INF], [[0, 0, 0]]), "objective of solution 0"),
        ((["a"], [-0.1], [[0, 0, 0]]), "0 or more"),
        ((["a"], [1.0], [[0, NAN, 0]]), "colour of solution 0"),
        ((["a", "b"], [1.0, 1.0], [[0, 0, 0], [-INF, 0, 0]]), "height of solution 1"),
    ],
)
def test_what_does_not_fit_is_refused_whole(arguments, named: str) -> None:
    archive = filled([])
    with pytest.raises(ParameterError, match=named):
        archive.add(*arguments)
    assert len(archive) == 0


def test_grids_that_cannot_be() -> None:
    with pytest.raises(ParameterError, match="a cell or more"):
        Axis("width", 0, 1, 0)
    for low, high in ((1, 1), (2, 1), (0, INF), (NAN, 1)):
        with pytest.raises(ParameterError, match="from low to high"):
            Axis("width", low, high, 3)
    with pytest.raises(ParameterError, match="needs an axis"):
        Archive[str]([], str.encode)
    with pytest.raises(ParameterError, match="once each"):
        Archive[str]([AXES[0], AXES[0]], str.encode)
    with pytest.raises(ParameterError, match="called height"):
        Archive[str](AXES, str.encode, ["width"])
    with pytest.raises(ParameterError, match="of one grid"):
        filled([]).merge(Archive[str](AXES, str.encode))
    with pytest.raises(ParameterError, match="empty archive"):
        filled([]).draw(1, np.random.default_rng(1))
    with pytest.raises(ParameterError, match="edge is 0 or more"):
        filled([("a", 1.0, (0.0, 0.0, 0.0), "")]).draw(1, np.random.default_rng(1), edge=-1.0)
    with pytest.raises(ParameterError, match=r"\(1, 3\)"):
        filled([]).cell_of([0.0])


@given(st.floats(-3, 5), st.integers(1, 50), st.floats(0.1, 4))
@settings(deadline=None)
def test_a_value_lies_within_its_cell(low: float, n_cells: int, width: float) -> None:
    axis = Axis("width", low, low + width, n_cells)
    values = np.linspace(low, low + width, 101)
    edges = np.array(axis.edges)
    places = axis.places(values)
    inside = places < n_cells - 1
    assert (edges[places] <= values).all()
    assert (values[inside] < edges[places + 1][inside]).all()
    assert axis.places(np.array([low - 1, low + width + 1])).tolist() == [0, n_cells - 1]
