"""The verb `compose`: melodies that follow a curve of information content."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clinamen.errors import MissingError, ParameterError

if TYPE_CHECKING:
    from clinamen.domains.music.curve import Curve
    from clinamen.domains.music.editing import NoteTicks
    from clinamen.domains.music.fingerprints import Fingerprints, RunLimit
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.engine.expectation import Expectation
    from clinamen.operations._compose_frame import Frame
    from clinamen.operations._compose_search import Draft
    from clinamen.operations._compose_setup import Setup
    from clinamen.operations.originality import Originality

__all__ = [
    "Anytime",
    "BarBits",
    "ComposeRequest",
    "Composition",
    "compose",
    "composing",
    "open_composer",
]

FloatArray = npt.NDArray[np.float64]

TARGETS = ("joint", "pitch", "onset")
_STEPS_A_BAR = 3
_MOST_RESULTS = 100
_FAR_BITS = 1.5
_N_BREAKS = 3
_BREAK_BITS = 4.0


@dataclass(frozen=True, slots=True)
class ComposeRequest:
    """What to compose.

    Parameters
    ----------
    curve
        Bits a note from place to place: words and numbers (see `parse_curve`), the name of a
        file (see `parse_curve_file`), or a curve.
    listener
        Name of a shipped listener or path of a trained one; None is the default one.
    like
        A song whose key, metre, range, density and style the melody has: it is heard first.
    begin
        A song to go on from, or its first bars: ``song.abc:4``.
    fill, first_bar, last_bar
        A song in which the bars from the first to the last are written anew; all else in it
        stays exactly as it is.
    form
        Sections that come back: ``AABA``; ``AA'BA'`` where the ends of those with a stroke
        differ.
    bars
        Full bars; 16 by default, and with `begin` as many again as are given.
    key, meter, pickup
        By default those of the song to be like, else C major, 4/4 and none.
    range, scale, max_leap, ending
        As `clinamen.domains.music.constraints` reads them; leaps are an octave at most by
        default, and the end is on the tonic unless the curve is high there.
    locks
        Bars and places of the song to be filled that stay.
    max_shared
        Longest run of notes that may be shared with the corpus of the listener, and with the
        song to be like.
    chords
        Whether to write chords first, and the melody over them.
    target
        Whose bits the curve counts: ``joint`` (onset and pitch), ``pitch``, or ``onset``.
    track
        Part of the song files.
    seed
        The same seed gives the same melody.
    n_steps
        How often bars are written anew; by default 3 for each bar.

    Raises
    ------
    ParameterError
        If two of these exclude each other, or the target is unknown.
    """

    curve: str | Curve = "home home break home"
    listener: str | None = None
    like: str | None = None
    begin: str | None = None
    fill: str | None = None
    first_bar: int | None = None
    last_bar: int | None = None
    form: str | None = None
    bars: int | None = None
    key: str | None = None
    meter: str | None = None
    pickup: str | None = None
    range: str | None = None
    scale: str | None = None
    max_leap: int | None = None
    ending: str | None = None
    locks: Sequence[str] = ()
    max_shared: int | None = None
    chords: bool = False
    target: str = "joint"
    track: int | str | None = None
    seed: int = 0
    n_steps: int | None = None

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise ParameterError(f"target must be one of {', '.join(TARGETS)}, not {self.target!r}")
        given = [name for name in ("like", "begin", "fill") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ParameterError(f"--{given[0]} and --{given[1]} exclude each other")
        if self.fill is None and (self.first_bar, self.last_bar) != (None, None):
            raise ParameterError("--from and --to say which bars to --fill; there is no --fill")
        if self.fill is None and self.locks:
            raise ParameterError("--lock keeps bars of a song to --fill; there is no --fill")
        facts = [name for name in ("key", "meter", "pickup") if getattr(self, name) is not None]
        if facts and (self.fill or self.begin):
            verb = "fill" if self.fill else "begin"
            raise ParameterError(f"--{facts[0]}: with --{verb} it is that of the song")
        if self.seed < 0:
            raise ParameterError(f"a seed is 0 or more, not {self.seed}")
        if self.n_steps is not None and self.n_steps < 0:
            raise ParameterError(f"steps are 0 or more, not {self.n_steps}")


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


def open_composer(request: ComposeRequest) -> tuple[Listener, Fingerprints | None]:
    """The listener a request names, with the index of what it has heard, once for many.

    Raises
    ------
    MissingError
        If there is no such listener, or it has learnt no mixture; or there is a limit on shared
        runs, and no index to hold it.
    """
    from clinamen.operations.fingerprints import load_fingerprints
    from clinamen.operations.listeners import load_listener

    listener = load_listener(request.listener)
    try:
        index = load_fingerprints(request.listener)
    except MissingError:
        if request.max_shared is not None:
            raise
        index = None
    return listener, index


def compose(
    request: ComposeRequest,
    *,
    n: int = 1,
    seconds: float | None = None,
    listener: Listener | None = None,
    index: Fingerprints | None = None,
) -> tuple[Composition, ...]:
    """Melodies that follow a curve, each with the next seed.

    Parameters
    ----------
    n
        How many.
    seconds
        Time for all of them together; without it the number of steps decides, and the same
        request gives the same melodies on every machine.
    listener, index
        Already loaded ones; by default those that the request names.

    Raises
    ------
    ParameterError, MissingError, FormatError
        If the request cannot be understood.
    ConstraintError
        If no melody keeps to all that is asked: it names what cannot hold.

    Examples
    --------
    >>> import clinamen
    >>> request = ComposeRequest("home break home", bars=6, n_steps=2)
    >>> (made,) = compose(request)
    >>> len(made.song.melody.bar_onsets), made.correlation > 0.5
    (6, True)
    """
    work = Anytime(request, n=n, seconds=seconds, listener=listener, index=index)
    work.run()
    return work.found()


class Anytime:
    """Melodies being composed: stop when you like, and take the best so far.

    Parameters
    ----------
    request, n, seconds, listener, index
        As for `compose`.

    Raises
    ------
    ParameterError, MissingError
        As for `compose`.
    """

    def __init__(
        self,
        request: ComposeRequest,
        *,
        n: int = 1,
        seconds: float | None = None,
        listener: Listener | None = None,
        index: Fingerprints | None = None,
    ) -> None:
        if not 1 <= n <= _MOST_RESULTS:
            raise ParameterError(f"from 1 to {_MOST_RESULTS} melodies can be made at once, not {n}")
        if seconds is not None and not 0 < seconds < float("inf"):
            raise ParameterError(f"seconds must be above 0, not {seconds:g}")
        self._request, self._n, self._seconds = request, n, seconds
        self._given = None if listener is None else (listener, index)
        self._best: list[_Step] = []

    @property
    def has_found(self) -> bool:
        """Whether there is an answer yet."""
        return bool(self._best)

    def run(self) -> None:
        """Work until all is done or time is over; whatever breaks it off, what is found stays."""
        begun = time.monotonic()
        listener, index = self._given or open_composer(self._request)
        for number in range(self._n):
            request = replace(self._request, seed=self._request.seed + number)
            until = (
                None if self._seconds is None else begun + self._seconds * (number + 1) / self._n
            )
            steps = _drafts(request, listener, index, endless=until is not None)
            self._best.append(next(steps))
            for step in steps:
                self._best[-1] = step
                if until is not None and time.monotonic() >= until:
                    break

    def found(self) -> tuple[Composition, ...]:
        """The best of each melody so far."""
        return tuple(work.composition(draft, step) for work, draft, step in self._best)


def composing(
    request: ComposeRequest,
    *,
    listener: Listener | None = None,
    index: Fingerprints | None = None,
    endless: bool = False,
) -> Iterator[Composition]:
    """A melody, and every better one that is found: take the last when you have waited enough.

    Parameters
    ----------
    endless
        Go on until it is stopped; else the number of steps decides.

    Yields
    ------
    Composition
        The first answer, and then what is better than all before.
    """
    if listener is None:
        listener, index = open_composer(request)
    before: Draft | None = None
    for work, draft, step in _drafts(request, listener, index, endless=endless):
        if draft is not before:
            yield work.composition(draft, step)
        before = draft


_Step = tuple["_Work", "Draft", int]


def _drafts(
    request: ComposeRequest, listener: Listener, index: Fingerprints | None, *, endless: bool
) -> Iterator[_Step]:
    from clinamen.domains.music.branches import Branches
    from clinamen.domains.music.editing import notes_in_ticks
    from clinamen.operations._compose_impossible import explained
    from clinamen.operations._compose_search import composed
    from clinamen.operations._compose_setup import set_up
    from clinamen.operations._compose_writer import Guide

    setup = set_up(request)
    if request.chords:
        setup = _with_chords(setup, request, listener)
    work = _Work(request, setup, listener, index)
    guide = None
    if setup.like is not None:
        like, shift = setup.like
        guide = Guide(Branches(listener, like, notes_in_ticks(like.melody)), shift)
    n_steps = request.n_steps
    if n_steps is None:
        n_steps = _STEPS_A_BAR * len(setup.plan.bars())
    with explained(setup.plan, listener, work.limit):
        drafts = composed(
            setup.plan,
            listener,
            seed=request.seed,
            limit=work.limit,
            guide=guide,
            n_steps=None if endless else n_steps,
        )
        for step, draft in enumerate(drafts):
            yield work, draft, step


def _with_chords(setup: Setup, request: ComposeRequest, listener: Listener) -> Setup:
    """Chords for what is written; where the melody comes back, so do they."""
    from clinamen.operations._compose_chords import compose_chords

    plan, frame = setup.plan, setup.plan.frame
    spans = None if request.fill is None else [_quarters(span) for span in plan.spans]
    song = compose_chords(setup.base, listener, frame.curve, spans=spans, seed=request.seed)
    chords = list(song.chords)
    for copy in plan.copies:
        source, shift = _quarters((copy.source, copy.source + copy.length))[0], copy.start
        start, end = _quarters((copy.start, copy.start + copy.length))
        later = _quarters((shift - copy.source, 0))[0]
        here = [
            replace(chord, onset_quarters=chord.onset_quarters + later)
            for chord in chords
            if source <= chord.onset_quarters < source + end - start
        ]
        kept = [chord for chord in chords if not start <= chord.onset_quarters < end]
        chords = sorted(kept + here, key=lambda chord: chord.onset_quarters)
    base = song.replace(chords=tuple(chords))
    framed = frame.song.replace(chords=base.chords)
    return replace(setup, base=base, plan=replace(plan, frame=replace(frame, song=framed)))


def _quarters(ticks: tuple[int, int]) -> tuple[Fraction, Fraction]:
    from clinamen.domains.music.events import TICKS_PER_QUARTER

    first, second = (Fraction(each, TICKS_PER_QUARTER) for each in ticks)
    return first, second


class _Work:
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
        from clinamen.domains.music.editing import notes_in_ticks
        from clinamen.domains.music.fingerprints import RunLimit

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
        from clinamen.operations._compose_score import scored

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
        from clinamen.operations._compose_song import finished_song

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
        from clinamen.operations._compose_song import metre_notice

        return metre_notice(self._listener, self._setup.plan.frame.song)

    def _originality(self, song: Song, notes: Sequence[NoteTicks]) -> Originality | None:
        from clinamen.domains.music.editing import notes_in_ticks
        from clinamen.domains.music.fingerprints import changes
        from clinamen.operations.originality import originality_of

        if self._index is None:
            return None
        like, source = self._setup.like, self._setup.source
        span = None
        if source is not None:
            span = changes(notes, notes_in_ticks(source.melody))
        model = source if source is not None else like[0] if like else None
        return originality_of(notes, source=model, span=span, listener=self._index)


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
    from clinamen.domains.music.events import TICKS_PER_QUARTER

    return ticks, TICKS_PER_QUARTER


def _correlation(asked: FloatArray, came: FloatArray) -> float | None:
    from clinamen.operations._compose_score import rank_correlation

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
    from clinamen.operations.words import note_sentence

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
    return (
        f"Bar {worst.bar} asks for {worst.asked:.1f} bits a note; {worst.heard:.1f} were reached.",
    )
