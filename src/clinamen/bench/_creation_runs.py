"""Whether results keep a limit on shared runs, looked for one by one and by other means.

A run of `n` notes is told by `n - 1` intervals in semitones and `n - 2` ratios of inter-onset
intervals, as exact fractions. Nothing is hashed but by Python's own dictionaries, and nothing is
left out: all runs of one note more than the limit that touch what is new in a result are laid
beside all runs of that length of every tune. The index of a listener keeps no tunes, only
numbers of runs of four; there, rows of such numbers are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.fingerprints import RUN, Fingerprints

__all__ = ["Limited", "Offence", "offences", "offences_in_index"]


@dataclass(frozen=True, eq=False)
class Limited:
    """A result that was to keep a limit.

    Parameters
    ----------
    notes
        Of the whole result.
    source
        Notes of the song it was made from: runs of its own notes are not laid to its account.
        Empty where all is new.
    """

    notes: Sequence[NoteTicks]
    source: Sequence[NoteTicks] = ()


@dataclass(frozen=True)
class Offence:
    """A run that is too long: its first note in a result, and the tune that has it."""

    result: int
    first: int
    tune: int


def offences(
    results: Sequence[Limited], tunes: Iterable[Sequence[NoteTicks]], limit: int
) -> list[Offence]:
    """All runs of `limit` + 1 notes that touch what is new and come in a tune.

    Key and tempo make no difference.

    Examples
    --------
    >>> scale = [(n, 1, 60 + n) for n in range(6)]
    >>> found = offences([Limited(scale)], [[(2 * n, 1, 40 + n) for n in range(6)]], 4)
    >>> [(each.result, each.first, each.tune) for each in found]
    [(0, 0, 0), (0, 1, 0)]
    """
    return _found(results, limit + 1, _run_keys, (_run_keys(tune, limit + 1) for tune in tunes))


def offences_in_index(results: Sequence[Limited], index: Fingerprints, limit: int) -> list[Offence]:
    """The same against the tunes of an index.

    Raises
    ------
    ParameterError
        If notes are not in order.
    """
    from clinamen.domains.music.fingerprints._steps import gram_hashes, line_of

    width = limit + 2 - RUN

    def keys(notes: Sequence[NoteTicks], _length: int) -> Iterator[tuple[int, ...]]:
        hashes = [int(each) for each in gram_hashes(line_of(notes))]
        return (tuple(hashes[at : at + width]) for at in range(len(hashes) - width + 1))

    return _found(results, limit + 1, keys, _rows_of(index, width))


def _rows_of(index: Fingerprints, width: int) -> Iterator[Iterator[tuple[int, ...]]]:
    """Rows of hashes of every tune."""
    hashes = index.hashes.tolist()
    grams = [hashes[each] for each in index.grams.tolist()]
    start = 0
    for n_notes in index.tunes.n_notes.tolist():
        end = start + max(n_notes - RUN + 1, 0)
        here, start = grams[start:end], end
        yield (tuple(here[at : at + width]) for at in range(len(here) - width + 1))


def _found(
    results: Sequence[Limited],
    length: int,
    keys_of: Callable[[Sequence[NoteTicks], int], Iterable[Hashable]],
    tunes: Iterable[Iterable[Hashable]],
) -> list[Offence]:
    wanted: dict[Hashable, list[tuple[int, int]]] = {}
    for number, result in enumerate(results):
        new = _new_steps(result)
        for first, key in enumerate(keys_of(result.notes, length)):
            if any(new[first : first + length - 1]):
                wanted.setdefault(key, []).append((number, first))
    return sorted(
        {
            Offence(number, first, tune)
            for tune, keys in enumerate(tunes)
            for key in keys
            for number, first in wanted.get(key, ())
        },
        key=lambda each: (each.result, each.first, each.tune),
    )


def _run_keys(notes: Sequence[NoteTicks], length: int) -> Iterator[Hashable]:
    """What tells each run of so many notes."""
    steps = [(b[0] - a[0], b[2] - a[2]) for a, b in pairwise(notes)]
    ratios = [Fraction(b[0], a[0]) if a[0] else None for a, b in pairwise(steps)]
    intervals = [interval for _, interval in steps]
    for at in range(len(notes) - length + 1):
        yield (*intervals[at : at + length - 1], *ratios[at : at + length - 2])


def _new_steps(result: Limited) -> list[bool]:
    """Of every step from note to note, whether the source does not have it."""
    known = {((a[0], a[2]), (b[0], b[2])) for a, b in pairwise(result.source)}
    return [((a[0], a[2]), (b[0], b[2])) not in known for a, b in pairwise(result.notes)]
