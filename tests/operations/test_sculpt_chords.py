"""Chords to their functional skeleton."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import songs
from tests.operations.small_harmony import harmony_listener
from tests.operations.small_listener import small_listener

from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Song
from clinamen.errors import ConstraintError, MissingError, UnsupportedError
from clinamen.operations.sculpt import ChordRemoval, ChordSculpture, sculpt_chords
from clinamen.operations.sculpt_export import level_rows, levels_within, sculpt_record, steps_of


def _song(symbols: str, length: int = 4) -> Song:
    names = symbols.split()
    melody = Melody(
        (),
        keys=(KeyChange(Fraction(0), Key(0)),),
        end_quarters=Fraction(length * len(names)),
    )
    return Song(
        melody,
        chords=tuple(ChordSymbol(Fraction(length * n), name) for n, name in enumerate(names)),
    )


def test_colours_go_first_and_pillars_last() -> None:
    song = _song("C C#dim Dm7 G9 Em7 A7 Dm G7 C6", 2)
    found = sculpt_chords(song, harmony_listener())
    kinds = [removal.kind for removal in found.removals]
    n_colours = kinds.count("colour")
    assert n_colours == 4
    assert kinds == ["colour"] * 4 + ["chord"] * 8
    assert found.n_total == 9 + 4
    assert found.protected == {0, 7, 8}
    plain = found.song_of(9).chords
    assert [each.symbol for each in plain] == [
        "C",
        "C#dim",
        "Dm",
        "G7",
        "Em",
        "A7",
        "Dm",
        "G7",
        "C",
    ]
    assert [each.symbol for each in found.song_of(3).chords] == ["C", "G7", "C"]
    assert found.removals[4].chord == 1


@settings(deadline=None, max_examples=12)
@given(songs(max_notes=6), st.booleans())
def test_laws_of_levels(song: Song, lock: bool) -> None:
    first_bar = "0" if song.melody.pickup_quarters else "1"
    locks = (first_bar,) if lock else ()
    try:
        found = sculpt_chords(song, harmony_listener(), lock=locks)
    except (UnsupportedError, ConstraintError):
        return
    assert found.song_at(100) is found.song
    assert sculpt_chords(song, harmony_listener(), lock=locks).removals == found.removals
    original = {each.onset_quarters: each.symbol for each in found.song.chords}
    above = set(original)
    for n_left in range(found.n_total, found.n_least - 1, -1):
        chords = found.song_of(n_left).chords
        onsets = {each.onset_quarters for each in chords}
        assert onsets <= above
        for place in found.locked:
            at = found.song.harmony[place].onset_quarters
            assert next(c.symbol for c in chords if c.onset_quarters == at) == original[at]
        above = onsets
    assert chords


def test_a_chord_that_goes_on_is_no_new_one() -> None:
    song = _song("C F F G7 C")
    found = sculpt_chords(song, harmony_listener())
    first = found.removals[0]
    assert (first.chord, first.kind, first.reason) == (2, "chord", "F goes on")


def test_locked_chords_keep_their_colour() -> None:
    song = _song("C Dm7 G9 C")
    found = sculpt_chords(song, harmony_listener(), lock=("2-3",))
    assert found.locked == {1, 2}
    assert [each.symbol for each in found.song_of(found.n_least).chords] == ["Dm7", "G9"]
    assert sculpt_chords(song, harmony_listener(), lock=("chords:2-3",)).locked == {1, 2}
    assert sculpt_chords(song, harmony_listener(), lock=("notes:2-3",)).locked == set()
    with pytest.raises(ConstraintError, match=r"with what is locked; the nearest that can: level"):
        found.n_at(10)
    with pytest.raises(ConstraintError, match="all 4 chords"):
        sculpt_chords(song, harmony_listener(), lock=("1-4",))


def test_listeners_that_know_no_chords_are_refused() -> None:
    with pytest.raises(MissingError, match="nothing about chords"):
        sculpt_chords(_song("C F G7 C"), small_listener())


def test_the_record_tells_levels_with_their_chords() -> None:
    found = sculpt_chords(_song("C Am7 Dm7 G7 C"), harmony_listener())
    rows = level_rows(found, harmony_listener(), levels_within(found))
    record = sculpt_record(found, rows, file="x.cho")
    assert record["of"] == "chords and colours"
    assert record["n"] == 7
    assert {step["kind"] for step in record["order"]} == {"colour", "chord"}
    assert record["levels"][0]["chords"][1] == [4.0, "Am7"]
    assert [step.place for step in steps_of(found)][:2] == ["2.1", "3.1"]


def test_a_chord_made_plain_is_named_plain_from_then_on() -> None:
    found = sculpt_chords(_song("C Dm7 Am9 G7 C"), harmony_listener(), lock=("3",))
    steps = steps_of(found)
    assert [(step.name, step.kind) for step in steps if step.place == "2.1"] == [
        ("Dm7", "colour"),
        ("Dm", "chord"),
    ]
    # A locked chord keeps its colour, and is called so.
    reasons = " ".join(step.reason for step in steps if step.kind == "chord")
    assert "Am9" in reasons
    assert "Dm7" not in reasons


@pytest.mark.parametrize("n_chords", [3, 40, 300])
def test_the_lowest_level_leaves_what_it_says(n_chords: int) -> None:
    cells = " ".join(["C", "F", "G7"] * (n_chords // 3)).split()
    melody = Melody((), keys=(KeyChange(Fraction(0), Key(0)),), end_quarters=Fraction(len(cells)))
    song = Song(
        melody, chords=tuple(ChordSymbol(Fraction(n), name) for n, name in enumerate(cells))
    )
    removals = tuple(ChordRemoval(n, "chord", 0.0, "") for n in range(1, len(cells)))
    found = ChordSculpture(song, removals, len(cells), frozenset(), frozenset())
    with pytest.raises(ConstraintError) as caught:
        found.n_at(0)
    level, left = caught.value.nearest.removeprefix("level ").split(", which leaves ")
    assert left == f"1 of {len(cells)} chords and colours"
    assert found.n_at(float(level)) == 1


def test_silence_alone_is_no_chord() -> None:
    with pytest.raises(UnsupportedError, match="no chords to sculpt"):
        sculpt_chords(_song("N.C. N.C."), harmony_listener())
