"""Long searches: what is asked, how far they have come, what they hold, and what has surfaced.

One process at a time works on an expedition. It holds it by a token and a sign of life with
every checkpoint; whoever finds the sign too old takes the expedition over, and the one that was
thought dead learns at its next checkpoint that it is no longer the holder. So two never write.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from clinamen.errors import ConflictError, MissingError, ParameterError
from clinamen.ledger._database import Database
from clinamen.ledger._expedition_values import (
    DECISIONS,
    ENDED,
    KEPT,
    OPEN,
    PAUSED,
    REJECTED,
    RUNNING,
    STATES,
    STOPPED,
    SURFACED,
    Expedition,
    Find,
    Holder,
)
from clinamen.ledger._journal import Journal

__all__ = [
    "DECISIONS",
    "ENDED",
    "KEPT",
    "MAX_EXPEDITIONS",
    "MAX_FINDS",
    "MAX_IDEAS",
    "MAX_TEXT",
    "OPEN",
    "PAUSED",
    "REJECTED",
    "RUNNING",
    "STALE",
    "STATES",
    "STOPPED",
    "SURFACED",
    "Expedition",
    "Expeditions",
    "Find",
    "Holder",
]

MAX_IDEAS = 500
"""Most ideas that an expedition holds."""

MAX_FINDS = 1_000
"""Most finds that are remembered of a project."""

MAX_EXPEDITIONS = 10
"""Most expeditions that are remembered of a project."""

MAX_TEXT = 2**20
"""Longest text of each kind, in characters."""

STALE = timedelta(seconds=60)
"""A holder that has given no sign of life for so long is taken for dead."""

_EXPEDITION = "id, project, wish, options, state, progress, begun_at, holder, heard_at"
_FIND = "project, number, expedition, draft, data, surfaced_at, seen_at, status, decided_at"


class Expeditions:
    """The expeditions of all projects of a store; see `ProjectStore.expeditions`."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def begin(self, project: str, wish: str, options: str) -> Expedition:
        """Begin to look for something in a song; nobody works on it yet.

        Raises
        ------
        MissingError
            If there is no such project.
        ConflictError
            If one is open there already.
        """
        _check_text(wish, options)
        with self._database.transaction():
            if not self._database.rows("SELECT 1 FROM project WHERE id = ?", project):
                raise MissingError(f"there is no project {project!r}")
            if any(each.is_open for each in self._of(project)):
                raise ConflictError("this song is being fished already")
            number = self._database.insert(
                "INSERT INTO expedition (project, wish, options, state, begun_at) "
                "VALUES (?, ?, ?, ?, ?)",
                *(project, wish, options, RUNNING, self._journal.time()),
            )
            self._database.rows(
                "DELETE FROM expedition WHERE project = ? AND id NOT IN "
                "(SELECT id FROM expedition WHERE project = ? ORDER BY id DESC LIMIT ?)",
                *(project, project, MAX_EXPEDITIONS),
            )
            return self._expedition(number)

    def expedition(self, expedition: int) -> Expedition:
        """An expedition by its id.

        Raises
        ------
        MissingError
            If there is none.
        """
        with self._database.translated():
            return self._expedition(expedition)

    def of(self, project: str) -> tuple[Expedition, ...]:
        """Expeditions of a project, the newest first."""
        with self._database.translated():
            return self._of(project)

    def open(self) -> tuple[Expedition, ...]:
        """All that can still go on, the oldest first."""
        with self._database.translated():
            rows = self._database.rows(
                f"SELECT {_EXPEDITION} FROM expedition WHERE state IN (?, ?) ORDER BY id", *OPEN
            )
        return tuple(_expedition(row) for row in rows)

    def order(self, expedition: int, state: str) -> Expedition:
        """Say that it is to go on, wait or end; its holder hears that with its next checkpoint.

        Raises
        ------
        ConflictError
            If it has ended already, or another one is open.
        """
        if state not in STATES:
            raise ParameterError(f"a state is one of {', '.join(STATES)}, not {state!r}")
        with self._database.transaction():
            found = self._expedition(expedition)
            if not found.is_open:
                raise ConflictError("this expedition is over")
            self._database.rows("UPDATE expedition SET state = ? WHERE id = ?", state, expedition)
            if state not in OPEN:
                # What it held is of no use once it is over.
                self._database.rows("DELETE FROM idea WHERE expedition = ?", expedition)
            return self._expedition(expedition)

    def claim(self, expedition: int, holder: Holder, *, is_gone: bool = False) -> Expedition:
        """Become the holder of an expedition.

        Parameters
        ----------
        is_gone
            Whether its holder is known to live no longer, however fresh its sign of life.

        Raises
        ------
        ConflictError
            If another one holds it and lives, or it is not running.
        """
        with self._database.transaction():
            found = self._expedition(expedition)
            if found.state != RUNNING:
                raise ConflictError("this expedition is not running")
            if found.holder not in (None, holder) and not is_gone and self.is_fresh(found):
                raise ConflictError("another process fishes this song already")
            self._beat(expedition, str(holder))
            return self._expedition(expedition)

    def now(self) -> datetime:
        """The time, as the store's clock has it."""
        return datetime.fromisoformat(self._journal.time())

    def is_fresh(self, expedition: Expedition) -> bool:
        """Whether the holder has given a sign of life lately.

        A sign from the future is none: a clock was set back, and the holder's next sign tells.
        """
        if expedition.holder is None or not expedition.heard_at:
            return False
        return abs(self.now() - datetime.fromisoformat(expedition.heard_at)) < STALE

    def release(self, expedition: int, holder: Holder) -> None:
        """Let go of an expedition; of one that another took over nothing is changed."""
        with self._database.transaction():
            self._database.rows(
                "UPDATE expedition SET holder = '' WHERE id = ? AND holder = ?",
                *(expedition, str(holder)),
            )

    def save(
        self,
        expedition: int,
        holder: Holder,
        progress: str,
        *,
        added: Mapping[str, str] | None = None,
        dropped: Collection[str] = (),
    ) -> Expedition:
        """A checkpoint: how far it has come and what it holds, all of it or nothing.

        Parameters
        ----------
        added
            Ideas by their keys, new ones and changed ones.
        dropped
            Keys of those that are held no longer.

        Returns
        -------
        Expedition
            As it is now: others may have said that it is to wait or end.

        Raises
        ------
        ConflictError
            If another process has taken it over.
        ParameterError
            If it would hold too many ideas, or a text is too long.
        """
        added = added or {}
        _check_text(progress, *added.values())
        with self._database.transaction():
            found = self._held(expedition, holder)
            for key in dropped:
                self._database.rows(
                    "DELETE FROM idea WHERE expedition = ? AND key = ?", expedition, key
                )
            for key, data in added.items() if found.is_open else ():
                self._database.rows(
                    "INSERT OR REPLACE INTO idea VALUES (?, ?, ?)", expedition, key, data
                )
            count = "SELECT count(*) FROM idea WHERE expedition = ?"
            if self._database.rows(count, expedition)[0][0] > MAX_IDEAS:
                raise ParameterError(f"an expedition holds at most {MAX_IDEAS} ideas")
            self._database.rows(
                "UPDATE expedition SET progress = ? WHERE id = ?", progress, expedition
            )
            self._beat(expedition, str(holder))
            return self._expedition(expedition)

    def ideas(self, expedition: int) -> dict[str, str]:
        """What an expedition holds, by key."""
        with self._database.translated():
            rows = self._database.rows(
                "SELECT key, data FROM idea WHERE expedition = ? ORDER BY key", expedition
            )
        return {str(key): str(data) for key, data in rows}

    def surface(self, expedition: int, holder: Holder, draft: str, data: str) -> Find:
        """Something has surfaced; a draft that has surfaced before is that find.

        Parameters
        ----------
        draft
            Its digest, in the story of the project.

        Raises
        ------
        ConflictError
            If another process has taken the expedition over.
        """
        _check_text(data)
        with self._database.transaction():
            project = self._held(expedition, holder).project
            rows = self._database.rows(
                f"SELECT {_FIND} FROM find WHERE project = ? AND draft = ?", project, draft
            )
            if rows:
                return Find(*rows[0])
            last = "SELECT coalesce(max(number), 0) FROM find WHERE project = ?"
            number = self._database.rows(last, project)[0][0] + 1
            self._database.rows(
                "INSERT INTO find (project, number, expedition, draft, data, surfaced_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                *(project, number, expedition, draft, data, self._journal.time()),
            )
            self._database.rows(
                "DELETE FROM find WHERE project = ? AND number <= ?", project, number - MAX_FINDS
            )
            return self._find(project, number)

    def finds(self, project: str) -> tuple[Find, ...]:
        """What has surfaced in a project, the first first."""
        with self._database.translated():
            rows = self._database.rows(
                f"SELECT {_FIND} FROM find WHERE project = ? ORDER BY number", project
            )
        return tuple(Find(*row) for row in rows)

    def find(self, project: str, number: int) -> Find:
        """A find by its number.

        Raises
        ------
        MissingError
            If there is none.
        """
        with self._database.translated():
            return self._find(project, number)

    def decided_at(self, project: str) -> str:
        """When something of a project was last kept or rejected; "" if never. Cheap to ask."""
        last = "SELECT coalesce(max(decided_at), '') FROM find WHERE project = ?"
        with self._database.translated():
            return str(self._database.rows(last, project)[0][0])

    def look(self, project: str) -> None:
        """All that has surfaced in a project has now been looked at."""
        unseen = "SELECT 1 FROM find WHERE project = ? AND seen_at = '' LIMIT 1"
        with self._database.translated():
            if not self._database.rows(unseen, project):
                return
        with self._database.transaction():
            self._database.rows(
                "UPDATE find SET seen_at = ? WHERE project = ? AND seen_at = ''",
                *(self._journal.time(), project),
            )

    def n_unseen(self) -> dict[str, int]:
        """How many finds nobody has looked at yet, by project."""
        with self._database.translated():
            rows = self._database.rows(
                "SELECT project, count(*) FROM find WHERE seen_at = '' GROUP BY project"
            )
        return {str(project): int(n) for project, n in rows}

    def decide(self, project: str, number: int, status: str) -> Find:
        """Keep a find or reject it; the last word holds.

        Raises
        ------
        MissingError
            If there is no such find.
        ConflictError
            If just that was decided already.
        """
        if status not in DECISIONS:
            raise ParameterError(f"a find is {' or '.join(DECISIONS)}, not {status!r}")
        with self._database.transaction():
            if self._find(project, number).status == status:
                raise ConflictError(f"find {number} was {status} already")
            at = self._journal.time()
            self._database.rows(
                "UPDATE find SET status = ?, decided_at = ?, "
                "seen_at = CASE seen_at WHEN '' THEN ? ELSE seen_at END "
                "WHERE project = ? AND number = ?",
                *(status, at, at, project, number),
            )
            return self._find(project, number)

    def _beat(self, expedition: int, holder: str) -> None:
        self._database.rows(
            "UPDATE expedition SET holder = ?, heard_at = ? WHERE id = ?",
            *(holder, self._journal.time(), expedition),
        )

    def _held(self, expedition: int, holder: Holder) -> Expedition:
        found = self._expedition(expedition)
        if found.holder != holder:
            raise ConflictError("another process has taken this expedition over")
        return found

    def _expedition(self, expedition: int) -> Expedition:
        rows = self._database.rows(f"SELECT {_EXPEDITION} FROM expedition WHERE id = ?", expedition)
        if not rows:
            raise MissingError(f"there is no expedition {expedition}")
        return _expedition(rows[0])

    def _of(self, project: str) -> tuple[Expedition, ...]:
        rows = self._database.rows(
            f"SELECT {_EXPEDITION} FROM expedition WHERE project = ? ORDER BY id DESC", project
        )
        return tuple(_expedition(row) for row in rows)

    def _find(self, project: str, number: int) -> Find:
        rows = self._database.rows(
            f"SELECT {_FIND} FROM find WHERE project = ? AND number = ?", project, number
        )
        if not rows:
            raise MissingError(f"there is no find {number} of this song")
        return Find(*rows[0])


def _expedition(row: tuple[Any, ...]) -> Expedition:
    number, project, wish, options, state, progress, begun_at, holder, heard_at = row
    return Expedition(
        id=number,
        project=project,
        wish=wish,
        options=options,
        state=state,
        progress=progress,
        begun_at=begun_at,
        holder=Holder.parse(holder),
        heard_at=heard_at,
    )


def _check_text(*texts: str) -> None:
    if any(len(text) > MAX_TEXT for text in texts):
        raise ParameterError(f"a text of an expedition has at most {MAX_TEXT:,} characters")
