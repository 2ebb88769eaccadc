"""Laws of breaking the pattern of chords."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.progressions import song_of_symbols
from tests.operations.small_harmony import harmony_listener

import clinamen
from clinamen.domains.music.breaks import measure_break
from clinamen.domains.music.constraints import parse_chord_locks, parse_locks
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Key
from clinamen.domains.music.progression.events import chord_changes
from clinamen.domains.music.progression.fit import clash, notes_over
from clinamen.domains.music.progression.palette import chord_phrases
from clinamen.errors import ConstraintError, MissingError, ParameterError
from clinamen.operations._harmony_ground import HarmonyGround
from clinamen.operations._harmony_places import harmony_places
from clinamen.operations._swerve_aim import TOLERANCE_BITS
from clinamen.operations._swerve_harmony import harmony_swerves
from clinamen.operations.swerve import SwerveRequest

SHIPPED = cache(clinamen.load_listener)
HARBOUR = cache(lambda: clinamen.read("examples/harbour_light.musicxml"))
LOOP = song_of_symbols(["C", "Am", "F", "G7"] * 4, key=Key(0))


@cache
def swerves(quarters, bits, seed=0):
    try:
        return tuple(harmony_swerves(HARBOUR(), SHIPPED(), Fraction(quarters), bits, seed=seed))
    except ConstraintError:
        return ()


places = st.sampled_from(
    [(16, 5.0), (20, 5.0), (20, 8.0), (28, 2.5), (28, 8.0), (44, 8.0), (22, 6.0)]
)


def outside(song, span):
    """What sounds outside a stretch: chords cut at its ends."""
    start, end = span
    found = []
    for each in chord_changes(song):
        begins, ends = each.onset_quarters, each.end_quarters
        for low, high in ((begins, min(ends, start)), (max(begins, end), ends)):
            if low < high:
                found.append((low, high, each.chord))
    return found


@settings(deadline=None, max_examples=12)
@given(places)
def test_outside_the_span_nothing_changes(place):
    for variant in swerves(*place):
        assert variant.song.melody == HARBOUR().melody
        span = variant.span_quarters
        assert outside(variant.song, span) == outside(HARBOUR(), span)
        assert chord_changes(variant.song) != chord_changes(HARBOUR())


@settings(deadline=None, max_examples=8)
@given(places)
def test_figures_are_those_of_hearing_the_new_song(place):
    for variant in swerves(*place):
        heard = SHIPPED().hear(variant.song, target="harmony").information_content
        spans = chord_changes(variant.song)
        onsets = [span.onset_quarters for span in spans]
        chord = variant.note
        beat = (float(onsets[chord]), float(spans[chord].end_quarters))
        phrases = chord_phrases(variant.song, onsets)
        again = measure_break(heard, [float(o) for o in onsets], phrases, chord, beat)
        assert variant.bits == pytest.approx(again.bits, abs=1e-9)
        assert variant.contrast == pytest.approx(again.contrast, abs=1e-9)
        assert (variant.is_peak, variant.home_after) == (again.is_peak, again.home_after)
        assert variant.bits == variant.joint_bits


def test_swerves_are_found_and_as_strong_as_asked():
    found = [(v, bits) for q, bits in ((16, 5.0), (20, 8.0), (28, 8.0)) for v in swerves(q, bits)]
    assert len(found) >= 12
    assert all(abs(v.contrast - bits) <= TOLERANCE_BITS for v, bits in found)
    assert all(v.is_peak for v, _ in found)


def test_where_some_chords_are_peaks_all_are():
    ground = HarmonyGround.at(HARBOUR(), SHIPPED(), Fraction(4))
    branches = np.repeat(ground.numbers[None], 2, axis=0)
    chords = [chord_changes(v.song)[v.note].chord for v in swerves(4, 5.0)]
    assert len(chords) > 1
    assert all(v.is_peak for v in swerves(4, 5.0))
    # Another chord is as strong and bears the melody, but a later one would surprise more.
    others = [n for n in ground.fitting(ground.place) if ground.vocabulary.chords[n] not in chords]
    found = []
    for number in others:
        branches[0, ground.place] = number
        bits = ground.branches.bits(branches[:1], ground.place, ground.last).total[0]
        found.append(ground.break_of(bits))
    near = [each for each in found if abs(each.contrast - 5.0) <= TOLERANCE_BITS]
    assert any(not each.is_peak for each in near)


def test_where_some_come_home_all_do():
    song = song_of_symbols(["C", "G", "Am", "Em", "F", "C", "F", "G"] * 2, key=Key(0))
    ground = HarmonyGround.at(song, SHIPPED(), Fraction(56))
    able = ground.fitting(ground.place)
    lines = np.repeat(ground.numbers[None], len(able), axis=0)
    lines[:, ground.place] = able
    lines = lines[(np.diff(lines, axis=1) != 0).all(axis=1)]
    bits = ground.branches.bits(lines, ground.place, ground.last).total
    near = [b for b in map(ground.break_of, bits) if abs(b.contrast - 8.0) <= TOLERANCE_BITS]
    assert any(b.home_after is None for b in near)
    variants = harmony_swerves(song, SHIPPED(), Fraction(56), 8.0, n=40)
    assert variants
    assert all(v.home_after is not None for v in variants)


def test_a_last_chord_may_be_where_it_stays():
    variants = harmony_swerves(HARBOUR(), SHIPPED(), Fraction(60), 8.0)
    assert any(v.home_after is None for v in variants)


def test_the_melody_costs_little_more_over_the_new_chords():
    def mean(song):
        heard = SHIPPED().hear(song, target="pitch")
        onsets = np.array(heard.columns["onset_quarters"])
        # Those over the chord at the place and the next one.
        return heard.information_content[(onsets >= 28) & (onsets < 36)].mean()

    variants = harmony_swerves(HARBOUR(), SHIPPED(), Fraction(28), 8.0, n=30)
    assert len(variants) > 10
    assert all(mean(v.song) <= mean(HARBOUR()) + 1.5 for v in variants)


def test_new_chords_bear_the_melody():
    for variant in swerves(28, 8.0):
        span = chord_changes(variant.song)[variant.note]
        notes = notes_over(variant.song.melody, span.onset_quarters, span.end_quarters)
        assert clash(span.chord, notes) < 1


def test_the_first_are_of_different_chords_and_none_comes_twice():
    variants = swerves(28, 8.0)
    assert [v.rank for v in variants] == list(range(1, len(variants) + 1))
    first = [chord_changes(v.song)[v.note].chord for v in variants[:4]]
    assert len({chord.root_pitch_class for chord in first}) == 4
    assert len({v.song.chords for v in variants}) == len(variants)


def test_the_same_seed_gives_the_same_songs():
    again = harmony_swerves(HARBOUR(), SHIPPED(), Fraction(28), 8.0)
    assert [v.song for v in again] == [v.song for v in swerves(28, 8.0)]


def test_n_bounds_the_answers_and_keeps_their_order():
    few = harmony_swerves(HARBOUR(), SHIPPED(), Fraction(28), 8.0, n=2)
    assert [v.song for v in few] == [v.song for v in swerves(28, 8.0)][:2]


def test_a_reason_says_what_was_awaited_and_what_comes():
    reason = swerves(28, 5.0)[0].reason
    assert reason.startswith(
        "Everyone waits for F here (85 %); Dm7, a deceptive cadence, comes instead"
    )
    assert reason.endswith(".")


def test_a_chord_that_goes_on_is_broken_off_at_the_place():
    variants = swerves(22, 6.0)
    assert variants
    for variant in variants:
        assert variant.span_quarters[0] == 22
        assert (variant.bar, variant.beat) == (6, 3) or variant.bar == 6
        before = [s for s in chord_changes(variant.song) if s.onset_quarters < 22]
        assert before[-1].end_quarters == 22


def test_one_chord_may_be_all_that_changes():
    for variant in harmony_swerves(HARBOUR(), SHIPPED(), Fraction(28), 8.0, span=1):
        assert variant.changed == (variant.note,)


def test_locked_chords_stay():
    locks = parse_locks(["9"], HARBOUR().melody)
    variants = harmony_swerves(HARBOUR(), SHIPPED(), Fraction(28), 8.0, locks=locks)
    assert all(v.span_quarters[1] <= 32 for v in variants)
    assert any(v.span_quarters[1] > 32 for v in swerves(28, 8.0))
    with pytest.raises(ConstraintError, match=r"lock on 9\.1 .*cannot hold"):
        harmony_swerves(HARBOUR(), SHIPPED(), Fraction(32), 8.0, locks=locks)


def test_a_chord_lock_holds_the_whole_chord_and_no_note():
    song = HARBOUR()
    fifth = song.harmony[4]
    assert fifth.duration_quarters > 2
    locks = parse_chord_locks(["chords:5.1"], song)
    for quarters in (fifth.onset_quarters, fifth.onset_quarters + 2):
        with pytest.raises(ConstraintError, match="the lock on 5"):
            harmony_swerves(song, SHIPPED(), quarters, 8.0, locks=locks)
    # The chord before it may change, and nothing of it reaches the locked one.
    for variant in harmony_swerves(song, SHIPPED(), fifth.onset_quarters - 4, 5.0, locks=locks):
        assert variant.span_quarters[1] <= fifth.onset_quarters
        assert variant.song.chords[-12:] == song.chords[-12:]
    notes = clinamen.swerve(song, SwerveRequest("5.3", kind="pitch", locks=("chords:5",), n=1))
    assert notes.variants
    with pytest.raises(ConstraintError, match=r"lock on 5\.3"):
        clinamen.swerve(song, SwerveRequest("5.3", kind="harmony", locks=("chords:5",)))
    with pytest.raises(ConstraintError, match=r"lock on 5\.3"):
        clinamen.swerve(song, SwerveRequest("5.3", kind="pitch", locks=("notes:5",)))


def test_any_break_leaves_a_locked_chord():
    request = SwerveRequest("10.1", n=20, locks=("chords:10",))
    assert all(each.kind != "harmony" for each in clinamen.swerve(HARBOUR(), request).variants)
    free = clinamen.swerve(HARBOUR(), SwerveRequest("10.1", n=20, locks=("notes:9",)))
    assert any(each.kind == "harmony" for each in free.variants)


def test_a_strength_out_of_reach_names_the_nearest():
    with pytest.raises(ConstraintError, match="surprises more; the nearest") as caught:
        harmony_swerves(HARBOUR(), SHIPPED(), Fraction(44), 1.0)
    nearest = float(caught.value.nearest.removesuffix(" bits"))
    assert harmony_swerves(HARBOUR(), SHIPPED(), Fraction(44), nearest)
    with pytest.raises(ConstraintError, match="surprises less"):
        harmony_swerves(HARBOUR(), SHIPPED(), Fraction(44), 90.0)


def test_one_chord_is_not_all_there_is():
    variants = harmony_swerves(LOOP, SHIPPED(), Fraction(28), 8.0, n=60)
    first = [chord_changes(v.song)[v.note].chord for v in variants]
    kinds = Counter(
        (c.root_pitch_class, (c.root_pitch_class + 3) % 12 in c.pitch_classes) for c in first
    )
    assert len(kinds) >= 8
    assert max(kinds.values()) == 3


def test_songs_of_chords_alone_can_be_broken():
    variants = harmony_swerves(LOOP, SHIPPED(), Fraction(32), 8.0)
    assert len(variants) == 8
    assert variants[0].song.chords[:8] == LOOP.chords[:8]


@pytest.mark.parametrize(
    ("song", "options", "message"),
    [
        (song_of_symbols(["what?"] * 4), {}, "no chords"),
        (LOOP, {"at": Fraction(0)}, "after the first chord"),
        (LOOP, {"at": Fraction(64)}, "outside the song"),
        (LOOP, {"at": Fraction(-4)}, "outside the song"),
        (LOOP, {"n": 0}, "n must be"),
        (LOOP, {"span": 3}, "1 or 2 chords"),
        (LOOP, {"contrast": float("nan")}, "number of bits"),
    ],
)
def test_what_cannot_be_is_said(song, options, message):
    at, contrast = options.pop("at", Fraction(8)), options.pop("contrast", 5.0)
    with pytest.raises(ParameterError, match=message):
        harmony_swerves(song, harmony_listener(), at, contrast, **options)


def test_a_listener_without_harmony_says_so():
    with pytest.raises(MissingError, match="nothing about chords"):
        harmony_swerves(LOOP, Listener(), Fraction(8), 5.0)
    with pytest.raises(MissingError, match="nothing about chords"):
        harmony_places(LOOP, Listener())


def test_places_are_where_the_listener_is_sure():
    found = harmony_places(HARBOUR(), SHIPPED(), 3)
    heard = SHIPPED().hear(HARBOUR(), target="harmony").parts["chord"]
    onsets = [float(o) for o in heard.columns["onset_quarters"]]
    for place in found:
        chord = onsets.index(float(place.onset_quarters))
        assert place.entropy == heard.entropy[chord] < np.median(heard.entropy)
        assert place.chance == heard.distribution[chord].max()
        assert place.awaited in place.reason
    assert [p.worth for p in found] == sorted((p.worth for p in found), reverse=True)


def test_places_for_a_strength_can_be_broken_so():
    found = harmony_places(HARBOUR(), SHIPPED(), 3, contrast=5.0)
    assert found
    for place in found:
        assert harmony_swerves(HARBOUR(), SHIPPED(), place.onset_quarters, 5.0)[0].is_peak


def test_locked_places_are_not_proposed():
    best = harmony_places(HARBOUR(), SHIPPED(), 1)[0]
    locks = parse_locks([str(best.bar)], HARBOUR().melody)
    others = harmony_places(HARBOUR(), SHIPPED(), 20, locks=locks)
    assert others
    assert best.onset_quarters not in {place.onset_quarters for place in others}


@pytest.mark.parametrize(
    ("song", "n", "message"), [(LOOP, 0, "n must be"), (song_of_symbols(["?"]), 1, "no chords")]
)
def test_places_refuse_what_cannot_be(song, n, message):
    with pytest.raises(ParameterError, match=message):
        harmony_places(song, harmony_listener(), n)


def test_the_chord_that_is_awaited_is_no_surprise() -> None:
    """Where a chord goes on in the song, the likeliest may be another: it is no variant."""
    listener, song = clinamen.load_listener(), clinamen.read("examples/harbour_light.musicxml")
    n_found = 0
    for half in range(2, 100):
        try:
            found = harmony_swerves(song, listener, Fraction(half), 1.0, n=20)
        except clinamen.ClinamenError:
            continue
        ground = HarmonyGround.at(song, listener, Fraction(half))
        awaited = ground.awaited[0]
        for variant in found:
            chord = next(c.chord for c in variant.song.harmony if c.onset_quarters == half)
            assert awaited is None or (chord.root_pitch_class, chord.quality) != (
                awaited.root_pitch_class,
                awaited.quality,
            )
            n_found += 1
        if n_found > 15:
            break
    assert n_found
