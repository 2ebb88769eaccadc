"""What was awaited at a place, and what comes instead, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music._columns import length_name
from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.notes import Melody
from clinamen.domains.music.places import bar_and_beat
from clinamen.domains.music.spelling import note_name, pitch_name
from clinamen.operations._belief import in_a_sentence
from clinamen.operations._intervals import SpelledPitch, degree_words, motion_words
from clinamen.operations._swerve_ground import Ground, Sketch
from clinamen.operations.text import decimal, percent

if TYPE_CHECKING:
    from clinamen.engine.expectation import Expectation

__all__ = ["awaited_words", "reason_words", "stance_words"]

_SURE, _LEANING = 0.5, 0.3
"""Shares of the likeliest from which it is awaited, or leaned towards."""


def reason_words(ground: Ground, sketch: Sketch, melody: Melody) -> str:
    """One sentence: what was awaited in the song as it is, and what comes in `melody`."""
    if sketch.kind == "pitch":
        return f"{awaited_words(ground, 'pitch')}; {_pitch_clause(ground, sketch, melody)}."
    index = ground.note + _is_inside(ground, sketch)
    return f"{awaited_words(ground, 'onset', index)}; {_time_clause(ground, sketch)}."


def awaited_words(ground: Ground, target: str, index: int | None = None) -> str:
    """What was awaited at the place, or at another note, and how surely."""
    index = ground.note if index is None else index
    melody = ground.song.melody
    if index == len(ground.notes):
        return "The song is over here"
    heard = ground.heard[target]
    row = heard.distribution[index]
    best = int(np.argmax(row))
    if target == "pitch":
        what = _pitch_named(heard, best, melody, index)
        return stance_words(what, float(row[best]))
    onset = melody.notes[index - 1].onset_quarters + Fraction(
        int(heard.alphabet[best]), TICKS_PER_QUARTER
    )
    return stance_words(("a note", f"on {place_name(melody, onset)}"), float(row[best]))


def stance_words(what: tuple[str, str], share: float) -> str:
    """How surely something was awaited: a name in words, and the name in letters."""
    name, letters = what
    if letters.startswith("on "):
        name, letters = f"{name} {letters}", ""
    shares = f"({letters}, {percent(share)})" if letters else f"({percent(share)})"
    if share >= _SURE:
        return f"Everyone waits for {name} here {shares}"
    if share >= _LEANING:
        return f"The ear leans towards {name} here {shares}"
    return f"Nobody can be sure here: the likeliest is {name} {shares}"


def _pitch_named(heard: Expectation, place: int, melody: Melody, index: int) -> tuple[str, str]:
    key = melody.key_at(melody.notes[index].onset_quarters)
    name = pitch_name(int(heard.alphabet[place]), key)
    degree = degree_words(SpelledPitch(int(heard.alphabet[place]), name), key) if key else ""
    return (degree, name) if degree else (name, "")


def place_name(melody: Melody, onset: Fraction) -> str:
    """Bar and beat of a time, such as ``12.3``."""
    bar, beat = bar_and_beat(melody, onset)
    return f"{bar}.{decimal(beat)}"


def _pitch_clause(ground: Ground, sketch: Sketch, melody: Melody) -> str:
    """Such as: this leaps up a minor sixth to the sixth degree (E5) and steps back to D5."""
    here = _spelled(melody, sketch.note)
    before = _spelled(melody, sketch.note - 1)
    key = melody.key_at(melody.notes[sketch.note].onset_quarters)
    degree = degree_words(here, key) if key is not None else ""
    if here.pitch == before.pitch:
        clause = f"this {motion_words(before, here)} ({here.name})"
    else:
        target = f"{degree} ({here.name})" if degree else here.name
        clause = f"this {motion_words(before, here)} to {target}"
    return (
        _leading_words(ground, sketch, melody)
        + clause
        + _way_home(sketch, melody, here.pitch - before.pitch)
    )


def _leading_words(ground: Ground, sketch: Sketch, melody: Melody) -> str:
    """Such as: E5 and F5 come before it in place of C5 and D5, and ."""
    first = next(
        k for k, (a, b) in enumerate(zip(sketch.notes, ground.notes, strict=True)) if a != b
    )
    places = range(first, sketch.note)
    if not places:
        return ""
    new = " and ".join(_spelled(melody, k).name for k in places)
    old = " and ".join(_spelled(ground.song.melody, k).name for k in places)
    return f"{new} {'come' if len(places) > 1 else 'comes'} before it in place of {old}, and "


def _way_home(sketch: Sketch, melody: Melody, step: int) -> str:
    """Such as: and steps back to D5; and comes home through F5, E5 to D5."""
    if sketch.note + 1 >= len(melody.notes):
        return ""
    end = min(sketch.kept_from, len(melody.notes) - 1)
    here, last = _spelled(melody, sketch.note), _spelled(melody, end)
    between = [_spelled(melody, index).name for index in range(sketch.note + 1, end)]
    if not between:
        return f" and {_motion(last.pitch - here.pitch, step)} {last.name}"
    names = [name for name, before in zip(between, [here.name, *between], strict=False)
             if name != before]  # fmt: skip
    again = ", is said again" if between[0] == here.name else ""
    if names and names[-1] == last.name:
        names.pop()
    through = f" through {', '.join(names)}" if names else ""
    return f"{again} and comes home{through} to {last.name}"


def _motion(move: int, step: int) -> str:
    """How the line goes on after a step, up to the name of the next note."""
    if move == 0:
        return "stays on"
    verb = "steps" if abs(move) <= 2 else "skips" if abs(move) <= 4 else "leaps"
    if not step:
        return f"{verb} {'up' if move > 0 else 'down'} to"
    return f"{verb} {'back' if move * step < 0 else 'on up' if move > 0 else 'on down'} to"


def _spelled(melody: Melody, index: int) -> SpelledPitch:
    note = melody.notes[index]
    if note.spelling is not None:
        return SpelledPitch(note.pitch, note_name(note.pitch, note.spelling))
    return SpelledPitch(note.pitch, pitch_name(note.pitch, melody.key_at(note.onset_quarters)))


def _is_inside(ground: Ground, sketch: Sketch) -> bool:
    """Whether the note of the place stays, and one after it breaks."""
    here = ground.notes[ground.note][0]
    return here in [note[0] for note in sketch.notes[ground.note : sketch.note]]


def _time_clause(ground: Ground, sketch: Sketch) -> str:
    """Such as: after a rest it comes an eighth late, at 10.1.5; from 11.1 on all is as before."""
    is_inside = _is_inside(ground, sketch)
    onset, awaited = sketch.notes[sketch.note][0], ground.note + is_inside
    is_silent = sketch.kind == "silence"
    what = sketch.idea.removeprefix("next ").split(" ")[0]
    if what == "gap" or (what == "drop" and onset in _onsets(ground)):
        went = "there is a rest" if is_silent else "the note before is held through"
        return f"{went}, and the line goes on at {_at(ground, onset)}"
    if is_inside and (what == "split" or awaited == len(ground.notes)):
        clause = f"a new note comes in between, at {_at(ground, onset)}"
    else:
        off = onset - ground.notes[awaited][0]
        how = f"{_length(abs(off))} {'early' if off < 0 else 'late'}"
        clause = (
            f"{'the next one' if is_inside else 'this note'} comes {how}, at {_at(ground, onset)}"
        )
        if off > 0:
            clause = f"{'after a rest' if is_silent else 'the note before sounds on, and'} {clause}"
    return _leading(ground, sketch) + clause + _following(ground, sketch)


def _at(ground: Ground, onset: int) -> str:
    return place_name(ground.song.melody, Fraction(onset, TICKS_PER_QUARTER))


def _leading(ground: Ground, sketch: Sketch) -> str:
    """The note that comes in between before the break, if there is one."""
    lead = sketch.notes[ground.note + _is_inside(ground, sketch) : sketch.note]
    return "".join(f"a note comes first at {_at(ground, onset)}; " for onset, _, _ in lead)


def _following(ground: Ground, sketch: Sketch) -> str:
    """Onsets that follow the break, and from where on all is as it was."""
    after = [_at(ground, onset) for onset, _, _ in sketch.notes[sketch.note + 1 : sketch.kept_from]]
    then = f", then notes at {', '.join(after)}" if after else ""
    if sketch.kept_from >= len(sketch.notes):
        return then
    return f"{then}; from {_at(ground, sketch.notes[sketch.kept_from][0])} on all is as before"


def _onsets(ground: Ground) -> Sequence[int]:
    return [note[0] for note in ground.notes]


def _length(ticks: int) -> str:
    return in_a_sentence("onset", length_name(Fraction(ticks, TICKS_PER_QUARTER)))
