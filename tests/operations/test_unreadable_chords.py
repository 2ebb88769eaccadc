"""A chord symbol that cannot be read is passed over, and said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinamen.errors import UnsupportedError
from clinamen.operations.harmony_hearing import hear_harmony
from clinamen.operations.hear import HearRequest

TUNE = 'X:1\nT:Test\nM:4/4\nL:1/4\nK:C\n"C"CEGE|"Am"ACEC|"F"FACA|"{}"GBdB|"C"c4|]\n'


def heard(tmp_path: Path, symbol: str):
    path = tmp_path / "tune.abc"
    path.write_text(TUNE.format(symbol))
    return hear_harmony(HearRequest(str(path)))


def test_it_is_no_event_and_a_notice_names_it(tmp_path: Path) -> None:
    read, strange = heard(tmp_path, "G7"), heard(tmp_path, "G7x")
    assert list(read.harmony.columns["symbol"]) == ["C", "Am", "F", "G7", "C"]
    assert list(strange.harmony.columns["symbol"]) == ["C", "Am", "F", "C"]
    assert list(strange.harmony.columns["duration_quarters"]) == [4, 4, 8, 4]
    assert "1 chord symbol cannot be read, counted as not there: G7x." in strange.song.notices
    assert not any("cannot be read" in notice for notice in read.song.notices)
    before = read.harmony.information_content[:3]
    assert strange.harmony.information_content[:3] == pytest.approx(before)


def test_nothing_but_such_symbols_is_no_harmony(tmp_path: Path) -> None:
    path = tmp_path / "tune.abc"
    path.write_text('X:1\nK:C\nL:1/4\n"G7x"CEGE|]\n')
    with pytest.raises(UnsupportedError, match="no chords"):
        hear_harmony(HearRequest(str(path)))
