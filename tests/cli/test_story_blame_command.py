"""`clinamen story blame`: whose each note is, over many files."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from clinamen.io.files import read_song


def blamed(run: Callable[..., Any], song: str, *options: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in run("story", "blame", song, "--json", *options).out.splitlines()
    ]


def test_blame_follows_a_path_over_files(run: Any, home: Path) -> None:
    found = blamed(run, "out.mid")
    assert {each["entry"] for each in found} == {1, 2, 3}
    variants = [read_song(name) for name in ("song.musicxml", "song-2.musicxml", "out.mid")]
    first, broken, last = ({(n.onset_quarters, n.pitch) for n in v.melody.notes} for v in variants)
    for each in found:
        if each["kind"] == "note":
            place = (Fraction(each["onset_ticks"], 10080), each["pitch"])
            known = 1 if place in first & broken & last else 2 if place in broken else 3
            assert each["entry"] >= known, each
            assert (each["how"], each["activity"]) == (
                ("file", "import") if each["entry"] == 1 else ("asked", "swerve")
            )
            assert bool(each["reason"]) == (each["entry"] > 1)
    assert len([each for each in found if each["kind"] == "note"]) == len(variants[2].melody.notes)
    assert {each["entry"] for each in blamed(run, "song-2.musicxml")} == {1, 2}
    assert {each["entry"] for each in blamed(run, "song.musicxml")} == {1}
    assert {each["entry"] for each in blamed(run, "on.mid")} == {1, 2}
    assert 4 in {each["entry"] for each in blamed(run, "less.mid")}


def test_blame_of_a_place_and_of_bars_is_a_part_of_all(run: Any, home: Path) -> None:
    everything = blamed(run, "out.mid")
    for bar in (3, 6):
        part = blamed(run, "out.mid", "--bars", f"{bar}-{bar + 1}")
        assert part == [e for e in everything if bar <= float(e["place"].split(".")[0]) <= bar + 1]
    note, chord = blamed(run, "out.mid", "--at", "6.1")
    assert (note["kind"], chord["kind"]) == ("note", "chord")
    assert note in everything
    assert chord in everything


def test_blame_is_told_in_rows_and_counts_of_notes(run: Any, home: Path) -> None:
    english = run("story", "blame", "song-2.musicxml").out
    assert "Harbour Light, as in song-2.musicxml" in english
    assert "Clinamen, asked by Lan" in english
    n_made = sum(e["how"] == "asked" for e in blamed(run, "song-2.musicxml"))
    assert f"Clinamen, asked by Lan: {n_made} notes" in english
    assert "%" not in english
    assert "Lan giữ" not in run("story", "blame", "song.musicxml", "--language", "vi").out
    assert (
        "có sẵn trong song.musicxml"
        in run("story", "blame", "song.musicxml", "--language", "vi").out
    )
    japanese = run("story", "blame", "song-2.musicxml", "--language", "ja").out
    assert "LanがClinamenに作らせたもの" in japanese


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--at", "99.1"), "there is no bar 99"),
        (("--at", "x"), "a place is a bar and a beat"),
        (("--bars", "0-99"), "the song has bars 1 to 16"),
        (("--bars", "5-3"), "the first bar comes before the last"),
        (("--bars", "x"), "--bars is a bar or bars such as 5-8, not 'x'"),
        (("--at", "1.1", "--bars", "1"), "give one of them"),
        (("--language", "la"), "language must be one of en, vi, ja"),
    ],
)
def test_what_blame_cannot_show_is_one_line(
    run: Any, home: Path, options: tuple[str, ...], said: str
) -> None:
    ran = run("story", "blame", "song.musicxml", *options)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
