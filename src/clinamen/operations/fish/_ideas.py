"""Ideas: what a generator has made of a song, and what is thought of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from clinamen.domains.music.editing import NoteTicks
from clinamen.errors import FormatError

__all__ = ["ChordTicks", "Idea", "Known", "Proposal", "distance", "newness", "novelty", "spliced"]

ChordTicks = tuple[int, str]
"""Onset in ticks, and symbol."""

_FEW_NOTES = 4.0
"""How quickly novelty grows with the share of notes that differ: a quarter of them is half new,
since one note in the right place can be all the difference."""

_ENOUGH_NOTES = 12.0
"""The same against the song: of ten notes one that is another is nearly all that is wanted."""

_FEATURES = 4.0
"""The same for what is measured, in shares of the ranges."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole song that a generator proposes.

    Parameters
    ----------
    notes, chords
        In order.
    by
        Name of the generator.
    reason
        In every language, where the generator knows one.
    contrast
        Of a chord that breaks the pattern: its bits above the median of those before it.
    """

    notes: tuple[NoteTicks, ...]
    chords: tuple[ChordTicks, ...]
    by: str
    reason: Mapping[str, str] = field(default_factory=dict)
    contrast: float | None = None


@dataclass(frozen=True)
class Idea:
    """A proposal that was heard and judged.

    Parameters
    ----------
    proposal
        What it is.
    marks
        Notes and chords within the passage.
    measures
        Of the passage, each as a share of its usual range.
    quality
        How well it fits the listener and the constraints, 0 to 1.
    fit
        How well it fits the wish, 0 to 1.
    sense
        How far it is still this song, with a break that one can follow, 0 to 1.
    peak
        The new note that surprises most, by its index in the song; -1 where none is new.
    contrast
        Bits of that note above the median of the passage.
    """

    proposal: Proposal
    marks: frozenset[tuple[int, Any]]
    measures: tuple[float, ...]
    quality: float
    fit: float
    sense: float
    peak: int
    contrast: float

    @cached_property
    def key(self) -> str:
        """The same for the same notes and chords."""
        data = json.dumps([self.proposal.notes, self.proposal.chords], separators=(",", ":"))
        return hashlib.sha256(data.encode()).hexdigest()[:32]

    def to_json(self) -> str:
        """As text, for the ledger."""
        proposal = self.proposal
        plain = {
            "notes": proposal.notes,
            "chords": proposal.chords,
            "by": proposal.by,
            "reason": dict(proposal.reason),
            "of_chord": proposal.contrast,
            "marks": sorted(self.marks, key=str),
            "measures": self.measures,
            "quality": self.quality,
            "fit": self.fit,
            "sense": self.sense,
            "peak": self.peak,
            "contrast": self.contrast,
        }
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Idea:
        """What `to_json` wrote.

        Raises
        ------
        FormatError
            If it is something else.
        """
        try:
            plain = json.loads(text)
            proposal = Proposal(
                notes=tuple((int(a), int(b), int(c)) for a, b, c in plain["notes"]),
                chords=tuple((int(a), str(b)) for a, b in plain["chords"]),
                by=str(plain["by"]),
                reason={str(name): str(said) for name, said in plain["reason"].items()},
                contrast=None if plain["of_chord"] is None else float(plain["of_chord"]),
            )
            return cls(
                proposal=proposal,
                marks=frozenset((int(a), b) for a, b in plain["marks"]),
                measures=tuple(float(each) for each in plain["measures"]),
                quality=float(plain["quality"]),
                fit=float(plain["fit"]),
                sense=float(plain["sense"]),
                peak=int(plain["peak"]),
                contrast=float(plain["contrast"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise FormatError(f"not an idea: {error}") from None


@dataclass(frozen=True)
class Known:
    """Something that an idea is held against: the song, what surfaced, other ideas.

    Parameters
    ----------
    marks, measures
        As of an `Idea`.
    """

    marks: frozenset[tuple[int, Any]]
    measures: tuple[float, ...]


def distance(one: Idea | Known, other: Idea | Known) -> float:
    """How different two passages are, 0 (the same) to 1: half by their notes, half by what is
    measured of them."""
    together = len(one.marks | other.marks)
    share = len(one.marks ^ other.marks) / together if together else 0.0
    gaps = np.subtract(one.measures, other.measures)
    measured = float(np.sqrt(np.mean(gaps * gaps))) if len(gaps) else 0.0
    by_notes = 1.0 - float(np.exp(-_FEW_NOTES * share))
    by_measures = 1.0 - float(np.exp(-_FEATURES * measured))
    return (by_notes + by_measures) / 2


def newness(idea: Idea, song: Known) -> float:
    """How far it is from the song, by its notes: one that is other in a few is new enough, since
    a break at the right place leaves all else as it is."""
    together = len(idea.marks | song.marks)
    share = len(idea.marks ^ song.marks) / together if together else 0.0
    return 1.0 - float(np.exp(-_ENOUGH_NOTES * share))


def novelty(idea: Idea, song: Known, finds: Iterable[Known]) -> float:
    """How new it is against the song, or how far from the nearest of all finds if that is less."""
    return min([newness(idea, song), *(distance(idea, each) for each in finds)])


def spliced(
    song: Sequence[NoteTicks], other: Sequence[NoteTicks], first_tick: int, end_tick: int
) -> tuple[NoteTicks, ...]:
    """A song whose notes from a time to another are those of another one.

    The song's own notes stay as they are: where one of them sounds into the stretch, the other's
    begin after it, and they last until the song goes on at most.
    """
    before = [note for note in song if note[0] < first_tick]
    after = [note for note in song if note[0] >= end_tick]
    free_from = max(first_tick, before[-1][0] + before[-1][1] if before else 0)
    free_until = after[0][0] if after else None
    inside: list[NoteTicks] = []
    for onset, duration, pitch in other:
        begin, end = max(onset, free_from), onset + duration
        if first_tick <= onset < end_tick and end > begin:
            end = end if free_until is None else min(end, free_until)
            inside.append((begin, end - begin, pitch))
            free_from = end
    return (*before, *inside, *after)
