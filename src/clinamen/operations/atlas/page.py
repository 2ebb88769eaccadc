"""The map as a page: one file that opens offline, to look at, to listen to and to take from.

Everything that comes from a song is escaped; nothing is loaded from elsewhere, and no sound
starts by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.tunes.measures import MEASURES
from clinamen.io.abc import write_abc
from clinamen.operations._one_page import one_page
from clinamen.operations.atlas._words import (
    cell_words,
    find_words,
    lead_words,
    measure_name,
    novelty_words,
    title_of,
    unit_name,
    who_words,
)
from clinamen.operations.atlas.hearing import HeardFind, hear_find
from clinamen.operations.atlas.svg import legend_items, map_style, map_svg, place_label
from clinamen.operations.story._tell_ears import Heard
from clinamen.operations.story._tell_picture import draft_svg, play_data
from clinamen.texts import Message, say

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.operations.atlas.map import AtlasMap, Find, Place
    from clinamen.search.archive import Axis

__all__ = ["map_page", "song_title"]

_HEADS = ("cell", "corpus", "mine", "quality", "new_for_me", "new_for_corpus", "worth")


def map_page(atlas_map: AtlasMap, listener: Listener, *, language: str = "en") -> str:
    """The page.

    Parameters
    ----------
    listener
        Hears every find once more: what is said of surprise is said by this one.
    language
        One of `clinamen.texts.LANGUAGES`.
    """
    return _Page(atlas_map, listener, language).html()


def song_title(atlas_map: AtlasMap, place: Place) -> str:
    """What a find is called when it becomes a song."""
    return Message("atlas.song_title", title=title_of(atlas_map), name=place.name)


@cache
def _asset(package: str, name: str) -> str:
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")


class _Page:
    def __init__(self, atlas_map: AtlasMap, listener: Listener, language: str) -> None:
        self._map = atlas_map
        self._listener = listener
        self._language = language

    def html(self) -> str:
        """All of it."""
        title = title_of(self._map)
        style = _asset("clinamen.operations", "report.css") + map_style()
        style += _asset("clinamen.operations.atlas", "atlas.css")
        script = _asset("clinamen.operations.story", "tell.js")
        script += _asset("clinamen.operations.atlas", "atlas.js")
        lead = "".join(f"<li>{self._words(each)}</li>" for each in lead_words(self._map))
        body = (
            f'<header>\n<p class="kicker">{self._t("atlas.kicker")}</p>\n'
            f"<h1><bdi>{self._words(title)}</bdi></h1>\n"
            f'<ul class="told">{lead}</ul></header>\n<main>\n'
            f"{self._chart()}{self._worth_going()}{self._table()}"
            f'<p class="explained">{self._t("atlas.explained")}</p>'
            f"</main>\n<footer><p>{self._t('atlas.made')}</p></footer>"
        )
        name = self._said("atlas.page_title", title=title)
        return one_page(name, body, style=style, script=script, language=self._language)

    @property
    def _axes(self) -> tuple[Axis, Axis]:
        return self._map.x, self._map.y

    def _said(self, key: str, **values: object) -> str:
        return say(key, self._language, **values)

    def _t(self, key: str, **values: object) -> str:
        return escape(self._said(key, **values))

    def _words(self, words: str) -> str:
        return escape(words.said(self._language) if isinstance(words, Message) else words)

    def _chart(self) -> str:
        picture = map_svg(self._map, language=self._language, wrap=self._link)
        legend = "".join(
            f'<span><svg class="map key" width="24" height="24" aria-hidden="true">{drawn}</svg> '
            f"{escape(text)}</span>"
            for drawn, text in legend_items(self._language)
        )
        places = "\n".join(self._article(place) for place in self._ordered())
        return (
            f'<section><h2>{self._t("atlas.map")}</h2><p class="help">{self._t("atlas.help")}</p>'
            f'<div class="atlas"><figure class="chart"><div class="scroll">{picture}</div>'
            f'<figcaption class="legend">{legend}</figcaption></figure>\n'
            f'<div class="places">{places}</div></div></section>\n'
        )

    def _ordered(self) -> list[Place]:
        """What is worth going first, then the other finds, then where there are none."""
        return sorted(self._map.places.values(), key=_order)

    def _link(self, place: Place, drawn: str) -> str:
        label = escape(place_label(self._map, place, self._language))
        column, row = place.cell
        return (
            f'<a class="place" href="#{_anchor(place)}" data-x="{column}" data-y="{row}" '
            f'aria-label="{label}">{drawn}</a>'
        )

    def _article(self, place: Place) -> str:
        name = self._said("atlas.named", name=place.name).rstrip(".。")
        rank = "" if place.rank is None else f' <span class="number">{place.rank}</span>'
        who = "".join(f"<p>{self._words(each)}</p>" for each in who_words(place))
        find = f"<p>{self._t('atlas.no_find')}</p>" if place.find is None else self._find(place)
        return (
            f'<article id="{_anchor(place)}" class="place-told" tabindex="-1">'
            f"<h3>{escape(name)}{rank}</h3>"
            f"<p>{self._words(cell_words(self._map, place))}</p>{who}{find}</article>"
        )

    def _find(self, place: Place) -> str:
        assert place.find is not None
        find = place.find
        heard = self._heard(place, find)
        told = [find_words(find), *novelty_words(find), Message("atlas.heard", bits=heard.mean)]
        facts = "".join(f"<p>{self._words(each)}</p>" for each in told)
        peak = (
            f"<p><b>{self._t('atlas.peak')}</b>: {self._words(heard.peak)}</p>"
            if heard.peak
            else ""
        )
        return f"{self._figure(place, heard)}{facts}{peak}{self._measures(find)}{self._abc(heard)}"

    def _heard(self, place: Place, find: Find) -> HeardFind:
        title = song_title(self._map, place)
        said = title.said(self._language) if isinstance(title, Message) else title
        plan = self._map.atlas.plan
        return hear_find(plan, find.elite.solution, said, self._listener)

    def _figure(self, place: Place, heard: HeardFind) -> str:
        rows = heard.rows
        bits = heard.result.expectation.information_content
        curve = tuple((row[0], float(cost)) for row, cost in zip(rows, bits, strict=True))
        if not rows:
            return ""
        drawn = Heard(heard.song, rows, curve, ())
        label = self._said("atlas.notes", name=place.name)
        return (
            f'<figure class="draft">{draft_svg(drawn, label)}<figcaption>'
            f"{self._player(place, drawn)}{self._copier(place)}</figcaption></figure>"
        )

    def _player(self, place: Place, drawn: Heard) -> str:
        labels = (
            self._t("atlas.play_find", name=place.name),
            self._t("atlas.stop_find", name=place.name),
        )
        data = "".join(f' data-{key}="{value}"' for key, value in play_data(drawn).items())
        play, stop = self._t("atlas.play"), self._t("atlas.stop")
        return (
            f'<button type="button" class="play" hidden aria-label="{labels[0]}" '
            f'data-play="{play}" data-stop="{stop}" data-play-label="{labels[0]}" '
            f'data-stop-label="{labels[1]}"{data}>{play}</button>'
        )

    def _copier(self, place: Place) -> str:
        return (
            f'<button type="button" class="copy" hidden data-copied="{self._t("atlas.copied")}" '
            f'aria-label="{self._t("atlas.copy_find", name=place.name)}">'
            f"{self._t('atlas.copy')}</button>"
        )

    def _measures(self, find: Find) -> str:
        rows = []
        for measure, value in zip(MEASURES, find.elite.measures, strict=True):
            name = self._words(measure_name(measure.name)).capitalize()
            unit = f'<span class="from">{self._words(unit_name(measure))}</span>'
            rows.append(f"<div><dt>{name}</dt><dd>{value:.2f} {unit}</dd></div>")
        return f'<dl class="facts">{"".join(rows)}</dl>'

    def _abc(self, heard: HeardFind) -> str:
        text = write_abc(heard.song).decode("utf-8")
        return (
            f"<details><summary>{self._t('atlas.abc')}</summary><pre>{escape(text)}</pre></details>"
        )

    def _worth_going(self) -> str:
        head = f"<h2>{self._t('atlas.worth_going')}</h2>"
        if not self._map.worth_going:
            return f"<section>{head}<p>{self._t('atlas.nothing_worth')}</p></section>\n"
        items = "".join(self._worth(place) for place in self._map.worth_going)
        return f'<section>{head}<ol class="moments">{items}</ol></section>\n'

    def _worth(self, place: Place) -> str:
        assert place.find is not None
        told = [cell_words(self._map, place), find_words(place.find), *novelty_words(place.find)]
        name = escape(self._said("atlas.named", name=place.name))
        return (
            f'<li><span class="number" aria-hidden="true">{place.rank}</span><span>'
            f'<a class="to-place" href="#{_anchor(place)}">{name}</a> '
            f"{' '.join(self._words(each) for each in told)}</span></li>"
        )

    def _table(self) -> str:
        axes = [self._words(measure_name(axis.name)).capitalize() for axis in self._axes]
        named = [self._t(f"atlas.head.{name}") for name in _HEADS]
        heads = f'<th scope="col">{named[0]}</th>' + "".join(
            f'<th scope="col" class="num">{name}</th>' for name in (*axes, *named[1:])
        )
        rows = "".join(self._row(place) for place in self._ordered())
        return (
            f'<section><h2>{self._t("atlas.all_cells")}</h2><div class="scroll table-scroll" '
            f'tabindex="0" role="region" aria-label="{self._t("atlas.table_scrolls")}"><table>'
            f"<caption>{self._t('atlas.table')}</caption><thead><tr>{heads}</tr></thead>"
            f"<tbody>{rows}</tbody></table></div></section>\n"
        )

    def _row(self, place: Place) -> str:
        x, y = (self._map.span(which, at) for which, at in zip("xy", place.cell, strict=True))
        cells = [f"{x[0]:.2f}–{x[1]:.2f}", f"{y[0]:.2f}–{y[1]:.2f}"]
        cells += [f"{place.n_corpus:,}", f"{place.n_mine:,}", *_figures(place.find)]
        told = "".join(f'<td class="num">{cell}</td>' for cell in cells)
        return (
            f'<tr><th scope="row"><a class="to-place" href="#{_anchor(place)}">{place.name}</a>'
            f"</th>{told}</tr>"
        )


def _figures(find: Find | None) -> Iterator[str]:
    if find is None:
        yield from ("", "", "", "")
        return
    for value in (find.elite.objective, find.new_for_me, find.new_for_corpus, find.worth):
        yield "" if value is None else f"{value:.2f}"


def _order(place: Place) -> tuple[float, float, tuple[int, int]]:
    worth = -1.0 if place.find is None else place.find.worth
    return place.rank or np.inf, -worth, place.cell


def _anchor(place: Place) -> str:
    return f"cell-{place.cell[0] + 1}-{place.cell[1] + 1}"
