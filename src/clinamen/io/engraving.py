"""Scores drawn as notation, by verovio: systems with the places of their notes.

What comes back are plain SVG elements without style, script, or names of their own, so that
several scores can stand on one page, under a strict policy, in the colours of that page.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from clinamen.errors import FormatError, UnsupportedError
from clinamen.io._engraved import GLYPH_PREFIX, MARGIN, System, read_page
from clinamen.io.musicxml import read_musicxml

__all__ = ["GLYPH_PREFIX", "MARGIN", "STAFF_SPACE", "System", "engrave"]

STAFF_SPACE = 180
"""Distance of two lines of a staff, in the units of all places here."""

LEAST_WIDTH, MOST_WIDTH = 2_000, 100_000
"""Narrowest and widest line, in those units."""

_SECONDS = 120
_OPTIONS: dict[str, Any] = {
    "scale": 100,
    "pageHeight": 60_000,
    "pageMarginTop": 0,
    "pageMarginBottom": 0,
    "pageMarginLeft": MARGIN // 10,
    "pageMarginRight": MARGIN // 10,
    "header": "none",
    "footer": "none",
    "breaks": "auto",
    "font": "Leland",
    "lyricWordSpace": 2.0,
    "svgHtml5": True,  # ids as data, so that two scores do not share any
    "svgRemoveXlink": True,
    "svgFormatRaw": True,
    "smuflTextFont": "none",
}


def engrave(data: bytes, *, width: int) -> tuple[System, ...]:
    """Draw MusicXML as systems of one width.

    Parameters
    ----------
    data
        The file; see `clinamen.io.musicxml.write_musicxml` with ``note_ids`` for one whose
        notes are found again.
    width
        Of a line with its margins, in units of `STAFF_SPACE` / 180.

    Raises
    ------
    FormatError
        If the file is not whole: verovio itself would draw half of one.
    UnsupportedError
        If verovio cannot draw it, or is not there.
    """
    read_musicxml(data, source="score")
    chosen = min(max(width, LEAST_WIDTH), MOST_WIDTH)
    options = {**_OPTIONS, "pageWidth": chosen // 10}
    pages = _drawn(json.dumps({"options": options, "music": data.decode("utf-8")}).encode())
    return tuple(system for page in pages for system in read_page(page))


def _drawn(request: bytes) -> list[str]:
    # -P: a file named like a module, in the folder somebody works in, is not what we mean.
    command = [sys.executable, "-P", "-m", "clinamen.io._engraver"]
    try:
        done = subprocess.run(command, input=request, capture_output=True, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnsupportedError(f"the score cannot be drawn: {error}") from None
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise UnsupportedError(f"verovio cannot draw this score: {reason or 'it gives no reason'}")
    try:
        pages: list[str] = json.loads(done.stdout)
    except ValueError:
        raise FormatError("verovio's answer is not JSON") from None
    return pages
