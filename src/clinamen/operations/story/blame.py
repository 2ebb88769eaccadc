"""Every note answers: who put it here, when, instead of what."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from clinamen.errors import FormatError
from clinamen.ledger import DRAFT
from clinamen.operations.edit import Draft, EditedChord, EditedNote, draft_of
from clinamen.operations.story._derivation import Derivation, Node
from clinamen.operations.story._draft_rows import (
    N_CHORD,
    N_NOTE,
    Change,
    DraftRows,
    Mark,
    changed,
)
from clinamen.operations.story.path import PROPOSING, Path, Step

__all__ = ["Blame", "NoteOrigin", "blame"]

_ORDERED = ("pitch", "time", "length")
"""Edits that leave every note in its place of the list."""

_N_KEPT = 4


@dataclass(frozen=True, slots=True)
class NoteOrigin:
    """Where a note or a chord comes from.

    Parameters
    ----------
    of
        The note or the chord.
    step
        The step of the story that put it here.
    proposal
        The step that proposed it, where a person kept what a program proposed.
    instead
        Notes that sounded in its time before and are gone; of a chord, the one that sounded
        where it begins.
    was
        What it was before it was moved or changed by hand; one of `instead`.
    reason
        Why it was proposed, by language, where the story keeps that.
    """

    of: EditedNote | EditedChord
    step: Step
    proposal: Step | None = None
    instead: tuple[EditedNote, ...] | tuple[EditedChord, ...] = ()
    was: EditedNote | None = None
    reason: Mapping[str, str] = field(default_factory=dict)

    @property
    def how(self) -> str:
        """``file`` (it came with it), ``hand``, ``kept`` (a proposal that a person kept),
        ``asked`` (a program made it for a person), ``before`` (the story began later), or
        ``written`` (a program wrote the file so)."""
        if self.proposal is not None:
            return "kept"
        if self.step.kind == "adopt":
            return "before" if self.step.action != "opened" else "file"
        return _HOW.get(self.step.kind, "hand")


_HOW = {
    "import": "file",
    "add": "file",
    **dict.fromkeys(PROPOSING, "asked"),
    "export": "written",
}


@dataclass(frozen=True, slots=True)
class _Put:
    """An origin without its note."""

    step: Step
    proposal: Step | None = None
    instead: tuple[Mark, ...] = ()
    was: Mark | None = None
    reason: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Origins:
    """Of the notes, or of the chords, of one state.

    Attributes
    ----------
    puts
        By note.
    more
        How many more of a note there are: no song has two of the same, but a file may have two
        chords.
    """

    puts: dict[Mark, _Put] = field(default_factory=dict)
    more: Counter[Mark] = field(default_factory=Counter)

    def copy(self) -> _Origins:
        """One that can be changed without the other."""
        return _Origins(dict(self.puts), Counter(self.more))

    def take(self, change: Change, put: Callable[[Mark], _Put]) -> None:
        """Take away what was removed, and put what was added."""
        for mark in change.removed:
            if self.more[mark]:
                self.more[mark] -= 1
            else:
                self.puts.pop(mark, None)
        for mark in change.added:
            if mark in self.puts:
                self.more[mark] += 1
            else:
                self.puts[mark] = put(mark)


@dataclass
class _State:
    """The origins of a state, with its rows to compare the next one with."""

    rows: DraftRows = field(default_factory=DraftRows)
    notes: _Origins = field(default_factory=_Origins)
    chords: _Origins = field(default_factory=_Origins)

    def copy(self) -> _State:
        """One that can be changed without the other."""
        return _State(self.rows, self.notes.copy(), self.chords.copy())


class Blame:
    """Origins of the notes of a song in all its states.

    What was found once is kept, so that after a further step only that step is read.

    Parameters
    ----------
    path
        Of the song. Entries that are added to it later are seen.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._derivation = Derivation()
        self._known: OrderedDict[Node, _State] = OrderedDict()

    def of(self, digest: str | None = None, *, entry: int | None = None) -> tuple[NoteOrigin, ...]:
        """Origins of all notes, in order, and then of all chords.

        Parameters
        ----------
        digest
            Of a draft or a file of the story; the song as it is now if not given.
        entry
            Number of the entry that made it, where several made the same.

        Raises
        ------
        MissingError
            If the story has no such song.
        FormatError
            If a draft on the way to it is damaged.
        """
        path = self._path
        story = path.store.story
        self._derivation.go_on(story.entries(path.project.id, after=self._derivation.n_entries))
        node = self._derivation.state(digest, entry)
        state = self._known.get(node) or self._found(node)
        self._known[node] = state
        self._known.move_to_end(node)
        if len(self._known) > _N_KEPT:
            self._known.popitem(last=False)
        return _origins(state)

    def _found(self, wanted: Node) -> _State:
        """Go through all states on the way, the first first; each is let go when what was made
        of it is there."""
        nodes = _needed(wanted, self._known)
        uses = Counter(link for node in nodes for link in node.links)
        states: dict[Node, _State] = {}

        def state_of(node: Node) -> _State:
            uses[node] -= 1
            if node in self._known:
                return self._known[node].copy()
            return states[node].copy() if uses[node] else states.pop(node)

        for node in nodes:
            links = [state_of(link) for link in node.links]
            states[node] = self._next(node, links)
        return states[wanted]

    def _next(self, node: Node, links: Sequence[_State]) -> _State:
        """The origins of a state from those of what it was made from."""
        if node.same is not None:
            return links[0]
        state = links[0] if links else _State()
        rows = self._rows(node)
        old = state.rows
        proposed = None if node.proposal is None else self._proposed(node, rows, links)
        notes = changed(old.notes, rows.notes, N_NOTE)
        state.notes.take(notes, _Putting(node, notes, notes.removed, proposed).note)
        chords = changed(old.chords, rows.chords, N_CHORD)
        sounded = sorted(old.chord_marks) if chords.added else []
        state.chords.take(chords, _Putting(node, chords, sounded, proposed).chord)
        state.rows = rows
        return state

    def _proposed(self, node: Node, rows: DraftRows, links: Sequence[_State]) -> _Proposed:
        """What a program proposed of a state, and what the proposal had from its own past."""
        proposal = node.proposal
        assert proposal is not None
        offered = rows if proposal.digest == node.digest else self._rows(proposal)
        # What was proposed of another state than the one it came into brings that one's notes.
        base = links[1] if len(links) > 1 else None
        return _Proposed(proposal, offered, base)

    def _rows(self, node: Node) -> DraftRows:
        """The rows of the draft, or of the file as it was read."""
        entity = self._path.entity(node.digest)
        if entity.kind == DRAFT:
            return DraftRows.of(entity.data)
        if not node.reading:
            return DraftRows.of(self._path.draft(node.digest).to_json().encode("utf-8"))
        from clinamen.io.files import song_from_bytes

        name = entity.kind.removeprefix("file ")
        try:
            song = song_from_bytes(entity.data, name, **json.loads(node.reading))
        except TypeError:
            raise FormatError("no way to read a file", place=f"entry {node.step.seq}") from None
        return DraftRows.of(draft_of(song).to_json().encode("utf-8"))


def blame(path: Path, digest: str | None = None) -> tuple[NoteOrigin, ...]:
    """Who put every note of a song here, when, instead of what.

    A note is known by onset, duration and pitch, a chord by onset and symbol: words and locks
    leave their origin as it is. A note that was moved or changed by hand comes from that edit.
    Undo, redo and a return to an old state give the origins of that state.

    Parameters
    ----------
    path
        Of the song.
    digest
        Of a draft or a file of its story; the song as it is now if not given.

    Returns
    -------
    tuple
        Origins of all notes, in order, and then of all chords.

    Raises
    ------
    MissingError
        If the story has no such song.
    FormatError
        If a draft on the way to it is damaged.

    Notes
    -----
    Only what lies on the way to the song is read. Several calls for one song are faster with
    `Blame`.
    """
    return Blame(path).of(digest)


class _Proposed:
    """What was proposed, as marks."""

    def __init__(self, node: Node, rows: DraftRows, base: _State | None) -> None:
        self._node = node
        self._marks = {*rows.note_marks, *rows.chord_marks}
        self._past = {} if base is None else {**base.notes.puts, **base.chords.puts}

    def put(self, step: Step, mark: Mark, instead: tuple[Mark, ...]) -> _Put:
        """Where what is kept comes from: from the past of the proposal, from the proposal, or
        from who kept it and changed it."""
        if mark not in self._marks:
            return _Put(step, None, instead)
        made = _Put(step, self._node.step, instead, reason=_reason(self._node))
        return self._past.get(mark, made)


@dataclass(frozen=True, slots=True)
class _Putting:
    """Says where notes come from that a state has and the one before had not.

    Parameters
    ----------
    sounded
        In order, notes that were removed; or all chords there were.
    """

    node: Node
    change: Change
    sounded: Sequence[Mark]
    proposed: _Proposed | None

    def note(self, mark: Mark) -> _Put:
        """Of a note."""
        instead = _overlapping(self.sounded, mark)
        step = self.node.step
        if self.proposed is not None:
            return self.proposed.put(step, mark, instead)
        is_ordered = step.kind == "edit" and step.action in _ORDERED
        was = self.change.partners.get(mark) if is_ordered else None
        if was is not None and was not in instead:
            instead = tuple(sorted((*instead, was)))
        return _Put(step, None, instead, was, _reason(self.node))

    def chord(self, mark: Mark) -> _Put:
        """Of a chord."""
        place = bisect_right(self.sounded, mark[0], key=itemgetter(0))
        instead = tuple(self.sounded[max(place - 1, 0) : place])
        if self.proposed is not None:
            return self.proposed.put(self.node.step, mark, instead)
        return _Put(self.node.step, None, instead, None, _reason(self.node))


def _overlapping(notes: Sequence[Mark], mark: Mark) -> tuple[Mark, ...]:
    """Of notes one after the other, those that sound while one does."""
    onset, end = mark[0], mark[0] + mark[1]
    first = bisect_right(notes, onset, key=itemgetter(0))
    last = bisect_left(notes, end, lo=first, key=itemgetter(0))
    if first and sum(notes[first - 1][:2]) > onset:
        first -= 1
    return tuple(notes[first:last])


def _reason(node: Node) -> Mapping[str, str]:
    """Why something was proposed, if its step says so of each proposal."""
    reasons, made = node.step.settings.get("reasons"), node.step.generated
    if not isinstance(reasons, list) or len(reasons) != len(made) or node.digest not in made:
        return {}
    found = reasons[made.index(node.digest)]
    if not isinstance(found, dict):
        return {}
    return {str(name): str(text) for name, text in found.items()}


def _needed(wanted: Node, known: Iterable[Node]) -> list[Node]:
    """All states on the way to one from those that are known, in the order they came."""
    stop, found, waiting = set(known), {wanted}, [wanted]
    while waiting:
        for link in waiting.pop().links:
            if link not in found and link not in stop:
                found.add(link)
                waiting.append(link)
    return sorted(found, key=lambda node: node.number)


def _origins(state: _State) -> tuple[NoteOrigin, ...]:
    text = b'{"notes":[' + state.rows.notes + b'],"chords":[' + state.rows.chords + b"]}"
    draft = Draft.from_json(text.decode("utf-8"))
    chords = sorted(draft.chords, key=lambda chord: chord.onset_ticks)
    notes = [_note_origin(each, state.notes) for each in draft.notes]
    return (*notes, *(_chord_origin(each, state.chords) for each in chords))


def _note_origin(note: EditedNote, origins: _Origins) -> NoteOrigin:
    put = origins.puts[note.onset_ticks, note.duration_ticks, note.pitch]
    instead = tuple(EditedNote(*mark) for mark in put.instead)
    was = None if put.was is None else EditedNote(*put.was)
    return NoteOrigin(note, put.step, put.proposal, instead, was, put.reason)


def _chord_origin(chord: EditedChord, origins: _Origins) -> NoteOrigin:
    put = origins.puts[chord.onset_ticks, chord.symbol]
    instead = tuple(EditedChord(*mark) for mark in put.instead)
    return NoteOrigin(chord, put.step, put.proposal, instead, None, put.reason)
