"""A score with its curves as a file: SVG, PNG, PDF.

The first is what the sheet is; the others are drawn from it by matplotlib, which is there
anyway and needs no library of the system (see ``docs/decisions/0014-notation.md``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from clinamen.errors import ParameterError, UnsupportedError
from clinamen.operations.score_sheet import SheetLine, score_sheet
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song
    from clinamen.operations.song_hearing import SongHearing

__all__ = ["SCORE_FORMATS", "score_bytes"]

SCORE_FORMATS = ("svg", "png", "pdf")
"""What a score is written as."""

UNITS_PER_INCH = 2612
"""A staff is 7 mm high, as in printed songs."""

_PAPER = 8.27, 11.69
_MARGIN = 0.6
_GAP, _TITLE, _TITLE_SIZE, _BYLINE_SIZE = 420, 1500, 620, 330


def score_bytes(song: Song, score_format: str, hearing: SongHearing | None = None) -> bytes:
    """The score of a song, the same bytes every time; a PDF has pages of A4, the others one.

    Parameters
    ----------
    score_format
        One of `SCORE_FORMATS`.
    hearing
        What was heard of it, which is shown under every line; without, there are notes alone.

    Raises
    ------
    ParameterError
        If there is no such format.
    UnsupportedError
        If the song has no notes, or cannot be drawn.
    """
    if score_format not in SCORE_FORMATS:
        raise ParameterError(f"a score is written as {', '.join(SCORE_FORMATS)}")
    if not song.melody.notes:
        raise UnsupportedError("there are no notes to draw a score of")
    lines = score_sheet(song, hearing, width=_line_width())
    if score_format == "svg":
        text: bytes = tostring(_page(song, lines), encoding="utf-8", xml_declaration=True)
        return text
    from clinamen.operations._svg_figure import pdf_bytes, png_bytes

    if score_format == "png":
        return png_bytes(_page(song, lines), UNITS_PER_INCH)
    pages = [_page(song, some, number) for number, some in enumerate(_paged(lines))]
    return pdf_bytes(pages, UNITS_PER_INCH, clean(song.title))


def _line_width() -> int:
    return round((_PAPER[0] - 2 * _MARGIN) * UNITS_PER_INCH)


def _paged(lines: tuple[SheetLine, ...]) -> list[list[SheetLine]]:
    """As many lines on each page as it has room for, and at least one."""
    room = (_PAPER[1] - 2 * _MARGIN) * UNITS_PER_INCH
    pages: list[list[SheetLine]] = [[]]
    used = float(_TITLE)
    for line in lines:
        if pages[-1] and used + line.height > room:
            pages.append([])
            used = 0.0
        pages[-1].append(line)
        used += line.height + _GAP
    return pages


def _page(song: Song, lines: tuple[SheetLine, ...] | list[SheetLine], number: int = -1) -> Element:
    """A page with its lines; numbered ones are as high as paper, and the first has the title."""
    margin = _MARGIN * UNITS_PER_INCH
    width = _line_width() + 2 * margin
    y = margin + (_TITLE if number < 1 else 0)
    body = sum(line.height + _GAP for line in lines)
    height = y + body + margin - _GAP if number < 0 else _PAPER[1] * UNITS_PER_INCH
    page = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width:.0f} {height:.0f}",
            "width": f"{width / UNITS_PER_INCH * 96:.0f}",
            "height": f"{height / UNITS_PER_INCH * 96:.0f}",
        },
    )
    SubElement(page, "title").text = clean(song.title) or "Score"
    # White paper under dark ink, wherever it is shown.
    paper = {"width": f"{width:.0f}", "height": f"{height:.0f}", "fill": "#ffffff"}
    SubElement(page, "rect", {"x": "0", "y": "0", **paper})
    known = {each.get("id"): each for line in lines for each in line.glyphs}
    SubElement(page, "defs").extend(known.values())
    if number < 1:
        _write_title(page, song, width)
    for line in lines:
        _put(page, line, margin, y)
        y += line.height + _GAP
    return page


def _write_title(page: Element, song: Song, width: float) -> None:
    style = {"x": f"{width / 2:.0f}", "text-anchor": "middle", "fill": "#24222b"}
    top = _MARGIN * UNITS_PER_INCH
    for text, size, y in (
        (song.title, _TITLE_SIZE, top + 500),
        (song.composer, _BYLINE_SIZE, top + 1000),
    ):
        if text:
            size_of = {"y": f"{y:.0f}", "font-size": str(size), "font-family": "Times, serif"}
            SubElement(page, "text", {**style, **size_of}).text = clean(text)


def _put(page: Element, line: SheetLine, x: float, y: float) -> None:
    left, top = (float(each) for each in line.svg.get("viewBox", "").split()[:2])
    kept = ("color", "fill", "font-family")
    style = {name: line.svg.get(name, "") for name in kept}
    group = SubElement(page, "g", {"transform": f"translate({x - left:.0f}, {y - top:.0f})"})
    group.attrib.update(style)
    group.extend(line.svg)
