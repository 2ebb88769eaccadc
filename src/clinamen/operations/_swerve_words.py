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

_SURE, _USUAL, _LEANING = 0.8, 0.5, 0.3
"""Shares of the likeliest from which everyone waits for it, most do, or the ear leans to it."""


def reason_words(ground: Ground, sketch: Sketch, melody: Melody, heard: Expectation) -> str:
    """One sentence: what was awaited in the song as it is, and what comes in `melody`.

    Parameters
    ----------
    heard
        The target's, in `melody`: after new notes before the break it says what is awaited.
    """
    if sketch.kind == "pitch":
        clause = _pitch_clause(ground, sketch, melody, heard)
        return f"{awaited_words(ground, 'pitch')}; {clause}."
    index = ground.note + _is_inside(ground, sketch)
    clause = _time_clause(ground, sketch, melody, heard)
    return f"{awaited_words(ground, 'onset', index)}; {clause}."


def awaited_words(ground: Ground, target: str, index: int | None = None) -> str:
    """What was awaited at the place, or at another note, and how surely."""
    index = ground.note if index is None else index
    melody = ground.song.melody
    if index == len(ground.notes):
        return "With this note the song is over"
    heard = ground.heard[target]
    row = heard.distribution[index]
    best = int(np.argmax(row))
    if target == "pitch":
        name, letters = _pitch_named(heard, best, melody, index)
        return stance_words(name, float(row[best]), letters)
    what = f"a note {_on(melody, heard, index)}"
    return stance_words(what, float(row[best]), here="")


def stance_words(what: str, share: float, letters: str = "", *, here: str = " here") -> str:
    """How surely something was awaited: what in words, its share, and the same in letters.

    Only at the place that was asked for it is said to be here.
    """
    shares = f"({letters}, {percent(share)})" if letters else f"({percent(share)})"
    if share >= _SURE:
        return f"Everyone waits for {what}{here} {shares}"
    if share >= _USUAL:
        return f"Most wait for {what}{here} {shares}"
    if share >= _LEANING:
        return f"The ear leans towards {what}{here} {shares}"
    return f"Nobody can be sure{here}: the likeliest is {what} {shares}"


def _on(melody: Melody, heard: Expectation, index: int) -> str:
    """When a note is likeliest to come: on 14.2."""
    best = int(np.argmax(heard.distribution[index]))
    wait = Fraction(int(heard.alphabet[best]), TICKS_PER_QUARTER)
    return f"on {place_name(melody, melody.notes[index - 1].onset_quarters + wait)}"


def _pitch_named(heard: Expectation, place: int, melody: Melody, index: int) -> tuple[str, str]:
    key = melody.key_at(melody.notes[index].onset_quarters)
    name = pitch_name(int(heard.alphabet[place]), key)
    degree = degree_words(SpelledPitch(int(heard.alphabet[place]), name), key) if key else ""
    return (degree, name) if degree else (name, "")


def place_name(melody: Melody, onset: Fraction) -> str:
    """Bar and beat of a time, such as ``12.3``."""
    bar, beat = bar_and_beat(melody, onset)
    return f"{bar}.{decimal(beat)}"


def _pitch_clause(ground: Ground, sketch: Sketch, melody: Melody, heard: Expectation) -> str:
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
        _leading_words(ground, sketch, melody, heard)
        + clause
        + _way_home(sketch, melody, here.pitch - before.pitch)
    )


def _leading_words(ground: Ground, sketch: Sketch, melody: Melody, heard: Expectation) -> str:
    """Such as: after B4 instead of A4 the ear waits for G4 (71 %), and ."""
    places = range(sketch.note - sketch.n_leading, sketch.note)
    if not places:
        return ""
    new = " and ".join(_spelled(melody, k).name for k in places)
    old = " and ".join(_spelled(ground.song.melody, k).name for k in places)
    row = heard.distribution[sketch.note]
    best = int(np.argmax(row))
    key = melody.key_at(melody.notes[sketch.note].onset_quarters)
    name = pitch_name(int(heard.alphabet[best]), key)
    return f"after {new} instead of {old} the ear {_waits(float(row[best]), name)}, and "


def _waits(share: float, what: str) -> str:
    """Such as: waits for G4 (71 %)."""
    verb = "waits for" if share >= _USUAL else "leans towards"
    return f"{verb} {what} ({percent(share)})"


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


def _time_clause(ground: Ground, sketch: Sketch, melody: Melody, heard: Expectation) -> str:
    """Such as: after a rest it comes an eighth late, at 10.1.5; from 11.1 on all is as before."""
    is_inside = _is_inside(ground, sketch)
    onset, awaited = sketch.notes[sketch.note][0], ground.note + is_inside
    is_silent = sketch.kind == "silence"
    what = sketch.idea.removeprefix("next ").split(" ")[0]
    if what == "gap" or (what == "drop" and onset in _onsets(ground)):
        went = "there is a rest" if is_silent else "the note before is held through"
        clause = f"{went}, and the line goes on at {_at(ground, onset)}"
        return _leading(ground, sketch, melody, heard) + clause
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
    return _leading(ground, sketch, melody, heard) + clause + _following(ground, sketch)


def _at(ground: Ground, onset: int) -> str:
    return place_name(ground.song.melody, Fraction(onset, TICKS_PER_QUARTER))


def _leading(ground: Ground, sketch: Sketch, melody: Melody, heard: Expectation) -> str:
    """The note that comes in between before the break, if there is one, and what is awaited
    after it."""
    if not sketch.n_leading:
        return ""
    first = _at(ground, sketch.notes[sketch.note - 1][0])
    share = float(heard.distribution[sketch.note].max())
    waits = _waits(share, f"one {_on(melody, heard, sketch.note)}")
    return f"after a note that comes first at {first} the ear {waits}, and "


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
