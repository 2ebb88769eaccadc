"""The map as SVG: who has been where, told apart by shape as well as colour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING

from clinamen.operations.atlas._words import (
    cell_words,
    measure_name,
    title_of,
    unit_name,
    who_words,
)
from clinamen.operations.text import decimal
from clinamen.texts import Message, say

if TYPE_CHECKING:
    from clinamen.operations.atlas.map import AtlasMap, Place

__all__ = ["legend_items", "map_svg", "map_svg_file", "place_label"]

CELL = 44
_LEFT, _TOP, _RIGHT, _FOOT = 84, 14, 14, 64
_HEAD, _LEGEND = 34, 140
_LEAST, _MOST = 4.0, 12.0
"""Radius of a find of quality 0 and of one of quality 1."""

_STEPS = (1, 3, 10, 30, 100)
"""From so many tunes on, a square is darker."""

_STYLE = """
:root { color-scheme: light dark; --card: #ffffff; --ink: #24222b; --soft: #5f5b66;
  --grid: #d9d3c6; --accent: #912b81; --find-ink: #ffffff; --mine: #0b6e8f;
  --p1: #f1ede4; --p2: #e2dccf; --p3: #cfc7b7; --p4: #b8af9d; --p5: #9d9482; }
@media (prefers-color-scheme: dark) { :root { --card: #1f1e25; --ink: #ece9e2; --soft: #aba6b0;
  --grid: #3b3944; --accent: #f0a3d8; --find-ink: #1f1e25; --mine: #6cc4e4;
  --p1: #2a2831; --p2: #37343f; --p3: #46434f; --p4: #585462; --p5: #6d6878; } }
"""
_SHAPES = """
.map text { fill: var(--soft); font: 12px ui-sans-serif, system-ui, "Noto Sans",
  "Noto Sans CJK JP", "DejaVu Sans", Arial, sans-serif; }
.map .back { fill: var(--card); } .map .axis-name { fill: var(--ink); font-size: 13px; }
.map .name { fill: var(--ink); font-size: 16px; font-weight: 600; }
.map .square { fill: none; stroke: var(--grid); } .map .p1 { fill: var(--p1); }
.map .p2 { fill: var(--p2); } .map .p3 { fill: var(--p3); } .map .p4 { fill: var(--p4); }
.map .p5 { fill: var(--p5); }
.map .find { fill: var(--accent); stroke: var(--card); stroke-width: 1.5; }
.map .trodden { fill: var(--card); stroke: var(--accent); stroke-width: 2; }
.map .mine { fill: var(--card); stroke: var(--mine); stroke-width: 2.5; }
.map .mark { fill: none; }
.map .rank { fill: var(--find-ink); font-weight: 700; }
.map .ring { fill: none; stroke: var(--accent); stroke-width: 2; stroke-dasharray: 3 2; }
"""

Wrap = Callable[["Place", str], str]
"""What is put around the picture of a cell: a link, for instance."""


def map_svg_file(atlas_map: AtlasMap, *, language: str = "en") -> str:
    """The picture as a file of its own, with a legend; light or dark as the viewer likes it."""
    return map_svg(atlas_map, language=language, style=_STYLE + _SHAPES, has_legend=True)


def map_svg(
    atlas_map: AtlasMap,
    *,
    language: str = "en",
    style: str = "",
    has_legend: bool = False,
    wrap: Wrap | None = None,
) -> str:
    """The picture.

    Parameters
    ----------
    style
        Of its own; a page has it in its style sheet.
    wrap
        What is put around a cell in which somebody has been.
    """
    width = _LEFT + CELL * atlas_map.x.n_cells + _RIGHT
    height = _TOP + CELL * atlas_map.y.n_cells + _FOOT
    above, below = (_HEAD, _LEGEND) if has_legend else (0, 0)
    around = f"{width}", f"{height + above + below}"
    legend = "".join(_legend(height, language)) if has_legend else ""
    if has_legend:
        legend += f'<text class="name" x="24" y="-8">{_name(atlas_map, language)}</text>'
    names = {"x": measure_name(atlas_map.x.name), "y": measure_name(atlas_map.y.name)}
    label = escape(say("atlas.picture", language, title=title_of(atlas_map), **names))
    inner = f"<style>{style}</style>" if style else ""
    role = "img" if wrap is None else "group"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" role="{role}" aria-label="{label}" '
        f'width="{around[0]}" height="{around[1]}" viewBox="0 {-above} {around[0]} {around[1]}">'
        f'{inner}<rect class="back" y="{-above}" width="{around[0]}" height="{around[1]}"/>'
        f"{''.join(_body(atlas_map, language, wrap))}{legend}</svg>"
    )


def _name(atlas_map: AtlasMap, language: str) -> str:
    return escape(say("atlas.page_title", language, title=title_of(atlas_map)))


def map_style() -> str:
    """What a page's style sheet needs for the picture."""
    return _STYLE + _SHAPES


def _body(atlas_map: AtlasMap, language: str, wrap: Wrap | None) -> Iterator[str]:
    for column in range(atlas_map.x.n_cells):
        for row in range(atlas_map.y.n_cells):
            place = atlas_map.places.get((column, row))
            drawn = "".join(_cell(atlas_map, column, row, place))
            yield drawn if wrap is None or place is None else wrap(place, drawn)
    yield from _axis_labels(atlas_map, language)


def _at(atlas_map: AtlasMap, column: int, row: int) -> tuple[int, int]:
    """Upper left corner of a cell; rows rise."""
    return _LEFT + CELL * column, _TOP + CELL * (atlas_map.y.n_cells - 1 - row)


def _cell(atlas_map: AtlasMap, column: int, row: int, place: Place | None) -> Iterator[str]:
    x, y = _at(atlas_map, column, row)
    shade = "" if place is None else _shade(place.n_corpus)
    yield f'<rect class="square{shade}" x="{x}" y="{y}" width="{CELL}" height="{CELL}"/>'
    if place is None:
        return
    middle = x + CELL / 2, y + CELL / 2
    if place.find is not None:
        yield from _find(place, place.find.elite.objective, *middle)
    if place.n_mine:
        yield _diamond(x + CELL - 9, y + 9)
    # What is pointed at: within the cell, as its neighbours are drawn over its edge.
    yield f'<rect class="mark" x="{x + 2}" y="{y + 2}" width="{CELL - 4}" height="{CELL - 4}"/>'


def _find(place: Place, quality: float, x: float, y: float) -> Iterator[str]:
    radius = _LEAST + (_MOST - _LEAST) * min(max(quality, 0.0), 1.0)
    kind = "find" if place.is_untrodden else "trodden"
    if place.rank is None:
        yield f'<circle class="{kind}" cx="{x}" cy="{y}" r="{radius:.1f}"/>'
        return
    yield f'<circle class="ring" cx="{x}" cy="{y}" r="16"/>'
    yield f'<circle class="find" cx="{x}" cy="{y}" r="12"/>'
    yield f'<text class="rank" x="{x}" y="{y + 4.5}" text-anchor="middle">{place.rank}</text>'


def _diamond(x: float, y: float) -> str:
    return f'<path class="mine" d="M{x} {y - 6}l6 6l-6 6l-6 -6z"/>'


def _shade(n_tunes: int) -> str:
    step = sum(n_tunes >= least for least in _STEPS)
    return f" p{step}" if step else ""


def _axis_labels(atlas_map: AtlasMap, language: str) -> Iterator[str]:
    right, bottom = (
        _LEFT + CELL * atlas_map.x.n_cells,
        _TOP + CELL * atlas_map.y.n_cells,
    )
    for place in range(0, atlas_map.x.n_cells + 1, 2):
        x = _LEFT + CELL * place
        edge = decimal(atlas_map.x.edges[place])
        yield f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{edge}</text>'
    for place in range(0, atlas_map.y.n_cells + 1, 2):
        y = bottom - CELL * place + 4
        edge = decimal(atlas_map.y.edges[place])
        yield f'<text x="{_LEFT - 8}" y="{y}" text-anchor="end">{edge}</text>'
    for name, middle, turn in (
        (0, ((_LEFT + right) / 2, bottom + 42), ""),
        (1, (22, (_TOP + bottom) / 2), ' transform="rotate(-90 22 {y})"'),
    ):
        measure = atlas_map.measures[name]
        text = Message("atlas.axis", name=measure_name(measure.name), unit=unit_name(measure))
        turned = turn.format(y=middle[1])
        yield (
            f'<text class="axis-name" x="{middle[0]}" y="{middle[1]}" text-anchor="middle"{turned}>'
            f"{escape(text.said(language))}</text>"
        )


def legend_items(language: str) -> Iterator[tuple[str, str]]:
    """Small pictures, 24 by 24, with what they stand for."""
    squares = "".join(
        f'<rect class="square p{step}" x="{(step - 1) * 5}" y="4" width="5" height="16"/>'
        for step in range(1, 6)
    )
    yield squares, say("atlas.legend.corpus", language)
    yield _diamond(12, 12), say("atlas.legend.mine", language)
    yield '<circle class="trodden" cx="12" cy="12" r="7"/>', say("atlas.legend.trodden", language)
    yield '<circle class="find" cx="12" cy="12" r="8"/>', say("atlas.legend.find", language)
    ranked = (
        '<circle class="ring" cx="12" cy="12" r="11"/><circle class="find" cx="12" cy="12" r="8"/>'
        '<text class="rank" x="12" y="16.5" text-anchor="middle">1</text>'
    )
    yield ranked, say("atlas.legend.rank", language)


def _legend(top: int, language: str) -> Iterator[str]:
    for place, (picture, text) in enumerate(legend_items(language)):
        yield (
            f'<g transform="translate(24 {top + 26 * place})">{picture}'
            f'<text x="34" y="16">{escape(text)}</text></g>'
        )


def place_label(atlas_map: AtlasMap, place: Place, language: str) -> str:
    """A cell in words, for those who do not see it."""
    parts = [Message("atlas.named", name=place.name), cell_words(atlas_map, place)]
    parts += list(who_words(place))
    if place.find is not None:
        parts.append(Message("atlas.has_find", quality=place.find.elite.objective))
    if place.rank is not None:
        parts.append(Message("atlas.has_rank", rank=place.rank))
    return say("join.list_sentences", language, parts=parts)
