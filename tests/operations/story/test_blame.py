"""Every note answers; against an oracle that knows states by their numbers and compares whole
drafts, step by step."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.stories import MAKER, PROGRAM
from tests.operations.story.blamed import BEAT, TUNE, Notes, begin, commit, only, text, with_pitch

from clinamen.errors import MissingError
from clinamen.ledger import Activity, Content, Project, ProjectStore
from clinamen.operations.edit import EditedNote
from clinamen.operations.story.blame import Blame, NoteOrigin, blame
from clinamen.operations.story.path import Path

Answer = tuple[int, int, frozenset[Any], Any]
"""Entry, entry of the proposal or 0, what was there instead, what it was."""


@dataclass
class World:
    """A song that is changed at random, and what the oracle knows of all its states."""

    rng: random.Random
    answers: dict[int, dict[Any, Answer]] = field(default_factory=dict)
    drafts: dict[int, tuple[Notes, Notes]] = field(default_factory=dict)
    proposals: list[tuple[str, int, int, Notes, Notes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        chords = [[0, "C"], [4 * BEAT, "G"]]
        self.store, self.song = begin(TUNE, chords)
        marks = [tuple(row) for row in (*TUNE, *chords)]
        self.drafts[self.here] = (TUNE, chords)
        self.answers[self.here] = {mark: (1, 0, frozenset(), None) for mark in marks}

    @property
    def here(self) -> int:
        return self.song.revision.id

    @property
    def seq(self) -> int:
        return self.store.story.head(self.song.id).seq

    def commit(self, notes: Notes, chords: Notes, action: str, proposal: Any = None) -> None:
        """A new state, and what the oracle says of it."""
        before, old_answers = self.drafts[self.here], self.answers[self.here]
        base = self.here
        activity = None
        if proposal is not None:
            activity = Activity("keep", {"of": "swerve"}, used=(proposal[0],))
        self.song = self.store.commit(
            self.song.id, text(notes, chords), base=base, action=action, activity=activity
        )
        if self.here == base:
            return
        self.drafts[self.here] = (notes, chords)
        found: dict[Any, Answer] = {}
        old_notes = [tuple(row[:3]) for row in before[0]]
        old_chords = [tuple(row[:2]) for row in before[1]]
        for place, row in enumerate(notes):
            mark = tuple(row[:3])
            if mark in old_answers:
                found[mark] = old_answers[mark]
                continue
            there = {each for each in old_notes if sounds(each, mark)}
            was = None
            if action in ("pitch", "time", "length") and not proposal:
                was = old_notes[place] if len(old_notes) == len(notes) else None
            found[mark] = self.put(mark, frozenset({*there, was} - {None}), was, proposal)
        for row in chords:
            mark = tuple(row[:2])
            sounded = [each for each in old_chords if each[0] <= mark[0]]
            instead = frozenset({max(sounded)} if sounded else ())
            found[mark] = old_answers.get(mark) or self.put(mark, instead, None, proposal)
        self.answers[self.here] = found

    def put(self, mark: Any, instead: Any, was: Any, proposal: Any) -> Answer:
        if proposal is not None:
            _, seq, base, *rows = proposal
            if mark in {tuple(row) for each in rows for row in each}:
                past = self.answers[base].get(mark)
                return past or (self.seq, seq, instead, None)
        return (self.seq, 0, instead, was)

    def step(self, kind: str) -> None:
        """One thing that happens."""
        notes, chords = ([list(row) for row in rows] for rows in self.drafts[self.here])
        rng, song = self.rng, self.song
        chosen = rng.randrange(len(notes)) if notes else -1
        if kind == "pitch" and notes:
            for row in notes[chosen : chosen + 2]:
                row[2] = rng.randrange(60, 63)
        elif kind == "time" and notes:
            last = notes[chosen + 1][0] if chosen + 1 < len(notes) else notes[chosen][0] + 4 * BEAT
            notes[chosen][0] += BEAT // 4
            if chosen:
                before = notes[chosen - 1]
                before[1] = min(before[1], notes[chosen][0] - before[0])
            notes[chosen][1] = min(notes[chosen][1], last - notes[chosen][0])
            if notes[chosen][1] < 1:
                return
        elif kind == "length" and notes:
            notes[chosen][1] = max(notes[chosen][1] // 2, 1)
        elif kind == "insert":
            free = free_place(notes, rng)
            notes = sorted([*notes, [free, BEAT // 4, rng.randrange(60, 63)]])
        elif kind == "delete" and notes:
            del notes[chosen]
        elif kind == "lock" and notes:
            notes[chosen] = [*notes[chosen][:3], rng.choice(["la", "ho"]), rng.random() < 0.5]
        elif kind == "chord":
            onset = rng.randrange(8) * BEAT
            others = [row for row in chords if row[0] != onset]
            chords = sorted([*others, [onset, rng.choice(["C", "F", "Am"])]])
        elif kind == "undo" and song.can_undo:
            self.song = self.store.undo(song.id, base=self.here)
        elif kind == "redo" and song.can_redo:
            self.song = self.store.redo(song.id, base=self.here)
        elif kind == "branch":
            old = rng.choice(list(self.drafts))
            here = self.here
            self.song = self.store.take_up(song.id, old, base=here)
            if self.here != here:
                self.drafts[self.here], self.answers[self.here] = (
                    self.drafts[old],
                    self.answers[old],
                )
        elif kind == "name":
            self.song = self.store.name_version(song.id, f"v{self.seq}", revision=self.here)
        elif kind == "propose":
            self.propose([row[:3] for row in notes], chords)
        elif kind == "keep" and self.proposals:
            proposal = rng.choice(self.proposals)
            kept, changed = [list(row) for row in proposal[3]], [list(row) for row in proposal[4]]
            if kept and rng.random() < 0.3:  # Changed before it is kept, or with a lock.
                kept[0] = rng.choice([[*kept[0][:2], 40], [*kept[0], "", True]])
            self.commit(kept, changed, "swerve", proposal)
        elif kind == "reject" and self.proposals:
            digest = rng.choice(self.proposals)[0]
            self.store.story.append(song.id, Activity("reject", {"of": "swerve"}, used=(digest,)))
        if kind in ("pitch", "time", "length", "insert", "delete", "lock", "chord"):
            self.commit(notes, chords, kind)

    def propose(self, notes: Notes, chords: Notes) -> None:
        for row in notes[2:4]:
            row[2] = self.rng.randrange(66, 72)
        content = Content("draft", text(notes, chords).encode())
        activity = Activity("swerve", used=(self.song.revision.draft,))
        entry, made = self.store.story.append(self.song.id, activity, [content])
        # The same may be proposed again; what is kept is then the last of them.
        self.proposals = [each for each in self.proposals if each[0] != made[0]]
        self.proposals.append((made[0], entry.seq, self.here, notes, chords))


def sounds(one: Any, other: Any) -> bool:
    return max(one[0], other[0]) < min(one[0] + one[1], other[0] + other[1])


def free_place(notes: Notes, rng: random.Random) -> int:
    """A quarter of a beat in which nothing sounds."""
    places = [place * BEAT // 4 for place in range(60)]
    free = [each for each in places if not any(sounds((each, BEAT // 4), row) for row in notes)]
    return rng.choice(free)


def answer(origin: NoteOrigin) -> tuple[Any, Answer]:
    def mark(each: Any) -> Any:
        if isinstance(each, EditedNote):
            return (each.onset_ticks, each.duration_ticks, each.pitch)
        return (each.onset_ticks, each.symbol)

    proposed = 0 if origin.proposal is None else origin.proposal.seq
    was = None if origin.was is None else mark(origin.was)
    instead = frozenset(mark(each) for each in origin.instead)
    return mark(origin.of), (origin.step.seq, proposed, instead, was)


KINDS = (
    "pitch", "time", "length", "insert", "delete", "lock", "chord", "undo", "redo", "branch",
    "name", "propose", "keep", "reject",
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(KINDS), min_size=1, max_size=25))
def test_blame_is_what_composing_step_by_step_gives(seed: int, kinds: list[str]) -> None:
    world = World(random.Random(seed))
    going_on = Blame(Path(world.store, world.song.id))
    for kind in kinds:
        world.step(kind)
        found = going_on.of()
        n_notes = len(world.drafts[world.here][0])
        assert len(found) == n_notes + len(world.drafts[world.here][1])
        assert [each.of.onset_ticks for each in found[:n_notes]] == [
            row[0] for row in world.drafts[world.here][0]
        ]
        assert dict(map(answer, found)) == world.answers[world.here], kind
    assert blame(Path(world.store, world.song.id)) == found
    for revision, answers in world.answers.items():
        state = world.store.revision(world.song.id, revision)
        past = going_on.of(state.draft, entry=state.entry)
        assert dict(map(answer, past)) == answers


def test_a_note_moved_by_hand_says_what_it_was() -> None:
    store, song = begin()
    higher = [list(row) for row in TUNE]
    higher[3][2] = 66
    song = commit(store, song, higher, "pitch")
    moved = [list(row) for row in higher]
    moved[7][0] += 4 * BEAT
    commit(store, song, moved, "time")
    found = blame(Path(store, song.id))
    first = only(found, 3 * BEAT)
    assert (first.step.seq, first.how) == (2, "hand")
    assert first.instead == (EditedNote(3 * BEAT, BEAT, 65),) == (first.was,)
    last = only(found, 11 * BEAT)
    assert last.step.seq == 3
    assert last.instead == (EditedNote(7 * BEAT, BEAT, 62),) == (last.was,)
    assert {each.step.seq for each in found[:3]} == {1}
    assert (found[0].how, found[0].instead, found[0].was) == ("file", (), None)


def test_a_kept_proposal_names_the_person_and_the_program() -> None:
    store, song = begin()
    other = [list(row) for row in TUNE]
    other[4][2] = 70
    swerve = Activity(
        "swerve",
        {"reasons": [{"en": "not this"}, {"en": "B-flat came", "ja": "変ロ"}]},
        used=(song.revision.draft,),
    )
    drafts = [Content("draft", text(each, []).encode()) for each in (TUNE[:3], other)]
    _, made = store.story.append(song.id, swerve, drafts)
    keep = Activity("keep", {"of": "swerve"}, used=(made[1],))
    document = text(other, [])
    store.commit(song.id, document, base=song.revision.id, action="swerve", activity=keep)
    found = only(blame(Path(store, song.id)), 4 * BEAT)
    assert found.how == "kept"
    assert found.proposal is not None
    assert (found.step.seq, found.proposal.seq) == (3, 2)
    assert found.step.agent("person") == MAKER
    assert found.proposal.agent("program") == PROGRAM
    assert found.instead == (EditedNote(4 * BEAT, BEAT, 67),)
    assert found.reason == {"en": "B-flat came", "ja": "変ロ"}


def test_words_and_locks_leave_an_origin_as_it_is() -> None:
    store, song = begin()
    commit(store, song, [[*row, "la", True] for row in TUNE], "lock")
    found = blame(Path(store, song.id))
    assert {each.step.seq for each in found} == {1}
    assert found[0].of == EditedNote(0, BEAT, 60, "la", True)


def test_one_of_two_states_with_the_same_notes_is_come_back_to() -> None:
    store, song = begin()
    first = song.revision.id
    song = commit(store, song, TUNE[1:], "delete")
    song = commit(store, song, TUNE, "insert")
    again = song.revision.id
    for revision, seq in ((first, 1), (again, 3)):
        song = commit(store, song, TUNE[2:], "delete")
        song = store.take_up(song.id, revision, base=song.revision.id)
        assert only(blame(Path(store, song.id)), 0).step.seq == seq


def test_undo_and_redo_go_along_the_states_and_not_to_others_with_the_same_notes() -> None:
    store, song = begin()
    for pitch in (66, 60, 66):
        song = commit(store, song, with_pitch(pitch), "pitch")
    for direction, seq in (("undo", 3), ("undo", 2), ("undo", 1), ("redo", 2), ("redo", 3)):
        song = getattr(store, direction)(song.id, base=song.revision.id)
        assert only(blame(Path(store, song.id)), 0).step.seq == seq


def propose(store: ProjectStore, song: Project, notes: Notes) -> Activity:
    """A proposal, and what keeping it is."""
    swerve = Activity("swerve", used=(song.revision.draft,))
    content = Content("draft", text(notes, []).encode())
    _, made = store.story.append(song.id, swerve, [content])
    return Activity("keep", {"of": "swerve"}, used=made)


def keep(store: ProjectStore, song: Project, notes: Notes, activity: Activity) -> Project:
    base = song.revision.id
    document = text(notes, [])
    return store.commit(song.id, document, base=base, action="swerve", activity=activity)


@pytest.mark.parametrize("is_undone", [False, True])
def test_a_proposal_brings_notes_of_the_state_it_was_made_of(is_undone: bool) -> None:
    store, song = begin()
    song = commit(store, song, with_pitch(66), "pitch")
    proposed = [*with_pitch(66)[:7], [7 * BEAT, BEAT, 70]]
    activity = propose(store, song, proposed)
    if is_undone:
        song = store.undo(song.id, base=song.revision.id)
    song = commit(store, song, with_pitch(50), "pitch")
    keep(store, song, proposed, activity)
    found = blame(Path(store, song.id))
    first, last = only(found, 0), only(found, 7 * BEAT)
    assert (first.how, first.step.seq) == ("hand", 2)
    assert (last.how, last.step.kind) == ("kept", "keep")
    assert {each.step.seq for each in found[1:7]} == {1}


def test_a_note_that_was_changed_as_a_proposal_was_kept_is_of_who_kept_it() -> None:
    store, song = begin()
    activity = propose(store, song, with_pitch(66))
    keep(store, song, with_pitch(67), activity)
    found = only(blame(Path(store, song.id)), 0)
    assert (found.how, found.proposal, found.step.kind) == ("hand", None, "keep")


def test_a_file_that_holds_a_chord_twice() -> None:
    twice = [[0, "C"], [0, "C"], [BEAT, "F"]]
    store, song = begin(TUNE, twice)
    for chords, seqs in ((twice[1:], [1, 1]), (twice[2:], [1]), (twice, [4, 4, 1])):
        base = song.revision.id
        song = store.commit(song.id, text(TUNE, chords), base=base, action="chord")
        found = blame(Path(store, song.id))[len(TUNE) :]
        assert [each.step.seq for each in found] == seqs


def test_what_the_story_does_not_have() -> None:
    store, song = begin()
    with pytest.raises(MissingError):
        blame(Path(store, song.id), "f" * 64)


def long_path(n_steps: int) -> Iterator[tuple[ProjectStore, Project]]:
    store, song = begin()
    notes = [list(row) for row in TUNE]
    for step in range(n_steps):
        notes[step % 8][2] = 60 + (notes[step % 8][2] + 1) % 12
        song = commit(store, song, notes, "pitch")
        yield store, song


def test_after_a_further_step_only_that_step_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = Path.entity
    monkeypatch.setattr(
        Path, "entity", lambda path, digest: read.append(digest) or real(path, digest)
    )
    known: Blame | None = None
    for store, song in long_path(30):
        known = known or Blame(Path(store, song.id))
        known.of()
        assert len(read) <= 2, "a draft that was known was read again"
        read.clear()


def test_what_does_not_lie_on_the_way_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    store, song = begin()
    content = Content("draft", text(TUNE[:4], []).encode())
    _, made = store.story.append(
        song.id, Activity("swerve", used=(song.revision.draft,)), [content]
    )
    left = commit(store, song, TUNE[:2], "delete")
    song = store.undo(song.id, base=left.revision.id)
    commit(store, song, TUNE[:7], "delete")
    read: list[str] = []
    real = Path.entity
    monkeypatch.setattr(
        Path, "entity", lambda path, digest: read.append(digest) or real(path, digest)
    )
    blame(Path(store, song.id))
    assert len(read) == 2
    assert not {*made, left.revision.draft} & {*read}
