"""What was awaited at a place, and what comes instead, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music._columns import length_name
from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.notes import Melody
from clinamen.domains.music.places import place_at
from clinamen.domains.music.spelling import note_name, pitch_name
from clinamen.operations._belief import in_a_sentence
from clinamen.operations._intervals import SpelledPitch, degree_words, motion_words
from clinamen.operations._swerve_ground import Ground, Sketch
from clinamen.operations.text import percent
from clinamen.texts import Message

if TYPE_CHECKING:
    from clinamen.engine.expectation import Expectation

__all__ = ["awaited_words", "reason_words", "stance_words"]

_USUAL = 0.5
_STANCES = ((0.8, "everyone"), (_USUAL, "most"), (0.3, "leans"), (0.0, "nobody"))
"""Shares of the likeliest from which everyone waits for it, most do, or the ear leans to it."""


def reason_words(ground: Ground, sketch: Sketch, melody: Melody, heard: Expectation) -> str:
    """One sentence: what was awaited in the song as it is, and what comes in `melody`.

    Parameters
    ----------
    heard
        The target's, in `melody`: after new notes before the break it says what is awaited.
    """
    if sketch.kind == "pitch":
        awaited = awaited_words(ground, "pitch")
        clause = _pitch_clause(ground, sketch, melody, heard)
    else:
        awaited = awaited_words(ground, "onset", ground.note + _is_inside(ground, sketch))
        clause = _time_clause(ground, sketch, melody, heard)
    return Message("swerve.reason", awaited=awaited, clause=clause)


def awaited_words(ground: Ground, target: str, index: int | None = None) -> str:
    """What was awaited at the place, or at another note, and how surely."""
    index = ground.note if index is None else index
    melody = ground.song.melody
    if index == len(ground.notes):
        return Message("swerve.over")
    heard = ground.heard[target]
    row = heard.distribution[index]
    best = int(np.argmax(row))
    if target == "pitch":
        name, letters = _pitch_named(heard, best, melody, index)
        return stance_words(name, float(row[best]), letters)
    what = Message("swerve.note_on", place=_likeliest_place(melody, heard, index))
    return stance_words(what, float(row[best]), is_here=False)


def stance_words(what: str, share: float, letters: str = "", *, is_here: bool = True) -> str:
    """How surely something was awaited: what in words, its share, and the same in letters.

    Only at the place that was asked for it is said to be here.
    """
    if letters:
        shares = Message("swerve.letters_share", letters=letters, share=percent(share))
    else:
        shares = Message("swerve.share", share=percent(share))
    sure = next(word for least, word in _STANCES if share >= least)
    key = f"swerve.sure_{sure}_here" if is_here else f"swerve.sure_{sure}"
    return Message(key, what=what, shares=shares)


def _likeliest_place(melody: Melody, heard: Expectation, index: int) -> str:
    """Where a note is likeliest to come: 14.2."""
    best = int(np.argmax(heard.distribution[index]))
    wait = Fraction(int(heard.alphabet[best]), TICKS_PER_QUARTER)
    return place_at(melody, melody.notes[index - 1].onset_quarters + wait)


def _pitch_named(heard: Expectation, place: int, melody: Melody, index: int) -> tuple[str, str]:
    key = melody.key_at(melody.notes[index].onset_quarters)
    name = pitch_name(int(heard.alphabet[place]), key)
    degree = degree_words(SpelledPitch(int(heard.alphabet[place]), name), key) if key else ""
    return (degree, name) if degree else (name, "")


def _pitch_clause(ground: Ground, sketch: Sketch, melody: Melody, heard: Expectation) -> Message:
    """Such as: this leaps up a minor sixth to the sixth degree (E5) and steps back to D5."""
    here = _spelled(melody, sketch.note)
    before = _spelled(melody, sketch.note - 1)
    key = melody.key_at(melody.notes[sketch.note].onset_quarters)
    degree = degree_words(here, key) if key is not None else ""
    motion = motion_words(before, here)
    if here.pitch == before.pitch:
        clause = Message("swerve.this_on", motion=motion, name=here.name)
    else:
        named = Message("swerve.named_degree", degree=degree, name=here.name)
        clause = Message("swerve.this_to", motion=motion, target=named if degree else here.name)
    clause = _way_home(clause, sketch, melody, here.pitch - before.pitch)
    return _after_leading(clause, ground, sketch, melody, heard)


def _after_leading(
    clause: Message, ground: Ground, sketch: Sketch, melody: Melody, heard: Expectation
) -> Message:
    """Such as: after B4 instead of A4 the ear waits for G4 (71 %), and ..."""
    places = range(sketch.note - sketch.n_leading, sketch.note)
    if not places:
        return clause
    row = heard.distribution[sketch.note]
    best = int(np.argmax(row))
    key = melody.key_at(melody.notes[sketch.note].onset_quarters)
    name = pitch_name(int(heard.alphabet[best]), key)
    return Message(
        "swerve.leading",
        new=[_spelled(melody, k).name for k in places],
        old=[_spelled(ground.song.melody, k).name for k in places],
        waits=_waits(float(row[best]), name),
        clause=clause,
    )


def _waits(share: float, what: str) -> Message:
    """Such as: waits for G4 (71 %)."""
    key = "swerve.waits" if share >= _USUAL else "swerve.leans_to"
    return Message(key, what=what, share=percent(share))


def _way_home(clause: Message, sketch: Sketch, melody: Melody, step: int) -> Message:
    """Such as: ... and steps back to D5; ... and comes home through F5, E5 to D5."""
    if sketch.note + 1 >= len(melody.notes):
        return clause
    end = min(sketch.kept_from, len(melody.notes) - 1)
    here, last = _spelled(melody, sketch.note), _spelled(melody, end)
    between = [_spelled(melody, index).name for index in range(sketch.note + 1, end)]
    if not between:
        goes = _goes(last.pitch - here.pitch, step, last.name)
        return Message("swerve.and_goes", clause=clause, goes=goes)
    names = [name for name, before in zip(between, [here.name, *between], strict=False)
             if name != before]  # fmt: skip
    if between[0] == here.name:
        clause = Message("swerve.said_again", clause=clause)
    if names and names[-1] == last.name:
        names.pop()
    if not names:
        return Message("swerve.home", clause=clause, name=last.name)
    return Message("swerve.home_through", clause=clause, through=names, name=last.name)


def _goes(move: int, step: int, name: str) -> Message:
    """How the line goes on after a step to the next note."""
    if move == 0:
        return Message("swerve.goes_stays", name=name)
    verb = "steps" if abs(move) <= 2 else "skips" if abs(move) <= 4 else "leaps"
    way = "up" if move > 0 else "down"
    if step:
        way = "back" if move * step < 0 else f"on_{way}"
    return Message(f"swerve.goes_{verb}_{way}", name=name)


def _spelled(melody: Melody, index: int) -> SpelledPitch:
    note = melody.notes[index]
    if note.spelling is not None:
        return SpelledPitch(note.pitch, note_name(note.pitch, note.spelling))
    return SpelledPitch(note.pitch, pitch_name(note.pitch, melody.key_at(note.onset_quarters)))


def _is_inside(ground: Ground, sketch: Sketch) -> bool:
    """Whether the note of the place stays, and one after it breaks."""
    here = ground.notes[ground.note][0]
    return here in [note[0] for note in sketch.notes[ground.note : sketch.note]]


def _time_clause(ground: Ground, sketch: Sketch, melody: Melody, heard: Expectation) -> Message:
    """Such as: after a rest it comes an eighth late, at 10.1.5; from 11.1 on all is as before."""
    is_inside = _is_inside(ground, sketch)
    onset, awaited = sketch.notes[sketch.note][0], ground.note + is_inside
    is_silent = sketch.kind == "silence"
    what = sketch.idea.removeprefix("next ").split(" ")[0]
    if what == "gap" or (what == "drop" and onset in _onsets(ground)):
        key = "swerve.rest_goes_on" if is_silent else "swerve.held_goes_on"
        clause = Message(key, place=_at(ground, onset))
        return _leading(clause, ground, sketch, melody, heard)
    if is_inside and (what == "split" or awaited == len(ground.notes)):
        clause = Message("swerve.in_between", place=_at(ground, onset))
    else:
        off = onset - ground.notes[awaited][0]
        which, how = "next" if is_inside else "this", "early" if off < 0 else "late"
        length, place = _length(abs(off)), _at(ground, onset)
        clause = Message(f"swerve.comes_{which}_{how}", length=length, place=place)
        if off > 0:
            before = "swerve.after_rest" if is_silent else "swerve.sounds_on"
            clause = Message(before, clause=clause)
    return _leading(_following(clause, ground, sketch), ground, sketch, melody, heard)


def _at(ground: Ground, onset: int) -> str:
    return place_at(ground.song.melody, Fraction(onset, TICKS_PER_QUARTER))


def _leading(
    clause: Message, ground: Ground, sketch: Sketch, melody: Melody, heard: Expectation
) -> Message:
    """The note that comes in between before the break, if there is one, and what is awaited
    after it."""
    if not sketch.n_leading:
        return clause
    first = _at(ground, sketch.notes[sketch.note - 1][0])
    share = float(heard.distribution[sketch.note].max())
    one = Message("swerve.one_on", place=_likeliest_place(melody, heard, sketch.note))
    return Message("swerve.leading_note", first=first, waits=_waits(share, one), clause=clause)


def _following(clause: Message, ground: Ground, sketch: Sketch) -> Message:
    """Onsets that follow the break, and from where on all is as it was."""
    after = [_at(ground, onset) for onset, _, _ in sketch.notes[sketch.note + 1 : sketch.kept_from]]
    if after:
        clause = Message("swerve.then_notes", clause=clause, places=after)
    if sketch.kept_from >= len(sketch.notes):
        return clause
    place = _at(ground, sketch.notes[sketch.kept_from][0])
    return Message("swerve.as_before", clause=clause, place=place)


def _onsets(ground: Ground) -> Sequence[int]:
    return [note[0] for note in ground.notes]


def _length(ticks: int) -> str:
    return in_a_sentence("onset", length_name(Fraction(ticks, TICKS_PER_QUARTER)))
