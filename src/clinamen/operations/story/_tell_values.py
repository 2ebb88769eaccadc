"""A story as it is told: plain values that a page is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinamen.ledger import Head
from clinamen.operations.story._tell_chapters import Chapter
from clinamen.operations.story._tell_ears import Change, Heard
from clinamen.texts import Message

__all__ = ["Fact", "Tale", "Told", "ToldDraft", "ToldProposal"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is told, and where it is in the ledger.

    Parameters
    ----------
    name
        What it is a fact of: ``wait``, ``mean``.
    words
        A `clinamen.texts.Message`.
    entries
        Numbers of the entries it comes from.
    value
        What was counted or measured, as a number is written in Python; "" where nothing was.
    """

    name: str
    words: str
    entries: tuple[int, ...]
    value: str = ""


@dataclass(frozen=True, eq=False)
class ToldDraft:
    """A state of the song.

    Parameters
    ----------
    number
        From 1, in the order of telling.
    entry
        Number of the entry that generated it.
    heard
        None where it cannot be read, or would have been too much.
    is_again
        Whether it was told before, under the same number.
    change
        Of surprise, from the draft told before.
    fresh
        Onset, duration and pitch of the notes that the draft told before has not.
    """

    number: int
    digest: str
    entry: int
    heard: Heard | None
    is_again: bool
    change: Change | None
    fresh: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, eq=False)
class ToldProposal:
    """What was proposed.

    Parameters
    ----------
    number
        From 1, as it was proposed.
    entry
        Number of the entry that proposed it.
    change, fresh
        As `ToldDraft`, from what it was proposed for, where that is told.
    fate
        What became of it, in words; "" where that is not told.
    fate_entry
        The entry that says so.
    """

    number: int
    digest: str
    entry: int
    heard: Heard | None
    change: Change | None
    fresh: tuple[tuple[int, int, int], ...]
    fate: str
    fate_entry: int | None

    @property
    def is_taken(self) -> bool:
        """Whether it was worked on further without being kept."""
        return isinstance(self.fate, Message) and self.fate.key == "tell.fate.taken"


@dataclass(frozen=True, eq=False)
class Told:
    """A chapter as it is told; the song as it is now has none.

    Parameters
    ----------
    at
        When its last entry was made; None where that is not known.
    gap
        How long after the chapter told before, where that is long.
    heading
        In words.
    quote
        Lines of the maker's own.
    is_turning
        Whether surprise changed here more than elsewhere.
    """

    chapter: Chapter | None
    at: datetime | None
    gap: Fact | None
    heading: str
    quote: tuple[str, ...]
    facts: tuple[Fact, ...]
    draft: ToldDraft | None
    proposals: tuple[ToldProposal, ...]
    is_turning: bool = False

    @property
    def entries(self) -> tuple[int, ...]:
        """Numbers of the entries it tells of."""
        if self.chapter is not None:
            return self.chapter.seqs
        return () if self.draft is None else (self.draft.entry,)


@dataclass(frozen=True, eq=False)
class Tale:
    """All that is told of a song.

    Parameters
    ----------
    head
        The end of its story.
    listener
        Whose ears the figures are of.
    lead
        What is told first: how much is told, and of what time.
    was_too_much
        Whether drafts are told without figures since there were too many notes.
    """

    title: str
    head: Head
    listener: str
    lead: tuple[Fact, ...]
    chapters: tuple[Told, ...]
    was_too_much: bool
