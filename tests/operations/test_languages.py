"""What the studio says of a song is said in every language, and nothing of it stays English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import clinamen
from clinamen.operations.making_view import places_view, sculpture_view
from clinamen.operations.sculpt import sculpt
from clinamen.operations.song_hearing import hear_song
from clinamen.operations.song_view import (
    chord_view,
    hearing_view,
    note_view,
    song_view,
    swerve_view,
)
from clinamen.operations.swerve import SwerveRequest, propose_places, swerve
from clinamen.texts import LANGUAGES, in_language

OTHERS = LANGUAGES[1:]

# What is no word: notes, chords and numerals, places, numbers, and names of tunes.
_SYMBOL = re.compile(
    r"([A-G][#b]*-?\d*(maj|min|dim|aug|sus|add|no|m|o|%|\+|-)?[\d#b()/A-Gsuadj+-]*"
    r"|[#b]*[IViv]+[\w/()#+°ø]*|[\d.,:%+-]+)"
)
_TITLE = re.compile(r"“[^”]*”|「[^」]*」|\([^)]*\)|（[^）]*）")
_ENGLISH = re.compile(
    r"\b(the|of|and|with|was|were|is|after|before|note|notes|bar|bars|beat|chord|degree|bits"
    r"|third|fifth|quarter|eighth|half|up|down|leaps|steps|major|minor|here|cost)\b",
    re.IGNORECASE,
)


@cache
def listener() -> Any:
    return clinamen.load_listener()


@cache
def hearing(name: str) -> Any:
    return hear_song(clinamen.read(f"examples/{name}"), listener())


@cache
def views() -> dict[str, Any]:
    """Everything that the studio shows of songs with and without chords, pickups and words."""
    found: dict[str, Any] = {}
    for name in ("harbour_light.musicxml", "amazing_grace_played.mid", "knots.abc"):
        heard = hearing(name)
        found[name] = [hearing_view(heard), song_view(heard.song)["notices"]]
        found[name] += [note_view(heard, each) for each in range(len(heard.melody.expectation))]
        if heard.harmony is not None:
            found[name] += [chord_view(heard, n) for n in range(len(heard.harmony.harmony))]
    song = hearing("harbour_light.musicxml").song
    found["places"] = places_view(propose_places(song, listener()))
    found["sculpture"] = sculpture_view(sculpt(song, listener()))
    for kind in ("pitch", "rhythm", "silence", "harmony"):
        request = SwerveRequest("10.1", kind=kind, strength="shocking", n=3)
        variants = swerve_view(swerve(song, request, listener=listener()))
        for each in variants["variants"]:
            del each["song"]
        found[kind] = variants
    return found


# Names of things, which no reader sees.
_HIDDEN = (
    "kind",
    "target",
    "memory",
    "symbols",
    "numerals",
    "names",
    "place",
    "degrees",
    "composer",
)


def texts(data: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in _HIDDEN:
                yield from texts(value, f"{where}/{key}")
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from texts(value, f"{where}/{number}")
    elif isinstance(data, str):
        yield where, data


def is_symbol(text: str) -> bool:
    return all(_SYMBOL.fullmatch(word) for word in text.split())


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_stays_english(language: str) -> None:
    english = dict(texts(views()))
    other = dict(texts(in_language(views(), language)))
    assert other.keys() == english.keys()
    assert len(english) > 1000
    for where, text in other.items():
        if is_symbol(english[where]):
            continue
        assert text != english[where], where
        assert not _ENGLISH.search(_TITLE.sub("", text)), (where, text)


@pytest.mark.parametrize("language", OTHERS)
def test_notes_chords_and_figures_are_the_same_in_every_language(language: str) -> None:
    """What cannot be translated is neither lost nor made up: names of notes and places."""
    note = re.compile(r"(?<![A-Za-z0-9])[A-G][#b]?\d(?![A-Za-z0-9])")
    other = dict(texts(in_language(views(), language)))
    for where, text in texts(views()):
        assert sorted(note.findall(text)) == sorted(note.findall(other[where])), where


def test_english_is_what_a_terminal_shows() -> None:
    assert in_language(views(), "en") == views()
