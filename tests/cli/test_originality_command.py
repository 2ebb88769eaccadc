"""`clinamen originality` with the shipped listener and with one that has heard nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

GREENSLEEVES = str(Path("examples/greensleeves.abc").resolve())
GRACE = str(Path("examples/amazing_grace.abc").resolve())


def test_the_longest_run_and_others_are_told_with_the_bars_of_both(run: Any) -> None:
    ran = run("originality", GREENSLEEVES)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert re.fullmatch(r"Greensleeves: \d+ notes, compared with [\d,]+ tunes", lines[0])
    told = r"\d+ notes, bars \d+-\d+: bars? [\d-]+ of “.+” \(.+\)"
    assert re.fullmatch(f"  longest  {told}", lines[1])
    assert "What Child Is This?" in lines[1]
    assert lines[2].startswith("           more than human songs of this length share")
    assert len(lines) > 3
    assert all(re.fullmatch(f"  also     {told}", line) for line in lines[3:])


def test_a_song_that_was_heard_is_named(run: Any) -> None:
    line = run("originality", GRACE).out.splitlines()[1]
    assert line == (
        "  This tune is in what the listener has heard: “Amazing Grace” (35 of 35 notes)."
    )


def test_json_has_one_object_a_file_and_a_bad_file_stops_none(run: Any, songs: Path) -> None:
    ran = run("originality", "first.abc", "broken.mid", GRACE, "--json")
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert "broken.mid" in ran.err
    first, grace = (json.loads(line) for line in ran.out.splitlines())
    assert (first["schema"], first["file"]) == ("clinamen.originality/1", "first.abc")
    assert grace["longest"]["title"] == "Amazing Grace"
    assert grace["longest"]["n_notes"] == grace["n_notes"]
    assert grace["longest"]["here"] == grace["longest"]["bars"]
    assert grace["human_share"] < 0.05
    assert grace["known_as"]


def test_listener_and_track_are_heeded(run: Any, songs: Path) -> None:
    ran = run("originality", "first.abc", "--listener", "new")
    assert ran.out.splitlines()[1:] == ["  No corpus to compare with."]
    ran = run("originality", "first.abc", "--track", "7")
    assert (ran.code, ran.out) == (2, "")
    ran = run("originality", "first.abc", "--listener", "nobody")
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
