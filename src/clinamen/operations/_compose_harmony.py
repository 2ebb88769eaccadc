"""Chords for what is to be composed: written first, and the melody over them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from clinamen.domains.music.events import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.operations._compose_setup import Setup
    from clinamen.operations.compose import ComposeRequest

__all__ = ["with_chords"]


def with_chords(setup: Setup, request: ComposeRequest, listener: Listener) -> Setup:
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
    first, second = (Fraction(each, TICKS_PER_QUARTER) for each in ticks)
    return first, second
