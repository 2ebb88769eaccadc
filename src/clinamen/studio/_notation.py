"""Notation for the page: lines of a score as SVG that its policy lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, tostring

from clinamen.domains.music.editing import changed_bars
from clinamen.errors import UnsupportedError
from clinamen.operations.score_sheet import score_sheet

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song
    from clinamen.operations.song_hearing import SongHearing

__all__ = ["USUAL_WIDTH", "notation_view"]

USUAL_WIDTH = 20_000


def notation_view(
    song: Song, hearing: SongHearing, width: int, before: Song | None = None
) -> dict[str, Any]:
    """A score with its curves: outlines once, and an ``<svg>`` a line that uses them.

    Parameters
    ----------
    width
        Of a line, in units of which a staff has 720.
    before
        A song this one was made from: bars that differ from it are framed, and named.

    Raises
    ------
    UnsupportedError
        If the song has no notes, or cannot be drawn.
    """
    if not song.melody.notes:
        raise UnsupportedError("there are no notes to draw a score of")
    changed = changed_bars(before, song) if before is not None else ()
    lines = score_sheet(song, hearing, width=width, has_columns=True, marked=changed)
    glyphs = {each.get("id"): each for line in lines for each in line.glyphs}
    return {
        "glyphs": "".join(_text(each) for each in glyphs.values()),
        "lines": [
            {"svg": _text(line.svg), "width": line.width, "height": line.height} for line in lines
        ],
        "changed": [bar + (0 if song.melody.pickup_quarters else 1) for bar in changed],
    }


def _text(element: Element) -> str:
    return tostring(element, encoding="unicode")
