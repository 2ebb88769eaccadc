"""What the endpoints work on: projects, songs read from them, and what was heard of those."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from clinamen.errors import MissingError, ParameterError
from clinamen.ledger import Activity, Project, ProjectStore
from clinamen.operations.edit import Draft, edited_song, locked_places
from clinamen.operations.making_view import places_view
from clinamen.operations.sculpt import Sculpture, sculpt
from clinamen.operations.song_hearing import SongHearing, hear_song
from clinamen.operations.song_view import (
    chord_view,
    hearing_view,
    note_view,
    song_view,
)
from clinamen.operations.story.blame import Blame
from clinamen.operations.story.blame_rows import origins_view
from clinamen.operations.story.home import listener_agent
from clinamen.operations.story.path import Path
from clinamen.operations.story.recording import Reading, begin_project, new_project, source_song
from clinamen.operations.swerve import SwerveRequest, propose_places
from clinamen.operations.text import clean
from clinamen.studio._export import file_stem

if TYPE_CHECKING:
    from clinamen.domains.music.fingerprints import Fingerprints
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = ["EXAMPLES", "Studio", "example_bytes"]

EXAMPLES = ("harbour_light.musicxml", "ode_to_joy.musicxml", "sakura.abc")
"""Songs that come with the studio; the first is opened where there is nothing else."""

_N_SONGS, _N_HEARINGS, _N_SCULPTURES, _N_BLAMES = 64, 32, 8, 4


def example_bytes(name: str) -> bytes:
    """A song that comes with the studio.

    Raises
    ------
    MissingError
        If there is none of this name.
    """
    if name not in EXAMPLES:
        raise MissingError(f"there is no example {name!r}; there are {', '.join(EXAMPLES)}")
    return (resources.files("clinamen.studio") / "examples" / name).read_bytes()


class Studio:
    """Projects and ears. Its methods may block; the store's are for one thread.

    Parameters
    ----------
    store
        Where projects are kept.
    load_listener
        Called when something is heard for the first time.
    listener_name
        Name or path of the listener; None is the default one, or one that has no file.
    store_file
        The file of the store, for other processes; None where it is in memory.
    """

    def __init__(
        self,
        store: ProjectStore,
        load_listener: Callable[[], Listener],
        *,
        listener_name: str | None = None,
        store_file: FilePath | None = None,
    ) -> None:
        self.store = store
        self.store_file = store_file
        self.listener_name = listener_name
        self._index = lru_cache(1)(self._load_index)
        self._listener = lru_cache(1)(load_listener)
        self._first_song = lru_cache(_N_SONGS)(lambda project: source_song(store, project))
        self._song = lru_cache(_N_SONGS)(self._read_song)
        self._sculpture = lru_cache(_N_SCULPTURES)(
            lambda song, locks: sculpt(song, self._listener(), lock=locks)
        )
        self._hearing = lru_cache(_N_HEARINGS)(lambda song: hear_song(song, self._listener()))
        self._blame = lru_cache(_N_BLAMES)(lambda project: Blame(Path(self.store, project)))

    def open_song(self, data: bytes, name: str, reading: Reading | None = None) -> Project:
        """Begin a project from the bytes of a file, or go on with the one that began so.

        Raises
        ------
        FormatError, MissingError, ParameterError
            As `clinamen.io.files.read_song`.
        """
        return begin_project(self.store, data, name, reading)

    def begin_song(
        self, song: Song, title: str, asked: Mapping[str, Any], *, kind: str = "compose"
    ) -> Project:
        """Begin a project with a song that was composed here, under a title of its own.

        Parameters
        ----------
        asked
            What was asked for, to be kept in its story.
        kind
            Of the activity that made it.
        """
        from clinamen.io.files import song_bytes

        name = f"{file_stem(title)}.musicxml"
        data = song_bytes(song.replace(title=title), name)
        agents = (listener_agent(self.listener_name),)
        activity = Activity(kind, {**asked, "title": title}, agents)
        return new_project(self.store, data, name, title=title, activity=activity)

    def commit(
        self,
        project: str,
        data: Any,
        *,
        base: int,
        action: str,
        activity: Activity | None = None,
    ) -> Project:
        """Add a state to a project, if a song can be made of it; without chords they stay.

        Raises
        ------
        FormatError, ParameterError
            If not.
        """
        draft = self.draft(project, data, base)
        edited_song(self._first_song(project), draft)
        return self.store.commit(
            project, draft.to_json(), base=base, action=action, activity=activity
        )

    def draft(self, project: str, data: Any, base: int) -> Draft:
        """What a page sent as a draft; without chords they stay as they were at `base`."""
        if isinstance(data, dict) and "chords" not in data:
            before = Draft.from_json(self.store.revision(project, base).document)
            data = {**data, "chords": before.to_plain()["chords"]}
        return Draft.from_plain(data)

    def drafted_song(self, project: str, data: Any, *, base: int) -> Song:
        """The song that `commit` would make of a draft; nothing is kept.

        Raises
        ------
        FormatError, ParameterError
            If none can be made of it.
        """
        return edited_song(self._first_song(project), self.draft(project, data, base))

    def song(self, project: str, revision: int) -> Song:
        """The song as it was at a revision."""
        return self._song(project, revision)

    def drafted(self, project: str, draft: Draft) -> Song:
        """A song as a draft has it."""
        return edited_song(self._first_song(project), draft)

    def _read_song(self, project: str, revision: int) -> Song:
        document = self.store.revision(project, revision).document
        return edited_song(self._first_song(project), Draft.from_json(document))

    def view(self, project: Project) -> dict[str, Any]:
        """A project as the page draws it."""
        draft = Draft.from_json(project.revision.document)
        locked = {chord.onset_ticks for chord in draft.chords if chord.is_locked}
        song = song_view(self.song(project.id, project.revision.id))
        return {
            "id": project.id,
            "title": project.title,
            "stem": file_stem(project.title),
            "revision": project.revision.id,
            "action": project.revision.action,
            "can_undo": project.can_undo,
            "can_redo": project.can_redo,
            "versions": [
                {"name": version.name, "revision": version.revision, "made_at": version.made_at}
                for version in project.versions
            ],
            "locked": [index for index, note in enumerate(draft.notes) if note.is_locked],
            "locked_chords": [
                index for index, chord in enumerate(song["chords"]) if chord["onset"] in locked
            ],
            "song": song,
        }

    def hear(self, song: Song) -> SongHearing:
        """A song heard, or what was heard of it before."""
        return self._hearing(song)

    def hearing_view(self, song: Song) -> dict[str, Any]:
        """The curves of a song."""
        return hearing_view(self.hear(song))

    def note_view(self, song: Song, note: int) -> dict[str, Any]:
        """Why a note cost what it did."""
        return note_view(self.hear(song), note)

    @property
    def listener(self) -> Listener:
        """The ears."""
        return self._listener()

    @property
    def index(self) -> Fingerprints | None:
        """What the ears have heard, tune by tune; None where that is not known."""
        return self._index()

    def _load_index(self) -> Fingerprints | None:
        from clinamen.operations.fingerprints import load_fingerprints

        try:
            return load_fingerprints(self.listener_name or self.listener)
        except MissingError:
            return None

    def places_view(self, song: Song, locks: tuple[str, ...]) -> list[dict[str, Any]]:
        """Places where a break would tell; none where the listener cannot say."""
        try:
            found = propose_places(song, self._listener(), SwerveRequest("1.1", locks=locks))
        except (MissingError, ParameterError):
            return []
        return places_view(found)

    def sculpture(self, song: Song, locks: tuple[str, ...]) -> Sculpture:
        """The order in which notes of a song may go."""
        return self._sculpture(song, locks)

    def level_view(self, song: Song, locks: tuple[str, ...], left: int) -> dict[str, Any]:
        """A song with so many notes left."""
        return song_view(self.sculpture(song, locks).song_of(left))

    def state_view(self, project: str, revision: int) -> dict[str, Any]:
        """A song as it was."""
        return song_view(self.song(project, revision))

    def history_view(self, project: str) -> dict[str, Any]:
        """All states of a project; those on the way to the present one are marked."""
        here = self.store.project(project).revision.id
        states = self.store.history(project)
        parents = {state.id: state.parent for state in states}
        line: set[int] = set()
        each: int | None = here
        while each is not None:
            line.add(each)
            each = parents.get(each)
        return {
            "here": here,
            "states": [
                {
                    "revision": state.id,
                    "parent": state.parent,
                    "action": clean(state.action),
                    "made_at": state.made_at,
                    "name": state.name,
                    "is_left": state.id not in line,
                }
                for state in states
            ],
        }

    def blame_view(self, project: str, revision: int | None) -> dict[str, Any]:
        """Where the notes of a song come from, as it is now or was at a revision."""
        if revision is None:
            revision = self.store.project(project).revision.id
        state = self.store.revision(project, revision)
        origins = self._blame(project).of(state.draft, entry=state.entry)
        return {"revision": state.id, **origins_view(origins)}

    def locks(self, project: str, revision: int) -> tuple[str, ...]:
        """Places of the notes that are to stay, as a swerve understands them."""
        draft = Draft.from_json(self.store.revision(project, revision).document)
        return locked_places(self.song(project, revision), draft)

    def chord_view(self, song: Song, chord: int) -> dict[str, Any]:
        """Why a chord cost what it did."""
        return chord_view(self.hear(song), chord)
