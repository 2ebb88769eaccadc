"""Runs apart from each other, against a plain search."""

from __future__ import annotations

from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.fingerprints.plain_runs import in_ticks, melody_of, shape

from clinamen.domains.music.fingerprints import RUN, Fingerprints, separate_runs
from clinamen.domains.music.notes import Song

Notes = list[tuple[int, int, int]]

MOTIFS = (0, 1, 3, 8), (0, 0, 4, 4, 5), (0, 7, 2), (0, 1, 3, 8, 8, 2)
PLAIN = (0, 9, 1, 12), (0, 11, 2, 14), (30, 27, 24, 21, 18, 15)
TUNES = st.lists(st.sampled_from(MOTIFS), min_size=1, max_size=4).map(
    lambda motifs: [(at, 1, 60 + step) for at, step in enumerate(chain(*motifs))]
)


def plain(tunes: list[Notes], notes: Notes, n: int) -> list[tuple[int, int, int]]:
    """Length, first note and tune of each run, by comparing every free stretch of notes."""
    free, named = [True] * len(notes), set()
    found = []
    while len(found) < n:
        best = (0, 0, 0)
        for first in range(len(notes)):
            for end in range(first + RUN, len(notes) + 1):
                size = end - first
                for tune, other in enumerate(tunes):
                    there = [shape(other[at : at + size]) for at in range(len(other) - size + 1)]
                    is_shared = shape(notes[first:end]) in there
                    if is_shared and size > best[0] and all(free[first:end]) and tune not in named:
                        best = (size, first, tune)
        if not best[0]:
            break
        found.append(best)
        named.add(best[2])
        free[best[1] : best[1] + best[0]] = [False] * best[0]
    return found


@settings(deadline=None, max_examples=100)
@given(st.lists(TUNES, max_size=3), TUNES, st.integers(0, 4))
def test_runs_are_those_of_a_plain_search(tunes: list[Notes], notes: Notes, n: int) -> None:
    index = Fingerprints.of([Song(melody_of(tune)) for tune in tunes])
    found = separate_runs(index, in_ticks(notes), n=n)
    assert [(run.n_notes, run.first, run.tune) for run in found] == plain(tunes, notes, n)
    longer = separate_runs(index, in_ticks(notes), n=n, least=RUN + 2)
    assert longer == tuple(run for run in found if run.n_notes >= RUN + 2)
    assert found[:1] == tuple(filter(None, [index.longest_run(in_ticks(notes))]))[:n]


def test_of_two_as_long_the_first_comes_first() -> None:
    tunes = [[(at, 1, 60 + step) for at, step in enumerate(motif)] for motif in PLAIN]
    steps = chain(PLAIN[0], PLAIN[2], PLAIN[1])
    notes = in_ticks([(at, 1, 60 + step) for at, step in enumerate(steps)])
    index = Fingerprints.of([Song(melody_of(tune)) for tune in tunes])
    assert [run.first for run in separate_runs(index, notes, n=3)] == [4, 0, 10]
