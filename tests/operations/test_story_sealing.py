"""What a seal says of a story: what is in the song, and of what was rejected only a count."""

from __future__ import annotations

from pathlib import Path

import pytest

import clinamen
from clinamen.domains.music.editing import notes_in_ticks, with_notes
from clinamen.ledger import DRAFT, Activity, Agent, Content, Project, ProjectStore
from clinamen.operations.edit import draft_of
from clinamen.operations.seal import SealFacts, SealRequest, seal
from clinamen.operations.story.path import Path as SongPath
from clinamen.operations.story.recording import begin_project
from clinamen.operations.story.sealing import find_sealable, record_seal, seal_facts

SOURCE = Path(__file__).parents[2] / "examples" / "sakura.abc"


class Walk:
    """A song that is changed step by step."""

    def __init__(self) -> None:
        self.store = ProjectStore(
            None, by=(Agent("person", "Lan"), Agent("program", "clinamen", "9"))
        )
        self.song: Project = begin_project(self.store, SOURCE.read_bytes(), SOURCE.name)

    def draft(self, step: int) -> str:
        song = clinamen.read(str(SOURCE))
        notes = [(a, b, min(pitch + step, 127)) for a, b, pitch in notes_in_ticks(song.melody)]
        return draft_of(with_notes(song, notes)).to_json()

    def edit(self, step: int) -> None:
        self.song = self.store.commit(
            self.song.id, self.draft(step), base=self.song.revision.id, action="pitch"
        )

    def propose(self, kind: str, *steps: int) -> tuple[str, ...]:
        activity = Activity(kind, {"request": {"at": "2.1"}}, used=(self.song.revision.draft,))
        contents = [Content(DRAFT, self.draft(step).encode()) for step in steps]
        return self.store.story.append(self.song.id, activity, contents)[1]

    def keep(self, kind: str, step: int, digest: str) -> None:
        self.song = self.store.commit(
            self.song.id,
            self.draft(step),
            base=self.song.revision.id,
            action=kind,
            activity=Activity("keep", {"of": kind}, used=(digest,)),
        )

    def reject(self, *digests: str) -> None:
        self.store.story.append(self.song.id, Activity("reject", {"of": "swerve"}, used=digests))

    def undo(self) -> None:
        self.song = self.store.undo(self.song.id, base=self.song.revision.id)

    @property
    def facts(self) -> SealFacts:
        return seal_facts(SongPath(self.store, self.song.id), None)


def test_what_was_kept_is_an_accepted_proposal_and_edits_are_by_hand() -> None:
    walk = Walk()
    walk.edit(1)
    walk.edit(2)
    first, *others = walk.propose("swerve", 3, 4, 5)
    walk.keep("swerve", 3, first)
    walk.reject(*others)
    walk.edit(6)
    actions, accepted = walk.facts.actions, walk.facts.accepted
    assert [(each.kind, each.source) for each in actions] == [("edited", "humanEdits")] * 2
    assert actions[0].what == "2 changes by hand"
    (proposal,) = accepted
    assert (proposal.program, proposal.version, proposal.digest) == ("clinamen", "9", first)
    assert walk.facts.story["proposals rejected"] == 2
    assert walk.facts.story["proposals kept on the way here"] == 1
    assert walk.facts.story["changes by hand on the way here"] == 3


@pytest.mark.parametrize("how", ["rejected", "undone", "left", "only asked for"])
def test_what_is_not_in_the_song_never_labels_it_as_generated(how: str, tmp_path: Path) -> None:
    walk = Walk()
    walk.edit(1)
    (digest,) = walk.propose("swerve", 3)
    if how == "rejected":
        walk.reject(digest)
    elif how == "undone":
        walk.keep("swerve", 3, digest)
        walk.undo()
    elif how == "left":
        walk.keep("swerve", 3, digest)
        first = min(state.id for state in walk.store.history(walk.song.id))
        walk.song = walk.store.take_up(walk.song.id, first, base=walk.song.revision.id)
    facts = walk.facts
    assert facts.accepted == ()
    assert all(action.source != "trainedAlgorithmicMedia" for action in facts.actions)
    pytest.importorskip("c2pa", reason="left out: needs the extra seal", exc_type=ImportError)
    file = tmp_path / "song.abc"
    file.write_bytes(SOURCE.read_bytes())
    made = seal(SealRequest(file=str(file), facts=facts, folder=tmp_path))
    assert not made.reading.says_generated


def test_a_sculpted_level_adds_nothing_of_a_machine() -> None:
    walk = Walk()
    (digest,) = walk.propose("sculpt", 3)
    walk.keep("sculpt", 3, digest)
    assert walk.facts.accepted == ()
    (action,) = walk.facts.actions
    assert (action.kind, action.source) == ("edited", "algorithmicallyEnhanced")


def test_a_song_that_the_program_began_says_so_first() -> None:
    store = ProjectStore(None, by=(Agent("program", "clinamen", "9"),))
    begun = begin_project(store, SOURCE.read_bytes(), "made.abc", activity=Activity("compose"))
    first, *more = seal_facts(SongPath(store, begun.id), None).actions
    assert (first.kind, first.source, first.program) == (
        "created",
        "trainedAlgorithmicMedia",
        "clinamen",
    )
    assert more == []


def test_files_and_sounds_of_a_song_are_known_by_their_bytes() -> None:
    import hashlib

    walk = Walk()
    walk.edit(1)
    project, used = walk.song.id, walk.song.revision.draft
    sha256 = hashlib.sha256(b"RIFF").hexdigest()
    export = Activity("export", {"file": "s.wav", "sha256": sha256}, used=(used,))
    walk.store.story.append(project, export)
    assert find_sealable(walk.store, b"RIFF") == (project, used)
    assert find_sealable(walk.store, SOURCE.read_bytes()) is not None
    assert find_sealable(walk.store, b"RIFX") is None
    record_seal(walk.store, project, used, file="s.wav", sealed=b"sealed")
    last = walk.store.story.entries(project)[-1].says
    assert last["activity"] == "seal"
    assert last["settings"]["sha256"] == hashlib.sha256(b"sealed").hexdigest()
    assert walk.store.story.verify(project).is_sound
