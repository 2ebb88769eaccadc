"""The scores of the listeners' benchmark, with listeners whose score is known."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clinamen.bench._published import EXPLAINED_VARIANCE
from clinamen.bench._ratings import read_heard
from clinamen.bench.listeners import (
    Agreement,
    CompressionListener,
    ListenersRequest,
    ProfileListener,
    agreements,
    bench_listeners,
    correlation,
)
from clinamen.domains.music.notes import Melody
from clinamen.errors import FormatError, MissingError

RATINGS = Path(__file__).parents[2] / "tests" / "golden" / "ratings" / "continuations.jsonl"
NOTES = [[0, 1, 60], [1, 1, 62], [2, 1, 64]]


class Oracle:
    """Expects every tone in proportion to 2 to the power of its rating."""

    name = "oracle"

    def __init__(self) -> None:
        self._known = {
            heard.melody: dict(zip(heard.places.tolist(), np.exp2(heard.people), strict=True))
            for heard in read_heard(str(RATINGS))
        }

    def next_pitch(self, context: Melody) -> dict[int, float]:
        return self._known[context]

    def bits_of_notes(self, melody: Melody) -> np.ndarray:
        return np.arange(len(melody.notes), dtype=float)


class Falling:
    """Expects pitches from 54 to 71, each half as likely as the one below."""

    name = "falling"
    chances: ClassVar[dict[int, float]] = {pitch: 2.0 ** (53 - pitch) for pitch in range(54, 72)}

    def next_pitch(self, context: Melody) -> dict[int, float]:
        return self.chances

    def bits_of_notes(self, melody: Melody) -> np.ndarray:
        return np.arange(len(melody.notes), dtype=float)


class Flat(Falling):
    """Expects twelve pitches alike."""

    chances: ClassVar[dict[int, float]] = dict.fromkeys(range(60, 72), 1 / 12)


def written(tmp_path: Path, *rows: dict[str, object]) -> str:
    path = tmp_path / "people.jsonl"
    made = [{"id": "made/1", "notes": NOTES, **row} for row in rows]
    path.write_text("\n".join(json.dumps(row) for row in made), encoding="utf-8")
    return str(path)


def scored(path: str | Path, listener: Any) -> tuple[Agreement, ...]:
    return agreements(read_heard(str(path)), listener)


def r_squared(people: list[float], bits: list[float]) -> float:
    """One minus what a straight line leaves, by the normal equations."""
    n = len(people)
    mean_bits, mean_people = sum(bits) / n, sum(people) / n
    slope = sum((b - mean_bits) * (p - mean_people) for b, p in zip(bits, people, strict=True))
    slope /= sum((b - mean_bits) ** 2 for b in bits)
    left = sum(
        (p - mean_people - slope * (b - mean_bits)) ** 2 for b, p in zip(bits, people, strict=True)
    )
    return 1 - left / sum((p - mean_people) ** 2 for p in people)


values = st.lists(st.integers(-40, 40).map(lambda n: n / 8), min_size=3, max_size=12)


@settings(deadline=None)
@given(values, values)
def test_explained_variance_is_what_a_straight_line_leaves(
    people: list[float], bits: list[float]
) -> None:
    n = min(len(people), len(bits))
    people, bits = people[:n], bits[:n]
    assume(len(set(people)) > 1 and len(set(bits)) > 1)
    found = correlation(np.array(people), np.array(bits)) ** 2
    assert found == pytest.approx(r_squared(people, bits), abs=1e-9)


def test_a_score_by_hand(tmp_path: Path) -> None:
    one = {"ratings": [{"midi": 54, "mean": 6}, {"midi": 55, "mean": 5}, {"midi": 58, "mean": 1}]}
    two = {"notes": NOTES[:2], "ratings": [{"midi": 56, "mean": 3}, {"midi": 54, "mean": 4}]}
    (found,) = scored(written(tmp_path, one, two), Falling())
    # Plain bits are 1, 2, 5 and 3, 1; among those offered they are less by what all come to.
    shares = [[1 / 2, 1 / 4, 1 / 32], [1 / 8, 1 / 2]]
    bits = [-math.log2(share / sum(each)) for each in shares for share in each]
    people = [6.0, 5.0, 1.0, 3.0, 4.0]
    assert (found.n_contexts, found.n_values) == (2, 5)
    assert found.r_squared == pytest.approx(r_squared(people, bits))
    assert found.r_squared_plain == pytest.approx(r_squared(people, [1.0, 2.0, 5.0, 3.0, 1.0]))
    assert found.r_squared != pytest.approx(found.r_squared_plain)
    assert found.r_squared_mean_over_contexts == pytest.approx(
        r_squared(people[:3], bits[:3])  # any line goes through the two others
    )


def test_the_ratings_are_all_there_and_a_perfect_listener_explains_them() -> None:
    cuddy, schellenberg = scored(RATINGS, Oracle())
    assert (cuddy.set, cuddy.n_contexts, cuddy.n_values) == ("cuddy_lunney1995", 8, 200)
    assert (schellenberg.n_contexts, schellenberg.n_values) == (8, 120)
    for found in (cuddy, schellenberg):
        assert found.r_squared_mean_over_contexts == pytest.approx(1)
        assert found.correlation is not None
        assert found.correlation < -0.9  # much information where ratings are low
        assert found.r_squared is not None
        assert found.r_squared < 1  # contexts differ in how much there was to expect
        assert found.published_best == EXPLAINED_VARIANCE[found.set]


def test_a_listener_who_expects_everything_alike_explains_nothing(tmp_path: Path) -> None:
    ratings = [{"midi": pitch, "mean": pitch} for pitch in range(60, 66)]
    (found,) = scored(written(tmp_path, {"ratings": ratings}), Flat())
    assert (found.r_squared, found.correlation) == (0, 0)


@pytest.mark.parametrize(
    "ratings",
    [
        [{"pitch": 54, "rating": 6}, {"midi": 55, "mean_rating": 5}, {"midi": 58, "value": 1}],
        [
            {"midi": 54, "experts": 7, "experts_se": 3, "novices": 5, "n": 20, "label": "C"},
            {"midi": 55, "trained": 5, "untrained": 5, "trained_sd": 90},
            {"midi": 58, "trained": 1, "untrained": None},
        ],
        [[54, 6], [55.0, "5"], ["58", [0, 1, 2]]],
        {"54": 6, "55": 5, "58": 1, "60": None},
    ],
)
def test_ratings_may_be_written_in_several_ways(tmp_path: Path, ratings: object) -> None:
    (heard,) = read_heard(written(tmp_path, {"ratings": ratings}))
    assert heard.places.tolist() == [54, 55, 58]
    assert heard.people.tolist() == [6, 5, 1]


def test_ratings_of_one_context_may_stand_on_several_lines(tmp_path: Path) -> None:
    rows = [{"ratings": [{"midi": midi, "mean": 60 - midi}]} for midi in (54, 55, 58)]
    (found,) = scored(written(tmp_path, *rows), Falling())
    assert (found.n_contexts, found.n_values) == (1, 3)


def test_where_a_single_tone_is_offered_its_plain_bits_count(tmp_path: Path) -> None:
    rows = [
        {"notes": NOTES[: 1 + at], "ratings": [{"midi": midi, "mean": -midi}]}
        for at, midi in enumerate((54, 55, 58))
    ]
    (found,) = scored(written(tmp_path, *rows), Falling())
    assert found.correlation == pytest.approx(-1)
    assert found.r_squared == found.r_squared_plain


def test_bits_of_notes_are_compared_where_people_were_measured(tmp_path: Path) -> None:
    for bits, n in (([9, None, 10], 2), ([5, 7], 2), ([1, 2, 4], 3)):
        (found,) = scored(written(tmp_path, {"ic_bits": bits}), Flat())
        assert found.n_values == n
        assert found.correlation is not None
        assert found.correlation > 0.98
    one, two = {"ic_bits": 5}, {"ic_bits": 3, "notes": NOTES[:2]}
    (found,) = scored(written(tmp_path, one, two), Flat())  # the last note of each
    assert (found.n_contexts, found.n_values) == (2, 2)
    assert found.correlation == pytest.approx(1)


def test_bits_stay_with_their_notes_when_others_are_dropped(tmp_path: Path) -> None:
    grace = [[0, 0, 60], [0, 1, 64], [1, 1, 62], [1, 1, 48], [2, 1, 64]]
    (heard,) = read_heard(written(tmp_path, {"notes": grace, "ic_bits": [9, 1, 2, 9, 3]}))
    assert len(heard.melody.notes) == 3
    assert (heard.places.tolist(), heard.people.tolist()) == ([0, 1, 2], [1, 2, 3])


@pytest.mark.parametrize(
    "sung",
    [
        {"0": 3, "7": 1},
        {"C": 3, "G": 1, "F#": None},
        [3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
        [[0, 3], [7, 1]],
        {"0": 1, "12": 2, "7": 1},
    ],
)
def test_sung_continuations(tmp_path: Path, sung: object) -> None:
    (found,) = scored(written(tmp_path, {"dist_over_pc": sung}), Flat())
    assert found.bits_per_response == pytest.approx(math.log2(12))
    assert found.entropy_of_responses == pytest.approx(2 - 0.75 * math.log2(3))


def test_bits_a_response_by_hand(tmp_path: Path) -> None:
    rows = [{"dist_over_pc": {"0": 3, "1": 1}}, {"dist_over_pc": {"6": 0.5, "7": 0.5}, "n": 12}]
    (found,) = scored(written(tmp_path, *rows), Falling())
    # C is 60; F# is 54 and 66, G is 55 and 67.
    total = sum(Falling.chances.values())
    c, c_sharp, f_sharp, g = (
        sum(Falling.chances.get(p, 0.0) for p in (low, low + 12)) / total
        for low in (60, 61, 54, 55)
    )
    one = -(0.75 * math.log2(c) + 0.25 * math.log2(c_sharp))
    two = -(0.5 * math.log2(f_sharp) + 0.5 * math.log2(g))
    assert found.bits_per_response == pytest.approx((one + two) / 2)
    assert found.bits_per_response_pooled == pytest.approx((4 * one + 12 * two) / 16)


def test_what_a_listener_thinks_impossible_costs_bits_but_not_all(tmp_path: Path) -> None:
    class Narrow(Flat):
        chances: ClassVar[dict[int, float]] = {60: 0.75, 62: 0.25}

    (found,) = scored(written(tmp_path, {"dist_over_pc": {"1": 1}}), Narrow())
    assert found.bits_per_response is not None
    assert 2 < found.bits_per_response < 10


def test_data_sets_are_told_apart_by_id_then_study_then_file(tmp_path: Path) -> None:
    ratings = [{"midi": 60, "mean": 1}, {"midi": 61, "mean": 2}]
    rows: list[dict[str, object]] = [
        {"id": "a/1", "study": "no"},
        {"id": "b/1"},
        {"id": "b_2", "study": "c"},
        {"id": "x1"},
        {"id": None},
    ]
    made = [{"notes": NOTES[: 1 + at % 3], "ratings": ratings} | row for at, row in enumerate(rows)]
    found = scored(written(tmp_path, *made), Flat())
    assert [each.set for each in found] == ["a", "b", "c", "people"]
    assert found[-1].n_contexts == 2


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "a line needs ratings, ic_bits or dist_over_pc"),
        ({"ratings": [{"midi": 60}]}, "a rating needs a mean"),
        ({"ratings": [{"mean": 6}]}, "a rating needs midi"),
        ({"ratings": [{"midi": 60.5, "mean": 6}]}, "whole number from 0 to 127, not 60.5"),
        ({"ratings": [{"midi": 60, "mean": "good"}]}, "mean must be a number, not 'good'"),
        ({"ratings": []}, "ratings says nothing"),
        ({"ratings": 6}, "ratings must be a list or an object"),
        ({"ratings": [6]}, "ratings must be a list of objects or pairs"),
        ({"ic_bits": [1] * 4}, "ic_bits has 4 values for 3 notes"),
        ({"ic_bits": [None, None]}, "ic_bits says nothing"),
        ({"ic_bits": [True]}, "ic_bits must be a number, not 'True'"),
        ({"dist_over_pc": [1, 2]}, "dist_over_pc has 2 values for 12 pitch classes"),
        ({"dist_over_pc": {"H": 1}}, "a pitch class must be a number, not 'H'"),
        ({"dist_over_pc": {"0.5": 1}}, "a pitch class must be 0 to 11, or a name"),
        ({"dist_over_pc": {"0": -1}}, "a share below 0"),
        ({"dist_over_pc": {"0": 0}}, "nobody sang anything"),
        ({"dist_over_pc": [{"0": 1}]}, "a share for each pitch class"),
        ({"notes": []}, "a melody needs notes"),
    ],
)
def test_a_line_that_says_nothing_of_people_is_refused_with_its_place(
    tmp_path: Path, more: dict[str, object], message: str
) -> None:
    good = {"ic_bits": [1, 2, 3]}
    with pytest.raises(FormatError) as refused:
        read_heard(written(tmp_path, good, more))
    assert "people.jsonl, line 2: " in str(refused.value)
    assert message in str(refused.value)


def test_a_file_of_blank_lines_is_refused(tmp_path: Path) -> None:
    (tmp_path / "blank.jsonl").write_text("\n\n", encoding="utf-8")
    with pytest.raises(FormatError, match="only blank lines"):
        read_heard(str(tmp_path / "blank.jsonl"))


def test_the_shipped_profile_agrees_with_people_at_least_as_well_as_the_best_published() -> None:
    for found in scored(RATINGS, ProfileListener()):
        assert found.r_squared is not None
        assert found.correlation is not None
        assert found.r_squared >= EXPLAINED_VARIANCE[found.set]
        assert found.correlation < 0


def test_both_listeners_are_scored_and_progress_is_told(tmp_path: Path) -> None:
    rows = [
        {"ratings": [[60, 1], [64, 2], [65, 4]]},
        {"ic_bits": [1, 2, 4], "id": "other/1"},
        {"dist_over_pc": {"C": 5}},
    ]
    told: list[tuple[str, int, int]] = []
    path = written(tmp_path, *rows)
    found = bench_listeners(ListenersRequest(path), lambda *each: told.append(each))
    plain = json.loads(json.dumps(found.to_plain()))
    assert told == [(name, n, 3) for name in ("profile", "compression") for n in (1, 2, 3)]
    for name in ("profile", "compression"):
        ratings, bits, sung = plain[name]
        assert 0 <= ratings["r_squared"] <= 1
        assert 0 <= bits["r_squared"] <= 1
        assert "published_best" not in bits
        assert sung["bits_per_response"] > sung["entropy_of_responses"] == 0
        assert "r_squared" not in sung
    assert plain["profile"] != plain["compression"]


class HasBoth:
    """A listener that says which of its models it was asked for."""

    def __init__(self, learned: tuple[str, ...]) -> None:
        self.learned = learned

    def hear(self, melody: Melody, *, model: str) -> SimpleNamespace:
        place = ("mixture", "ltm", "both").index(model)
        return SimpleNamespace(
            alphabet=[60], next_distribution=np.array([place]), information_content=[place]
        )


@pytest.mark.parametrize(("learned", "asked"), [(("pitch",), (0, 0)), ((), (1, 2))])
def test_the_shipped_listener_expects_by_its_mixture_if_it_has_one(
    monkeypatch: pytest.MonkeyPatch, learned: tuple[str, ...], asked: tuple[int, int]
) -> None:
    monkeypatch.setattr("clinamen.operations.listeners.load_listener", lambda: HasBoth(learned))
    listener, melody = CompressionListener(), read_heard(str(RATINGS))[0].melody
    assert (listener.next_pitch(melody)[60], listener.bits_of_notes(melody)[0]) == asked
    assert ("learned mixture" in listener.name) == bool(learned)


def test_without_a_file_and_without_the_source_one_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("clinamen.bench.listeners.__file__", str(tmp_path / "listeners.py"))
    with pytest.raises(MissingError, match=r"--set FILE\.jsonl"):
        bench_listeners(ListenersRequest())
