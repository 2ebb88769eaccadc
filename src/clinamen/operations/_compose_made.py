"""A draft as a composition: heard anew, measured against the curve, put into words."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.fingerprints import SHORTEST_LIMIT, RunLimit, changes
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
    most
        What both would be if notes, or bars, that came as they did stood in the best order.
        That is less than 1 where the curve asks alike of many.
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
    most: tuple[float | None, float | None] = (None, None)
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
        self._lifted: tuple[Message, ...] = ()
        self.limit = self._limit()

    def _limit(self) -> RunLimit | None:
        longest = self._longest_shared()
        if not longest:
            return None
        like = self._setup.like
        others = [notes_in_ticks(like[0].melody)] if like else []
        if self._index is None:
            return RunLimit(longest, others=others)
        return self._index.limit(longest, others=others)

    def _longest_shared(self) -> int | None:
        """Notes of the longest run that may be shared; none or 0 for any."""
        if self._request.max_shared is not None or self._index is None:
            return self._request.max_shared
        frame = self._setup.plan.frame
        usual = self._index.baseline.usual_run(round(frame.n_bars * frame.n_notes_bar))
        return None if usual is None else max(usual, SHORTEST_LIMIT)

    def without_limit(self) -> Work:
        """The same, with runs of any length, which is said."""
        other = copy(self)
        other.limit = None
        if self.limit is not None:
            other._lifted = (Message("compose.usual_lifted", n=self.limit.limit),)
        return other

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
        by_bar = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
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
            bar_correlation=_correlation(*by_bar),
            most=(_reachable(asked[told], bits[told]), _reachable(*by_bar)),
            breaks=_breaks(heard, song, bits, asked, told),
            n_steps=n_steps,
            notices=(*self._setup.notices, *self._metre_notices(), *self._lifted, *_far(bars)),
            originality=self._originality(song, notes),
        )

    def _song(self, notes: Sequence[NoteTicks]) -> Song:
        song = finished_song(self._setup, notes)
        maker = f"clinamen, listener {self._listener.name}, seed {self._request.seed}"
        makers = [song.composer, maker] if song.composer else [maker]
        return song.replace(title=self._title(song), composer=", ".join(makers))

    def _title(self, song: Song) -> str:
        """Short, and another one for another seed, key or form."""
        request, source = self._request, self._setup.source
        if source is None:
            key = song.melody.key_at(Fraction(0))
            where = "" if key is None else f" in {key}"
            return f"{request.form or 'Melody'}{where}, seed {request.seed}"
        written = "continued"
        if request.fill is not None:
            first, last = request.first_bar, request.last_bar
            written = f"bar {first} anew" if first == last else f"bars {first}-{last} anew"
        return f"{source.title or 'Untitled'} ({written}, seed {request.seed})"

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


def _reachable(asked: FloatArray, came: FloatArray) -> float | None:
    """The correlation if what came stood in the order of what was asked."""
    return _correlation(np.sort(asked), np.sort(came))


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
