"""A paper as headings, lines and tables, in no language yet."""

from __future__ import annotations

from dataclasses import dataclass

from clinamen.operations.story.papers.facts import Facts

__all__ = ["BLANK", "Paper", "Section"]

BLANK = ""
"""Stands for what is to be filled in by hand."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper.

    Parameters
    ----------
    heading
        "" for none.
    lines
        Sentences, one below the other.
    heads, rows
        A table; without heads, names and values.
    checks
        Sentences to be ticked by hand.
    language
        Of what is no `Message`, where that is not the reader's; "" where it is.
    """

    heading: str
    lines: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    checks: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A draft of a paper; every text in it is a `Message` or as it stands.

    Parameters
    ----------
    kind
        ``us-copyright``, ``stim``, ``ddex``, ``split`` or ``credits``.
    sources
        What it follows, with dates and addresses.
    table
        What is written as CSV; None where a table would say too little.
    xml
        The same for programs, where there is a form for it; else "".
    """

    kind: str
    title: str
    facts: Facts
    sections: tuple[Section, ...]
    sources: tuple[str, ...] = ()
    table: Section | None = None
    xml: str = ""
