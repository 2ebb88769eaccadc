"""A song's path as one reads it: steps that belong together told as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from clinamen.operations.story.path import PROPOSING, Path, Step
from clinamen.operations.story.words import maker_name, program_name, said
from clinamen.texts import Message

__all__ = ["REST", "Passage", "passages", "story_view", "told"]

REST = timedelta(hours=1)
"""After so long a pause a run of changes by hand is another one."""

_BY_HAND = frozenset({"edit", "undo", "redo"})
_PROPOSED = frozenset({*PROPOSING, "reject"})


@dataclass(frozen=True, slots=True)
class Passage:
    """Steps that follow each other and are told as one.

    Parameters
    ----------
    kind
        ``hand``: a run of changes by hand; ``proposals``: what was proposed, and what was let go
        of it; ``step``: one that stands for itself.
    steps
        The first first.
    """

    kind: str
    steps: tuple[Step, ...]


def passages(steps: Iterable[Step]) -> Iterator[Passage]:
    """Steps put together, the first first; each is in one passage."""
    run: list[Step] = []
    for step in steps:
        if run and not _goes_on(run[-1], step):
            yield _passage(run)
            run = []
        run.append(step)
    if run:
        yield _passage(run)


def _passage(run: list[Step]) -> Passage:
    return Passage("step" if len(run) == 1 else _kind(run[0]), tuple(run))


def _kind(step: Step) -> str:
    if step.kind in _BY_HAND:
        return "hand"
    # What a song began with is no proposal.
    return "proposals" if step.kind in _PROPOSED and step.before is not None else "step"


def _goes_on(last: Step, step: Step) -> bool:
    kind = _kind(step)
    if kind == "step" or kind != _kind(last):
        return False
    return kind == "proposals" or (maker_name(last) == maker_name(step) and not _rested(last, step))


def _rested(last: Step, step: Step) -> bool:
    try:
        return datetime.fromisoformat(step.at) - datetime.fromisoformat(last.at) > REST
    except (ValueError, TypeError):
        return False


def told(passage: Passage, path: Path) -> str:
    """A passage in one line: a `Message` for every language."""
    steps = passage.steps
    if passage.kind == "hand":
        return Message("story.run.hand", who=maker_name(steps[0], begins=True), n=len(steps))
    proposing = [step for step in steps if step.kind in PROPOSING]
    if len(proposing) > 1:
        program = program_name(proposing[0].agent("program"))
        return Message("story.run.proposals", program=program, n=len(proposing))
    return said((proposing or steps)[0], path)


def story_view(path: Path, *, most: int, before: int | None = None) -> dict[str, object]:
    """The last passages of a story as a page shows them, the newest first.

    Parameters
    ----------
    most
        So many passages are told.
    before
        Only those that begin before this entry.

    Returns
    -------
    dict
        ``n_entries``; ``passages``, each with its ``kind``, what is ``said``, the time ``at`` of
        its last step, and its ``steps``; ``before``: what to ask with for those that came before,
        or None.
    """
    found = [each for each in passages(path.steps) if before is None or each.steps[0].seq < before]
    shown = found[max(len(found) - most, 0) :]
    has_more = len(shown) < len(found)
    return {
        "n_entries": len(path.steps),
        "passages": [_view(each, path) for each in reversed(shown)],
        "before": shown[0].steps[0].seq if shown and has_more else None,
    }


def _view(passage: Passage, path: Path) -> dict[str, object]:
    return {
        "kind": passage.kind,
        "said": told(passage, path),
        "at": passage.steps[-1].at,
        "steps": [
            {"seq": step.seq, "at": step.at, "kind": step.kind, "said": said(step, path)}
            for step in reversed(passage.steps)
        ],
    }
