"""Where in a song another chord would tell most."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.harmony import in_a_key
from clinamen.domains.music.places import bar_and_beat
from clinamen.domains.music.progression.events import chord_changes, is_unreadable
from clinamen.domains.music.progression.naming import spelled_labels
from clinamen.domains.music.progression.palette import chord_phrases
from clinamen.errors import ParameterError
from clinamen.operations._harmony_ground import HarmonyGround
from clinamen.operations._swerve_harmony import can_break
from clinamen.operations.text import percent
from clinamen.texts import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from clinamen.domains.music.constraints import Locks
    from clinamen.domains.music.harmony import ChordSpan
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.engine.expectation import Expectation

__all__ = ["HarmonyPlace", "harmony_places"]

_FAMILIAR = 3
"""Chords that come before a place, so that there is a pattern to break."""

_WAY_HOME = 2
_MORE_TRIED = 12
_DOWNBEAT, _LONG, _SETTLED = 0.5, 0.5, 0.75


@dataclass(frozen=True)
class HarmonyPlace:
    """A place where the listener is sure of the next chord.

    Parameters
    ----------
    onset_quarters
        When the chord begins.
    bar, beat
        The same as people say it; the pickup is bar 0.
    awaited, chance
        The likeliest chord and its probability.
    entropy
        Of root and quality, in bits.
    worth
        Higher is better: how sure, how plain to hear, how much time to come home.
    reason
        In one sentence, without its full stop.
    """

    onset_quarters: Fraction
    bar: int
    beat: Fraction
    awaited: str
    chance: float
    entropy: float
    worth: float
    reason: str


def harmony_places(
    song: Song,
    listener: Listener,
    n: int = 5,
    *,
    contrast: float | None = None,
    locks: Locks | None = None,
) -> list[HarmonyPlace]:
    """Chords of a song where another one would tell most, the best first.

    Where the listener is sure of the chord that comes, at the beginning of a bar or on a long
    chord, with a phrase before it that is familiar and chords after it to come home by; one
    place a phrase.

    Parameters
    ----------
    n
        Places at most.
    contrast
        Only places where some chord that bears the melody surprises by so much, in bits, and
        more than all others of its phrase.
    locks
        Stretches that are left out.

    Raises
    ------
    ParameterError
        If the song has no chords, or `n` is below 1.
    MissingError
        If the listener has learnt nothing about chords.
    """
    if n < 1:
        raise ParameterError(f"n must be at least 1, not {n}")
    if all(is_unreadable(span.chord) for span in song.harmony):
        raise ParameterError("the song has no chords, so there is no harmony to break")
    song = in_a_key(song)
    heard = listener.hear(song, target="harmony")
    spans = chord_changes(song)
    phrases = chord_phrases(song, [span.onset_quarters for span in spans])
    places = [
        (_place(song, heard, spans, chord, phrases), bisect_right(phrases, chord))
        for chord in range(max(min(_FAMILIAR, len(spans) - 1), 1), len(spans))
        if locks is None or not _is_locked(spans[chord], locks)
    ]
    found: list[HarmonyPlace] = []
    taken: set[int] = set()
    n_tried = 0
    for place, phrase in sorted(places, key=lambda each: -each[0].worth):
        if len(found) == n or n_tried == n + _MORE_TRIED:
            break
        if phrase not in taken:
            n_tried += 1
            if _can(song, listener, place, contrast):
                taken.add(phrase)
                found.append(place)
    return found


def _can(song: Song, listener: Listener, place: HarmonyPlace, contrast: float | None) -> bool:
    if contrast is None:
        return True
    return can_break(HarmonyGround.at(song, listener, place.onset_quarters), contrast)


def _is_locked(span: ChordSpan, locks: Locks) -> bool:
    begins, ends = to_ticks(span.onset_quarters), to_ticks(span.end_quarters)
    return any(start < ends and begins < end for start, end in locks.spans)


def _place(
    song: Song,
    heard: Expectation,
    spans: Sequence[ChordSpan],
    chord: int,
    phrases: tuple[int, ...],
) -> HarmonyPlace:
    part, span = heard.parts["chord"], spans[chord]
    row = part.distribution[chord]
    likeliest = int(np.argmax(row))
    awaited = spelled_labels(part.labels, (each.chord for each in spans))[likeliest]
    bar, beat = bar_and_beat(song.melody, span.onset_quarters)
    entropy, chance = float(part.entropy[chord]), float(row[likeliest])
    length = song.melody.meter_at(span.onset_quarters).bar_quarters
    is_settled = chord >= phrases[min(1, len(phrases) - 1)] > 0
    worth = -entropy - float(heard.information_content[chord]) / 2
    worth += _DOWNBEAT * (beat == 1) + _LONG * (span.duration_quarters >= length)
    worth += _SETTLED * is_settled - (len(spans) - 1 - chord < _WAY_HOME)
    return HarmonyPlace(
        onset_quarters=span.onset_quarters,
        bar=bar,
        beat=beat,
        awaited=awaited,
        chance=chance,
        entropy=entropy,
        worth=worth,
        reason=_reason(awaited, chance, str(spans[chord - 1].chord)),
    )


def _reason(awaited: str, chance: float, before: str) -> Message:
    key = "swerve.chord_sure" if chance >= 0.5 else "swerve.chord_leans"
    return Message(key, before=before, awaited=awaited, share=percent(chance))
