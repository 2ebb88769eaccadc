"""Songs as JSON lines: one object a line, as corpora are kept for training and measuring.

A line has ``notes``, a list of ``[onset_quarters, duration_quarters, midi_pitch]``, and
perhaps ``key`` (name of the tonic), ``mode``, ``meter`` (such as ``"3/4"``), ``bars`` and
``phrases`` (onsets), ``end`` (onset), ``chords``, a list of ``[onset_quarters, symbol]``,
``sections`` (``[onset_quarters, label]``; a label that is no text is left out), ``lyrics`` (a
syllable or null for every note, with a hyphen where the word goes on) and ``title``. A line
with chords needs no notes. Whatever else it has (``id``, ...) is left alone. A key that
is missing, or null, is not known. Times are decimals; they are taken as the simple
fractions they were printed from.
"""

from __future__ import annotations

import json
import os
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, get_args

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    Section,
    Song,
    fifths_name,
    regular_bar_onsets,
)
from clinamen.errors import ClinamenError, FormatError, MissingError, ParameterError
from clinamen.io._skyline import skyline
from clinamen.io._source import read_bytes
from clinamen.texts import Message

__all__ = [
    "MAX_DENOMINATOR",
    "MAX_LINE_BYTES",
    "MAX_NOTES",
    "MAX_QUARTERS",
    "Overlaps",
    "melody_of",
    "parse_rows",
    "parse_songs",
    "read_jsonl",
    "read_melodies",
    "read_rows",
    "song_of",
]

MAX_LINE_BYTES = 8 * 2**20
"""Longest line read."""

MAX_NOTES = 100_000
"""Most notes of one melody."""

MAX_QUARTERS = 1_000_000
"""Latest time in a melody, in quarters."""

MAX_DENOMINATOR = 10_080
"""Times are multiples of some fraction of a quarter no smaller than one over this."""

Overlaps = Literal["skyline", "skip", "refuse"]
"""What becomes of a melody in which notes overlap or are out of order: reduced to its top
line, left out, or an error."""

_FIFTHS = {fifths_name(fifths): fifths for fifths in range(-15, 20)}


def read_melodies(
    path: str | os.PathLike[str], *, overlaps: Overlaps = "skyline"
) -> Iterator[Melody]:
    """Melodies of a JSON-lines file, one after the other.

    Parameters
    ----------
    path
        The file; ``"-"`` is standard input.
    overlaps
        What to do with a line whose notes overlap: ``skyline`` keeps one note at a time,
        ``skip`` leaves the line out, ``refuse`` raises.

    Raises
    ------
    MissingError
        If there is no such file.
    FormatError
        At the first line that is not a melody; melodies before it have been given.
    ParameterError
        If `overlaps` is none of the three.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "two.jsonl"
    >>> _ = path.write_text('{"notes": [[0, 1, 60]], "key": "C"}\\n{"notes": [[0.5, 1, 67]]}\\n')
    >>> [melody.notes[0].pitch for melody in read_melodies(path)]
    [60, 67]
    """
    if overlaps not in get_args(Overlaps):
        raise ParameterError(f"overlaps must be {', '.join(get_args(Overlaps))}, not {overlaps!r}")
    return _melodies(path, overlaps)


def _melodies(path: str | os.PathLike[str], overlaps: Overlaps) -> Iterator[Melody]:
    for place, row in read_rows(path):
        melody = melody_of(row, overlaps=overlaps, source=os.fspath(path), place=place)
        if melody is not None:
            yield melody


def read_rows(path: str | os.PathLike[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Objects of a JSON-lines file, each with its place, such as ``"line 3"``.

    For files that hold more than melodies, ratings of listeners, say.

    Raises
    ------
    MissingError
        If there is no such file.
    FormatError
        At the first line that is not one JSON object.
    """
    return parse_rows(read_bytes(path), source=os.fspath(path))


def parse_songs(data: bytes, *, source: str = "") -> Iterator[Song | FormatError]:
    """Songs of JSON lines; in place of a bad line, what is wrong with it."""
    for place, line in _lines(data):
        try:
            yield song_of(_parse_line(line, source, place), source=source, place=place)
        except FormatError as error:
            yield error


def read_jsonl(data: bytes, *, source: str = "", track: int | str | None = None) -> Song:
    """One song of JSON lines: the first, or the one in the line with a number, id or title.

    Raises
    ------
    FormatError
        If that line is no song.
    MissingError
        If there is no such song.
    """
    wanted = "" if track is None else str(track)
    for place, row in parse_rows(data, source=source):
        names = (place.removeprefix("line "), row.get("id"), row.get("title"))
        if track is None or wanted in names:
            song = song_of(row, source=source, place=place)
            is_alone = len(data.splitlines()) == 1
            notice = Message("file.many_songs", place=place)
            return song if is_alone else song.replace(notices=(notice,))
    raise MissingError(f"{source}: no line, id or title {wanted!r}")


def parse_rows(data: bytes, *, source: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Like `read_rows`, from bytes. Blank lines are passed over."""
    for place, line in _lines(data):
        yield place, _parse_line(line, source, place)


def _lines(data: bytes) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield f"line {number}", line


def _parse_line(line: bytes, source: str, place: str) -> dict[str, Any]:
    if len(line) > MAX_LINE_BYTES:
        message = f"a line has at most {MAX_LINE_BYTES // 2**20} MiB"
        raise FormatError(message, source=source, place=place)
    try:
        row = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise FormatError("not UTF-8 text", source=source, place=place) from None
    except RecursionError:
        raise FormatError("lists too deep", source=source, place=place) from None
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg} at column {error.colno}"
        raise FormatError(message, source=source, place=place) from None
    except ValueError as error:  # NaN, infinity, a number of thousands of digits
        message = f"not JSON: {str(error).splitlines()[0]}"
        raise FormatError(message, source=source, place=place) from None
    if not isinstance(row, dict):
        raise FormatError("a line must be one JSON object", source=source, place=place)
    return row


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def melody_of(
    row: Mapping[str, Any],
    *,
    overlaps: Overlaps = "skyline",
    source: str = "",
    place: str | None = None,
) -> Melody | None:
    """The melody of one line; None where notes overlap and `overlaps` says to leave it out.

    Notes of length 0 are dropped. A key of more than seven sharps or flats is respelled. A
    phrase begins with the first note at or after its onset. The bar at 0 is a pickup if it
    is shorter than the metre says.

    Raises
    ------
    FormatError
        If something is not as the format has it; the message has `source` and `place`.

    Examples
    --------
    >>> melody_of({"notes": [[0, 1, 60], [1, 0.333333, 62]], "meter": "3/4"}).end_quarters
    Fraction(4, 3)
    """
    try:
        notes = _notes(row.get("notes"))
        if not _is_one_line(notes):
            if overlaps == "skip":
                return None
            if overlaps == "skyline":
                notes, _ = skyline(notes)
        return _melody(row, notes)
    except ParameterError as error:
        raise FormatError(str(error), source=source, place=place) from None


def song_of(row: Mapping[str, Any], *, source: str = "", place: str | None = None) -> Song:
    """The song of one line: melody as `melody_of` reads it, chords, sections, words, title.

    A line without notes is a song if it has chords. It ends where ``end`` says, or one bar
    after its last chord.

    Raises
    ------
    FormatError
        As `melody_of`, and if chords, sections or lyrics are not as the format has them.

    Examples
    --------
    >>> song = song_of({"chords": [[0, "Am7"], [2, "D7"]], "meter": "2/4"})
    >>> [(str(span.chord), str(span.duration_quarters)) for span in song.harmony]
    [('Am7', '2'), ('D7', '2')]
    """
    try:
        chords = tuple(ChordSymbol(*pair) for pair in _labelled(row, "chords"))
        sections = tuple(Section(*pair) for pair in _labelled(row, "sections"))
        if row.get("notes") or not chords:
            melody = melody_of(row, source=source, place=place)
            assert melody is not None  # overlaps are reduced, not skipped
        else:
            melody = _melody(row, ())
        melody = melody.replace(notes=_sung(row, melody.notes), end_quarters=_end(row, melody))
        if not melody.notes and row.get("bars") is None:
            melody = melody.replace(bar_onsets=())
        title = row.get("title")
        return Song(
            melody,
            title=title if isinstance(title, str) else "",
            chords=chords,
            sections=sections,
            source=source,
            source_format="jsonl",
        )
    except ParameterError as error:
        raise FormatError(str(error), source=source, place=place) from None


def _labelled(row: Mapping[str, Any], name: str) -> list[tuple[Fraction, str]]:
    """Pairs of an onset and a text, in order."""
    given = row.get(name)
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > MAX_NOTES:
        raise ParameterError(f"{name} must be a list of at most {MAX_NOTES:,} [onset, text]")
    found: list[tuple[Fraction, str]] = []
    for number, pair in enumerate(given, start=1):
        if not isinstance(pair, list) or len(pair) != 2:
            raise ParameterError(f"{name}: number {number} must be [onset, text]")
        is_text = isinstance(pair[1], str)
        if name == "chords" and not is_text:
            raise ParameterError(f"{name}: number {number} must be [onset, symbol]")
        try:
            found.append((_quarters(pair[0]), pair[1] if is_text else ""))
        except ParameterError as error:
            raise ParameterError(f"{name}: number {number}: {error}") from None
    return sorted(found, key=lambda pair: pair[0])


def _sung(row: Mapping[str, Any], notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """The notes with their syllables; a word goes on with a hyphen on both sides of the gap."""
    given, lyrics = row.get("notes"), row.get("lyrics")
    if lyrics is None or not isinstance(given, list):
        return notes
    is_right = isinstance(lyrics, list) and all(isinstance(word, str | None) for word in lyrics)
    if not is_right or len(lyrics) != len(given):
        raise ParameterError("lyrics must be a list with a text or null for every note")
    syllables: dict[tuple[Fraction, int], str] = {}
    is_inside = False
    for note, word in zip(given, lyrics, strict=True):
        if word:
            joined = f"-{word}" if is_inside and not word.startswith("-") else word
            syllables[_quarters(note[0]), int(note[2])] = joined
            is_inside = word.endswith("-") and len(word) > 1
    return tuple(replace(n, lyric=syllables.get((n.onset_quarters, n.pitch))) for n in notes)


def _end(row: Mapping[str, Any], melody: Melody) -> Fraction:
    end = row.get("end")
    if end is not None:
        try:
            return max(_quarters(end), melody.end_quarters)
        except ParameterError as error:
            raise ParameterError(f"end: {error}") from None
    if melody.notes:
        return melody.end_quarters
    last = max(onset for onset, _ in _labelled(row, "chords"))
    lines = regular_bar_onsets(melody.meters, melody.pickup_quarters, last + 1)
    return lines[-1] + melody.meters[-1].meter.bar_quarters


def _notes(given: object) -> tuple[Note, ...]:
    if not isinstance(given, list) or not given:
        raise ParameterError("a melody needs notes, a list of [onset, duration, pitch]")
    if len(given) > MAX_NOTES:
        raise ParameterError(f"a melody has at most {MAX_NOTES:,} notes, not {len(given):,}")
    notes = [_note(index, each) for index, each in enumerate(given, start=1)]
    kept = tuple(note for note in notes if note is not None)
    if not kept:
        raise ParameterError("all notes have length 0")
    return kept


def _is_one_line(notes: tuple[Note, ...]) -> bool:
    return all(here.end_quarters <= after.onset_quarters for here, after in pairwise(notes))


def _note(number: int, given: object) -> Note | None:
    """A note, or None if it has no length."""
    if not isinstance(given, list) or len(given) != 3:
        raise ParameterError(f"note {number} must be [onset, duration, pitch]")
    try:
        onset, duration = _quarters(given[0]), _quarters(given[1])
        pitch = _exact(given[2])
        if pitch.denominator != 1:
            raise ParameterError(f"pitch must be a whole number, not {given[2]}")
        return Note(onset, duration, int(pitch)) if duration else None
    except ClinamenError as error:
        raise ParameterError(f"note {number}: {error}") from None


def _quarters(given: object) -> Fraction:
    time = _exact(given)
    if not 0 <= time <= MAX_QUARTERS:
        raise ParameterError(f"a time must be 0 to {MAX_QUARTERS:,} quarters, not {given}")
    return time


def _exact(given: object) -> Fraction:
    # True and False are whole numbers to Python, but not to us.
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ParameterError(f"a number is needed, not {json.dumps(given)[:40]}")
    if not abs(given) <= MAX_QUARTERS:  # infinity and NaN as well
        raise ParameterError(f"a number up to {MAX_QUARTERS:,} is needed")
    return _fraction(given)


@lru_cache(maxsize=2**16)
def _fraction(number: float) -> Fraction:
    """The simple fraction that a decimal was printed from."""
    return Fraction(number).limit_denominator(MAX_DENOMINATOR)


def _melody(row: Mapping[str, Any], notes: tuple[Note, ...]) -> Melody:
    meter = _meter(row.get("meter"))
    # Bars may be listed from the first full one: then the piece begins with a pickup.
    bars = sorted({*_times(row, "bars"), Fraction(0)})
    bar_quarters = (meter or Meter(4, 4)).bar_quarters
    has_pickup = len(bars) > 1 and bars[1] < bar_quarters
    onsets = [note.onset_quarters for note in notes]
    starts = {bisect_left(onsets, start) for start in _times(row, "phrases")}
    return Melody(
        notes,
        keys=_keys(row),
        meters=(MeterChange(Fraction(0), meter),) if meter else (),
        bar_onsets=tuple(bars) if len(bars) > 1 else (),
        pickup_quarters=bars[1] if has_pickup else Fraction(0),
        phrase_starts=_phrase_starts(starts, len(notes)),
    )


def _phrase_starts(starts: set[int], n_notes: int) -> tuple[int, ...]:
    inside = {start for start in starts if start < n_notes}
    return tuple(sorted({0, *inside})) if inside else ()


def _times(row: Mapping[str, Any], name: str) -> list[Fraction]:
    given = row.get(name)
    if given is None:
        return []
    if not isinstance(given, list):
        raise ParameterError(f"{name} must be a list of onsets")
    if len(given) > MAX_NOTES:
        raise ParameterError(f"there are at most {MAX_NOTES:,} {name}, not {len(given):,}")
    try:
        return [_quarters(each) for each in given]
    except ParameterError as error:
        raise ParameterError(f"{name}: {error}") from None


def _meter(given: object) -> Meter | None:
    if given is None:
        return None
    found = re.fullmatch(r"([0-9]{1,3})/([0-9]{1,3})", given) if isinstance(given, str) else None
    if found is None:
        raise ParameterError(f'meter must be text like "3/4", not {_shown(given)}')
    return Meter(int(found[1]), int(found[2]))


def _keys(row: Mapping[str, Any]) -> tuple[KeyChange, ...]:
    tonic, mode = row.get("key"), row.get("mode")
    if tonic is None:
        return ()
    if not isinstance(tonic, str) or tonic not in _FIFTHS:
        raise ParameterError(f'key must be the name of a tonic like "F#", not {_shown(tonic)}')
    if mode is not None and not isinstance(mode, str):
        raise ParameterError(f'mode must be text like "minor", not {_shown(mode)}')
    key = Key(0, "major" if mode is None else mode)
    fifths = _FIFTHS[tonic] - key.tonic_fifths
    if not -7 <= fifths <= 7:
        fifths = (fifths + 6) % 12 - 6
    return (KeyChange(Fraction(0), Key(fifths, key.mode)),)


def _shown(given: object) -> str:
    return json.dumps(given)[:40]
