"""`clinamen story verify`, `head` and `export`: a story as evidence."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clinamen.cli._render import say
from clinamen.cli._story import opened
from clinamen.errors import ParameterError
from clinamen.ledger.verifying import Checker, Verification
from clinamen.operations.song_files import check_free
from clinamen.operations.story.attesting import known_roots
from clinamen.operations.story.checking import (
    NAMES,
    check_file,
    check_project,
    read_head,
    story_bytes,
)
from clinamen.operations.story.path import Path as SongPath
from clinamen.operations.story.path import find_project
from clinamen.operations.story.replay import Replay, Replayer
from clinamen.operations.text import a_count, clean

__all__ = ["VerifyOptions", "export_story", "show_head", "verify_story"]

UNSOUND = 1
"""Exit code where something is not as it was written."""

STORY = ".story"
"""Extension of a story in a file of its own."""


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """The options as typed."""

    store: str | None
    head: str | None
    required: Sequence[str]
    replay: bool
    listeners: Sequence[str]
    key: str | None
    roots: str | None
    blocks: Sequence[str]
    json: bool


def verify_story(song: str, options: VerifyOptions) -> int:
    """Tell whether a story is as it was written; exit code 1 if not."""
    expected = None if options.head is None else read_head(options.head)
    required, known = _kinds(options.required), _checkers(options)
    replays: list[Replay] = []
    if os.path.isfile(song) and Path(song).suffix == STORY:
        if options.replay:
            raise ParameterError("--replay runs what is in your projects; name a song, not a file")
        from clinamen.io._source import read_bytes

        data = read_bytes(song)
        _, found = check_file(
            data, source=song, checkers=known, expected=expected, required=required
        )
    else:
        with opened(options.store, is_evidence=True) as kept:
            project, _ = find_project(kept, song)
            found = check_project(
                kept, project, checkers=known, expected=expected, required=required
            )
            if options.replay:
                replayer = Replayer(SongPath(kept, project), options.listeners)
                replays = list(replayer.replays())
    if options.json:
        _print_record(found, replays)
    else:
        _show(found)
        if options.key is None and any(each.kind == "ed25519" for each in found.attested):
            say("Any key was taken: --key says whose it must be, as the maker told you.")
        _show_replays(replays, asked=options.replay)
    is_same = all(each.outcome != "differs" for each in replays)
    return 0 if found.is_sound and is_same else UNSOUND


def _checkers(options: VerifyOptions) -> dict[str, Checker]:
    from clinamen.ledger.attest.blocks import parse_header
    from clinamen.ledger.attest.checking import Trust, checkers

    headers = {}
    for word in options.blocks:
        height, _, header = word.partition(":")
        if not (height.isascii() and height.isdecimal() and len(height) < 10):
            raise ParameterError(f"--block takes HEIGHT:HEADER, not {word!r}")
        headers[int(height)] = parse_header(header)
    roots = known_roots(None if options.roots is None else Path(options.roots))
    return checkers(Trust(options.key, roots, headers))


def _kinds(required: Iterable[str]) -> list[str]:
    kinds: list[str] = []
    for word in required:
        if word not in (*NAMES, *(kind for each in NAMES.values() for kind in each)):
            raise ParameterError(f"--require takes {' or '.join(NAMES)}, not {word!r}")
        kinds.append(" or ".join(NAMES[word]) if word in NAMES else word)
    return kinds


def _show(found: Verification) -> None:
    counted = a_count(found.n_entries, "entry", "entries")
    kept_back = f", {found.n_hidden} kept back" if found.n_hidden else ""
    if found.is_sound:
        say(f"{counted}{kept_back}: nothing was changed, removed, or put elsewhere.")
    else:
        say(f"{counted}{kept_back}: not as it should be.")
    for problem in found.problems:
        say(f"  {clean(problem)}")
    for each in found.attested:
        say(f"  up to entry {each.seq}: {clean(each.words)}")
    if found.is_sound and found.attested_seq < found.n_entries:
        since = f"after entry {found.attested_seq} " if found.attested_seq else ""
        say(
            f"Nobody vouches for what stands {since}here: whether the end was cut off, or all was "
            "written anew, only a head that was signed, stamped or kept elsewhere can show."
        )
    say(f"Head: entry {found.head.seq}, {found.head.hash}")


def _show_replays(replays: Sequence[Replay], *, asked: bool) -> None:
    if not asked:
        return
    counts = {
        outcome: sum(each.outcome == outcome for each in replays)
        for outcome in ("same", "differs", "not run")
    }
    told = ", ".join(f"{number} {outcome}" for outcome, number in counts.items() if number)
    say(f"Run again: {told or 'there is nothing to run'}.")
    for each in replays:
        if each.outcome != "same":
            say(f"  entry {each.seq} ({each.kind}): {each.outcome}, {clean(each.why)}")


def _print_record(found: Verification, replays: Sequence[Replay]) -> None:
    record = {
        "is_sound": found.is_sound,
        "n_entries": found.n_entries,
        "n_hidden": found.n_hidden,
        "head": json.loads(found.head.statement()),
        "problems": [{"entry": each.seq, "what": each.what} for each in found.problems],
        "attested": [
            {
                "entry": each.seq,
                "kind": each.kind,
                "words": each.words,
                "is_proof": each.is_proof,
            }
            for each in found.attested
        ],
        "replays": [
            {"entry": each.seq, "kind": each.kind, "outcome": each.outcome, "why": each.why}
            for each in replays
        ],
    }
    sys.stdout.write(json.dumps(record) + "\n")


def show_head(song: str, store: str | None, out: str | None, *, force: bool) -> int:
    """The head of a story, to be kept elsewhere."""
    with opened(store, is_read=True) as kept:
        statement = kept.story.head(find_project(kept, song)[0]).statement()
    if out is None:
        say(statement.decode())
    else:
        _write(out, statement + b"\n", force=force)
    return 0


def export_story(
    song: str, out: str, store: str | None, hidden: Sequence[int], *, force: bool
) -> int:
    """A story in a file of its own."""
    if Path(out).suffix != STORY:
        raise ParameterError(f"--out must end in {STORY}, not {out!r}")
    with opened(store, is_read=True) as kept:
        project, _ = find_project(kept, song)
        n_entries = kept.story.head(project).seq
        for seq in hidden:
            if not 1 <= seq <= n_entries:
                raise ParameterError(f"--hide: there are entries 1 to {n_entries}, not {seq}")
        data = story_bytes(kept, project, hidden=hidden)
    _write(out, data, force=force)
    return 0


def _write(out: str, data: bytes, *, force: bool) -> None:
    from clinamen.io._target import write_bytes

    check_free([Path(out)], "", overwrite=force)
    write_bytes(out, data)
    say(f"wrote {clean(out)}")
