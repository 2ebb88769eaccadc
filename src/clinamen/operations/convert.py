"""The verb `convert`: from one format of written music to another, or to a picture of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from clinamen.errors import ParameterError

__all__ = ["ConvertRequest", "ConvertResult", "convert"]


@dataclass(frozen=True, slots=True)
class ConvertRequest:
    """Read `source`, write `target`; the format follows from the target's extension.

    Parameters
    ----------
    track, key, meter, pickup
        As `clinamen.io.files.read_song`.
    overwrite
        Replace `target` if it exists.
    chord_track
        In MIDI, also play the chords, in a track of their own.
    """

    source: str
    target: str
    track: int | str | None = None
    overwrite: bool = False
    key: str | None = None
    meter: str | None = None
    pickup: str | None = None
    chord_track: bool = False


@dataclass(frozen=True, slots=True)
class ConvertResult:
    """Where the song was written, and what reading it changed or left out.

    Parameters
    ----------
    n_notes, n_chords
        What was written; a file of chords has no notes.
    """

    target: str
    n_notes: int
    n_chords: int
    notices: tuple[str, ...]


def convert(request: ConvertRequest) -> ConvertResult:
    """Convert one file.

    Raises
    ------
    ParameterError
        If the target exists and may not be replaced, is the source itself, or is ``-``.
    MissingError, FormatError
        As `clinamen.io.files.read_song`.
    """
    from clinamen.io._target import write_bytes
    from clinamen.io.files import CHORD_SHEETS, read_song, write_song
    from clinamen.operations.score_export import SCORE_FORMATS, score_bytes

    if request.target == "-":
        raise ParameterError("the target must be a file (.mid, .musicxml, .abc, .cho, .txt), not -")
    target = Path(request.target)
    if target.exists():
        _check_replaceable(request, target)
    song = read_song(
        request.source,
        request.track,
        key=request.key,
        meter=request.meter,
        pickup=request.pickup,
    )
    score_format = target.suffix.lower().removeprefix(".")
    if score_format in SCORE_FORMATS:
        if request.chord_track:
            raise ParameterError(f"{target}: only MIDI can have a track that plays the chords")
        write_bytes(target, score_bytes(song, score_format))
    else:
        write_song(song, request.target, chord_track=request.chord_track)
    holds_notes = target.suffix.lower() not in CHORD_SHEETS
    n_notes = len(song.melody.notes) if holds_notes else 0
    return ConvertResult(request.target, n_notes, len(song.chords), song.notices)


def _check_replaceable(request: ConvertRequest, target: Path) -> None:
    if os.path.exists(request.source) and target.samefile(request.source):
        raise ParameterError(f"{request.target}: the source and the target are the same file")
    if not request.overwrite:
        raise ParameterError(f"{request.target}: exists already and may not be replaced (--force)")
