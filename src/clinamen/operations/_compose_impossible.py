"""Why no melody keeps to all that is asked: which limit cannot hold, and the nearest that can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.fingerprints import RunLimit
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.spelling import pitch_name
from clinamen.errors import ConstraintError
from clinamen.operations._compose_frame import Span
from clinamen.operations._compose_plan import Plan
from clinamen.operations._compose_search import NoWayError, composed

__all__ = ["explained"]

_WIDER = 24
_OCTAVE = 12
_SEEDS = (0, 1)


@contextmanager
def explained(plan: Plan, listener: Listener, limit: RunLimit | None) -> Iterator[None]:
    """Says which limit it was when nothing can be written.

    Raises
    ------
    ConstraintError
        With the limit, and the nearest value of it with which a melody was found.
    """
    try:
        yield
    except NoWayError as error:
        raise _reason(plan, listener, limit, error) from None


def _reason(
    plan: Plan, listener: Listener, limit: RunLimit | None, error: NoWayError
) -> ConstraintError:
    """The first limit without which there is a melody."""
    where = _bars(plan, error)
    if limit is not None and _is_possible(plan, listener, None):
        return ConstraintError(
            f"max-shared {limit.limit}",
            f"in {where} every way to go on that was tried shares a longer run",
            nearest=f"max-shared {limit.limit + 2} or more, or another seed",
        )
    reason, weaker = f"no melody keeps to it in {where}", _relaxed(plan.frame.bounds)
    if far := _far_neighbours(plan, error.span):
        names = " and ".join(pitch_name(pitch) for pitch in far)
        verb = "is" if len(far) == 1 else "are"
        reason = f"{names}, given beside {where}, {verb} more than an octave away from it"
        weaker = _nearer(plan.frame.bounds, far)
    for name, wider, nearest in weaker:
        loose = replace(plan, frame=replace(plan.frame, bounds=wider))
        if _is_possible(loose, listener, limit):
            return ConstraintError(name, reason, nearest=nearest)
    if far:
        return ConstraintError(f"range {plan.frame.bounds.range_name}", reason)
    return ConstraintError(f"all that is asked in {where}", "no melody keeps to all limits at once")


def _far_neighbours(plan: Plan, span: Span) -> list[int]:
    """Pitches of given notes beside a stretch from which no leap of a song leads into the range."""
    bounds, given = plan.frame.bounds, plan.given
    if bounds.largest_leap is None:
        return []
    written = [start for start, _ in plan.spans] + [copy.start for copy in plan.copies]
    before = [note for note in given if note[0] < span[0]][-1:]
    after = [note for note in given if note[0] >= span[1]][:1]
    beside = [note for note in before if not any(note[0] < each < span[0] for each in written)]
    beside += [note for note in after if not any(span[1] <= each < note[0] for each in written)]
    most = max(bounds.largest_leap, _OCTAVE)
    return sorted(
        {
            pitch
            for _, _, pitch in beside
            if min(abs(pitch - each) for each in bounds.pitches()) > most
        }
    )


def _nearer(bounds: Bounds, far: Sequence[int]) -> Iterator[tuple[str, Bounds, str]]:
    """Ranges that grow towards the given notes, from where a leap reaches them."""
    leap = bounds.largest_leap or 0
    for more in range(_OCTAVE):
        low = max(min(bounds.lowest, far[0] + leap - more), 0)
        high = min(max(bounds.highest, far[-1] - leap + more), 127)
        wider = replace(bounds, lowest=low, highest=high)
        yield f"range {bounds.range_name}", wider, wider.range_name


def _relaxed(bounds: Bounds) -> Iterator[tuple[str, Bounds, str]]:
    """One limit after the other, little by little weaker."""
    if bounds.largest_leap is not None:
        name = f"max-leap {bounds.largest_leap}"
        for leap in range(bounds.largest_leap + 1, bounds.largest_leap + _WIDER):
            yield name, replace(bounds, largest_leap=leap), f"{leap} semitones"
    if bounds.ending is not None:
        yield "the ending", replace(bounds, ending=None), "any note to end on"
    name = f"range {bounds.range_name}"
    for more in (2, 4, 8, 12):
        low, high = max(bounds.lowest - more, 0), min(bounds.highest + more, 127)
        wider = replace(bounds, lowest=low, highest=high)
        yield name, wider, f"{pitch_name(low)}-{pitch_name(high)}"
    if bounds.pitch_classes is not None:
        yield "the scale", replace(bounds, pitch_classes=None), "all twelve notes"


def _is_possible(plan: Plan, listener: Listener, limit: RunLimit | None) -> bool:
    for seed in _SEEDS:
        try:
            next(composed(plan, listener, seed=seed, limit=limit, n_steps=0))
        except NoWayError:
            continue
        return True
    return False


def _bars(plan: Plan, error: NoWayError) -> str:
    start, end = error.span
    first, last = (plan.frame.bar_of(place) + 1 for place in (start, max(start, end - 1)))
    return f"bar {first}" if first == last else f"bars {first} to {last}"
