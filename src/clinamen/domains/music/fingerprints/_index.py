"""An index of the runs of notes in many tunes: hashes with titles, not the tunes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.fingerprints._baseline import Baseline
from clinamen.domains.music.fingerprints._limit import RunLimit, check_limit
from clinamen.domains.music.fingerprints._shared import SharedRun, longest_ending
from clinamen.domains.music.fingerprints._span import AnySpan, new_steps
from clinamen.domains.music.fingerprints._steps import (
    HASH_BITS,
    RUN,
    HashArray,
    gram_hashes,
    line_of,
    window_hashes,
)
from clinamen.domains.music.fingerprints._tunes import Tunes
from clinamen.domains.music.notes import Melody, Song
from clinamen.engine._run_kernels import longest_in_corpus
from clinamen.errors import ParameterError

__all__ = ["Fingerprints"]


@dataclass(frozen=True, eq=False)
class Fingerprints:
    """All runs of `RUN` notes of some tunes, as hashes in their order, with titles.

    Runs are found in every key and at every tempo (see `clinamen.domains.music.fingerprints`).

    Parameters
    ----------
    hashes
        Of the different runs, rising, shape ``(G,)``.
    grams
        Which of them begins at each note that is not among the last `RUN` - 1 of its tune,
        tune after tune.
    tunes
        Titles and bars.
    baseline
        How much the tunes share with each other.
    facts
        What was indexed, as plain values, on record in the file.
    """

    hashes: HashArray
    grams: npt.NDArray[np.int32]
    tunes: Tunes
    baseline: Baseline
    facts: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        hashes, grams = self.hashes, self.grams
        if len(hashes) and not ((hashes[1:] > hashes[:-1]).all() and hashes[-1] < 2**HASH_BITS):
            raise ValueError("hashes do not rise")
        if len(grams) != len(self.tunes.gram_places):
            raise ValueError("there are not as many runs as the tunes have")
        if len(grams) and not (grams.min() >= 0 and grams.max() < len(hashes)):
            raise ValueError("a run has no hash")
        if not np.array_equal(self.baseline.n_notes, self.tunes.n_notes):
            raise ValueError("what tunes share is not told for each of them")

    def __repr__(self) -> str:
        return f"<Fingerprints: {len(self.tunes)} tunes, {len(self.tunes.bars)} notes>"

    @classmethod
    def of(
        cls,
        songs: Iterable[Song | Melody],
        *,
        collections: Sequence[str] | str = "songs",
        facts: Mapping[str, object] | None = None,
    ) -> Fingerprints:
        """The index of some songs, in their order; those of a note or none are kept as well.

        How much they share with each other is measured as well.

        Parameters
        ----------
        collections
            Name of the collection that each is from, or that all are from.
        facts
            What is put on record about them.

        Examples
        --------
        >>> import clinamen
        >>> known = Fingerprints.of([clinamen.read("examples/sakura.abc")])
        >>> notes = notes_in_ticks(clinamen.read("examples/sakura.abc").melody)
        >>> known.longest_run([(2 * onset, lasts, pitch + 3) for onset, lasts, pitch in notes])
        SharedRun(n_notes=50, ... title='Sakura Sakura', credit='Traditional (Japan)', bars=(1, 14))
        """
        from clinamen.domains.music.fingerprints._measure import measured

        given = [Song(each) if isinstance(each, Melody) else each for each in songs]
        found = [gram_hashes(line_of(notes_in_ticks(each.melody))) for each in given]
        tunes = Tunes.of(given)
        names = [collections] * len(given) if isinstance(collections, str) else collections
        baseline = Baseline.unmeasured(tunes.n_notes, names)
        index = _of_hashes(found, tunes, baseline, facts or {})
        return replace(index, baseline=measured(index, given))

    @classmethod
    def union(cls, parts: Sequence[Fingerprints], facts: Mapping[str, object]) -> Fingerprints:
        """An index of the tunes of several; how much they share stays as it was measured."""
        return _of_hashes(
            [part.hashes[part.grams] for part in parts],
            Tunes.union([part.tunes for part in parts]),
            Baseline.union([part.baseline for part in parts]),
            facts,
        )

    def longest_run(
        self,
        notes: Sequence[NoteTicks],
        *,
        span: AnySpan | None = None,
        ignore: Collection[int] = (),
    ) -> SharedRun | None:
        """The longest run of `RUN` notes or more that comes in a tune; None if there is none.

        Of several as long, the first in the melody, in the first tune that has it.

        Parameters
        ----------
        span
            Only runs count that touch what is new.
        ignore
            Numbers of tunes to pass over. By default none is, be it the very song that was
            given: see `tunes_called`.

        Raises
        ------
        ParameterError
            If notes are not in order, the span is not within them, or there is no such tune.
        """
        lengths, places = self.runs_ending(notes, ignore=ignore)
        steps = np.zeros(max(len(notes) - 1, 0), dtype=np.int64)
        steps[RUN - 2 :] = np.maximum(lengths + RUN - 2, 0) * (lengths > 0)
        found = longest_ending(steps, new_steps(span, len(notes)))
        if found is None:
            return None
        last, n_steps = found
        first = last - n_steps + 1
        # The run's last `RUN` notes begin at the place that was found.
        start = int(places[last - RUN + 2]) + RUN - 1 - n_steps
        return self._told(n_steps + 1, first, start)

    def runs_ending(
        self, notes: Sequence[NoteTicks], *, ignore: Collection[int] = ()
    ) -> tuple[IntArray, IntArray]:
        """The longest run that ends with each run of `RUN` notes.

        Returns
        -------
        lengths, places
            How many runs of `RUN` notes it has (0: none), and where the last of them begins
            in the notes of all tunes, shape ``(max(T - RUN + 1, 0),)`` each.

        Raises
        ------
        ParameterError
            If notes are not in order, or there is no such tune.
        """
        hashes = gram_hashes(line_of(notes))
        lengths, places = np.zeros((2, len(hashes)), dtype=np.int64)
        if not len(self.hashes):
            return lengths, places
        at = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        symbols = np.where(self.hashes[at] == hashes, at, -1)
        skipped = np.zeros(len(self.tunes), dtype=bool)
        wrong = [number for number in ignore if not 0 <= number < len(skipped)]
        if wrong:
            raise ParameterError(f"there is no tune {wrong[0]}: there are {len(skipped)}")
        skipped[list(ignore)] = True
        first, sorted_places, most = self._occurrences
        work = np.empty((2, 2, most), dtype=np.int64)
        longest_in_corpus(
            symbols, first, sorted_places, self.tunes.owner, skipped, lengths, places, work
        )
        return lengths, places

    def exceeds(
        self, notes: Sequence[NoteTicks], limit: int, *, span: AnySpan | None = None
    ) -> bool:
        """Whether a run of more than `limit` notes comes in a tune (see `RunLimit.exceeded`).

        Raises
        ------
        ParameterError
            As `longest_run`, and if the limit is below `RUN` - 1.
        """
        return self.limit(limit).exceeded(notes, span=span)

    def limit(self, limit: int, *, others: Iterable[Sequence[NoteTicks]] = ()) -> RunLimit:
        """A limit to hold many melodies to, or one that grows.

        Parameters
        ----------
        limit
            Longest run that may be shared, in notes.
        others
            More melodies than those of the index.

        Raises
        ------
        ParameterError
            If the limit is below `RUN` - 1, or notes of the others are not in order.
        """
        check_limit(limit)
        if limit not in self._tables:
            self._tables[limit] = self._table(limit + 1)
        return RunLimit(limit, (self._tables[limit],), others)

    def tunes_called(self, title: str) -> tuple[int, ...]:
        """Numbers of the tunes with a title, capital letters and signs apart.

        For a song that is in the index itself: what it shares with its own entry can be
        passed over (`longest_run`), though two songs may have one title.
        """
        from clinamen.domains.music.fingerprints._measure import plain_title

        wanted = plain_title(title)
        if not wanted:
            return ()
        titles = enumerate(self.tunes.titles)
        return tuple(number for number, each in titles if plain_title(each) == wanted)

    @cached_property
    def _tables(self) -> dict[int, HashArray]:
        return {}

    @cached_property
    def _occurrences(self) -> tuple[IntArray, IntArray, int]:
        """Places by hash: where those of each begin, the places, and the most of any."""
        # One number for both is sorted ten times as fast as one by the other.
        both = self.grams.astype(np.int64) << 32 | self.tunes.gram_places
        counts = np.bincount(self.grams, minlength=len(self.hashes))
        first = np.concatenate(([0], np.cumsum(counts)))
        return first, np.sort(both) & 0xFFFFFFFF, int(counts.max(initial=0))

    def _table(self, n_notes: int) -> HashArray:
        """Sorted hashes of all runs of `n_notes` in a tune."""
        places = self.tunes.gram_places
        windows = window_hashes(self.hashes[self.grams], n_notes)
        # Those that begin in one tune and end in the next are none of a tune.
        width = n_notes - RUN
        inside = self.tunes.owner[places[: len(windows)]] == self.tunes.owner[places[width:]]
        # Hashes that come twice do no harm, and finding them takes longer than sorting.
        return np.sort(windows[inside])

    def _told(self, n_notes: int, first: int, start: int) -> SharedRun:
        tunes = self.tunes
        tune = int(tunes.owner[start])
        bars = int(tunes.bars[start]), int(tunes.bars[start + n_notes - 1])
        return SharedRun(
            n_notes,
            first,
            start - int(tunes.starts[tune]),
            tune,
            tunes.titles[tune],
            tunes.credits[tune],
            bars,
        )


def _of_hashes(
    found: Sequence[HashArray], tunes: Tunes, baseline: Baseline, facts: Mapping[str, object]
) -> Fingerprints:
    joined = np.concatenate([np.zeros(0, dtype=np.uint64), *found])
    hashes, grams = np.unique(joined, return_inverse=True)
    return Fingerprints(hashes, grams.astype(np.int32), tunes, baseline, facts)
