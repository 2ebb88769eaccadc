"""Swerves of real songs with the shipped listener: laws."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.operations.swerve_songs import TARGETS, example_song

import clinamen
from clinamen.domains.music.constraints import bounds_of, parse_locks, parse_range, parse_scale
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.notes import Melody, Note, Song
from clinamen.domains.music.places import bar_and_beat, beat_span, onset_of
from clinamen.errors import ClinamenError, ConstraintError
from clinamen.operations.swerve import (
    SwerveRequest,
    iter_swerves,
    strength_bits,
    swerve,
)
from clinamen.operations.variant import Variant

SONGS = ("ode_to_joy.musicxml", "harbour_light.musicxml", "amazing_grace.abc")


ZONES = {"gentle": (1.5, 4.0), "bold": (4.0, 7.5), "shocking": (6.5, np.inf)}


_REQUESTS = st.builds(
    SwerveRequest,
    at=st.integers(12, 38).map(str),
    strength=st.sampled_from([None, "gentle", "bold", "shocking", 6.5]),
    kind=st.sampled_from(["pitch", "rhythm", "silence", "any"]),
    n=st.integers(1, 6),
    locks=st.sampled_from([(), ("1-4",), ("8", "12.1"), ("10-16",)]),
    range=st.sampled_from([None, "C4-E5"]),
    scale=st.sampled_from([None, "key"]),
    max_leap=st.sampled_from([None, 12, 5]),
    seed=st.sampled_from([0, 3]),
)


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(SONGS), _REQUESTS)
def test_what_is_asked_holds_in_every_variant(
    listener: clinamen.Listener, name: str, request: SwerveRequest
) -> None:
    song = example_song(name)
    try:
        result = swerve(song, request, listener=listener)
    except ClinamenError:
        assume(False)
    assert 1 <= len(result.variants) <= request.n
    assert [each.rank for each in result.variants] == [*range(1, len(result.variants) + 1)]
    for variant in result.variants:
        _outside_the_span_all_is_as_before(song, variant)
        _what_is_said_is_what_is_heard(listener, song, variant)
        _constraints_hold(song, variant, request)
        assert variant.is_peak
        _the_strength_is_what_was_asked(variant, request.strength)
    different = {(v.song.melody.notes, v.song.chords) for v in result.variants}
    assert len(different) == len(result.variants)


def _the_strength_is_what_was_asked(variant: Variant, strength: str | float | None) -> None:
    """A number is exact; a word is its own bits, or any that it can mean."""
    assert variant.asked is not None
    assert abs(variant.contrast - variant.asked) <= 0.75
    if isinstance(strength, float):
        assert variant.asked == strength
    if isinstance(strength, str) and variant.asked != strength_bits(strength):
        lowest, highest = ZONES[strength]
        assert lowest <= variant.asked <= highest
        assert lowest <= variant.contrast <= highest


def _outside_the_span_all_is_as_before(song: Song, variant: Variant) -> None:
    start, end = variant.span_quarters
    new = variant.song

    def outside(melody: Melody) -> list[Note]:
        return [n for n in melody.notes if n.end_quarters <= start or n.onset_quarters >= end]

    if variant.kind != "harmony":
        assert outside(new.melody) == outside(song.melody)
        assert end - start <= 10
        assert new.chords == song.chords
    else:
        assert new.melody == song.melody
    assert new.replace(melody=song.melody, chords=song.chords) == song
    assert new.melody.bar_onsets == song.melody.bar_onsets
    assert new.melody.end_quarters == song.melody.end_quarters


def _what_is_said_is_what_is_heard(
    listener: clinamen.Listener, song: Song, variant: Variant
) -> None:
    """Figures worked out here, from a fresh hearing, by the definitions in words."""
    if variant.kind == "harmony":
        return
    heard = listener.hear(variant.song, model="mixture", target="joint")
    bits = heard.parts[TARGETS[variant.kind]].information_content
    starts = [*variant.song.melody.phrase_starts, len(bits)]
    number = bisect_right(starts, variant.note) - 1
    first, end = starts[number], starts[number + 1]
    before = bits[starts[number - 1] : first] if number else bits[: variant.note]
    assert variant.bits == pytest.approx(bits[variant.note], abs=1e-9)
    assert variant.median == pytest.approx(float(np.median(before)), abs=1e-9)
    assert variant.contrast == pytest.approx(variant.bits - variant.median, abs=1e-9)
    assert variant.joint_bits == pytest.approx(heard.information_content[variant.note], abs=1e-9)
    onset = variant.song.melody.notes[first + int(np.argmax(bits[first:end]))].onset_quarters
    place = onset_of(song.melody, (variant.bar, variant.beat))
    begin, close = beat_span(song.melody, place)
    assert begin <= onset < close or variant.bits >= bits[first:end].max()
    if variant.home_after is not None:
        usual = np.median(np.delete(bits[first:end], variant.note - first))
        following = bits[variant.note + 1 : variant.note + 5]
        home = [k for k, each in enumerate(following, start=1) if each <= usual + 1]
        assert home[0] == variant.home_after


def _constraints_hold(song: Song, variant: Variant, request: SwerveRequest) -> None:
    old, new = notes_in_ticks(song.melody), notes_in_ticks(variant.song.melody)
    assert parse_locks(request.locks, song.melody).keeps(old, new)
    if variant.kind != "pitch":
        assert {pitch for _, _, pitch in new} <= {pitch for _, _, pitch in old}
        return
    assert [note[:2] for note in new] == [note[:2] for note in old]
    own = bounds_of(song.melody)
    lowest, highest = (own.lowest, own.highest)
    if request.range:
        lowest, highest = parse_range(request.range)
    scale = None
    if request.scale:
        scale = parse_scale(request.scale, song.melody.key_at(variant.span_quarters[0]))
    leaps = [abs(b[2] - a[2]) for a, b in pairwise(old)]
    largest = request.max_leap or max(12, *leaps)
    for index in variant.changed:
        pitch = new[index][2]
        assert lowest <= pitch <= highest
        assert scale is None or pitch % 12 in scale
        for neighbour in new[max(index - 1, 0) : index + 2]:
            assert abs(neighbour[2] - pitch) <= largest


@pytest.mark.parametrize("kind", ["pitch", "rhythm", "silence"])
@pytest.mark.parametrize("side", ["before", "after"])
def test_the_notes_beside_the_place_can_be_locked(
    listener: clinamen.Listener, kind: str, side: str
) -> None:
    song, found = example_song("harbour_light.musicxml"), 0
    notes = song.melody.notes
    for note in (13, 16, 23, 24, 26, 34):
        here = [bar_and_beat(song.melody, notes[k].onset_quarters) for k in (note - 1, note + 1)]
        earlier, later = (f"{bar}.{float(beat):g}" for bar, beat in here)
        lock = f"1-4,5.1-{earlier}" if side == "before" else f"{later}-16.4"
        request = SwerveRequest(str(note + 1), kind=kind, locks=(lock,), n=20)
        try:
            variants = swerve(song, request, listener=listener).variants
        except ConstraintError:
            continue
        for variant in variants:
            kept = notes[:note] if side == "before" else notes[note + 1 :]
            new = variant.song.melody.notes
            assert (new[:note] if side == "before" else new[-len(kept) :]) == kept
            found += 1
    assert found


def test_the_same_seed_gives_the_same(listener: clinamen.Listener) -> None:
    song = example_song("harbour_light.musicxml")

    def run(seed: int) -> list[Variant]:
        request = SwerveRequest("10.1", kind="pitch", seed=seed)
        return list(swerve(song, request, listener=listener).variants)

    assert run(0) == run(0)
    assert run(5) == run(5)
    assert [v.song for v in run(0)] != [v.song for v in run(5)]


def test_variants_are_no_spellings_of_one_idea(listener: clinamen.Listener) -> None:
    result = swerve(example_song("harbour_light.musicxml"), SwerveRequest("6.1"), listener=listener)
    ideas = [(each.kind, each.idea) for each in result.variants]
    assert len(result.variants) == 8
    assert len(set(ideas)) >= 6
    assert max(map(ideas.count, ideas)) <= 3
    assert len({each.kind for each in result.variants}) >= 3


@pytest.mark.parametrize("at", ["12", "22"])
def test_a_silence_of_one_length_comes_once(listener: clinamen.Listener, at: str) -> None:
    """As often as its notes can be left out or put off: what follows makes no other silence."""
    for name in SONGS:
        result = swerve(example_song(name), SwerveRequest(at, kind="silence"), listener=listener)
        for bits in {each.asked for each in result.variants}:
            ideas = [each.idea for each in result.variants if each.asked == bits]
            assert len(set(ideas)) == len(ideas)


def test_the_best_rhythm_divides_beats_as_the_song_does(listener: clinamen.Listener) -> None:
    song = example_song("ode_to_joy.musicxml")
    for at in range(10, 34, 4):
        request = SwerveRequest(at, "bold", "rhythm")
        try:
            best = swerve(song, request, listener=listener).variants[0]
        except ConstraintError:
            continue
        onsets = [note.onset_quarters for note in best.song.melody.notes]
        assert all(2 % onset.denominator == 0 for onset in onsets)


def test_every_reason_says_what_was_awaited_and_what_comes(listener: clinamen.Listener) -> None:
    song = example_song("harbour_light.musicxml")
    heard = listener.hear(song, model="mixture")
    result = swerve(song, SwerveRequest("5.2", kind="pitch", n=4), listener=listener)
    likeliest, chance = heard.expected_at(12, 1)[0]
    for variant in result.variants:
        assert f"({likeliest}, {100 * chance:.0f} %)" in variant.reason
        note = variant.song.melody.notes[variant.note]
        assert f"({note.spelling}" in variant.reason
        assert variant.reason.endswith(".")
        assert variant.reason.count(";") == 1


def test_the_best_of_the_first_kind_is_known_before_the_rest(listener: clinamen.Listener) -> None:
    results = list(
        iter_swerves(
            example_song("harbour_light.musicxml"), SwerveRequest("10.1"), listener=listener
        )
    )
    assert len(results[0].variants) == 1
    assert [len(each.variants) for each in results] == sorted(len(r.variants) for r in results)
    told: list[Variant] = []
    last = swerve(
        example_song("harbour_light.musicxml"),
        SwerveRequest("10.1"),
        listener=listener,
        on_variant=told.append,
    )
    assert told[0].song == results[0].variants[0].song
    assert last == results[-1]


def test_a_limit_on_shared_runs_is_kept(listener: clinamen.Listener) -> None:
    from clinamen.domains.music.fingerprints import changes
    from clinamen.operations.fingerprints import load_fingerprints

    song, index = example_song("amazing_grace.abc"), load_fingerprints(listener)
    free = swerve(song, SwerveRequest("8"), listener=listener)
    bound = swerve(song, SwerveRequest("8", max_shared=5), listener=listener)

    def longest(variant: Variant) -> int:
        notes = notes_in_ticks(variant.song.melody)
        run = index.longest_run(notes, span=changes(notes, notes_in_ticks(song.melody)))
        return run.n_notes if run else 0

    assert max(map(longest, free.variants)) > 5
    assert max(map(longest, bound.variants)) <= 5
    with pytest.raises(ConstraintError, match=r"max-shared 3 .*nearest that can: \d notes"):
        swerve(song, SwerveRequest("6.1", 5, "pitch", max_shared=3), listener=listener)
