"""Laws of sculpting, and what it is for: ornaments and slips go, the tune stays."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import melodies
from tests.operations.fakes import PLAIN, a_song
from tests.operations.small_listener import small_listener

from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import ChordSymbol, Melody, Note, Song
from clinamen.errors import ConstraintError, MissingError, UnsupportedError
from clinamen.operations import sculpt as module
from clinamen.operations._sculpt_levels import Levels
from clinamen.operations._sculpt_order import removal_order
from clinamen.operations.sculpt import Sculpture, sculpt, sculpt_chords
from clinamen.operations.sculpt_export import level_rows, levels_within, sculpt_record, steps_of

QUARTER = Fraction(1)


def _busy() -> tuple[Song, list[int]]:
    """A tune in quarters with ornaments; and the places of what was added."""
    rows: list[Note] = []
    added: list[int] = []
    for place, pitch in enumerate(PLAIN):
        at = Fraction(place)
        if place % 4 == 1:
            rows.append(Note(at, Fraction(1, 2), pitch, velocity=80))
            added.append(len(rows))
            wrong = pitch + (1 if place % 8 == 1 else 6)
            rows.append(Note(at + Fraction(1, 2), Fraction(1, 2), wrong, velocity=60))
        else:
            rows.append(Note(at, QUARTER, pitch, velocity=80))
    melody = a_song().melody.replace(notes=tuple(rows), phrase_starts=(0, 10))
    return Song(melody, title="Busy", source="busy.mid"), added


@pytest.fixture(scope="module")
def busy() -> Sculpture:
    return sculpt(_busy()[0], small_listener())


def test_what_was_added_goes_first(busy: Sculpture) -> None:
    added = _busy()[1]
    assert {removal.note for removal in busy.removals[: len(added)]} == set(added)
    assert [n.pitch for n in busy.song_of(len(PLAIN)).melody.notes] == list(PLAIN)


@settings(deadline=None, max_examples=12)
@given(melodies(max_notes=9), st.data())
def test_laws_of_levels(melody: Melody, data: st.DataObject) -> None:
    if len(melody.notes) < 3:
        melody = melody.replace(
            notes=tuple(Note(Fraction(n), QUARTER, 60 + n) for n in range(3)), phrase_starts=()
        )
    song = Song(melody)
    first_bar = 0 if melody.pickup_quarters else 1
    lock = data.draw(st.sampled_from([(), (str(first_bar),)]))
    try:
        found = sculpt(song, small_listener(), lock=lock)
    except ConstraintError:
        assert lock
        return
    again = sculpt(song, small_listener(), lock=lock)
    assert found.removals == again.removals
    assert found.song_at(100) is song
    order = [removal.note for removal in found.removals]
    assert len(set(order)) == len(order) == found.n_total - found.n_least
    above = set(range(found.n_total))
    for n_left in range(found.n_total, found.n_least - 1, -1):
        left = set(found.notes_left(n_left))
        assert len(left) == n_left
        # The original and the order are enough to go down, and up again.
        assert left <= above
        assert left == set(range(found.n_total)) - set(order[: len(order) + found.n_least - n_left])
        assert found.locked <= left
        if n_left >= found.n_protected:
            assert found.protected <= left
        above = left


@settings(deadline=None, max_examples=8)
@given(st.lists(st.tuples(st.sampled_from((1, 2)), st.integers(60, 70)), min_size=3, max_size=5))
def test_small_takes_go_in_the_plain_order(rows: list[tuple[int, int]]) -> None:
    onset, notes = Fraction(0), []
    for halves, pitch in rows:
        notes.append(Note(onset, Fraction(halves, 2), pitch))
        onset += Fraction(halves, 2)
    song = Song(Melody(tuple(notes)))
    found = sculpt(song, small_listener())
    # All costs anew after every removal, and the least of them by hand.
    costs = module._Costs(song, small_listener())
    left = list(range(len(rows)))
    for removal in found.removals:
        scored = costs(left, range(len(left)))
        free = [note for note in left if note not in found.protected] or left
        best = min(free, key=lambda note: (scored[left.index(note)], -note))
        assert removal.note == best
        assert removal.cost == pytest.approx(scored[left.index(best)], abs=1e-9)
        left.remove(best)


def test_long_takes_go_in_nearly_the_plain_order(monkeypatch: pytest.MonkeyPatch) -> None:
    tune = a_song(PLAIN * 2)
    quick = sculpt(tune, small_listener())
    monkeypatch.setattr(
        module,
        "removal_order",
        lambda tiers, costs, **_: removal_order(tiers, costs, before=99, after=99),
    )
    plain = sculpt(tune, small_listener())
    for n_left in (26, 20, 14, 8):
        shared = {*quick.notes_left(n_left)} & {*plain.notes_left(n_left)}
        assert len(shared) >= 0.85 * n_left


def test_costs_are_weight_less_bits_and_accents_shield(busy: Sculpture) -> None:
    weak = [r for r in busy.removals if r.weight.place < -3]
    assert weak
    for removal in weak:
        assert removal.cost == pytest.approx(removal.weight.total - removal.bits)
    assert all(r.cost >= r.weight.total - r.bits - 1e-9 for r in busy.removals)


def test_a_surprise_that_is_meant_survives_a_slip() -> None:
    """The same wrong pitch: long on a bar line, and short and off the beat."""
    pitches = list(PLAIN)
    rows = [Note(Fraction(n), QUARTER, pitch) for n, pitch in enumerate(pitches)]
    strong = 7  # on a bar line, the pickup being one quarter
    rows[strong] = Note(Fraction(strong), QUARTER, 73)
    slip = 12
    rows[slip : slip + 1] = [
        Note(Fraction(slip), Fraction(1, 2), pitches[slip]),
        Note(Fraction(slip) + Fraction(1, 2), Fraction(1, 2), 73),
    ]
    melody = a_song().melody.replace(notes=tuple(rows), phrase_starts=(0,))
    order = [removal.note for removal in sculpt(Song(melody), small_listener()).removals]
    assert order.index(slip + 1) == 0
    assert order.index(strong) > len(order) / 2


def test_locked_notes_stay_and_lower_levels_name_the_nearest() -> None:
    song = a_song()
    found = sculpt(song, small_listener(), lock=("1-2",))
    assert found.locked == {1, 2, 3, 4, 5, 6}
    assert sculpt(song, small_listener(), lock=("chords:1-2",)).locked == set()
    assert found.n_least == 6
    with pytest.raises(
        ConstraintError,
        match=r"level 20 cannot hold: 6 of 16 .*: level 32, which leaves 6 of 16 notes$",
    ):
        found.song_at(20)
    assert len(found.song_at(32).melody.notes) == 6
    with pytest.raises(ConstraintError, match=r"3 notes cannot hold: 6 of 16 .*: 6$"):
        found.song_of(3)
    with pytest.raises(ConstraintError, match="all 16 notes"):
        sculpt(song, small_listener(), lock=("0-5",))
    with pytest.raises(MissingError, match="no bar 99"):
        sculpt(song, small_listener(), lock=("99",))


@pytest.mark.parametrize("level", [-1, 100.5, float("nan"), float("inf")])
def test_a_level_is_a_percentage(busy: Sculpture, level: float) -> None:
    with pytest.raises(ConstraintError, match="it must be a percentage"):
        busy.n_at(level)


def test_levels_are_rounded_up(busy: Sculpture) -> None:
    assert [busy.n_at(level) for level in (100, 99.9, 50, 0.1)] == [20, 20, 10, 1]
    with pytest.raises(
        ConstraintError, match="one note stays; the nearest that can: level 1, which"
    ):
        busy.n_at(0)
    with pytest.raises(ConstraintError, match="there are 20 notes; the nearest that can: 20"):
        busy.song_of(21)


def test_short_takes_and_listeners_without_mixture_are_refused() -> None:
    for pitches in ((60,), (60, 62)):
        with pytest.raises(UnsupportedError, match="at least 3 notes"):
            sculpt(a_song(pitches), small_listener())
    with pytest.raises(UnsupportedError, match=r"no melody to sculpt$"):
        sculpt(Song(Melody(())), small_listener())
    chords = Song(Melody((), end_quarters=Fraction(8)), chords=(ChordSymbol(Fraction(0), "C"),))
    with pytest.raises(UnsupportedError, match="--chords"):
        sculpt(chords, small_listener())
    with pytest.raises(MissingError, match="no mixture"):
        sculpt(a_song(), Listener())


def test_reasons_name_what_a_note_was() -> None:
    pitches = (60, 62, 64, 64, 65, 64, 67, 72, 67, 66, 60)
    song = a_song(pitches, pickup=Fraction(0))
    found = sculpt(song, small_listener())
    one = found.removals[0]
    alone = {
        note: steps_of(replace(found, removals=(replace(one, note=note),)))[0].reason
        for note in range(len(pitches))
    }
    assert alone[1] == "passing note between C4 and E4, on the beat"
    assert alone[3] == "repeats E4, on the bar line"
    assert alone[4] == "neighbour of E4, on the beat"
    assert alone[7] == "leap away and back to G4, on the beat"
    assert alone[9] == "on the way from G4 to C4, outside the key, on the bar line"
    assert alone[0] == "first note left, on the bar line"
    assert alone[6] == "on the way from E4 to C5, on the bar line"


def test_soft_notes_are_said_to_be(busy: Sculpture) -> None:
    notes = list(busy.song.melody.notes)
    notes[2] = replace(notes[2], velocity=30)
    song = busy.song.replace(melody=busy.song.melody.replace(notes=tuple(notes)))
    steps = {step.number: step.reason for step in steps_of(replace(busy, song=song))}
    assert "soft (30 where 80 is usual)" in steps[3]


def test_the_record_is_enough_to_make_any_level(busy: Sculpture) -> None:
    rows = level_rows(busy, small_listener(), levels_within(busy))
    record = json.loads(json.dumps(sculpt_record(busy, rows, file="busy.mid"), allow_nan=False))
    assert [row["level"] for row in record["levels"]] == [100, 90, 80, 70, 60, 50, 40, 30, 20]
    for row in record["levels"]:
        gone = {step["number"] for step in record["order"][: record["n"] - row["n"]]}
        assert row["notes"] == [n for n in range(1, record["n"] + 1) if n not in gone]
    for step in record["order"]:
        assert step["cost"] >= sum(step["weight"].values()) - step["bits"] - 1e-9


def test_a_song_without_chords_has_none_to_sculpt() -> None:
    with pytest.raises(UnsupportedError, match="no chords to sculpt"):
        sculpt_chords(a_song(), small_listener())
    one = a_song(chords=(ChordSymbol(Fraction(0), "C"),))
    with pytest.raises(UnsupportedError, match="one chord"):
        sculpt_chords(one, small_listener())


class _Many(Levels):
    noun, nouns, target = "note", "notes", ""
    n_locked, n_least = 0, 1

    def __init__(self, n_total: int) -> None:
        self._n_total = n_total

    @property
    def n_total(self) -> int:
        return self._n_total

    def song_of(self, n_left: int, *, hold: bool = True) -> Song:
        raise NotImplementedError


def test_levels_are_exact() -> None:
    """As floats, 100 * 62 / 105 per cent would be 63 notes, and 70.1 of 1,000 702."""
    for n_total in (14, 105, 130):
        for n_left in range(1, n_total + 1):
            assert _Many(n_total).n_at(Fraction(100 * n_left, n_total)) == n_left
    assert _Many(1000).n_at(70.1) == 701
