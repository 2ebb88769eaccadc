"""`clinamen story sign`, `stamp` and `upgrade`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from clinamen.cli._render import say
from clinamen.cli._story import opened
from clinamen.errors import ParameterError
from clinamen.ledger.attest.signing import KEY_FILE
from clinamen.operations.story.attesting import (
    known_roots,
    own_key,
    remember_roots,
    sign_story,
    stamp_story,
    submit_story,
    upgrade_story,
)
from clinamen.operations.story.home import data_folder
from clinamen.operations.story.path import find_project
from clinamen.operations.text import clean

__all__ = ["sign", "stamp", "upgrade"]

PASSPHRASE = "CLINAMEN_PASSPHRASE"
"""Environment variable with the passphrase of the key, where it has one."""


def sign(song: str, key: str | None, store: str | None) -> int:
    """Sign the end of a story."""
    given = None if key is None else Path(key)
    with opened(store) as kept:
        project, _ = find_project(kept, song)
        own, is_new = own_key(given, passphrase=os.environ.get(PASSPHRASE))
        head = sign_story(kept, project, own)
        title = clean(kept.project(project).title)
    if is_new:
        say(f"A key was made, {data_folder() / KEY_FILE}: keep a copy of it, and tell nobody.")
    say(f"Signed up to entry {head.seq} of {title} with the key {own.signer.fingerprint}.")
    say("It shows that whoever has this key vouched for this story, not who that is: tell people")
    say("the fingerprint where they know you.")
    return 0


def stamp(
    song: str,
    authority: str | None,
    roots: str | None,
    calendars: Sequence[str],
    store: str | None,
) -> int:
    """Have the end of a story stamped."""
    if (authority is None) == (not calendars):
        raise ParameterError("say who is to stamp it: --authority URL, or --calendar URL")
    with opened(store) as kept:
        project, _ = find_project(kept, song)
        if authority is None:
            head, problems = submit_story(kept, project, calendars)
            for problem in problems:
                say(f"Note: {clean(problem)}")
            say(f"Entry {head.seq} awaits a Bitcoin block, some hours: clinamen story upgrade.")
            return 0
        trusted = known_roots(None if roots is None else Path(roots))
        if not trusted:
            raise ParameterError("--roots names the certificates that this authority's lead to")
        head = stamp_story(kept, project, authority, trusted)
        remember_roots(trusted)
        say(f"Stamped up to entry {head.seq}.")
    return 0


def upgrade(song: str, calendars: Sequence[str], store: str | None) -> int:
    """Ask for the blocks that were promised."""
    with opened(store) as kept:
        project, _ = find_project(kept, song)
        n_news, problems = upgrade_story(kept, project, calendars)
    for problem in problems:
        say(f"Note: {clean(problem)}")
    say("There is news." if n_news else "There is no news yet.")
    return 0
