"""An exploration as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.operations._explore_words import (
    awaited_words,
    move_words,
    step_place,
    unheard_words,
)
from clinamen.operations._swerve_music import music_of

if TYPE_CHECKING:
    from clinamen.domains.music.tunes.rewriting import Move
    from clinamen.operations._worth import Worth
    from clinamen.operations.explore import Exploration, Step

__all__ = ["exploration_record", "worth_record"]

SCHEMA = "clinamen.explore/1"


def exploration_record(found: Exploration, *, file: str) -> dict[str, Any]:
    """What came of going deep; times in quarters, notes counted from 1."""
    return {
        "schema": SCHEMA,
        "file": file,
        "span_quarters": [each / TICKS_PER_QUARTER for each in found.span],
        "visits": found.n_visits,
        "heard": found.n_heard,
        "stopped": found.was_stopped,
        "before": worth_record(found.before),
        "line": [_step(found, step) for step in found.steps],
        "unheard": None if found.unheard is None else found.steps.index(found.unheard) + 1,
        "unheard_reason": unheard_words(found),
        "tunes": [
            {
                "rank": rank,
                "worth": worth_record(worth),
                "music": music_of(found.source, song).line,
                "notes": [
                    [float(note.onset_quarters), float(note.duration_quarters), note.pitch]
                    for note in song.melody.notes
                ],
            }
            for rank, (song, worth) in enumerate(
                zip(found.songs, found.worths, strict=True), start=1
            )
        ],
    }


def worth_record(worth: Worth) -> dict[str, Any]:
    """Quality, both novelties, their product and the measures; none is a measure of the music."""
    return {**asdict(worth), "measures": list(worth.measures), "worth": worth.value}


def _step(found: Exploration, step: Step) -> dict[str, Any]:
    taken = step.taken
    return {
        "place": step_place(found, step),
        **_move(step.move),
        "name": move_words(found, step.move, step.note),
        "note": None if step.note is None else step.note + 1,
        "rank": taken.rank,
        "moves": taken.n_moves,
        "visits": taken.n_visits,
        "of_visits": taken.of_visits,
        "value": taken.value,
        "bits": step.bits,
        "awaited": awaited_words(found, step),
        "others": [
            {**_move(move), "name": move_words(found, move), "visits": n, "value": value}
            for move, n, value in taken.others
        ],
    }


def _move(move: Move) -> dict[str, Any]:
    return {
        "onset_quarters": move.onset / TICKS_PER_QUARTER,
        "pitch": move.pitch,
        "rests": move.rests,
        "prior": move.chance,
    }
