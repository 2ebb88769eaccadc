"""Runs of a song that other tunes have, one beside the other."""

from __future__ import annotations

import dataclasses

import pytest
from tests.domains.music.fingerprints.plain_runs import melody_of

import clinamen
from clinamen.domains.music.fingerprints import Fingerprints, SharedRun
from clinamen.domains.music.notes import Song
from clinamen.operations import shared_runs as module
from clinamen.operations.fingerprints import load_fingerprints
from clinamen.operations.shared_runs import MOST_FURTHER, shared_runs, shared_runs_record
from clinamen.operations.text import a_count

UP = [(at, 1, 60 + 2 * at) for at in range(6)]
DOWN = [(at, 1, 90 - 3 * at) for at in range(5)]
SONG = Song(melody_of([*UP, *((6 + at, last, pitch) for at, last, pitch in DOWN)]), title="Both")
INDEX = Fingerprints.of([Song(melody_of(UP), title="Up"), Song(melody_of(DOWN), title="Down")])


def test_runs_are_told_with_the_bars_of_both() -> None:
    found = shared_runs(SONG, INDEX)
    longest, (further,) = found.originality.corpus, found.further
    assert longest is not None
    assert found.words(longest) == "6 notes, bars 1-2: bars 1-2 of “Up”"
    assert found.words(further) == "5 notes, bars 2-3: bars 1-2 of “Down”"
    record = shared_runs_record(found)
    assert (record["n_notes"], record["n_tunes"], record["known_as"]) == (11, 2, None)
    assert (record["longest"]["title"], record["longest"]["here"]) == ("Up", [1, 2])
    assert [(each["note"], each["here"]) for each in record["further"]] == [(7, [2, 3])]


def test_with_nothing_heard_there_is_nothing_to_tell() -> None:
    record = shared_runs_record(shared_runs(SONG, Fingerprints.of([])))
    assert (record["line"], record["longest"], record["further"]) == (
        "no corpus to compare with", None, [],
    )  # fmt: skip


def test_further_runs_are_long_for_human_songs_and_few(monkeypatch: pytest.MonkeyPatch) -> None:
    index = load_fingerprints()
    song = clinamen.read("examples/greensleeves.abc")
    found = shared_runs(song, index)
    assert 0 < len(found.further) <= MOST_FURTHER
    for run in found.further:
        shares = index.baseline.shares_of_places(1, run.n_notes).values()
        assert sum(shares) / len(shares) < 0.5
    short = clinamen.read("examples/knots.abc")
    assert shared_runs(short, index).further == ()
    monkeypatch.setattr(module, "USUAL", 1.1)
    assert shared_runs(short, index).further != ()


def test_a_run_of_a_tune_without_bars_is_told() -> None:
    found = shared_runs(SONG, INDEX)
    bare = dataclasses.replace(SharedRun(4, 0, 0), title="")
    assert found.words(bare) == f"{a_count(4, 'note')}, bar 1: a tune without a title"
