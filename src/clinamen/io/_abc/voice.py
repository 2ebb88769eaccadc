"""One voice of an ABC tune while it is read: time, pitch, bars and ties as they pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from clinamen.domains.music.notes import ChordSymbol, Key, Meter, Note, TempoChange
from clinamen.io._abc.fields import AbcKey
from clinamen.io._part import BarLine, WrittenPart

__all__ = ["AbcVoice", "Header", "Pitch", "Sound"]

_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MARKS = {2: "##", 1: "#", 0: "", -1: "b", -2: "bb"}


@dataclass
class Header:
    """Settings that a tune's header gives to each voice."""

    key: AbcKey = field(default_factory=AbcKey)
    meter: Meter | None = None
    unit: Fraction | None = None
    octaves: int = 0
    propagation: str = "pitch"


@dataclass(frozen=True, slots=True)
class Pitch:
    """A note letter as written: its octave (4 is middle C's) and its own accidental."""

    letter: str
    octave: int
    accidental: int | None

    def midi(self, alter: int) -> int:
        return 12 * (self.octave + 1) + _SEMITONES[self.letter] + alter


@dataclass(eq=False)
class Sound:
    """A note that may still be tied to the next; `parts` are its written lengths."""

    onset: Fraction
    parts: list[Fraction]
    pitch: int
    spelling: str
    lyric: str | None = None
    ends_phrase: bool = False

    @property
    def end(self) -> Fraction:
        return self.onset + sum(self.parts)

    def note(self) -> Note | None:
        """The finished note; None when it has no length."""
        parts = tuple(part for part in self.parts if part > 0)
        if not parts:
            return None
        tied = parts if len(parts) > 1 else ()
        return Note(
            self.onset, sum(parts, Fraction(0)), self.pitch, self.spelling, tied, self.lyric
        )


@dataclass(eq=False)
class AbcVoice:
    """What one voice has said so far.

    `slots` are the notes of the current music line in order (None at a bar line), for
    the lyrics under it. `layer_ends` keeps the length of the bar when overlaid lines
    (``&``) start it again.
    """

    name: str
    header: Header
    unit: Fraction
    now: Fraction = Fraction(0)
    sounds: list[Sound] = field(default_factory=list)
    keys: list[tuple[Fraction, Key]] = field(default_factory=list)
    meters: list[tuple[Fraction, Meter]] = field(default_factory=list)
    bar_lines: list[BarLine] = field(default_factory=list)
    chords: list[ChordSymbol] = field(default_factory=list)
    tempos: list[TempoChange] = field(default_factory=list)
    line_ends: list[Fraction] = field(default_factory=list)
    breaths: list[Sound] = field(default_factory=list)
    fermatas: list[Sound] = field(default_factory=list)
    slots: list[tuple[Sound, ...] | None] = field(default_factory=list)
    has_lyrics: bool = False
    is_inside_word: bool = False
    octaves: int = 0
    bar_start: Fraction = Fraction(0)
    bar_end: Fraction = Fraction(0)
    n_broken_ties: int = 0
    _signature: dict[str, int] = field(default_factory=dict)
    _accidentals: dict[tuple[str, int], int] = field(default_factory=dict)
    _open_ties: dict[tuple[str, int], Sound] = field(default_factory=dict)
    _last: tuple[Sound, ...] = ()
    _last_length: Fraction = Fraction(0)
    _next_factor: Fraction = Fraction(1)
    _tuplet: Fraction = Fraction(1)
    _tuplet_left: int = 0

    def __post_init__(self) -> None:
        self.octaves += self.header.octaves
        self.set_key(self.header.key)
        if self.header.meter is not None:
            self.set_meter(self.header.meter)

    def set_key(self, key: AbcKey) -> None:
        """A key from here on; accidentals of the bar so far are forgotten."""
        self._signature = dict(key.signature)
        self._accidentals.clear()
        if key.key is not None:
            self.keys.append((self.now, key.key))

    def set_meter(self, meter: Meter | None) -> None:
        """A metre from here on."""
        if meter is not None:
            self.meters.append((self.now, meter))

    @property
    def meter(self) -> Meter | None:
        """The metre in force."""
        return self.meters[-1][1] if self.meters else None

    @property
    def n_loose_ties(self) -> int:
        """Ties that led to no note of the same pitch."""
        return self.n_broken_ties + len(self._open_ties)

    def start_tuplet(self, factor: Fraction, n_notes: int) -> None:
        """The next notes last `factor` times their written length."""
        self._tuplet, self._tuplet_left = factor, n_notes

    def break_rhythm(self, mark: str) -> None:
        """``>`` lengthens the note before and shortens the next; ``<`` the reverse."""
        short = Fraction(1, 2 ** len(mark))
        before, after = (2 - short, short) if mark[0] == ">" else (short, 2 - short)
        change = self._last_length * (before - 1)
        for sound in self._last:
            sound.parts[-1] *= before
        self._move(change)
        self._next_factor = after

    def _factor(self) -> Fraction:
        """Tuplet and broken rhythm on the next note or rest."""
        factor, self._next_factor = self._next_factor, Fraction(1)
        if self._tuplet_left:
            factor *= self._tuplet
            self._tuplet_left -= 1
        return factor

    def _move(self, length: Fraction) -> None:
        self.now += length
        self.bar_end = max(self.bar_end, self.now) if length > 0 else self.bar_end
        self._last_length = length

    def rest(self, length: Fraction) -> None:
        """A silence of so many units."""
        self._last = ()
        self._move(length * self.unit * self._factor())

    def play(self, pitches: list[tuple[Pitch, Fraction]]) -> tuple[Sound, ...]:
        """A note, or several at once, each with its length in units; time moves by the first."""
        factor = self._factor() * self.unit
        sounds = tuple(self._sound(pitch, length * factor) for pitch, length in pitches)
        self._last = sounds
        self.slots.append(sounds)
        self._move(pitches[0][1] * factor)
        return sounds

    def _sound(self, pitch: Pitch, length: Fraction) -> Sound:
        place = (pitch.letter, pitch.octave)
        before = self._open_ties.pop(place, None)
        if before is not None and before.end != self.now:
            self.n_broken_ties += 1
            before = None
        alter = self._alter(pitch)
        if before is not None and pitch.accidental is None:
            before.parts.append(length)
            return before
        midi = pitch.midi(alter)
        if before is not None and before.pitch == midi:
            before.parts.append(length)
            return before
        self.n_broken_ties += before is not None
        sound = Sound(self.now, [length], midi, pitch.letter + _MARKS[alter])
        self.sounds.append(sound)
        return sound

    def _alter(self, pitch: Pitch) -> int:
        rule = self.header.propagation
        octave = pitch.octave if rule == "octave" else 0
        if pitch.accidental is not None:
            if rule != "not":
                self._accidentals[pitch.letter, octave] = pitch.accidental
            return pitch.accidental
        signature = self._signature.get(pitch.letter, 0)
        return self._accidentals.get((pitch.letter, octave), signature)

    def tie(self, pitch: Pitch, sound: Sound) -> None:
        """The sound goes on into the next note of the same letter and octave."""
        self._open_ties[pitch.letter, pitch.octave] = sound

    def overlay(self) -> None:
        """Back to the beginning of the bar, for another layer of it."""
        self.now = self.bar_start
        self._last, self._last_length = (), Fraction(0)
        self._accidentals.clear()

    def bar_line(self, is_plain: bool) -> None:
        """A bar line of any kind here."""
        self.now = max(self.now, self.bar_end)
        self.bar_lines.append(BarLine(self.now, is_plain))
        self.bar_start = self.bar_end = self.now
        self._accidentals.clear()
        self.slots.append(None)
        self._last, self._last_length = (), Fraction(0)

    def start_line(self) -> None:
        """A line of music code begins; words will be laid under its notes."""
        self.slots, self.has_lyrics = [], False

    def end_line(self) -> None:
        """A line of music code ends and the next one begins a phrase."""
        is_tied_over = any(sound.end == self.now for sound in self._open_ties.values())
        if self.slots and not is_tied_over:
            self.line_ends.append(max(self.now, self.bar_end))

    def phrase_times(self) -> list[Fraction]:
        """Phrase ends: line ends and breath marks, or where there are none, fermatas."""
        times = [*self.line_ends, *(sound.end for sound in self.breaths)]
        last = max((sound.onset for sound in self.sounds), default=Fraction(0))
        if not any(0 < time <= last for time in times):
            times += [sound.end for sound in self.fermatas]
        return times

    def part(self, *, phrases_are_explicit: bool) -> tuple[WrittenPart, int]:
        """Everything said, and the number of notes without length that were dropped."""
        found = [sound.note() for sound in self.sounds]
        notes = [note for note in found if note is not None]
        part = WrittenPart(
            name=self.name,
            notes=notes,
            keys=self.keys,
            meters=self.meters,
            bar_lines=self.bar_lines,
            phrase_times=self.phrase_times(),
            phrases_are_explicit=phrases_are_explicit,
            end_quarters=max(self.now, self.bar_end),
        )
        return part, len(found) - len(notes)
