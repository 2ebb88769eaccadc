"""What there is to say of a map, in any language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from clinamen.operations.text import clean, percent
from clinamen.texts import Message

if TYPE_CHECKING:
    from clinamen.domains.music.tunes.measures import Measure
    from clinamen.operations.atlas.map import AtlasMap, Find, Place

__all__ = [
    "cell_words",
    "find_words",
    "lead_words",
    "measure_name",
    "novelty_words",
    "title_of",
    "unit_name",
    "who_words",
]


def measure_name(name: str) -> Message:
    """What a measure is called."""
    return Message(f"atlas.measure.{name}")


def unit_name(measure: Measure) -> Message:
    """What a measure counts."""
    return Message(f"atlas.unit.{measure.name}")


def title_of(atlas_map: AtlasMap) -> str:
    """The song, or that there is none."""
    plan = atlas_map.atlas.plan
    if not plan.source:
        return Message(
            "atlas.of_nothing", bars=plan.n_bars, key=clean(plan.key), meter=clean(plan.meter)
        )
    return clean(plan.song.title) or clean(plan.name)


def cell_words(atlas_map: AtlasMap, place: Place) -> Message:
    """Where a cell lies."""
    x, y = (atlas_map.span(which, at) for which, at in zip("xy", place.cell, strict=True))
    return Message(
        "atlas.cell",
        x=measure_name(atlas_map.x.name),
        y=measure_name(atlas_map.y.name),
        x_low=x[0], x_high=x[1], y_low=y[0], y_high=y[1],
    )  # fmt: skip


def who_words(place: Place) -> Iterator[Message]:
    """Who has been in a cell."""
    if not place.n_corpus and not place.n_mine:
        yield Message("atlas.nobody")
        return
    if place.n_corpus:
        titles = _named(place.corpus_titles)
        key = "atlas.corpus" if titles else "atlas.corpus_untitled"
        yield Message(key, n=place.n_corpus, **({"titles": titles} if titles else {}))
    if place.n_mine:
        titles = _named(place.my_titles)
        yield Message("atlas.mine", n=place.n_mine, titles=titles)
    else:
        yield Message("atlas.not_mine")


def _named(titles: Sequence[str]) -> list[Message]:
    """Titles, which come from files of strangers."""
    return [Message("atlas.title", title=clean(title)) for title in titles]


def novelty_words(find: Find) -> Iterator[Message]:
    """How new a find is, twice."""
    if find.new_for_me is not None:
        yield Message("atlas.new_for_me", far=find.new_for_me)
    if find.new_for_corpus is not None and find.rarer_than is not None:
        share = percent(find.rarer_than)
        yield Message("atlas.new_for_corpus", far=find.new_for_corpus, share=share)


def find_words(find: Find) -> Message:
    """How good a find is, and who made it."""
    origin = find.elite.origin
    known = origin in ("variation", "chance", "crossing", "evolution")
    maker = (
        Message(f"atlas.origin.{origin}")
        if known
        else Message("atlas.origin.unknown", name=clean(origin))
    )
    return Message("atlas.quality", quality=find.elite.objective, maker=maker)


def lead_words(atlas_map: AtlasMap) -> Iterator[Message]:
    """What the map shows, in a few sentences."""
    atlas, places = atlas_map.atlas, atlas_map.places.values()
    yield Message("atlas.counted", n=atlas.n_evaluations, elites=len(atlas.archive))
    n_cells = atlas_map.x.n_cells * atlas_map.y.n_cells
    n_corpus = sum(bool(place.n_corpus) for place in places)
    n_mine = sum(bool(place.n_mine) for place in places)
    yield Message("atlas.everyone", n=n_corpus, total=n_cells, tunes=len(atlas_map.corpus))
    if len(atlas.mine):
        yield Message("atlas.always", n=n_mine, songs=len(atlas.mine))
    else:
        yield Message("atlas.no_songs")
    n_new = sum(place.is_untrodden for place in places)
    yield Message("atlas.untrodden", n=n_new)
