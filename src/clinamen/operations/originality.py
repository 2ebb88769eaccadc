"""How original a melody is: the longest runs it shares with what its listener has heard.

What two melodies have in common is counted, nothing more: whether that is a theft is a
question of how long, how striking, how well known, and of law, and is not answered here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from clinamen.operations._tune_words import bars_words, tune_words
from clinamen.operations.fingerprints import load_fingerprints
from clinamen.operations.text import percent
from clinamen.texts import Message, joined

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener

__all__ = [
    "FEWEST_KNOWN",
    "RARE",
    "USUAL",
    "Originality",
    "if_known",
    "known_as",
    "originality_of",
    "originality_record",
    "run_record",
]

RARE = 0.05
"""Share of human songs below which a run counts as longer than songs share with each other."""

USUAL = 0.5
"""Share of human songs from which on a run is one that songs share anyway: no tune is named."""

FEWEST_KNOWN = 12
"""Notes of the shortest run by which a tune counts as one that was heard."""


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
    source_shares
        As `human_shares`, for a run as long as the one that it shares with the source.
    known_as
        That a melody that was made has turned out to be a tune that was heard, see `if_known`.
    """

    n_tunes: int
    corpus: SharedRun | None
    source: SharedRun | None
    human_shares: Mapping[str, float]
    is_part: bool
    has_source: bool
    source_shares: Mapping[str, float] = field(default_factory=dict)
    known_as: str | None = None

    @property
    def human_share(self) -> float | None:
        """Mean of `human_shares`, each collection counting alike; None if there are none."""
        return _mean(self.human_shares)

    @property
    def is_usual(self) -> bool:
        """Whether at least `USUAL` of human songs share as much with another song."""
        return self.human_share is not None and self.human_share >= USUAL

    @property
    def line(self) -> str:
        """All of it that says something in a line, safe to show.

        A run that is usual is told by its length alone. The run shared with the source is
        told if it has `RUN` notes, and fewer than `USUAL` of human songs share as long a
        one with any other song, or that is not known.
        """
        parts = [self._corpus_words()]
        if self.known_as is not None:
            parts.insert(0, Message("origin.lower", said=self.known_as))
        source, share = self.source, _mean(self.source_shares)
        if source is not None and source.n_notes >= RUN and (share is None or share < USUAL):
            parts.append(_source_words(source))
        return joined(parts, "semicolon")

    @property
    def human_words(self) -> str:
        """How many human songs share as much; empty if that is not known."""
        share = self.human_share
        if share is None or self.corpus is None:
            return ""
        if share >= RARE:
            return Message("origin.as_much", share=percent(share), measure=self._measure)
        few = percent(share) if share else Message("origin.none")
        return Message("origin.more_places" if self.is_part else "origin.more_songs", few=few)

    def _corpus_words(self) -> str:
        if not self.n_tunes:
            return Message("origin.no_corpus")
        if self.corpus is None:
            return Message("origin.no_run", count=RUN)
        run, notes = self.corpus, Message("origin.notes", n=self.corpus.n_notes)
        if self.is_usual and self.human_share is not None:
            share = percent(self.human_share)
            return Message("origin.usual", notes=notes, share=share, measure=self._measure)
        told = Message("origin.longest", notes=notes, tune=tune_words(run))
        if run.bars:
            told = Message(
                "origin.longest_at", notes=notes, bars=bars_words(run.bars), tune=tune_words(run)
            )
        return joined((told, self.human_words), "semicolon")

    @property
    def _measure(self) -> Message:
        return Message("origin.places" if self.is_part else "origin.songs")


def _source_words(run: SharedRun) -> Message:
    notes = Message("origin.notes", n=run.n_notes)
    if not run.bars:
        return Message("origin.with_source", notes=notes)
    return Message("origin.with_source_at", notes=notes, bars=bars_words(run.bars))


def _mean(shares: Mapping[str, float]) -> float | None:
    return sum(shares.values()) / len(shares) if shares else None


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
    'longest run shared with the corpus: ... of “What Child Is This?” (William Chatterton Dix)...'
    """
    index = listener if isinstance(listener, Fingerprints) else load_fingerprints(listener)
    notes = _notes(given)
    if span is not None and not isinstance(span, Span):
        span = tuple(span)
    run = index.longest_run(notes, span=span)
    known = None if source is None else _run_with(source, notes, span)
    return Originality(
        n_tunes=len(index.tunes),
        corpus=run,
        source=known,
        human_shares=_human_shares(index, len(notes), span, run),
        is_part=span is not None,
        has_source=source is not None,
        source_shares=_human_shares(index, len(notes), span, known),
    )


def known_as(given: Song | Melody | Sequence[NoteTicks], index: Fingerprints) -> str | None:
    """That a tune is one that was heard, in a sentence without its full stop; None if it is not.

    It is if a run of at least `FEWEST_KNOWN` notes and at least half of its notes comes in one
    tune. Of two that have so much in common each is known as the other.

    Raises
    ------
    ParameterError
        If notes are not in order.

    Examples
    --------
    >>> import clinamen
    >>> known_as(clinamen.read("examples/amazing_grace.abc"), load_fingerprints())
    'This tune is in what the listener has heard: “Amazing Grace” (... of ... notes)'
    """
    notes = _notes(given)
    run = _known_run(notes, index)
    if run is None:
        return None
    tune = tune_words(replace(run, credit=""))
    notes_words = Message("origin.notes", n=len(notes))
    return Message("origin.known_as", tune=tune, part=run.n_notes, notes=notes_words)


def _known_run(notes: Sequence[NoteTicks], index: Fingerprints) -> SharedRun | None:
    run = index.longest_run(notes)
    if run is None or run.n_notes < FEWEST_KNOWN or 2 * run.n_notes < len(notes):
        return None
    return run


def _tune(run: SharedRun) -> tuple[str, str]:
    return run.title, run.credit


def if_known(
    found: Originality,
    given: Song | Melody | Sequence[NoteTicks],
    index: Fingerprints,
    *,
    source: Song | Melody | Sequence[NoteTicks] | None = None,
) -> Originality:
    """The same, and said first if the whole melody is one that was heard (see `known_as`).

    Of a melody that was made from a song which shares as much with that tune it is no news.

    Raises
    ------
    ParameterError
        If notes are not in order.
    """
    notes = _notes(given)
    run = _known_run(notes, index)
    own = None if run is None or source is None else _known_run(_notes(source), index)
    if run is None or (own is not None and _tune(own) == _tune(run) and own.n_notes >= run.n_notes):
        return found
    return replace(found, known_as=known_as(notes, index))


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
        "known_as": found.known_as,
        "n_tunes": found.n_tunes,
        "corpus": None if found.corpus is None else run_record(found.corpus),
        "source": None if found.source is None else run_record(found.source),
        "human_share": found.human_share,
        "human_shares": dict(found.human_shares),
        "is_part": found.is_part,
        "has_source": found.has_source,
    }


def run_record(run: SharedRun) -> dict[str, Any]:
    """A shared run as plain data, as in `originality_record`; the title as the index has it."""
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
    index: Fingerprints, n_notes: int, span: AnySpan | None, run: SharedRun | None
) -> dict[str, float]:
    shared = run.n_notes if run else 0
    if span is None:
        return index.baseline.shares_of_songs(n_notes, shared)
    n_new = span.n_notes if isinstance(span, Span) else len(set(span))
    return index.baseline.shares_of_places(n_new, shared)
