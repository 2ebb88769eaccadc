"""A song that was lived with: drafts, proposals, what was kept and let go, notes, waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path as File

from clinamen.ledger import DRAFT, Activity, Agent, Content, Project, ProjectStore
from clinamen.operations.edit import Draft
from clinamen.operations.story.path import Path
from clinamen.operations.story.recording import begin_project

EXAMPLE = File(__file__).parents[3] / "examples" / "harbour_light.musicxml"
MAKER = Agent("person", "Lan Phương")
PROGRAM = Agent("program", "clinamen", version="9")
NOTE = "The bridge wants to fall.\nIt waits for the tide."


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 21, 40, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)


class Life:
    """A maker at work on a song."""

    def __init__(
        self, maker: Agent = MAKER, *, data: bytes | None = None, store: File | None = None
    ) -> None:
        self.clock = Clock()
        self.store = ProjectStore(store, clock=self.clock, by=(maker, PROGRAM))
        given = EXAMPLE.read_bytes() if data is None else data
        self.song: Project = begin_project(self.store, given, "harbour_light.musicxml")

    @property
    def path(self) -> Path:
        return Path(self.store, self.song.id)

    @property
    def draft(self) -> Draft:
        return Draft.from_json(self.song.revision.document)

    def with_pitch(self, note: int, change: int) -> str:
        """The draft with a note moved."""
        notes = list(self.draft.notes)
        note %= len(notes)
        notes[note] = replace(notes[note], pitch=notes[note].pitch + change)
        return replace(self.draft, notes=tuple(notes)).to_json()

    def edit(self, note: int, change: int = 1, activity: Activity | None = None) -> None:
        """Move a note in pitch."""
        self.commit(self.with_pitch(note, change), activity)

    def commit(self, document: str, activity: Activity | None = None) -> None:
        base = self.song.revision.id
        self.song = self.store.commit(
            self.song.id, document, base=base, action="pitch", activity=activity
        )

    def propose(self, *changes: tuple[int, int], kind: str = "swerve") -> list[str]:
        """Drafts that the program proposed: each with a note moved."""
        documents = [self.with_pitch(note, change) for note, change in changes]
        activity = Activity(
            kind,
            {"request": {"at": "777.1"}},
            (Agent("listener", "small"),),
            used=(self.song.revision.draft,),
        )
        contents = [Content(DRAFT, each.encode()) for each in documents]
        self.proposed = self.store.story.append(self.song.id, activity, contents)[1]
        return documents

    def keep(self, document: str, number: int) -> None:
        """Keep a proposal, and reject the others."""
        used = (self.proposed[number],)
        self.commit(document, Activity("keep", {"of": "swerve"}, used=used))
        others = tuple(each for each in self.proposed if each != used[0])
        self.store.story.append(self.song.id, Activity("reject", {"of": "swerve"}, used=others))

    def note(self, text: str = NOTE) -> None:
        self.store.story.append(self.song.id, Activity("note", {"text": text}))

    def name(self, name: str) -> None:
        revision = self.song.revision.id
        self.song = self.store.name_version(self.song.id, name, revision=revision)

    def undo(self) -> None:
        self.song = self.store.undo(self.song.id, base=self.song.revision.id)

    def back(self, revision: int) -> None:
        self.song = self.store.take_up(self.song.id, revision, base=self.song.revision.id)

    def export(self) -> None:
        content = Content("file out.mid", b"MThd")
        activity = Activity("export", {"file": "out.mid"}, used=(self.song.revision.draft,))
        self.store.story.append(self.song.id, activity, [content])


def lived(store: File | None = None) -> Life:
    """Chapters: 1 begin, 2 by hand, 3 proposals, 4 kept, 5 a note, 6 by hand two days later,
    7 a name, 8 back, 9 by hand, 10 an export."""
    life = Life(store=store)
    first = life.song.revision.id
    life.clock.wait(minutes=5)
    life.edit(4)
    life.edit(5, -2)
    life.edit(6, 3)
    life.undo()
    life.clock.wait(minutes=10)
    documents = life.propose((10, 6), (11, -5), (12, 1))
    life.clock.wait(minutes=3)
    life.keep(documents[1], 1)
    life.note()
    life.clock.wait(days=2, hours=1)
    life.edit(20, 2)
    life.edit(21, 2)
    life.name("Chorus, second try")
    life.back(first)
    life.clock.wait(minutes=1)
    life.edit(30, 4)
    life.export()
    return life


def long_life(n_rounds: int) -> Life:
    """Proposals, a change, a note and an export in each round; no two drafts the same."""
    life = Life()
    with life.store.together():
        for k in range(n_rounds):
            life.clock.wait(minutes=1)
            documents = life.propose((k % 41, 1 + k % 3), ((k + 3) % 41, 2))
            life.commit(documents[0] if k % 2 else life.with_pitch(k % 41, 1 if k % 4 < 2 else -1))
            life.note(f"note {k}")
            life.export()
    return life
