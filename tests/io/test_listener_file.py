"""Listeners in files: the same bytes for the same listener, one clear error for any others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.test_listener import SCALE, melody, taught
from tests.io.stored_files import reheaded, split

from clinamen.domains.music.listener import Listener
from clinamen.errors import FormatError, MissingError
from clinamen.io.listener_file import MAGIC, read_listener, write_listener
from clinamen.operations.listeners import listener_names, load_listener

TAUGHT = write_listener(taught(SCALE, SCALE[::-1] + SCALE))


def test_reading_and_writing_again_gives_the_same_bytes():
    assert write_listener(read_listener(TAUGHT)) == TAUGHT


@pytest.mark.parametrize("memory", ["ltm", "ltm+", "both", "both+"])
def test_a_listener_from_a_file_hears_what_repeats_as_before(memory):
    """Learnt twice, so that nothing but statistics of repeated strings is needed."""
    listener = taught(SCALE, SCALE)
    again = read_listener(write_listener(listener))
    tune = melody(SCALE)
    here, there = (each.hear(tune, model=memory) for each in (listener, again))
    np.testing.assert_allclose(here.distribution, there.distribution, atol=1e-12)


def test_what_came_once_is_not_in_the_file():
    once = [(60, 1), (61, 2), (66, 3), (71, 1), (54, 2)]
    listener = read_listener(write_listener(taught(once)))
    pitches = [memory for (target, _), memory in listener.memories.items() if target == "pitch"]
    assert len(pitches) == 3
    for memory in pitches:
        assert memory.trie.to_rows()[:, 0].max() == 1


@settings(deadline=None, max_examples=200)
@given(st.integers(0, len(TAUGHT) - 1), st.binary(min_size=0, max_size=4))
def test_a_damaged_file_is_a_format_error(place, patch):
    damaged = TAUGHT[:place] + patch + TAUGHT[place + len(patch) :]
    if damaged == TAUGHT:
        damaged = TAUGHT[:place]
    with pytest.raises(FormatError):
        read_listener(damaged, source="x.listener")


def read_whole(data):
    """Everything that is otherwise unpacked when it is first used."""
    listener = read_listener(data)
    return listener, list(listener.memories.values()), list(listener.learned.values())


@pytest.mark.parametrize(
    "changes",
    [
        {"longest_context": -1},
        {"longest_context": "many"},
        {"memories": [{"target": "pitch", "viewpoint": "no such"}]},
        {"memories": [{"target": "loudness", "viewpoint": "cpitch"}]},
        {"memories": 7},
        {"arrays": []},
        {"options": {"memory": "both+"}},
        {"viewpoints": []},
        {"arrays": [{"name": "a", "dtype": "<i8", "shape": [2**40], "bytes": 10}]},
        {"arrays": [{"name": "a", "dtype": "object", "shape": [2], "bytes": 10}]},
        {"arrays": [{"name": "a", "dtype": "<i8", "shape": [-2], "bytes": 10}]},
    ],
)
def test_a_header_that_cannot_be_is_a_format_error(changes):
    with pytest.raises(FormatError):
        read_whole(reheaded(TAUGHT, MAGIC, **changes))


def test_array_that_unpacks_to_more_than_it_claims_is_refused():
    entries = split(TAUGHT, MAGIC)[0]["arrays"]
    entries[0]["shape"] = [entries[0]["shape"][0] - 1]
    with pytest.raises(FormatError, match="not the size it claims"):
        read_whole(reheaded(TAUGHT, MAGIC, arrays=entries))


def test_only_the_header_must_change_for_a_file_to_be_refused_or_not():
    """The helper of the tests above makes good files: what they find is not the hash."""
    assert read_listener(reheaded(TAUGHT, MAGIC, name="renamed")).name == "renamed"


def test_the_shipped_listener_says_what_it_heard_and_hears():
    listener = load_listener()
    assert listener.name == "songs"
    corpora = listener.facts["corpora"]
    found = {each["corpus"] for each in corpora}
    assert found == {"openewld", "openhymnal", "lieder", "folk_pd"}
    assert sum(each["n_notes"] for each in corpora) == listener.n_notes
    heard = listener.hear(melody(SCALE), target="joint")
    assert 0 < heard.mean_information_content < 8


def test_names_of_listeners():
    assert listener_names() == ("songs", "songs_quick", "new")
    assert isinstance(load_listener("new"), Listener)
    with pytest.raises(MissingError, match="songs, songs_quick, new"):
        load_listener("nobody")
    with pytest.raises(MissingError, match="no such file"):
        load_listener("nobody.listener")
