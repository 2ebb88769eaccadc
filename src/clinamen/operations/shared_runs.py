"""What a whole song shares with the tunes that a listener has heard, run by run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.fingerprints import (
    Fingerprints,
    SharedRun,
    bar_numbers,
    separate_runs,
)
from clinamen.domains.music.notes import Song
from clinamen.operations._tune_words import bars_words, tune_words
from clinamen.operations.originality import (
    USUAL,
    Originality,
    known_as,
    originality_of,
    originality_record,
    run_record,
)
from clinamen.texts import Message

__all__ = ["MOST_FURTHER", "SharedRuns", "shared_runs", "shared_runs_record"]

MOST_FURTHER = 3
"""Runs told beside the longest."""


@dataclass(frozen=True)
class SharedRuns:
    """What a song shares with the tunes that a listener has heard.

    Parameters
    ----------
    song
        As read.
    originality
        The longest run, and how usual it is.
    known_as
        That the song is itself one that was heard; None if it is not.
    further
        Longest runs of other tunes, apart from it and from each other; only such as are
        long: fewer than half of the notes of human songs lie in a run as long.
    """

    song: Song
    originality: Originality
    known_as: str | None
    further: tuple[SharedRun, ...]

    def bars(self, run: SharedRun) -> tuple[int, int]:
        """First and last bar of a run in the song."""
        bars = bar_numbers(self.song.melody)
        return int(bars[run.first]), int(bars[run.first + run.n_notes - 1])

    def words(self, run: SharedRun) -> str:
        """``9 notes, bars 1-2: bars 17-18 of “A Reel” (A Collection)``, safe to show."""
        notes, here = Message("origin.notes", n=run.n_notes), bars_words(self.bars(run))
        tune = tune_words(run)
        if not run.bars:
            return Message("origin.run", notes=notes, here=here, tune=tune)
        there = bars_words(run.bars)
        return Message("origin.run_at", notes=notes, here=here, there=there, tune=tune)


def shared_runs(song: Song, index: Fingerprints) -> SharedRuns:
    """The longest run that a song shares with a tune, and a few more in other places.

    Examples
    --------
    >>> import clinamen
    >>> from clinamen.operations.fingerprints import load_fingerprints
    >>> found = shared_runs(clinamen.read("examples/amazing_grace.abc"), load_fingerprints())
    >>> found.words(found.originality.corpus)
    '... notes, bars ...: bars ... of “Amazing Grace” (Open Hymnal)'
    """
    runs = separate_runs(index, notes_in_ticks(song.melody), n=1 + MOST_FURTHER)
    further = tuple(run for run in runs[1:] if _is_long(index, run))
    originality = originality_of(song, listener=index)
    return SharedRuns(song, originality, known_as(song, index), further)


def shared_runs_record(found: SharedRuns) -> dict[str, Any]:
    """All of it as plain data; a run's ``here`` is its first and last bar in the song."""
    run = found.originality.corpus
    told = originality_record(found.originality)
    return {
        "title": found.song.title,
        "n_notes": len(found.song.melody.notes),
        "n_tunes": told["n_tunes"],
        "line": told["line"],
        "known_as": found.known_as,
        "longest": None if run is None else _placed(found, run),
        "human_share": told["human_share"],
        "human_shares": told["human_shares"],
        "further": [_placed(found, each) for each in found.further],
    }


def _placed(found: SharedRuns, run: SharedRun) -> dict[str, Any]:
    return {**run_record(run), "here": list(found.bars(run))}


def _is_long(index: Fingerprints, run: SharedRun) -> bool:
    shares = index.baseline.shares_of_places(1, run.n_notes).values()
    return not shares or sum(shares) / len(shares) < USUAL
