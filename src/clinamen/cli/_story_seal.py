"""`clinamen story seal` and `clinamen story check`: seals made, and read in words."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import datetime

from rich.text import Text

from clinamen.cli._render import say
from clinamen.operations.seal import (
    SealAction,
    SealFacts,
    SealReading,
    SealRequest,
    read_seal,
    seal,
)
from clinamen.operations.text import clean

__all__ = ["check_file", "seal_file"]

_DOES_NOT_HOLD = 1
_NOT_A_CLAIM = (
    "What a credential says is the word of whoever signed it; the signature shows only that "
    "nobody changed it since."
)


def seal_file(
    request: SealRequest, *, source: str | None, as_json: bool, facts: SealFacts | None = None
) -> int:
    """Seal and tell where the seal is, how long it holds, and what it proves.

    Parameters
    ----------
    source
        How the file came to be, where no facts are known.
    facts
        What the ledger knows of the song.
    """
    if facts is None:
        created = () if source is None else (SealAction(kind="created", source=source),)
        facts = SealFacts(actions=created)
    sealed = seal(dataclasses.replace(request, facts=facts))
    if as_json:
        _write_json(dataclasses.asdict(sealed) | {"holds": sealed.holds})
        return 0
    where = "within" if sealed.is_embedded else f"for {clean(request.file)}, to be kept beside it"
    say(f"wrote {clean(sealed.path)}: the credential is {where}")
    say(sealed.holds)
    say(sealed.proves)
    return 0


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
        say(f"  story     {clean(', '.join(reading.story))} (see --json)")
    if reading.says_generated:
        say("  in all    readers will say that a machine made it, or a part of it")
    say(_NOT_A_CLAIM)


def _write_json(record: object) -> None:
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, default=_plain)
    sys.stdout.write(text + "\n")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
