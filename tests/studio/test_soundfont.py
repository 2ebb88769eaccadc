"""The studio's SoundFont, byte by byte: as the program makes it, in tune, with loops that close."""

from __future__ import annotations

import importlib.util
import itertools
import struct
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from clinamen.studio._app import SOUNDS

TOOLS = Path(__file__).parents[2] / "tools"
LARGEST = 500_000
NAMES = {"Piano": 0, "Organ": 16, "Guitar": 24, "Bass": 32, "Strings": 48, "Flute": 73}


def chunks(data: bytes) -> dict[str, bytes]:
    """What a RIFF list holds, by name."""
    found, at = {}, 0
    while at < len(data):
        name, size = data[at : at + 4].decode("ascii"), struct.unpack_from("<I", data, at + 4)[0]
        body = data[at + 8 : at + 8 + size]
        assert len(body) == size
        found[body[:4].decode("ascii") if name == "LIST" else name] = body
        at += 8 + size + size % 2
    return found


@dataclass(frozen=True)
class Read:
    name: str
    values: NDArray[np.float64]
    loop: tuple[int, int]
    rate: int
    pitch: int


def parts(data: bytes) -> dict[str, bytes]:
    assert (data[:4], data[8:12]) == (b"RIFF", b"sfbk")
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    lists = chunks(data[12:])
    return {k: v for name in ("INFO", "sdta", "pdta") for k, v in chunks(lists[name][4:]).items()}


@cache
def font() -> dict[str, bytes]:
    return parts((SOUNDS / "clinamen.sf2").read_bytes())


@cache
def samples() -> list[Read]:
    sound = np.frombuffer(font()["smpl"], "<i2") / 32768
    found = []
    for record in struct.iter_unpack("<20sIIIIIBbHH", font()["shdr"]):
        name, start, end, first, last, rate, pitch, cents, _, _ = record
        assert cents == 0
        text = name.rstrip(b"\0").decode("ascii")
        found.append(Read(text, sound[start:end], (first - start, last - start), rate, pitch))
    assert found.pop().name == "EOS"
    return found


@cache
def program() -> ModuleType:
    sys.path.insert(0, str(TOOLS))
    try:
        spec = importlib.util.spec_from_file_location("make_soundfont", TOOLS / "make_soundfont.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(TOOLS))
    return module


def test_it_is_what_the_program_makes() -> None:
    again, kept = parts(program().make()), font()
    assert list(again) == list(kept)
    for name, data in kept.items():
        if name != "smpl":
            assert again[name] == data, name
    # Another processor may round a sine another way.
    one, other = (np.frombuffer(each["smpl"], "<i2").astype(int) for each in (again, kept))
    assert np.abs(one - other).max() <= 1


def test_it_is_made_the_same_each_time() -> None:
    assert program().make() == program().make()


def test_it_is_small_and_says_whose_it_is() -> None:
    assert (SOUNDS / "clinamen.sf2").stat().st_size < LARGEST
    assert font()["ifil"] == struct.pack("<HH", 2, 1)
    assert b"Apache-2.0, or CC0-1.0" in font()["ICOP"]


def test_every_instrument_has_a_sample_for_every_key() -> None:
    presets = list(struct.iter_unpack("<20sHHHIII", font()["phdr"]))
    assert {n.rstrip(b"\0").decode(): program for n, program, *_ in presets[:-1]} == NAMES
    bags = [bag for bag, _ in struct.iter_unpack("<HH", font()["ibag"])]
    settings = list(struct.iter_unpack("<HH", font()["igen"]))
    starts = [record[1] for record in struct.iter_unpack("<20sH", font()["inst"])]
    for first, last in itertools.pairwise(starts):
        keys: list[int] = []
        for here, there in zip(bags[first:last], bags[first + 1 : last + 1], strict=True):
            zone = dict(settings[here:there])
            low, high = zone[43] & 255, zone[43] >> 8
            keys += range(low, high + 1)
            # Nothing is transposed far but at the ends, where no instrument has such keys.
            pitch = samples()[zone[53]].pitch
            assert low <= pitch <= high
            assert low == 0 or pitch - low <= 4
            assert high == 127 or high - pitch <= 4
        assert keys == list(range(128))


@pytest.mark.parametrize("index", range(len(samples())), ids=lambda i: samples()[i].name)
def test_a_sample_is_in_tune_and_its_loop_closes(index: int) -> None:
    sample = samples()[index]
    first, last = sample.loop
    assert 8 <= first < last - 8
    assert last + 8 <= len(sample.values)
    assert np.abs(sample.values).max() < 0.99
    # What interpolation sees behind the seam is what comes there.
    ahead = sample.values[last : last + 8]
    np.testing.assert_array_equal(ahead, sample.values[first : first + 8])
    power = np.abs(np.fft.rfft(sample.values[first:last])) ** 2
    frequencies = np.fft.rfftfreq(last - first, 1 / sample.rate)
    # All partials end at 0.42 of the rate; a click at the seam has no end.
    assert power[frequencies > 0.44 * sample.rate].sum() < 1e-6 * power.sum()
    # The step into the loop is one that it takes itself.
    steps = np.abs(np.diff(sample.values[first:last], 2))
    assert (
        np.abs(np.diff(sample.values[first - 2 : first + 2], 2)).max() <= 1.2 * steps.max() + 1e-4
    )
    # A loop has only multiples of its own frequency: the key is one of them, with its harmonics.
    key = 440 * 2 ** ((sample.pitch - 69) / 12)
    nearest = round(key / frequencies[1])
    assert abs(1200 * np.log2(nearest * frequencies[1] / key)) < 0.5
    harmonics = np.maximum(np.round(frequencies / key), 1)
    near = np.abs(frequencies / key / harmonics - 1) < 0.012
    assert power[near].sum() > 0.99 * power.sum()
    assert power[nearest - 1 : nearest + 2].sum() > 0.05 * power.sum()
