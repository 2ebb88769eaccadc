"""Compositions as plain data."""

from __future__ import annotations

from typing import Any

from clinamen.operations._compose_music import music_of_bars
from clinamen.operations.compose import Composition
from clinamen.operations.originality import originality_record

__all__ = ["composition_record"]

SCHEMA = "clinamen.compose/1"


def composition_record(made: Composition, rank: int) -> dict[str, Any]:
    """A composition as plain data; times in quarters, notes counted from 1."""
    melody = made.song.melody
    key = melody.keys[0].key if melody.keys else None
    return {
        "schema": SCHEMA,
        "rank": rank,
        "title": made.song.title,
        "seed": made.seed,
        "steps": made.n_steps,
        "key": None if key is None else str(key),
        "meter": str(melody.meters[0].meter),
        "target": made.target,
        "correlation": made.correlation,
        "bar_correlation": made.bar_correlation,
        "reachable_correlation": made.most[0],
        "reachable_bar_correlation": made.most[1],
        "notes": [
            {
                "note": place + 1,
                "onset_quarters": float(note.onset_quarters),
                "duration_quarters": float(note.duration_quarters),
                "pitch": note.pitch,
                "bits": float(made.bits[place]),
                "asked": float(made.asked[place]),
                "written": bool(made.written[place]),
            }
            for place, note in enumerate(melody.notes)
        ],
        "bars": [
            {
                "bar": each.bar,
                "asked": each.asked,
                "heard": each.heard,
                "written": each.is_written,
                "music": music,
            }
            for each, music in zip(made.bars, music_of_bars(melody), strict=True)
        ],
        "chords": [[float(each.onset_quarters), each.symbol] for each in made.song.chords],
        "breaks": list(made.breaks),
        "originality": None if made.originality is None else made.originality.line,
        "shared": None if made.originality is None else originality_record(made.originality),
        "notices": list(made.notices),
    }
