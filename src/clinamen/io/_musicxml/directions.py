"""Tempo from sounds and metronome marks; rehearsal marks."""

from __future__ import annotations

import re
from fractions import Fraction

from clinamen.io._musicxml.durations import type_quarters
from clinamen.io._musicxml.numbers import Reporter, read_decimal
from clinamen.io._musicxml.tree import Element

__all__ = ["MAX_LABEL", "MAX_TEMPO", "read_rehearsal", "read_tempo"]

MAX_LABEL = 200
"""Longest name of a section kept."""

MAX_TEMPO = 100_000
"""Fastest tempo believed, in quarters per minute."""

_NUMBER = re.compile(r"[0-9]{1,5}(\.[0-9]{1,6})?")


def read_tempo(direction: Element, reporter: Reporter) -> float | None:
    """Quarters per minute: the sounding tempo where given, else the metronome mark."""
    for sound in direction.all("sound"):
        text = sound.get("tempo")
        if text:
            return _plausible(read_decimal(text, "a tempo", sound, reporter))
    for type_ in direction.all("direction-type"):
        metronome = type_.find("metronome")
        if metronome is not None:
            return _metronome_tempo(metronome)
    return None


def read_rehearsal(direction: Element) -> str:
    """The rehearsal mark, on one line; empty where there is none."""
    marks = direction.walk_to("direction-type", "rehearsal")
    labels = (" ".join(mark.text.split()) for mark in marks)
    return next((label for label in labels if label), "")[:MAX_LABEL]


def _metronome_tempo(metronome: Element) -> float | None:
    # "ca. 120" and "120-132" are common; the first number is taken.
    number = _NUMBER.search(metronome.value("per-minute"))
    if number is None:
        return None
    dots = min(sum(1 for _ in metronome.all("beat-unit-dot")), 8)
    beat = type_quarters(metronome.value("beat-unit"), dots)
    return None if beat is None else _plausible(Fraction(number[0]) * beat)


def _plausible(tempo: Fraction) -> float | None:
    return float(tempo) if 0 < tempo <= MAX_TEMPO else None
