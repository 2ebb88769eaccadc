"""Sections from what comes back: built forms are found, and laws hold for any song."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.io.songs import songs

from clinamen.domains.music import sections as module
from clinamen.domains.music._bar_likeness import bar_likeness
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    MeterChange,
    Note,
    Section,
    Song,
)
from clinamen.domains.music.sections import MOST_BARS, find_sections, with_sections

BAR = 4


def phrase(seed: int, n_bars: int = 8) -> list[tuple[Fraction, Fraction, int]]:
    """Onset, length and pitch of random notes that fill bars of 4/4."""
    rng = np.random.default_rng(seed)
    rows = []
    for bar in range(n_bars):
        onset = Fraction(BAR * bar)
        while onset < BAR * (bar + 1):
            length = min(Fraction(int(rng.integers(1, 5)), 2), BAR * (bar + 1) - onset)
            rows.append((onset, length, int(rng.integers(60, 73))))
            onset += length
    return rows


def built(form: str, *, seed: int = 0, up: int = 0, key: Key | None = None) -> Song:
    """One random phrase of eight bars for each letter of a form."""
    notes = tuple(
        Note(32 * place + onset, length, pitch + up)
        for place, letter in enumerate(form)
        for onset, length, pitch in phrase(1000 * seed + ord(letter))
    )
    keys = (KeyChange(Fraction(0), key),) if key else ()
    return Song(Melody(notes, keys=keys))


def told(song: Song) -> list[tuple[int, str]]:
    """First bars, from 0, and letters."""
    return [(int(each.onset_quarters) // BAR, each.label) for each in find_sections(song)]


SEEDS = st.integers(0, 10_000)


@settings(deadline=None, max_examples=25)
@given(SEEDS)
def test_aaba_of_random_phrases_is_found(seed: int) -> None:
    assert told(built("AABA", seed=seed)) == [(0, "A"), (8, "A"), (16, "B"), (24, "A")]


@settings(deadline=None, max_examples=25)
@given(SEEDS)
def test_abac_of_random_phrases_is_found(seed: int) -> None:
    assert told(built("ABAC", seed=seed)) == [(0, "A"), (8, "B"), (16, "A"), (24, "C")]


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.integers(1, 20))
def test_what_does_not_come_back_is_one_section(seed: int, n_phrases: int) -> None:
    form = "".join(chr(65 + place) for place in range(n_phrases))
    assert told(built(form, seed=seed)) == [(0, "A")]


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.sampled_from(["AABA", "ABAC", "ABABCAB"]), st.integers(-7, 7))
def test_transposing_changes_nothing(seed: int, form: str, up: int) -> None:
    plain = find_sections(built(form, seed=seed))
    assert find_sections(built(form, seed=seed, up=up)) == plain
    key = next(Key(n) for n in range(-6, 6) if (7 * n) % 12 == up % 12)
    in_c = find_sections(built(form, seed=seed, key=Key(0)))
    assert find_sections(built(form, seed=seed, up=up, key=key)) == in_c


@settings(deadline=None, max_examples=60)
@given(songs())
def test_sections_of_any_song_follow_each_other_from_the_start(song: Song) -> None:
    found = find_sections(song)
    assert find_sections(song) == found
    if not (song.melody.notes or song.chords):
        return
    onsets = [each.onset_quarters for each in found]
    assert onsets[0] == 0
    assert onsets == sorted(set(onsets))
    assert set(onsets) <= {Fraction(0), *song.melody.bar_onsets}
    letters = list(dict.fromkeys(each.label for each in found))
    assert letters == [chr(65 + place) for place in range(len(letters))]


def test_a_verse_in_a_new_key_is_the_same_verse_where_the_file_says_so() -> None:
    song = built("AABA")
    notes = tuple(
        note if note.onset_quarters < 96 else Note(note.onset_quarters, note.duration_quarters, p)
        for note in song.melody.notes
        for p in [note.pitch + 1]
    )
    keys = (KeyChange(Fraction(0), Key(0)), KeyChange(Fraction(96), Key(-5)))
    assert told(Song(Melody(notes, keys=keys)))[-1] == (24, "A")
    assert told(Song(Melody(notes, keys=keys[:1])))[-1] == (16, "B")


def test_chords_alone_have_sections_and_chords_part_verses() -> None:
    verse = ["C", "Am", "F", "G", "Em", "Am", "Dm", "G"]
    bridge = ["Eb", "Bb", "Ab", "Db", "Gb", "B", "E", "A"]
    bars = list(enumerate(verse + verse + bridge + verse))
    chords = tuple(ChordSymbol(Fraction(4 * bar), name) for bar, name in bars)
    song = Song(Melody((), end_quarters=Fraction(128)), chords=chords)
    assert told(song) == [(0, "A"), (8, "A"), (16, "B"), (24, "A")]


def test_a_pickup_belongs_to_the_first_section() -> None:
    whole = built("AABA").melody
    rows = [(note.onset_quarters + 1, note.duration_quarters, note.pitch) for note in whole.notes]
    notes = tuple(Note(*row) for row in [(Fraction(0), Fraction(1), 60), *rows])
    found = find_sections(Song(Melody(notes, meters=whole.meters, pickup_quarters=Fraction(1))))
    assert [int(each.onset_quarters) for each in found] == [0, 33, 65, 97]


def test_the_same_rhythm_throughout_is_no_sign() -> None:
    rng = np.random.default_rng(3)
    phrases = {letter: rng.integers(60, 73, 32).tolist() for letter in "AB"}
    pitches = [pitch for letter in "AABA" for pitch in phrases[letter]]
    notes = [Note(Fraction(place), Fraction(1), pitch) for place, pitch in enumerate(pitches)]
    assert told(Song(Melody(tuple(notes)))) == [(0, "A"), (8, "A"), (16, "B"), (24, "A")]


def test_silence_says_nothing() -> None:
    notes = (Note(Fraction(0), Fraction(1), 60), Note(Fraction(396), Fraction(1), 67))
    assert told(Song(Melody(notes))) == [(0, "A")]


@pytest.mark.parametrize(("n_bars", "n_sections"), [(MOST_BARS, 64), (MOST_BARS + 1, 1)])
def test_a_song_beyond_the_cap_is_one_section(n_bars: int, n_sections: int) -> None:
    notes = tuple(Note(Fraction(bar), Fraction(1), 60 + bar % 16) for bar in range(4 * n_bars))
    assert len(find_sections(Song(Melody(notes)))) == n_sections


def test_the_cap_is_what_keeps_a_hostile_song_from_being_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "bar_likeness", lambda *_: pytest.fail("compared"))
    notes = (Note(Fraction(0), Fraction(1), 60), Note(Fraction(400_000), Fraction(1), 60))
    assert len(find_sections(Song(Melody(notes)))) == 1


def test_bars_shorter_than_a_tick_do_no_harm() -> None:
    bars = tuple(Fraction(place, 10**6) for place in range(20))
    melody = Melody((Note(Fraction(0), Fraction(1), 60),), bar_onsets=bars)
    assert told(Song(melody)) == [(0, "A")]


def test_a_songs_own_sections_stay() -> None:
    marked = built("AABA").replace(sections=(Section(Fraction(8), "Verse"),))
    assert with_sections(marked) is marked
    plain = with_sections(built("AABA"))
    assert plain.section_source == "estimated"
    assert [each.label for each in plain.sections] == ["A", "A", "B", "A"]


def test_letters_go_on_after_z() -> None:
    assert [module._letter(number) for number in (0, 25, 26, 27, 702)] == [
        "A", "Z", "AA", "AB", "AAA",
    ]  # fmt: skip


# The likeness of bars, against a plain-Python account of the same words.


def shares(one: dict[int, int], other: dict[int, int]) -> tuple[float, float]:
    """Pitches and onsets in common of two bars in eighths: pitch by place."""
    either = set(one) | set(other)
    same = sum(1 for place in either if one.get(place) == other.get(place))
    return same / len(either), len(set(one) & set(other)) / len(either)


def beyond(share: float, usual: float) -> float:
    return share if usual > 1 - 1e-6 else max((share - usual) / (1 - usual), 0.0)


BARS = st.dictionaries(st.integers(0, 7), st.integers(60, 63), min_size=1, max_size=8)


@settings(deadline=None, max_examples=50)
@given(st.lists(BARS, min_size=2, max_size=5))
def test_likeness_is_what_plain_python_says(bars: list[dict[int, int]]) -> None:
    notes = tuple(
        Note(4 * place + Fraction(eighth, 2), Fraction(1, 2), bar[eighth])
        for place, bar in enumerate(bars)
        for eighth in sorted(bar)
    )
    edges = [to_ticks(Fraction(4 * place)) for place in range(len(bars) + 1)]
    found = bar_likeness(Song(Melody(notes)), edges).alike
    pairs = list(combinations(range(len(bars)), 2))
    told = {pair: shares(bars[pair[0]], bars[pair[1]]) for pair in pairs}
    likeness = {pair: 0.7 * pitch + 0.3 * rhythm for pair, (pitch, rhythm) in told.items()}
    usual = median(likeness.values())
    for pair, share in likeness.items():
        assert found[pair] == pytest.approx(beyond(share, usual), abs=1e-5)
    assert np.diagonal(found) == pytest.approx(1)
    assert np.array_equal(found, found.T)


def test_metre_changes_are_followed() -> None:
    song = built("AABA")
    meters = (*song.melody.meters, MeterChange(Fraction(64), song.melody.meters[0].meter))
    assert told(Song(Melody(song.melody.notes, meters=meters))) == told(song)
