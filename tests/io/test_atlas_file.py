"""Atlases as files: what goes in comes out, and nothing else gets in."""

from __future__ import annotations

import dataclasses
import hashlib
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.tunes.population import Population
from clinamen.domains.music.tunes.tune import Tune
from clinamen.errors import FormatError
from clinamen.io import atlas_file
from clinamen.io._stored import StoredArrays, join, split
from clinamen.io.atlas_file import StoredAtlas, is_atlas, read_atlas, write_atlas

NOTE = st.tuples(st.integers(0, 50), st.integers(1, 40), st.integers(0, 127))


@st.composite
def tunes(draw: st.DrawFn) -> Tune:
    """Notes one after the other, with rests between."""
    notes, at = [], 0
    for rest, lasts, pitch in draw(st.lists(NOTE, max_size=5)):
        notes.append((at + rest, lasts, pitch))
        at += rest + lasts
    return Tune.of(notes)


@st.composite
def atlases(draw: st.DrawFn) -> StoredAtlas:
    elites = tuple(draw(st.lists(tunes(), max_size=4)))
    number = st.floats(-100, 100)
    measures = draw(st.lists(st.tuples(number, number), min_size=len(elites), max_size=len(elites)))
    objective = st.floats(0, 1)
    names = st.text(st.characters(blacklist_categories=["Cs"]), max_size=9)
    mine = draw(
        st.lists(st.tuples(names, st.just("mine"), st.tuples(st.just(0.25), st.just(-7.5))))
    )
    return StoredAtlas(
        {"n_bars": draw(st.integers(1, 64)), "name": draw(names)},
        draw(st.binary(max_size=20)),
        (("length", 0.0, 10.0, 5),),
        ("length", "height"),
        elites,
        np.array(draw(st.lists(objective, min_size=len(elites), max_size=len(elites)))),
        np.array(measures).reshape(-1, 2),
        tuple(draw(st.sampled_from(["a", "b"])) for _ in elites),
        Population.of({(title.replace("\n", " "), *rest) for title, *rest in mine}, 2),
        {0: {"n_rounds": 3}, 7: {"n_rounds": 1}},
    )


def plain(atlas: StoredAtlas) -> list[Any]:
    """All that is in it, to be compared."""
    whole = {each.name: getattr(atlas, each.name) for each in dataclasses.fields(atlas)}
    mine = whole.pop("mine")
    arrays = [whole.pop(name).tolist() for name in ("objectives", "measures")]
    return [whole, arrays, mine.titles, mine.groups, mine.measures.tolist()]


@settings(deadline=None)
@given(atlases())
def test_an_atlas_comes_out_as_it_went_in(atlas: StoredAtlas) -> None:
    data = write_atlas(atlas)
    assert is_atlas(data)
    assert plain(read_atlas(data)) == plain(atlas)
    assert write_atlas(read_atlas(data)) == data


def an_atlas() -> StoredAtlas:
    return StoredAtlas(
        {"name": "x"},
        b"X:1",
        (("length", 0.0, 10.0, 5),),
        ("length", "height"),
        (Tune.of([(0, 5, 60), (9, 2, 61)]), Tune.of([(1, 1, 7)])),
        np.array([0.5, 0.25]),
        np.array([[1.0, 2.0], [5.0, 0.0]]),
        ("a", "b"),
        Population(("mine",), ("mine",), np.array([[1.0, 2.0]])),
        {3: {"n_rounds": 2}},
    )


def test_each_damaged_byte_is_one_clear_error() -> None:
    data = write_atlas(an_atlas())
    for place in range(0, len(data), 7):
        wrong = data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]
        with pytest.raises(FormatError):
            read_atlas(wrong, source="my.atlas")
    for end in range(0, len(data), 31):
        with pytest.raises(FormatError):
            read_atlas(data[:end])


def changed(change: Callable[[dict[str, Any], dict[str, Any]], None]) -> bytes:
    """A file that is sound but for what one who made it on purpose has changed."""
    data = write_atlas(an_atlas())
    header, body = split(data, atlas_file.MAGIC, "atlas", "")
    arrays = dict(StoredArrays(header.pop("arrays"), body, ""))
    change(header, arrays)
    return join(atlas_file.MAGIC, header, arrays)


def deep(levels: int) -> Any:
    return [deep(levels - 1)] if levels else 0


HOSTILE: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "nests": lambda header, arrays: header["plan"].update(x=deep(40)),
    "infinite": lambda header, arrays: header["plan"].update(x=float("inf")),
    "no number": lambda header, arrays: header["axes"][0].__setitem__(1, float("nan")),
    "falls": lambda header, arrays: header["axes"][0].__setitem__(2, -1.0),
    "no axis": lambda header, arrays: header.update(axes=[]),
    "no such axis": lambda header, arrays: header["axes"][0].__setitem__(0, "width"),
    "cells": lambda header, arrays: header["axes"][0].__setitem__(3, 10**9),
    "no cell": lambda header, arrays: header["axes"][0].__setitem__(3, 0),
    "half a cell": lambda header, arrays: header["axes"][0].__setitem__(3, 2.5),
    "names": lambda header, arrays: header.update(names=["length", "length"]),
    "many names": lambda header, arrays: header.update(names=[str(n) for n in range(100)]),
    "origin": lambda header, arrays: arrays.update(origin=np.array([0, 9], dtype=np.int32)),
    "run": lambda header, arrays: header["runs"][0].update(n_rounds=-1),
    "run of no seed": lambda header, arrays: header["runs"][0].update(seed="x"),
    "a seed twice": lambda header, arrays: header["runs"].append(header["runs"][0]),
    "objective": lambda header, arrays: arrays.update(objectives=np.array([np.nan, 1.0])),
    "below 0": lambda header, arrays: arrays.update(objectives=np.array([-1.0, 1.0])),
    "measure": lambda header, arrays: arrays.update(measures=np.full((2, 2), np.inf)),
    "shape": lambda header, arrays: arrays.update(measures=np.zeros((2, 3))),
    "kind": lambda header, arrays: arrays.update(objectives=np.array([1, 1])),
    "length": lambda header, arrays: arrays.update(lengths=np.array([-1, 4], dtype=np.int32)),
    "more notes": lambda header, arrays: arrays.update(lengths=np.array([2, 2], dtype=np.int32)),
    "pitch": lambda header, arrays: arrays.update(pitch=np.array([60, 61, 128], dtype=np.int32)),
    "overlap": lambda header, arrays: arrays.update(duration=np.array([50, 2, 1])),
    "far": lambda header, arrays: arrays.update(onset=np.array([0, 2**60, -(2**60) + 1])),
    "before 0": lambda header, arrays: arrays.update(onset=np.array([-9, 9, 1])),
    "bytes": lambda header, arrays: arrays.update(source=np.array([999], dtype=np.int32)),
    "mine": lambda header, arrays: arrays.update({"mine/group": np.array([5], dtype=np.int32)}),
    "no array": lambda header, arrays: arrays.pop("lengths") is None,
    "no plan": lambda header, arrays: header.pop("plan") is None,
    "a plan that is none": lambda header, arrays: header.update(plan=7),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_no_atlas_holds_is_one_clear_error(what: str) -> None:
    with pytest.raises(FormatError, match=r"^bad\.atlas") as caught:
        read_atlas(changed(HOSTILE[what]), source="bad.atlas")
    assert "\n" not in str(caught.value)


def test_a_large_claim_costs_no_memory() -> None:
    """A few bytes may say that they are many once they are unpacked."""
    zeros = np.zeros(atlas_file.MAX_NOTES + 1, dtype=np.int32)
    data = changed(lambda header, arrays: arrays.update(lengths=zeros))
    assert len(data) < 2**20
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match="longer than those of an atlas"):
            read_atlas(data)
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()


def test_another_version_says_so() -> None:
    data = write_atlas(an_atlas()).replace(b"clinamen atlas 1", b"clinamen atlas 9", 1)
    assert is_atlas(data)
    with pytest.raises(FormatError, match="not an atlas file of this version"):
        read_atlas(data)


def test_headers_that_are_no_objects_are_refused() -> None:
    for text in (b"[]", b"7", b'{"a": '):
        digest = hashlib.sha256(text).hexdigest()
        data = atlas_file.MAGIC + f"{len(text)} {digest}\n".encode() + text
        with pytest.raises(FormatError):
            read_atlas(data)
