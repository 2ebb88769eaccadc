"""Songs beyond the rules of one: each breaks what it says, and keeps the rest."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

import clinamen
from clinamen.domains.music.notes import Song
from clinamen.domains.music.rules import KINDS, VIEWPOINTS, Metre, Scale, reading_of, rules_of
from clinamen.errors import MissingError, ParameterError
from clinamen.operations._rules_search import KEPT
from clinamen.operations.listeners import QUICK_LISTENER, load_listener
from clinamen.operations.rules import NAMES, RulesRequest, RulesResult, search_rules
from clinamen.operations.rules_export import rules_record
from clinamen.texts import LANGUAGES, Message

REQUEST = RulesRequest(evaluations=1_500, n=40, seed=1)


@pytest.fixture(scope="module")
def quick() -> clinamen.Listener:
    return load_listener(QUICK_LISTENER)


@pytest.fixture(scope="module")
def ode() -> Song:
    return clinamen.read("examples/ode_to_joy.musicxml")


@pytest.fixture(scope="module")
def result(ode: Song, quick: clinamen.Listener) -> RulesResult:
    return search_rules(ode, REQUEST, quick=quick)


def test_each_find_breaks_what_it_says_and_nothing_else(result: RulesResult) -> None:
    rules = {rule.kind: rule for rule in result.rules}
    assert len(result.finds) > 20
    for find in result.finds:
        reading = reading_of(find.song.melody)
        for old, new in zip(find.broken.old, find.broken.new, strict=True):
            assert old == rules[old.kind]
            assert not old.holds(reading), find.reason
            assert new.holds(reading), find.reason
        for rule in find.broken.kept:
            assert rule.holds(reading), (find.reason, rule)


def test_metre_and_scale_without_the_rules_own_code(result: RulesResult) -> None:
    """From notes and bar lines alone."""
    seen = set()
    for find in result.finds:
        melody = find.song.melody
        for new in find.broken.new:
            if isinstance(new, Metre):
                lengths = {b - a for a, b in pairwise(melody.bar_onsets)}
                assert lengths == {new.meter.bar_quarters} != {Fraction(4)}
            elif isinstance(new, Scale):
                inside = [note.pitch % 12 in new.pitch_classes for note in melody.notes]
                assert sum(inside) >= 0.95 * len(inside)
                outside = [note.pitch % 12 not in {2, 4, 6, 7, 9, 11, 1} for note in melody.notes]
                assert sum(outside) > 0.05 * len(outside)
                assert f"{sum(outside)} of {len(outside)} notes" in find.reason
            seen.add(new.kind)
    assert {"scale", "metre", "plan"} <= seen


def test_a_find_is_still_half_the_song(result: RulesResult) -> None:
    assert all(KEPT <= find.kept <= 1 for find in result.finds)


def test_the_best_of_each_kind_comes_first(result: RulesResult) -> None:
    kinds = [find.kinds for find in result.finds]
    first = len({*kinds})
    assert len({*kinds[:first]}) == first
    rest = [find.worth.pull for find in result.finds[first:]]
    assert rest == sorted(rest, reverse=True)
    assert any(len(each) == 2 for each in kinds)
    assert {each for each in kinds if len(each) == 1} >= {("scale",), ("metre",), ("plan",)}


def test_reasons_are_said_in_every_language(result: RulesResult) -> None:
    for find in result.finds:
        assert isinstance(find.reason, Message)
        assert len({find.reason.said(language) for language in LANGUAGES}) == len(LANGUAGES)
    scales = [find for find in result.finds if find.kinds == ("scale",)]
    assert any("is raised: D Lydian where the song was in D major" in f.reason for f in scales)


def test_the_same_seed_gives_the_same(ode: Song, quick: clinamen.Listener) -> None:
    few = replace(REQUEST, kinds=("cadence", "metre"), evaluations=300)
    found = [rules_record(search_rules(ode, few, quick=quick), file="x") for _ in range(2)]
    assert found[0] == found[1]
    few = replace(few, kinds=("cadence",), pairs=False)
    one, other = (search_rules(ode, replace(few, seed=seed), quick=quick) for seed in (1, 2))
    assert {find.kinds for find in one.finds} == {("cadence",)}
    assert [f.song for f in one.finds] != [f.song for f in other.finds]


def test_plain_data(result: RulesResult) -> None:
    record = json.loads(json.dumps(rules_record(result, file="ode"), allow_nan=False))
    assert [each["kind"] for each in record["rules"]][:3] == ["scale", "metre", "plan"]
    assert record["rules"][0]["says"] == "D major: 62 of 62 notes"
    assert len(record["finds"]) == len(result.finds)
    assert record["evaluations"] <= REQUEST.evaluations


def test_songs_survive_a_file(result: RulesResult, tmp_path: object) -> None:
    """Key, metre and bars are written, and the rules hold for who reads it."""
    from pathlib import Path

    for find in (each for each in result.finds[:8] if len(each.kinds) == 1):
        path = Path(str(tmp_path)) / f"{find.rank}.musicxml"
        clinamen.write(find.song, path)
        melody = clinamen.read(path).melody
        assert melody.keys[0].key == find.song.melody.keys[0].key
        assert melody.meters[0].meter == find.song.melody.meters[0].meter
        assert len(melody.bar_onsets) == len(find.song.melody.bar_onsets)
        if find.kinds[0] in ("scale", "metre", "cadence"):
            assert find.broken.new[0].holds(reading_of(melody))


def test_chords_that_do_not_fit_a_scale_are_left_out(quick: clinamen.Listener) -> None:
    song = clinamen.read("examples/harbour_light.musicxml")
    few = RulesRequest(kinds=("scale",), evaluations=300, pairs=False, n=40)
    for find in search_rules(song, few, quick=quick).finds:
        new = find.broken.new[0]
        assert isinstance(new, Scale)
        assert len(find.song.chords) + find.n_chords_left_out == len(song.chords)
        for span in find.song.harmony:
            assert {*span.chord.pitch_classes} <= new.pitch_classes


def test_a_stop_ends_it_with_what_there_is(ode: Song, quick: clinamen.Listener) -> None:
    asked = iter([False] * 30 + [True] * 10_000)
    stopped = search_rules(ode, REQUEST, quick=quick, stop=lambda: next(asked))
    assert stopped.was_stopped
    assert stopped.n_evaluations < 1_000


def test_a_song_that_follows_none(quick: clinamen.Listener) -> None:
    song = clinamen.read("examples/left_hand_blues.mid")
    assert rules_of(song.melody).scale is None
    with pytest.raises(MissingError, match="follows none of these rules"):
        search_rules(song, RulesRequest(kinds=("scale",)), quick=quick)


def test_names_of_rules() -> None:
    assert RulesRequest().wanted == KINDS
    assert RulesRequest(kinds=("viewpoint", "scale")).wanted == (*VIEWPOINTS, "scale")
    assert {*NAMES} == {*KINDS, "viewpoint"}
    with pytest.raises(ParameterError, match="rules are scale, metre"):
        RulesRequest(kinds=("colour",))
    with pytest.raises(ParameterError, match="one tune or more"):
        RulesRequest(evaluations=0)
    with pytest.raises(ParameterError, match="time must be above 0"):
        RulesRequest(seconds=-1)
