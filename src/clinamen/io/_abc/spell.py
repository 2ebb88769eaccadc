"""Spelling notes for ABC: letters, octave marks, and accidentals only where needed."""

from __future__ import annotations

from clinamen.domains.music.notes import Key, Note, fifths_name
from clinamen.io._abc.fields import signature_of

__all__ = ["Speller", "spelling_of"]

_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MARKS = {2: "^^", 1: "^", 0: "=", -1: "_", -2: "__"}
_UNSURE = 99


def spelling_of(note: Note, key: Key | None) -> tuple[str, int]:
    """Letter and alteration of a note: as it says, else the nearest to the key.

    Nearest means within three fifths below and eight above the signature's first
    place, which spells raised sixths and sevenths of minor, and flat thirds and
    sevenths of major, the usual way.
    """
    spelling = note.spelling
    if spelling and spelling[0] in _SEMITONES:
        alter = spelling.count("#") - spelling[1:].count("b")
        if abs(alter) <= 2 and (_SEMITONES[spelling[0]] + alter - note.pitch) % 12 == 0:
            return spelling[0], alter
    lowest = (key.fifths if key else 0) - 3
    fifths = lowest + (note.pitch * 7 - lowest) % 12
    name = fifths_name(fifths)
    return name[0], name.count("#") - name[1:].count("b")


class Speller:
    """Writes notes and remembers the accidentals of the bar.

    ABC 2.1 knows three rules (``propagate-accidentals``): an accidental holds for its
    note only, for its octave, or for all octaves until the bar line. Programs differ in
    which they follow, so one is written wherever any of the three would go wrong.
    """

    def __init__(self, key: Key | None):
        self._in_octave: dict[tuple[str, int], int] = {}
        self._in_all: dict[str, int] = {}
        self._signature: dict[str, int] = {}
        self._last: Note | None = None
        self._last_spelling = ("C", 0)
        self.key: Key | None = None
        self.set_key(key)

    def set_key(self, key: Key | None) -> None:
        """A key from here on. Letters altered in this bar stay in doubt until its end."""
        self.key = key
        self._signature = signature_of(key.fifths) if key else {}
        self._in_all = dict.fromkeys(self._in_all, _UNSURE)

    def start_bar(self) -> None:
        """Forget the accidentals."""
        self._in_octave.clear()
        self._in_all.clear()

    def note(self, note: Note) -> str:
        """Accidental, letter and octave marks."""
        # A note tied over a change of key keeps its letter, or it would be another note.
        if note is not self._last:
            self._last, self._last_spelling = note, spelling_of(note, self.key)
        letter, alter = self._last_spelling
        octave = (note.pitch - alter - _SEMITONES[letter]) // 12 - 1
        usual = self._signature.get(letter, 0)
        here = self._in_octave.get((letter, octave), usual)
        anywhere = self._in_all.get(letter, usual)
        mark = "" if usual == here == anywhere == alter else _MARKS[alter]
        if mark:
            self._in_octave[letter, octave] = self._in_all[letter] = alter
        name = letter.lower() + "'" * (octave - 5) if octave >= 5 else letter + "," * (4 - octave)
        return mark + name
