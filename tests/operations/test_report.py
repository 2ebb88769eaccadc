"""The report is one safe, self-contained, complete page."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from fractions import Fraction
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.fakes import a_song, hear_fake

from clinamen.domains.music.notes import Note
from clinamen.operations.hear import describe_hearing
from clinamen.operations.report import html_report

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Elements in order, with attributes and text; fails on tags that do not match."""

    def __init__(self, source: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(source)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]


def report(*pitches: int, **fields: object) -> str:
    song = a_song(pitches, **fields) if pitches else a_song(**fields)  # type: ignore[arg-type]
    return html_report(describe_hearing(song, hear_fake(song)))


def with_words(words: list[str]) -> str:
    song = a_song()
    notes = tuple(
        Note(n.onset_quarters, n.duration_quarters, n.pitch, n.spelling, lyric=word)
        for n, word in zip(song.melody.notes, words, strict=False)
    )
    song = song.replace(melody=song.melody.replace(notes=notes, phrase_starts=()))
    return html_report(describe_hearing(song, hear_fake(song)))


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\x00\u202e'


def test_text_from_the_file_stays_text() -> None:
    page = report(title=HOSTILE, composer=HOSTILE, notices=(HOSTILE,), source=HOSTILE)
    found = Page(page)
    assert len(found.all("script")) == 1
    assert found.all("img") == []
    assert not any(name.startswith("on") for _, attrs in found.elements for name in attrs)
    assert "\x00" not in page
    assert "\u202e" not in page
    assert Page(with_words([HOSTILE] * 16)).all("img") == []


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(), max_size=40))
def test_any_title_gives_a_well_formed_page(title: str) -> None:
    report(60, 62, title=title, composer=title).encode("utf-8")
    Page(report(60, 62, title=title))


def test_nothing_is_loaded_from_anywhere() -> None:
    found = Page(report())
    for tag, attrs in found.elements:
        assert tag not in {"link", "iframe", "object", "embed", "base", "audio", "video", "img"}
        assert not {"src", "href", "srcset", "action", "style"} & set(attrs)
    style = "".join(found.texts["style"])
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_allows_this_style_and_this_script_only() -> None:
    found = Page(report())
    policy = next(
        str(attrs["content"])
        for attrs in found.all("meta")
        if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        digest = hashlib.sha256("".join(found.texts[tag]).encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy


def test_every_note_is_in_the_table_and_in_the_picture() -> None:
    page = report()
    found = Page(page)
    assert len([attrs for attrs in found.all("g") if attrs.get("class") == "n"]) == 16
    rows = re.findall(r'<tr><th scope="row">\d+</th>', page)
    assert len(rows) == 16
    hovers = re.findall(r"<title>(.*?bits, entropy.*?)</title>", page)
    assert len(hovers) == 16
    assert hovers[11].startswith("Eb5, bar 4, beat 2: 4.")


def test_pictures_are_well_formed_xml() -> None:
    for picture in re.findall(r"<svg.*?</svg>", report(), flags=re.S):
        ElementTree.fromstring(picture)


def test_every_heading_cell_has_a_scope_and_regions_have_names() -> None:
    found = Page(report())
    assert all(attrs.get("scope") in {"col", "row"} for attrs in found.all("th"))
    regions = [a for _, a in found.elements if a.get("role") == "region"]
    assert len(regions) == 2
    assert all(a.get("aria-label") and a.get("tabindex") == "0" for a in regions)
    for attrs in found.all("svg"):
        assert attrs.get("aria-label") or attrs.get("aria-hidden") == "true"
    assert found.all("html")[0]["lang"] == "en"


def test_words_of_the_report() -> None:
    page = report(composer="Anon", notices=("2 grace notes were dropped.",))
    assert "16 notes in 2 phrases, in C major, in 3/4 time." in page
    assert "2 grace notes were dropped." in page
    assert "The most surprising notes" in page
    assert "What would come next" in page
    assert "costs 1 bit" in page


def test_one_note_alone() -> None:
    page = report(60, pickup=Fraction(0))
    Page(page)
    assert "1 note, in C major" in page
    assert "there was next to no doubt" in page
    assert "The most surprising note<" in page


def test_a_long_song_is_wide_and_bounded() -> None:
    rng = np.random.default_rng(5)
    pitches = tuple(int(pitch) for pitch in rng.integers(55, 80, 3000))
    page = report(*pitches)
    width = max(int(value) for value in re.findall(r'<svg[^>]* width="(\d+)"', page))
    assert 5_000 < width <= 60_100
    assert len(page) < 4_000_000


def test_the_same_hearing_gives_the_same_page() -> None:
    assert report() == report()


def test_lyrics_stand_under_the_notes_without_touching() -> None:
    page = with_words(["la-", "incomprehensibilities", "unquestionably", "so"] * 4)
    places: dict[str, list[tuple[float, int]]] = {}
    for x, y, word in re.findall(r'class="lyric" x="([\d.]+)" y="([\d.]+)">([^<]+)<', page):
        places.setdefault(y, []).append((float(x), len(word)))
    assert len(places) == 3
    assert sum(len(row) for row in places.values()) == 16  # none is left out
    for row in places.values():
        for (x, letters), (after, _) in itertools.pairwise(sorted(row)):
            assert after >= x + 6 * letters


def test_a_word_under_a_marked_note_is_never_left_out() -> None:
    words = ["incomprehensibilities" * 5] * 16
    words[11] = "here"  # the most surprising note
    page = with_words(words)
    shown = re.findall(r'class="lyric" x="[\d.]+" y="[\d.]+">([^<]+)<', page)
    assert "here" in shown
    assert len(shown) < 16


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _themes() -> dict[str, dict[str, str]]:
    style = "".join(Page(report()).texts["style"])
    blocks = re.findall(r":root\s*\{([^}]*--paper[^}]*)\}", style)
    assert len(blocks) == 3
    themes = {}
    for name, block in zip(("light", "dark", "print"), blocks, strict=True):
        colors = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", block))
        themes[name] = {
            key: "#" + "".join(c * 2 for c in value[1:]) if len(value) == 4 else value
            for key, value in colors.items()
        }
    return themes


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "paper", 7.0),
        ("ink", "card", 7.0),
        ("soft", "paper", 4.5),
        ("soft", "card", 4.5),
        ("accent", "paper", 4.5),
        ("badge-ink", "badge", 4.5),
        ("entropy", "card", 3.0),
        ("edge", "card", 3.0),
    ],
)
def test_contrast_is_that_of_wcag_aa(theme: str, front: str, back: str, least: float) -> None:
    colors = _themes()[theme]
    high, low = sorted((_luminance(colors[front]), _luminance(colors[back])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= least


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_the_colour_scale_runs_one_way_in_lightness(theme: str) -> None:
    colors = _themes()[theme]
    lightness = [_luminance(colors[f"c{step}"]) for step in range(12)]
    assert lightness in (sorted(lightness), sorted(lightness, reverse=True))
