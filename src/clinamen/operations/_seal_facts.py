"""What a seal says of how a song was made, held against the words of the standard.

The library that seals takes any string for a kind of source or of action, so both are
looked up here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from clinamen.errors import ParameterError

__all__ = [
    "ACTIONS",
    "SOURCES",
    "STORY_LABEL",
    "AcceptedProposal",
    "SealAction",
    "SealFacts",
    "check_facts",
    "source_of_address",
]

STORY_LABEL = "net.clinamen.story"

_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_C2PA = "http://c2pa.org/digitalsourcetype/"
_IPTC_NAMES = (
    "digitalCapture",
    "computationalCapture",
    "negativeFilm",
    "positiveFilm",
    "print",
    "humanEdits",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicallyEnhanced",
    "digitalCreation",
    "dataDrivenMedia",
    "trainedAlgorithmicMedia",
    "algorithmicMedia",
    "screenCapture",
    "virtualRecording",
    "composite",
    "compositeCapture",
    "compositeSynthetic",
)
SOURCES: Mapping[str, str] = {name: _IPTC + name for name in _IPTC_NAMES} | {
    name: _C2PA + name for name in ("empty", "trainedAlgorithmicData")
}
"""IPTC Digital Source Type NewsCodes, http://cv.iptc.org/newscodes/digitalsourcetype/, as of
2024-09-17 without the retired ones, and the two that C2PA 2.2 adds."""

ACTIONS = (
    "created",
    "edited",
    "edited.metadata",
    "changedSpeed",
    "converted",
    "deleted",
    "dubbed",
    "enhanced",
    "published",
    "removed",
    "repackaged",
    "transcoded",
    "translated",
    "trimmed",
    "unknown",
)
"""Actions of C2PA 2.2 that a song can undergo. Opening and placing are ours to list."""


@dataclass(frozen=True, kw_only=True)
class SealAction:
    """Something that was done.

    Parameters
    ----------
    kind
        One of `ACTIONS`: ``"created"``, ``"edited"``.
    source
        One of `SOURCES`: ``"digitalCreation"``; must be known for what was created.
    what
        In words.
    at
        ISO 8601 with the zone, or empty where it is not known.
    program, version
        What it was done with; empty where that is not known.
    """

    kind: str
    source: str = ""
    what: str = ""
    at: str = ""
    program: str = ""
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class AcceptedProposal:
    """Something a program proposed and the maker took into the song.

    Parameters
    ----------
    title
        ``"variant 3 of bars 5 to 6"``.
    program, version
        Who proposed it.
    source
        One of `SOURCES`.
    digest
        By which the ledger knows it; empty without one.
    at
        ISO 8601 with the zone, or empty.
    """

    title: str
    program: str
    version: str = ""
    source: str = "trainedAlgorithmicMedia"
    digest: str = ""
    at: str = ""


@dataclass(frozen=True)
class SealFacts:
    """How a song was made, as the ledger has it.

    What was *rejected* has no place among actions and proposals: a reader takes one machine
    proposal there for a generated song. It belongs into `story`, in words of our own.

    Parameters
    ----------
    actions
        What was done, in order. If the first is not ``created``, the file counts as opened,
        and a credential that it carries is kept as its past.
    accepted
        Proposals in the song.
    story
        Anything as JSON; becomes the assertion ``net.clinamen.story``.
    """

    actions: tuple[SealAction, ...] = ()
    accepted: tuple[AcceptedProposal, ...] = ()
    story: Mapping[str, object] = field(default_factory=dict)


def check_facts(facts: SealFacts) -> None:
    """Hold facts against the words of the standard.

    Raises
    ------
    ParameterError
        If an action or a source is none of its words, a creation does not say its source or
        comes late, a time has no zone, or the story is not JSON or uses words of the standard.
    """
    for number, action in enumerate(facts.actions):
        _check_action(action, is_first=number == 0)
    for proposal in facts.accepted:
        if not proposal.title or not proposal.program:
            raise ParameterError("an accepted proposal must have a title and a program")
        _check_source(proposal.source)
        _check_time(proposal.at)
    _check_story(facts.story)


def source_of_address(address: str) -> str:
    """Name of a source from the address that stands for it; unknown ones as they are."""
    return next((name for name, known in SOURCES.items() if known == address), address)


def _check_action(action: SealAction, *, is_first: bool) -> None:
    if action.kind not in ACTIONS:
        known = ", ".join(ACTIONS)
        raise ParameterError(f"an action must be one of {known}, not {action.kind!r}")
    if action.kind == "created" and not is_first:
        raise ParameterError("a song is created once, by its first action")
    if action.kind == "created" and not action.source:
        raise ParameterError("what was created must say from which source, as digitalCreation")
    if action.source:
        _check_source(action.source)
    if action.version and not action.program:
        raise ParameterError("a version without its program")
    _check_time(action.at)


def _check_source(source: str) -> None:
    if source not in SOURCES:
        known = ", ".join(SOURCES)
        raise ParameterError(f"a source must be one of {known}; not {source!r}")


def _check_time(at: str) -> None:
    try:
        is_known = not at or datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        is_known = False
    if not is_known:
        raise ParameterError(f"a time must be ISO 8601 with its zone, not {at!r}")


def _check_story(story: Mapping[str, object]) -> None:
    try:
        text = json.dumps(story, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"the story must be JSON ({error})") from None
    # Some readers search the text of a credential for these, wherever they stand.
    for word in ("digitalSourceType", "digitalsourcetype", *SOURCES):
        if len(word) > 9 and word.lower() in text.lower():
            raise ParameterError(
                f"the story must be told in other words than {word}: readers take them "
                "for statements about the finished song"
            )
