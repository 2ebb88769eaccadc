"""What cannot be swerved, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.operations.swerve_songs import example_song, plain_song

import clinamen
from clinamen.domains.music.notes import Meter
from clinamen.errors import ConstraintError, MissingError, ParameterError
from clinamen.operations.swerve import (
    SwerveRequest,
    swerve,
)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (SwerveRequest("6.1", 30, "pitch"), "15.8 bits is the most"),
        (
            SwerveRequest("6.1", 5, "pitch", max_leap=1, locks=("5",)),
            "nearest that can: 5 semitones",
        ),
        (SwerveRequest("6.1", 15.8, "pitch", scale="pentatonic"), "or a scale with"),
        (SwerveRequest("6.1", 5, "pitch", range="G4-A4", locks=("5",)), "or the range D4-A4"),
        (SwerveRequest("6.1", 5, "pitch", range="A4-G4"), "nearest that can: G4-A4"),
        (SwerveRequest("6.1", 30, "rhythm"), "is the most that can be reached"),
        (SwerveRequest("6.1", locks=("5-7",)), "lock on 6.1"),
    ],
)
def test_a_constraint_that_cannot_hold_is_named_with_the_nearest_that_can(
    listener: clinamen.Listener, request_: SwerveRequest, message: str
) -> None:
    with pytest.raises(ConstraintError, match=message):
        swerve(example_song("amazing_grace.abc"), request_, listener=listener)


def test_the_nearest_strength_that_is_named_can_be_had(listener: clinamen.Listener) -> None:
    song = example_song("amazing_grace.abc")
    with pytest.raises(ConstraintError) as told:
        swerve(song, SwerveRequest("6.1", 30, "pitch"), listener=listener)
    nearest = float(told.value.nearest.split()[0])
    found = swerve(song, SwerveRequest("6.1", nearest, "pitch"), listener=listener)
    assert found.variants[0].contrast == pytest.approx(nearest, abs=0.75)


def test_a_range_from_which_no_leap_leads_back_is_named(listener: clinamen.Listener) -> None:
    song = example_song("ode_to_joy.musicxml")
    request = SwerveRequest("20", 13.7, "pitch", range="A5-C6")
    with pytest.raises(ConstraintError, match="leads back to G4, which stays") as told:
        swerve(song, request, listener=listener)
    assert told.value.constraint == "range A5-C6"
    wider = replace(request, range=told.value.nearest)
    assert swerve(song, wider, listener=listener).variants


@pytest.mark.parametrize(
    ("at", "error", "message"),
    [
        ("60.1", MissingError, "no bar 60; the song has bars 0 to 16"),
        ("6.2", MissingError, "notes begin at 6.1, 6.3"),
        ("0.3", ParameterError, "nothing is awaited before the first note"),
        ("1", ParameterError, "nothing is awaited before the first note"),
        ("999", MissingError, "there is no note 999"),
        ("nowhere", ParameterError, "a place is a bar and a beat"),
    ],
)
def test_a_place_that_cannot_be_broken_is_refused(
    listener: clinamen.Listener, at: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        swerve(example_song("amazing_grace.abc"), SwerveRequest(at), listener=listener)


@pytest.mark.parametrize(
    "wrong",
    [{"strength": "loud"}, {"strength": -1}, {"strength": float("nan")}, {"kind": "lyrics"},
     {"n": 0}, {"seed": -1}],
)  # fmt: skip
def test_a_request_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        SwerveRequest("1.1", **wrong)  # type: ignore[arg-type]


def test_a_song_of_two_notes_can_be_broken_and_one_of_one_cannot(
    listener: clinamen.Listener,
) -> None:
    found = swerve(plain_song(2), SwerveRequest("2", kind="pitch"), listener=listener)
    assert found.variants
    assert all(each.changed == (1,) for each in found.variants)
    with pytest.raises(ParameterError, match="fewer than two notes"):
        swerve(plain_song(1), SwerveRequest("1"), listener=listener)


def test_a_song_without_chords_has_no_harmony_to_break(listener: clinamen.Listener) -> None:
    with pytest.raises(ParameterError, match="no chords"):
        swerve(plain_song(8), SwerveRequest("5", kind="harmony"), listener=listener)


def test_a_metre_that_was_never_heard_is_said_and_still_works(
    listener: clinamen.Listener,
) -> None:
    odd = swerve(plain_song(40, Meter(19, 4)), SwerveRequest("30", kind="pitch"), listener=listener)
    assert any("never heard 19/4" in notice for notice in odd.notices)
    assert odd.variants
    usual = swerve(plain_song(40), SwerveRequest("30", kind="pitch"), listener=listener)
    assert not any("never heard" in notice for notice in usual.notices)


def test_a_listener_that_was_not_sure_is_said_to_be_so(listener: clinamen.Listener) -> None:
    song = example_song("harbour_light.musicxml")
    entropy = listener.hear(song, model="mixture").entropy
    chances = listener.hear(song, model="mixture").distribution.max(axis=1)
    least, most = int(chances[1:].argmin()) + 1, int(chances.argmax())
    unsure = swerve(song, SwerveRequest(str(least + 1)), listener=listener)
    sure = swerve(song, SwerveRequest(str(most + 1)), listener=listener)
    assert any(f"entropy {entropy[least]:.1f} bits" in notice for notice in unsure.notices)
    assert not any("not sure" in notice for notice in sure.notices)


def test_a_listener_without_a_mixture_is_refused() -> None:
    with pytest.raises(MissingError, match="no mixture"):
        swerve(plain_song(8), SwerveRequest("5"), listener=clinamen.Listener())


def test_what_a_word_cannot_mean_is_refused(listener: clinamen.Listener) -> None:
    song = example_song("ode_to_joy.musicxml")
    with pytest.raises(ConstraintError, match=r"gentle \(1.5 to 4 bits\) .*that can: 6.4 bits"):
        swerve(song, SwerveRequest("27", "gentle", "pitch"), listener=listener)


def test_a_range_that_leaves_no_pitch_is_said_where_any_kind_is_asked_for(
    listener: clinamen.Listener,
) -> None:
    song = example_song("harbour_light.musicxml")
    found = swerve(song, SwerveRequest("6.1", range="G6-C7"), listener=listener)
    assert {each.kind for each in found.variants} >= {"rhythm", "harmony"}
    (notice,) = [each for each in found.notices if "breaks the pitch" in each]
    assert "range G6-C7 cannot hold: no other note of it lies within 12 semitones" in notice
    free = swerve(song, SwerveRequest("6.1"), listener=listener)
    assert not any("breaks the pitch" in each for each in free.notices)


def test_where_no_chord_is_awaited_that_is_said(listener: clinamen.Listener) -> None:
    song = example_song("harbour_light.musicxml")
    for at, is_sure in (("6.1", True), ("10.1", False)):
        for kind in ("harmony", "any"):
            found = swerve(song, SwerveRequest(at, kind=kind), listener=listener)
            said = [each for each in found.notices if "not sure of the chord here" in each]
            assert bool(said) != is_sure
    assert found.variants[1].kind == "harmony"
    assert found.variants[1].reason.startswith(
        "Nobody can be sure here: the likeliest is Gm (26 %)"
    )
    assert "the likeliest, Gm, has 26 %" in said[0]


@pytest.mark.parametrize(
    ("name", "is_said"), [("left_hand_blues.mid", True), ("ah_vous_dirai_je.mid", False)]
)
def test_that_other_parts_are_not_in_a_variant_is_said(
    listener: clinamen.Listener, name: str, *, is_said: bool
) -> None:
    found = swerve(example_song(name), SwerveRequest("20", n=1), listener=listener)
    assert any("not the other parts and voices" in each for each in found.notices) == is_said


def test_what_any_kind_cannot_do_is_said_of_each(listener: clinamen.Listener) -> None:
    song = example_song("ode_to_joy.musicxml").replace(chords=())
    with pytest.raises(ConstraintError) as told:
        swerve(song, SwerveRequest("27", "gentle"), listener=listener)
    assert told.value.constraint == "strength gentle (1.5 to 4 bits)"
    for kind in ("pitch", "rhythm", "silence"):
        assert f"{kind}: " in told.value.reason
        assert f"{kind}: by {kind}" not in told.value.reason
        assert f"bits by {kind}" in told.value.nearest


def test_a_place_may_be_a_number_and_no_leap_at_all_is_refused(listener: clinamen.Listener) -> None:
    song = example_song("ode_to_joy.musicxml")
    numbers = swerve(song, SwerveRequest(14.2, 5, "pitch", n=1), listener=listener)
    assert (
        numbers.variants
        == swerve(song, SwerveRequest("14.2", 5, "pitch", n=1), listener=listener).variants
    )
    with pytest.raises(ConstraintError, match="max-leap 0 cannot hold"):
        swerve(song, SwerveRequest(27, max_leap=0), listener=listener)
