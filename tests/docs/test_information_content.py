"""Every figure of the worked melody, recomputed in plain Python from the page's own words."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from fractions import Fraction
from math import log2
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "information-content.md"
TEXT = PAGE.read_text(encoding="utf-8").split("## What the program does")[0]
MELODY = list("CDECCDECEFG")
ALPHABET = "CDEFG"
GROUND = dict.fromkeys(ALPHABET, Fraction(1, 5))

Distribution = dict[str, Fraction]


def blend(counts: Counter[str], simpler: Distribution) -> Distribution:
    """Escape method C, interpolated: the page's one line."""
    n, t = sum(counts.values()), len(counts)
    if n == 0:
        return simpler
    return {note: (counts[note] + t * simpler[note]) / Fraction(n + t) for note in ALPHABET}


def lists_before(step: int) -> tuple[Counter[str], Counter[str]]:
    heard = MELODY[:step]
    pairs = itertools.pairwise(heard)
    after = Counter(following for note, following in pairs if note == heard[-1])
    return after, Counter(heard)


def prediction(step: int) -> tuple[Distribution, Distribution]:
    after, so_far = lists_before(step)
    order_0 = blend(so_far, GROUND)
    return order_0, blend(after, order_0)


def bits(p: Fraction) -> float:
    return -log2(p)


def entropy(distribution: Distribution) -> float:
    return sum(float(p) * bits(p) for p in distribution.values())


def written_counts(cell: str) -> Counter[str]:
    return Counter({item[0]: int(item[1:]) for item in cell.split() if item != "–"})


def table_rows() -> list[list[str]]:
    rows = re.findall(r"^\| (\d+ \|.*) \|$", TEXT, flags=re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows]


ROWS = table_rows()


def test_the_table_has_the_whole_melody() -> None:
    assert [row[1] for row in ROWS] == MELODY
    assert [int(row[0]) for row in ROWS] == list(range(1, 12))
    assert re.sub(r"[|\n ]", "", TEXT.split("    C D E C |")[1].split("\n")[0]) == "CDECEFG"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"step{row[0]}")
def test_each_row_of_the_table(row: list[str]) -> None:
    step, note = int(row[0]) - 1, row[1]
    after, so_far = lists_before(step)
    order_0, order_1 = prediction(step)
    assert sum(order_1.values()) == 1
    assert (written_counts(row[2]), written_counts(row[3])) == (after, so_far)
    assert (Fraction(row[4]), Fraction(row[5])) == (order_0[note], order_1[note])
    assert row[6] == f"{float(order_1[note]):.3f}"
    assert row[7] == f"{bits(order_1[note]):.2f}"
    assert row[8] == f"{entropy(order_1):.2f}"


def test_the_sentences_agree_with_the_table() -> None:
    bits_of_notes = [bits(prediction(i)[1][note]) for i, note in enumerate(MELODY)]
    entropies = [entropy(prediction(i)[1]) for i in range(len(MELODY))]
    flat = " ".join(TEXT.split())
    assert f"The sum of the information content is {sum(bits_of_notes):.2f} bits" in flat
    assert f"the mean {sum(bits_of_notes) / 11:.2f} bits per note" in flat
    assert f"The mean entropy is {sum(entropies) / 11:.2f} bits" in flat
    assert f"from {sum(bits_of_notes[:4]):.2f} bits to {sum(bits_of_notes[4:8]):.2f} bits" in flat
    assert max(bits_of_notes) == bits_of_notes[9]
    assert min(entropies) == entropies[9]
    assert max(entropies) == entropies[0]


def test_the_steps_on_paper() -> None:
    flat = " ".join(TEXT.split())
    assert "(0 + 1 × 1/5) / (1 + 1) = 1/10" in flat
    assert Fraction(1, 5) / 2 == Fraction(1, 10)
    second = prediction(1)[1]
    assert second["C"] == Fraction(3, 5)
    assert f"{float(second['C']) * bits(second['C']):.2f}" == "0.44"
    assert f"{4 * 0.1 * bits(Fraction(1, 10)):.2f}" == "1.33"
    assert "= 0.44 + 1.33 = 1.77 bits" in flat
    assert "(1 + 3 × 1/5) / 9 = 8/45" in flat
    assert (1 + Fraction(3, 5)) / 9 == Fraction(8, 45)
    assert "(1 + 1 × 8/45) / 2 = 53/90" in flat
    assert (1 + Fraction(8, 45)) / 2 == Fraction(53, 90)
    assert "(0 + 3 × 1/5) / 12 = 1/20" in flat
    assert Fraction(3, 5) / 12 == Fraction(1, 20)
    assert "(0 + 1 × 1/20) / 3 = 1/60" in flat
    assert Fraction(1, 20) / 3 == Fraction(1, 60)
