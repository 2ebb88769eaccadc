"""A learned mixture in a listener's file: carried to the bit, refused when it cannot be."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.taught import EXAMPLES, taught_listener
from tests.io.stored_files import reheaded

from clinamen.errors import FormatError
from clinamen.io._stored import Lazily, split
from clinamen.io.files import read_song
from clinamen.io.listener_file import MAGIC, read_listener, write_listener

FILE = write_listener(taught_listener())
TARGETS = ("onset", "pitch", "duration")


def test_what_is_read_hears_to_the_bit_what_was_written():
    song = read_song(str(EXAMPLES / "auld_lang_syne.mxl"))
    read = read_listener(FILE)
    for target in TARGETS:
        one = taught_listener().hear(song, target=target)
        other = read.hear(song, target=target)
        assert np.array_equal(one.distribution, other.distribution)
        assert np.array_equal(one.next_distribution, other.next_distribution)
        assert one.why(5) == other.why(5)


def test_the_same_listener_gives_the_same_bytes():
    assert write_listener(read_listener(FILE)) == FILE


def test_contexts_seen_seldom_can_be_left_out():
    small = write_listener(taught_listener(), fewest=3)
    assert len(small) < len(FILE)
    for target in TARGETS:
        rows = read_listener(small).learned[target].mixture.long_term.rows()
        assert np.array_equal(
            rows.codes, taught_listener().learned[target].mixture.long_term.rows(3).codes
        )
        seen = np.add.reduceat(rows.counts, np.cumsum(rows.n_links) - rows.n_links)
        assert seen.min() >= 3


def with_learned(**changes):
    entries = split(FILE, MAGIC, "listener", "")[0]["learned"]
    entries[1] |= changes
    return reheaded(FILE, MAGIC, learned=entries)


def options(**changes):
    return split(FILE, MAGIC, "listener", "")[0]["learned"][1]["options"] | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"experts": ["cpint | cpint@1"]},
        {"experts": ["cpint | cpint"]},
        {"experts": ["loudness | cpint@1"]},
        {"experts": []},
        {"experts": 5},
        {"known": []},
        {"known": ["future"]},
        {"target": "duration"},
        {"n_symbols": 3},
        {"n_symbols": "many"},
        {"options": {"smoothing": -1.0}},
        {"options": {"luck": 7}},
        {"options": options(unit=0)},
        {"options": options(smoothing=float("nan"))},
    ],
)
def test_a_header_that_does_not_fit_is_a_format_error(changes):
    assert read_listener(with_learned()).learned["pitch"].lens.target == "pitch"
    with pytest.raises(FormatError):
        list(read_listener(with_learned(**changes)).learned.values())


def repacked(name, change):
    """The file with one array changed, lengths and hash being right."""
    from clinamen.io._stored import StoredArrays, join

    header, body = split(FILE, MAGIC, "listener", "")
    arrays = dict(StoredArrays(header["arrays"], body, "").items())
    arrays[name] = change(arrays[name].copy())
    del header["arrays"]
    return join(MAGIC, header, arrays)


def set_at(place, value):
    def change(array):
        array.flat[place] = value
        return array

    return change


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("learned/1/weights", set_at(3, np.nan)),
        ("learned/1/weights", lambda array: array[:-1]),
        ("learned/1/codes", set_at(4, 0)),
        ("learned/1/codes", set_at(4, -(2**62))),
        ("learned/1/codes", set_at(-1, 2**60)),
        ("learned/1/codes", lambda array: array[:-1]),
        ("learned/1/n_links", set_at(0, -1)),
        ("learned/1/n_links", set_at(0, 10**6)),
        ("learned/1/symbols", set_at(0, -5)),
        ("learned/1/symbols", set_at(0, 10**6)),
        ("learned/1/counts", set_at(0, 0)),
        ("learned/1/counts", set_at(0, -3)),
        ("learned/1/counts", lambda array: array[:-1]),
    ],
)
def test_arrays_that_do_not_fit_are_a_format_error(name, change):
    """Found out when the target is first used, before anything is heard with it."""
    listener = read_listener(repacked(name, change), source="x.listener")
    with pytest.raises(FormatError, match=r"x\.listener"):
        listener.hear(read_song(str(EXAMPLES / "sakura.abc")))


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
@settings(deadline=None, max_examples=60)
def test_one_changed_byte_anywhere_is_found(place, flip):
    damaged = bytearray(FILE)
    damaged[place] ^= flip
    with pytest.raises(FormatError):
        read_listener(bytes(damaged))


def test_the_header_says_what_there_is():
    header = split(FILE, MAGIC, "listener", "")[0]
    json.dumps(header)
    assert [entry["target"] for entry in header["learned"]] == list(TARGETS)
    assert header["learned"][1]["experts"][0] == str(
        taught_listener().learned["pitch"].lens.experts[0]
    )


def test_nothing_is_made_before_it_is_asked_for():
    made = []

    def maker():
        made.append(1)
        return "value"

    lazy = Lazily({"a": maker, "b": maker})
    assert "a" in lazy
    assert list(lazy) == ["a", "b"]
    assert not made
    assert lazy["a"] == lazy["a"] == "value"
    assert len(made) == 1
    lazy["c"] = "given"
    del lazy["b"]
    assert list(lazy.values()) == ["value", "given"]
    assert replace(taught_listener(), learned=lazy).learned is lazy
