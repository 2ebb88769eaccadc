"""`clinamen story seal` and `clinamen story check`: seals made, and read in words."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from datetime import datetime
from pathlib import Path

from rich.text import Text

from clinamen.cli._render import say
from clinamen.cli._story import opened
from clinamen.errors import ParameterError
from clinamen.io._source import read_bytes
from clinamen.ledger import ProjectStore
from clinamen.operations.seal import (
    SealAction,
    SealFacts,
    SealReading,
    SealRequest,
    read_seal,
    seal,
)
from clinamen.operations.story.path import Path as SongPath
from clinamen.operations.story.path import find_project
from clinamen.operations.story.sealing import find_sealable, record_seal, seal_facts
from clinamen.operations.text import clean

__all__ = ["check_file", "seal_file"]

_DOES_NOT_HOLD = 1
_NOT_A_CLAIM = (
    "What a credential says is the word of whoever signed it; the signature shows only that "
    "nobody changed it since."
)
_NOBODYS_WORD = "As the seal does not hold, this may be what anybody wrote."


def seal_file(
    request: SealRequest,
    *,
    source: str | None,
    as_json: bool,
    song: str | None = None,
    store: str | None = None,
) -> int:
    """Seal and tell where the seal is, how long it holds, and what it proves.

    Parameters
    ----------
    source
        How the file came to be, where its story does not begin here.
    song
        Whose story is told; by default that of the file, if it is known.
    """
    with opened(store) as kept:
        found = _found(kept, request.file, song)
        facts = SealFacts()
        if found is not None:
            facts = seal_facts(SongPath(kept, found[0]), found[1])
            maker = kept.setting("maker") or None
            request = dataclasses.replace(request, by=request.by or maker)
        if source is not None:
            facts = _created(facts, source)
        sealed = seal(dataclasses.replace(request, facts=facts))
        if found is not None:
            made = Path(sealed.path)
            record_seal(kept, *found, file=made.name, sealed=made.read_bytes())
    if as_json:
        _write_json(dataclasses.asdict(sealed) | {"holds": sealed.holds})
        return 0
    where = "within" if sealed.is_embedded else f"for {clean(request.file)}, to be kept beside it"
    say(f"wrote {clean(sealed.path)}: the credential is {where}")
    say(sealed.holds)
    say(sealed.proves)
    return 0


def _found(kept: ProjectStore, file: str, song: str | None) -> tuple[str, str | None] | None:
    if song is not None:
        return find_project(kept, song)
    return find_sealable(kept, read_bytes(file)) if os.path.isfile(file) else None


def _created(facts: SealFacts, source: str) -> SealFacts:
    """Facts that begin with how the file came to be, as its maker says."""
    if facts.actions and facts.actions[0].kind == "created":
        raise ParameterError("--source: the story of this song knows how it came to be")
    created = SealAction(kind="created", source=source)
    return dataclasses.replace(facts, actions=(created, *facts.actions))


def check_file(file: str, *, credential: str | None, trust: str | None, as_json: bool) -> int:
    """Read a seal aloud."""
    reading = read_seal(file, credential=credential, trust=trust)
    if as_json:
        _write_json(dataclasses.asdict(reading))
    else:
        _show(reading)
    return 0 if reading.is_valid else _DOES_NOT_HOLD


def _show(reading: SealReading) -> None:
    where = f", sealed by {clean(reading.sidecar)}" if reading.sidecar else ""
    title = f" ({clean(reading.title)})" if reading.title else ""
    say(Text(f"{clean(reading.file)}{title}{where}", style="bold"))
    if not reading.is_valid:
        say("The seal does not hold:")
        for problem in reading.problems:
            say(f"  {clean(problem)}")
    elif reading.is_ours and reading.stamped_at is None:
        say("The seal holds: not a byte was changed since it was made.")
    else:
        say("The seal holds: nothing that it signs was changed since it was made.")
    if reading.signer or reading.organisation:
        _show_signer(reading)
    if reading.actions or reading.ingredients or reading.story or reading.maker:
        _show_claims(reading)


def _show_signer(reading: SealReading) -> None:
    known = "known by the certificates given" if reading.is_trusted else "not known here"
    names = ", ".join(clean(each) for each in (reading.signer, reading.organisation) if each)
    say(f"  signer    {names}; {known}")
    if reading.program:
        say(f"  program   {clean(reading.program)}")
    if reading.stamped_at is not None:
        known = "known" if reading.is_stamp_trusted else "not known"
        say(f"  stamped   {clean(reading.stamped_at)}, by an authority that is {known} here")
    if reading.expires_at is not None:
        say(f"  expires   {reading.expires_at:%Y-%m-%d}")


def _show_claims(reading: SealReading) -> None:
    say("It says:")
    if reading.maker:
        say(f"  maker     {clean(reading.maker)} (told by the maker, checked by nobody)")
    for action in reading.actions:
        parts = (action.what, action.source, action.program and f"with {action.program}", action.at)
        told = ", ".join(clean(each) for each in parts if each)
        if action.kind == "opened" and not told:
            told = "the file was there before"
        unsure = "" if action.is_vouched else "; the signer does not vouch for it"
        say(f"  {clean(action.kind):<9} {told}{unsure}".rstrip())
    for ingredient in reading.ingredients:
        say(f"  made of   {clean(ingredient)}")
    if reading.story:
        facts = [
            f"{clean(name)}: {clean(str(value))}"
            for name, value in reading.story.items()
            if isinstance(value, str | int)
        ]
        say(f"  story     {'; '.join(facts) or 'told'} (all of it with --json)")
    if reading.says_generated:
        say("  in all    readers will say that a machine made it, or a part of it")
    say(_NOT_A_CLAIM if reading.is_valid else _NOBODYS_WORD)


def _write_json(record: object) -> None:
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, default=_plain)
    sys.stdout.write(text + "\n")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
