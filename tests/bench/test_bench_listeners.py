"""The scores of the listeners' benchmark, with listeners whose score is known."""

from __future__ import annotations

import importlib
import json
import math
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from clinamen.domains.music.notes import Melody
from clinamen.errors import FormatError
from clinamen.io.jsonl import melody_of, read_rows

ROOT = Path(__file__).parents[2]
RATINGS = ROOT / "tests" / "golden" / "ratings" / "continuations.jsonl"
NOTES = [[0, 1, 60], [1, 1, 62], [2, 1, 64]]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    return importlib.import_module("bench_listeners")


class Oracle:
    """Expects every tone in proportion to 2 to the power of its rating."""

    def __init__(self) -> None:
        self._known = {}
        for _, row in read_rows(RATINGS):
            melody = melody_of(row)
            self._known[melody] = {
                each["midi"]: 2.0 ** (each.get("mean") or (each["trained"] + each["untrained"]) / 2)
                for each in row["ratings"]
            }

    def next_pitch(self, context: Melody) -> dict[int, float]:
        return self._known[context]

    def bits_of_notes(self, melody: Melody) -> np.ndarray:
        return np.arange(len(melody.notes), dtype=float)


class Flat:
    """Expects twelve pitches alike."""

    def next_pitch(self, context: Melody) -> dict[int, float]:
        return dict.fromkeys(range(60, 72), 1 / 12)

    def bits_of_notes(self, melody: Melody) -> np.ndarray:
        return np.arange(len(melody.notes), dtype=float)


def written(tmp_path: Path, **more: object) -> str:
    path = tmp_path / "people.jsonl"
    path.write_text(json.dumps({"id": "made/1", "notes": NOTES, **more}), encoding="utf-8")
    return str(path)


def test_the_ratings_are_all_there_and_a_perfect_listener_explains_them(bench: ModuleType) -> None:
    cuddy, schellenberg = bench.measure(str(RATINGS), Oracle())
    assert (cuddy["set"], cuddy["n_contexts"], cuddy["n_values"]) == ("cuddy_lunney1995", 8, 200)
    assert (schellenberg["n_contexts"], schellenberg["n_values"]) == (8, 120)
    for row in (cuddy, schellenberg):
        assert row["r_squared_mean_over_contexts"] == pytest.approx(1)
        assert row["correlation"] < 0.9 * -1  # much information where ratings are low
        assert row["r_squared"] < 1  # contexts differ in how much there was to expect


def test_a_listener_who_expects_everything_alike_explains_nothing(bench: ModuleType) -> None:
    assert [row["r_squared"] for row in bench.measure(str(RATINGS), Flat())] == [0, 0]


def test_chances_are_shared_among_the_tones_offered(bench: ModuleType) -> None:
    melody = melody_of({"notes": NOTES})
    assert bench.continuation_bits(Flat(), melody, [60, 61, 62, 63]).tolist() == [2, 2, 2, 2]


def test_bits_of_notes_are_compared_where_people_were_measured(
    bench: ModuleType, tmp_path: Path
) -> None:
    (row,) = bench.measure(written(tmp_path, ic_bits=[9, None, 10]), Flat())
    assert (row["n_values"], row["r_squared"]) == (2, pytest.approx(1))
    (row,) = bench.measure(written(tmp_path, ic_bits=[5, 7]), Flat())  # the last two
    assert (row["n_values"], row["correlation"]) == (2, pytest.approx(1))


@pytest.mark.parametrize("sung", [{"0": 3, "7": 1}, [3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]])
def test_sung_continuations(bench: ModuleType, tmp_path: Path, sung: object) -> None:
    (row,) = bench.measure(written(tmp_path, dist_over_pc=sung), Flat())
    assert row["bits_per_response"] == pytest.approx(math.log2(12))
    assert row["entropy_of_responses"] == pytest.approx(2 - 0.75 * math.log2(3))


@pytest.mark.parametrize(
    "more", [{}, {"ratings": [{"midi": 60}]}, {"ic_bits": [1] * 4}, {"dist_over_pc": ["a"]}]
)
def test_a_line_that_is_none_of_the_three_is_refused(
    bench: ModuleType, tmp_path: Path, more: dict[str, object]
) -> None:
    with pytest.raises(FormatError, match=r"people\.jsonl, line 1: not as expected"):
        bench.measure(written(tmp_path, **more), Flat())


def test_the_shipped_profile_agrees_with_people_at_least_as_well_as_the_best_published(
    bench: ModuleType,
) -> None:
    cuddy, schellenberg = bench.measure(str(RATINGS), bench.ProfileListener())
    assert cuddy["r_squared"] >= bench.PUBLISHED["cuddy_lunney1995"]
    assert schellenberg["r_squared"] >= bench.PUBLISHED["schellenberg1996"]
    assert cuddy["correlation"] < 0
    assert schellenberg["correlation"] < 0
