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
from clinamen.operations.originality import (
    FEWEST_KNOWN,
    USUAL,
    if_known,
    known_as,
    originality_of,
    originality_record,
)
from clinamen.operations.swerve import SwerveRequest

STEPS = (0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0)
NOTES = [(number, 1, 60 + step) for number, step in enumerate(STEPS)]
TUNE = Song(melody_of(NOTES), title="Up\x1b[31m", composer="Nobody")
INDEX = Fingerprints.of([TUNE])
LONG = [(at, 1, 60 + step) for at, step in enumerate((0, 2, 3, 7, 1, 8, 4, 4, 9, 0, 5, 11, 3, 6))]


def test_what_is_shared_is_said_with_title_and_bars() -> None:
    found = originality_of(TUNE, listener=INDEX)
    assert found.line == (
        "longest run shared with the corpus: 11 notes, bars 1-3 of “Up [31m” (Nobody)"
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
    assert found.line == "shares no run of 4 notes with the corpus"
    assert originality_of(NOTES, listener="new").line == "no corpus to compare with"


def test_only_what_is_new_counts_where_a_part_is() -> None:
    changed = [*NOTES[:5], (5, 1, 68), *NOTES[6:]]
    whole = originality_of(changed, source=TUNE, listener=INDEX)
    span = changes(in_ticks(changed), in_ticks(NOTES))
    part = originality_of(in_ticks(changed), source=TUNE, span=span, listener=INDEX)
    by_note = originality_of(in_ticks(changed), source=TUNE, span=iter([5]), listener=INDEX)
    assert whole.line == (
        "longest run shared with the corpus: 5 notes, bars 1-2 of “Up [31m” (Nobody); "
        "with the source: 5 notes, bars 1-2"
    )
    assert part.source is not None
    assert part.source.n_notes == 3
    assert part.line == "shares no run of 4 notes with the corpus"
    assert by_note == part


def test_human_songs_are_the_measure() -> None:
    index = load_fingerprints()
    song = clinamen.read("examples/sakura.abc")
    usual = originality_of(song)
    assert set(usual.human_shares) == {"openewld", "openhymnal", "lieder", "folk_pd"}
    assert usual.human_share == sum(usual.human_shares.values()) / 4
    assert usual.human_words.endswith(
        "of human songs of this length share as much or more with another song"
    )
    known = originality_of(clinamen.read("examples/amazing_grace.abc"))
    assert "of “Amazing Grace” (Open Hymnal)" in known.line
    assert "more than human songs of this length share with each other (" in known.line
    part = originality_of(song, span=[3, 4], listener=index)
    assert "of such places in human songs" in part.line
    rare = dataclasses.replace(part, human_shares={"one": 0.0})
    assert "more than human songs at such a place share with each other (none as much)" in rare.line


def test_a_tune_is_named_only_where_fewer_than_half_of_human_songs_share_as_much() -> None:
    found = originality_of(TUNE, listener=INDEX)
    assert dataclasses.replace(found, human_shares={"a": 0.5, "b": 0.8}).line == (
        "shared runs are usual: at most 11 notes, as 65 % of human songs of this length"
    )
    half = dataclasses.replace(found, human_shares={"a": USUAL}, is_part=True)
    assert half.line == (
        "shared runs are usual: at most 11 notes, as 50 % of such places in human songs"
    )
    fewer = dataclasses.replace(found, human_shares={"a": 0.499})
    assert fewer.line == (
        "longest run shared with the corpus: 11 notes, bars 1-3 of “Up [31m” (Nobody); "
        "50 % of human songs of this length share as much or more with another song"
    )
    assert (half.is_usual, fewer.is_usual, found.is_usual) == (True, False, False)


def test_the_source_is_named_only_where_the_run_is_long() -> None:
    found = originality_of(NOTES, source=TUNE, listener=INDEX)
    told = "; with the source: 11 notes, bars 1-3"
    assert found.line.endswith(told)
    assert dataclasses.replace(found, source_shares={"a": 0.49}).line.endswith(told)
    assert "source" not in dataclasses.replace(found, source_shares={"a": USUAL}).line
    song = clinamen.read("examples/sakura.abc")
    notes = notes_in_ticks(song.melody)
    whole = originality_of(notes, source=song)
    assert whole.source_shares == load_fingerprints().baseline.shares_of_songs(50, 50)
    assert "; with the source: 50 notes, bars 1-14" in whole.line
    short = originality_of(notes, source=notes[:5])
    assert short.source is not None
    assert short.source.n_notes == 5
    assert "source" not in short.line


def test_a_tune_that_was_heard_is_known_by_half_of_its_notes() -> None:
    index = Fingerprints.of([Song(melody_of(LONG), title="'Far' -- REEL", composer="Nobody")])
    assert known_as(LONG, index) == (
        "This tune is in what the listener has heard: “Far (reel)” (14 of 14 notes)"
    )
    assert (known_as(LONG[:FEWEST_KNOWN], index) or "").endswith("(12 of 12 notes)")
    assert known_as(LONG[: FEWEST_KNOWN - 1], index) is None
    other = [(14 + number, 1, 20 + number % 2 * 70) for number in range(15)]
    assert (known_as([*LONG, *other[:14]], index) or "").endswith("(14 of 28 notes)")
    assert known_as([*LONG, *other], index) is None
    assert known_as([], index) is None


def test_a_made_melody_that_is_a_known_tune_is_called_so() -> None:
    index = Fingerprints.of([Song(melody_of(LONG), title="The Tune")])
    notes, other = in_ticks(LONG), in_ticks([(at, 1, 60 + at * at % 11) for at in range(30)])
    found = originality_of(notes, source=other, listener=index)
    told = if_known(found, notes, index, source=other)
    assert told.line == (
        "this tune is in what the listener has heard: “The Tune” (14 of 14 notes); " + found.line
    )
    assert originality_record(told)["known_as"] == told.known_as == known_as(notes, index)
    assert if_known(found, notes, index).known_as == told.known_as
    # What was made from that tune is known to be it.
    assert if_known(found, notes, index, source=notes) == found
    assert if_known(found, other, index, source=notes) == found


def test_a_variant_that_is_a_known_tune_is_called_so() -> None:
    song = clinamen.read("examples/harbour_light.musicxml")
    request = SwerveRequest("10.1", kind="pitch", n=1)
    (variant,) = clinamen.swerve(song, request, index=Fingerprints.of([])).variants
    index = Fingerprints.of([variant.song.replace(title="Harbour Dark")])
    (told,) = clinamen.swerve(song, request, index=index).variants
    assert told.originality is not None
    assert told.originality.line.startswith("this tune is in what the listener has heard: “")
    assert "Harbour Dark” (41 of 41 notes); " in told.originality.line


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
