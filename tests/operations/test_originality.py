"""The line on originality: what is shared, with what, and whether human songs share as much."""

from __future__ import annotations

import dataclasses

import pytest
from tests.domains.music.fingerprints.plain_runs import in_ticks, melody_of

import clinamen
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.fingerprints import Fingerprints, changes
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.errors import MissingError
from clinamen.operations.fingerprints import load_fingerprints
from clinamen.operations.originality import originality_of, originality_record

STEPS = (0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0)
NOTES = [(number, 1, 60 + step) for number, step in enumerate(STEPS)]
TUNE = Song(melody_of(NOTES), title="Up\x1b[31m", composer="Nobody")
INDEX = Fingerprints.of([TUNE])


def test_what_is_shared_is_said_with_title_and_bars() -> None:
    found = originality_of(TUNE, listener=INDEX)
    assert found.line == (
        "longest run shared with the corpus: 11 notes, bars 1-3 of 'Up [31m' (Nobody)"
    )
    assert (found.n_tunes, found.human_shares, found.human_share) == (1, {}, None)


def test_notes_songs_and_melodies_are_one() -> None:
    found = originality_of(in_ticks(NOTES), listener=INDEX)
    assert found == originality_of(TUNE, listener=INDEX)
    assert found == originality_of(TUNE.melody, listener=INDEX)


def test_where_nothing_is_shared_that_is_said() -> None:
    falling = [(onset, lasts, 140 - pitch) for onset, lasts, pitch in NOTES]
    far = [(0, 1, 60), (1, 1, 58), (2, 1, 56), (9, 1, 20)]
    found = originality_of(falling, listener=INDEX, source=far)
    assert found.line == "shares no run of 4 notes with the corpus; with the source: 3 notes"
    assert originality_of(NOTES, listener=INDEX, source=far[:1]).line.endswith(
        "shares nothing with the source"
    )
    assert originality_of(NOTES, listener="new").line == "no corpus to compare with"


def test_only_what_is_new_counts_where_a_part_is() -> None:
    changed = [*NOTES[:5], (5, 1, 68), *NOTES[6:]]
    whole = originality_of(changed, source=TUNE, listener=INDEX)
    span = changes(in_ticks(changed), in_ticks(NOTES))
    part = originality_of(in_ticks(changed), source=TUNE, span=span, listener=INDEX)
    by_note = originality_of(in_ticks(changed), source=TUNE, span=iter([5]), listener=INDEX)
    assert whole.line == (
        "longest run shared with the corpus: 5 notes, bars 1-2 of 'Up [31m' (Nobody); "
        "with the source: 5 notes, bars 1-2"
    )
    assert part.line == "shares no run of 4 notes with the corpus; with the source: 3 notes, bar 1"
    assert by_note == part


def test_human_songs_are_the_measure() -> None:
    index = load_fingerprints()
    song = clinamen.read("examples/sakura.abc")
    usual = originality_of(song)
    assert set(usual.human_shares) == {"openewld", "openhymnal", "lieder", "folk_pd"}
    assert usual.human_share == sum(usual.human_shares.values()) / 4
    assert usual.line.endswith(
        "of human songs of this length share as much or more with another song"
    )
    known = originality_of(clinamen.read("examples/amazing_grace.abc"))
    assert "of 'Amazing Grace' (Open Hymnal)" in known.line
    assert "more than human songs of this length share with each other (" in known.line
    part = originality_of(song, span=[3, 4], listener=index)
    assert "of such places in human songs share" in part.line
    rare = dataclasses.replace(part, human_shares={"one": 0.0})
    assert "more than human songs at such a place share with each other (none as much)" in rare.line


def test_of_tunes_of_the_corpus_most_share_what_the_baseline_says() -> None:
    """The share of a human song is the share of those that share as much: half, in the middle."""
    index = load_fingerprints()
    baseline = index.baseline
    for number, name in enumerate(baseline.names):
        mine = baseline.collection == number
        n_notes, longest = baseline.n_notes[mine], baseline.longest[mine]
        shares = [
            baseline.shares_of_songs(int(n), int(run))[name]
            for n, run in list(zip(n_notes, longest, strict=True))[::25]
        ]
        assert 0.45 < sum(shares) / len(shares) < 0.75


def test_a_loaded_listener_has_the_index_of_what_it_heard() -> None:
    index = load_fingerprints()
    known = clinamen.load_listener()
    assert load_fingerprints(known) is index
    assert index.facts["corpora"] == known.facts["corpora"]
    assert len(index.tunes) == known.n_melodies
    assert len(load_fingerprints(Listener()).tunes) == 0
    own = Listener(name="own", n_melodies=3)
    with pytest.raises(MissingError, match="listener own: give the path"):
        originality_of(TUNE, listener=own)


def test_the_index_has_the_notes_that_were_indexed() -> None:
    song = clinamen.read("examples/amazing_grace.abc")
    index = load_fingerprints()
    run = index.longest_run(notes_in_ticks(song.melody))
    assert run is not None
    assert run.tune in index.tunes_called("Amazing Grace!")


def test_a_record_has_all_that_the_line_says() -> None:
    found = originality_of(TUNE, source=TUNE, listener=INDEX)
    record = originality_record(found)
    assert record["line"] == found.line
    assert record["corpus"] == {
        "n_notes": 11, "note": 1, "title": "Up [31m", "credit": "Nobody", "from_note": 1,
        "bars": [1, 3],
    }  # fmt: skip
    assert (record["source"]["n_notes"], record["source"]["bars"]) == (11, [1, 3])
    assert (record["n_tunes"], record["human_share"], record["is_part"]) == (1, None, False)
    nothing = originality_record(originality_of(NOTES[:2], listener=INDEX))
    assert (nothing["corpus"], nothing["source"], nothing["has_source"]) == (None, None, False)
