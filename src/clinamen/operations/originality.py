"""How original a melody is: the longest runs it shares with what its listener has heard.

What two melodies have in common is counted, nothing more: whether that is a theft is a
question of how long, how striking, how well known, and of law, and is not answered here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.fingerprints import (
    RUN,
    AnySpan,
    Fingerprints,
    SharedRun,
    Span,
    bar_numbers,
    longest_shared,
)
from clinamen.domains.music.notes import Melody, Song
from clinamen.operations.fingerprints import load_fingerprints
from clinamen.operations.text import a_count, clean, percent

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener

__all__ = ["RARE", "Originality", "originality_of", "originality_record"]

RARE = 0.05
"""Share of human songs below which a run counts as longer than songs share with each other."""


@dataclass(frozen=True, slots=True)
class Originality:
    """What a melody shares with others.

    Parameters
    ----------
    n_tunes
        Melodies of the corpus that it was compared with.
    corpus
        The longest run that it shares with one of them; None if that has less than 4 notes.
    source
        The longest run that it shares with the song it was made from; None if there is no
        such song, or nothing is shared.
    human_shares
        By collection, the share of human songs of about its length that share a run as long
        or longer with another song; where only a part of the melody is new, the share of the
        places in human songs at which such a run touches as many notes. Collections of few
        songs are left out.
    is_part
        Whether only runs counted that touch a new part.
    has_source
        Whether it was compared with a song.
    """

    n_tunes: int
    corpus: SharedRun | None
    source: SharedRun | None
    human_shares: Mapping[str, float]
    is_part: bool
    has_source: bool

    @property
    def human_share(self) -> float | None:
        """Mean of `human_shares`, each collection counting alike; None if there are none."""
        shares = self.human_shares.values()
        return sum(shares) / len(shares) if shares else None

    @property
    def line(self) -> str:
        """All of it in a line, safe to show."""
        parts = [self._corpus_words()]
        if self.human_share is not None and self.corpus is not None:
            parts.append(self._human_words(self.human_share))
        if self.has_source:
            parts.append(self._source_words())
        return "; ".join(parts)

    def _corpus_words(self) -> str:
        if not self.n_tunes:
            return "no corpus to compare with"
        if self.corpus is None:
            return f"shares no run of {RUN} notes with the corpus"
        run = self.corpus
        title = f"'{clean(run.title)}'" if run.title else "a tune without a title"
        credit = f" ({clean(run.credit)})" if run.credit else ""
        where = _bars(run.bars) + title + credit
        return f"longest run shared with the corpus: {a_count(run.n_notes, 'note')}, {where}"

    def _human_words(self, share: float) -> str:
        if share < RARE:
            few = percent(share) if share else "none"
            where = "at such a place" if self.is_part else "of this length"
            return f"more than human songs {where} share with each other ({few} as much)"
        what = "such places in human songs" if self.is_part else "human songs of this length"
        return f"{percent(share)} of {what} share as much or more with another song"

    def _source_words(self) -> str:
        if self.source is None:
            return "shares nothing with the source"
        where = f", {_bars(self.source.bars)}".removesuffix(" of ") if self.source.bars else ""
        return f"with the source: {a_count(self.source.n_notes, 'note')}{where}"


def _bars(bars: tuple[int, int] | None) -> str:
    if bars is None:
        return ""
    first, last = bars
    return f"bar {first} of " if first == last else f"bars {first}-{last} of "


def originality_of(
    given: Song | Melody | Sequence[NoteTicks],
    *,
    source: Song | Melody | Sequence[NoteTicks] | None = None,
    span: AnySpan | None = None,
    listener: Fingerprints | Listener | str | os.PathLike[str] | None = None,
) -> Originality:
    """What a melody shares with a corpus, and with the song it was made from.

    Parameters
    ----------
    given
        The melody.
    source
        The song it was made from.
    span
        What of it is new (see `changes`); only runs that touch that count, for the rest
        belongs to the song's maker. By default all counts.
    listener
        Whose corpus to compare with, or an index; by default the shipped listener.

    Raises
    ------
    ParameterError
        If notes are not in order, or the span is not within them.
    MissingError
        If the listener has no index of fingerprints.

    Notes
    -----
    Nothing is passed over. If the source is in the corpus itself, the corpus run may be one
    shared with that entry: then it bears the song's own title. A variant with a span is not
    hurt by that, for the part of it that is new is not in the song.

    Examples
    --------
    >>> import clinamen
    >>> originality_of(clinamen.read("examples/greensleeves.abc")).line
    "longest run shared with the corpus: ... of 'What Child Is This?' (William Chatterton Dix)..."
    """
    index = listener if isinstance(listener, Fingerprints) else load_fingerprints(listener)
    notes = _notes(given)
    if span is not None and not isinstance(span, Span):
        span = tuple(span)
    run = index.longest_run(notes, span=span)
    return Originality(
        n_tunes=len(index.tunes),
        corpus=run,
        source=None if source is None else _run_with(source, notes, span),
        human_shares=_human_shares(index, len(notes), span, run.n_notes if run else 0),
        is_part=span is not None,
        has_source=source is not None,
    )


def originality_record(found: Originality) -> dict[str, Any]:
    """All that a line of originality says as plain data; notes are counted from 1.

    A run's ``note`` is its first in the melody, ``from_note`` its first in the other one.

    Examples
    --------
    >>> import clinamen
    >>> record = originality_record(originality_of(clinamen.read("examples/greensleeves.abc")))
    >>> record["corpus"]["title"], record["corpus"]["credit"], record["source"]
    ('What Child Is This?', 'William Chatterton Dix', None)
    """
    return {
        "line": found.line,
        "n_tunes": found.n_tunes,
        "corpus": None if found.corpus is None else _run_record(found.corpus),
        "source": None if found.source is None else _run_record(found.source),
        "human_share": found.human_share,
        "human_shares": dict(found.human_shares),
        "is_part": found.is_part,
        "has_source": found.has_source,
    }


def _run_record(run: SharedRun) -> dict[str, Any]:
    return {
        "n_notes": run.n_notes,
        "note": run.first + 1,
        "title": run.title,
        "credit": run.credit,
        "from_note": run.place + 1,
        "bars": None if run.bars is None else list(run.bars),
    }


def _notes(given: Song | Melody | Sequence[NoteTicks]) -> Sequence[NoteTicks]:
    if isinstance(given, Song | Melody):
        return notes_in_ticks(given.melody if isinstance(given, Song) else given)
    return given


def _run_with(
    source: Song | Melody | Sequence[NoteTicks], notes: Sequence[NoteTicks], span: AnySpan | None
) -> SharedRun | None:
    run = longest_shared(notes, _notes(source), span=span)
    if run is None or not isinstance(source, Song | Melody):
        return run
    bars = bar_numbers(source.melody if isinstance(source, Song) else source)
    first, last = int(bars[run.place]), int(bars[run.place + run.n_notes - 1])
    return replace(run, bars=(first, last))


def _human_shares(
    index: Fingerprints, n_notes: int, span: AnySpan | None, shared: int
) -> dict[str, float]:
    if span is None:
        return index.baseline.shares_of_songs(n_notes, shared)
    n_new = span.n_notes if isinstance(span, Span) else len(set(span))
    return index.baseline.shares_of_places(n_new, shared)
