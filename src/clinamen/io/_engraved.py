"""What verovio drew, read: systems with the places of notes and chords, cleaned of all else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from clinamen.errors import FormatError
from clinamen.io._engraved_tempo import tempo_sign

__all__ = ["GLYPH_PREFIX", "MARGIN", "PlacedNote", "System", "read_page"]

GLYPH_PREFIX = "glyph-"
"""What the names of signs, which all systems share, begin with."""

MARGIN = 300
"""Left and right of a system, in its units."""

_SVG = "{http://www.w3.org/2000/svg}"
_ATTRIBUTES = {
    "g": {"transform"},
    "path": {
        "d", "transform", "stroke-width", "fill", "stroke-linecap", "stroke-linejoin",
        "stroke-dasharray",
    },
    "use": {"transform"},
    "text": {"x", "y", "text-anchor", "font-size", "font-weight", "font-style"},
    "tspan": {"x", "y", "dx", "dy", "text-anchor", "font-size", "font-weight", "font-style"},
    "rect": {"x", "y", "width", "height", "rx", "ry", "fill", "stroke-width"},
    "ellipse": {"cx", "cy", "rx", "ry", "fill", "stroke-width"},
    "polygon": {"points", "fill", "stroke-width"},
    "polyline": {"points", "fill", "stroke-width"},
}  # fmt: skip
"""Elements that are kept, each with those of its attributes that are."""

_VALUE = re.compile(r"[\w .,+#()-]*", re.ASCII)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NOTE = re.compile(r"n(\d+)(-\d+)?")
_PLACE = re.compile(r"translate\((-?[\d.]+), (-?[\d.]+)\)")
_LEFT_OUT = {"label", "labelAbbr", "mdiv", "score"}
_ITALIC, _BOLD = {"dir", "dynam", "mNum"}, {"reh", "tempo", "ending"}
# What a clef needs over and under its staff; other signs have their own places.
_OVER_STAFF, _UNDER_STAFF, _AROUND = 320, 340, 220


@dataclass(frozen=True, slots=True)
class PlacedNote:
    """A note, or a tied part of one, on paper.

    Parameters
    ----------
    note
        Its place in the melody.
    x, right
        Left edge of its head, and where the next sign of the voice begins.
    is_first
        Whether it begins here and is not tied to what was before.
    """

    note: int
    x: float
    right: float
    is_first: bool


@dataclass(frozen=True)
class System:
    """One line of a score. Places are in units of which a staff has 720.

    Parameters
    ----------
    picture
        A ``<g>``, with notes as ``<g data-note="0">``.
    glyphs
        Outlines by the name that ``<use>`` has for them, without the prefix.
    width
        With margins; the picture lies from -`MARGIN` to the width less `MARGIN`.
    top, bottom
        Ends of what is drawn.
    staff
        First and last line of the staff.
    right
        End of the staff.
    chords
        Left edges of chord symbols, in order.
    bars
        Left and right ends of the bars, in order.
    """

    picture: Element
    glyphs: dict[str, Element]
    width: float
    top: float
    bottom: float
    staff: tuple[float, float]
    right: float
    notes: tuple[PlacedNote, ...]
    chords: tuple[float, ...]
    bars: tuple[tuple[float, float], ...]


def read_page(text: str) -> Iterator[System]:
    """The systems of a page.

    Raises
    ------
    FormatError
        If it is not as verovio draws.
    """
    root = ElementTree.fromstring(text)
    inner = root.find(f"{_SVG}svg")
    if inner is None:
        raise FormatError("verovio's page has no picture")
    width = float(inner.get("viewBox", "0 0 0 0").split()[2])
    glyphs = {
        _glyph_name(each.get("id", "")): _cleaned(each)
        for each in root.iterfind(f"{_SVG}defs/{_SVG}g")
    }
    for each in inner.iter(f"{_SVG}g"):
        if each.get("class") == "system":
            yield _system(each, glyphs, width)


def _system(drawn: Element, glyphs: dict[str, Element], width: float) -> System:
    staff_lines = [
        [float(number) for number in _NUMBER.findall(path.get("d", ""))]
        for staff in drawn.iter(f"{_SVG}g")
        if staff.get("class") == "staff"
        for path in staff.findall(f"{_SVG}path")
    ]
    if not staff_lines:
        raise FormatError("verovio drew a line without a staff")
    staff = min(line[1] for line in staff_lines), max(line[1] for line in staff_lines)
    right = max(line[2] for line in staff_lines)
    heights = [*_heights(drawn), staff[0] - _OVER_STAFF, staff[1] + _UNDER_STAFF]
    picture = _cleaned(drawn)
    used = {each.get("href", "")[len(GLYPH_PREFIX) + 1 :] for each in picture.iter("use")}
    return System(
        picture=picture,
        glyphs={name: glyphs[name] for name in sorted(used) if name in glyphs},
        width=width,
        top=min(heights),
        bottom=max(heights),
        staff=staff,
        right=right,
        notes=tuple(_notes(drawn, right)),
        chords=tuple(
            float(text.get("x", "0"))
            for harm in drawn.iter(f"{_SVG}g")
            if harm.get("class") == "harm"
            for text in harm.findall(f"{_SVG}text")
        ),
        bars=tuple(_bars(drawn)),
    )


def _bars(drawn: Element) -> Iterator[tuple[float, float]]:
    """Ends of the staff lines of every bar."""
    for bar in drawn.iter(f"{_SVG}g"):
        line = bar.find(f"{_SVG}g/{_SVG}path") if bar.get("class") == "measure" else None
        if line is not None:
            left, _, right, _ = (float(each) for each in _NUMBER.findall(line.get("d", "")))
            yield left, right


def _notes(drawn: Element, right: float) -> Iterator[PlacedNote]:
    signs: list[tuple[float, re.Match[str] | None]] = []
    for each in drawn.iter(f"{_SVG}g"):
        if each.get("class") in ("note", "rest", "mRest"):
            x = min((x for x, _ in _translations(each)), default=None)
            if x is not None:
                signs.append((x, _NOTE.fullmatch(each.get("data-id", ""))))
    signs.sort(key=lambda sign: sign[0])
    ends = [*(x for x, _ in signs[1:]), right]
    for (x, found), end in zip(signs, ends, strict=True):
        if found is not None:
            yield PlacedNote(int(found[1]), x, max(end, x + 1), found[2] is None)


def _translations(element: Element) -> Iterator[tuple[float, float]]:
    heads = [each for each in element.iter(f"{_SVG}g") if each.get("class") == "notehead"]
    for scope in heads or [element]:
        for use in scope.iter(f"{_SVG}use"):
            found = _PLACE.match(use.get("transform", ""))
            if found:
                yield float(found[1]), float(found[2])


def _heights(drawn: Element) -> Iterator[float]:
    """How high and how low what is drawn reaches, about."""
    for each in drawn.iter():
        if each.get("class") in _LEFT_OUT or "placeholder" in each.get("class", ""):
            continue
        if each.tag == f"{_SVG}path":
            numbers = [float(number) for number in _NUMBER.findall(each.get("d", ""))]
            yield from numbers[1::2]
        elif each.tag == f"{_SVG}use":
            found = _PLACE.match(each.get("transform", ""))
            if found:
                yield from (float(found[2]) - _AROUND, float(found[2]) + _AROUND)
        elif each.tag == f"{_SVG}text" and each.get("y"):
            y = float(each.get("y", "0"))
            yield from (y - 2 * _AROUND, y + _AROUND / 2)


def _glyph_name(identifier: str) -> str:
    """`E0A4` of verovio's ``E0A4-a1b2c3``: the rest tells scores apart, and outlines are alike."""
    name = identifier.removeprefix("#").partition("-")[0]
    return name if name.isalnum() else ""


def _cleaned(element: Element) -> Element:
    """A copy with what is known to be harmless alone.

    Words of a song reach the page as text, and nothing of it as an element or a name.
    """
    tag = element.tag.removeprefix(_SVG)
    kept = Element(tag, dict(_attributes(element, tag)))
    kept.text = element.text
    if element.get("class") == "tempo" and (text := element.find(f"{_SVG}text")) is not None:
        x, y = (float(text.get(name, "0")) for name in ("x", "y"))
        kept.append(tempo_sign("".join(text.itertext()), x, y))
        return kept
    for child in element:
        is_known = child.tag.removeprefix(_SVG) in _ATTRIBUTES
        if is_known and not _is_left_out(child):
            cleaned = _cleaned(child)
            cleaned.tail = child.tail
            kept.append(cleaned)
    return kept


def _is_left_out(element: Element) -> bool:
    words = element.get("class", "").split()
    return bool(_LEFT_OUT.intersection(words)) or "placeholder" in words


def _attributes(element: Element, tag: str) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name in _ATTRIBUTES.get(tag, ()) and _VALUE.fullmatch(value):
            yield name, value.removesuffix("px") if name == "font-size" else value
    kind = element.get("class", "")
    if tag == "use":
        yield "href", f"#{GLYPH_PREFIX}{_glyph_name(element.get('href', ''))}"
    elif tag == "g" and kind in _ITALIC:
        yield "font-style", "italic"
    elif tag == "g" and kind in _BOLD:
        yield "font-weight", "bold"
    elif tag == "g" and kind == "harm":
        yield "class", "harm"
    if tag in ("path", "polyline", "polygon", "rect", "ellipse") and element.get("stroke-width"):
        yield "stroke", "currentColor"
    found = _NOTE.fullmatch(element.get("data-id", ""))
    if tag == "g" and kind == "note" and found:
        yield "data-note", found[1]
