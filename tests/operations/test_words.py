"""Sentences: by hand, and that they never say something false."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.operations.fakes import a_song, hear_fake, music_columns

from clinamen.domains.music.notes import Key, Song
from clinamen.engine.expectation import Expectation
from clinamen.operations.words import (
    chance_words,
    continuation_sentence,
    expected_words,
    note_sentence,
    place_words,
)

NAMES = ("C5", "D5", "Eb5", "E5", "F5", "G5", "A5", "B5")
PITCHES = (72, 74, 75, 76, 77, 79, 81, 83)


def two_notes(row: list[float], *, before: int = 79, here: int = 75, **song: object) -> tuple:
    """A song of G5 and then one note, expected as `row` says over C5 D5 Eb5 E5 ... B5."""
    tune: Song = a_song((before, here), **song)  # type: ignore[arg-type]
    distribution = np.array([np.full(8, 1 / 8), row])
    symbols = np.array([PITCHES.index(before), PITCHES.index(here)])
    chosen = distribution[[0, 1], symbols]
    positive = np.where(distribution > 0, distribution, 1)
    with np.errstate(divide="ignore"):
        bits = -np.log2(chosen)
    expectation = Expectation(
        "pitch",
        bits,
        -(positive * np.log2(positive)).sum(axis=1),
        np.array(PITCHES),
        NAMES,
        symbols,
        distribution,
        next_distribution=np.array(row),
        columns=music_columns(tune),
    )
    return expectation, tune.melody


def say(row: list[float], **song: object) -> str:
    expectation, melody = two_notes(row, **song)
    return note_sentence(expectation, 1, melody)


def test_a_listener_who_leaned_to_two() -> None:
    row = [0.36, 0.41, 1 / 150, 0.19 - 1 / 150, 0.01, 0.01, 0.01, 0.01]
    assert say(row) == (
        "Bar 1, beat 1: Eb5 cost 7.2 bits (a chance of about 1 in 150). "
        "The listener leaned towards D5 (41 %) or C5 (36 %); "
        "instead the line skips down a major third to the flat third, outside C major."
    )


def test_sureness_follows_the_likeliest_and_a_weak_second_is_not_named() -> None:
    row = [0.25, 0.56, 0.05, 0.05, 0.03, 0.02, 0.02, 0.02]
    assert "The listener was fairly sure of D5 (56 %); instead" in say(row)
    row = [0.19, 0.42, 0.05, 0.14, 0.05, 0.05, 0.05, 0.05]
    assert "The listener leaned towards D5 (42 %); instead" in say(row)


def test_a_listener_who_was_sure_and_one_who_was_almost_certain() -> None:
    sure = [0.05, 0.75, 0.05, 0.05, 0.04, 0.02, 0.02, 0.02]
    assert "The listener was sure of D5 (75 %); instead the line" in say(sure)
    certain = [0.01, 0.93, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01]
    assert "The listener was almost certain of D5 (93 %); instead the line" in say(certain)


def test_a_listener_who_was_open() -> None:
    row = [0.15, 0.15, 0.05, 0.15, 0.1, 0.2, 0.1, 0.1]
    words = say(row)
    assert "open here: even the likeliest note, G5, had a chance of 20 %; the line" in words
    assert "instead" not in words


def test_a_listener_who_leaned() -> None:
    row = [0.45, 0.05, 0.02, 0.4, 0.02, 0.02, 0.02, 0.02]
    assert "The listener leaned towards C5 (45 %); instead the line" in say(row, here=76)


def test_the_likeliest_note_is_not_called_unexpected() -> None:
    words = say([0.1, 0.1, 0.6, 0.05, 0.05, 0.05, 0.03, 0.02])
    assert "(a chance of 60 %). This was the likeliest note; the line skips down" in words
    assert "instead" not in words


def test_equally_likely_notes() -> None:
    assert "open here, and no note was likelier;" in say([1 / 8] * 8)
    words = say([0.16, 0.16, 0.04, 0.16, 0.16, 0.16, 0.08, 0.08])
    assert "5 notes were equally likely (16 % each)" in words


def test_an_estimated_key_is_called_so() -> None:
    expectation, melody = two_notes([1 / 8] * 8)
    words = note_sentence(expectation, 1, melody.replace(key_source="estimated"))
    assert words.endswith("outside the estimated key, C major.")


def test_the_raised_seventh_of_minor_is_not_outside_it() -> None:
    assert "outside" not in say([1 / 8] * 8, here=83, key=Key(-3, "minor"))
    assert "outside" in say([1 / 8] * 8, here=76, key=Key(-3, "minor"))


def test_an_impossible_note_is_said_to_have_been_that() -> None:
    words = say([0.5, 0.5, 0, 0, 0, 0, 0, 0])
    assert "Eb5 was thought impossible." in words
    assert "bits" not in words


def test_without_a_melody_key_and_phrase_are_left_out() -> None:
    expectation, _ = two_notes([0.36, 0.41, 0.03, 0.16, 0.01, 0.01, 0.01, 0.01])
    words = note_sentence(expectation, 1)
    assert words.endswith("instead the line skips down a major third.")


def test_the_first_note_begins_the_melody() -> None:
    expectation, melody = two_notes([1 / 8] * 8)
    words = note_sentence(expectation, 0, melody)
    assert words.startswith("Pickup, beat 3: G5 cost 3.0 bits")
    assert words.endswith("the melody begins on the fifth degree.")


def remark(pitches: tuple[int, ...], event: int) -> str:
    song = a_song(pitches)
    return note_sentence(hear_fake(song), event, song.melody)


def test_what_is_new_in_the_song_is_said_once_it_has_settled() -> None:
    steps = (60, 62, 64, 62, 60, 62, 64, 62, 60)
    assert remark((*steps, 67), 9).endswith("to the fifth degree, the widest leap of the song.")
    assert remark((*steps, 67, 69, 60), 9).endswith("the fifth degree, the widest leap so far.")
    # The next leap outdoes it at once.
    assert remark((*steps, 67, 59), 9).endswith("a perfect fifth to the fifth degree.")
    wide = (*steps, 67, 60, 65)
    assert remark(wide, 11).endswith("the fourth degree, a pitch not heard before in this song.")
    assert remark((*steps, 64), 9).endswith("up a major third to the third degree.")
    assert remark((60, 62, 72), 2).endswith("leaps up a minor seventh to the tonic.")


def test_a_phrase_start_is_told_only_where_the_file_says_so() -> None:
    song = a_song()
    heard = hear_fake(song)
    start = song.melody.phrase_starts[1]
    assert "where a new phrase begins" in note_sentence(heard, start, song.melody)
    estimated = song.melody.replace(phrase_source="estimated")
    assert "phrase" not in note_sentence(heard, start, estimated)
    assert "phrase" not in note_sentence(heard, 0, song.melody)


def test_a_certain_note_costs_nothing_and_no_minus_nothing() -> None:
    song = a_song((60,))
    words = note_sentence(hear_fake(song), 0, song.melody)
    assert "C4 cost 0.0 bits (a chance of 100 %). Nothing but C4 was possible here" in words


def test_joint_costs_are_told_by_part() -> None:
    song = a_song()
    words = note_sentence(hear_fake(song, target="joint"), 11, song.melody)
    assert re.search(r"Eb5 cost 4\.1 bits .* 0\.0 for its timing and 4\.1 for its pitch\.", words)
    assert "the flat third" in words


def test_timing_and_length_are_told_by_their_values() -> None:
    song = a_song()
    onset = hear_fake(song, target="onset")
    words = note_sentence(onset, 0, song.melody)
    assert words == (
        "Pickup, beat 3: the timing of G4 cost 1.0 bits (a chance of 50 %). "
        "There is no earlier onset to measure from."
    )
    words = note_sentence(onset, 1, song.melody)
    assert words.endswith("nothing was likelier; it came 1 quarters after the note before.")
    words = note_sentence(hear_fake(song, target="duration"), 3, song.melody)
    assert "the length of C5 cost" in words
    assert words.endswith("nothing but 1 quarters was possible here; it lasted 1 quarters.")


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        (0.0, "a chance of 100 %"),
        (1.0, "a chance of 50 %"),
        (7.2, "a chance of about 1 in 150"),
        (10.0, "a chance of about 1 in 1,000"),
        (19.99, "a chance of about 1 in 1 million"),
        (24.0, "a chance of about 1 in 17 million"),
        (2000.0, "a chance of less than 1 in 1,000 trillion"),
        (np.inf, "thought impossible"),
    ],
)
def test_chances(bits: float, words: str) -> None:
    assert chance_words(bits) == words


def test_places() -> None:
    columns = {"bar": [0, 3, 4], "beat": [4.0, 2.5, 1.333333]}
    assert [place_words(columns, event) for event in range(3)] == [
        "Pickup, beat 4",
        "Bar 3, beat 2.5",
        "Bar 4, beat 1.33",
    ]
    assert place_words({}, 11) == "Note 12"


def test_the_continuation() -> None:
    row = [0.36, 0.41, 0.03, 0.16, 0.01, 0.01, 0.01, 0.01]
    expectation, melody = two_notes(row, here=76)
    assert continuation_sentence(expectation, melody) == (
        "After the last note the listener leans towards D5 (41 %) or C5 (36 %); "
        "with D5 the line steps down a major second to the second degree. "
        "That the song ends here is not among the choices."
    )


def test_a_tie_has_no_single_continuation() -> None:
    expectation, melody = two_notes([1 / 8] * 8)
    assert continuation_sentence(expectation, melody) == (
        "After the last note the listener is open: 8 notes are equally likely (12 % each). "
        "That the song ends here is not among the choices."
    )


def test_no_continuation_was_asked_for() -> None:
    song = a_song()
    expectation = hear_fake(song)
    silent = Expectation(
        **{**_fields(expectation), "next_distribution": np.empty(0)}  # type: ignore[arg-type]
    )
    assert continuation_sentence(silent, song.melody) == ""


def _fields(expectation: Expectation) -> dict[str, object]:
    return {name: getattr(expectation, name) for name in expectation.__dataclass_fields__}


def test_what_was_expected_is_listed_by_part() -> None:
    song = a_song()
    assert expected_words(hear_fake(song), 4, 2) == "E5 42 %"  # the next ones tie
    joint = expected_words(hear_fake(song, target="joint"), 0, 2)
    assert joint == "no earlier onset to measure from; any of 7, 14 % each"
    later = expected_words(hear_fake(song, target="joint"), 1, 2)
    assert later.startswith("0 quarters 50 %, 1 quarters 50 %; ")


def test_one_key_has_one_name_in_a_row() -> None:
    song = a_song((60, 63, 60, 63))
    heard = hear_fake(song)
    heard.columns["name"][3] = "D#4"  # type: ignore[index]
    assert expected_words(heard, 3, 1) == "D#4 81 %"
    assert expected_words(heard, 1, 1) == "any of 2, 50 % each"
    assert "Eb" not in note_sentence(heard, 3)


def test_the_word_sung_is_named() -> None:
    song = a_song()
    heard = hear_fake(song)
    heard.columns["lyric"][11] = "-\x1bteilt;"  # type: ignore[index]
    assert 'Eb5 on "-teilt;" cost' in note_sentence(heard, 11, song.melody)


def test_a_passage_that_came_before_is_said_to_return() -> None:
    turn = (60, 62, 64, 65, 73)
    song = a_song((*turn, 67, *turn))
    said = "The same 5 notes in a row came before, up to bar 2, beat 1."
    assert note_sentence(hear_fake(song), 10, song.melody).endswith(said)
    assert "came before" not in note_sentence(hear_fake(song), 4, song.melody)
    trill = a_song((60, 62) * 6)
    assert "came before" not in note_sentence(hear_fake(trill), 11, trill.melody)


@pytest.mark.parametrize(
    ("label", "words"),
    [("eighth", "an eighth"), ("half", "a half note"), ("dotted quarter", "a dotted quarter")],
)
def test_note_values_have_their_article(label: str, words: str) -> None:
    song = a_song()
    heard = hear_fake(song, target="onset")
    named = Expectation(**{**_fields(heard), "labels": ("quarter", label)})  # type: ignore[arg-type]
    assert f"it came {words} after the note before" in note_sentence(named, 5, song.melody)


rows = st.lists(st.floats(0.001, 1), min_size=8, max_size=8).map(
    lambda values: [value / sum(values) for value in values]
)


@given(rows, st.sampled_from(PITCHES), st.sampled_from(PITCHES), st.integers(-5, 5))
def test_sentences_are_true(row: list[float], before: int, here: int, fifths: int) -> None:
    expectation, melody = two_notes(row, before=before, here=here, key=Key(fifths))
    words = note_sentence(expectation, 1, melody)
    actual = PITCHES.index(here)
    listed = re.findall(r"([A-G]b?5) \(", words)
    shares = dict(zip(NAMES, row, strict=True))
    if "this was the likeliest note" in words.lower():
        assert row[actual] == max(row)
    elif "likelier" not in words:
        assert row[actual] < max(row)
    for name in listed:
        assert name != NAMES[actual]
        assert shares[name] >= sorted(row)[-3]
    if "fairly sure" in words:
        assert 0.5 <= max(row) < 0.7
    if len(listed) == 2:
        assert shares[listed[1]] >= shares[listed[0]] / 2
    if "sure of" in words and "fairly" not in words:
        assert max(row) >= 0.7
    if "open here" in words:
        assert max(row) < 1 / 3
        assert expectation.entropy[1] >= 0.7 * 3 - 1e-9
    outside = (here - Key(fifths).tonic_pitch_class) % 12 not in Key(fifths).scale
    assert ("outside" in words) == outside
