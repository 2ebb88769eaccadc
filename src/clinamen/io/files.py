"""Songs from files and into files, whatever the format."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, Song
from clinamen.errors import FormatError, ParameterError, UnsupportedError
from clinamen.io._corrections import Corrections
from clinamen.io._source import read_bytes
from clinamen.io._target import write_bytes
from clinamen.texts import Message

__all__ = [
    "CHORD_SHEETS",
    "CORPORA",
    "READABLE",
    "WRITABLE",
    "read_song",
    "song_bytes",
    "song_from_bytes",
    "songs_of",
    "write_song",
]

READABLE = {
    ".mid": "midi",
    ".midi": "midi",
    ".kar": "midi",
    ".smf": "midi",
    ".rmi": "midi",
    ".musicxml": "musicxml",
    ".xml": "musicxml",
    ".mxl": "mxl",
    ".abc": "abc",
    ".krn": "kern",
    ".kern": "kern",
}
"""Format by file name extension, for reading: files that hold a melody."""

CHORD_SHEETS = {
    ".cho": "chordpro",
    ".chordpro": "chordpro",
    ".chopro": "chordpro",
    ".crd": "chordpro",
    ".pro": "chordpro",
    ".txt": "chart",
}
"""The same for files of chords without a melody. They are read when they are named; a folder
stands for the melodies in it."""

CORPORA = (".jsonl", ".ndjson")
"""Extensions of songs as JSON lines (see `clinamen.io.jsonl`), which `songs_of` reads."""

WRITABLE = {
    ".mid": "midi",
    ".midi": "midi",
    ".musicxml": "musicxml",
    ".xml": "musicxml",
    ".mxl": "mxl",
    ".abc": "abc",
    ".cho": "chordpro",
    ".chordpro": "chordpro",
    ".chopro": "chordpro",
    ".crd": "chordpro",
    ".pro": "chordpro",
    ".txt": "chart",
}
"""Format by file name extension, for writing."""

_NAMES = {
    "midi": "MIDI",
    "musicxml": "MusicXML",
    "mxl": "compressed MusicXML",
    "abc": "ABC",
    "kern": "Humdrum **kern",
    "chordpro": "ChordPro",
    "chart": "a text of chords in bars",
    "jsonl": "JSON lines",
}
_EXTENSIONS = {**READABLE, **CHORD_SHEETS, **dict.fromkeys(CORPORA, "jsonl")}
_SNIFFED_BYTES = 64 * 1024
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_KERN_LINE = re.compile(r"^(\*\*\w+(\t|$)|!!!\w)", re.MULTILINE)
_ABC_LINE = re.compile(r"\A%abc|^X:\s*\d", re.MULTILINE)
_CHORDPRO_LINE = re.compile(
    r"^[ \t]*\{(?:t|title|st|subtitle|artist|composer|key|time|tempo|capo|meta|"
    r"so[cvbtg]|start_of_\w+|c|comment)(?:[ \t]*:[^}\n]*)?\}[ \t]*$",
    re.MULTILINE,
)
# The first line that is neither empty nor a comment nor the name of a section has bars.
_CHART_START = re.compile(
    r"\A\s*(?:(?:#[^\n]*|\[[^\]\n|]*\][ \t]*)\n\s*)*(?:\d+/\d+[ \t]*)?\|[^\n]*\|[ \t]*(?:\n|\Z)"
)

_Reader = Callable[..., Song]
_Writer = Callable[[Song], bytes]


def read_song(
    path: str | os.PathLike[str],
    track: int | str | None = None,
    *,
    key: str | Key | None = None,
    meter: str | Meter | None = None,
    pickup: str | float | Fraction | None = None,
) -> Song:
    """Read a song from a MIDI, MusicXML, ABC, Humdrum or ChordPro file, or from chords in bars.

    What the file is decides its content; its name only where the content does not say.
    A missing key and missing phrases are estimated and marked as estimates; a missing
    title is the file's name. A file of chords is a song whose melody has no notes.

    Parameters
    ----------
    path
        The file, or ``"-"`` for standard input.
    track
        Index or name of the part to hear; left out, the reader chooses the melody.
    key, meter, pickup
        What the file does not say, or says wrongly: ``"G minor"``, ``"3/4"``, and the
        length of the incomplete first bar in quarters, ``"1"`` or ``"1/2"``. They hold
        for the whole song; bars follow from them, and so do phrases that the file does
        not mark.

    Raises
    ------
    MissingError
        If the file or the part does not exist, or the file may not be read.
    FormatError
        If the content is malformed, or none of the formats we read.
    UnsupportedError
        If there is nothing to hear in it.
    ParameterError
        If `key`, `meter` or `pickup` cannot be understood.
    """
    name = os.fspath(path)
    return song_from_bytes(read_bytes(path), name, track, key=key, meter=meter, pickup=pickup)


def song_from_bytes(
    data: bytes,
    name: str,
    track: int | str | None = None,
    *,
    key: str | Key | None = None,
    meter: str | Meter | None = None,
    pickup: str | float | Fraction | None = None,
) -> Song:
    """Read a song from the bytes of a file and its name; all else as `read_song`."""
    given = Corrections.parse(key=key, meter=meter, pickup=pickup)
    return _completed(given.apply(_song_of(data, name, track)))


def _song_of(data: bytes, name: str, track: int | str | None) -> Song:
    source = "standard input" if name == "-" else name
    chosen = _format_of(data, name)
    song = _reader(chosen)(data, source=source, track=track)
    expected = _EXTENSIONS.get(Path(name).suffix.lower())
    if expected and chosen != expected:
        names = [Message(f"file.format_{each}") for each in (expected, chosen)]
        note = Message("file.named_otherwise", expected=names[0], found=names[1])
        song = song.replace(notices=(note, *song.notices))
    if not song.title and name != "-":
        song = song.replace(title=Path(name).stem)
    return song


def _format_of(data: bytes, name: str) -> str:
    chosen = _sniff(data) or _EXTENSIONS.get(Path(name).suffix.lower())
    if chosen is None:
        formats = ", ".join(_NAMES.values())
        raise FormatError(
            f"not a format we read ({formats}): neither its content nor its name says so",
            source="standard input" if name == "-" else name,
        )
    return chosen


def songs_of(data: bytes, name: str, *, need_melody: bool = True) -> Iterator[Song | FormatError]:
    """Every song of a file: each tune of an ABC book, each line of a corpus in JSON lines.

    Keys and phrases that are missing are estimated, as in `read_song`.

    Parameters
    ----------
    name
        The file's name, ``"-"`` for standard input.
    need_melody
        Whether songs of chords alone are errors.

    Yields
    ------
    Song or FormatError
        In place of a bad tune or line, what is wrong with it.

    Raises
    ------
    FormatError
        If the file as a whole cannot be read.
    """
    source = "standard input" if name == "-" else name
    found: Iterable[Song | FormatError]
    if Path(name).suffix.lower() in CORPORA or data[:1] == b"{":
        from clinamen.io.jsonl import parse_songs

        found = parse_songs(data, source=source)
    elif _format_of(data, name) == "abc":
        from clinamen.io.abc import read_tunes

        found = read_tunes(data, source=source)
    else:
        found = [_song_of(data, name, None)]
    for song in found:
        if isinstance(song, FormatError):
            yield song
        elif need_melody and not song.melody.notes:
            what = f"{song.title or 'the song'} has chords and no melody"
            yield UnsupportedError(what, source=source)
        else:
            yield _completed(song)


def write_song(song: Song, path: str | os.PathLike[str], *, chord_track: bool = False) -> None:
    """Write a song in the format that the extension of `path` names.

    The file appears whole or not at all: it is written beside its place and renamed.

    Parameters
    ----------
    chord_track
        In MIDI, also play the chords, in a track of their own.

    Raises
    ------
    UnsupportedError
        If the extension is none we write, or the format cannot hold the song.
    MissingError
        If the folder does not exist, or may not be written to.
    ParameterError
        If `chord_track` is asked for in another format.
    """
    write_bytes(path, song_bytes(song, os.fspath(path), chord_track=chord_track))


def song_bytes(song: Song, name: str, *, chord_track: bool = False) -> bytes:
    """What `write_song` writes into a file of this name.

    Raises
    ------
    UnsupportedError, ParameterError
        As `write_song`.
    """
    suffix = Path(name).suffix.lower()
    chosen = WRITABLE.get(suffix)
    if chosen is None:
        raise UnsupportedError(
            f"songs are written as {', '.join(WRITABLE)}, not as "
            f"{suffix or 'a file without extension'}",
            source=name,
        )
    if chord_track and chosen != "midi":
        raise ParameterError(f"{name}: only MIDI can have a track that plays the chords")
    song = song.replace(melody=_as_written(song.melody))
    if chosen == "midi":
        from clinamen.io.midi import write_midi

        return write_midi(song, chord_track=chord_track)
    return _writer(chosen)(song)


def _as_written(melody: Melody) -> Melody:
    """What the user gave is what the new file says."""
    return melody.replace(
        key_source="file" if melody.key_source == "given" else melody.key_source,
        meter_source="file" if melody.meter_source == "given" else melody.meter_source,
    )


def _sniff(data: bytes) -> str | None:
    """The format the content shows, or None."""
    if data[:4] == b"MThd" or (data[:4] == b"RIFF" and data[8:12] == b"RMID"):
        return "midi"
    if data[:4] == b"PK\x03\x04":
        return "mxl"
    text = _beginning(data)
    if text.lstrip().startswith("<"):
        return "musicxml"
    if _KERN_LINE.search(text):
        return "kern"
    if _ABC_LINE.search(text):
        return "abc"
    if _CHORDPRO_LINE.search(text):
        return "chordpro"
    return "chart" if _CHART_START.match(text) else None


def _beginning(data: bytes) -> str:
    head = data[:_SNIFFED_BYTES]
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, "replace")
    if head[:2] in (b"<\0", b"\0<"):
        return head.replace(b"\0", b"").decode("latin-1")
    if b"\0" in head:
        return ""
    return head.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")


def _reader(name: str) -> _Reader:
    # Each reader is imported only when its format is met: some of them are heavy.
    if name == "midi":
        from clinamen.io.midi import read_midi

        return read_midi
    if name == "abc":
        from clinamen.io.abc import read_abc

        return read_abc
    if name == "kern":
        from clinamen.io.kern import read_kern

        return read_kern
    if name in ("chordpro", "chart"):
        from clinamen.io._chart_song import read_chart
        from clinamen.io._sheet_song import read_sheet

        return read_sheet if name == "chordpro" else read_chart
    if name == "jsonl":
        from clinamen.io.jsonl import read_jsonl

        return read_jsonl
    from clinamen.io.musicxml import read_musicxml, read_mxl

    return read_mxl if name == "mxl" else read_musicxml


def _writer(name: str) -> _Writer:
    if name == "abc":
        from clinamen.io.abc import write_abc

        return write_abc
    if name in ("chordpro", "chart"):
        from clinamen.io._chart_song import write_chart
        from clinamen.io._sheet_song import write_sheet

        return write_sheet if name == "chordpro" else write_chart
    from clinamen.io.musicxml import write_musicxml, write_mxl

    return write_mxl if name == "mxl" else write_musicxml


def _completed(song: Song) -> Song:
    """Key and phrases that the file does not give, as estimates."""
    if song.melody.notes:
        return song.replace(melody=_complete(song.melody))
    return song.replace(melody=_complete_chords(song))


def _complete_chords(song: Song) -> Melody:
    melody = song.melody
    if melody.keys and melody.key_source != "assumed":
        return melody
    from clinamen.domains.music.harmony import estimate_chords_key

    key = estimate_chords_key(song.harmony)
    if key is None:
        return melody
    return melody.replace(keys=(KeyChange(Fraction(0), key),), key_source="estimated")


def _complete(melody: Melody) -> Melody:
    if not melody.keys:
        from clinamen.domains.music.key import estimate_key

        keys = (KeyChange(Fraction(0), estimate_key(melody)),)
        melody = melody.replace(keys=keys, key_source="estimated")
    elif melody.key_source == "assumed":
        melody = melody.replace(keys=_with_modes(melody), key_source="estimated")
    if not melody.phrase_starts:
        from clinamen.domains.music.phrase import segment_phrases

        starts = segment_phrases(melody)
        melody = melody.replace(phrase_starts=starts, phrase_source="estimated")
    return melody


def _with_modes(melody: Melody) -> tuple[KeyChange, ...]:
    """Key signatures that came without a mode, with the likelier one.

    A change of signature is taken as a modulation of the same mode.
    """
    from clinamen.domains.music.key import estimate_mode

    mode = estimate_mode(melody, melody.keys[0].key).mode
    return tuple(
        KeyChange(change.onset_quarters, Key(change.key.fifths, mode)) for change in melody.keys
    )
