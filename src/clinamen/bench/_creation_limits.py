"""Results that are to share no long run with what the generator has learnt, and whether they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from clinamen.bench._apart import Telling
from clinamen.bench._creation_cast import Cast
from clinamen.bench._creation_compositions import orders
from clinamen.bench._creation_makers import Composer, Swerver
from clinamen.bench._creation_runs import Limited, Offence, offences, offences_in_index
from clinamen.bench._creation_statistics import Target
from clinamen.bench._creation_swerves import asked_of
from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.fingerprints import Fingerprints
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.errors import ConstraintError
from clinamen.operations.fingerprints import load_fingerprints
from clinamen.operations.listeners import load_listener
from clinamen.operations.swerve import STRENGTHS

__all__ = ["LimitFigures", "limit_figures", "limit_targets"]

SHARE_COMPOSED = 20
"""One result in so many is a composition, which takes much longer than a swerve."""

N_VARIANTS, N_PLACES = 8, 3

MOST_ROUNDS = 1000
"""After so many rounds over all songs the rest is given up: nothing can be made of them."""

FREE = 5
"""One in so many is also made without a limit, to see how often it would be exceeded."""


@dataclass(frozen=True)
class LimitFigures:
    """Whether a limit was kept.

    Parameters
    ----------
    what
        ``swerves`` or ``compositions``.
    limit
        Longest run that may be shared, in notes.
    n
        Results.
    n_exceeding
        Those that share a longer run with the index of what the generator has learnt.
    n_exceeding_tunes
        The same with the tunes themselves; None where these are not at hand.
    n_free, n_free_exceeding
        Results made without a limit, and those of them that share a longer run: the search
        that finds none above is able to find some.
    """

    what: str
    limit: int
    n: int
    n_exceeding: int
    n_exceeding_tunes: int | None
    n_free: int
    n_free_exceeding: int


def limit_figures(
    cast: Cast, songs: Sequence[Song], limit: int, n: int, seed: int, telling: Telling | None
) -> tuple[LimitFigures, ...]:
    """Make results with a limit, and look for longer runs in them.

    Where the generator has no index of what it has learnt, the shipped listener makes.
    """
    listener, index = cast.generator, cast.index
    if index is None:
        listener, index = load_listener(), load_fingerprints()
    tunes = [notes_in_ticks(song.melody) for song in cast.tunes]
    known = [notes for notes in tunes if _is_whole(notes, index)]
    n_composed = max(n // SHARE_COMPOSED, 1)
    found = []
    for what, make, wanted in (
        ("swerves", _swerved, n - n_composed),
        ("compositions", _composed, n_composed),
    ):
        held = list(
            islice(_told(what, make(listener, songs, index, limit, seed), wanted, telling), wanted)
        )
        n_free = max(wanted // FREE, 1)
        free = list(islice(make(listener, songs, index, None, seed), n_free))
        found.append(
            LimitFigures(
                what=what,
                limit=limit,
                n=len(held),
                n_exceeding=_count(offences_in_index(held, index, limit)),
                n_exceeding_tunes=_count(offences(held, known, limit)) if known else None,
                n_free=len(free),
                n_free_exceeding=_count(offences_in_index(free, index, limit)),
            )
        )
    return tuple(found)


def _is_whole(notes: Sequence[NoteTicks], index: Fingerprints) -> bool:
    """Whether an index has a tune from its first to its last note."""
    run = index.longest_run(notes)
    return run is not None and run.n_notes == len(notes)


def _count(found: Sequence[Offence]) -> int:
    return len({each.result for each in found})


def _told(
    what: str, results: Iterator[Limited], total: int, telling: Telling | None
) -> Iterator[Limited]:
    for done, each in enumerate(results, start=1):
        if telling is not None:
            telling(f"{what} with a limit", min(done, total), total)
        yield each


def _swerved(
    listener: Listener, songs: Sequence[Song], index: Fingerprints, limit: int | None, seed: int
) -> Iterator[Limited]:
    """Variants of ever other places."""
    swerver = Swerver(listener, N_VARIANTS, index, limit)
    for turn in range(MOST_ROUNDS):
        for asked in asked_of(songs, listener, STRENGTHS, N_PLACES, seed + turn):
            song = songs[asked.song]
            with suppress(ConstraintError):
                source = notes_in_ticks(song.melody)
                for variant in swerver.swerve(asked, song):
                    yield Limited(notes_in_ticks(variant.song.melody), source)


def _composed(
    listener: Listener, songs: Sequence[Song], index: Fingerprints, limit: int | None, seed: int
) -> Iterator[Limited]:
    """Melodies along ever other curves."""
    for turn in range(MOST_ROUNDS):
        composer = Composer(listener, seed + turn, index, limit or 0)
        for order in orders(songs, 1, seed + turn):
            with suppress(ConstraintError):
                yield Limited(notes_in_ticks(composer.compose(order).melody))


def limit_targets(figures: Sequence[LimitFigures]) -> list[Target]:
    """None may exceed the limit."""
    return [
        Target(
            f"{each.what} of {each.n} that share more than {each.limit} notes",
            float(max(each.n_exceeding, each.n_exceeding_tunes or 0)) if each.n else None,
            0.0,
            at_least=False,
        )
        for each in figures
    ]
