"""The worked melody again, by the engine: the page and the program agree.

The second table's rule (ground 1 / (A + 1 - t), then scaled) is also worked in plain
fractions here, so that the engine is compared with a calculation that shares no code.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clinamen.engine.ppm import PPM, PPMOptions

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "information-content.md"
SECTION = PAGE.read_text(encoding="utf-8").split("## What the program does")[1]
ROWS = re.findall(r"^\| \d+ \| (\S) \| \S+ \| (\S+) \| \S+ \| (\S+) \|$", SECTION, re.MULTILINE)
MELODY = list("CDECCDECEFG")
ALPHABET = "CDEFG"


def predictions() -> list[np.ndarray]:
    model = PPM(PPMOptions(escape="c", order_bound=1, exclusion=False))
    model.start()
    rows = []
    for note in MELODY:
        rows.append(model.predict(np.arange(5, dtype=np.int32), 5))
        model.observe(ALPHABET.index(note))
    return rows


def by_fractions(step: int) -> list[Fraction]:
    heard = MELODY[:step]
    so_far = Counter(heard)
    after = Counter(b for a, b in itertools.pairwise(heard) if a == heard[-1])
    level = dict.fromkeys(ALPHABET, Fraction(1, 6 - len(so_far)))
    for counts in (so_far, after):
        n, t = sum(counts.values()), len(counts)
        if n:
            level = {x: (counts[x] + t * level[x]) / Fraction(n + t) for x in ALPHABET}
    return [level[x] / sum(level.values()) for x in ALPHABET]


def test_the_program_prints_the_second_table() -> None:
    assert [row[0] for row in ROWS] == MELODY
    for (note, bits, entropy), p in zip(ROWS, predictions(), strict=True):
        assert f"{-np.log2(p[ALPHABET.index(note)]):.2f}" == bits
        assert f"{-(p * np.log2(p)).sum():.2f}" == entropy


@pytest.mark.parametrize("step", range(len(MELODY)))
def test_the_program_follows_the_rule_in_fractions(step: int) -> None:
    expected = [float(p) for p in by_fractions(step)]
    np.testing.assert_allclose(predictions()[step], expected, rtol=1e-12)
