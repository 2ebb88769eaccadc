"""What came of sculpting, as a table of levels and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from clinamen.domains.music.chord_reduction import plain_chord
from clinamen.domains.music.places import place_at
from clinamen.operations._sculpt_levels import Level
from clinamen.operations._sculpt_reasons import Reasons

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.operations._sculpt_chords import ChordSculpture
    from clinamen.operations.sculpt import Sculpture

__all__ = ["LEVELS", "LevelRow", "Step", "level_rows", "levels_within", "sculpt_record", "steps_of"]

LEVELS = (100, 90, 80, 70, 60, 50, 40, 30, 20)
"""Levels that are shown."""

SCHEMA = "clinamen.sculpt/1"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that goes, in words.

    Parameters
    ----------
    number
        The note or chord, from 1.
    place
        Bar and beat, as ``12.3``.
    name
        Of the note or chord.
    cost
        In bits, below 0 where its absence saves some; see `clinamen.operations.sculpt.Removal`.
    reason
        In a few words.
    kind
        ``note``, or of chords ``colour`` or ``chord``.
    """

    number: int
    place: str
    name: str
    cost: float
    reason: str
    kind: str = "note"


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level: how many things are left, bits a note or chord of it, what went last."""

    level: float
    n_left: int
    bits: float
    last: Step | None


def steps_of(sculpture: Sculpture | ChordSculpture) -> list[Step]:
    """All that can go, in order, with reasons."""
    from clinamen.operations.sculpt import Sculpture

    if isinstance(sculpture, Sculpture):
        return _note_steps(sculpture)
    melody, spans = sculpture.song.melody, sculpture.song.harmony
    steps, plain = [], set()
    for each in sculpture.removals:
        span = spans[each.chord]
        what = place_at(melody, span.onset_quarters)
        name = str(plain_chord(span.chord) if each.chord in plain else span.chord)
        steps.append(Step(each.chord + 1, what, name, each.cost, each.reason, each.kind))
        plain.add(each.chord)
    return steps


def _note_steps(sculpture: Sculpture) -> list[Step]:
    reasons = Reasons(sculpture.song, [each.note for each in sculpture.removals])
    columns, notes = reasons.columns, sculpture.song.melody.notes
    return [
        Step(
            each.note + 1,
            place_at(sculpture.song.melody, notes[each.note].onset_quarters),
            str(columns["name"][each.note]),
            each.cost,
            reasons.words(each.note),
        )
        for each in sculpture.removals
    ]


def levels_within(sculpture: Sculpture | ChordSculpture) -> list[Level]:
    """The levels of `LEVELS` that locks allow."""
    return [level for level in LEVELS if -(-level * sculpture.n_total // 100) >= sculpture.n_least]


def level_rows(
    sculpture: Sculpture | ChordSculpture,
    listener: Listener,
    levels: Sequence[Level],
    *,
    hold: bool = True,
) -> list[LevelRow]:
    """What the levels hold, and what a listener makes of them."""
    steps = steps_of(sculpture)
    rows = []
    for level in levels:
        n_left = sculpture.n_at(level)
        n_gone = sculpture.n_total - n_left
        last = steps[n_gone - 1] if n_gone else None
        rows.append(LevelRow(float(level), n_left, _bits(sculpture, listener, n_left, hold), last))
    return rows


def _bits(
    sculpture: Sculpture | ChordSculpture, listener: Listener, n_left: int, hold: bool
) -> float:
    """Mean bits of a note (onset and pitch) or of a chord."""
    song = sculpture.song_of(n_left, hold=hold)
    return float(listener.hear(song, target=sculpture.target).information_content.mean())


def sculpt_record(
    sculpture: Sculpture | ChordSculpture, rows: Sequence[LevelRow], *, file: str
) -> dict[str, Any]:
    """All of it as plain data: the order, what each step cost and why, and the levels.

    The notes or chords of a level are those of the file without the first so many of
    ``order``.
    """
    from clinamen.operations.sculpt import Sculpture

    steps = [asdict(step) for step in steps_of(sculpture)]
    if isinstance(sculpture, Sculpture):
        for step, removal in zip(steps, sculpture.removals, strict=True):
            step["bits"] = removal.bits
            step["weight"] = asdict(removal.weight)
    return {
        "schema": SCHEMA,
        "file": file,
        "title": sculpture.song.title,
        "of": sculpture.nouns,
        "n": sculpture.n_total,
        "n_least": sculpture.n_least,
        "locked": sorted(each + 1 for each in sculpture.locked),
        "protected": sorted(each + 1 for each in sculpture.protected),
        "order": steps,
        "levels": [
            {"level": row.level, "n": row.n_left, "bits": row.bits, **_kept(sculpture, row.n_left)}
            for row in rows
        ],
    }


def _kept(sculpture: Sculpture | ChordSculpture, n_left: int) -> dict[str, list[Any]]:
    from clinamen.operations.sculpt import Sculpture

    if isinstance(sculpture, Sculpture):
        return {"notes": [note + 1 for note in sculpture.notes_left(n_left)]}
    chords = sculpture.song_of(n_left).chords
    return {"chords": [[float(each.onset_quarters), each.symbol] for each in chords]}
