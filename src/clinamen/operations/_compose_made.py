"""A draft as a composition: heard anew, measured against the curve, put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.fingerprints import RunLimit, changes
from clinamen.engine.ranks import rank_correlation
from clinamen.operations._compose_score import scored
from clinamen.operations._compose_song import finished_song, metre_notice
from clinamen.operations.originality import if_known, originality_of
from clinamen.operations.words import note_sentence
from clinamen.texts import Message

if TYPE_CHECKING:
    from clinamen.domains.music.fingerprints import Fingerprints
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.engine.expectation import Expectation
    from clinamen.operations._compose_frame import Frame
    from clinamen.operations._compose_request import ComposeRequest
    from clinamen.operations._compose_search import Draft
    from clinamen.operations._compose_setup import Setup
    from clinamen.operations.originality import Originality

__all__ = ["BarBits", "Composition", "Work"]

FloatArray = npt.NDArray[np.float64]

_FAR_BITS = 1.5
_N_BREAKS = 3
_BREAK_BITS = 4.0


@dataclass(frozen=True, slots=True)
class BarBits:
    """A bar of the curve: what was asked and what came, bits a note on average.

    Parameters
    ----------
    heard
        None where no note begins.
    is_written
        Whether the bar was composed; else it was given.
    """

    bar: int
    asked: float
    heard: float | None
    is_written: bool


@dataclass(frozen=True, eq=False)
class Composition:
    """A melody, and how it follows the curve.

    Parameters
    ----------
    song
        Ready to be written.
    seed
        That it was made with.
    target
        Whose bits these are.
    bits
        Information content of every note, as `Listener.hear` tells it, shape ``(T,)``.
    asked
        The curve at every note, shape ``(T,)``.
    written
        Which notes were composed, shape ``(T,)``.
    bars
        The same by bar.
    correlation, bar_correlation
        Spearman's rank correlation of what was asked with what came, over composed notes but
        the first of all and over bars; None where nothing varies.
    breaks
        At the notes that break most, what was expected: a sentence each.
    n_steps
        How often bars were written anew until now.
    notices
        What the user should know.
    originality
        The longest runs shared with other tunes; None where it was not looked for.
    """

    song: Song
    seed: int
    target: str
    bits: FloatArray
    asked: FloatArray
    written: npt.NDArray[np.bool_]
    bars: tuple[BarBits, ...]
    correlation: float | None
    bar_correlation: float | None
    breaks: tuple[str, ...] = ()
    n_steps: int = 0
    notices: tuple[str, ...] = ()
    originality: Originality | None = None

    def __repr__(self) -> str:
        agrees = "" if self.correlation is None else f", correlation {self.correlation:.2f}"
        return f"<Composition: {len(self.bits)} notes, seed {self.seed}{agrees}>"


class Work:
    """What stays the same from step to step."""

    def __init__(
        self,
        request: ComposeRequest,
        setup: Setup,
        listener: Listener,
        index: Fingerprints | None,
    ) -> None:
        self._request, self._setup = request, setup
        self._listener, self._index = listener, index
        self.limit = self._limit()

    def _limit(self) -> RunLimit | None:
        longest = self._request.max_shared
        if longest is None:
            return None
        like = self._setup.like
        others = [notes_in_ticks(like[0].melody)] if like else []
        if self._index is None:
            return RunLimit(longest, others=others)
        return self._index.limit(longest, others=others)

    def composition(self, draft: Draft, n_steps: int) -> Composition:
        """A draft as a song, heard anew from its beginning."""
        frame, notes = self._setup.plan.frame, draft.notes
        song = self._song(notes)
        heard = self._listener.hear(song, target="joint", model="mixture")
        bits = np.sum([heard.parts[each].information_content for each in frame.targets], axis=0)
        asked = frame.targets_of(notes)
        told = scored(frame, notes)
        bars = _bars(frame, notes, bits)
        pairs = [(each.asked, each.heard) for each in bars if each.is_written and each.heard]
        given = set(self._setup.plan.given)
        return Composition(
            song=song,
            seed=self._request.seed,
            target=self._request.target,
            bits=bits,
            asked=asked,
            written=np.array([note not in given for note in notes]),
            bars=bars,
            correlation=_correlation(asked[told], bits[told]),
            bar_correlation=_correlation(*np.array(pairs, dtype=np.float64).reshape(-1, 2).T),
            breaks=_breaks(heard, song, bits, asked, told),
            n_steps=n_steps,
            notices=(*self._setup.notices, *self._metre_notices(), *_far(bars)),
            originality=self._originality(song, notes),
        )

    def _song(self, notes: Sequence[NoteTicks]) -> Song:
        return finished_song(self._setup, notes, self._title())

    def _title(self) -> str:
        request, source = self._request, self._setup.source
        maker = f"clinamen, listener {self._listener.name}, seed {request.seed}"
        if source is None:
            return f"Composed by {maker}"
        if request.fill is not None:
            bars = f"bars {request.first_bar}-{request.last_bar}"
            return f"{source.title or 'Untitled'} ({bars} composed by {maker})"
        return f"{source.title or 'Untitled'} (continued by {maker})"

    def _metre_notices(self) -> tuple[str, ...]:
        return metre_notice(self._listener, self._setup.plan.frame.song)

    def _originality(self, song: Song, notes: Sequence[NoteTicks]) -> Originality | None:
        if self._index is None:
            return None
        like, source = self._setup.like, self._setup.source
        span = None
        if source is not None:
            span = changes(notes, notes_in_ticks(source.melody))
        model = source if source is not None else like[0] if like else None
        found = originality_of(notes, source=model, span=span, listener=self._index)
        return if_known(found, notes, self._index, source=model)


def _bars(frame: Frame, notes: Sequence[NoteTicks], bits: FloatArray) -> tuple[BarBits, ...]:
    places = np.array([frame.bar_of(onset) for onset, _, _ in notes])
    goals = frame.targets_of(notes)
    found = []
    for bar in range(frame.n_bars):
        here = places == bar
        start, end = (Fraction(*_ratio(line)) for line in frame.lines[bar : bar + 2])
        found.append(
            BarBits(
                bar + 1,
                float(goals[here].mean()) if here.any() else frame.curve.mean(start, end),
                float(bits[here].mean()) if here.any() else None,
                frame.scored_bars is None or bar in frame.scored_bars,
            )
        )
    return tuple(found)


def _ratio(ticks: int) -> tuple[int, int]:
    return ticks, TICKS_PER_QUARTER


def _correlation(asked: FloatArray, came: FloatArray) -> float | None:
    if len(asked) < 2 or not np.ptp(asked) or not np.ptp(came):
        return None
    return rank_correlation(asked, came)


def _breaks(
    heard: Expectation,
    song: Song,
    bits: FloatArray,
    asked: FloatArray,
    told: npt.NDArray[np.bool_],
) -> tuple[str, ...]:
    """Sentences on the notes that cost most where the curve asks for much, in order."""
    if not told.any():
        return ()
    least = min(_BREAK_BITS, float(asked[told].max()))
    places = [place for place in np.flatnonzero(told) if asked[place] >= least]
    most = sorted(sorted(places, key=lambda place: -bits[place])[:_N_BREAKS])
    return tuple(note_sentence(heard, int(place), song.melody) for place in most)


def _far(bars: Sequence[BarBits]) -> tuple[str, ...]:
    """What was asked and not reached."""
    short = [
        each
        for each in bars
        if each.is_written and each.heard is not None and each.asked - each.heard > _FAR_BITS
    ]
    if not short:
        return ()
    worst = max(short, key=lambda each: each.asked - (each.heard or 0.0))
    return (Message("compose.far", bar=worst.bar, asked=worst.asked, heard=worst.heard),)
