"""Songs whose path was walked as the studio walks it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from clinamen.ledger import DRAFT, Activity, Agent, Content, Project, ProjectStore
from clinamen.operations.edit import Draft
from clinamen.operations.story.path import Path
from clinamen.operations.story.recording import begin_project

MAKER = Agent("person", "Lan")
PROGRAM = Agent("program", "clinamen", version="9")
LISTENER = Agent("listener", "songs", sha256="ab" * 32)
TUNE = b"X:1\nT:Harbour\nM:4/4\nL:1/4\nK:C\nC D E F|G A B c|c B A G|F E D C|\n"


class Walk:
    """A song, and what may be done with it; the clock goes a minute on with every entry."""

    def __init__(
        self, *, tune: bytes = TUNE, maker: Agent = MAKER, name: str = "harbour.abc"
    ) -> None:
        self._now = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
        self.store = ProjectStore(None, clock=self._clock, by=(maker, PROGRAM))
        self.project: Project = begin_project(self.store, tune, name)

    def _clock(self) -> datetime:
        self._now += timedelta(minutes=1)
        return self._now

    @property
    def path(self) -> Path:
        return Path(self.store, self.project.id)

    @property
    def draft(self) -> Draft:
        return Draft.from_json(self.project.revision.document)

    def with_pitches(self, pitches: dict[int, int]) -> str:
        """The present draft with other pitches; -1 takes a note away."""
        plain = self.draft.to_plain()
        for index, pitch in pitches.items():
            plain["notes"][index][2] = pitch
        plain["notes"] = [row for row in plain["notes"] if row[2] >= 0]
        return Draft.from_plain(plain).to_json()

    def edit(self, pitches: dict[int, int], action: str = "pitch") -> None:
        """Change pitches by hand."""
        self._commit(self.with_pitches(pitches), action, Activity("edit"))

    def _commit(self, document: str, action: str, activity: Activity) -> None:
        base = self.project.revision.id
        self.project = self.store.commit(
            self.project.id, document, base=base, action=action, activity=activity
        )

    def propose(
        self, proposals: Sequence[dict[int, int]], kind: str = "swerve", at: str = "2.1"
    ) -> tuple[str, ...]:
        """Have the program propose; the digests of what it did."""
        contents = [Content(DRAFT, self.with_pitches(each).encode()) for each in proposals]
        activity = Activity(
            kind, {"request": {"at": at}}, (LISTENER,), used=(self.project.revision.draft,)
        )
        return self.store.story.append(self.project.id, activity, contents)[1]

    def keep(self, digest: str, of: str = "swerve") -> None:
        """Keep a proposal."""
        document = self.store.story.entity(self.project.id, digest).data.decode()
        self._commit(document, of, Activity("keep", {"of": of}, used=(digest,)))

    def reject(self, digests: Sequence[str], of: str = "swerve") -> None:
        """Reject proposals."""
        activity = Activity("reject", {"of": of}, used=tuple(digests))
        self.store.story.append(self.project.id, activity)


def lived() -> Walk:
    """Opened, changed by hand, broken: one of three proposals kept, two rejected; one of the two
    kept notes changed by hand afterwards; exported."""
    walk = Walk()
    walk.edit({0: 62})
    made = walk.propose([{4: 70, 5: 73}, {4: 66}, {4: 61}])
    walk.keep(made[0])
    walk.reject(made[1:])
    walk.edit({5: 72})
    out = Content("file harbour.mid", b"MThd\xff")
    used = (walk.project.revision.draft,)
    walk.store.story.append(
        walk.project.id, Activity("export", {"file": "h.mid"}, used=used), [out]
    )
    return walk
