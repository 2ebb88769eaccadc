import json

import pytest
from tests.operations.small_harmony import harmony_listener

CHART = "| C | Am | F | G7 |\n| C | Am | F | Ab7 |\n"
SHEET = 'X:1\nT:Sheet\nM:4/4\nL:1/4\nK:C\n"C"CEGE|"Am"ACEC|"F"FAcA|"G7"GBdB|"C"c4|\n'


@pytest.fixture
def chords(songs, monkeypatch):
    (songs / "chart.txt").write_text(CHART)
    (songs / "sheet.abc").write_text(SHEET)
    monkeypatch.setattr(
        "clinamen.operations.listeners.load_listener", lambda name: harmony_listener()
    )
    return songs


def test_a_chord_chart_is_heard(chords, run):
    ran = run("hear", "chart.txt", "--harmony")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    heads = next(line for line in lines if line.startswith("bar  beat"))
    assert heads.split() == [
        "bar", "beat", "chord", "in", "the", "key", "bits", "entropy", "expected",
    ]  # fmt: skip
    assert "rhythm" not in ran.out
    for title in ("Bits by bar", "Most expected next chord", "Most surprising chords"):
        assert title in lines
    assert sum(line.split()[2:3] == ["Ab7"] for line in lines) == 1


def test_a_lead_sheet_has_three_curves_and_their_sum(chords, run):
    ran = run("hear", "sheet.abc", "--harmony", "--json")
    record = json.loads(ran.out)
    table = run("hear", "sheet.abc", "--harmony").out.splitlines()
    start = table.index("bar  rhythm  melody  harmony    sum")
    for row, line in zip(record["bars"], table[start + 1 :], strict=False):
        shown = [float(word) for word in line.split()[:5]]
        exact = [row[name] for name in ("bar", "rhythm", "melody", "harmony", "sum")]
        assert shown == pytest.approx(exact, abs=0.006)
    assert "Most surprising bars" in table


def test_several_files_and_a_picture(chords, run):
    ran = run(
        "hear", "chart.txt", "first.abc", "sheet.abc", "--harmony", "--json", "--plot", "out/"
    )
    assert ran.code == 2
    assert [json.loads(line)["file"] for line in ran.out.splitlines()] == ["chart.txt", "sheet.abc"]
    assert "first.abc: the song has no chords" in ran.err
    assert {path.name for path in (chords / "out").iterdir()} == {"chart.svg", "sheet.svg"}


def test_a_listener_without_chords_is_one_line(songs, trained, run):
    (songs / "chart.txt").write_text(CHART)
    ran = run("hear", "chart.txt", "--harmony")
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert "has learnt nothing about chords" in ran.err


@pytest.mark.parametrize(
    "option",
    [
        ["--csv"],
        ["--html"],
        ["--why", "3"],
        ["--pleasure"],
        ["--idyom", "--json"],
        ["--model", "stm"],
        ["--viewpoints", "cpint"],
        ["--target", "onset"],
    ],
)
def test_options_of_melodies_are_refused(chords, run, option):
    ran = run("hear", "chart.txt", "--harmony", *option)
    assert ran.code == 2
    assert ran.out == ""
    assert f"--harmony goes with --json and --plot, not with {option[0]}" in ran.err
