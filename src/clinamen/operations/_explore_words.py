"""The line of an exploration in words."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.places import bar_and_beat, place_name
from clinamen.domains.music.spelling import note_name, pitch_name
from clinamen.operations._swerve_music import bars_shown, music_of
from clinamen.operations.reasons import Explainer
from clinamen.operations.words import chance_words, expected_words, note_sentence, place_words
from clinamen.texts import Message, joined

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song
    from clinamen.domains.music.tunes.rewriting import Move
    from clinamen.operations.explore import Exploration, Step

__all__ = ["awaited_words", "move_words", "music_lines", "step_place", "unheard_words"]

_MOST_BARS = 4
"""Bars that are shown of a tune where more of them change."""


def step_place(found: Exploration, step: Step) -> str:
    """Bar and beat of a move, as ``12.3``; "" where the stretch ends with the song."""
    onset = Fraction(step.move.onset, TICKS_PER_QUARTER)
    melody = found.songs[0].melody
    if onset >= melody.end_quarters:
        return ""
    return place_name(bar_and_beat(melody, onset))


def move_words(found: Exploration, move: Move, note: int | None = None) -> str:
    """``F#4``, ``F#4 after a rest``, or that no other note comes in the stretch."""
    if move.pitch is None:
        return Message("explore.end_rest" if move.rests else "explore.end")
    melody = found.songs[0].melody
    onset = Fraction(move.onset, TICKS_PER_QUARTER)
    name = pitch_name(move.pitch, melody.key_at(onset))
    spelling = None if note is None else melody.notes[note].spelling
    if spelling is not None:
        name = note_name(move.pitch, spelling)
    return Message("explore.after_rest", name=name) if move.rests else name


def music_lines(found: Exploration, song: Song) -> tuple[str, ...]:
    """What is other in a tune that came of it: on one line, or some bars as they were and are.

    Of many bars those about the unheard-of move are shown, else the first ones.
    """
    change = music_of(found.source, song)
    first, last = change.bars
    if last - first < _MOST_BARS:
        return (change.line,)
    middle = first
    if found.unheard is not None:
        onset = Fraction(found.unheard.move.onset, TICKS_PER_QUARTER)
        middle = bar_and_beat(found.source.melody, onset)[0]
    begin = max(first, min(middle - 1, last - _MOST_BARS + 1))
    end = begin + _MOST_BARS - 1
    return (
        f"bars {first}-{last} change; of these, bars {begin}-{end}",
        f"were: {bars_shown(found.source, begin, end)}",
        f"are: {bars_shown(song, begin, end)}",
    )


def awaited_words(found: Exploration, step: Step) -> str:
    """What the full listener held likeliest instead: when, and which note."""
    return "" if step.note is None else expected_words(found.expectation, step.note, 1)


def unheard_words(found: Exploration) -> str:
    """The unheard-of move: its chance, how often the search went there, what was awaited, why.

    "" where there is none.
    """
    step = found.unheard
    if step is None:
        return ""
    counted = Message("explore.visits", n=step.taken.n_visits, of=step.taken.of_visits)
    if step.note is None or step.bits is None:
        return Message("explore.unheard_end", counted=counted)
    melody, expectation = found.songs[0].melody, found.expectation
    said = Message(
        "explore.unheard",
        place=place_words(expectation.columns, step.note),
        name=move_words(found, step.move, step.note),
        chance=chance_words(step.bits),
        counted=counted,
    )
    came = note_sentence(expectation, step.note, melody, placed=False)
    reason = Explainer(expectation, melody).sentence(step.note)
    return joined((said, came, reason), "sentences")
