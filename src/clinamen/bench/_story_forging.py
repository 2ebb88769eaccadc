"""Entries as a forger would have them: changed, put in, hashed anew without the key."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clinamen.bench._authority import Authority
from clinamen.bench._story_song import Evidence, signed, stamped
from clinamen.ledger import Attestation, Entry, Head
from clinamen.ledger.chain import GENESIS, canonical, commitment_of, entry_hash, new_salt
from clinamen.ledger.log_file import Log

__all__ = ["chained", "changed", "cut", "forged_in", "signed_by_another"]


def chained(project: str, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries numbered and hashed anew, each behind the one before."""
    made: list[Entry] = []
    previous = GENESIS
    for seq, entry in enumerate(entries, start=1):
        bound = entry.commitment
        if entry.salt is not None and entry.payload is not None:
            bound = commitment_of(entry.salt, entry.payload)
        previous = entry_hash(project, seq, previous, bound)
        made.append(Entry(seq, bound, previous, entry.salt, entry.payload))
    return tuple(made)


def changed(evidence: Evidence, chance: random.Random) -> tuple[Log, str]:
    """An entry that says something else, and all after it hashed anew."""
    log = evidence.log
    entries = list(log.entries)
    at = chance.randrange(len(entries))
    says = dict(entries[at].says)
    what = chance.choice(["at", "agents", "settings", "activity", "salt"])
    if what == "at":
        says["at"] = f"20{chance.randrange(10, 26)}" + says["at"][4:]
    elif what == "agents":
        says["agents"] = [{**agent, "name": "Somebody"} for agent in says["agents"]]
    elif what == "settings":
        says["settings"] = {**says["settings"], "seed": chance.randrange(10**6)}
    elif what == "activity":
        says["activity"] = "import" if says["activity"] != "import" else "edit"
    entries[at] = replace(entries[at], salt=new_salt(), payload=canonical(says))
    made = replace(log, entries=chained(log.project, entries))
    return made, f"{what} of entry {at + 1}, hashed anew from there"


def forged_in(evidence: Evidence, chance: random.Random) -> tuple[Log, str]:
    """An entry more: hidden or not, with those after it hashed anew or not."""
    log = evidence.log
    at = chance.randrange(len(log.entries) + 1)
    says = {
        **chance.choice(log.entries).says,
        "activity": "note",
        "generated": [],
        "revisions": [],
        "settings": {"text": "I made all of this alone"},
    }
    new = Entry(0, "", "", new_salt(), canonical(says))
    whole = chained(log.project, [*log.entries[:at], new, *log.entries[at:]])
    entries = list(whole)
    how = "all after it hashed anew"
    if at < len(log.entries) and chance.random() < 0.5:
        entries[at + 1 :] = log.entries[at:]
        how = "those after it left as they were"
    if chance.random() < 0.3:
        entries[at] = entries[at].hidden()
        how += ", hidden"
    return replace(log, entries=tuple(entries)), f"an entry put in at {at + 1}, {how}"


def cut(evidence: Evidence, chance: random.Random) -> tuple[Log, str]:
    """The last entries away, with what they alone made; the attestations as they were, or those
    away too."""
    log = evidence.log
    n_left = chance.randrange(1, len(log.entries))
    entries = log.entries[:n_left]
    named = {digest for entry in entries for digest in entry.says["generated"]}
    entities = tuple(entity for entity in log.entities if entity.digest in named)
    keeps = chance.random() < 0.5
    made = Log(log.project, entries, entities, log.attestations if keeps else ())
    return made, f"cut off after entry {n_left}" + ("" if keeps else ", attestations too")


def signed_by_another(
    evidence: Evidence, folder: Path, other: Authority, chance: random.Random
) -> tuple[Log, str]:
    """The story as it was, changed, or cut off; signed and stamped by others."""
    how = chance.choice(["as it was", "changed", "cut"])
    log, what = evidence.log, "the story as it was"
    if how != "as it was":
        log, what = (changed if how == "changed" else cut)(evidence, chance)
    head = Head(log.project, log.entries[-1].seq, log.entries[-1].hash)
    signature = Attestation(head.seq, "ed25519", signed(folder, head.statement()))
    stamps = [each for each in log.attestations if each.kind == "rfc3161"]
    if chance.random() < 0.5:
        stamps = [Attestation(head.seq, "rfc3161", stamped(other, head.statement()))]
        what += ", stamped by another authority"
    return replace(log, attestations=(signature, *stamps)), f"{what}, signed with another key"
