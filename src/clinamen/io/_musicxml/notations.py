"""What hangs on a note: ties, slurs, phrase ends, lyrics, loudness."""

from __future__ import annotations

from dataclasses import dataclass

from clinamen.io._musicxml.numbers import Reporter, read_decimal
from clinamen.io._musicxml.tree import Element

__all__ = ["ESTIMATED_FIELD", "SPLIT_MARK", "NoteMarks", "read_marks"]

SPLIT_MARK = "clinamen:split"
"""Our own mark on a tied note that exists only because its length has no single sign."""

ESTIMATED_FIELD = "clinamen:estimated"
"""Our own header field: which of key, meter and phrases are an estimate."""

# Percent of MIDI velocity 90, by the definition of the `dynamics` attribute.
_FORTE_VELOCITY = 90


@dataclass(frozen=True, slots=True)
class NoteMarks:
    """Marks of one written note."""

    tie_start: bool = False
    tie_stop: bool = False
    is_split: bool = False
    slur_starts: tuple[str, ...] = ()
    slur_stops: tuple[str, ...] = ()
    ends_phrase: bool = False
    fermata: bool = False
    lyric: str | None = None
    velocity: int | None = None


def read_marks(note: Element, reporter: Reporter) -> NoteMarks:
    """The marks of a ``<note>``."""
    ties = {tie.get("type") for tie in note.all("tie")}
    found: dict[str, list[Element]] = {}
    for notations in note.all("notations"):
        for child in notations.children:
            found.setdefault(child.tag, []).append(child)
    if not ties:
        # Some programs write only the sign.
        ties = {tied.get("type") for tied in found.get("tied", ())}
    articulations = {
        child.tag for group in found.get("articulations", ()) for child in group.children
    }
    slurs = found.get("slur", ())
    others = found.get("other-notation", ())
    return NoteMarks(
        tie_start="start" in ties,
        tie_stop="stop" in ties,
        is_split=any(other.text.strip() == SPLIT_MARK for other in others),
        slur_starts=tuple(slur.get("number") for slur in slurs if slur.get("type") == "start"),
        slur_stops=tuple(slur.get("number") for slur in slurs if slur.get("type") == "stop"),
        ends_phrase=not articulations.isdisjoint({"breath-mark", "caesura"}),
        fermata="fermata" in found,
        lyric=_read_lyric(note),
        velocity=_read_velocity(note, reporter),
    )


def _read_lyric(note: Element) -> str | None:
    """The syllable of the first verse, with its hyphens (``A-``, ``-ma-``, ``-zing``)."""
    verses = list(note.all("lyric"))
    if not verses:
        return None
    first = next((verse for verse in verses if _is_first_verse(verse.get("number"))), None)
    if first is None:
        return None
    text = ""
    syllabic = ""
    for child in first.children:
        if child.tag == "text":
            text += child.text
        elif child.tag == "elision":
            text += child.text or " "
        elif child.tag == "syllabic":
            syllabic = _joined(syllabic, child.text.strip())
    text = text.strip()
    if not text:
        return None
    before = "-" if syllabic in ("middle", "end") else ""
    after = "-" if syllabic in ("begin", "middle") else ""
    return before + text + after


def _joined(first: str, second: str) -> str:
    """Position in the word of two syllables that are sung on one note."""
    if not first:
        return second
    continues = first in ("middle", "end")
    goes_on = second in ("begin", "middle")
    return {(True, True): "middle", (True, False): "end", (False, True): "begin"}.get(
        (continues, goes_on), "single"
    )


def _read_velocity(note: Element, reporter: Reporter) -> int | None:
    text = note.get("dynamics")
    if not text:
        return None
    percent = read_decimal(text, "a note's dynamics", note, reporter)
    velocity = round(percent * _FORTE_VELOCITY / 100)
    return velocity if 1 <= velocity <= 127 else None


def _is_first_verse(number: str) -> bool:
    return number in ("", "1") or number.endswith("verse1")
