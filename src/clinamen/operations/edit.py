"""A song under a maker's hands: what can be changed of it, as plain values that can be kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from clinamen.domains.music.constraints import parse_chord_locks, parse_locks
from clinamen.domains.music.editing import notes_in_ticks, with_notes
from clinamen.domains.music.events import TICKS_PER_QUARTER, to_ticks
from clinamen.domains.music.notes import ChordSymbol, Melody, Song
from clinamen.domains.music.places import bar_and_beat, place_at
from clinamen.errors import FormatError, MissingError, ParameterError

__all__ = [
    "MAX_NOTES",
    "MAX_TICKS",
    "Draft",
    "EditedChord",
    "EditedNote",
    "draft_of",
    "edited_song",
    "locked_places",
]

MAX_NOTES = 20_000
"""Most notes of a song that is edited."""

MAX_TICKS = 40_000 * TICKS_PER_QUARTER
"""Latest end of a note that is edited."""

_MAX_SYLLABLE = 200


@dataclass(frozen=True, slots=True)
class EditedNote:
    """A note as it is edited.

    Parameters
    ----------
    onset_ticks, duration_ticks
        In ticks (`TICKS_PER_QUARTER`).
    pitch
        MIDI number.
    lyric
        Syllable sung on it, "" for none.
    is_locked
        Whether its maker wants it to stay as it is.
    """

    onset_ticks: int
    duration_ticks: int
    pitch: int
    lyric: str = ""
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class EditedChord:
    """A chord as it is edited.

    Parameters
    ----------
    onset_ticks
        In ticks (`TICKS_PER_QUARTER`).
    symbol
        Such as ``Am7``.
    is_locked
        Whether its maker wants it to stay as it is.
    """

    onset_ticks: int
    symbol: str
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What can be changed of a song: its notes and its chords.

    Parameters
    ----------
    notes
        In order of onset, one at a time.
    chords
        In order of onset.

    Raises
    ------
    ParameterError
        If there are too many notes, or one is out of range.
    """

    notes: tuple[EditedNote, ...]
    chords: tuple[EditedChord, ...] = ()

    def __post_init__(self) -> None:
        if len(self.notes) > MAX_NOTES:
            raise ParameterError(f"a song that is edited has at most {MAX_NOTES:,} notes")
        for number, note in enumerate(self.notes, start=1):
            _check(number, note)

    def to_json(self) -> str:
        """As text; the same draft gives the same text."""
        return json.dumps(self.to_plain(), ensure_ascii=False, separators=(",", ":"))

    def to_plain(self) -> dict[str, Any]:
        """As `from_plain` takes it."""
        return {
            "notes": [_row(note) for note in self.notes],
            "chords": [_chord_row(chord) for chord in self.chords],
        }

    @classmethod
    def from_json(cls, text: str) -> Draft:
        """What `to_json` wrote.

        Raises
        ------
        FormatError
            If it is something else.
        """
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise FormatError(f"not a draft: {error}") from None
        return cls.from_plain(data)

    @classmethod
    def from_plain(cls, data: Any) -> Draft:
        """From ``{"notes": [[onset, duration, pitch, syllable, locked], ...], "chords": [[onset,
        symbol, locked], ...]}``; what is behind pitch and symbol, and the chords, may be missing.

        Raises
        ------
        FormatError
            If it is something else.
        """
        if not isinstance(data, dict) or not isinstance(data.get("notes"), list):
            raise FormatError("a draft is an object with a list of notes")
        chords = data.get("chords", [])
        if not isinstance(chords, list):
            raise FormatError("the chords of a draft are a list")
        notes = tuple(_note_of(number, row) for number, row in enumerate(data["notes"], start=1))
        return cls(notes, tuple(_chord_of(row) for row in chords))


def _row(note: EditedNote) -> list[int | str]:
    row: list[int | str] = [note.onset_ticks, note.duration_ticks, note.pitch]
    if note.is_locked:
        return [*row, note.lyric, True]
    return [*row, note.lyric] if note.lyric else row


def _chord_row(chord: EditedChord) -> list[int | str]:
    row: list[int | str] = [chord.onset_ticks, chord.symbol]
    return [*row, True] if chord.is_locked else row


def _note_of(number: int, row: Any) -> EditedNote:
    is_row = isinstance(row, list) and 3 <= len(row) <= 5
    # True and False are integers to Python, and no numbers of anything.
    if not is_row or not all(type(value) is int for value in row[:3]):
        raise FormatError(
            "must be [onset, duration, pitch, syllable, locked]", place=f"note {number}"
        )
    lyric = row[3] if len(row) > 3 else ""
    is_locked = row[4] if len(row) > 4 else False
    if not isinstance(lyric, str) or len(lyric) > _MAX_SYLLABLE:
        raise FormatError(
            f"a syllable is a text of at most {_MAX_SYLLABLE} characters", place=f"note {number}"
        )
    if type(is_locked) is not bool:
        raise FormatError("a note is locked or not: true or false", place=f"note {number}")
    return EditedNote(row[0], row[1], row[2], lyric, is_locked)


def _chord_of(row: Any) -> EditedChord:
    is_row = isinstance(row, list) and 2 <= len(row) <= 3
    if not is_row or type(row[0]) is not int or not isinstance(row[1], str) or row[0] < 0:
        raise FormatError("a chord is [onset, symbol, locked]")
    is_locked = row[2] if len(row) > 2 else False
    if type(is_locked) is not bool:
        raise FormatError("a chord is locked or not: true or false")
    return EditedChord(row[0], row[1], is_locked)


def _check(number: int, note: EditedNote) -> None:
    if note.duration_ticks < 1 or note.onset_ticks < 0:
        raise ParameterError(f"note {number} must begin at 0 or later and last at least a tick")
    if note.onset_ticks + note.duration_ticks > MAX_TICKS:
        raise ParameterError(
            f"note {number} ends after {MAX_TICKS // TICKS_PER_QUARTER:,} quarters"
        )
    if not 0 <= note.pitch <= 127:
        raise ParameterError(f"note {number}: a pitch is 0 to 127, not {note.pitch}")


def draft_of(song: Song) -> Draft:
    """What can be changed of a song, as it is now.

    Examples
    --------
    >>> import clinamen
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> edited_song(song, draft_of(song)) == song
    True
    """
    rows = zip(notes_in_ticks(song.melody), song.melody.notes, strict=True)
    notes = (EditedNote(*ticks, note.lyric or "") for ticks, note in rows)
    chords = (EditedChord(to_ticks(each.onset_quarters), each.symbol) for each in song.chords)
    return Draft(tuple(notes), tuple(chords))


def edited_song(song: Song, draft: Draft) -> Song:
    """A song with the notes and chords of a draft.

    Syllables go with their notes; all else is as `with_notes` has it. Bars go on regularly
    under notes after the last one.

    Raises
    ------
    ParameterError
        If notes overlap.
    """
    ticks = [(note.onset_ticks, note.duration_ticks, note.pitch) for note in draft.notes]
    changed = with_notes(song, ticks)
    sung = tuple(
        replace(note, lyric=edited.lyric or None)
        for note, edited in zip(changed.melody.notes, draft.notes, strict=True)
    )
    melody = _with_bars(changed.melody.replace(notes=sung))
    return changed.replace(melody=melody, chords=_chords(song, draft.chords))


def _chords(song: Song, chords: Sequence[EditedChord]) -> tuple[ChordSymbol, ...]:
    """Chords at their exact times where the song had some there."""
    known = {to_ticks(chord.onset_quarters): chord.onset_quarters for chord in song.chords}
    return tuple(
        ChordSymbol(
            known.get(each.onset_ticks, Fraction(each.onset_ticks, TICKS_PER_QUARTER)), each.symbol
        )
        for each in sorted(chords, key=lambda chord: chord.onset_ticks)
    )


def _with_bars(melody: Melody) -> Melody:
    lines = list(melody.bar_onsets)
    length = melody.meter_at(lines[-1]).bar_quarters
    if len(lines) == 1 and melody.pickup_quarters:
        length = melody.pickup_quarters
    while lines[-1] + length < melody.end_quarters:
        lines.append(lines[-1] + length)
        length = melody.meter_at(lines[-1]).bar_quarters
    return melody.replace(bar_onsets=tuple(lines))


def locked_places(song: Song, draft: Draft) -> tuple[str, ...]:
    """What is locked in a song that is as its draft, such as ``notes:12.3`` and ``chords:9.1``.

    What begins at no place that has a name is locked with its bar.
    """
    notes = zip(song.melody.notes, draft.notes, strict=True)
    chords = sorted(draft.chords, key=lambda chord: chord.onset_ticks)
    found = [_lock("notes", note.onset_quarters, song) for note, each in notes if each.is_locked]
    found += [
        _lock("chords", chord.onset_quarters, song)
        for chord, each in zip(song.chords, chords, strict=True)
        if each.is_locked and chord.onset_quarters < song.melody.end_quarters
    ]
    return tuple(found)


def _lock(what: str, onset: Fraction, song: Song) -> str:
    bar, _ = bar_and_beat(song.melody, onset)
    place = f"{what}:{place_at(song.melody, onset)}"
    try:
        locks = parse_locks([place], song.melody)
        if what == "chords":
            locks = parse_chord_locks([place], song)
    except MissingError:
        # It was rounded to the next bar.
        return f"{what}:{bar}"
    return place if locks.covers(to_ticks(onset)) else f"{what}:{bar}"
