"""Written pitch to sounding pitch, and names on the line of fifths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from clinamen.domains.music.notes import Key, fifths_name
from clinamen.io._musicxml.numbers import Reporter, read_decimal, read_integer
from clinamen.io._musicxml.tree import Element

__all__ = [
    "CONCERT",
    "Transposition",
    "alter_text",
    "is_name_of",
    "name_fifths",
    "pitch_octave",
    "read_transposition",
    "shift_name",
    "sounding_key",
    "sounding_pitch",
]

_STEP_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAME = re.compile(r"[A-G](#{0,4}|b{0,4})")
_STEP_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
# Diatonic steps that usually go with 0 to 11 semitones, for files that do not say.
_USUAL_STEPS = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)


@dataclass(frozen=True)
class Transposition:
    """How far the sound lies from what is written.

    Parameters
    ----------
    semitones
        Sounding minus written pitch.
    fifths
        The same interval on the line of fifths, which moves names and keys.
    """

    semitones: int = 0
    fifths: int = 0


CONCERT = Transposition()


def read_transposition(transpose: Element, reporter: Reporter) -> Transposition:
    """A ``<transpose>`` element; ``<double>`` (an octave below, also) is left out."""
    chromatic = round(
        read_decimal(transpose.value("chromatic") or "0", "chromatic", transpose, reporter)
    )
    octaves = read_integer(
        transpose.value("octave-change") or "0", "octave-change", transpose, reporter
    )
    if abs(chromatic) > 48 or abs(octaves) > 8:
        raise reporter.fail("the instrument transposes by more than the piano's range", transpose)
    diatonic_text = transpose.value("diatonic")
    if diatonic_text:
        diatonic = read_integer(diatonic_text, "diatonic", transpose, reporter)
    else:
        diatonic = chromatic // 12 * 7 + _USUAL_STEPS[chromatic % 12]
    fifths = chromatic * 7 - diatonic * 12
    # A file whose two numbers disagree would give absurd names: fall back on the usual.
    if abs(fifths) > 6:
        fifths = (chromatic * 7 + 5) % 12 - 5
    return Transposition(chromatic + 12 * octaves, fifths)


def alter_text(alter: int) -> str:
    """Accidentals as text: ``"#"``, ``"bb"``."""
    return "#" * alter if alter >= 0 else "b" * -alter


def name_fifths(name: str) -> int:
    """Place of a letter with accidentals on the line of fifths, C being 0."""
    return _STEP_FIFTHS[name[0]] + 7 * (name.count("#") - name[1:].count("b"))


def shift_name(name: str, transposition: Transposition) -> str:
    """A note name moved by the transposition."""
    return fifths_name(name_fifths(name) + transposition.fifths)


def sounding_key(key: Key, transposition: Transposition) -> Key:
    """The key that is heard; beyond seven sharps or flats the enharmonic one."""
    fifths = key.fifths + transposition.fifths
    if fifths > 7:
        fifths -= 12
    elif fifths < -7:
        fifths += 12
    return Key(fifths, key.mode)


def sounding_pitch(
    pitch: Element, transposition: Transposition, reporter: Reporter
) -> tuple[int, str, bool]:
    """MIDI number, spelling, and whether a quarter-tone was rounded."""
    step = pitch.value("step")
    if step not in _STEP_SEMITONES:
        raise reporter.fail(f"a pitch's step must be A to G, not {step[:20]!r}", pitch)
    octave = read_integer(pitch.value("octave"), "a pitch's octave", pitch, reporter)
    exact = read_decimal(pitch.value("alter") or "0", "a pitch's alter", pitch, reporter)
    alter = floor(exact + Fraction(1, 2))
    number = 12 * (octave + 1) + _STEP_SEMITONES[step] + alter + transposition.semitones
    if not 0 <= number <= 127 or abs(alter) > 4:
        written = f"{step}{alter_text(alter) if abs(alter) <= 4 else ''}{octave}"
        raise reporter.fail(f"the pitch {written} lies outside MIDI's 0 to 127", pitch)
    name = shift_name(step + alter_text(alter), transposition)
    return number, name, exact != Fraction(alter)


def is_name_of(name: str, pitch: int) -> bool:
    """Whether a letter with accidentals is a way to write this pitch."""
    if not _NAME.fullmatch(name):
        return False
    return (name_fifths(name) * 7 - pitch) % 12 == 0


def pitch_octave(pitch: int, name: str) -> int:
    """Octave number of a MIDI pitch written with this name."""
    alter = name.count("#") - name[1:].count("b")
    return (pitch - alter - _STEP_SEMITONES[name[0]]) // 12 - 1
