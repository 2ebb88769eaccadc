"""Finds of a long search, without the search."""

from __future__ import annotations

from clinamen.ledger import DRAFT, Activity, Content, ProjectStore
from clinamen.ledger.expeditions import Holder
from clinamen.operations.edit import Draft, EditedNote, draft_of
from clinamen.operations.fish._finding import FindFacts
from clinamen.operations.fish._ideas import Known
from clinamen.operations.fish.fishing import FishRequest, begin_fishing
from clinamen.operations.story.path import Path
from clinamen.texts import LANGUAGES

REASON = "The line leaves home."
ONE = Holder("one", 1, "nowhere")


def cast(store: ProjectStore, project: str) -> int:
    """Begin a search that nobody works on."""
    return begin_fishing(store, FishRequest(project, "a bridge that breaks home")).expedition.id


def surface(store: ProjectStore, project: str, expedition: int, *, last_up: int) -> int:
    """Let the song surface with its last note so many semitones higher; its number."""
    draft = draft_of(Path(store, project).song())
    *notes, last = draft.notes
    higher = EditedNote(last.onset_ticks, last.duration_ticks, last.pitch + last_up)
    found = Draft((*notes, higher), draft.chords)
    store.expeditions.claim(expedition, ONE, is_gone=True)
    content = Content(DRAFT, found.to_json().encode())
    _, (digest,) = store.story.append(project, Activity("propose", {"of": "fish"}), [content])
    find = store.expeditions.surface(expedition, ONE, digest, _facts().to_json())
    store.expeditions.release(expedition, ONE)
    return find.number


def _facts() -> FindFacts:
    said = {language: f"{language}: {REASON}" for language in LANGUAGES}
    return FindFacts(
        by="mutate",
        change=said,
        reason=said,
        bars=(16,),
        contrast=2.0,
        features=(0.0,) * 4,
        known=Known(frozenset(), (0.0,) * 8),
        worth=0.5,
        novelty=0.25,
        quality=0.5,
        fit=1.0,
        sense=0.5,
        liking=0.5,
    )
