"""Places that are proposed for a swerve."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
import pytest
from tests.operations.swerve_songs import example_song

import clinamen
from clinamen.domains.music.places import onset_of
from clinamen.errors import ParameterError
from clinamen.operations.swerve import (
    SwerveRequest,
    propose_places,
    swerve,
)


def test_proposed_places_are_sure_varied_and_can_be_broken(listener: clinamen.Listener) -> None:
    song = example_song("harbour_light.musicxml")
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
    song = example_song("harbour_light.musicxml")
    best = propose_places(song, listener)[0]
    rest = propose_places(song, listener, SwerveRequest("1.1", locks=(str(best.bar),)))
    assert all(each.bar != best.bar for each in rest)


def test_places_for_harmony_are_proposed_where_it_is_asked_for(
    listener: clinamen.Listener,
) -> None:
    song = example_song("harbour_light.musicxml")
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
        propose_places(example_song("ode_to_joy.musicxml").replace(chords=()), listener, request)


def test_places_of_any_kind_say_what_they_are_good_for(listener: clinamen.Listener) -> None:
    song = example_song("harbour_light.musicxml")
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
