"""Which bars a wish is about."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.operations.fakes import a_song

import clinamen
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.notes import Section, Song
from clinamen.errors import MissingError
from clinamen.operations.fish._choosing import chosen_bars
from clinamen.operations.fish.fishing import FishRequest, _passage
from clinamen.operations.fish.passage import passage_of
from clinamen.operations.fish.wish import parse_wish
from clinamen.texts import LANGUAGES, Message

BAR = 3 * 10080


def sung(*labels: str) -> Song:
    """Two bars of 3/4 for each section, without a pickup."""
    pitches = tuple(60 + place % 7 for place in range(6 * len(labels)))
    sections = tuple(Section(Fraction(6 * place), label) for place, label in enumerate(labels))
    return a_song(pitches, pickup=Fraction(0), sections=sections)


@pytest.mark.parametrize(
    ("labels", "wish", "bars"),
    [
        (("Verse 1", "Chorus", "Bridge", "Chorus"), "a bridge", (5, 6)),
        (("Verse 1", "Chorus", "Bridge", "Chorus"), "a chorus", (3, 4)),
        (("Intro", "Verse", "Outro"), "an ending", (5, 6)),
        (("Aメロ", "サビ"), "サビ", (3, 4)),
        (("phiên khúc", "điệp khúc"), "điệp khúc", (3, 4)),
        (("A", "A", "B", "A"), "a bridge", (5, 6)),
        (("A", "B", "A", "B", "C", "B"), "a bridge", (9, 10)),
        (("A", "B", "A", "B", "C", "B"), "a chorus", (3, 4)),
        (("A", "B", "A"), "a verse", (1, 2)),
        (("A", "B", "A"), "an ending", (5, 6)),
        (("A", "A", "A", "A"), "a bridge", (5, 6)),  # Nothing tells: the third quarter.
        (("A", "A", "A", "A"), "the beginning", (1, 2)),
        (("A", "A", "A", "A"), "the middle", (3, 6)),
        (("A", "A", "A", "A"), "bars 2-3", (2, 3)),
        (("A", "A", "A", "A"), "anything", (1, 8)),
    ],
)
def test_the_bars_of_a_part(labels: tuple[str, ...], wish: str, bars: tuple[int, int]) -> None:
    found = passage_of(sung(*labels), parse_wish(wish))
    assert (found.first_bar, found.last_bar) == bars
    assert (found.first_tick, found.end_tick) == ((bars[0] - 1) * BAR, bars[1] * BAR)
    assert isinstance(found.why, Message)
    assert len({found.why.said(language) for language in LANGUAGES}) == len(LANGUAGES)


def test_a_pickup_is_bar_0() -> None:
    found = passage_of(a_song(), parse_wish("everything"))
    assert (found.first_bar, found.first_tick) == (0, 0)
    assert found.end_tick >= to_ticks(a_song().melody.end_quarters)
    first = passage_of(a_song(), parse_wish("bar 1"))
    assert (first.first_tick, first.end_tick) == (10080, 10080 + BAR)


def test_bars_that_are_not_there_are_refused() -> None:
    with pytest.raises(MissingError, match="no bars 9 to 99; there are 1 to 8"):
        passage_of(sung("A", "A", "A", "A"), parse_wish("bars 9-99"))


def test_a_whole_passage_holds_every_note() -> None:
    song = clinamen.read("examples/ode_to_joy.musicxml")
    found = passage_of(song, parse_wish(""))
    assert all(found.holds(to_ticks(note.onset_quarters)) for note in song.melody.notes)


def test_of_a_long_song_a_part_is_fished_and_the_next_search_takes_another() -> None:
    song, listener = sung(*"ABCDEFGHIJKL"), clinamen.load_listener("songs_quick")
    wish = parse_wish("anything")
    parts = [
        chosen_bars(song, passage_of(song, wish), listener, locks, turn)
        for locks, turn in (((), 0), ((), 1), (("1-24",), 1))
    ]
    assert len(set(parts[:2])) == 2
    for low, high in parts:
        found = passage_of(song, wish, (low, high))
        assert high - low == 11
        assert 1 <= low < high <= 24
        assert (found.first_tick, found.end_tick) == ((low - 1) * BAR, high * BAR)
        assert "where a break would tell most" in found.why


@pytest.mark.parametrize(("wish", "n_bars"), [("", 12), ("bars 2-24", 23), ("the chorus", 12)])
def test_only_named_bars_may_be_more_than_can_be_taken_in(wish: str, n_bars: int) -> None:
    song = sung(*"AAAAAAAAAAAA")
    song = song.replace(sections=(Section(Fraction(0), "chorus"),)) if wish else song
    request = FishRequest("x", wish, listener="songs_quick")
    passage, part = _passage(song, parse_wish(wish), request, 0)
    assert passage.last_bar - passage.first_bar + 1 == n_bars
    assert (part is None) == wish.startswith("bars")
