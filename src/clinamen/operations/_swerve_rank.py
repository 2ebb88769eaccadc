"""Which ways to break a pattern are worth most, and which of them differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from clinamen.domains.music.breaks import NOTES_TO_COME_HOME, measure_break
from clinamen.domains.music.editing import NoteTicks, with_notes
from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.places import bar_and_beat
from clinamen.operations._swerve_ground import Draft, Ground
from clinamen.operations._swerve_words import reason_words
from clinamen.operations.variant import Variant
from clinamen.search import most_diverse

__all__ = ["CLEAR_BITS", "TARGETS", "Choice", "choices_of", "in_order"]

TARGETS = {"pitch": "pitch", "rhythm": "onset", "silence": "onset"}
"""What the bits of each kind are those of."""

# Points of the score, in about the worth of a bit of contrast.
_NO_PEAK, _NO_HOME, _SLOW_HOME = 4.0, 3.0, 0.25
_MARGIN, _MOST_MARGIN = 0.8, 2.5
CLEAR_BITS = (1.0, 0.5, 0.0)
"""Bits above the rest of its phrase: the more, the surer is a break the peak for other listeners
too. Those that are clear by the first are taken alone; if there are none, by the second; ..."""

_RESTLESS, _QUIET_BITS = 0.2, 2.0
_FAR = 2
"""Bits off from which a break is another than was asked for."""

_ELSEWHERE = 0.5
"""What it costs to break outside the chosen beat."""

_LIKENESS = 3.0
"""What a variant loses that is the same as one chosen before."""


@dataclass(frozen=True, eq=False)
class Choice:
    """A variant that can be made, with what it takes to rank it.

    Parameters
    ----------
    is_peak, is_home
        Whether the break is the peak of its phrase, and whether expectation comes home.
    margin
        Bits of the break above the rest of its phrase.
    asked
        Contrast that was asked for.
    contrast
        Contrast of the break.
    rival
        Contrast of the most surprising other event of the phrase.
    rival_onset
        When it begins, in ticks; None where that is not known.
    notes
        The whole song's; empty where they stay as they are.
    changed
        Onset and pitch of the new notes; of a note that is gone, its onset and -1.
    make
        Hears the whole song and gives the variant.
    is_led
        Whether other notes before the break lead to it.
    off
        Bits, rounded up, by which it misses what was asked for at first, beyond the tolerance.
    is_strict
        Whether the nearer one is always better: where a strength was asked for. Where none was,
        several kinds are worth a little distance.
    """

    kind: str
    idea: str
    score: float
    is_peak: bool
    is_home: bool
    margin: float
    asked: float
    contrast: float
    rival: float
    rival_onset: int | None
    notes: tuple[NoteTicks, ...]
    changed: frozenset[tuple[int, int]]
    make: Callable[[], Variant]
    is_led: bool = False
    off: int = 0
    is_strict: bool = False

    @property
    def tier(self) -> tuple[bool, bool, bool, int]:
        """What counts before the score, best lowest: not far from what was asked, home again,
        nothing changed before the break, near to what was asked."""
        off = self.off if self.is_strict else 0
        return self.off > _FAR, not self.is_home, self.is_led, off

    @classmethod
    def of(cls, variant: Variant, asked: float) -> Choice:
        """A variant that is made already, with no new notes."""
        return cls(
            kind=variant.kind,
            idea=variant.idea,
            score=variant.score,
            is_peak=variant.is_peak,
            is_home=variant.home_after is not None,
            margin=CLEAR_BITS[0],
            asked=asked,
            contrast=variant.contrast,
            rival=variant.contrast,
            rival_onset=None,
            notes=(),
            changed=frozenset(),
            make=lambda: variant,
        )


def choices_of(ground: Ground, drafts: Sequence[Draft]) -> list[Choice]:
    """Drafts with their scores, best first; those that miss the asked contrast are left out."""
    old = {(onset, pitch) for onset, _, pitch in ground.notes}
    found = []
    for draft in drafts:
        if not ground.aim.holds(draft.found.contrast):
            continue
        score, rival, rival_note = _score(ground, draft)
        found.append(
            Choice(
                kind=draft.sketch.kind,
                idea=draft.sketch.idea,
                score=score,
                is_peak=draft.found.is_peak and draft.found.bits >= rival,
                is_home=draft.found.home_after is not None,
                margin=draft.found.bits - rival,
                asked=ground.asked,
                contrast=draft.found.contrast,
                rival=rival - draft.found.median,
                rival_onset=draft.sketch.notes[rival_note][0],
                notes=draft.sketch.notes,
                changed=_changed(old, draft.sketch.notes),
                make=lambda draft=draft, score=score: _variant(ground, draft, score),  # type: ignore[misc]
                is_led=draft.sketch.n_leading > 0,
            )
        )
    return sorted(found, key=lambda choice: -choice.score)


def _changed(old: set[tuple[int, int]], notes: Sequence[NoteTicks]) -> frozenset[tuple[int, int]]:
    """What a listener hears otherwise; how long notes last is not looked at."""
    new = {(onset, pitch) for onset, _, pitch in notes}
    onsets = {onset for onset, _ in new}
    return frozenset(new - old) | {(onset, -1) for onset, _ in old - new if onset not in onsets}


def _score(ground: Ground, draft: Draft) -> tuple[float, float, int]:
    """Nearness to what was asked, a clear peak, a quiet way home, easy to sing; and the bits
    of the most surprising other note of the phrase, and its index."""
    sketch, found = draft.sketch, draft.found
    first, end = _phrase(ground, sketch.notes, sketch.note, len(draft.bits))
    others = np.delete(draft.bits[first:end], sketch.note - first)
    rival = float(others.max(initial=0.0))
    at = int(others.argmax()) if len(others) else 0
    rival_note = first + at + (first + at >= sketch.note and len(others) > 0)
    margin = found.bits - rival
    usual = float(np.median(others)) if len(others) else 0.0
    after = draft.bits[sketch.note + 1 : sketch.note + 1 + NOTES_TO_COME_HOME]
    unrest = np.maximum(after - usual - _QUIET_BITS, 0.0).sum()
    points = -abs(found.contrast - ground.asked) - sketch.hardness
    points += _MARGIN * min(margin, _MOST_MARGIN) - _RESTLESS * float(unrest)
    points -= 0.0 if found.is_peak else _NO_PEAK
    begin, end = ground.beat
    points -= 0.0 if begin <= sketch.notes[sketch.note][0] < end else _ELSEWHERE
    points -= _NO_HOME if found.home_after is None else _SLOW_HOME * (found.home_after - 1)
    return points, rival, rival_note


def _phrase(ground: Ground, notes: Sequence[NoteTicks], note: int, n_heard: int) -> tuple[int, int]:
    starts = [*ground.phrase_starts(notes), n_heard]
    first = max(start for start in starts if start <= note)
    return first, min(start for start in starts if start > note)


def in_order(choices: Sequence[Choice]) -> Iterator[Choice]:
    """Choices from the best on, tier by tier, each unlike those before in its tier."""
    for tier in sorted({each.tier for each in choices}):
        some = [each for each in choices if each.tier == tier]
        yield from most_diverse(some, lambda each: each.score, _likeness, weight=_LIKENESS)


def _likeness(one: Choice, other: Choice) -> float:
    """Same kind, same idea, and shared notes."""
    both = one.changed | other.changed
    shared = len(one.changed & other.changed) / len(both) if both else 0.0
    same_kind = one.kind == other.kind
    return 0.1 * same_kind + 0.5 * (same_kind and one.idea == other.idea) + 0.4 * shared


def _variant(ground: Ground, draft: Draft, score: float) -> Variant:
    """The whole song, heard afresh."""
    sketch = draft.sketch
    song = with_notes(ground.song, sketch.notes)
    heard = ground.listener.hear(song, model="mixture", target="joint")
    melody = song.melody
    begin, end = map(float, ground.beat_quarters)
    found = measure_break(
        heard.parts[TARGETS[sketch.kind]].information_content,
        [float(note.onset_quarters) for note in melody.notes],
        melody.phrase_starts,
        sketch.note,
        (begin, end),
    )
    old = set(ground.notes)
    changed = tuple(index for index, note in enumerate(sketch.notes) if note not in old)
    place = bar_and_beat(ground.song.melody, ground.song.melody.notes[ground.note].onset_quarters)
    return Variant(
        song=song,
        kind=sketch.kind,
        bar=place[0],
        beat=place[1],
        note=sketch.note,
        span_quarters=_span(ground, draft),
        bits=found.bits,
        median=found.median,
        contrast=found.contrast,
        is_peak=found.is_peak,
        home_after=found.home_after,
        joint_bits=float(heard.information_content[sketch.note]),
        changed=changed,
        reason=reason_words(ground, sketch, melody, heard.parts[TARGETS[sketch.kind]]),
        idea=sketch.idea,
        score=score,
    )


def _span(ground: Ground, draft: Draft) -> tuple[Fraction, Fraction]:
    """From the first note that differs to the end of the last, in either song."""
    odd = set(ground.notes) ^ set(draft.sketch.notes)
    start, end = min(note[0] for note in odd), max(note[0] + note[1] for note in odd)
    return Fraction(start, TICKS_PER_QUARTER), Fraction(end, TICKS_PER_QUARTER)
