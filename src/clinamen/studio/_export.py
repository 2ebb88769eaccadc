"""Files that the studio gives out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from clinamen.errors import MissingError, UnsupportedError
from clinamen.io.files import song_bytes
from clinamen.io.wav import write_wav
from clinamen.operations.export import json_record, note_frame
from clinamen.operations.report import html_report
from clinamen.operations.score_export import score_bytes
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song
    from clinamen.operations.hear import HearResult
    from clinamen.operations.song_hearing import SongHearing

__all__ = ["FORMATS", "disposition", "exported", "file_stem"]

_SONGS = {
    "mid": "audio/midi",
    "musicxml": "application/vnd.recordare.musicxml+xml",
    "abc": "text/vnd.abc",
}
_HEARINGS: dict[str, tuple[str, Callable[[HearResult, str], str]]] = {
    "csv": ("text/csv", lambda heard, name: str(note_frame(heard, file=name).to_csv(index=False))),
    "json": (
        "application/json",
        lambda heard, name: json.dumps(json_record(heard, file=name), ensure_ascii=False) + "\n",
    ),
    "html": ("text/html", lambda heard, name: html_report(heard)),
}
_SCORES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
FORMATS = (*_SONGS, "wav", *_SCORES, *_HEARINGS)
"""Extensions of the files that can be had: the song itself, and what was heard of it."""


def exported(
    song: Song, title: str, extension: str, hear: Callable[[Song], SongHearing]
) -> tuple[bytes, str]:
    """A file's bytes and media type.

    Raises
    ------
    MissingError
        If the extension is none of `FORMATS`.
    UnsupportedError
        If the song has no notes to tell of.
    """
    if extension in _SONGS:
        chord_track = extension == "mid" and bool(song.chords)
        named = song.replace(title=title)
        return song_bytes(named, f"x.{extension}", chord_track=chord_track), _SONGS[extension]
    if extension == "wav":
        return write_wav(song), "audio/wav"
    if extension in _SCORES:
        named = song.replace(title=title)
        return score_bytes(named, extension, hear(song)), _SCORES[extension]
    if extension not in _HEARINGS:
        raise MissingError(f"there is no export as {extension!r}; there are {', '.join(FORMATS)}")
    heard = hear(song).melody
    if heard is None:
        raise UnsupportedError("the song has no notes to tell of")
    media_type, text = _HEARINGS[extension]
    return text(heard, title).encode("utf-8", "replace"), media_type


def file_stem(title: str) -> str:
    """A title as the name of a file, without what systems and terminals give a meaning."""
    return re.sub(r"""[\\/:*?"'<>|$`!%{}\s]+""", "_", clean(title)).strip("._-") or "song"


def disposition(title: str, extension: str) -> str:
    """The header that names a file after its song."""
    name = file_stem(title)
    plain = name.encode("ascii", "ignore").decode() or "song"
    full = quote(f"{name}.{extension}", safe="")
    return f"attachment; filename=\"{plain}.{extension}\"; filename*=UTF-8''{full}"
