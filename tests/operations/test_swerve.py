"""Swerves of real songs with the shipped listener: laws, and what cannot be had."""

from __future__ import annotations

import re
from bisect import bisect_right
from fractions import Fraction
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.progressions import song_of_symbols

import clinamen
from clinamen.domains.music.constraints import bounds_of, parse_locks, parse_range, parse_scale
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.notes import Key, Melody, Meter, MeterChange, Note, Song
from clinamen.domains.music.places import bar_and_beat, beat_span, onset_of
from clinamen.errors import ClinamenError, ConstraintError, MissingError, ParameterError
from clinamen.operations._swerve_words import stance_words
from clinamen.operations.swerve import (
    SwerveRequest,
    iter_swerves,
    propose_places,
    strength_bits,
    swerve,
)
from clinamen.operations.variant import Variant

SONGS = ("ode_to_joy.musicxml", "harbour_light.musicxml", "amazing_grace.abc")
ZONES = {"gentle": (1.5, 4.0), "bold": (4.0, 7.5), "shocking": (6.5, np.inf)}
TARGETS = {"pitch": "pitch", "rhythm": "onset", "silence": "onset"}


@cache
def _song(name: str) -> Song:
    return clinamen.read(f"examples/{name}")


@pytest.fixture(scope="module")
def listener() -> clinamen.Listener:
    return clinamen.load_listener()


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
    song = _song(name)
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
    song, found = _song("harbour_light.musicxml"), 0
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
    song = _song("harbour_light.musicxml")

    def run(seed: int) -> list[Variant]:
        request = SwerveRequest("10.1", kind="pitch", seed=seed)
        return list(swerve(song, request, listener=listener).variants)

    assert run(0) == run(0)
    assert run(5) == run(5)
    assert [v.song for v in run(0)] != [v.song for v in run(5)]


def test_variants_are_no_spellings_of_one_idea(listener: clinamen.Listener) -> None:
    result = swerve(_song("harbour_light.musicxml"), SwerveRequest("6.1"), listener=listener)
    ideas = [(each.kind, each.idea) for each in result.variants]
    assert len(result.variants) == 8
    assert len(set(ideas)) >= 6
    assert max(map(ideas.count, ideas)) <= 3
    assert len({each.kind for each in result.variants}) >= 3


def test_every_reason_says_what_was_awaited_and_what_comes(listener: clinamen.Listener) -> None:
    song = _song("harbour_light.musicxml")
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
        iter_swerves(_song("harbour_light.musicxml"), SwerveRequest("10.1"), listener=listener)
    )
    assert len(results[0].variants) == 1
    assert [len(each.variants) for each in results] == sorted(len(r.variants) for r in results)
    told: list[Variant] = []
    last = swerve(
        _song("harbour_light.musicxml"),
        SwerveRequest("10.1"),
        listener=listener,
        on_variant=told.append,
    )
    assert told[0].song == results[0].variants[0].song
    assert last == results[-1]


def test_a_limit_on_shared_runs_is_kept(listener: clinamen.Listener) -> None:
    from clinamen.domains.music.fingerprints import changes
    from clinamen.operations.fingerprints import load_fingerprints

    song, index = _song("amazing_grace.abc"), load_fingerprints(listener)
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


def test_breaks_that_are_outdone_come_only_when_asked_for(listener: clinamen.Listener) -> None:
    song = _song("harbour_light.musicxml")
    request = SwerveRequest("4.1", strength="gentle", kind="pitch")
    with pytest.raises(ConstraintError, match=r"would outdo it; the nearest that can: \d"):
        swerve(song, request, listener=listener)
    allowed = SwerveRequest("4.1", strength="gentle", kind="pitch", outdone=True)
    assert not swerve(song, allowed, listener=listener).variants[0].is_peak


# What cannot be had


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
        swerve(_song("amazing_grace.abc"), request_, listener=listener)


def test_the_nearest_strength_that_is_named_can_be_had(listener: clinamen.Listener) -> None:
    song = _song("amazing_grace.abc")
    with pytest.raises(ConstraintError) as told:
        swerve(song, SwerveRequest("6.1", 30, "pitch"), listener=listener)
    nearest = float(told.value.nearest.split()[0])
    found = swerve(song, SwerveRequest("6.1", nearest, "pitch"), listener=listener)
    assert found.variants[0].contrast == pytest.approx(nearest, abs=0.75)


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
        swerve(_song("amazing_grace.abc"), SwerveRequest(at), listener=listener)


@pytest.mark.parametrize(
    "wrong",
    [{"strength": "loud"}, {"strength": -1}, {"strength": float("nan")}, {"kind": "lyrics"},
     {"n": 0}, {"seed": -1}],
)  # fmt: skip
def test_a_request_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        SwerveRequest("1.1", **wrong)  # type: ignore[arg-type]


COMMON = Meter(4, 4)


def _plain(n_notes: int, meter: Meter = COMMON) -> Song:
    pitches = (60, 62, 64, 65, 67, 65, 64, 62)
    notes = tuple(Note(Fraction(k), Fraction(1), pitches[k % 8]) for k in range(n_notes))
    return Song(Melody(notes, meters=(MeterChange(Fraction(0), meter),)))


def test_a_song_of_two_notes_can_be_broken_and_one_of_one_cannot(
    listener: clinamen.Listener,
) -> None:
    found = swerve(_plain(2), SwerveRequest("2", kind="pitch"), listener=listener)
    assert found.variants
    assert all(each.changed == (1,) for each in found.variants)
    with pytest.raises(ParameterError, match="fewer than two notes"):
        swerve(_plain(1), SwerveRequest("1"), listener=listener)


def test_a_song_without_chords_has_no_harmony_to_break(listener: clinamen.Listener) -> None:
    with pytest.raises(ParameterError, match="no chords"):
        swerve(_plain(8), SwerveRequest("5", kind="harmony"), listener=listener)


def test_a_metre_that_was_never_heard_is_said_and_still_works(
    listener: clinamen.Listener,
) -> None:
    odd = swerve(_plain(40, Meter(19, 4)), SwerveRequest("30", kind="pitch"), listener=listener)
    assert any("never heard 19/4" in notice for notice in odd.notices)
    assert odd.variants
    usual = swerve(_plain(40), SwerveRequest("30", kind="pitch"), listener=listener)
    assert not any("never heard" in notice for notice in usual.notices)


def test_a_listener_that_was_not_sure_is_said_to_be_so(listener: clinamen.Listener) -> None:
    song = _song("harbour_light.musicxml")
    entropy = listener.hear(song, model="mixture").entropy
    chances = listener.hear(song, model="mixture").distribution.max(axis=1)
    least, most = int(chances[1:].argmin()) + 1, int(chances.argmax())
    unsure = swerve(song, SwerveRequest(str(least + 1)), listener=listener)
    sure = swerve(song, SwerveRequest(str(most + 1)), listener=listener)
    assert any(f"entropy {entropy[least]:.1f} bits" in notice for notice in unsure.notices)
    assert not any("not sure" in notice for notice in sure.notices)


def test_a_listener_without_a_mixture_is_refused() -> None:
    with pytest.raises(MissingError, match="no mixture"):
        swerve(_plain(8), SwerveRequest("5"), listener=clinamen.Listener())


# Places


def test_proposed_places_are_sure_varied_and_can_be_broken(listener: clinamen.Listener) -> None:
    song = _song("harbour_light.musicxml")
    heard = listener.hear(song, model="mixture")
    places = propose_places(song, listener, SwerveRequest("1.1", n=4))
    assert len({each.note for each in places}) == 4
    for place in places:
        note = song.melody.notes[place.note]
        assert onset_of(song.melody, (place.bar, place.beat)) == note.onset_quarters
        assert place.bits == heard.information_content[place.note]
        assert place.probability == heard.distribution[place.note].max()
        assert place.bar > 2
    assert np.mean([p.entropy for p in places]) < np.mean(heard.entropy)
    starts = song.melody.phrase_starts
    assert len({bisect_right(starts, each.note) for each in places}) >= 3
    first = f"{places[0].bar}.{float(places[0].beat):g}"
    assert swerve(song, SwerveRequest(first, "bold"), listener=listener).variants


def test_locked_places_are_not_proposed(listener: clinamen.Listener) -> None:
    song = _song("harbour_light.musicxml")
    best = propose_places(song, listener)[0]
    rest = propose_places(song, listener, SwerveRequest("1.1", locks=(str(best.bar),)))
    assert all(each.bar != best.bar for each in rest)


def test_no_variant_comes_twice_where_several_strengths_are_tried(
    listener: clinamen.Listener,
) -> None:
    request = SwerveRequest("27", kind="pitch", n=4, locks=("8", "12.1"), scale="key")
    found = swerve(_song("ode_to_joy.musicxml"), request, listener=listener).variants
    assert len({notes_in_ticks(each.song.melody) for each in found}) == len(found)


# Words and numbers


def test_a_word_is_a_wish_and_a_number_is_exact(listener: clinamen.Listener) -> None:
    song = _song("ode_to_joy.musicxml")
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


def test_what_a_word_cannot_mean_is_refused(listener: clinamen.Listener) -> None:
    song = _song("ode_to_joy.musicxml")
    with pytest.raises(ConstraintError, match=r"gentle \(1.5 to 4 bits\) .*that can: 6.4 bits"):
        swerve(song, SwerveRequest("27", "gentle", "pitch"), listener=listener)


def test_the_note_that_would_outdo_a_break_is_named(listener: clinamen.Listener) -> None:
    song = _song("harbour_light.musicxml")
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
    song, mixed = _song("harbour_light.musicxml"), 0
    for note in (12, 15, 21, 24, 27):
        found = swerve(song, SwerveRequest(str(note), "bold", n=20), listener=listener).variants
        home = [each.asked == 5.0 for each in found if each.home_after is not None]
        assert home == sorted(home, reverse=True)
        mixed += len(set(home)) == 2
    assert mixed


def _is_led(song: Song, variant: Variant) -> bool:
    """Whether something else is heard before the break than in the song."""
    before = variant.song.melody.notes[: variant.note]
    own = song.melody.notes[: variant.note]
    return [(n.onset_quarters, n.pitch) for n in before] != [
        (n.onset_quarters, n.pitch) for n in own
    ]


def test_two_notes_may_lead_to_a_break(listener: clinamen.Listener) -> None:
    """Where none of the notes that are near enough breaks by as much, others before it help."""
    song = _song("harbour_light.musicxml")
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
        song = _song(name)
        part = listener.hear(song, model="mixture", target="joint").parts[TARGETS[kind]]
        request = SwerveRequest(str(note + 1), bits, kind, n=30)
        for variant in swerve(song, request, listener=listener).variants:
            new = listener.hear(variant.song, model="mixture", target="joint").parts[TARGETS[kind]]
            share = new.distribution[variant.note].max()
            if not _is_led(song, variant):
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
    song = _song(name)
    request = SwerveRequest(str(note), bits, kind, n=30)
    found = swerve(song, request, listener=listener).variants
    led = [_is_led(song, v) for v in found if v.kind != "harmony" and v.home_after is not None]
    assert led == sorted(led)
    assert len(set(led)) == 2


def test_without_a_strength_the_nearest_to_bold_comes_first(listener: clinamen.Listener) -> None:
    song, kinds = _song("harbour_light.musicxml"), set()
    for at in ("6.1", "10.1", "21", "27"):
        found = swerve(song, SwerveRequest(at), listener=listener).variants
        clean = [v for v in found if v.home_after is not None and not _is_led(song, v)]
        off = [np.ceil(max(abs(each.contrast - 5) - 0.75, 0)) for each in clean]
        assert off == sorted(off)
        kinds |= {each.kind for each in clean}
    assert len(kinds) >= 3


def test_a_range_that_leaves_no_pitch_is_said_where_any_kind_is_asked_for(
    listener: clinamen.Listener,
) -> None:
    song = _song("harbour_light.musicxml")
    found = swerve(song, SwerveRequest("6.1", range="G6-C7"), listener=listener)
    assert {each.kind for each in found.variants} >= {"rhythm", "harmony"}
    (notice,) = [each for each in found.notices if "breaks the pitch" in each]
    assert "range G6-C7 cannot hold: no other note of it lies within 12 semitones" in notice
    free = swerve(song, SwerveRequest("6.1"), listener=listener)
    assert not any("breaks the pitch" in each for each in free.notices)


def test_where_no_chord_is_awaited_that_is_said(listener: clinamen.Listener) -> None:
    song = _song("harbour_light.musicxml")
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


def test_any_kind_of_a_song_of_chords_is_harmony(listener: clinamen.Listener) -> None:
    song = song_of_symbols(["C", "Am", "F", "G7"] * 4, key=Key(0))
    found = swerve(song, SwerveRequest("9.1"), listener=listener)
    assert {each.kind for each in found.variants} == {"harmony"}
    assert found.awaited
    assert all(each.good_for == ("harmony",) for each in propose_places(song, listener))
    with pytest.raises(ParameterError, match="fewer than two notes"):
        swerve(song, SwerveRequest("9.1", kind="pitch"), listener=listener)


@pytest.mark.parametrize(
    ("name", "is_said"), [("left_hand_blues.mid", True), ("ah_vous_dirai_je.mid", False)]
)
def test_that_other_parts_are_not_in_a_variant_is_said(
    listener: clinamen.Listener, name: str, *, is_said: bool
) -> None:
    found = swerve(_song(name), SwerveRequest("20", n=1), listener=listener)
    assert any("not the other parts and voices" in each for each in found.notices) == is_said


def test_what_would_be_outdone_can_be_asked_for(listener: clinamen.Listener) -> None:
    song = _song("harbour_light.musicxml")
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
    song = _song("harbour_light.musicxml")
    found = swerve(song, SwerveRequest("6.1", kind="rhythm", n=20), listener=listener).variants
    assert any("the next one" in each.reason or "in between" in each.reason for each in found)
    assert not any(" here" in each.reason for each in found)


@pytest.mark.parametrize("kind", ["pitch", "silence"])
def test_clear_breaks_are_taken_alone_where_there_are_some(
    listener: clinamen.Listener, kind: str
) -> None:
    song, n_clear = _song("harbour_light.musicxml"), 0
    for note in range(12, 38, 4):
        try:
            found = swerve(
                song, SwerveRequest(str(note), "shocking", kind, n=20), listener=listener
            )
        except ConstraintError:
            continue
        margins = [_margin(listener, v) for v in found.variants if not _is_led(song, v)]
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


def test_places_for_harmony_are_proposed_where_it_is_asked_for(
    listener: clinamen.Listener,
) -> None:
    song = _song("harbour_light.musicxml")
    heard = listener.hear(song, target="harmony").parts["chord"]
    request = SwerveRequest("1.1", 6.0, "harmony", n=8)
    places = propose_places(song, listener, request)
    assert places
    for place in places:
        assert place.good_for == ("harmony",)
        assert place.probability in heard.distribution.max(axis=1)
        at = f"{place.bar}.{float(place.beat):g}"
        assert swerve(song, SwerveRequest(at, 6.0, "harmony"), listener=listener).variants
    with pytest.raises(ParameterError, match="no chords"):
        propose_places(_song("ode_to_joy.musicxml").replace(chords=()), listener, request)


def test_places_of_any_kind_say_what_they_are_good_for(listener: clinamen.Listener) -> None:
    song = _song("harbour_light.musicxml")
    places = propose_places(song, listener, SwerveRequest("1.1", n=6))
    assert len(places) == len({(each.bar, each.beat) for each in places}) == 6
    assert {kind for each in places for kind in each.good_for} == {"notes", "harmony"}
    assert ("notes", "harmony") in [each.good_for for each in places]
    assert places[0].good_for[0] == "notes"
    for place in places:
        at = onset_of(song.melody, (place.bar, place.beat))
        assert song.melody.notes[place.note].onset_quarters == at
    melody_only = propose_places(song, listener, SwerveRequest("1.1", kind="pitch"))
    assert all(each.good_for == ("notes",) for each in melody_only)


def test_what_any_kind_cannot_do_is_said_of_each(listener: clinamen.Listener) -> None:
    song = _song("ode_to_joy.musicxml").replace(chords=())
    with pytest.raises(ConstraintError) as told:
        swerve(song, SwerveRequest("27", "gentle"), listener=listener)
    assert told.value.constraint == "strength gentle (1.5 to 4 bits)"
    for kind in ("pitch", "rhythm", "silence"):
        assert f"{kind}: " in told.value.reason
        assert f"{kind}: by {kind}" not in told.value.reason
        assert f"bits by {kind}" in told.value.nearest


def test_a_place_may_be_a_number_and_no_leap_at_all_is_refused(listener: clinamen.Listener) -> None:
    song = _song("ode_to_joy.musicxml")
    numbers = swerve(song, SwerveRequest(14.2, 5, "pitch", n=1), listener=listener)
    assert (
        numbers.variants
        == swerve(song, SwerveRequest("14.2", 5, "pitch", n=1), listener=listener).variants
    )
    with pytest.raises(ConstraintError, match="largest leap 0 cannot hold"):
        swerve(song, SwerveRequest(27, max_leap=0), listener=listener)
