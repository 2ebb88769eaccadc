"""What people expected: ratings, bits and sung continuations, one context a line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.notes import Melody, fifths_name
from clinamen.errors import FormatError, ParameterError
from clinamen.io.jsonl import melody_of, read_rows

__all__ = ["KINDS", "Heard", "read_heard"]

FloatArray = npt.NDArray[np.float64]

KINDS = ("ratings", "ic_bits", "dist_over_pc")
"""What a line may have of people, by its key."""

_PITCH_NAMES = ("midi", "pitch", "midi_pitch")
_MEAN_NAMES = ("mean", "mean_rating", "rating", "value")
_NO_GROUP = re.compile(r"(.*_)?(n|se|sem|sd|std|var|ci|min|max|median)|id|rank|degree|interval")
_PITCH_CLASSES = {fifths_name(fifths): 7 * fifths % 12 for fifths in range(-15, 20)}
_COUNT_NAMES = ("n_responses", "n", "n_participants", "n_listeners")


@dataclass(frozen=True, eq=False)
class Heard:
    """One context and what people made of it.

    Parameters
    ----------
    data_set
        Which experiment it belongs to.
    kind
        One of `KINDS`.
    melody
        What they heard.
    places
        ``ratings``: the pitches offered. ``ic_bits``: the notes measured, counted from 0.
        ``dist_over_pc``: the pitch classes. Shape ``(n,)``.
    people
        Mean rating, bits, or share of the responses, for each place, shape ``(n,)``.
    n_responses
        How many sang on, where that is told.
    """

    data_set: str
    kind: str
    melody: Melody
    places: npt.NDArray[np.int64]
    people: FloatArray
    n_responses: float | None = None


def read_heard(path: str) -> list[Heard]:
    """Every line of a file; ratings of one context on several lines are put together.

    Raises
    ------
    MissingError
        If there is no such file.
    FormatError
        If the file is empty, or at the first line that is none of `KINDS`.
    """
    found = [heard for place, row in read_rows(path) for heard in _row(row, path, place)]
    if not found:
        raise FormatError("there are only blank lines, no contexts", source=path)
    return list(_together(found))


def _row(row: Mapping[str, Any], path: str, place: str) -> Iterator[Heard]:
    melody = melody_of(row, source=path, place=place)
    assert melody is not None
    kinds = [kind for kind in KINDS if row.get(kind) is not None]
    try:
        if not kinds:
            raise ParameterError(f"a line needs {', '.join(KINDS[:-1])} or {KINDS[-1]}")
        for kind in kinds:
            yield _heard(kind, row, melody, _data_set(row, path))
    except ParameterError as error:
        raise FormatError(str(error), source=path, place=place) from None


def _data_set(row: Mapping[str, Any], path: str) -> str:
    """Before the slash of its id, else its study, else the name of the file."""
    name, slash, _ = str(row.get("id") or "").partition("/")
    if slash and name:
        return name
    return str(row.get("study") or ("standard input" if path == "-" else Path(path).stem))


def _heard(kind: str, row: Mapping[str, Any], melody: Melody, data_set: str) -> Heard:
    given = row[kind]
    n_responses = None
    if kind == "ratings":
        pairs = list(_ratings(given))
    elif kind == "ic_bits":
        pairs = list(_bits(given, row["notes"], melody))
    else:
        pairs = list(_responses(given))
        n_responses = _n_responses(row, [share for _, share in pairs])
    if not pairs:
        raise ParameterError(f"{kind} says nothing")
    places, people = zip(*pairs, strict=True)
    values = np.array(people, dtype=np.float64)
    if kind == "dist_over_pc":
        values = values / values.sum()
    return Heard(data_set, kind, melody, np.array(places, dtype=np.int64), values, n_responses)


def _ratings(given: object) -> Iterator[tuple[int, float]]:
    """Pitch and mean rating of every tone that was offered and rated."""
    for entry in _entries(given, "ratings"):
        if isinstance(entry, Mapping):
            pitch = next((entry[name] for name in _PITCH_NAMES if name in entry), None)
            rating = _mean_rating(entry)
        else:
            pitch, rating = entry
            rating = _mean(rating, "a rating")
        if pitch is None:
            raise ParameterError("a rating needs midi, the pitch that was rated")
        if rating is not None:
            yield _pitch(pitch), rating


def _mean_rating(entry: Mapping[str, Any]) -> float | None:
    """The mean that is given, else that over the groups of listeners that are there."""
    for name in _MEAN_NAMES:
        if name in entry:
            return _mean(entry[name], name)
    groups = [
        _mean(value, name)
        for name, value in entry.items()
        if name not in _PITCH_NAMES and not _NO_GROUP.fullmatch(name) and not isinstance(value, str)
    ]
    if not groups:
        raise ParameterError("a rating needs a mean, or means of groups such as trained, untrained")
    there = [value for value in groups if value is not None]
    return sum(there) / len(there) if there else None


def _bits(given: object, notes: list[Any], melody: Melody) -> Iterator[tuple[int, float]]:
    """Note and bits, where people were measured; a shorter list leaves out the first notes."""
    values = list(given) if isinstance(given, list) else [given]
    if len(values) > len(notes):
        raise ParameterError(f"ic_bits has {len(values)} values for {len(notes)} notes")
    # A melody has one note at a time: what overlapped, or had no length, may be gone.
    kept = {
        (float(note.onset_quarters), note.pitch): place for place, note in enumerate(melody.notes)
    }
    for note, value in zip(notes[len(notes) - len(values) :], values, strict=True):
        bits = None if value is None else _number(value, "ic_bits")
        place = _nearest(kept, note)
        if bits is not None and place is not None:
            yield place, bits


def _nearest(kept: Mapping[tuple[float, int], int], note: list[Any]) -> int | None:
    onset, _, pitch = note
    return next(
        (place for (at, what), place in kept.items() if what == pitch and abs(at - onset) < 1e-3),
        None,
    )


def _responses(given: object) -> Iterator[tuple[int, float]]:
    """Pitch class and how often it was sung."""
    if isinstance(given, list) and all(not isinstance(each, list | Mapping) for each in given):
        if len(given) != 12:
            raise ParameterError(f"dist_over_pc has {len(given)} values for 12 pitch classes")
        given = {str(place): share for place, share in enumerate(given)}
    shares = dict.fromkeys(range(12), 0.0)
    for entry in _entries(given, "dist_over_pc"):
        if isinstance(entry, Mapping):
            raise ParameterError("dist_over_pc must be a share for each pitch class")
        name, share = entry
        value = 0.0 if share is None else _number(share, "dist_over_pc")
        if value < 0:
            raise ParameterError(f"dist_over_pc has a share below 0: {value}")
        shares[_pitch_class(name)] += value
    if not sum(shares.values()):
        raise ParameterError("dist_over_pc: nobody sang anything")
    yield from shares.items()


def _n_responses(row: Mapping[str, Any], shares: Iterable[float]) -> float | None:
    """As told, else the sum of counts; shares tell nothing."""
    for name in _COUNT_NAMES:
        if name in row and row[name] is not None:
            return _number(row[name], name)
    total = sum(shares)
    return total if total > 1.5 else None


def _entries(given: object, what: str) -> Iterator[Mapping[str, Any] | tuple[Any, Any]]:
    """Objects of a list, or pairs, from a list of them or from an object."""
    if isinstance(given, Mapping):
        yield from given.items()
        return
    if not isinstance(given, list):
        raise ParameterError(f"{what} must be a list or an object")
    for each in given:
        if isinstance(each, Mapping):
            yield each
        elif isinstance(each, list) and len(each) == 2:
            yield each[0], each[1]
        else:
            raise ParameterError(f"{what} must be a list of objects or pairs")


def _pitch(given: object) -> int:
    pitch = _number(given, "midi")
    if pitch != int(pitch) or not 0 <= pitch <= 127:
        raise ParameterError(f"midi must be a whole number from 0 to 127, not {given!r}")
    return int(pitch)


def _pitch_class(given: object) -> int:
    if isinstance(given, str) and given in _PITCH_CLASSES:
        return _PITCH_CLASSES[given]
    number = _number(given, "a pitch class")
    if number != int(number):
        raise ParameterError(f"a pitch class must be 0 to 11, or a name, not {given!r}")
    return int(number) % 12


def _mean(given: object, what: str) -> float | None:
    """A number, the mean of several, or None where nothing was measured."""
    values = given if isinstance(given, list) else [given]
    numbers = [_number(value, what) for value in values if value is not None]
    return sum(numbers) / len(numbers) if numbers else None


def _number(given: object, what: str) -> float:
    try:
        # True is 1 to Python, but no measurement.
        number = math.nan if isinstance(given, bool) else float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ParameterError(f"{what} must be a number, not {str(given)[:40]!r}")
    return number


def _together(found: Iterable[Heard]) -> Iterator[Heard]:
    """Ratings of the same context as one; all else as it is."""
    ratings: dict[tuple[str, Melody], list[Heard]] = {}
    order: list[Heard | tuple[str, Melody]] = []
    for heard in found:
        if heard.kind != "ratings":
            order.append(heard)
            continue
        key = (heard.data_set, heard.melody)
        if key not in ratings:
            order.append(key)
        ratings.setdefault(key, []).append(heard)
    for each in order:
        yield each if isinstance(each, Heard) else _joined(ratings[each])


def _joined(parts: list[Heard]) -> Heard:
    one = parts[0]
    return Heard(
        one.data_set,
        one.kind,
        one.melody,
        np.concatenate([part.places for part in parts]),
        np.concatenate([part.people for part in parts]),
    )
