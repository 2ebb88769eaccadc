"""How surprised people were by a chord in a sequence, one sequence a line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clinamen.domains.music.chords import TEMPLATES as SUFFIXES
from clinamen.domains.music.chords import Chord, PitchName, parse_chord, recognise_chord
from clinamen.errors import FormatError, ParameterError

__all__ = ["RatedChord", "chord_of_pitches", "rated_chord"]

_FIFTHS = ({7}, {5})
"""What two pitch classes are apart that make a bare fifth, upright or inverted."""


@dataclass(frozen=True)
class RatedChord:
    """A sequence of chords, and how surprising people found one of them.

    Parameters
    ----------
    chords
        In order.
    rated_index
        Which one was rated, counted from 0.
    surprise
        Mean over listeners, on any scale.
    published
        Information content of the same chord by a published model, where the line has it.
    """

    chords: tuple[Chord, ...]
    rated_index: int
    surprise: float
    published: float | None = None


def rated_chord(
    row: Mapping[str, Any], *, source: str = "", place: str | None = None
) -> RatedChord:
    """The sequence of one line.

    Raises
    ------
    FormatError
        If the line is not of that form.
    """
    try:
        chords = tuple(_chords(row.get("chords")))
        index = row.get("rated_index")
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(chords):
            raise ParameterError(
                f"rated_index must be one of the {len(chords)} chords from 0, not {index!r}"
            )
        published = row.get("model_ic_bits_hvr")
        return RatedChord(
            chords,
            index,
            _number("surprisal_mean", row.get("surprisal_mean")),
            None if published is None else _number("model_ic_bits_hvr", published),
        )
    except ParameterError as error:
        raise FormatError(str(error), source=source, place=place) from None


def _number(name: str, given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise ParameterError(f"{name} must be a number, not {given!r}")
    return float(given)


def _chords(given: object) -> Iterable[Chord]:
    if not isinstance(given, list) or not given:
        raise ParameterError("chords must be a list of objects with midi")
    for number, each in enumerate(given, start=1):
        pitches = each.get("midi") if isinstance(each, dict) else None
        if not isinstance(pitches, list) or not pitches or not all(map(_is_pitch, pitches)):
            raise ParameterError(f"chord {number} must have midi, a list of pitches from 0 to 127")
        yield chord_of_pitches(pitches)


def _is_pitch(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= 127


def chord_of_pitches(pitches: Iterable[int]) -> Chord:
    """The chord that sounding notes most likely are, whatever they are.

    As `recognise_chord` has it, with any number of strange tones. Of two pitch classes, a
    fifth or fourth is a bare fifth; another pair is the first chord in the list, on the
    lower note, that has both. A single one is a chord of which only the root is known.
    """
    found = sorted(pitches)
    chord = recognise_chord(found, max_wrong=12)
    if chord is not None:
        return chord
    bass = found[0] % 12
    above = {(pitch - bass) % 12 for pitch in found} - {0}
    if not above:
        return Chord(PitchName("C"), is_unknown=True).transpose(bass)
    if above in _FIFTHS:
        return parse_chord("C5" if above == {7} else "F5/C").transpose(bass)
    on_c = (parse_chord("C" + suffix) for suffix in SUFFIXES)
    return next(chord for chord in on_c if above <= chord.pitch_classes).transpose(bass)
