"""The verb `compose`: melodies that follow a curve of information content."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from clinamen.errors import MissingError, ParameterError
from clinamen.operations._compose_made import BarBits, Composition, Work
from clinamen.operations._compose_request import ComposeRequest

if TYPE_CHECKING:
    from clinamen.domains.music.fingerprints import Fingerprints
    from clinamen.domains.music.listener import Listener
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

_STEPS_A_BAR = 3
_MOST_RESULTS = 100


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
        if request.max_shared:
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
    from clinamen.operations._compose_search import NoWayError, composed
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
    write = partial(
        composed,
        setup.plan,
        listener,
        seed=request.seed,
        guide=guide,
        n_steps=None if endless else n_steps,
    )
    if work.limit is not None and request.max_shared is None:
        # The usual limit was not asked for: what cannot be written within it is written without.
        try:
            for step, draft in enumerate(write(limit=work.limit)):
                yield work, draft, step
            return
        except NoWayError:
            work = work.without_limit()
    with explained(setup.plan, listener, work.limit):
        for step, draft in enumerate(write(limit=work.limit)):
            yield work, draft, step
