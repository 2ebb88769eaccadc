"""What becomes of finds: kept, they become the song; rejected, they teach what is not liked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clinamen.domains.music.events import to_ticks
from clinamen.errors import ConflictError
from clinamen.ledger import DRAFT, Activity, Content, Project, ProjectStore, file_kind
from clinamen.ledger.expeditions import KEPT, REJECTED, Find
from clinamen.operations.edit import Draft, EditedChord, EditedNote
from clinamen.operations.fish._finding import FindFacts
from clinamen.operations.fish._ideas import spliced
from clinamen.operations.fish._water import options_of_expedition
from clinamen.operations.song_files import check_free, write_songs
from clinamen.operations.story.path import Path as SongPath

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["keep_find", "kept_draft", "reject_find", "song_of_find", "write_find"]

_KIND = "fish"


def song_of_find(store: ProjectStore, project: str, number: int) -> Song:
    """The song as a find has it.

    Raises
    ------
    MissingError
        If there is no such find.
    """
    find = store.expeditions.find(project, number)
    return SongPath(store, project).song(find.draft)


def kept_draft(store: ProjectStore, project: str, number: int) -> Draft:
    """What the song would be if a find were kept now.

    Raises
    ------
    MissingError
        If there is no such find.
    ConflictError
        If the song has no bars any more where the find is.
    """
    return _kept_draft(store, store.expeditions.find(project, number))


def keep_find(store: ProjectStore, project: str, number: int) -> Project:
    """Make a find the song: what the maker has done in other bars since stays as it is.

    Raises
    ------
    MissingError
        If there is no such find.
    ConflictError
        If it was kept already.
    """
    with store.together():
        find = store.expeditions.find(project, number)
        found = _kept_draft(store, find)
        base = store.project(project).revision
        store.expeditions.decide(project, number, KEPT)
        activity = Activity("keep", {"of": _KIND, "find": number}, used=(find.draft,))
        if found.to_json() == base.document:
            # It is the song already; that it was kept is part of the story all the same.
            store.story.append(project, activity)
            return store.project(project)
        return store.commit(project, found.to_json(), base=base.id, action=_KIND, activity=activity)


def reject_find(store: ProjectStore, project: str, number: int) -> Find:
    """Let a find go; nothing like it is looked for any more.

    Raises
    ------
    MissingError
        If there is no such find.
    ConflictError
        If it was rejected already.
    """
    with store.together():
        find = store.expeditions.decide(project, number, REJECTED)
        activity = Activity("reject", {"of": _KIND, "find": number}, used=(find.draft,))
        store.story.append(project, activity)
    return find


def write_find(
    store: ProjectStore, project: str, number: int, path: Path, *, overwrite: bool = False
) -> None:
    """Write the song of a find to a file, which the story knows from then on.

    Raises
    ------
    ParameterError
        If the file exists and may not be replaced.
    MissingError, UnsupportedError
        If it cannot be written, or its format cannot hold the song.
    """
    find = store.expeditions.find(project, number)
    check_free([path], "", overwrite=overwrite)
    write_songs([song_of_find(store, project, number)], [path])
    content = Content(file_kind(path.name), path.read_bytes())
    activity = Activity("export", {"file": path.name}, used=(find.draft,))
    store.story.append(project, activity, [content])


def _kept_draft(store: ProjectStore, find: Find) -> Draft:
    """The draft that the song becomes."""
    path = SongPath(store, find.project)
    found, present = path.draft(find.draft), path.draft(path.head)
    if not _began_with_song(store, find):
        return found  # Of a file that was another song than that of the project.
    lines = [to_ticks(onset) for onset in path.song().melody.bar_onsets]
    bars = FindFacts.from_json(find.data).bars
    base = 0 if path.song().melody.pickup_quarters else 1
    first, after = bars[0] - base, bars[-1] - base + 1
    if not 0 <= first < len(lines):
        raise ConflictError(f"find {find.number} changes bars that the song has no more")
    end = lines[after] if after < len(lines) else max(_end(found), _end(present), lines[-1] + 1)
    return _merged(present, found, lines[first], end)


def _began_with_song(store: ProjectStore, find: Find) -> bool:
    """Whether the find was made of a state of the song."""
    for expedition in store.expeditions.of(find.project):
        if expedition.id == find.expedition:
            source = options_of_expedition(expedition)["source"]
            return bool(store.story.entity(find.project, source).kind == DRAFT)
    return True


def _end(draft: Draft) -> int:
    ends = [note.onset_ticks + note.duration_ticks for note in draft.notes]
    return max(ends, default=0) + 1


def _merged(present: Draft, found: Draft, first_tick: int, end_tick: int) -> Draft:
    """The song as it is, with a stretch of the find in it."""
    # As the song has them where both have one: its words and locks stay.
    written = {_row(note): note for note in (*found.notes, *present.notes)}
    rows = spliced(
        [_row(note) for note in present.notes],
        [_row(note) for note in found.notes],
        first_tick,
        end_tick,
    )
    notes = tuple(written.get(row) or EditedNote(*row) for row in rows)
    chords = [
        *(c for c in present.chords if not first_tick <= c.onset_ticks < end_tick),
        *(c for c in found.chords if first_tick <= c.onset_ticks < end_tick),
    ]
    return Draft(notes, tuple(sorted(chords, key=_onset)))


def _onset(chord: EditedChord) -> int:
    return chord.onset_ticks


def _row(note: EditedNote) -> tuple[int, int, int]:
    return note.onset_ticks, note.duration_ticks, note.pitch
