"""The map as picture and page: nothing of a song becomes markup, and every cell is told."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from tests.operations.atlas.small_atlas import a_plan, opened
from tests.operations.small_listener import small_listener

from clinamen.io.abc import read_abc
from clinamen.operations.atlas._atlas import Atlas
from clinamen.operations.atlas.hearing import hear_find, song_of
from clinamen.operations.atlas.map import AtlasMap, map_of
from clinamen.operations.atlas.page import map_page, song_title
from clinamen.operations.atlas.svg import map_svg_file
from clinamen.texts import LANGUAGES

HOSTILE = '</title><script>alert(1)</script>"&\u202e'
ABC = f"X:1\nT:{HOSTILE}\nM:4/4\nL:1/4\nK:F\nFGAB|cAFG|AGFA|F4|\n"


def hostile() -> AtlasMap:
    """Finds over a song that bears a name like no other."""
    plan = a_plan(source=ABC.encode(), name="tune.abc")
    atlas = Atlas.begun(plan)
    atlas.archive.merge(opened().archive)
    atlas.mine = atlas.mine.of(
        [(HOSTILE, "mine", tuple(np.array(atlas.archive.elites[0].measures)))], 8
    )
    return map_of(atlas, n_cells=6)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_a_song_becomes_markup(language: str) -> None:
    atlas_map = hostile()
    for text in (
        map_page(atlas_map, small_listener(), language=language),
        map_svg_file(atlas_map, language=language),
    ):
        assert "<script>alert" not in text
        assert "\u202e" not in text
        assert "{" not in re.sub(r"<(style|script)>.*?</\1>", "", text, flags=re.DOTALL)


def test_a_page_asks_for_nothing() -> None:
    page = map_page(hostile(), small_listener())
    assert "://" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "default-src 'none'" in page
    assert " style=" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_is_whole_and_says_what_it_is(language: str) -> None:
    atlas_map = hostile()
    root = ElementTree.fromstring(map_svg_file(atlas_map, language=language))
    assert root.get("role") == "img"
    assert root.get("aria-label")
    names = [each.get("class", "").split()[0] for each in root.iter() if each.get("class")]
    squares = atlas_map.x.n_cells * atlas_map.y.n_cells
    legend = 5  # The scale of the corpus.
    assert names.count("square") == squares + legend
    trodden = sum(
        bool(place.find) and not place.is_untrodden for place in atlas_map.places.values()
    )
    assert names.count("trodden") == trodden + 1
    assert names.count("mine") == 1 + 1


def test_every_cell_in_which_somebody_has_been_is_told_on_the_page() -> None:
    atlas_map = hostile()
    page = map_page(atlas_map, small_listener())
    found = set(re.findall(r'<article id="cell-(\d+)-(\d+)"', page))
    assert found == {(str(x + 1), str(y + 1)) for x, y in atlas_map.places}
    assert len(re.findall(r'<a class="place"', page)) == len(found)
    finds = [place for place in atlas_map.places.values() if place.find]
    assert page.count("<pre>") == len(finds)


def test_a_find_is_heard_again_by_who_speaks_to_people() -> None:
    atlas_map = map_of(opened(), n_cells=6)
    place = next(place for place in atlas_map.places.values() if place.find)
    assert place.find is not None
    tune, plan = place.find.elite.solution, atlas_map.atlas.plan
    heard = hear_find(plan, tune, str(song_title(atlas_map, place)), small_listener())
    assert heard.rows == tune.notes
    assert heard.song.title == f"4 bars in F major, 4/4 (atlas {place.name})"
    alone = small_listener().hear(heard.song.melody, target="joint").information_content
    assert heard.mean == pytest.approx(float(alone.mean()))
    assert heard.peak.startswith("Bar ")


def test_a_find_keeps_the_bars_and_leaves_the_words() -> None:
    words = ABC.replace(HOSTILE, "Song").replace("F4|\n", "F4|\nw:la la la la\n")
    plan = a_plan(source=words.encode(), name="tune.abc")
    assert any(note.lyric for note in plan.song.melody.notes)
    song = song_of(plan, opened().archive.elites[0].solution, "A find")
    assert not any(note.lyric for note in song.melody.notes)
    assert song.melody.bar_onsets == plan.song.melody.bar_onsets
    assert song.melody.keys == plan.song.melody.keys


def test_what_is_copied_is_the_find() -> None:
    atlas_map = map_of(opened(), n_cells=6)
    page = map_page(atlas_map, small_listener())
    texts = [
        each.replace("&amp;", "&") for each in re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)
    ]
    pitches = {tuple(note.pitch for note in read_abc(text.encode()).melody.notes) for text in texts}
    shown = {
        tuple(int(pitch) for pitch in place.find.elite.solution.columns[2])
        for place in atlas_map.places.values()
        if place.find
    }
    assert pitches == shown
