"""How well listeners of ours agree with people.

Two are compared: the *profile* (`clinamen.load_profile`), made to agree with people, and
*compression*, the shipped listener that is made to predict notes. A file of people's answers
has one JSON object a line, with ``notes`` (what was heard, as in `clinamen.io.jsonl`) and one
or more of:

``ratings``
    How well each of several tones continued the melody. A list of objects with ``midi`` (or
    ``pitch``) and ``mean`` (or ``rating``, ``mean_rating``, ``value``), or with means of groups
    of listeners under names of their own (``trained``, ``untrained``), of which the mean is
    taken, each group counting alike; spreads and counts (``..._se``, ``..._sd``, ``n``) are left
    alone. Also ``[pitch, rating]`` pairs, or an object from pitch to rating. A rating may be a
    list, one number a person; null where a tone was not rated. Lines with the same notes are
    one context. Score: the explained variance (R squared of a straight line) of the mean
    rating by our information content, over all tones of a data set.
``ic_bits``
    Bits of every note as measured with people, null where none was; a shorter list leaves out
    the first notes, a number is for the last note. Score: explained variance by our bits, over
    all notes of a data set.
``dist_over_pc``
    How often each pitch class was sung next: an object from pitch class (0 to 11, or a name
    such as ``F#``) to a share or a count, a list of 12, or pairs. Score: our cross-entropy in
    bits a response, beside the entropy of the responses themselves, which no model can go below.

A data set is what stands before the slash of ``id``; else ``study``; else the file is one.

Nothing is fitted on what is scored: the two numbers of a straight line are all that the
explained variance allows for. But the recipe of the listener profile was chosen among about
60 with the ratings of Cuddy & Lunney 1995 and Schellenberg 1996 in view, so its figures on
these two sets are not out of sample (docs/decisions/0008).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from clinamen.bench._apart import Progress, Telling
from clinamen.bench._machine import machine
from clinamen.bench._published import EXPLAINED_VARIANCE
from clinamen.bench._ratings import Heard, read_heard
from clinamen.domains.music.notes import KeyChange, Melody
from clinamen.errors import MissingError

__all__ = [
    "Agreement",
    "Compared",
    "CompressionListener",
    "Expecting",
    "ListenersRequest",
    "ListenersResult",
    "ProfileListener",
    "agreement",
    "agreements",
    "bench_listeners",
    "compare",
    "correlation",
    "cross_entropy",
]

FloatArray = npt.NDArray[np.float64]
Distribution = Mapping[int, float]

_Model = Literal["mixture", "ltm", "both"]
_NO_VARIATION = 1e-9  # differences below are rounding
_GOLDEN = Path("tests", "golden", "ratings", "continuations.jsonl")

_ALWAYS = ("set", "kind", "n_contexts", "n_values")
_LINE = ("r_squared", "correlation", "r_squared_mean_over_contexts")
_BY_KIND = {
    "ratings": (*_LINE, "r_squared_plain", "published_best"),
    "ic_bits": _LINE,
    "dist_over_pc": ("bits_per_response", "entropy_of_responses", "bits_per_response_pooled"),
}


class Expecting(Protocol):
    """A listener as this benchmark sees it."""

    name: str

    def next_pitch(self, context: Melody) -> Distribution:
        """Probability of every pitch that may follow."""

    def bits_of_notes(self, melody: Melody) -> FloatArray:
        """Information content of every note, shape ``(T,)``."""


class CompressionListener:
    """The shipped listener that predicts notes best; a key that is not given is estimated.

    Its learned mixture, if it has one; else its classic model, which expects a next note from
    long-term memory alone: a short context is no memory of its own.
    """

    def __init__(self) -> None:
        from clinamen.operations.listeners import DEFAULT_LISTENER, load_listener

        self._listener = load_listener()
        has_mixture = "pitch" in self._listener.learned
        self._models: tuple[_Model, _Model] = (
            ("mixture", "mixture") if has_mixture else ("ltm", "both")
        )
        model = "learned mixture" if has_mixture else "classic model"
        self.name = f"shipped listener {DEFAULT_LISTENER!r}, {model}"

    def next_pitch(self, context: Melody) -> Distribution:
        """After a context."""
        heard = self._listener.hear(_with_key(context), model=self._models[0])
        alphabet = (int(pitch) for pitch in heard.alphabet)
        return dict(zip(alphabet, heard.next_distribution.tolist(), strict=True))

    def bits_of_notes(self, melody: Melody) -> FloatArray:
        """Note by note."""
        heard = self._listener.hear(_with_key(melody), model=self._models[1])
        return np.asarray(heard.information_content)


class ProfileListener:
    """The shipped listener profile; looks at pitches only, and at no key that is given."""

    def __init__(self) -> None:
        from clinamen.operations.listeners import DEFAULT_PROFILE, load_profile

        self.profile = load_profile()
        self.name = f"shipped listener profile {DEFAULT_PROFILE!r}"

    def next_pitch(self, context: Melody) -> Distribution:
        """Of the profile."""
        return self.profile.next_pitch(context)

    def bits_of_notes(self, melody: Melody) -> FloatArray:
        """Of the profile."""
        return np.asarray(self.profile.hear(melody).information_content)


def _with_key(melody: Melody) -> Melody:
    """With an estimated key where none is given; too few notes allow none."""
    from clinamen.domains.music.key import estimate_key

    if melody.keys or len(melody.notes) < 3:
        return melody
    key = KeyChange(Fraction(0), estimate_key(melody))
    return melody.replace(keys=(key,), key_source="estimated")


@dataclass(frozen=True)
class Agreement:
    """Figures of one listener on one data set.

    Parameters
    ----------
    set, kind
        Name of the data set, and ``ratings``, ``ic_bits`` or ``dist_over_pc``.
    n_contexts, n_values
        Melodies that were heard; tones rated, notes measured, or pitch classes.
    r_squared
        Explained variance over all values. For ratings the information content is that of a
        tone given that one of those offered comes: people compared these and no others, so
        what a model expects elsewhere plays no part. Where a context offers a single tone, it
        is the plain one in the whole set.
    correlation
        Pearson's: with ratings it should be below 0, with bits above. 0 where one of the two
        does not vary.
    r_squared_plain
        For ratings, explained variance by the plain information content.
    r_squared_mean_over_contexts
        Each context with a line of its own; contexts with fewer than three values, which any
        line explains, are left out. None if there are no others.
    published_best
        Best explained variance in the literature so far, where known.
    bits_per_response, entropy_of_responses
        Means over contexts, for sung continuations.
    bits_per_response_pooled
        Mean over responses, where all contexts tell how many there were.
    """

    set: str
    kind: str
    n_contexts: int
    n_values: int
    r_squared: float | None = None
    correlation: float | None = None
    r_squared_plain: float | None = None
    r_squared_mean_over_contexts: float | None = None
    published_best: float | None = None
    bits_per_response: float | None = None
    entropy_of_responses: float | None = None
    bits_per_response_pooled: float | None = None

    def to_plain(self) -> dict[str, Any]:
        """What applies to this kind, as plain values."""
        return {name: getattr(self, name) for name in (*_ALWAYS, *_BY_KIND[self.kind])}


@dataclass(frozen=True)
class ListenersRequest:
    """What people said.

    Parameters
    ----------
    path
        A file as the module describes it. None stands for the ratings of Cuddy & Lunney 1995
        and Schellenberg 1996, which are part of the source, not of the installed package.
    """

    path: str | None = None


@dataclass(frozen=True)
class ListenersResult:
    """How well both listeners agree with people.

    Parameters
    ----------
    file
        Name of the file.
    names
        Of the listeners, in words.
    agreements
        By listener (``profile``, ``compression``), one for each data set and kind.
    """

    file: str
    names: Mapping[str, str]
    agreements: Mapping[str, tuple[Agreement, ...]]

    def to_plain(self) -> dict[str, Any]:
        """Everything as plain values, figures under the names of the listeners."""
        figures = {
            name: [each.to_plain() for each in found] for name, found in self.agreements.items()
        }
        return {"file": self.file} | figures | {"listeners": self.names, "machine": machine()}


def bench_listeners(request: ListenersRequest, telling: Telling | None = None) -> ListenersResult:
    """Score the profile and the shipped listener by what people said.

    Parameters
    ----------
    request
        Which file.
    telling
        Is told what is done, how much of it, and of how much.

    Raises
    ------
    MissingError
        If there is no such file.
    FormatError
        If the file is empty, or at the first line that holds no answers of people.

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "sung.jsonl"
    >>> sung = {"notes": [[0, 1, 67], [1, 1, 71]], "dist_over_pc": {"C": 9, "G": 3}}
    >>> _ = path.write_text(json.dumps(sung))
    >>> (found,) = bench_listeners(ListenersRequest(str(path))).agreements["profile"]
    >>> found.kind, found.n_contexts, round(found.entropy_of_responses, 3)
    ('dist_over_pc', 1, 0.811)
    """
    path = request.path if request.path is not None else _ratings_of_the_source()
    heard = read_heard(path)
    names, found = {}, {}
    for name, make in (("profile", ProfileListener), ("compression", CompressionListener)):
        listener: Expecting = make()
        names[name] = listener.name
        progress = partial(telling, name) if telling is not None else None
        found[name] = agreements(heard, listener, progress)
    return ListenersResult("standard input" if path == "-" else Path(path).name, names, found)


def _ratings_of_the_source() -> str:
    for folder in Path(__file__).resolve().parents:
        if (folder / _GOLDEN).exists():
            return str(folder / _GOLDEN)
    raise MissingError(
        "give people's answers with --set FILE.jsonl; the ratings of Cuddy & Lunney and of "
        f"Schellenberg are {_GOLDEN.as_posix()} in the source of Clinamen"
    )


@dataclass(frozen=True, eq=False)
class Compared:
    """One context: what people said, and what a listener expected.

    Parameters
    ----------
    heard
        The context with the answers, shape ``(n,)``.
    bits
        Information content of the same things, shape ``(n,)``.
    """

    heard: Heard
    bits: FloatArray


def agreements(
    heard: Sequence[Heard], listener: Expecting, progress: Progress | None = None
) -> tuple[Agreement, ...]:
    """Figures of a listener, for each data set and kind in the order of the file."""
    return tuple(agreement(found) for found in compare(heard, listener, progress).values())


def compare(
    heard: Sequence[Heard], listener: Expecting, progress: Progress | None = None
) -> dict[tuple[str, str], list[Compared]]:
    """What people and a listener said, by data set and kind in the order of the file."""
    found: dict[tuple[str, str], list[Compared]] = defaultdict(list)
    for number, each in enumerate(heard, start=1):
        found[each.data_set, each.kind].append(Compared(each, _bits(each, listener)))
        if progress is not None:
            progress(number, len(heard))
    return dict(found)


def _bits(heard: Heard, listener: Expecting) -> FloatArray:
    """Of what people were asked about, shape ``(n,)``."""
    if heard.kind == "ic_bits":
        return np.asarray(listener.bits_of_notes(heard.melody)[heard.places])
    expected = listener.next_pitch(heard.melody)
    if heard.kind == "dist_over_pc":
        return np.asarray(-np.log2(_pitch_classes(expected)[heard.places]))
    floor = min(expected.values())
    return np.asarray(-np.log2([expected.get(int(pitch), floor) for pitch in heard.places]))


def _pitch_classes(expected: Distribution) -> FloatArray:
    """A distribution with its octaves folded, shape ``(12,)``; no class is impossible."""
    folded = np.zeros(12)
    for pitch, chance in expected.items():
        folded[pitch % 12] += chance
    folded = np.maximum(folded, min(expected.values()))
    return np.asarray(folded / folded.sum())


def agreement(found: Sequence[Compared]) -> Agreement:
    """Figures of contexts of one data set and kind."""
    one = found[0].heard
    n_values = sum(len(each.bits) for each in found)
    if one.kind == "dist_over_pc":
        return _of_responses(found, n_values)
    among = one.kind == "ratings" and all(len(each.bits) > 1 for each in found)
    bits = [_given_that_one_comes(each.bits) if among else each.bits for each in found]
    people = [each.heard.people for each in found]
    r = correlation(np.concatenate(people), np.concatenate(bits))
    plain = correlation(np.concatenate(people), np.concatenate([each.bits for each in found]))
    alone = [
        correlation(theirs, ours) ** 2
        for theirs, ours in zip(people, bits, strict=True)
        if len(ours) > 2
    ]
    return Agreement(
        one.data_set,
        one.kind,
        len(found),
        n_values,
        r_squared=r**2,
        correlation=r,
        r_squared_plain=plain**2 if one.kind == "ratings" else None,
        r_squared_mean_over_contexts=float(np.mean(alone)) if alone else None,
        published_best=EXPLAINED_VARIANCE.get(one.data_set) if one.kind == "ratings" else None,
    )


def _given_that_one_comes(bits: FloatArray) -> FloatArray:
    """Information content of tones among themselves."""
    return np.asarray(bits + np.log2(np.exp2(-bits).sum()))


def _of_responses(found: Sequence[Compared], n_values: int) -> Agreement:
    ours = [cross_entropy(each.heard.people, np.exp2(-each.bits)) for each in found]
    theirs = [cross_entropy(each.heard.people, each.heard.people) for each in found]
    counts = [each.heard.n_responses for each in found]
    weights = [count for count in counts if count]
    return Agreement(
        found[0].heard.data_set,
        "dist_over_pc",
        len(found),
        n_values,
        bits_per_response=float(np.mean(ours)),
        entropy_of_responses=float(np.mean(theirs)),
        bits_per_response_pooled=(
            float(np.average(ours, weights=weights)) if len(weights) == len(ours) else None
        ),
    )


def correlation(people: FloatArray, bits: FloatArray) -> float:
    """Pearson's; 0 where one of the two does not vary.

    Examples
    --------
    >>> round(correlation(np.array([1.0, 2.0, 4.0]), np.array([5.0, 4.0, 2.0])), 6)
    -1.0
    """
    if len(people) < 2 or np.ptp(people) < _NO_VARIATION or np.ptp(bits) < _NO_VARIATION:
        return 0.0
    return float(np.corrcoef(people, bits)[0, 1])


def cross_entropy(shares: FloatArray, expected: FloatArray) -> float:
    """Bits a response, where responses come as `shares` and are expected as `expected`.

    Examples
    --------
    >>> cross_entropy(np.array([0.5, 0.5]), np.array([0.25, 0.75])) > 1
    True
    """
    some = shares > 0
    return float(-(shares[some] * np.log2(expected[some])).sum())
