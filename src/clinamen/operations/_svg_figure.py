"""The few kinds of SVG elements that a score has, drawn with matplotlib.

Not a reader of SVG at large: it knows what `clinamen.operations.score_sheet` and verovio make.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D, Transform

__all__ = ["pdf_bytes", "png_bytes"]

_DPI, _MOST_PIXELS = 200, 30_000
_POINTS_PER_INCH = 72
_PATH = re.compile(r"([MmLlHhVvCcSsQqZz])([^MmLlHhVvCcSsQqZz]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_MOVE = re.compile(r"(translate|scale)\(([^)]*)\)")
_N_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "Z": 0}
# Times first, as verovio measures; then what has the letters that Times has not.
_SERIF = ("Times New Roman", "Liberation Serif", "Tinos", "STIXGeneral", "DejaVu Serif")
_SANS = ("Helvetica", "Arial", "Liberation Sans", "DejaVu Sans")
_OTHER = ("Noto Serif CJK JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", "MS Gothic")

_Style = dict[str, str]
_Point = tuple[float, float]


def pdf_bytes(pages: Sequence[Element], units_per_inch: float, title: str) -> bytes:
    """Pages as a PDF."""
    from matplotlib.backends.backend_pdf import PdfPages

    buffer = io.BytesIO()
    about = {"Title": title, "Creator": "Clinamen", "Producer": None, "CreationDate": None}
    with _quietly(), PdfPages(buffer, metadata=about) as file:
        for page in pages:
            file.savefig(_figure(page, units_per_inch))
    return buffer.getvalue()


def png_bytes(page: Element, units_per_inch: float) -> bytes:
    """A page as a PNG; coarser where it would be too long for one."""
    buffer = io.BytesIO()
    with _quietly():
        figure = _figure(page, units_per_inch)
        dpi = min(_DPI, _MOST_PIXELS / max(figure.get_size_inches()))
        figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": "Clinamen"})
    return buffer.getvalue()


class _quietly(warnings.catch_warnings):
    """A letter that no font here has shows as a box, and nobody is told for each."""

    def __enter__(self) -> Any:
        entered = super().__enter__()
        warnings.filterwarnings("ignore", message="Glyph")
        return entered


def _figure(page: Element, units_per_inch: float) -> Figure:
    from matplotlib.figure import Figure

    _, _, width, height = (float(each) for each in page.get("viewBox", "").split())
    figure = Figure(figsize=(width / units_per_inch, height / units_per_inch))
    _Drawing(figure, page, units_per_inch).draw()
    return figure


class _Drawing:
    """One page on its way into a figure, in points from the lower left."""

    def __init__(self, figure: Figure, page: Element, units_per_inch: float) -> None:
        from matplotlib.transforms import Affine2D

        self._figure = figure
        self._page = page
        self._scale = _POINTS_PER_INCH / units_per_inch
        height = float(page.get("viewBox", "").split()[3])
        self._to_inches = Affine2D().translate(0, -height).scale(1 / units_per_inch)
        self._to_inches = self._to_inches.scale(1, -1)
        self._fonts = {"sans": _installed(_SANS), "serif": _installed(_SERIF)}
        self._glyphs = {
            each.get("id", ""): [
                (_path(path.get("d", "")), _transform(path)) for path in each.iter("path")
            ]
            for defs in page.iter("defs")
            for each in defs
        }

    def draw(self) -> None:
        """All of the page."""
        from matplotlib.transforms import Affine2D

        for child in self._page:
            self._element(child, Affine2D(), {})

    def _element(self, element: Element, outer: Transform, inherited: Mapping[str, str]) -> None:
        if element.tag in ("defs", "title"):
            return
        style = {**inherited, **element.attrib}
        place = _transform(element) + outer
        if element.tag == "g":
            kept = {name: style[name] for name in _INHERITED if name in style}
            for child in element:
                self._element(child, place, kept)
        elif element.tag == "use":
            for path, own in self._glyphs.get(element.get("href", "").removeprefix("#"), ()):
                self._fill(path, own + place, {**style, "stroke": "none"})
        elif element.tag == "text":
            self._text(element, place, style)
        else:
            self._fill(_outline(element), place, style)

    def _fill(self, path: Path, place: Transform, style: _Style) -> None:
        from matplotlib.patches import PathPatch

        face, edge = _color(style, "fill"), _color(style, "stroke")
        if np.size(path.vertices) == 0 or (face == "none" and edge == "none"):
            return
        width = float(style.get("stroke-width", "1")) * self._scale
        patch = PathPatch(
            path,
            transform=place + self._to_inches + self._figure.dpi_scale_trans,
            facecolor=face,
            edgecolor=edge,
            linewidth=0 if edge == "none" else width,
        )
        self._figure.add_artist(patch)

    def _text(self, element: Element, place: Transform, style: _Style) -> None:
        # What has a place of its own is drawn there; what has not goes on where the last ended.
        for text, own in _runs(element, style):
            x, y = (place + self._to_inches).transform((float(own["x"]), float(own["y"])))
            anchor = {"middle": "center", "end": "right"}.get(own.get("text-anchor", ""), "left")
            self._figure.text(
                x,
                y,
                text,
                transform=self._figure.dpi_scale_trans,
                ha=anchor,
                va="baseline",
                color=_color(own, "fill"),
                fontsize=float(own.get("font-size", "405")) * self._scale,
                fontfamily=self._fonts["sans" if "sans" in own.get("font-family", "") else "serif"],
                fontweight=own.get("font-weight", "normal"),
                fontstyle=own.get("font-style", "normal"),
                parse_math=False,
            )


_INHERITED = ("color", "fill", "stroke", "font-family", "font-style", "font-weight")


def _runs(element: Element, style: _Style) -> Iterator[tuple[str, _Style]]:
    """Words of a text with the style that holds for them; all of one place are one run."""
    words: list[str] = []
    own = dict(style)
    pending = [element]
    while pending:
        each = pending.pop()
        # Verovio says 0 outside and the size inside.
        own.update({name: value for name, value in each.attrib.items() if value != "0"})
        words.append((each.text or "").strip("\n"))
        pending.extend(reversed(each))
    text = "".join(words)
    if text.strip():
        yield text, {"x": "0", "y": "0", **own}


def _installed(names: Sequence[str]) -> list[str]:
    from matplotlib.font_manager import fontManager

    there = {font.name for font in fontManager.ttflist}
    return [name for name in (*names, *_OTHER) if name in there]


def _color(style: Mapping[str, str], name: str) -> str:
    value = style.get(name, "currentColor" if name == "fill" else "none")
    return style.get("color", "#24222b") if value == "currentColor" else value


def _transform(element: Element) -> Affine2D:
    """Moves as SVG has them: the one that is named last is done first."""
    from matplotlib.transforms import Affine2D

    transform = Affine2D()
    for kind, given in reversed(_MOVE.findall(element.get("transform", ""))):
        numbers = [float(each) for each in _NUMBER.findall(given)]
        if kind == "translate":
            transform.translate(numbers[0], numbers[1] if len(numbers) > 1 else 0)
        else:
            transform.scale(numbers[0], numbers[-1])
    return transform


def _outline(element: Element) -> Path:
    from matplotlib.path import Path

    given = {name: element.get(name, "0") for name in ("x", "y", "width", "height")}
    if element.tag == "rect":
        x, y, width, height = (float(each) for each in given.values())
        return Path([(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)])
    if element.tag == "ellipse":
        center = float(element.get("cx", "0")), float(element.get("cy", "0"))
        radii = float(element.get("rx", "0")), float(element.get("ry", "0"))
        unit = Path.unit_circle()
        return Path(np.asarray(unit.vertices) * radii + center, unit.codes)
    if element.tag in ("polygon", "polyline"):
        numbers = [float(each) for each in _NUMBER.findall(element.get("points", ""))]
        points = np.array(numbers).reshape(-1, 2)
        return Path(points, closed=False) if len(points) else _empty()
    return _path(element.get("d", ""))


def _empty() -> Path:
    from matplotlib.path import Path

    return Path(np.empty((0, 2)))


def _path(description: str) -> Path:
    """The outline that a ``d`` describes: lines and curves, absolute or relative."""
    from matplotlib.path import Path

    code_of = {"M": Path.MOVETO, "C": Path.CURVE4, "S": Path.CURVE4, "Q": Path.CURVE3}
    points: list[_Point] = []
    codes: list[int] = []
    here, start, control = (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)
    for kind, numbers in _steps(description):
        name = kind.upper()
        if name == "Z":
            points.append(start)
            codes.append(int(Path.CLOSEPOLY))
            here = control = start
            continue
        ends = _ends(kind, numbers, here)
        if name == "S":
            ends.insert(0, (2 * here[0] - control[0], 2 * here[1] - control[1]))
        points += ends
        codes += [int(code_of.get(name, Path.LINETO))] * len(ends)
        here = ends[-1]
        # A smooth curve goes on as the curve before it came; after a line there is none.
        control = ends[-2] if name in "CS" else here
        start = here if name == "M" else start
    return Path(points, codes) if points else _empty()


def _ends(kind: str, numbers: Sequence[float], here: _Point) -> list[_Point]:
    """The points of a step, absolute."""
    x, y = here if kind.islower() else (0.0, 0.0)
    if kind in "Hh":
        return [(numbers[0] + x, here[1])]
    if kind in "Vv":
        return [(here[0], numbers[0] + y)]
    return [(a + x, b + y) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]


def _steps(description: str) -> Iterator[tuple[str, list[float]]]:
    for kind, given in _PATH.findall(description):
        numbers = [float(each) for each in _NUMBER.findall(given)]
        size = _N_ARGUMENTS[kind.upper()]
        if size == 0:
            yield kind, []
        for first in range(0, len(numbers) - size + 1, size or 1) if size else ():
            # After a move, further points are lines.
            is_line = kind in "Mm" and first
            yield ("l" if kind == "m" else "L") if is_line else kind, numbers[first : first + size]
