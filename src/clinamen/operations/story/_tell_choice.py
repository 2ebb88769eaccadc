"""What a maker chose to tell: nothing that was not named."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from clinamen.errors import MissingError, ParameterError
from clinamen.operations.story._tell_chapters import Chapter, Chapters

__all__ = ["WORDS", "Choice", "choose"]

WORDS = ("all", "kept", "now", "notes", "none")
"""What can be said in place of numbers: everything; what the song as it is now comes from; the
song as it is now; the maker's notes; nothing."""

_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?", re.ASCII)
_NOW = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What is told.

    Parameters
    ----------
    chapters
        In order.
    tells_now
        Whether the song as it is now is told.
    also_hidden
        Numbers of chapters that were asked for and are kept back, since they would give away a
        draft that was to be hidden; 0 is the song as it is now.
    shown
        Numbers of the entries that are given away.
    """

    chapters: tuple[Chapter, ...]
    tells_now: bool
    also_hidden: tuple[int, ...]
    shown: frozenset[int]


def choose(chapters: Chapters, show: str = "none", hide: str = "none") -> Choice:
    """What is told of a path.

    What is to be hidden stays hidden: a chapter that has a draft which another one keeps back
    is kept back with it.

    Parameters
    ----------
    show, hide
        Numbers of chapters and `WORDS`, such as ``kept,notes,7`` or ``1,3-5``.

    Raises
    ------
    ParameterError
        If a word is none of these.
    MissingError
        If there is no such chapter.
    """
    asked, hidden = _numbers(chapters, show), _numbers(chapters, hide)
    given_away = _given_away(chapters, hidden)
    told = asked - hidden - given_away
    kept = tuple(each for each in chapters.all if each.number in told)
    tells_now = _NOW in told
    shown = {seq for each in kept for seq in each.needs}
    if tells_now:
        shown.update(chapters.now_needs())
    also = tuple(sorted((asked & given_away) - hidden))
    return Choice(kept, tells_now, also, frozenset(shown))


def _numbers(chapters: Chapters, text: str) -> set[int]:
    found: set[int] = set()
    for word in (each.strip() for each in text.split(",")):
        if match := _RANGE.fullmatch(word):
            found |= _ranged(len(chapters.all), int(match[1]), int(match[2] or match[1]))
        elif word in WORDS:
            found |= _of_word(chapters, word)
        else:
            raise ParameterError(
                f"chapters are numbers and {', '.join(WORDS)}, as 1,3-5 or kept,notes; not {word!r}"
            )
    return found


def _ranged(n_chapters: int, first: int, last: int) -> set[int]:
    for number in (first, last):
        if not 1 <= number <= n_chapters:
            raise MissingError(f"there are chapters 1 to {n_chapters}, not {number}")
    if last < first:
        raise ParameterError(f"{first}-{last}: the first number is the smaller one")
    return set(range(first, last + 1))


def _of_word(chapters: Chapters, word: str) -> set[int]:
    if word == "none":
        return set()
    if word == "now":
        return {_NOW}
    if word == "all":
        return {_NOW, *(each.number for each in chapters.all)}
    if word == "notes":
        return {each.number for each in chapters.all if each.kind == "note"}
    way = chapters.way()
    drafts = {
        digest for step in chapters.path.steps if step.seq in way for digest in step.generated
    }
    return {_NOW} | {
        each.number
        for each in chapters.all
        if not way.isdisjoint(each.seqs) or (each.kind == "name" and each.draft in drafts)
    }


def _drafts(chapters: Chapters, numbers: Collection[int]) -> set[str]:
    """Drafts of chapters that were hidden by name: those are nowhere."""
    found = {each.draft for each in chapters.all if each.number in numbers}
    for each in chapters.all:
        if each.number in numbers and each.kind == "hand":
            found.update(digest for step in each.steps for digest in step.generated)
    if _NOW in numbers:
        found.add(chapters.present)
    return {digest for digest in found if digest is not None}


def _given_away(chapters: Chapters, hidden: Collection[int]) -> set[int]:
    """Chapters that would show a draft, or an entry, of those that were hidden by name."""
    secret = _drafts(chapters, hidden)
    entries = {seq for each in chapters.all if each.number in hidden for seq in each.seqs}
    steps = chapters.path.steps

    def gives(draft: str | None, needs: Sequence[int]) -> bool:
        generated = {digest for seq in needs for digest in steps[seq - 1].generated}
        return draft in secret or bool(generated & secret) or bool(entries & {*needs})

    found = {each.number for each in chapters.all if gives(each.draft, each.needs)}
    return found | ({_NOW} if gives(chapters.present, chapters.now_needs()) else set())
