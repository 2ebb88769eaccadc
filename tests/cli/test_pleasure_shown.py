"""The tables of a reading, for a listener that is not sure of everything alike."""

from __future__ import annotations

import numpy as np
import pytest
from tests.operations.fakes import a_song, hear_fake
from tests.operations.test_pleasure import LONG

from clinamen.cli._pleasure import show_pleasure
from clinamen.operations.hear import describe_hearing


def shown(capsys: pytest.CaptureFixture[str], *, sure_of: int | None = None) -> list[str]:
    song = a_song(LONG)
    expectation = hear_fake(song)
    if sure_of is not None:
        expectation.entropy[1:] = 3 + 0.1 * np.resize([-1.0, 1.0], len(LONG) - 1)
        expectation.entropy[sure_of] = 0.5
    show_pleasure(describe_hearing(song, expectation))
    return capsys.readouterr().out.splitlines()


def test_without_a_sure_moment_the_surest_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys)
    assert "  Where a break would take away least:" in lines
    head = lines.index("  Where a break would take away least:")
    adds = [float(line.split()[-1]) for line in lines[head + 2 : head + 7]]
    assert adds == sorted(adds, reverse=True)
    assert max(adds) < 0
    assert "  Where something else would read highest above what came:" in lines


def test_a_sure_moment_is_where_a_break_would_please(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, sure_of=20)
    head = lines.index("  Where a break would please more:")
    assert lines[head + 2].split()[0] == "21"
    assert lines[head + 2].split()[-1].startswith("+")
    assert lines[head + 3].startswith("  Where something else")
