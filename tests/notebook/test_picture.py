"""The still picture: all of the song is in it, and no text of a stranger is more than text."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.notebook._picture import picture
from clinamen.operations.text import clean

HOSTILE = '</text></svg><script>alert(1)</script><img src=x onerror="alert(2)">&amp;'
TEXT = st.text(max_size=20).map(clean)


def a_song(lyric: str = "", symbol: str = "C", n_notes: int = 3) -> dict[str, Any]:
    """As `song_view` has it."""
    return {
        "ticks_per_quarter": 4,
        "end": 4 * n_notes,
        "notes": [[4 * i, 4, 60 + i, lyric] for i in range(n_notes)],
        "bars": [0],
        "chords": [{"onset": 0, "symbol": symbol}],
    }


def heard(bits: list[float | None]) -> dict[str, Any]:
    """As `hearing_view` has it."""
    curve = {"bits": bits, "entropy": [1.0] * len(bits)}
    harmony = {"onsets": [0], "durations": [12], "bits": [2.0], "entropy": [None]}
    return {"melody": curve, "rhythm": curve, "harmony": harmony}


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def shapes(svg: str, name: str) -> list[dict[str, str]]:
    return [each.attrib for each in drawn(svg).iter(f"{{http://www.w3.org/2000/svg}}{name}")]


@settings(deadline=None)
@given(TEXT, TEXT, TEXT)
def test_text_stays_text(title: str, lyric: str, symbol: str) -> None:
    svg = picture(title, a_song(lyric, symbol), heard([1.0, 2.0, 3.0]))
    texts = [each.text or "" for each in drawn(svg).iter() if each.tag.endswith("text")]
    assert texts[:2] == [title, symbol]
    assert texts.count(lyric) >= (3 if lyric else 0)


def test_hostile_text_makes_no_element() -> None:
    svg = picture(HOSTILE, a_song(HOSTILE, HOSTILE), heard([1.0, 2.0, 3.0]))
    elements = list(drawn(svg).iter())
    assert {each.tag.partition("}")[2] for each in elements} == {"svg", "rect", "path", "text"}
    names = {name for each in elements for name in each.attrib}
    assert not {
        name for name in names if name.startswith("on") or "href" in name or name == "style"
    }
    assert drawn(svg).attrib["aria-label"].startswith(HOSTILE)


def test_notes_and_curves_are_where_they_belong() -> None:
    svg = picture("A", a_song(), heard([0.0, 4.0, 8.0]))
    paper, *rects = shapes(svg, "rect")
    # Three notes, three bars for each of melody and rhythm, one for the chord.
    assert len(rects) == 3 + 3 + 3 + 1
    notes, melody = rects[:3], rects[3:6]
    assert [float(a["y"]) - float(b["y"]) for a, b in pairwise(notes)] == [7, 7]
    assert [each["x"] for each in notes] == [each["x"] for each in melody]
    heights = [float(each["height"]) for each in melody]
    assert heights == pytest.approx([0, heights[2] / 2, heights[2]])
    assert len({each["fill"] for each in notes}) == 3
    assert [each["fill"] for each in notes] == [each["fill"] for each in melody]
    width = float(paper["width"])
    assert all(float(each["x"]) + float(each["width"]) <= width for each in rects)


def test_what_was_impossible_is_as_high_as_there_is() -> None:
    svg = picture("A", a_song(), heard([1.0, None, 8.0]))
    melody = shapes(svg, "rect")[4:7]
    assert melody[1]["height"] == melody[2]["height"]


def test_a_song_without_notes_is_drawn() -> None:
    song = {**a_song(n_notes=0), "end": 12}
    svg = picture("A", song, {"melody": None, "rhythm": None, "harmony": heard([])["harmony"]})
    assert len(shapes(svg, "rect")) == 2
