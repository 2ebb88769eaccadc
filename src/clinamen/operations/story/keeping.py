"""Whether commands keep the path of what they write, and how: without work, and without harm."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from clinamen.errors import ClinamenError, ParameterError
from clinamen.ledger import ProjectStore
from clinamen.operations.story.home import listener_agent, open_store
from clinamen.operations.story.recording import Given, record_files

__all__ = ["ENVIRONMENT", "is_kept", "keep_files", "keep_or_not"]

ENVIRONMENT = "CLINAMEN_STORY"
"""Environment variable that switches keeping off (``off``), whatever was set."""

_SETTING = "keeping"
_BEGUN = (
    "from now on the path of what is made is kept on this computer: clinamen story log {file} "
    "(clinamen story keep off)"
)
_WORDS = ("on", "off")


def keep_or_not(store: ProjectStore, wanted: str) -> None:
    """Switch keeping on or off, for good.

    Raises
    ------
    ParameterError
        If the word is neither.
    """
    if wanted not in _WORDS:
        raise ParameterError(f"on or off, not {wanted!r}")
    store.set_setting(_SETTING, wanted)


def is_kept(store: ProjectStore) -> bool:
    """Whether commands keep what they write."""
    word = os.environ.get(ENVIRONMENT, "").lower() or store.setting(_SETTING, "on")
    return word != "off"


def keep_files(
    kind: str,
    written: Sequence[Path],
    *,
    given: Given | None,
    settings: Mapping[str, Any],
    listener: str | None = None,
    begins: bool = True,
    tell: Callable[[str], None],
) -> None:
    """Add what a command wrote to the story of its song, if stories are kept.

    The files are there already, and what goes wrong here takes nothing from them: it is told.

    Parameters
    ----------
    kind, written, given, settings, begins
        As `record_files`.
    listener
        As typed.
    tell
        Shows a line to the user.
    """
    if os.environ.get(ENVIRONMENT, "").lower() == "off" or not written:
        return
    try:
        with closing(open_store()) as store:
            if not is_kept(store):
                return
            is_first = not store.projects()
            agents = () if kind == "export" else (listener_agent(listener),)
            record_files(
                store, kind, written, given=given, settings=settings, agents=agents, begins=begins
            )
            if is_first and store.projects():
                tell(_BEGUN.format(file=written[0]))
    except (ClinamenError, OSError) as error:
        tell(f"the story was not kept: {error}")
