"""Profiles of harmony in files: the same bytes for the same profile, an error for any others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.taught import SONGS, taught
from tests.domains.music.progression.test_harmony_profile import LOOP, PROFILE
from tests.io.stored_files import reheaded, split

from clinamen.domains.music.chords import parse_chord
from clinamen.domains.music.progression import harmony_events
from clinamen.domains.music.progression.experts import CHORD_KNOWABLE
from clinamen.errors import FormatError, MissingError
from clinamen.io._learned_chords import learned_chords_arrays, read_learned_chords
from clinamen.io.harmony_file import MAGIC, read_harmony, write_harmony
from clinamen.operations.harmony import load_harmony

DATA = write_harmony(PROFILE)


def test_reading_and_writing_again_gives_the_same_bytes():
    assert write_harmony(read_harmony(DATA)) == DATA


def test_a_profile_from_a_file_hears_as_before():
    again = read_harmony(DATA)
    np.testing.assert_array_equal(
        again.information_content(LOOP), PROFILE.information_content(LOOP)
    )
    assert (again.name, again.facts) == (PROFILE.name, PROFILE.facts)


def test_what_is_learnt_with_everything_known_is_kept():
    learned = taught(CHORD_KNOWABLE)
    entry, arrays = learned_chords_arrays("x", learned)
    again = read_learned_chords(entry, "x", arrays)
    assert again.known == learned.known
    for song in SONGS:
        here, there = (each.tables(harmony_events(song)) for each in (learned, again))
        np.testing.assert_array_equal(here.bits, there.bits)


def test_contexts_seen_rarely_can_be_left_out():
    assert len(write_harmony(PROFILE, fewest=3)) < len(DATA)
    bits = read_harmony(write_harmony(PROFILE, fewest=3)).information_content(LOOP)
    assert np.isfinite(bits).all()


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(DATA) - 1), st.binary(min_size=0, max_size=4))
def test_a_damaged_file_is_a_format_error(place, patch):
    damaged = DATA[:place] + patch + DATA[place + len(patch) :]
    if damaged == DATA:
        damaged = DATA[:place]
    with pytest.raises(FormatError):
        read_harmony(damaged, source="x.harmony")


ENTRIES = split(DATA, MAGIC)[0]["members"]


@pytest.mark.parametrize(
    "members",
    [
        [],
        7,
        [ENTRIES[0] | {"known": ["weather"]}],
        [ENTRIES[0] | {"known": ["key"]}],
        [ENTRIES[0] | {"experts": ENTRIES[0]["experts"][1:]}],
        [ENTRIES[0] | {"experts": [*ENTRIES[0]["experts"], "chord | degree@1"]}],
        [ENTRIES[0] | {"chords": ENTRIES[0]["chords"] | {"n_symbols": 1}}],
        [ENTRIES[0] | {"chords": {}}],
    ],
)
def test_a_header_that_does_not_fit_is_a_format_error(members):
    with pytest.raises(FormatError):
        read_harmony(reheaded(DATA, MAGIC, members=members), source="x.harmony")


def test_a_header_that_fits_is_read():
    assert len(read_harmony(reheaded(DATA, MAGIC, members=ENTRIES[:1])).members) == 1


def test_the_shipped_profile_says_what_it_has_learnt(tmp_path):
    profile = load_harmony()
    corpora = {each["corpus"]: each["n_songs"] for each in profile.facts["corpora"]}
    assert corpora == {"openewld": 502, "pop909_chords": 909}
    assert profile.facts["settings"]["long_term_trust"] == 0.5
    path = tmp_path / "mine.harmony"
    path.write_bytes(DATA)
    assert load_harmony(path).name == "two"
    with pytest.raises(MissingError):
        load_harmony(tmp_path / "none.harmony")


def test_the_shipped_profile_hears_as_when_it_was_made():
    """Fails if contexts are coded differently than in the file: then it must be made again."""
    chords = [parse_chord(symbol) for symbol in ("C", "Am", "F", "G7", "C", "Ab", "G9/B")]
    wanted = [7.777, 5.523, 3.952, 5.984, 2.893, 7.869, 13.999]
    np.testing.assert_allclose(load_harmony().information_content(chords), wanted, atol=2e-3)
