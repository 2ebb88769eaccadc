"""Melodies to measure on, read from the corpus that comes with the PyPI package music21.

Only what the benchmarks of key, phrase and spelling need, in a few lines, so that these
figures do not depend on our own readers. Nothing of the corpora is part of the project.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element, fromstring

from clinamen.bench._corpora import corpus_folder
from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Note

NATURAL = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
ACCIDENTALS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}
SHARPS, FLATS = "FCGDAEB", "BEADGCF"
TONICS = {"C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5, "H": 5, "F#": 6}
TONICS |= {"F": -1, "Bb": -2, "Eb": -3, "Es": -3, "Ab": -4, "Db": -5}


@dataclass(frozen=True)
class Tune:
    """A melody with what the file says about it; `key` is None where it does not say."""

    name: str
    melody: Melody
    key: Key | None


def essen() -> Iterator[Tune]:
    """Folk songs of the Essen collection; a line of a file is a phrase.

    The files name the tonic, but call every key major: the mode is left to the reader.
    """
    for path in sorted((corpus_folder() / "essenFolksong").glob("*.abc")):
        text = path.read_text(encoding="latin-1")
        for number, block in enumerate(re.split(r"(?m)^X:.*$", text)[1:], start=1):
            tune = _essen_tune(f"{path.stem}/{number}", block)
            if tune is not None:
                yield tune


def _essen_tune(name: str, block: str) -> Tune | None:
    fields = dict(re.findall(r"(?m)^([MLK]):\s*(\S+)", block))
    lines = [line for line in block.splitlines() if line and not re.match(r"[A-Za-z]:", line)]
    unit, tonic = fields.get("L", "1/8"), fields.get("K", "").removesuffix("m")
    meter = re.fullmatch(r"(\d+)/(\d+)", fields.get("M", ""))
    if tonic not in TONICS or meter is None:
        return None
    reader = _Line(TONICS[tonic], 4 * Fraction(unit))
    starts = [0]
    for line in lines:
        reader.read(line)
        starts.append(len(reader.notes))
    if len(reader.notes) < 2:
        return None
    rising = sorted(set(starts) - {len(reader.notes)})
    first_meter = Meter(int(meter[1]), int(meter[2]))
    first_bar = reader.bars[0] if reader.bars else Fraction(0)
    melody = Melody(
        notes=tuple(reader.notes),
        meters=(MeterChange(Fraction(0), first_meter),),
        pickup_quarters=first_bar if first_bar < first_meter.bar_quarters else Fraction(0),
        phrase_starts=tuple(rising),
    )
    return Tune(name, melody, Key(TONICS[tonic]))


class _Line:
    """Notes of ABC text without tuplets, chords or ornaments."""

    def __init__(self, fifths: int, unit: Fraction):
        self.notes: list[Note] = []
        self.bars: list[Fraction] = []
        self._unit, self._onset, self._tied = unit, Fraction(0), False
        self._signature = dict.fromkeys(SHARPS[: max(0, fifths)], 1)
        self._signature |= dict.fromkeys(FLATS[: max(0, -fifths)], -1)
        self._bar = dict(self._signature)

    def read(self, line: str) -> None:
        token = r"(\^\^|\^|__|_|=)?([A-Ga-gz])([,']*)(\d*)(-?)|(\|)"
        for accidental, letter, octaves, length, tie, bar in re.findall(token, line):
            if bar:
                self._bar = dict(self._signature)
                self.bars.append(self._onset)
                continue
            duration = self._unit * int(length or 1)
            if letter != "z":
                self._add(accidental, letter, octaves, duration)
            self._tied = bool(tie)
            self._onset += duration

    def _add(self, accidental: str, letter: str, octaves: str, duration: Fraction) -> None:
        name = letter.upper()
        place = name + ("'" if letter.islower() else "") + octaves
        if accidental:
            self._bar[place] = ACCIDENTALS[accidental]
        alter = self._bar.get(place, self._signature.get(name, 0))
        octave = letter.islower() + octaves.count("'") - octaves.count(",")
        pitch = 60 + 12 * octave + NATURAL[name] + alter
        last = self.notes[-1] if self._tied and self.notes else None
        if last is not None and last.pitch == pitch:
            self.notes[-1] = Note(
                last.onset_quarters, last.duration_quarters + duration, pitch, last.spelling
            )
            return
        spelling = name + ("#" * alter if alter > 0 else "b" * -alter)
        self.notes.append(Note(self._onset, duration, pitch, spelling))


def chorales(*, all_voices: bool = False) -> Iterator[Tune]:
    """Top voices of Bach's chorales (MusicXML), with key and mode; phrases end at fermatas."""
    for path in sorted((corpus_folder() / "bach").glob("*.mxl")):
        with zipfile.ZipFile(path) as archive:
            inner = [n for n in archive.namelist() if re.fullmatch(r"[^/]*xml", n)]
            root = fromstring(archive.read(inner[0]))
        parts = root.findall("part")
        for part in parts if all_voices else parts[:1]:
            tune = _chorale(path.stem, root, part)
            if tune is not None:
                yield tune


def _chorale(name: str, root: Element, part: Element) -> Tune | None:
    fifths, mode = root.findtext(".//fifths"), root.findtext(".//mode")
    if fifths is None or mode is None:
        return None
    key = Key(int(fifths), mode)
    notes: list[Note] = []
    starts, onset, divisions, tied = [0], Fraction(0), 1, False
    for element in part.iter():
        if element.tag == "divisions":
            divisions = int(element.text or 1)
        if element.tag != "note" or element.find("grace") is not None:
            continue
        duration = Fraction(int(element.findtext("duration") or 0), divisions)
        if element.find("chord") is None and element.find("pitch") is not None:
            tied = _add_note(element, onset, duration, notes, tied)
            if element.find(".//fermata") is not None and not tied:
                starts.append(len(notes))
        onset += duration
    beats, unit = root.findtext(".//beats"), root.findtext(".//beat-type")
    if len(notes) < 2 or not beats or not unit:
        return None
    melody = Melody(
        notes=tuple(notes),
        keys=(KeyChange(Fraction(0), key),),
        meters=(MeterChange(Fraction(0), Meter(int(beats), int(unit))),),
        phrase_starts=tuple(sorted(set(starts) - {len(notes)})),
    )
    return Tune(name, melody, key)


def _add_note(
    element: Element, onset: Fraction, duration: Fraction, notes: list[Note], tied: bool
) -> bool:
    """Append a note, or lengthen the one it is tied to; whether a tie goes on from it."""
    step, octave = element.findtext("pitch/step") or "C", element.findtext("pitch/octave")
    alter = int(element.findtext("pitch/alter") or 0)
    pitch = 12 * (int(octave or 4) + 1) + NATURAL[step] + alter
    if tied and notes and notes[-1].pitch == pitch:
        last = notes.pop()
        onset, duration = last.onset_quarters, last.duration_quarters + duration
    notes.append(Note(onset, duration, pitch, step + ("#" * alter if alter > 0 else "b" * -alter)))
    return any(tie.get("type") == "start" for tie in element.findall("tie"))
