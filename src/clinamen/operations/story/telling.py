"""The verb `tell`: a readable story of a song, of what its maker chose to tell and nothing else.

Beside the page goes a file with the whole chain, in which all that was not chosen is hidden: of
it there are salted hashes alone. What is told can be held against that file by anyone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinamen.errors import ParameterError
from clinamen.ledger import Attestation, ProjectStore
from clinamen.ledger.log_file import read_log, write_log
from clinamen.ledger.verifying import verify_log
from clinamen.operations.story._tell_chapters import Chapter, Chapters
from clinamen.operations.story._tell_choice import WORDS, Choice, choose
from clinamen.operations.story._tell_ears import Ears
from clinamen.operations.story._tell_markdown import tale_markdown
from clinamen.operations.story._tell_page import tale_html
from clinamen.operations.story._tell_tale import heading_of, told_tale
from clinamen.operations.story._tell_when import parse_offset
from clinamen.texts import LANGUAGES

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener

__all__ = [
    "FORMATS",
    "WORDS",
    "Chapter",
    "Chapters",
    "Choice",
    "TellRequest",
    "Telling",
    "choose",
    "heading_of",
    "tell",
]

FORMATS = ("html", "md")
"""Kinds of pages."""


@dataclass(frozen=True, slots=True)
class TellRequest:
    """What to tell, and how.

    Parameters
    ----------
    show, hide
        As `choose`. Nothing is told that is not named.
    form
        One of `FORMATS`.
    language
        One of `clinamen.texts.LANGUAGES`.
    offset
        Difference of the times from UTC, such as ``+07:00``, or ``local``. A difference says
        where somebody lives; so it is UTC if not given.
    beside
        Name that the file with the chain will have.

    Raises
    ------
    ParameterError
        If `form`, `language` or `offset` is none of these.
    """

    show: str = "none"
    hide: str = "none"
    form: str = "html"
    language: str = "en"
    offset: str = "+00:00"
    beside: str = "story.story"

    def __post_init__(self) -> None:
        for name, choices in (("form", FORMATS), ("language", LANGUAGES)):
            if getattr(self, name) not in choices:
                raise ParameterError(
                    f"{name} must be one of {', '.join(choices)}, not {getattr(self, name)!r}"
                )
        parse_offset(self.offset)


@dataclass(frozen=True, eq=False)
class Telling:
    """A told story.

    Parameters
    ----------
    page
        HTML or Markdown.
    log
        The chain, with what was not chosen hidden; see `clinamen.ledger.log_file`.
    choice
        What is told.
    is_sound
        Whether the chain holds; a story that was changed is told all the same.
    """

    page: str
    log: bytes
    choice: Choice
    is_sound: bool


def tell(chapters: Chapters, request: TellRequest, *, listener: Listener) -> Telling:
    """A page about the path of a song, and the file by which it can be checked.

    Parameters
    ----------
    chapters
        The path, as it could be told.
    listener
        By whose ears drafts are compared.

    Raises
    ------
    MissingError, ParameterError
        As `choose`.
    """
    choice = choose(chapters, request.show, request.hide)
    zone = parse_offset(request.offset)
    path = chapters.path
    ears = Ears(path, listener)
    tale = told_tale(chapters, choice, ears, listener=listener.name, zone=zone)
    write = tale_html if request.form == "html" else tale_markdown
    page = write(tale, language=request.language, zone=zone, beside=request.beside)
    log = _log(path.store, path.project.id, choice.shown)
    return Telling(page, log, choice, _is_sound(log))


def _log(store: ProjectStore, project: str, shown: frozenset[int]) -> bytes:
    log = store.story.log(project)
    hidden = frozenset(entry.seq for entry in log.entries) - shown
    attestations = _vouching(log.attestations, shown)
    return b"".join(write_log(project, log.entries, log.entities, attestations, hidden=hidden))


def _vouching(attestations: Sequence[Attestation], shown: frozenset[int]) -> list[Attestation]:
    """Those of entries that are shown, and the last of each kind, which vouches for all before
    it. When others were made is told to nobody: it is about the time of what is hidden."""
    last: dict[str, int] = {}
    for each in attestations:
        last[each.kind] = max(each.seq, last.get(each.kind, 0))
    return [each for each in attestations if each.seq in shown or each.seq == last[each.kind]]


def _is_sound(log: bytes) -> bool:
    found = read_log(log, source="story")
    return verify_log(found.project, found.entries, found.entities, ()).is_sound
