"""Chords for what is to be composed: written first, and the melody over them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from clinamen.domains.music.constraints import parse_chord_locks
from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.operations._compose_recall import bars_that_return
from clinamen.operations._compose_setup import without

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.operations._compose_frame import Frame
    from clinamen.operations._compose_plan import Plan
    from clinamen.operations._compose_request import ComposeRequest
    from clinamen.operations._compose_setup import Setup

__all__ = ["with_chords"]


def with_chords(setup: Setup, request: ComposeRequest, listener: Listener) -> Setup:
    """Chords for what is written; where the melody comes back, so do they."""
    from clinamen.operations._compose_chords import compose_chords

    plan, frame = setup.plan, setup.plan.frame
    is_given = request.fill is not None or (request.begin is not None and setup.base.chords)
    locks = parse_chord_locks(request.locks, setup.base)
    spans = [_quarters(span) for span in without(plan.spans, locks)] if is_given else None
    song = compose_chords(setup.base, listener, frame.curve, spans=spans, seed=request.seed)
    if fixed := _returning(song, frame, plan):
        # Written anew around those that return, so that what is between leads there.
        song = compose_chords(
            setup.base, listener, frame.curve, spans=spans, fixed=fixed, seed=request.seed
        )
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


def _returning(song: Song, frame: Frame, plan: Plan) -> dict[Fraction, str]:
    """Symbols of bars that return, where they are first and where they come back.

    A section that the song ends with has the song's last chord, the first time too.
    """
    at = {chord.onset_quarters: chord.symbol for chord in song.chords}
    lines = [_quarters((line, 0))[0] for line in frame.lines]
    found: dict[Fraction, str] = {}
    for copy in plan.copies:
        if copy.start + copy.length == frame.end and lines[-2] in at:
            found[lines[frame.bar_of(copy.source + copy.length - 1)]] = at[lines[-2]]
    for bar, model in bars_that_return(frame).items():
        is_new = plan.writes(frame.lines[bar]) and lines[bar] not in found
        if not is_new or not {lines[model], lines[bar]} <= at.keys():
            continue
        symbol = found.get(lines[model], at[lines[model]])
        beside = [found.get(lines[each]) for each in (bar - 1, bar + 1)]
        if symbol not in beside:
            found[lines[model]] = found[lines[bar]] = symbol
    return found


def _quarters(ticks: tuple[int, int]) -> tuple[Fraction, Fraction]:
    first, second = (Fraction(each, TICKS_PER_QUARTER) for each in ticks)
    return first, second
