"""What is thought of ideas: heard, measured, and held against the listener and the wish."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.constraints import bounds_of, parse_chord_locks, parse_locks
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.tunes import Ear, Heard, Tune
from clinamen.domains.music.tunes.ground import Ground
from clinamen.domains.music.tunes.measures import MEASURES, Measuring
from clinamen.domains.music.tunes.quality import TERMS, Judging, combined
from clinamen.errors import ParameterError
from clinamen.operations._swerve_aim import STRENGTHS
from clinamen.operations.fish._changes import Line, kinds_of_change
from clinamen.operations.fish._ideas import ChordTicks, Idea, Known, Proposal
from clinamen.operations.fish.passage import Passage
from clinamen.operations.fish.wish import Wish

if TYPE_CHECKING:
    from clinamen.domains.music.editing import NoteTicks
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = ["FEATURES", "Judge", "chords_in_ticks"]

FloatArray = npt.NDArray[np.float64]

FEATURES = (*(measure.name for measure in MEASURES), "height")
"""What is measured of a passage: the measures of tunes, and how high it lies on average."""

_OCTAVE = 12.0

_NEAR_BITS = 2.5
"""A break so many bits off what was asked fits by exp(-1/2)."""

_AWAY_BITS = 1.5
"""So many bits a note more than the song as a whole, and a passage is away from home; much more
is no other place but none at all."""

_LEANING = 0.05
"""Share of a measure's range that is a clear step where more or less of it was wished for."""

_UNASKED = 0.3
"""How far a change fits of which nothing is of a kind that was asked for."""

_HOME_BITS = 1.0
"""A note within so many bits of the median is at home, as in `swerve`."""

_HOME_NOTES = 4

_STRANGE = 0.3
"""Sense of a passage of which nothing is left, however easy it is to follow, before the root."""

_FEATURE_SCALE = 4.0
"""A quarter of a measure's range more or less is a step to learn from."""


def chords_in_ticks(song: Song) -> tuple[ChordTicks, ...]:
    """Chords of a song as plain values."""
    return tuple((to_ticks(chord.onset_quarters), chord.symbol) for chord in song.chords)


@dataclass(frozen=True, eq=False)
class _Passage:
    """A passage of one tune as it was heard.

    Parameters
    ----------
    whole
        The whole tune with how it was heard.
    after
        Bits of the first notes after the passage.
    """

    tune: Tune
    heard: Heard
    whole: tuple[Tune, Heard]
    after: FloatArray


class Judge:
    """Judges proposals for a passage of a song.

    Parameters
    ----------
    song
        As it is.
    listener
        Who hears.
    passage
        Where it may change.
    wish
        What is looked for.
    locks
        What must stay all the same, as `parse_locks` reads it.
    """

    def __init__(
        self,
        song: Song,
        listener: Listener,
        passage: Passage,
        wish: Wish,
        locks: Iterable[str] = (),
    ) -> None:
        self.song, self.listener, self.passage, self.wish = song, listener, passage, wish
        self.notes = notes_in_ticks(song.melody)
        self.chords = chords_in_ticks(song)
        self.locks = (*locks, *_outside(song, passage))
        self._locked = parse_locks(self.locks, song.melody)
        self._chords_locked = parse_chord_locks(self.locks, song)
        self.bounds = bounds_of(song.melody)
        self.ear = Ear(listener, song)
        ground = Ground.of(song)
        self._measuring = Measuring(ground)
        self._judging = Judging(song, self.bounds, ground)
        (heard,) = self.ear.hear([Tune.of(self.notes)])
        bits = heard.bits.sum(axis=0)
        self._usual = float(np.mean(bits)) if len(bits) else 0.0
        own = self._passage(Tune.of(self.notes), heard)
        self._own_excess = _excess(own)
        self._own_measures = self._measures([own])[0]
        self.known = Known(self._marks(self.notes, self.chords), tuple(self._own_measures))

    def judge(self, proposals: Iterable[Proposal]) -> list[Idea]:
        """Ideas of proposals that change something, and only what may change."""
        different = {(each.notes, each.chords): each for each in proposals}
        allowed = [each for each in different.values() if self._allows(each)]
        heard = self._heard([each.notes for each in allowed])
        both = [(each, found) for each, found in zip(allowed, heard, strict=True) if found]
        if not both:
            return []
        passages = [found for _, found in both]
        measures = self._measures(passages)
        qualities = self._qualities(passages)
        return [
            self._idea(proposal, passage, row, float(good))
            for (proposal, passage), row, good in zip(both, measures, qualities, strict=True)
        ]

    def features(self, idea: Idea | None) -> FloatArray:
        """What is learnt from where an idea is kept or rejected, of the order of 1: how it
        departs from the song in what is measured, and how far its break stands out. Zeros for
        no idea."""
        if idea is None:
            return np.zeros(len(FEATURES) + 1)
        gaps = np.asarray(idea.measures) - self._own_measures
        return np.append(_FEATURE_SCALE * gaps, idea.contrast / STRENGTHS["bold"] - 1.0)

    def _allows(self, proposal: Proposal) -> bool:
        notes, chords = proposal.notes, proposal.chords
        if notes == self.notes and chords == self.chords:
            return False
        if not self._locked.keeps(self.notes, notes):
            return False
        held = [each for each in chords if self._chords_locked.covers(each[0])]
        if held != [each for each in self.chords if self._chords_locked.covers(each[0])]:
            return False
        return all(
            self.bounds.allows(pitch) for onset, _, pitch in notes if self.passage.holds(onset)
        )

    def _heard(self, songs: Sequence[Sequence[NoteTicks]]) -> list[_Passage | None]:
        try:
            tunes = [Tune.of(notes) for notes in songs]
            found = self.ear.hear(tunes) if tunes else []
        except ParameterError:
            # One of them cannot be heard; not all of them have to suffer for it.
            return [None] if len(songs) == 1 else [self._heard([notes])[0] for notes in songs]
        return [self._passage(tune, heard) for tune, heard in zip(tunes, found, strict=True)]

    def _passage(self, tune: Tune, heard: Heard) -> _Passage:
        onsets = tune.columns[0]
        first, end = np.searchsorted(onsets, (self.passage.first_tick, self.passage.end_tick))
        inside = slice(int(first), int(end))
        part = Tune(tune.columns[:, inside].copy())
        bits = heard.bits.sum(axis=0)
        return _Passage(
            part,
            Heard(heard.bits[:, inside], heard.entropy[:, inside]),
            (tune, heard),
            bits[int(end) : int(end) + _HOME_NOTES],
        )

    def _measures(self, passages: Sequence[_Passage]) -> FloatArray:
        """Shares of the usual ranges, shape ``(B, len(FEATURES))``."""
        tunes, heard = [each.tune for each in passages], [each.heard for each in passages]
        found = self._measuring(tunes, heard)
        low = np.array([measure.low for measure in MEASURES])
        high = np.array([measure.high for measure in MEASURES])
        middle = (self.bounds.lowest + self.bounds.highest) / 2
        height = np.array(
            [float(np.mean(tune.columns[2])) if len(tune) else middle for tune in tunes]
        )
        shares = np.clip((found - low) / (high - low), -0.5, 1.5)
        return np.column_stack([shares, (height - middle) / _OCTAVE])

    def _qualities(self, passages: Sequence[_Passage]) -> FloatArray:
        """How well each fits the listener and the constraints: whether notes are typical and
        come home, of the passage, and whether the bounds are kept, of the whole."""
        parts = self._judging.terms(
            [each.tune for each in passages], [each.heard for each in passages]
        )
        whole = self._judging.terms(
            [each.whole[0] for each in passages], [each.whole[1] for each in passages]
        )
        kept = TERMS.index("kept")
        parts[:, kept] = whole[:, kept]
        return combined(parts)

    def _marks(
        self, notes: Iterable[NoteTicks], chords: Iterable[ChordTicks]
    ) -> frozenset[tuple[int, int | str]]:
        holds = self.passage.holds
        return frozenset(
            [
                *((onset, pitch) for onset, _, pitch in notes if holds(onset)),
                *((onset, symbol) for onset, symbol in chords if holds(onset)),
            ]
        )

    def _idea(
        self, proposal: Proposal, passage: _Passage, measures: FloatArray, good: float
    ) -> Idea:
        peak, contrast = self._peak(proposal, passage)
        if proposal.contrast is not None and proposal.chords != self.chords:
            contrast = max(contrast, proposal.contrast)
        return Idea(
            proposal=proposal,
            marks=self._marks(proposal.notes, proposal.chords),
            measures=tuple(float(each) for each in measures),
            quality=good,
            fit=self._fit(proposal, passage, measures, contrast),
            sense=self._sense(proposal, passage),
            peak=peak,
            contrast=contrast,
        )

    def _peak(self, proposal: Proposal, passage: _Passage) -> tuple[int, float]:
        """The new note that surprises most, and how far above the passage's median."""
        known = {(onset, pitch) for onset, _, pitch in self.notes}
        first = next((i for i, note in enumerate(proposal.notes) if self.passage.holds(note[0])), 0)
        bits = passage.heard.bits.sum(axis=0)
        new = [
            place
            for place, (onset, _, pitch) in enumerate(passage.tune.notes)
            # Nothing is awaited before the first note of all.
            if (onset, pitch) not in known and first + place > 0
        ]
        if not new:
            return -1, 0.0
        place = max(new, key=lambda each: (float(bits[each]), -each))
        return first + place, float(bits[place] - np.median(bits))

    def _fit(
        self, proposal: Proposal, passage: _Passage, measures: FloatArray, contrast: float
    ) -> float:
        """Geometric mean of how far each thing that was wished for has come true."""
        wish, bits = self.wish, passage.heard.bits.sum(axis=0)
        terms: list[float] = []
        if wish.kinds:
            terms.append(self._kind(proposal))
        if wish.strength:
            off = (contrast - STRENGTHS[wish.strength]) / _NEAR_BITS
            terms.append(math.exp(-off * off / 2))
        if wish.home in ("leave", "both"):
            away = float(np.mean(bits)) - self._usual if len(bits) else 0.0
            off = (away - _AWAY_BITS) / _AWAY_BITS
            terms.append(math.exp(-off * off / 2))
        if wish.home in ("return", "both"):
            back = np.concatenate([bits[-_HOME_NOTES:], passage.after])
            near = np.abs(back - np.median(bits)) if len(bits) else back
            terms.append(float(np.mean(near <= _HOME_BITS)) if len(near) else 0.0)
        for name, sign in wish.leanings:
            place = FEATURES.index(name)
            gain = sign * (float(measures[place]) - float(self._own_measures[place]))
            terms.append(_more(gain / _LEANING))
        if not terms:
            return 1.0
        return math.exp(sum(math.log(max(each, 1e-3)) for each in terms) / len(terms))

    def _sense(self, proposal: Proposal, passage: _Passage) -> float:
        """How far it is still this song: geometric mean of how much of the passage is kept, by
        its notes and by its rhythm, and whether no note costs more than a shock would (or than
        one does in the song as it is)."""
        over = max(_excess(passage) - max(STRENGTHS["shocking"], self._own_excess), 0.0)
        follows = math.exp(-((over / _NEAR_BITS) ** 2) / 2)
        marks = self._marks(proposal.notes, proposal.chords)
        kept = (
            _shared(self.known.marks, marks) + _shared(_onsets(self.known.marks), _onsets(marks))
        ) / 2
        return math.sqrt(follows * (_STRANGE + (1 - _STRANGE) * kept))

    def _kind(self, proposal: Proposal) -> float:
        """How far the change is of a kind that was asked for: by the share of changed time."""
        first, end = self.passage.first_tick, self.passage.end_tick
        line = Line(proposal.notes, proposal.chords)
        shares = kinds_of_change(Line(self.notes, self.chords), line, first, end)
        share = max(shares[kind] for kind in self.wish.kinds)
        return _UNASKED + (1 - _UNASKED) * share


def _excess(passage: _Passage) -> float:
    """Bits of the note that costs most, in the passage or right after it, above its median."""
    bits = passage.heard.bits.sum(axis=0)
    around = np.concatenate([bits, passage.after[:1]])
    return float(np.max(around) - np.median(bits)) if len(bits) else 0.0


def _onsets(marks: Iterable[tuple[int, int | str]]) -> frozenset[int]:
    return frozenset(onset for onset, _ in marks)


def _shared(one: frozenset[Any], other: frozenset[Any]) -> float:
    """Of all that either has, the share that both have."""
    together = len(one | other)
    return len(one & other) / together if together else 1.0


def _more(steps: float) -> float:
    """From 0 (far less) over one half (the same) to 1 (far more)."""
    return 1.0 / (1.0 + math.exp(-max(min(2.0 * steps, 50.0), -50.0)))


def _outside(song: Song, passage: Passage) -> tuple[str, ...]:
    """Locks of all bars but those of the passage."""
    first = 0 if song.melody.pickup_quarters else 1
    last = first + len(song.melody.bar_onsets) - 1
    before = (f"{first}-{passage.first_bar - 1}",) if passage.first_bar > first else ()
    after = (f"{passage.last_bar + 1}-{last}",) if passage.last_bar < last else ()
    return (*before, *after)
