"""Rules of a song: what it follows, and that a break breaks what it says."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.constraints import SCALES
from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Note, Song
from clinamen.domains.music.rules import (
    KINDS,
    Cadence,
    Contour,
    Metre,
    Moves,
    Peak,
    Phrase,
    Plan,
    Rhythm,
    Scale,
    both,
    breaks_of,
    degree_changes,
    reading_of,
    rules_of,
)
from clinamen.errors import ParameterError
from clinamen.io.files import read_song

EXAMPLES = Path(__file__).parents[4] / "examples"
SONGS = sorted(
    path.name
    for path in EXAMPLES.iterdir()
    if path.suffix in (".musicxml", ".mxl", ".abc", ".krn", ".mid")
)


def _example(name: str) -> Song:
    return read_song(str(EXAMPLES / name))


def _line(pitches: list[int], meter: Meter | None = None, key: Key | None = None) -> Song:
    """Quarters, one after the other."""
    notes = tuple(Note(Fraction(i), Fraction(1), pitch) for i, pitch in enumerate(pitches))
    changes = (MeterChange(Fraction(0), meter or Meter(4, 4)),)
    return Song(Melody(notes, keys=(KeyChange(Fraction(0), key or Key(0)),), meters=changes))


def test_what_the_ode_follows() -> None:
    rules = {rule.kind: rule for rule in rules_of(_example("ode_to_joy.musicxml").melody)}
    assert rules["scale"] == Scale(2, SCALES["major"], "major")
    assert rules["metre"] == Metre(Meter(4, 4))
    assert rules["plan"] == Plan(tuple(Phrase(letter, 4) for letter in "AABA"))
    assert rules["interval"] == Moves(by_step=True)
    assert rules["contour"] == Contour("falling")
    assert rules["rhythm"] == Rhythm((0, 10080, 20160, 30240))
    assert rules["peak"] == Peak("beat")
    assert rules["cadence"] == Cadence(0)


def test_evidence_is_counted() -> None:
    song = _line([60, 62, 64, 66, 67, 72, 72, 60])
    counts = {each.rule.kind: each.count for each in rules_of(song.melody).followed}
    # F sharp leaves C major: 7 of 8 are in it, fewer than nearly all.
    assert counts["scale"] == (8, 8)
    assert rules_of(song.melody).scale == Scale(0, SCALES["lydian"], "lydian")
    # Steps: C D E F# G; leaps: G C and C C repeats, C C down.
    assert counts["interval"] == (4, 6)
    assert counts["cadence"] == (1, 1)


@pytest.mark.parametrize("name", SONGS)
def test_a_song_follows_its_own_rules(name: str) -> None:
    melody = _example(name).melody
    rules = rules_of(melody)
    assert rules.broken_by(reading_of(melody)) == ()
    kinds = [rule.kind for rule in rules]
    assert len({*kinds}) == len(kinds)
    assert {*kinds} <= {*KINDS}


@given(st.lists(st.integers(48, 80), min_size=1, max_size=32), st.integers(-7, 7))
@settings(deadline=None, max_examples=40)
def test_rules_hold_where_they_are_found(pitches: list[int], fifths: int) -> None:
    melody = _line(pitches, key=Key(fifths)).melody
    assert rules_of(melody).broken_by(reading_of(melody)) == ()


@given(st.lists(st.integers(50, 70), min_size=4, max_size=24), st.integers(-5, 5))
@settings(deadline=None, max_examples=30)
def test_a_transposed_song_follows_the_same(pitches: list[int], up: int) -> None:
    here = rules_of(_line(pitches, key=Key(0)).melody)
    fifths = (up * 7 + 5) % 12 - 5
    there = rules_of(_line([pitch + up for pitch in pitches], key=Key(fifths)).melody)
    for one, other in zip(here.followed, there.followed, strict=True):
        assert one.count == other.count
        if isinstance(one.rule, Scale):
            assert isinstance(other.rule, Scale)
            assert one.rule.steps == other.rule.steps
        else:
            assert one.rule == other.rule


@pytest.mark.parametrize("name", SONGS)
def test_breaks_of_scale_metre_and_end_are_there_at_once(name: str) -> None:
    """Checked with nothing but notes, key and bars of what comes out."""
    song = _example(name)
    melody = song.melody
    for broken in breaks_of(song, ("scale", "metre", "cadence")):
        told, new = broken.song.melody, broken.new[0]
        assert [each.onset_quarters for each in told.notes] == sorted(
            each.onset_quarters for each in told.notes
        )
        if isinstance(new, Scale):
            inside = sum(note.pitch % 12 in new.pitch_classes for note in told.notes)
            own = {pitch % 12 for pitch in (note.pitch for note in melody.notes)}
            if own <= broken.old[0].pitch_classes:  # type: ignore[attr-defined]
                assert inside == len(told.notes)
            assert [note.onset_quarters for note in told.notes] == [
                note.onset_quarters for note in melody.notes
            ]
        elif isinstance(new, Metre):
            lengths = {b - a for a, b in pairwise(told.bar_onsets[bool(told.pickup_quarters) :])}
            assert lengths <= {new.meter.bar_quarters}
            assert len(told.bar_onsets) == len(melody.bar_onsets)
            assert [note.pitch for note in told.notes] == [note.pitch for note in melody.notes]
        else:
            assert isinstance(new, Cadence)
            tonic = melody.keys[0].key.tonic_pitch_class
            assert (told.notes[-1].pitch - tonic) % 12 == new.semitones


def test_a_degree_is_raised() -> None:
    song = _example("ode_to_joy.musicxml")
    lydian = next(
        each
        for each in breaks_of(song, ("scale",))
        if isinstance(each.new[0], Scale) and each.new[0].name == "lydian"
    )
    old, new = lydian.old[0], lydian.new[0]
    assert isinstance(old, Scale)
    assert isinstance(new, Scale)
    assert degree_changes(old, new) == ((4, 1),)
    assert lydian.song.melody.keys[0].key == Key(3, "lydian")
    before, after = song.melody.notes, lydian.song.melody.notes
    moved = [(a.pitch, b.pitch) for a, b in zip(before, after, strict=True) if a != b]
    assert {*moved} == {(67, 68)}
    assert {note.spelling for note in after if note.pitch == 68} == {"G#"}


def test_metres_stretch_beats() -> None:
    song = _line([60, 62, 64, 65] * 4)
    told = {str(each.new[0].meter): each.song for each in breaks_of(song, ("metre",))}  # type: ignore[attr-defined]
    first = [note.onset_quarters for note in told["5/4"].melody.notes[:5]]
    assert first == [0, 1, 2, 3, 5]
    assert [n.onset_quarters for n in told["7/8"].melody.notes[:5]] == [
        0, 1, 2, 3, Fraction(7, 2),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["ode_to_joy.musicxml", "greensleeves.abc", "knots.abc"])
def test_plans_are_told_as_they_say(name: str) -> None:
    song = _example(name)
    found = [*breaks_of(song, ("plan",))]
    assert len(found) >= 6
    for broken in found:
        plan = broken.new[0]
        assert isinstance(plan, Plan)
        n_full = len(broken.song.melody.bar_onsets) - bool(broken.song.melody.pickup_quarters)
        assert n_full == sum(plan.n_bars)
        assert reading_of(broken.song.melody).layout.phrase_bars == plan.n_bars
    kept = [each for each in found if each.lacks(reading_of(each.song.melody)) == 0]
    assert len(kept) >= 5


def test_a_longer_phrase_says_its_last_bar_again() -> None:
    song = _line([60, 62, 64, 65, 67, 69, 71, 72] * 4)
    longer = next(
        each.song
        for each in breaks_of(song, ("plan",))
        if each.new[0].n_bars[-1] == 5  # type: ignore[attr-defined]
    )
    pitches = [note.pitch for note in longer.melody.notes]
    assert pitches[-4:] == pitches[-8:-4] == [67, 69, 71, 72]


def test_rules_broken_together() -> None:
    song = _example("ode_to_joy.musicxml")
    scale = next(breaks_of(song, ("scale",)))
    metre = next(breaks_of(song, ("metre",)))
    pair = both(metre, scale)
    assert pair is not None
    reading = reading_of(pair.song.melody)
    assert pair.kinds == ("metre", "scale")
    assert all(rule.holds(reading) for rule in pair.new)
    assert not any(rule.holds(reading) for rule in pair.old)
    assert both(scale, scale) is None


def test_what_is_kept_counts() -> None:
    """A tune that also breaks another rule is not there yet."""
    song = _example("ode_to_joy.musicxml")
    broken = next(breaks_of(song, ("cadence",)))
    assert broken.lacks(reading_of(broken.song.melody)) == 0
    assert broken.lacks(reading_of(song.melody)) > 1
    notes = [*broken.song.melody.notes]
    wild = [
        Note(note.onset_quarters, note.duration_quarters, note.pitch + 12 * (place % 2))
        for place, note in enumerate(notes[:-1])
    ]
    leaping = broken.song.melody.replace(notes=(*wild, notes[-1]))
    assert broken.lacks(reading_of(leaping)) > 0


def test_habits_of_a_line() -> None:
    arch = _line([60, 64, 67, 64, 60, 65, 69, 65, 60, 64, 67, 64, 60, 65, 69, 60] * 2)
    rules = {rule.kind: rule for rule in rules_of(arch.melody)}
    assert rules["contour"] == Contour("arch")
    assert rules["interval"] == Moves(by_step=False)
    counts = Counter(rule.kind for rule in rules_of(arch.melody))
    assert max(counts.values()) == 1


def test_songs_without_rules() -> None:
    assert [rule.kind for rule in rules_of(Melody(()))] == ["metre"]
    irregular = _line([60, 62, 64, 65] * 4).melody.replace(
        meters=(MeterChange(Fraction(0), Meter(4, 4)), MeterChange(Fraction(8), Meter(3, 4))),
        bar_onsets=(),
    )
    assert {"metre", "plan", "peak"}.isdisjoint(rule.kind for rule in rules_of(irregular))
    two_keys = irregular.replace(
        keys=(KeyChange(Fraction(0), Key(0)), KeyChange(Fraction(4), Key(1)))
    )
    assert rules_of(two_keys).scale is None
    assert rules_of(two_keys).get("cadence") is None


def test_a_rule_that_is_none_is_refused() -> None:
    with pytest.raises(ParameterError, match="a rule is one of scale, metre"):
        next(breaks_of(_line([60, 62]), ("colour",)))
