"""What the story of a song says about it in a content credential."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping

from clinamen.ledger import Activity, ProjectStore
from clinamen.operations.seal import AcceptedProposal, SealAction, SealFacts
from clinamen.operations.story.path import PROPOSING, Path, Step
from clinamen.operations.story.words import said
from clinamen.operations.text import clean

__all__ = ["find_sealable", "record_seal", "seal_facts"]

_GENERATED = tuple(kind for kind in PROPOSING if kind != "sculpt")
"""Proposals of a model that has learned; to sculpt takes away and adds nothing."""

_BY_HAND = "humanEdits"
_BY_RULE = "algorithmicallyEnhanced"
_BY_MODEL = "trainedAlgorithmicMedia"


def find_sealable(store: ProjectStore, data: bytes) -> tuple[str, str | None] | None:
    """The project that a file came from, and its draft or file there; None if it is not known.

    Sounds and pictures are not kept in a story, but their hashes are.
    """
    known = store.story.find(data)
    if known is not None:
        return known
    sha256 = hashlib.sha256(data).hexdigest()
    for project in store.projects():
        for entry in reversed(store.story.entries(project.id)):
            if entry.payload is None or sha256.encode() not in entry.payload:
                continue
            says = entry.says
            if says["activity"] == "export" and says["settings"].get("sha256") == sha256:
                return project.id, next(iter(says["used"]), None)
    return None


def seal_facts(path: Path, digest: str | None) -> SealFacts:
    """What was done on the way to a draft or a file, in the words of content credentials.

    What was rejected, undone or left is counted in our own assertion alone: a machine's proposal
    that is listed as an action labels the song as generated.

    Parameters
    ----------
    digest
        The song as it is now if not given.
    """
    way = path.way_to(digest)
    return SealFacts(
        actions=tuple(_actions(path, way)),
        accepted=tuple(_accepted(path, way)),
        story=_summary(path, way),
    )


def _actions(path: Path, way: tuple[Step, ...]) -> Iterator[SealAction]:
    """One for each run of steps of the same kind."""
    for kind, group in itertools.groupby(way, key=_sort):
        steps = tuple(group)
        last = steps[-1]
        if kind == "begun by the program":
            yield _by_program(path, last, "created", _BY_MODEL)
        elif kind == "by hand":
            what = _words(path, last) if len(steps) == 1 else f"{len(steps)} changes by hand"
            yield SealAction(kind="edited", source=_BY_HAND, what=what, at=last.at)
        elif kind == "sculpted":
            yield _by_program(path, last, "edited", _BY_RULE)


def _by_program(path: Path, step: Step, kind: str, source: str) -> SealAction:
    program = step.agent("program")
    return SealAction(
        kind=kind,
        source=source,
        what=_words(path, step),
        at=step.at,
        program=program.name if program else "",
        version=program.version if program else "",
    )


def _sort(step: Step) -> str:
    if step.kind in ("compose", "atlas") and step.head is not None:
        return "begun by the program"
    if step.kind == "edit":
        return "by hand"
    is_level = step.kind == "keep" and step.settings.get("of") == "sculpt"
    return "sculpted" if is_level or step.kind == "sculpt" else ""


def _words(path: Path, step: Step) -> str:
    return str(said(step, path))


def _accepted(path: Path, way: tuple[Step, ...]) -> Iterator[AcceptedProposal]:
    """Proposals that are in the song: kept in the studio, or gone on with as files."""
    for step in way:
        proposal = _proposal(path, step)
        if proposal is None:
            continue
        made, digest = proposal
        program = made.agent("program")
        yield AcceptedProposal(
            title=_words(path, made),
            program=program.name if program else "clinamen",
            version=program.version if program else "",
            source=_BY_MODEL,
            digest=digest,
            at=made.at,
        )


def _proposal(path: Path, step: Step) -> tuple[Step, str] | None:
    """What a step took over, and the step that proposed it."""
    if step.kind in _GENERATED and step.head is None:
        return step, next(iter(step.generated), "")
    if step.kind == "keep" and step.settings.get("of") in _GENERATED and len(step.used) > 1:
        made = path.makers_of.get(step.used[1])
        return None if made is None else (made, step.used[1])
    return None


def _summary(path: Path, way: tuple[Step, ...]) -> Mapping[str, object]:
    """Counts, and the head by which the story itself can be held against the seal."""
    kinds = [step.kind for step in path.steps]
    head = path.store.story.head(path.project.id)
    rejected = sum(len(step.used) for step in path.steps if step.kind == "reject")
    return {
        "head": json.loads(head.statement()),
        "began": path.steps[0].at if path.steps else "",
        "entries": len(kinds),
        "entries on the way here": len(way),
        "changes by hand on the way here": sum(step.kind == "edit" for step in way),
        "proposals asked for": sum(kind in _GENERATED for kind in kinds),
        "proposals kept on the way here": sum(1 for _ in _accepted(path, way)),
        "proposals rejected": rejected,
    }


def record_seal(
    store: ProjectStore, project: str, digest: str | None, *, file: str, sealed: bytes
) -> None:
    """Tell in the story that a file was sealed.

    Parameters
    ----------
    sealed
        What was written: the sealed file, or the credential beside it.
    """
    used = digest or store.project(project).revision.draft
    settings = {"file": clean(file), "sha256": hashlib.sha256(sealed).hexdigest()}
    store.story.append(project, Activity("seal", settings, used=(used,)))
