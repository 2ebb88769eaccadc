"""Places in a song where a break would tell most, and why."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.constraints import parse_chord_locks, parse_locks
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.places import bar_and_beat, onset_of
from clinamen.domains.music.spelling import pitch_name
from clinamen.errors import MissingError, ParameterError
from clinamen.operations._intervals import SpelledPitch, degree_words
from clinamen.operations._swerve_aim import STRENGTHS, TOLERANCE_BITS
from clinamen.operations._swerve_request import (
    ANY,
    SwerveRequest,
    bounds_for,
    for_song,
    strength_bits,
)
from clinamen.operations.text import percent
from clinamen.search import most_diverse
from clinamen.texts import Message, joined

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.engine.expectation import Expectation

__all__ = ["PlaceProposal", "propose_places"]

_SETTLED_BARS = 2
"""A pattern must be there before it can be broken: no place lies in the first bars."""

_PATTERN = 4
"""Notes, the place's included, whose return makes a pattern."""

_ENOUGH = 2
"""Notes that would break by the asked amount, beyond which more are no better."""

_CHORDS_IN = 3
"""Where there are chords, one place in so many is for harmony."""

_SPREAD = 3.0
"""What a place loses that lies beside one proposed before."""


@dataclass(frozen=True, slots=True)
class PlaceProposal:
    """A place where a break would tell.

    Parameters
    ----------
    bar, beat
        Where; the pickup is bar 0.
    note
        Index of the note there; for harmony the first note from there on, or the last.
    awaited, probability
        The likeliest pitch, or chord, by name, and the chance that the listener gives it.
    bits, entropy
        Of the pitch that is there now, and before it.
    n_before
        How often the same figure has led to the same note before.
    reason
        Why here, in words.
    score
        Higher is better; of notes and of chords it is not the same.
    good_for
        ``"notes"`` (pitch, rhythm, silence) or ``"harmony"``, or both.
    """

    bar: int
    beat: Fraction
    note: int
    awaited: str
    probability: float
    bits: float
    entropy: float
    n_before: int
    reason: str
    score: float
    good_for: tuple[str, ...] = ("notes",)


def propose_places(
    song: Song, listener: Listener, request: SwerveRequest | None = None
) -> tuple[PlaceProposal, ...]:
    """Places where a break would tell most, the best first.

    Where the listener is sure and right, on a strong beat, of a figure that has come before,
    in the later part of a calm phrase, not in the first bars; and where some notes, but not
    the one that is awaited, are as surprising as the break is to be.

    Parameters
    ----------
    request
        Its kind, strength, range, scale, locks and number hold; its place does not. By kind
        ``"harmony"`` they are places of chords; by any kind some of both, if the song has
        chords and the listener knows any.

    Raises
    ------
    ParameterError
        If there are fewer than two notes, or no chords, or a constraint cannot be understood.
    MissingError
        If the listener has learnt no mixture, or nothing about chords.
    """
    request = for_song(SwerveRequest("1.1") if request is None else request, song)
    if request.kind == "harmony":
        return _of_chords(song, listener, request, request.n)
    found = _of_notes(song, listener, request)
    if request.kind != ANY or not (song.chords and listener.harmony):
        return found
    chords = [
        each
        for each in _of_chords(song, listener, request, request.n)
        # What is said to be good for any kind can be asked for by any.
        if onset_of(song.melody, (each.bar, each.beat))
        == song.melody.notes[each.note].onset_quarters
    ]
    return _together(found, chords[: request.n // _CHORDS_IN], request.n)


def _together(
    notes: Sequence[PlaceProposal], chords: Sequence[PlaceProposal], n: int
) -> tuple[PlaceProposal, ...]:
    """Places of both kinds in turn; one that is good for both is named once."""
    of_chords = {(each.bar, each.beat) for each in chords}
    of_notes = {(each.bar, each.beat) for each in notes}
    both = [
        replace(each, good_for=(*each.good_for, "harmony"))
        if (each.bar, each.beat) in of_chords
        else each
        for each in notes
    ]
    only = [each for each in chords if (each.bar, each.beat) not in of_notes]
    kept = both[: n - len(only)]
    for rank, each in enumerate(only, start=1):
        kept.insert(min(rank * _CHORDS_IN - 1, len(kept)), each)
    return tuple(kept)


def _of_chords(
    song: Song, listener: Listener, request: SwerveRequest, n: int
) -> tuple[PlaceProposal, ...]:
    """Places where another chord would tell most."""
    from clinamen.domains.music.harmony import in_a_key
    from clinamen.domains.music.progression.events import chord_changes
    from clinamen.operations._harmony_places import harmony_places

    if n < 1:
        return ()
    contrast = None if request.strength is None else strength_bits(request.strength)
    locks = parse_chord_locks(request.locks, song)
    found = harmony_places(song, listener, n, contrast=contrast, locks=locks)
    notes = [note.onset_quarters for note in song.melody.notes]
    onsets = [span.onset_quarters for span in chord_changes(in_a_key(song))]
    bits = listener.hear(in_a_key(song), target="harmony").parts["chord"].information_content
    return tuple(
        PlaceProposal(
            bar=each.bar,
            beat=each.beat,
            note=min(bisect_left(notes, each.onset_quarters), max(len(notes) - 1, 0)),
            awaited=each.awaited,
            probability=each.chance,
            bits=float(bits[onsets.index(each.onset_quarters)]),
            entropy=each.entropy,
            n_before=0,
            reason=each.reason,
            score=each.worth,
            good_for=("harmony",),
        )
        for each in found
    )


def _of_notes(song: Song, listener: Listener, request: SwerveRequest) -> tuple[PlaceProposal, ...]:
    melody = song.melody
    if len(melody.notes) < 2:
        raise ParameterError("a song needs at least two notes: before the first nothing is awaited")
    if "pitch" not in listener.learned:
        raise MissingError(f"{listener.name} has learnt no mixture to expect notes by")
    heard = listener.hear(song, model="mixture", target="pitch")
    locks = parse_locks(request.locks, melody)
    found = [
        _proposal(melody, heard, note, request)
        for note in range(_settled(melody), len(melody.notes))
        if not locks.covers(to_ticks(melody.notes[note].onset_quarters))
    ]
    chosen = most_diverse(
        sorted(found, key=lambda each: -each.score),
        lambda each: each.score,
        lambda one, other: _nearness(melody, one.note, other.note),
        weight=_SPREAD,
    )
    return tuple(each for each, _ in zip(chosen, range(request.n), strict=False))


def _nearness(melody: Melody, one: int, other: int) -> float:
    """1 for the same note, 0.5 for the same phrase, 0 far apart."""
    same_phrase = _phrase(melody, one) == _phrase(melody, other)
    return max(0.5 * same_phrase, 1 - abs(one - other) / 6)


def _settled(melody: Melody) -> int:
    """The first note after the first bars; at least the second, and in a short song no more."""
    bars = melody.bar_onsets[_SETTLED_BARS:][:1]
    later = [i for i, note in enumerate(melody.notes) if bars and note.onset_quarters >= bars[0]]
    return max(later[0], 1) if later else 1


def _proposal(
    melody: Melody, heard: Expectation, note: int, request: SwerveRequest
) -> PlaceProposal:
    row = heard.distribution[note]
    best = int(np.argmax(row))
    onset = melody.notes[note].onset_quarters
    bar, beat = bar_and_beat(melody, onset)
    strong = 1.0 if beat == 1 else 0.5 if beat.denominator == 1 else 0.0
    n_before = _times_before(melody, note)
    share, calm = _share_of_phrase(melody, note), _calm(melody, heard.information_content, note)
    bits, entropy = float(heard.information_content[note]), float(heard.entropy[note])
    score = 2.0 * float(row[best]) - 0.5 * entropy - 0.5 * bits + strong + calm
    score += 0.5 * min(n_before, 3) + (0.5 if share >= 0.5 else 0.0)
    score += min(_n_breaks(melody, heard, note, request), _ENOUGH) - _ENOUGH
    key = melody.key_at(onset)
    return PlaceProposal(
        bar=bar,
        beat=beat,
        note=note,
        awaited=pitch_name(int(heard.alphabet[best]), key),
        probability=float(row[best]),
        bits=bits,
        entropy=entropy,
        n_before=n_before,
        reason=_reason(melody, heard, note, n_before, share, calm),
        score=score,
    )


def _n_breaks(melody: Melody, heard: Expectation, note: int, request: SwerveRequest) -> int:
    """How many pitches would break by the asked amount here."""
    bounds = bounds_for(melody, melody.notes[note].onset_quarters, request)
    asked = STRENGTHS["bold"] if request.strength is None else strength_bits(request.strength)
    first, _ = _phrase(melody, note)
    before = _phrase(melody, first - 1)[0] if first else 0
    usual = np.median(heard.information_content[before : first or note])
    with np.errstate(divide="ignore"):
        contrast = -np.log2(heard.distribution[note]) - usual
    allowed = bounds.mask(heard.alphabet, melody.notes[note - 1].pitch)
    allowed &= heard.alphabet != melody.notes[note].pitch
    return int((allowed & (np.abs(contrast - asked) <= TOLERANCE_BITS)).sum())


def _times_before(melody: Melody, note: int) -> int:
    """How often the same moves, in the same rhythm, led to a note before."""
    if note < _PATTERN:
        return 0
    here = _moves(melody, note)
    return sum(_moves(melody, other) == here for other in range(_PATTERN - 1, note - 1))


def _moves(melody: Melody, note: int) -> list[tuple[int, Fraction]]:
    last = melody.notes[note + 1 - _PATTERN : note + 1]
    return [(b.pitch - a.pitch, b.onset_quarters - a.onset_quarters) for a, b in pairwise(last)]


def _phrase(melody: Melody, note: int) -> tuple[int, int]:
    starts = [*(melody.phrase_starts or (0,)), len(melody.notes)]
    number = bisect_right(starts, note) - 1
    return starts[number], starts[number + 1]


def _share_of_phrase(melody: Melody, note: int) -> float:
    """How far into its phrase a note lies, 0 to 1."""
    first, end = _phrase(melody, note)
    return (note - first) / max(end - first - 1, 1)


def _calm(melody: Melody, bits: npt.NDArray[np.float64], note: int) -> float:
    """1 where nothing else of the phrase surprises, down to -1 where something does much."""
    first, end = _phrase(melody, note)
    others = np.delete(bits[first:end], note - first)
    return float(np.clip(1.0 - (others.max(initial=0.0) - 3.0) / 2.0, -1.0, 1.0))


def _reason(
    melody: Melody, heard: Expectation, note: int, n_before: int, share: float, calm: float
) -> str:
    """Such as: G4, the tonic, is awaited (71 %); this has led there twice before; downbeat."""
    row = heard.distribution[note]
    best = int(np.argmax(row))
    onset = melody.notes[note].onset_quarters
    key, pitch = melody.key_at(onset), int(heard.alphabet[best])
    name = pitch_name(pitch, key)
    degree = degree_words(SpelledPitch(pitch, name), key) if key else ""
    sure = "swerve.place_awaited" if row[best] >= 0.5 else "swerve.place_likeliest"
    named = Message("swerve.name_degree", name=name, degree=degree) if degree else name
    said = [Message(sure, name=named, share=percent(float(row[best])))]
    if n_before:
        said.append(_figure_words(n_before))
    if bar_and_beat(melody, onset)[1] == 1:
        said.append(Message("swerve.on_downbeat"))
    if note + 1 == _phrase(melody, note)[1]:
        said.append(Message("swerve.would_end"))
    elif share >= 0.5:
        said.append(Message("swerve.under_way"))
    if calm >= 1.0:
        said.append(Message("swerve.all_calm"))
    return joined(said, "semicolon")


def _figure_words(n_before: int) -> Message:
    if n_before > 2:
        return Message("swerve.figure_times", count=n_before)
    return Message("swerve.figure_once" if n_before == 1 else "swerve.figure_twice")
