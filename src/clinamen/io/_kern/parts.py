"""Parts of a **kern file while it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from clinamen.domains.music.notes import Key, Meter, Note
from clinamen.io._kern.tokens import KernNote
from clinamen.io._part import BarLine, WrittenPart

__all__ = ["KernPart"]

_INSTRUMENT = re.compile(r"\*I(?P<kind>[\"':]?)(?P<name>.+)")
# Full name, then label, then instrument code.
_NAME_RANK = {'"': 3, ":": 2, "": 1}


@dataclass(eq=False, slots=True)
class _Sound:
    onset: Fraction
    parts: list[Fraction]
    pitch: int
    spelling: str
    lyric: str | None = None

    @property
    def end(self) -> Fraction:
        return self.onset + sum(self.parts)

    def note(self) -> Note:
        tied = tuple(self.parts) if len(self.parts) > 1 else ()
        length = sum(self.parts, Fraction(0))
        return Note(self.onset, length, self.pitch, self.spelling, tied, self.lyric)


@dataclass(eq=False)
class KernPart:
    """What one **kern spine, with all columns it splits into, has said so far."""

    name: str = ""
    codes: list[str] = field(default_factory=list)
    sounds: list[_Sound] = field(default_factory=list)
    keys: list[tuple[Fraction, Key]] = field(default_factory=list)
    signatures: list[tuple[Fraction, Key]] = field(default_factory=list)
    meters: list[tuple[Fraction, Meter]] = field(default_factory=list)
    bar_lines: list[BarLine] = field(default_factory=list)
    braces: list[Fraction] = field(default_factory=list)
    fermatas: list[_Sound] = field(default_factory=list)
    fermata_rests: list[Fraction] = field(default_factory=list)
    end: Fraction = Fraction(0)
    n_graces: int = 0
    n_broken_ties: int = 0
    started: list[_Sound] = field(default_factory=list)
    _name_rank: int = 0
    _is_inside_word: bool = False
    _open_ties: dict[int, _Sound] = field(default_factory=dict)

    def name_from(self, token: str) -> None:
        """Take a name from an instrument interpretation, if it is a better one."""
        match = _INSTRUMENT.fullmatch(token)
        if match is None:
            return
        self.codes.append(token.casefold())
        rank = _NAME_RANK.get(match["kind"], 0)
        if rank > self._name_rank:
            self._name_rank, self.name = rank, match["name"].strip("[] ")

    def play(self, token: str, notes: list[KernNote], now: Fraction) -> None:
        """A data token at a time."""
        last: _Sound | None = None
        for note in notes:
            if note.is_grace:
                self.n_graces += note.pitch is not None
            elif note.pitch is not None:
                last = self._sound(note, note.pitch, now)
        end = now + max((note.length for note in notes), default=Fraction(0))
        self.end = max(self.end, end)
        if "{" in token:
            self.braces.append(now)
        if "}" in token:
            self.braces.append(end)
        if ";" in token and last is not None:
            self.fermatas.append(last)
        elif ";" in token:
            self.fermata_rests.append(end)

    def _sound(self, note: KernNote, pitch: int, now: Fraction) -> _Sound:
        before = self._open_ties.pop(pitch, None)
        if before is not None and (before.end != now or not note.ends_tie):
            self.n_broken_ties += 1
            before = None
        elif before is None and note.ends_tie:
            self.n_broken_ties += 1
        if before is not None:
            before.parts.append(note.length)
            sound = before
        else:
            sound = _Sound(now, [note.length], pitch, note.spelling)
            self.sounds.append(sound)
            self.started.append(sound)
        if note.starts_tie:
            self._open_ties[pitch] = sound
        return sound

    @property
    def n_loose_ties(self) -> int:
        """Ties that began or ended nowhere."""
        return self.n_broken_ties + len(self._open_ties)

    def sing(self, syllable: str) -> None:
        """A syllable on the notes that began in this row."""
        if not self.started:
            return
        joined = syllable
        # As in the other formats: a word goes on with a hyphen on both sides of the gap.
        if self._is_inside_word and not syllable.startswith("-"):
            joined = f"-{syllable}"
        self._is_inside_word = syllable.endswith("-")
        for sound in self.started:
            sound.lyric = sound.lyric or joined

    def written(self, others: list[KernPart], end: Fraction) -> WrittenPart:
        """The part in full; key and metre, if it lacks them, as another part has them."""
        keys = self.keys or next((part.keys for part in others if part.keys), [])
        signatures = self.signatures or next((p.signatures for p in others if p.signatures), [])
        fermatas = [*(sound.end for sound in self.fermatas), *self.fermata_rests]
        return WrittenPart(
            name=self.name,
            notes=[sound.note() for sound in self.sounds],
            keys=keys or signatures,
            key_source="file" if keys or not signatures else "assumed",
            meters=self.meters or next((part.meters for part in others if part.meters), []),
            bar_lines=self.bar_lines,
            phrase_times=self.braces or fermatas,
            phrases_are_explicit=bool(self.braces),
            end_quarters=end,
        )
