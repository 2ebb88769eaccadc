"""How strongly a swerve breaks, what leads to it, and what outdoes it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tests.domains.music.progression.progressions import song_of_symbols
from tests.operations.swerve_songs import TARGETS, example_song, is_led

import clinamen
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.notes import Key
from clinamen.domains.music.places import bar_and_beat
from clinamen.errors import ConstraintError, ParameterError
from clinamen.operations._swerve_words import stance_words
from clinamen.operations.swerve import (
    SwerveRequest,
    propose_places,
    swerve,
)
from clinamen.operations.variant import Variant


def test_breaks_that_are_outdone_come_only_when_asked_for(listener: clinamen.Listener) -> None:
    song = example_song("harbour_light.musicxml")
    request = SwerveRequest("4.1", strength="gentle", kind="pitch")
    with pytest.raises(ConstraintError, match=r"would outdo it; the nearest that can: \d"):
        swerve(song, request, listener=listener)
    allowed = SwerveRequest("4.1", strength="gentle", kind="pitch", outdone=True)
    assert not swerve(song, allowed, listener=listener).variants[0].is_peak


def test_no_variant_comes_twice_where_several_strengths_are_tried(
    listener: clinamen.Listener,
) -> None:
    request = SwerveRequest("27", kind="pitch", n=4, locks=("8", "12.1"), scale="key")
    found = swerve(example_song("ode_to_joy.musicxml"), request, listener=listener).variants
    assert len({notes_in_ticks(each.song.melody) for each in found}) == len(found)


def test_a_word_is_a_wish_and_a_number_is_exact(listener: clinamen.Listener) -> None:
    song = example_song("ode_to_joy.musicxml")
    found = swerve(song, SwerveRequest("27", "bold", "pitch"), listener=listener)
    assert {each.asked for each in found.variants} == {found.variants[0].asked}
    asked = found.variants[0].asked
    assert asked is not None
    assert 5.75 < asked <= 7.5
    assert min(abs(each.contrast - 5) for each in found.variants) == pytest.approx(asked - 5)
    assert f"bold is {asked:.1f} bits here: nothing nearer to 5 breaks" in " ".join(found.notices)
    with pytest.raises(ConstraintError, match=f"nearest that can: {asked:.1f} bits"):
        swerve(song, SwerveRequest("27", 5, "pitch"), listener=listener)
    exact = swerve(song, SwerveRequest("27", asked, "pitch"), listener=listener)
    assert not any(" is " in notice for notice in exact.notices)


def test_the_note_that_would_outdo_a_break_is_named(listener: clinamen.Listener) -> None:
    song = example_song("harbour_light.musicxml")
    with pytest.raises(ConstraintError) as told:
        swerve(song, SwerveRequest("21", "gentle", "rhythm"), listener=listener)
    heard = listener.hear(song, model="mixture", target="joint").parts["onset"]
    bits, starts = heard.information_content, song.melody.phrase_starts
    first = max(start for start in starts if start <= 20)
    end = min(start for start in starts if start > 20)
    before = bits[max(start for start in starts if start < first) : first]
    rival = first + int(np.argmax(bits[first:end]))
    bar, beat = bar_and_beat(song.melody, song.melody.notes[rival].onset_quarters)
    over = bits[rival] - np.median(before)
    assert f"the note at {bar}.{float(beat):g} costs {over:.1f} bits more" in told.value.reason
    nearest = float(told.value.nearest.split()[0])
    assert nearest > over
    assert swerve(song, SwerveRequest("21", nearest, "rhythm"), listener=listener).variants


def test_kinds_that_hold_the_word_come_first(listener: clinamen.Listener) -> None:
    song, mixed = example_song("harbour_light.musicxml"), 0
    for note in (12, 15, 21, 24, 27):
        found = swerve(song, SwerveRequest(str(note), "bold", n=20), listener=listener).variants
        home = [each.asked == 5.0 for each in found if each.home_after is not None]
        assert home == sorted(home, reverse=True)
        mixed += len(set(home)) == 2
    assert mixed


def test_two_notes_may_lead_to_a_break(listener: clinamen.Listener) -> None:
    """Where none of the notes that are near enough breaks by as much, others before it help."""
    song = example_song("harbour_light.musicxml")
    request = SwerveRequest("14", 5, "pitch", max_leap=3)
    variants = swerve(song, request, listener=listener).variants
    assert variants
    for variant in variants:
        assert min(variant.changed) == variant.note - 2
        assert "; after F4 and G4 instead of A4 and C5 the ear waits for A4 (8" in variant.reason


def test_after_other_notes_the_listener_is_still_sure_and_what_is_awaited_is_said(
    listener: clinamen.Listener,
) -> None:
    n_led = {"pitch": 0, "rhythm": 0, "silence": 0}
    for name, kind, note, bits in [
        ("harbour_light.musicxml", "pitch", 17, 5.0), ("amazing_grace.abc", "pitch", 17, 5.0),
        ("ode_to_joy.musicxml", "rhythm", 14, 8.0), ("amazing_grace.abc", "silence", 11, 8.0),
    ]:  # fmt: skip
        song = example_song(name)
        part = listener.hear(song, model="mixture", target="joint").parts[TARGETS[kind]]
        request = SwerveRequest(str(note + 1), bits, kind, n=30)
        for variant in swerve(song, request, listener=listener).variants:
            new = listener.hear(variant.song, model="mixture", target="joint").parts[TARGETS[kind]]
            share = new.distribution[variant.note].max()
            if not is_led(song, variant):
                assert share == pytest.approx(part.distribution[variant.note].max(), abs=1e-9)
                continue
            n_led[kind] += 1
            place = note + (kind == "rhythm" and variant.reason.count("the next one") > 0)
            assert share >= 0.6 * part.distribution[[note, place]].max(axis=1).min() - 1e-9
            led = variant.reason.partition("; after ")[2]
            assert re.match(
                rf".* the ear (waits for|leans towards) .* \({100 * share:.0f} %\)", led
            )
    assert all(n_led.values())


@pytest.mark.parametrize(
    ("name", "kind", "note", "bits"),
    [("harbour_light.musicxml", "pitch", 18, 5.0), ("ode_to_joy.musicxml", "rhythm", 15, 8.0),
     ("harbour_light.musicxml", "silence", 12, 8.0)],
)  # fmt: skip
def test_what_changes_nothing_before_the_break_comes_first(
    listener: clinamen.Listener, name: str, kind: str, note: int, bits: float
) -> None:
    song = example_song(name)
    request = SwerveRequest(str(note), bits, kind, n=30)
    found = swerve(song, request, listener=listener).variants
    led = [is_led(song, v) for v in found if v.kind != "harmony" and v.home_after is not None]
    assert led == sorted(led)
    assert len(set(led)) == 2


def test_without_a_strength_the_nearest_to_bold_comes_first(listener: clinamen.Listener) -> None:
    song, kinds = example_song("harbour_light.musicxml"), set()
    for at in ("6.1", "10.1", "21", "27"):
        found = swerve(song, SwerveRequest(at), listener=listener).variants
        clean = [v for v in found if v.home_after is not None and not is_led(song, v)]
        off = [np.ceil(max(abs(each.contrast - 5) - 0.75, 0)) for each in clean]
        assert off == sorted(off)
        kinds |= {each.kind for each in clean}
    assert len(kinds) >= 3


def test_any_kind_of_a_song_of_chords_is_harmony(listener: clinamen.Listener) -> None:
    song = song_of_symbols(["C", "Am", "F", "G7"] * 4, key=Key(0))
    found = swerve(song, SwerveRequest("9.1"), listener=listener)
    assert {each.kind for each in found.variants} == {"harmony"}
    assert found.awaited
    assert all(each.good_for == ("harmony",) for each in propose_places(song, listener))
    with pytest.raises(ParameterError, match="fewer than two notes"):
        swerve(song, SwerveRequest("9.1", kind="pitch"), listener=listener)


def test_what_would_be_outdone_can_be_asked_for(listener: clinamen.Listener) -> None:
    song = example_song("harbour_light.musicxml")
    with pytest.raises(ConstraintError, match=r"breaks that may be outdone \(--outdone\)"):
        swerve(song, SwerveRequest("4.1", "gentle", "pitch"), listener=listener)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.8, "Everyone waits for G4 here"), (0.79, "Most wait for G4 here"),
     (0.5, "Most wait for G4 here"), (0.49, "The ear leans towards G4 here"),
     (0.29, "Nobody can be sure here: the likeliest is G4")],
)  # fmt: skip
def test_words_are_as_sure_as_the_listener(share: float, words: str) -> None:
    assert stance_words("G4", share) == f"{words} ({100 * share:.0f} %)"


def test_here_is_the_place_that_was_asked_for(listener: clinamen.Listener) -> None:
    song = example_song("harbour_light.musicxml")
    found = swerve(song, SwerveRequest("6.1", kind="rhythm", n=20), listener=listener).variants
    assert any("the next one" in each.reason or "in between" in each.reason for each in found)
    assert not any(" here" in each.reason for each in found)


@pytest.mark.parametrize("kind", ["pitch", "silence"])
def test_clear_breaks_are_taken_alone_where_there_are_some(
    listener: clinamen.Listener, kind: str
) -> None:
    song, n_clear = example_song("harbour_light.musicxml"), 0
    for note in range(12, 38, 4):
        try:
            found = swerve(
                song, SwerveRequest(str(note), "shocking", kind, n=20), listener=listener
            )
        except ConstraintError:
            continue
        margins = [_margin(listener, v) for v in found.variants if not is_led(song, v)]
        if not margins:
            continue
        assert min(margins) >= 0
        assert max(margins) < 1 or min(margins) >= 1
        n_clear += min(margins) >= 1
    assert n_clear


def _margin(listener: clinamen.Listener, variant: Variant) -> float:
    """Bits of the break above every other note of its phrase."""
    heard = listener.hear(variant.song, model="mixture", target="joint")
    bits = heard.parts[TARGETS[variant.kind]].information_content
    starts = [*variant.song.melody.phrase_starts, len(bits)]
    first = max(start for start in starts if start <= variant.note)
    end = min(start for start in starts if start > variant.note)
    return float(
        bits[variant.note] - np.delete(bits[first:end], variant.note - first).max(initial=0)
    )


def test_of_a_break_on_the_last_note_it_is_said_that_the_song_ends(
    listener: clinamen.Listener,
) -> None:
    song = example_song("ode_to_joy.musicxml")
    last = len(song.melody.notes)
    found = swerve(song, SwerveRequest(str(last), kind="pitch"), listener=listener)
    assert {each.note for each in found.variants} == {last - 1}
    assert found.notices[-1].startswith("The song ends on the break")
    assert not any("within 4" in notice for notice in found.notices)
