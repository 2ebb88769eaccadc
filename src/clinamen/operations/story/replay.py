"""Running what was recorded again, to see whether it gives what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clinamen.errors import ClinamenError, MissingError
from clinamen.ledger import DRAFT, Entity
from clinamen.operations.edit import draft_of
from clinamen.operations.listeners import listener_names, load_listener
from clinamen.operations.story.home import listener_agent, program
from clinamen.operations.story.path import Path, Step
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = ["REPLAYED", "Replay", "Replayer"]

REPLAYED = ("import", "swerve", "compose", "sculpt", "export")
"""Activities that can be run again. What a hand did, or a choice, has nothing to be run."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of running an entry again.

    Parameters
    ----------
    outcome
        ``same``, ``differs``, or ``not run``.
    why
        What differs, or why it was not run.
    """

    seq: int
    kind: str
    outcome: str
    why: str = ""


class _NotRunError(ClinamenError):
    """It cannot be run here; the text says why."""


class Replayer:
    """Runs the entries of a path again.

    Parameters
    ----------
    path
        Whose steps.
    listeners
        Names or files of listeners beside the shipped ones.
    """

    def __init__(self, path: Path, listeners: Sequence[str] = ()) -> None:
        self._path = path
        self._names = (*listeners, *listener_names())
        self._listeners: dict[str, Listener] = {}

    def replays(self) -> Iterator[Replay]:
        """One for each entry that can be run again, in order."""
        for step in self._path.steps:
            if step.kind in REPLAYED:
                yield self.replay(step)

    def replay(self, step: Step) -> Replay:
        """Run a step again and compare."""
        try:
            made = self._made(step)
            wrong = _differing(made, [self._path.entity(each) for each in _results(step)])
        except _NotRunError as reason:
            return Replay(step.seq, step.kind, "not run", str(reason))
        except ClinamenError as error:
            return Replay(step.seq, step.kind, "differs", clean(error))
        return Replay(step.seq, step.kind, "differs" if wrong else "same", wrong)

    def _made(self, step: Step) -> list[Song]:
        made_by = step.agent("program")
        if made_by is not None and made_by.version != program().version:
            raise _NotRunError(f"made by clinamen {made_by.version}, this is {program().version}")
        if step.settings.get("stopped"):
            raise _NotRunError("it was kept before it had come to its end")
        work: dict[str, Callable[[Step], list[Song]]] = {
            "import": self._imported,
            "swerve": self._swerves,
            "compose": self._compositions,
            "sculpt": self._sculptures,
            "export": lambda step: [self._source(step)],
        }
        return work[step.kind](step)

    def _source(self, step: Step) -> Song:
        """What went in, read as it was read then."""
        from clinamen.io.files import song_from_bytes

        if not step.used:
            raise _NotRunError("it does not say what went in")
        entity = self._path.entity(step.used[0])
        if entity.kind == DRAFT:
            return self._path.song(entity.digest)
        reading = dict(step.settings.get("reading", {}))
        return song_from_bytes(entity.data, entity.kind.removeprefix("file "), **reading)

    def _listener(self, step: Step) -> tuple[str, Listener]:
        """The listener that heard it then, found by the hash of its file, and its name."""
        wanted = step.agent("listener")
        if wanted is None:
            raise _NotRunError("it does not say who listened")
        for name in self._names:
            try:
                agent = listener_agent(name)
            except MissingError:
                continue
            # One that has heard nothing has no hash: it is known by its name.
            if agent.sha256 == wanted.sha256 and (agent.sha256 or agent.name == wanted.name):
                if name not in self._listeners:
                    self._listeners[name] = load_listener(name)
                return name, self._listeners[name]
        raise _NotRunError(f"the listener {clean(wanted.name)} is not here")

    def _imported(self, step: Step) -> list[Song]:
        del step
        return [self._path.first_song]

    def _swerves(self, step: Step) -> list[Song]:
        from clinamen.operations.swerve import SwerveRequest, swerve

        request = _made_request(SwerveRequest, step)
        name, listener = self._listener(step)
        result = swerve(self._source(step), request, listener=listener, index=name)
        return [each.song for each in result.variants]

    def _compositions(self, step: Step) -> list[Song]:
        from clinamen.operations.compose import Anytime, ComposeRequest
        from clinamen.operations.fingerprints import load_fingerprints

        asked = _request(step)
        if step.settings.get("seconds") is not None:
            raise _NotRunError("it was given a time, and took what there was then")
        if "curve" in step.settings.get("files", {}):
            raise _NotRunError("its curve was in a file, which no story holds")
        song = self._source(step) if step.used else None
        if "like" in asked and song is None:
            song = self._song_like(step)
        name, listener = self._listener(step)
        try:
            index = load_fingerprints(name)
        except MissingError:
            index = None
        request = _made_request(ComposeRequest, step, song=song)
        work = Anytime(request, n=int(step.settings.get("n", 1)), listener=listener, index=index)
        work.run()
        title = step.settings.get("title")
        found = [each.song for each in work.found()]
        return found if title is None else [song.replace(title=title) for song in found]

    def _song_like(self, step: Step) -> Song:
        """The song that a melody was made like, if a story here has its file."""
        from clinamen.io.files import song_from_bytes

        story = self._path.store.story
        try:
            known = story.find_hash(bytes.fromhex(step.settings["files"]["like"]["sha256"]))
        except (KeyError, TypeError, ValueError):
            known = None
        if known is None:
            raise _NotRunError("it was made like a song that is in no story here")
        entity = story.entity(*known)
        track = _request(step).get("track")
        return song_from_bytes(entity.data, entity.kind.removeprefix("file "), track)

    def _sculptures(self, step: Step) -> list[Song]:
        from clinamen.operations.sculpt import sculpt, sculpt_chords

        if step.settings.get("chords"):
            work: Callable[..., Any] = sculpt_chords
        else:
            work = sculpt
        lock = tuple(step.settings.get("request", {}).get("lock", ()))
        found = work(self._source(step), self._listener(step)[1], lock=lock)
        hold = bool(step.settings.get("hold", True))
        return [found.song_of(left, hold=hold) for left in step.settings.get("left", [])]


def _request(step: Step) -> dict[str, Any]:
    """What was asked for, as the request takes it."""
    given = step.settings.get("request")
    if not isinstance(given, dict):
        raise _NotRunError("it does not say what was asked for")
    return {name: tuple(each) if isinstance(each, list) else each for name, each in given.items()}


def _made_request(kind: Callable[..., Any], step: Step, **more: object) -> Any:
    try:
        return kind(**_request(step), **more)
    except (TypeError, ValueError) as error:
        raise _NotRunError(f"what was asked for cannot be asked here: {clean(error)}") from None


def _results(step: Step) -> list[str]:
    """What is compared: of an import the draft, not the file that came in; of what began with
    files that were made, those, not the draft that was read from the first."""
    if step.kind == "import":
        return list(step.generated[1:])
    return list(step.generated if step.before or not step.head else step.generated[:-1])


def _differing(made: Sequence[Song], recorded: Sequence[Entity]) -> str:
    """How what was made differs from what was recorded; empty where it does not."""
    if len(made) != len(recorded):
        return f"{len(made)} results, not {len(recorded)}"
    for number, (song, entity) in enumerate(zip(made, recorded, strict=True), start=1):
        if _as(entity, song) != entity.data:
            return f"result {number} is another one"
    return ""


def _as(entity: Entity, song: Song) -> bytes:
    """A song as the entity has it."""
    from clinamen.io.files import WRITABLE, song_bytes

    if entity.kind == DRAFT:
        return draft_of(song).to_json().encode("utf-8")
    name = entity.kind.removeprefix("file ")
    if not name.lower().endswith(tuple(WRITABLE)):
        raise _NotRunError("pictures and sounds are not drawn again")
    return song_bytes(song, name)
