"""A step of a song's path in words."""

from __future__ import annotations

from typing import Protocol

from clinamen.ledger import Agent, Entity
from clinamen.operations.story.path import Step
from clinamen.operations.text import clean
from clinamen.texts import Message

__all__ = ["HasEntities", "maker_name", "program_name", "said"]

_EDITS = ("pitch", "time", "length", "insert", "delete", "lock", "word", "chord")
_KEPT = ("swerve", "compose", "sculpt", "fish", "atlas")
_PLAIN = ("begin", "branch", "undo", "redo")
_FILED = ("import", "export", "seal", "add")
_TEXTS = ("note", "predict")


class HasEntities(Protocol):
    """What knows the drafts and files of a story: a path, or a story that was handed on."""

    def entity(self, digest: str, /) -> Entity:
        """A draft or a file."""


def maker_name(step: Step, *, begins: bool = False) -> str:
    """Who did it: the name they gave, or that they are the maker.

    Parameters
    ----------
    begins
        Whether a line begins with it. A name stays as it was given: some write theirs small.
    """
    person = step.agent("person")
    if person and person.name:
        return clean(person.name)
    return Message("story.someone_begins" if begins else "story.someone")


def said(step: Step, path: HasEntities) -> str:
    """What happened, in one line: a `Message` for every language."""
    if step.is_hidden:
        return Message("story.hidden")
    who = maker_name(step, begins=True)
    program = program_name(step.agent("program"))
    settings, kind = step.settings, step.kind
    if kind == "outcome":
        # Of its prediction the number alone: that entry may be one that is kept back.
        came_true = "yes" if settings.get("outcome") == "yes" else "no"
        entry = clean(str(settings.get("entry", "")))
        return Message(f"story.step.outcome_{came_true}", who=who, entry=entry)
    if kind == "edit":
        action = step.action if step.action in _EDITS else "edited"
        return Message(f"story.edit.{action}", who=who)
    if kind == "keep":
        proposed = str(settings.get("of", ""))
        name = f"story.step.keep_{proposed}" if proposed in _KEPT else "story.step.keep"
        values = {"program": program} if proposed in ("swerve", "compose", "fish", "atlas") else {}
        return Message(name, who=who, **values)
    if kind in _PLAIN:
        return Message(f"story.step.{kind}", who=who)
    if kind in _FILED:
        return Message(f"story.step.{kind}", who=who, file=_file(step, path))
    if kind in _TEXTS:
        return Message(f"story.step.{kind}", who=who, text=clean(str(settings.get("text", ""))))
    return _counted(step, who, program)


def _counted(step: Step, who: str, program: str) -> str:
    n, kind = len(step.generated), step.kind
    if kind == "adopt":
        return Message("story.step.adopt", n=max(n - 1, 0))
    if kind == "compose":
        n_melodies = n if step.before else n - 1  # What a story begins with is its first draft.
        return Message("story.step.compose", program=program, n=max(n_melodies, 1))
    if kind == "swerve":
        place = _place(step.settings.get("request", {}).get("at", ""))
        return Message("story.step.swerve", program=program, n=n, place=place)
    if kind == "fish":
        wish = clean(str(step.settings.get("wish", "")))
        values = {"wish": wish} if wish else {}
        return Message(f"story.step.{'fish_for' if wish else 'fish'}", program=program, **values)
    if kind == "sculpt":
        name = "sculpt_files" if n else "sculpt"
        return Message(f"story.step.{name}", program=program, **({"n": n} if n else {}))
    if kind == "atlas":
        return _atlas(step, program)
    if kind == "explore":
        return Message("story.step.explore", program=program, n=n)
    if kind == "rules":
        return Message("story.step.rules", program=program, n=n)
    if kind == "reject":
        return Message("story.step.reject", who=who, n=max(len(step.used), 1))
    if kind == "name" and step.names:
        return Message("story.step.name", who=who, name=clean(step.names[0][0]))
    if kind == "retitle":
        return Message("story.step.retitle", who=who, title=clean(str(step.settings["title"])))
    return Message("story.step.any", who=who, kind=clean(kind))


def _atlas(step: Step, program: str) -> str:
    """A find that was written, or a map that was drawn."""
    if step.generated:
        cell = step.settings.get("cell", {})
        place = cell.get("place", "") if isinstance(cell, dict) else ""
        return Message("story.step.atlas_find", program=program, place=clean(place))
    n = step.settings.get("elites")
    return Message("story.step.atlas", program=program, n=n if type(n) is int else 0)


def _place(at: object) -> str:
    """Bar and beat; or a note by its number, which is no bar."""
    text = clean(at)
    if text.isascii() and text.isdecimal():
        return Message("story.at_note", n=int(text[:15]))
    return text or Message("story.some_place")


def program_name(agent: Agent | None) -> str:
    """The program's name as people know it."""
    return "Clinamen" if agent is None or agent.name == "clinamen" else clean(agent.name)


def _file(step: Step, path: HasEntities) -> str:
    """The file that a step is about, by its name."""
    named = step.settings.get("file")
    if isinstance(named, str):
        return clean(named)
    for digest in step.generated:
        kind = path.entity(digest).kind
        if kind.startswith("file "):
            return clean(kind.removeprefix("file "))
    return "?"
