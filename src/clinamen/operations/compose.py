"""The verb `compose`: melodies that follow a curve of information content."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clinamen.errors import MissingError, ParameterError
from clinamen.operations._compose_made import BarBits, Composition, Work

if TYPE_CHECKING:
    from clinamen.domains.music.curve import Curve
    from clinamen.domains.music.fingerprints import Fingerprints
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.operations._compose_search import Draft

__all__ = [
    "Anytime",
    "BarBits",
    "ComposeRequest",
    "Composition",
    "compose",
    "composing",
    "composing_steps",
    "open_composer",
]

TARGETS = ("joint", "pitch", "onset")
_STEPS_A_BAR = 3
_MOST_RESULTS = 100


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
    song
        The song that `like`, `begin` or `fill` names, where it has been read already.
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
    song: Song | None = None
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
    for _, made in composing_steps(request, listener=listener, index=index, endless=endless):
        if made is not None:
            yield made


def composing_steps(
    request: ComposeRequest,
    *,
    listener: Listener | None = None,
    index: Fingerprints | None = None,
    endless: bool = False,
) -> Iterator[tuple[int, Composition | None]]:
    """As `composing`, told after every step, so that it can be held or stopped at any.

    Yields
    ------
    tuple
        How often bars were written anew until now, and the melody if it is better than all
        before.
    """
    if listener is None:
        listener, index = open_composer(request)
    before: Draft | None = None
    for work, draft, step in _drafts(request, listener, index, endless=endless):
        yield step, None if draft is before else work.composition(draft, step)
        before = draft


_Step = tuple[Work, "Draft", int]


def _drafts(
    request: ComposeRequest, listener: Listener, index: Fingerprints | None, *, endless: bool
) -> Iterator[_Step]:
    from clinamen.domains.music.branches import Branches
    from clinamen.domains.music.editing import notes_in_ticks
    from clinamen.operations._compose_harmony import with_chords
    from clinamen.operations._compose_impossible import explained
    from clinamen.operations._compose_search import composed
    from clinamen.operations._compose_setup import set_up
    from clinamen.operations._compose_writer import Guide

    setup = set_up(request)
    if request.chords:
        setup = with_chords(setup, request, listener)
    work = Work(request, setup, listener, index)
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
