"""A song as notation, with what was heard of it under every line.

Note heads stay ink. What a note cost stands under it as a bar, whose height and colour say the
same, and as a number, so that no one has to tell colours apart; a line over the bars is the
entropy. Rhythm and harmony have rows of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.io.engraving import MARGIN, STAFF_SPACE, System, engrave
from clinamen.io.musicxml import write_musicxml
from clinamen.operations._report_chart import color_class
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song, TempoChange
    from clinamen.operations.song_hearing import SongHearing

__all__ = ["COLORS", "STAFF_SPACE", "SheetLine", "score_sheet"]

FloatArray = npt.NDArray[np.float64]

COLORS = (
    "#fed89a", "#feb67c", "#fd9467", "#f7705c", "#e85362", "#cd4071",
    "#ae347b", "#912b81", "#732081", "#56147d", "#38106c", "#1a1042",
)  # fmt: skip
"""From expected to surprising, on paper; the page of the studio has others in the dark."""

BITS_AT_FULL_COLOR = 8
_INK, _ENTROPY = "#24222b", "#0b6e8f"
_BAR, _LEAST_BAR, _NUMBER, _BETWEEN = 400, 60, 270, 60
_WIDEST_BAR, _DIGIT = 900, 140
_LEAST_LIMIT = 4
_LEAST_CHANGE = 0.04
_FRAME_ROOM = 300
_COLUMN_BEFORE, _CHORD_HEIGHT = 90, 580
_ACCIDENTAL = re.compile(r"(?<=[A-G])[#b]+|(?<=[A-G/])[#b](?=$)")


@dataclass(frozen=True)
class SheetLine:
    """One line of the sheet.

    Parameters
    ----------
    svg
        A whole ``<svg>`` but for its outlines. Colours are attributes and, where a page has
        a style of its own, the classes ``c0`` to ``c11`` and ``entropy``.
    glyphs
        The outlines, as ``<g id=...>`` for a ``<defs>``.
    width, height
        In units of `STAFF_SPACE` / 180.
    """

    svg: Element
    glyphs: tuple[Element, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Lane:
    """Bits and entropy of notes or chords by their places in the song."""

    name: str
    bits: Mapping[int, float]
    entropy: Mapping[int, float]
    limit: float


def score_sheet(
    song: Song,
    hearing: SongHearing | None = None,
    *,
    width: int,
    has_columns: bool = False,
    marked: Collection[int] = (),
) -> tuple[SheetLine, ...]:
    """Draw a song.

    Parameters
    ----------
    hearing
        What was heard of it; without, there are notes alone.
    width
        Of a line, in units of which a staff has 720.
    has_columns
        Whether there are empty columns behind notes and chords, for a page to choose them by.
    marked
        Bars, the first being 0, with a dashed frame around them.

    Raises
    ------
    UnsupportedError
        As `clinamen.io.engraving.engrave`.
    """
    plain = song.replace(tempos=tuple(_shown_tempos(song)), part_index=None, parts=())
    music = write_musicxml(plain, note_ids=True)
    # The name of the only part would take its room before every line.
    music = music.replace(b"<part-name>Melody</part-name>", b"<part-name/>")
    systems = engrave(music, width=width)
    symbols = [clean(chord.symbol) for chord in song.chords]
    if sum(len(system.chords) for system in systems) != len(symbols):
        symbols = []
    lanes = tuple(_lanes(song, hearing)) if hearing is not None else ()
    lines, first_chord, first_bar = [], 0, 0
    for system in systems:
        own = symbols[first_chord : first_chord + len(system.chords)]
        line = _line(system, lanes, own, first_chord, has_columns)
        is_marked = [first_bar + place in marked for place in range(len(system.bars))]
        line.svg.append(_frames(system, is_marked))
        lines.append(line)
        first_bar += len(system.bars)
        first_chord += len(system.chords) if symbols else 0
    return tuple(lines)


def _shown_tempos(song: Song) -> Iterator[TempoChange]:
    """Tempos that a reader wants to know of: a bar has one, and a performance's wavering none."""
    shown = 0.0
    free = song.melody.bar_onsets[0]
    for tempo in song.tempos:
        is_news = abs(tempo.quarters_per_minute - shown) > _LEAST_CHANGE * shown
        if tempo.onset_quarters < free or not is_news:
            continue
        yield tempo
        shown = tempo.quarters_per_minute
        bar = bisect_right(song.melody.bar_onsets, tempo.onset_quarters)
        free = [*song.melody.bar_onsets, song.melody.end_quarters][bar]


def _lanes(song: Song, hearing: SongHearing) -> Iterator[_Lane]:
    if hearing.melody is not None:
        parts = hearing.melody.expectation.parts
        for name, part in (("melody", parts["pitch"]), ("rhythm", parts["onset"])):
            yield _lane(name, range(len(part)), part.information_content, part.entropy)
    if hearing.harmony is not None:
        heard = hearing.harmony.harmony
        ticks = [round(float(each) * TICKS_PER_QUARTER) for each in heard.columns["onset_quarters"]]
        places = {
            round(float(chord.onset_quarters) * TICKS_PER_QUARTER): place
            for place, chord in enumerate(song.chords)
        }
        # A chord that is repeated is heard once.
        chords = [places.get(tick, -1) for tick in ticks]
        yield _lane("harmony", chords, heard.information_content, heard.entropy)


def _lane(name: str, places: Sequence[int], bits: FloatArray, entropy: FloatArray) -> _Lane:
    finite = [float(each) for each in (*bits, *entropy) if np.isfinite(each)]
    limit = 2 * np.ceil(max([_LEAST_LIMIT, *finite]) / 2)
    return _Lane(
        name,
        {place: float(value) for place, value in zip(places, bits, strict=True)},
        {place: float(value) for place, value in zip(places, entropy, strict=True)},
        float(limit),
    )


def _line(
    system: System, lanes: Sequence[_Lane], symbols: Sequence[str], first: int, has_columns: bool
) -> SheetLine:
    bottom = system.bottom + len(lanes) * (_BAR + _NUMBER + _BETWEEN)
    height = bottom - system.top
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"{-MARGIN} {system.top:.0f} {system.width:.0f} {height:.0f}",
            "color": _INK,
            "fill": "currentColor",
            "font-family": "Times, serif",
        },
    )
    chords = [(first + place, x) for place, x in enumerate(system.chords)] if symbols else []
    if has_columns:
        svg.append(_columns(system, chords, bottom))
    svg.append(_with_symbols(system.picture, symbols, first))
    top = system.bottom
    for lane in lanes:
        svg.append(_drawn_lane(lane, system, chords, top))
        top += _BAR + _NUMBER + _BETWEEN
    glyphs = []
    for name, outline in system.glyphs.items():
        outline.set("id", f"glyph-{name}")
        glyphs.append(outline)
    return SheetLine(svg, tuple(glyphs), system.width, height)


def _frames(system: System, is_marked: Sequence[bool]) -> Element:
    """Dashed frames, one around marked bars that stand side by side."""
    group = Element("g", {"class": "marks"})
    top, bottom = system.staff[0] - _FRAME_ROOM, system.staff[1] + _FRAME_ROOM
    frames: list[tuple[float, float]] = []
    for (left, right), has_mark, had_mark in zip(
        system.bars, is_marked, [False, *is_marked], strict=False
    ):
        if has_mark:
            frames.append((frames.pop()[0] if had_mark else left, right))
    for left, right in frames:
        shape = _rect(left + 20, top, right - left - 40, bottom - top)
        dashes = {"stroke": _ENTROPY, "stroke-width": "36", "stroke-dasharray": "150 90"}
        SubElement(group, "rect", {**shape, **dashes, "class": "mark", "rx": "90"})
    return group


def _columns(system: System, chords: Sequence[tuple[int, float]], bottom: float) -> Element:
    group = Element("g", {"class": "columns"})
    top = system.staff[0] - STAFF_SPACE
    for placed in system.notes:
        x = placed.x - _COLUMN_BEFORE
        shape = _rect(x, top, max(placed.right - placed.x, STAFF_SPACE), bottom - top)
        tied = {} if placed.is_first else {"data-tied": "1"}
        SubElement(group, "rect", {**shape, "data-note": str(placed.note), **tied})
    for index, (chord, x) in enumerate(chords):
        end = chords[index + 1][1] if index + 1 < len(chords) else system.right
        shape = _rect(x - _COLUMN_BEFORE, system.top, max(end - x, 1), _CHORD_HEIGHT)
        SubElement(group, "rect", {**shape, "data-chord": str(chord)})
    return group


def _rect(x: float, y: float, width: float, height: float) -> dict[str, str]:
    shape = {"x": x, "y": y, "width": width, "height": height}
    return {"fill": "none", **{name: f"{value:.0f}" for name, value in shape.items()}}


def _with_symbols(picture: Element, symbols: Sequence[str], first: int) -> Element:
    """Chord symbols as the song has them, in letters every font has."""
    harms = [each for each in picture.iter("g") if each.get("class") == "harm"]
    for place, (harm, symbol) in enumerate(zip(harms, symbols, strict=False)):
        text = harm.find("text")
        if text is None:
            continue
        for child in list(text):
            text.remove(child)
        text.text = _ACCIDENTAL.sub(
            lambda found: found[0].replace("#", "\N{MUSIC SHARP SIGN}").replace("b", "♭"), symbol
        )
        text.set("font-size", "390")
        text.set("font-weight", "bold")
        harm.set("data-chord", str(first + place))
    return picture


def _drawn_lane(
    lane: _Lane, system: System, chords: Sequence[tuple[int, float]], top: float
) -> Element:
    group = Element("g", {"class": f"lane lane-{lane.name}"})
    base = top + _BAR
    label = {"class": "lane-name", "x": "0", "y": f"{base + _NUMBER - 40:.0f}"}
    name = SubElement(group, "text", {**label, "font-size": "240", "font-family": "sans-serif"})
    name.text = lane.name.capitalize()
    cells = list(_cells(lane, system, chords))
    steps = []
    for place, x, right in cells:
        bits = lane.bits.get(place)
        if bits is None:
            continue
        width = min(right - x - 40, _WIDEST_BAR)
        _draw_cost(group, bits, lane.limit, x, max(width, 60), base)
        y = base - _height(lane.entropy[place], lane.limit)
        steps.append(f"M{x - 20:.0f} {y:.0f}H{x + max(width, 60) + 20:.0f}")
    line = {"class": "entropy", "d": "".join(steps), "fill": "none"}
    SubElement(group, "path", {**line, "stroke": _ENTROPY, "stroke-width": "26"})
    return group


def _cells(
    lane: _Lane, system: System, chords: Sequence[tuple[int, float]]
) -> Iterator[tuple[int, float, float]]:
    """Places of a lane's events, with left and right ends."""
    if lane.name != "harmony":
        for placed in system.notes:
            if placed.is_first:
                yield placed.note, placed.x, placed.right
        return
    heard = [(chord, x) for chord, x in chords if chord in lane.bits]
    ends = [*(x for _, x in heard[1:]), system.right]
    for (chord, x), end in zip(heard, ends, strict=True):
        yield chord, x, end


def _draw_cost(
    group: Element, bits: float, limit: float, x: float, width: float, base: float
) -> None:
    height = max(_height(bits, limit), _LEAST_BAR)
    color = color_class(bits, BITS_AT_FULL_COLOR)
    fill = COLORS[int(color[1:])] if color[1:].isdecimal() else _INK
    shape = {**_rect(x, base - height, width, height), "rx": "20", "fill": fill}
    SubElement(group, "rect", {**shape, "class": f"cost {color}"})
    place = {"x": f"{x + width / 2:.0f}", "y": f"{base + _NUMBER - 40:.0f}"}
    style = {"font-size": "240", "font-family": "sans-serif", "text-anchor": "middle"}
    number = SubElement(group, "text", {"class": "bits", **place, **style})
    number.text = _shown(bits, width)


def _height(bits: float, limit: float) -> float:
    return min(bits, limit) / limit * _BAR if np.isfinite(bits) else _BAR


def _shown(bits: float, width: float) -> str:
    """With a decimal where there is room for it."""
    if not np.isfinite(bits):
        return "∞"
    text = f"{bits:.1f}"
    return text if len(text) * _DIGIT <= width + 120 else f"{bits:.0f}"
