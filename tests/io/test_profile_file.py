"""Profiles in files: the same bytes for the same profile, one clear error for any others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.test_listener import SCALE, melody
from tests.domains.music.test_profile import taught
from tests.io.stored_files import reheaded

import clinamen
from clinamen.errors import FormatError, MissingError, ParameterError
from clinamen.io.profile_file import MAGIC, read_profile, write_profile

TAUGHT = write_profile(taught(SCALE, SCALE[::-1] + SCALE))


def test_reading_and_writing_again_gives_the_same_bytes():
    assert write_profile(read_profile(TAUGHT)) == TAUGHT


def test_a_profile_from_a_file_hears_what_repeats_as_before():
    profile = taught(SCALE, SCALE)
    again = read_profile(write_profile(profile))
    here, there = (each.hear(melody(SCALE)) for each in (profile, again))
    np.testing.assert_allclose(here.distribution, there.distribution, atol=1e-12)


def test_what_came_once_is_not_in_the_file():
    profile = read_profile(write_profile(taught([(60, 1), (61, 2), (66, 3), (71, 1), (54, 2)])))
    for memory in profile.memories.values():
        assert memory.trie.to_rows()[:, 0].max() <= 2  # registers come again


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(TAUGHT) - 1), st.binary(min_size=0, max_size=4))
def test_a_damaged_file_is_a_format_error(place, patch):
    damaged = TAUGHT[:place] + patch + TAUGHT[place + len(patch) :]
    if damaged == TAUGHT:
        damaged = TAUGHT[:place]
    with pytest.raises(FormatError):
        read_profile(damaged, source="x.profile")


@pytest.mark.parametrize(
    "changes",
    [
        {"experts": []},
        {"experts": 7},
        {"arrays": []},
        {"facts": 7},
        {"n_notes": "many"},
        {"options": {"floor": 0}},
        {"options": {"floor": "some"}},
        {"options": {"floor": float("nan")}},
        {"options": {"reach": [12]}},
        {"options": {"sharpness": 2}},
        {"options": 7},
        {"arrays": [{"name": "a", "dtype": "<i8", "shape": [2**40], "bytes": 10}]},
    ],
)
def test_a_header_that_cannot_be_is_a_format_error(changes):
    with pytest.raises(FormatError):
        read_profile(reheaded(TAUGHT, MAGIC, **changes))


def test_only_the_header_must_change_for_a_file_to_be_refused_or_not():
    assert read_profile(reheaded(TAUGHT, MAGIC, name="renamed")).name == "renamed"


def test_a_listener_is_no_profile_and_a_profile_no_listener(tmp_path: Path):
    clinamen.save_listener(clinamen.Listener(), tmp_path / "a")
    clinamen.save_profile(taught(SCALE), tmp_path / "b")
    with pytest.raises(FormatError, match="not a profile file"):
        clinamen.load_profile(tmp_path / "a")
    with pytest.raises(FormatError, match="not a listener file"):
        clinamen.load_listener(tmp_path / "b")
    assert clinamen.load_profile(tmp_path / "b").n_notes == len(SCALE)
    with pytest.raises(MissingError):
        clinamen.load_profile(tmp_path / "c")
    with pytest.raises(ParameterError, match="must be a ListenerProfile"):
        clinamen.save_profile(clinamen.Listener(), tmp_path / "d")


def test_the_shipped_profile_says_what_it_heard():
    profile = clinamen.load_profile()
    corpora = profile.facts["corpora"]
    assert [each["corpus"] for each in corpora] == ["openhymnal", "openewld", "lieder", "folk_pd"]
    assert sum(each["n_notes"] for each in corpora) == profile.n_notes
    assert sum(each["n_melodies"] for each in corpora) == profile.n_melodies
