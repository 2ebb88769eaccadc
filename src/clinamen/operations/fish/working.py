"""The process that fishes: started, told from a dead one, and run."""

from __future__ import annotations

import os
import platform
import secrets
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from clinamen.errors import ClinamenError, ConflictError
from clinamen.ledger import ProjectStore
from clinamen.ledger.expeditions import Expedition, Find, Holder
from clinamen.operations.fish._finding import FindFacts
from clinamen.operations.fish._fisher import Fisher, Progress
from clinamen.operations.fish._notifying import notify
from clinamen.operations.fish._water import open_water, options_of_expedition
from clinamen.operations.fish.machine import Clock, Machine, SystemClock, SystemMachine, be_modest
from clinamen.operations.story.home import data_folder, open_store
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener

__all__ = ["fish_on", "is_worked_on", "log_file", "start_process", "take_up", "work_on"]

_MAX_LOG = 100_000

# Windows alone knows these.
_OF_ITS_OWN = getattr(subprocess, "DETACHED_PROCESS", 0) | getattr(
    subprocess, "CREATE_NEW_PROCESS_GROUP", 0
)


def _here() -> str:
    return platform.node() or "localhost"


def is_worked_on(store: ProjectStore, expedition: Expedition) -> bool:
    """Whether a living process works on an expedition."""
    holder = expedition.holder
    if holder is None or not store.expeditions.is_fresh(expedition):
        return False
    return not _is_gone(holder)


def _is_gone(holder: Holder) -> bool:
    """Whether a process of this computer is known to live no longer."""
    import psutil

    if holder.host != _here():
        return False
    try:
        return bool(psutil.Process(holder.pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def work_on(
    store: ProjectStore,
    expedition: int,
    *,
    clock: Clock | None = None,
    machine: Machine | None = None,
    listener: Listener | None = None,
    on_find: Callable[[Find, FindFacts], None] | None = None,
) -> str:
    """Work on an expedition until its time is over or it is told to wait; the state in which
    that ended.

    Parameters
    ----------
    clock, machine
        Those of this computer if not given.
    listener
        One already loaded; by default that of the expedition.
    on_find
        Told of each find.

    Raises
    ------
    ConflictError
        If another process works on it, or has taken it over.
    ClinamenError
        If the song or the listener cannot be read any more.
    """
    found = store.expeditions.expedition(expedition)
    holder = Holder(secrets.token_hex(8), os.getpid(), _here())
    is_gone = found.holder is not None and _is_gone(found.holder)
    found = store.expeditions.claim(expedition, holder, is_gone=is_gone)
    try:
        water = open_water(store, found, listener=listener)
        fisher = Fisher(
            store,
            found,
            holder,
            water,
            clock=clock or SystemClock(),
            machine=machine or SystemMachine(),
            on_find=on_find,
        )
        return fisher.run()
    except BaseException as error:
        # Whoever takes it up need not wait until the sign of life is old.
        with suppress(ClinamenError):
            if isinstance(error, ClinamenError):
                _tell_trouble(store, expedition, holder, str(error))
            store.expeditions.release(expedition, holder)
        raise


def _tell_trouble(store: ProjectStore, expedition: int, holder: Holder, trouble: str) -> None:
    """Keep why the work broke off, to be told by who asks how it stands."""
    progress = Progress.from_json(store.expeditions.expedition(expedition).progress)
    progress.trouble = trouble
    store.expeditions.save(expedition, holder, progress.to_json())


def fish_on(expedition: int, path: Path | None) -> str:
    """What the process in the background does.

    Raises
    ------
    ClinamenError
        As `work_on`.
    """
    be_modest()
    with closing(open_store(path)) as store:
        found = store.expeditions.expedition(expedition)
        title = store.project(found.project).title
        tells = bool(options_of_expedition(found).get("notify"))

        def on_find(find: Find, facts: FindFacts) -> None:
            if tells:
                notify(clean(title), facts.change["en"])

        return work_on(store, expedition, on_find=on_find)


def take_up(path: Path | None = None) -> tuple[subprocess.Popen[bytes], ...]:
    """Start what was running when the computer, or the process, ended: the new processes.

    What its maker has paused stays so.

    Parameters
    ----------
    path
        Of the store; None for the default one.

    Raises
    ------
    ConflictError
        If a process cannot be started.
    """
    from clinamen.operations.fish.fishing import running_alone

    with closing(open_store(path)) as store:
        alone = running_alone(store)
    return tuple(start_process(expedition, path) for expedition in alone)


def log_file() -> Path:
    """Where the process in the background says why it ended, if something went wrong."""
    return data_folder() / "fish.log"


def start_process(expedition: Expedition, path: Path | None) -> subprocess.Popen[bytes]:
    """Start the process that works on an expedition; it outlives this one and its terminal.

    Raises
    ------
    ConflictError
        If it cannot be started.
    """
    command = [sys.executable, "-m", "clinamen.cli", "fish", "work", str(expedition.id)]
    if path is not None:
        command += ["--store", os.path.abspath(path)]
    try:
        with _log() as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=data_folder(),
                # A session of its own, so that closing the terminal does not end it.
                start_new_session=sys.platform != "win32",
                creationflags=_OF_ITS_OWN,
            )
    except OSError as error:
        raise ConflictError(f"the search could not be started ({error.strerror})") from None


def _log() -> IO[bytes]:
    file = log_file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_long = file.exists() and file.stat().st_size > _MAX_LOG
    return file.open("wb" if is_long else "ab")
