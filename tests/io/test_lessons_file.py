"""Where a training stands, in a file: read again to the bit, or refused with one clear error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.io.stored_files import reheaded, split

from clinamen.domains.music.training import Lesson
from clinamen.errors import FormatError
from clinamen.io.lessons_file import MAGIC, read_lessons, write_lessons

RNG = np.random.default_rng(0)
BEGUN = [Lesson(target, 0, np.zeros((4, 6)), np.ones((4, 6))) for target in ("onset", "pitch")]
STANDS = [
    Lesson("onset", 2, RNG.normal(size=(4, 6)), 1 + RNG.random((4, 6)), (2.5, 1 / 3)),
    Lesson("pitch", 0, RNG.normal(size=(4, 6)), 1 + RNG.random((4, 6))),
]
FILE = write_lessons(STANDS, "key")


def test_lessons_are_read_as_they_were_written() -> None:
    found = read_lessons(FILE, BEGUN, "key")
    assert found is not None
    for here, there in zip(found, STANDS, strict=True):
        assert (here.target, here.n_done, here.costs) == (there.target, there.n_done, there.costs)
        np.testing.assert_array_equal(here.weights, there.weights)
        np.testing.assert_array_equal(here.spread, there.spread)
    assert write_lessons(found, "key") == FILE


def test_lessons_of_another_training_are_not_taken() -> None:
    assert read_lessons(FILE, BEGUN, "other key") is None


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(FILE) - 1), st.binary(max_size=4))
def test_a_damaged_file_is_a_format_error(place: int, patch: bytes) -> None:
    damaged = FILE[:place] + patch + FILE[place + len(patch) :]
    if damaged == FILE:
        damaged = FILE[:place]
    with pytest.raises(FormatError, match="x"):
        read_lessons(damaged, BEGUN, "key", source="x")


def entries(**changes: object) -> dict[str, object]:
    """The list of lessons with something else said of the first."""
    header, _ = split(FILE, MAGIC)
    return {"lessons": [{**header["lessons"][0], **changes}, header["lessons"][1]]}


@pytest.mark.parametrize(
    "changes",
    [
        {"key": ["key"], "lessons": 3},
        {"lessons": 3},
        {"lessons": []},
        {"arrays": []},
        entries(n_done=1),
        entries(target="pitch"),
        entries(costs="ab"),
        entries(costs=None),
    ],
)
def test_a_header_that_cannot_be_is_refused(changes: dict[str, object]) -> None:
    file = reheaded(FILE, MAGIC, **changes)
    if "key" in changes:
        assert read_lessons(file, BEGUN, "key") is None
        return
    with pytest.raises(FormatError):
        read_lessons(file, BEGUN, "key")


@pytest.mark.parametrize(
    ("weights", "spread"),
    [
        (np.zeros((4, 5)), np.ones((4, 6))),
        (np.zeros((4, 6)), np.ones(6)),
        (np.full((4, 6), np.nan), np.ones((4, 6))),
        (np.zeros((4, 6)), np.full((4, 6), np.inf)),
        (np.zeros((4, 6)), np.zeros((4, 6))),
    ],
)
def test_weights_that_cannot_be_are_refused(weights: np.ndarray, spread: np.ndarray) -> None:
    file = write_lessons([Lesson("onset", 0, weights, spread), STANDS[1]], "key")
    with pytest.raises(FormatError):
        read_lessons(file, BEGUN, "key")
