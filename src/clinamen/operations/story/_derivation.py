"""Which state of a song was made from which, as the entries of its story tell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from clinamen.errors import FormatError, MissingError
from clinamen.ledger import Entry
from clinamen.operations.story.path import Step, step_of

__all__ = ["Derivation", "Node"]

_MOVES = ("undo", "redo")


@dataclass(eq=False, slots=True)
class Node:
    """One state of a song: a draft or a file, and how it came to be.

    The same draft may be there several times, each with a past of its own.

    Parameters
    ----------
    number
        Rises with time: what it was made from has a lower one.
    step
        The step that made it.
    digest
        Of the draft or the file.
    parent
        What it was made from; None for a first state.
    same
        The state that it is a return to.
    proposal
        What was proposed, and is kept in it.
    reading
        How the file was read, where that was said.
    file
        Of a first state, the digest of the file it was read from.
    before, redo
        Where undo and redo lead.
    """

    number: int
    step: Step
    digest: str
    parent: Node | None = None
    same: Node | None = None
    proposal: Node | None = None
    reading: str = ""
    file: str = ""
    before: Node | None = None
    redo: Node | None = None

    @property
    def links(self) -> tuple[Node, ...]:
        """States that must be known before the origins of its notes are."""
        if self.same is not None:
            return (self.same,)
        known = () if self.parent is None else (self.parent,)
        base = None if self.proposal is None else self.proposal.parent
        # Mostly a proposal was made of the state into which it is taken.
        is_old = base is not None and base is not self.parent
        return (*known, base) if is_old and base is not None else known


@dataclass
class Derivation:
    """States of a song in the order in which they came, from the entries of its story.

    Attributes
    ----------
    here
        The state that is the song now.
    n_entries
        Entries that were read.
    """

    here: Node | None = None
    n_entries: int = 0
    _n_nodes: int = 0
    _states: dict[str, list[Node]] = field(default_factory=dict)
    _made: dict[str, list[Node]] = field(default_factory=dict)
    _read_as: dict[tuple[str, str], Node] = field(default_factory=dict)

    def go_on(self, entries: Iterable[Entry]) -> None:
        """Read more entries, those that follow the ones that were read."""
        for entry in entries:
            before = None if self.here is None else self.here.digest
            step = step_of(entry, before)
            if step.kind == "adopt":
                self._adopt(step, entry.says.get("revisions", []))
            elif step.kind in _MOVES:
                self._move(step)
            elif step.head is not None:
                self._begin_or_change(step)
            else:
                self._make(step)
            self.n_entries = entry.seq

    def state(self, digest: str | None = None, entry: int | None = None) -> Node:
        """A state by its digest: the song as it is now if that has it, else the last that had it.

        Parameters
        ----------
        digest
            The song as it is now if not given.
        entry
            Number of the entry that made it.

        Raises
        ------
        MissingError
            If there is none.
        """
        if self.here is not None and digest in (None, self.here.digest) and entry is None:
            return self.here
        found = self._found(digest or "", entry)
        if found is None:
            raise MissingError(f"the story has no song {(digest or '')[:12]}")
        return found

    def _found(self, digest: str, entry: int | None = None) -> Node | None:
        """The last state of a digest, or what was proposed or written of it first."""
        if self.here is not None and self.here.digest == digest and entry is None:
            return self.here
        states = self._states.get(digest, [])
        of_entry = [node for node in states if node.step.seq == entry] or states
        if of_entry:
            return of_entry[-1]
        return next(iter(self._made.get(digest, ())), None)

    def _node(self, step: Step, digest: str, **more: Any) -> Node:
        self._n_nodes += 1
        return Node(self._n_nodes, step, digest, **more)

    def _enter(self, node: Node) -> None:
        self._states.setdefault(node.digest, []).append(node)
        self.here = node

    def _move(self, step: Step) -> None:
        """To a state there was: its notes have the origins they had."""
        if self.here is None or step.head is None:
            raise FormatError("there is nothing to go back to", place=f"entry {step.seq}")
        there = self.here.before if step.kind == "undo" else self.here.redo
        if there is None or there.digest != step.head:
            there = self._found(step.head)
        if there is None:
            there = self._node(step, step.head)
        if step.kind == "undo":
            there.redo = self.here
        self.here = there

    def _adopt(self, step: Step, revisions: Iterable[Mapping[str, Any]]) -> None:
        """All states of a song from before there was a story."""
        for each in revisions:
            try:
                at, action, draft, of = (str(each[key]) for key in ("at", "action", "draft", "of"))
            except (TypeError, KeyError):
                raise FormatError("no state", place=f"entry {step.seq}") from None
            made = replace(step, at=at, action=action)
            parent = self._found(of)
            file = step.generated[0] if parent is None and step.generated else ""
            self._enter(self._node(made, draft, parent=parent, before=parent, file=file))
        self.here = self._found(step.head or "") or self.here
        self._first_file(step)

    def _first_file(self, step: Step) -> None:
        """The file that a song was read from is its first state."""
        first = next((each[0] for each in self._states.values() if each[0].file), None)
        if first is not None and step.generated:
            self._made.setdefault(step.generated[0], []).append(first)

    def _begin_or_change(self, step: Step) -> None:
        assert step.head is not None
        here = self.here
        if here is None:
            source = step.generated[0] if step.generated else ""
            self._enter(self._node(step, step.head, file=source))
            self._first_file(step)
            self._make_each(step, [each for each in step.generated if each != step.head], None)
        elif step.kind == "branch":
            number = step.settings.get("entry")
            same = self._found(step.head, number if type(number) is int else None)
            self._enter(self._node(step, step.head, same=same, parent=here, before=here))
        else:
            proposal = self._proposal(step) if step.kind == "keep" else None
            node = self._node(step, step.head, parent=here, before=here, proposal=proposal)
            self._enter(node)

    def _proposal(self, step: Step) -> Node | None:
        """What is kept: the last proposal of this digest."""
        kind = step.settings.get("of")
        for digest in reversed(step.used):
            for node in reversed(self._made.get(digest, [])):
                if node.step.kind == kind:
                    return node
        return None

    def _make(self, step: Step) -> None:
        """Proposals and files, which leave the song as it is."""
        if not step.generated:
            return
        base = self._found(step.used[0]) if step.used else None
        reading = step.settings.get("reading")
        if base is not None and reading:
            base = self._as_read(base, json.dumps(reading, sort_keys=True))
        self._make_each(step, step.generated, base)

    def _make_each(self, step: Step, digests: Iterable[str], base: Node | None) -> None:
        for digest in digests:
            known = self._made.setdefault(digest, [])
            if not known or known[0].file == "":
                known.append(self._node(step, digest, parent=base))

    def _as_read(self, node: Node, reading: str) -> Node:
        """A file as it was read otherwise: another part of it, in another key."""
        digest = node.file or node.digest
        found = self._read_as.get((digest, reading))
        if found is None:
            found = self._node(node.step, digest, parent=node.parent, reading=reading)
            self._read_as[digest, reading] = found
        return found
