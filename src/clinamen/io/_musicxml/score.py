"""Measures and notes of a MusicXML score as they are written, with exact times."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from clinamen.domains.music.notes import Key, Meter
from clinamen.io._musicxml.attributes import read_key, read_meter
from clinamen.io._musicxml.directions import read_rehearsal, read_tempo
from clinamen.io._musicxml.durations import notated_quarters
from clinamen.io._musicxml.harmony import read_symbol
from clinamen.io._musicxml.notations import NoteMarks, read_marks
from clinamen.io._musicxml.numbers import Reporter, read_decimal
from clinamen.io._musicxml.pitches import CONCERT, read_transposition, sounding_key, sounding_pitch
from clinamen.io._musicxml.tree import Element

__all__ = ["MAX_DENOMINATOR", "MAX_QUARTERS", "PartReader", "Place", "WrittenNote"]

MAX_QUARTERS = 1_000_000
"""Longest piece read: far beyond a week of music."""

MAX_DENOMINATOR = 10**12
"""Finest time read. Hostile divisions would else make ever longer fractions."""

_REPEAT_SOUNDS = ("dacapo", "dalsegno", "tocoda", "coda", "segno", "fine")


@dataclass(frozen=True, slots=True)
class Place:
    """A time: which measure, and how many quarters after its start."""

    measure: int
    quarters: Fraction


@dataclass(frozen=True, slots=True)
class WrittenNote:
    """One pitched note as printed; a tie makes it a part of a longer one."""

    place: Place
    duration_quarters: Fraction
    pitch: int
    spelling: str
    voice: str
    marks: NoteMarks


@dataclass
class PartReader:
    """Walks the measures of one part and collects what they say.

    Parameters
    ----------
    name
        As in the part list.
    reporter
        Makes the errors.
    """

    name: str
    reporter: Reporter
    notes: list[WrittenNote] = field(default_factory=list)
    keys: list[tuple[Place, Key, bool]] = field(default_factory=list)
    meters: list[tuple[Place, Meter]] = field(default_factory=list)
    symbols: list[tuple[Place, str]] = field(default_factory=list)
    sections: list[tuple[Place, str]] = field(default_factory=list)
    tempos: list[tuple[Place, float]] = field(default_factory=list)
    phrase_ends: list[Place] = field(default_factory=list)
    measure_quarters: list[Fraction] = field(default_factory=list)
    silent_measures: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._divisions = Fraction(1)
        self._transposition = CONCERT
        self._written = Fraction(0)
        self._last_onset: Fraction | None = None
        self._longest = Fraction(0)
        # Where the divisions cannot express a tuplet, times are rounded in the file. This
        # maps a rounded time of the current measure to the one that is meant.
        self._meant: dict[Fraction, Fraction] = {}

    def read_measure(self, measure: Element) -> None:
        """Read the next measure."""
        self._written = self._longest = Fraction(0)
        self._last_onset = None
        self._meant = {}
        n_before = self._n_sounding()
        for element in measure.children:
            handler = _HANDLERS.get(element.tag)
            if handler is not None:
                handler(self, element)
        if self._n_sounding() == n_before:
            self.silent_measures.add(len(self.measure_quarters))
        self.measure_quarters.append(self._longest)

    def _n_sounding(self) -> int:
        return len(self.notes) + self.counts["unpitched"]

    def _place(self, shift: Fraction = Fraction(0)) -> Place:
        time = self._meaning(self._written + shift)
        return Place(len(self.measure_quarters), max(time, Fraction(0)))

    def _meaning(self, written: Fraction) -> Fraction:
        return self._meant.get(written, written)

    def _quarters(self, element: Element, what: str) -> Fraction:
        duration = read_decimal(element.value("duration"), what, element, self.reporter)
        if duration < 0:
            raise self.reporter.fail(f"{what} must not be negative", element)
        return duration / self._divisions

    def _advance(self, element: Element, duration: Fraction) -> None:
        self._written += duration
        meant = self._meaning(self._written)
        self._check_time(element, meant)
        self._check_time(element, self._written)
        self._longest = max(self._longest, meant)

    def _check_time(self, element: Element, time: Fraction) -> None:
        if time > MAX_QUARTERS:
            raise self.reporter.fail(f"a measure lasts more than {MAX_QUARTERS} quarters", element)
        if time.denominator > MAX_DENOMINATOR:
            raise self.reporter.fail("times are finer than can be told apart", element)

    def _read_note(self, note: Element) -> None:
        if note.find("grace") is not None:
            self.counts["grace"] += 1
            return
        duration = self._quarters(note, "a note's duration")
        if note.find("chord") is not None:
            if self._last_onset is None:
                raise self.reporter.fail("a chord note follows no other note", note)
            onset = self._last_onset
        else:
            onset = self._last_onset = self._written
        end = self._meant_end(note, onset, duration)
        # A chord note does not advance the time, but may be longer than the others.
        self._check_time(note, end)
        self._keep(note, onset, end - self._meaning(onset))
        if note.find("chord") is None:
            self._advance(note, duration)

    def _meant_end(self, note: Element, onset: Fraction, duration: Fraction) -> Fraction:
        end = onset + duration
        if end in self._meant:
            return max(self._meant[end], self._meaning(onset))
        start = self._meaning(onset)
        meant = start + duration
        if note.find("time-modification") is not None and duration > 0:
            exact = notated_quarters(note, self.reporter)
            # A rounding error stays below one division, and well below the note.
            if exact and 0 < abs(exact - duration) < min(1 / self._divisions, exact / 4):
                meant = start + exact
        if meant != end:
            self._meant[end] = meant
        return meant

    def _keep(self, note: Element, onset: Fraction, duration: Fraction) -> None:
        pitch = note.find("pitch")
        if pitch is None:
            self._keep_silent(note)
        elif note.find("cue") is not None:
            self.counts["cue"] += 1
        elif duration == 0:
            self.counts["zero"] += 1
        else:
            number, spelling, rounded = sounding_pitch(pitch, self._transposition, self.reporter)
            self.counts["quarter_tone"] += rounded
            place = Place(len(self.measure_quarters), self._meaning(onset))
            marks = read_marks(note, self.reporter)
            voice = f"{note.value('staff')}/{note.value('voice')}"
            self.notes.append(WrittenNote(place, duration, number, spelling, voice, marks))

    def _keep_silent(self, note: Element) -> None:
        if note.find("unpitched") is not None:
            self.counts["unpitched"] += 1
            return
        if note.find("rest") is None:
            raise self.reporter.fail("a note has no pitch, and is no rest", note)
        marks = read_marks(note, self.reporter)
        if marks.ends_phrase or marks.fermata:
            self.phrase_ends.append(self._place())

    def _read_backup(self, backup: Element) -> None:
        duration = self._quarters(backup, "a backup's duration")
        # Rounded tuplets make some programs go back a little too far.
        self._written = max(self._written - duration, Fraction(0))
        self._last_onset = None

    def _read_forward(self, forward: Element) -> None:
        self._last_onset = None
        self._advance(forward, self._quarters(forward, "a forward's duration"))

    def _read_attributes(self, attributes: Element) -> None:
        divisions = attributes.find("divisions")
        if divisions is not None:
            text = divisions.text.strip()
            self._divisions = read_decimal(text, "divisions", divisions, self.reporter)
            if self._divisions <= 0:
                raise self.reporter.fail("divisions must be more than 0", divisions)
        transpose = attributes.find("transpose")
        if transpose is not None:
            self._transposition = read_transposition(transpose, self.reporter)
        time = attributes.find("time")
        meter = read_meter(time, self.reporter) if time is not None else None
        if meter is not None:
            self.meters.append((self._place(), meter))
        key = attributes.find("key")
        if key is not None:
            self._read_key(key)
        self.counts["measure_repeat"] += sum(
            style.find("measure-repeat") is not None for style in attributes.all("measure-style")
        )

    def _read_key(self, element: Element) -> None:
        found = read_key(element, self.reporter)
        if found is None:
            self.counts["odd_key"] += 1
            return
        key, says_mode = found
        self.keys.append((self._place(), sounding_key(key, self._transposition), says_mode))

    def _read_harmony(self, harmony: Element) -> None:
        key = self.keys[-1][1] if self.keys else None
        symbol = read_symbol(harmony, self._transposition, key, self.reporter)
        self.symbols.append((self._place(self._offset(harmony)), symbol))

    def _read_direction(self, direction: Element) -> None:
        offset = direction.find("offset")
        sounds_there = offset is not None and offset.get("sound") == "yes"
        shift = self._offset(direction) if sounds_there else Fraction(0)
        for sound in direction.all("sound"):
            self._count_jumps(sound)
            shift = self._offset(sound) or shift
        tempo = read_tempo(direction, self.reporter)
        if tempo is not None:
            self.tempos.append((self._place(shift), tempo))
        label = read_rehearsal(direction)
        if label:
            self.sections.append((self._place(shift), label))

    def _read_sound(self, sound: Element) -> None:
        self._count_jumps(sound)
        holder = Element("direction", {}, sound.line)
        holder.children.append(sound)
        tempo = read_tempo(holder, self.reporter)
        if tempo is not None:
            self.tempos.append((self._place(self._offset(sound)), tempo))

    def _count_jumps(self, sound: Element) -> None:
        self.counts["repeat"] += any(sound.get(name) for name in _REPEAT_SOUNDS)

    def _read_barline(self, barline: Element) -> None:
        if barline.find("repeat") is not None:
            self.counts["repeat"] += 1
        if barline.find("fermata") is not None:
            self.phrase_ends.append(self._place())

    def _offset(self, element: Element) -> Fraction:
        text = element.value("offset")
        if not text:
            return Fraction(0)
        return read_decimal(text, "an offset", element, self.reporter) / self._divisions


_HANDLERS = {
    "note": PartReader._read_note,
    "backup": PartReader._read_backup,
    "forward": PartReader._read_forward,
    "attributes": PartReader._read_attributes,
    "harmony": PartReader._read_harmony,
    "direction": PartReader._read_direction,
    "sound": PartReader._read_sound,
    "barline": PartReader._read_barline,
}
