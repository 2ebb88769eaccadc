"""Key and time signatures."""

from __future__ import annotations

from clinamen.domains.music.notes import Key, Meter
from clinamen.errors import ParameterError
from clinamen.io._musicxml.numbers import Reporter, read_integer
from clinamen.io._musicxml.tree import Element

__all__ = ["MAX_BEATS", "read_key", "read_meter"]

MAX_BEATS = 1024
"""Largest number in a time signature."""


def read_key(element: Element, reporter: Reporter) -> tuple[Key, bool] | None:
    """The written key, and whether the file says its mode (else major stands in).

    None for a signature of single accidentals that is no major scale's.
    """
    text = element.value("fifths")
    if not text:
        return None
    fifths = read_integer(text, "a key's fifths", element, reporter)
    if abs(fifths) > 11:
        raise reporter.fail(f"a key signature has -7 to 7 fifths, not {fifths}", element)
    if abs(fifths) > 7:
        fifths -= 12 if fifths > 0 else -12
    mode = element.value("mode").lower()
    try:
        return Key(fifths, mode or "major"), bool(mode)
    except ParameterError:
        # "none" and words that are no mode.
        return Key(fifths, "major"), False


def read_meter(element: Element, reporter: Reporter) -> Meter | None:
    """The time signature; None for free time and for denominators like 6.

    A sum such as 3/8 + 1/4 becomes 5/8.
    """
    pairs: list[tuple[int, int]] = []
    beats = None
    for child in element.children:
        if child.tag == "beats":
            beats = sum(_beat_count(text, child, reporter) for text in child.text.split("+"))
        elif child.tag == "beat-type" and beats is not None:
            pairs.append((beats, _beat_count(child.text, child, reporter)))
            beats = None
    if not pairs:
        return None
    finest = max(unit for _, unit in pairs)
    if any(finest % unit for _, unit in pairs):
        return None
    try:
        return Meter(sum(count * (finest // unit) for count, unit in pairs), finest)
    except ParameterError:
        return None


def _beat_count(text: str, element: Element, reporter: Reporter) -> int:
    number = read_integer(text.strip(), "a time signature", element, reporter)
    if not 1 <= number <= MAX_BEATS:
        raise reporter.fail(f"a time signature's numbers are 1 to {MAX_BEATS}", element)
    return number
