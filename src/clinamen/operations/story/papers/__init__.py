"""Papers that songwriters need, filled in from the record of a song: drafts to check."""

from __future__ import annotations

from datetime import date

from clinamen.errors import ParameterError
from clinamen.operations.story.papers._paper import Paper, Section
from clinamen.operations.story.papers._render import FORMATS, rendered
from clinamen.operations.story.papers.credits import credits
from clinamen.operations.story.papers.ddex import ddex
from clinamen.operations.story.papers.details import Details, Writer
from clinamen.operations.story.papers.facts import Facts, Marks, Part, facts_of
from clinamen.operations.story.papers.split import split
from clinamen.operations.story.papers.stim import stim
from clinamen.operations.story.papers.us_copyright import us_copyright
from clinamen.operations.story.path import Path

__all__ = [
    "FORMATS",
    "KINDS",
    "Details",
    "Facts",
    "Marks",
    "Paper",
    "Part",
    "Section",
    "Writer",
    "facts_of",
    "make_paper",
    "paper_bytes",
]

_MAKERS = {"us-copyright": us_copyright, "ddex": ddex, "split": split, "credits": credits}

KINDS = ("us-copyright", "stim", "ddex", "split", "credits")
"""Papers there are."""


def make_paper(path: Path, kind: str, details: Details, *, digest: str | None = None) -> Paper:
    """Fill in a paper.

    Parameters
    ----------
    kind
        One of `KINDS`.
    details
        What the record does not know.
    digest
        A draft or a file of the story; the song as it is now if not given.

    Raises
    ------
    ParameterError
        If there is no such paper, or there is no song in the story.
    """
    if kind not in KINDS:
        raise ParameterError(f"--kind must be one of {', '.join(KINDS)}, not {kind!r}")
    if not path.is_song(digest or path.head):
        raise ParameterError(f"{path.title}: there is no song in it to fill a paper in for")
    facts = facts_of(path, digest)
    return stim(facts, details, path) if kind == "stim" else _MAKERS[kind](facts, details)


def paper_bytes(
    paper: Paper, suffix: str = ".md", *, language: str = "en", day: date | None = None
) -> bytes:
    """A paper as the bytes of a file.

    Parameters
    ----------
    suffix
        One of `FORMATS`.
    language
        Of what people read: ``en``, ``vi`` or ``ja``.
    day
        Today.

    Raises
    ------
    UnsupportedError
        If there is no such file of this paper.
    ParameterError
        If the language is none.
    """
    from clinamen.operations.story.predictions import today

    return rendered(paper, suffix, language, day or today())
