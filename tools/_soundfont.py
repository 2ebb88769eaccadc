"""Writes a SoundFont 2.01 file: instruments of looped mono samples, one preset each.

Source: SoundFont Technical Specification 2.01 (E-mu, 1998), sections 4 to 8.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Generator", "Instrument", "Sample", "Zone", "soundfont", "timecents"]

_AFTER_SAMPLE = 46
_MONO = 1
_LOOPED = 1


class Generator:
    """Numbers of what a zone can set (section 8.1.2), those that are used here."""

    VIBRATO_TO_PITCH = 6
    FILTER_CUTOFF = 8
    ENVELOPE_TO_FILTER = 11
    VIBRATO_DELAY = 23
    VIBRATO_FREQUENCY = 24
    FILTER_DECAY = 28
    FILTER_SUSTAIN = 29
    ATTACK = 34
    DECAY = 36
    SUSTAIN = 37
    RELEASE = 38
    DECAY_BY_KEY = 40
    INSTRUMENT = 41
    KEY_RANGE = 43
    SAMPLE = 53
    LOOPING = 54


@dataclass(frozen=True)
class Sample:
    """A tone, of which a part is repeated for as long as the key is held.

    Parameters
    ----------
    values
        Samples, 16 bits [shape=(n,)].
    loop_start, loop_end
        Repeated from the one up to, not with, the other.
    rate
        Samples a second.
    pitch
        MIDI number of the tone as it stands.
    """

    name: str
    values: NDArray[np.int16]
    loop_start: int
    loop_end: int
    rate: int
    pitch: int


@dataclass(frozen=True)
class Zone:
    """Keys from `low` to `high` that sound with one sample; generators with amounts."""

    low: int
    high: int
    settings: dict[int, int]
    sample: Sample


@dataclass(frozen=True)
class Instrument:
    """What a preset sounds like.

    Parameters
    ----------
    program
        Number in General MIDI.
    """

    name: str
    program: int
    zones: tuple[Zone, ...]


def timecents(seconds: float) -> int:
    """A length of time as SoundFonts write it: 1200 to a doubling, 0 is one second."""
    return round(1200 * math.log2(seconds))


def soundfont(instruments: Sequence[Instrument], info: dict[str, str]) -> bytes:
    """The bytes of a file.

    Parameters
    ----------
    info
        Texts of the INFO list, by their four letters.
    """
    samples = [zone.sample for instrument in instruments for zone in instrument.zones]
    body = _list(b"INFO", _info(info))
    body += _list(b"sdta", _chunk(b"smpl", _sound(samples)))
    body += _list(b"pdta", _hydra(instruments, samples))
    return _chunk(b"RIFF", b"sfbk" + body)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _list(name: bytes, data: bytes) -> bytes:
    return _chunk(b"LIST", name + data)


def _info(texts: dict[str, str]) -> bytes:
    chunks = [_chunk(b"ifil", struct.pack("<HH", 2, 1)), _chunk(b"isng", b"EMU8000\0")]
    for name, text in texts.items():
        data = text.encode("ascii") + b"\0"
        chunks.append(_chunk(name.encode("ascii"), data + b"\0" * (len(data) % 2)))
    return b"".join(chunks)


def _sound(samples: Iterable[Sample]) -> bytes:
    silence = np.zeros(_AFTER_SAMPLE, dtype="<i2")
    parts = [part for sample in samples for part in (sample.values.astype("<i2"), silence)]
    return np.concatenate(parts).tobytes()


def _name(text: str) -> bytes:
    return text.encode("ascii")[:19].ljust(20, b"\0")


def _amounts(settings: Iterable[tuple[int, int]]) -> list[bytes]:
    return [struct.pack("<Hh", number, amount) for number, amount in settings]


def _hydra(instruments: Sequence[Instrument], samples: Sequence[Sample]) -> bytes:
    """The nine lists of section 7; each ends with a record that says how far it goes."""
    phdr, pbag, pgen, inst, ibag, igen = [], [], [], [], [], []
    numbers = iter(range(len(samples)))
    for index, instrument in enumerate(instruments):
        phdr.append(_preset(instrument.name, instrument.program, len(pbag)))
        pbag.append(struct.pack("<HH", len(pgen), 0))
        pgen += _amounts([(Generator.INSTRUMENT, index)])
        inst.append(_name(instrument.name) + struct.pack("<H", len(ibag)))
        for zone in instrument.zones:
            ibag.append(struct.pack("<HH", len(igen), 0))
            # The range comes first and the sample last, or they are not heeded.
            igen.append(struct.pack("<HBB", Generator.KEY_RANGE, zone.low, zone.high))
            igen += _amounts([(Generator.LOOPING, _LOOPED), *zone.settings.items()])
            igen += _amounts([(Generator.SAMPLE, next(numbers))])
    phdr.append(_preset("EOP", 0, len(pbag)))
    pbag.append(struct.pack("<HH", len(pgen), 0))
    inst.append(_name("EOI") + struct.pack("<H", len(ibag)))
    ibag.append(struct.pack("<HH", len(igen), 0))
    pgen += _amounts([(0, 0)])
    igen += _amounts([(0, 0)])
    no_modulators = bytes(10)
    lists = {
        b"phdr": phdr, b"pbag": pbag, b"pmod": [no_modulators], b"pgen": pgen, b"inst": inst,
        b"ibag": ibag, b"imod": [no_modulators], b"igen": igen, b"shdr": _headers(samples),
    }  # fmt: skip
    return b"".join(_chunk(name, b"".join(records)) for name, records in lists.items())


def _preset(name: str, program: int, bag: int) -> bytes:
    return _name(name) + struct.pack("<HHHIII", program, 0, bag, 0, 0, 0)


def _headers(samples: Iterable[Sample]) -> list[bytes]:
    records, start = [], 0
    for each in samples:
        end = start + len(each.values)
        loop = (start + each.loop_start, start + each.loop_end)
        fields = struct.pack("<IIIII", start, end, *loop, each.rate)
        kind = struct.pack("<BbHH", each.pitch, 0, 0, _MONO)
        records.append(_name(each.name) + fields + kind)
        start = end + _AFTER_SAMPLE
    return [*records, _name("EOS") + bytes(26)]
