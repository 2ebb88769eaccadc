"""A story in a file: what is written is read, and any byte that was changed is found."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from tests.ledger.stories import CHECKERS, Told, lived, told

from clinamen.errors import ClinamenError, FormatError, UnsupportedError
from clinamen.ledger.chain import canonical
from clinamen.ledger.log_file import Log, read_log, write_log
from clinamen.ledger.verifying import Verification, verify_log


@pytest.fixture(scope="module")
def story() -> Told:
    return told(*lived([0, 1, 0, 2, 4, 6, 5, 1, 0, 0]))


def written(story: Told, hidden: tuple[int, ...] = ()) -> bytes:
    parts = (story.entries, story.entities, story.attestations)
    return b"".join(write_log(story.project, *parts, hidden=hidden))


def verified(log: Log) -> Verification:
    return verify_log(
        log.project,
        log.entries,
        log.entities,
        log.attestations,
        checkers=CHECKERS,
        required=("ed25519",),
    )


def test_what_is_written_is_read(story: Told) -> None:
    log = read_log(written(story), source="s")
    assert (log.project, log.entries) == (story.project, story.entries)
    by_digest = tuple(sorted(story.entities, key=lambda each: each.digest))
    assert (log.entities, log.attestations) == (by_digest, story.attestations)
    assert verified(log).is_sound


def test_a_file_with_hidden_entries_is_sound_and_holds_nothing_of_them(story: Told) -> None:
    keep = next(e.seq for e in story.entries if e.says["activity"] == "swerve")
    data = written(story, hidden=(keep,))
    log = read_log(data, source="s")
    assert verified(log).problems == ()
    assert verified(log).n_hidden == 1
    swerve = story.entries[keep - 1]
    assert swerve.salt is not None
    assert swerve.salt.hex().encode() not in data
    # Its first variant was kept, and so is told by the entry that kept it; the others are not.
    assert b"variant 1 0" in data
    assert b"variant 1 1" not in data


def test_one_changed_bit_anywhere_is_found(story: Told) -> None:
    data = written(story)
    chance = random.Random(1)
    for place in chance.sample(range(len(data)), 1500):
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        try:
            log = read_log(bytes(changed), source="s")
        except ClinamenError:
            continue
        assert not verified(log).is_sound, place


def test_any_line_that_is_gone_or_elsewhere_is_found(story: Told) -> None:
    lines = written(story).splitlines(keepends=True)
    for index in range(len(lines)):
        less = b"".join(lines[:index] + lines[index + 1 :])
        try:
            assert not verified(read_log(less, source="s")).is_sound, index
        except ClinamenError:
            continue


def test_any_line_that_stands_twice_or_elsewhere_is_found(story: Told) -> None:
    twice = replace(story, attestations=(*story.attestations, *story.attestations))
    assert written(twice) == written(story), "the same twice says no more"
    lines = written(story).splitlines(keepends=True)
    chance = random.Random(2)
    for _ in range(300):
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        moved = [line for number, line in enumerate(lines) if number != one]
        moved.insert(other, lines[one])
        doubled = [*lines[:other], lines[one], *lines[other:]]
        for changed in (moved, doubled):
            if changed == lines:
                continue
            try:
                assert not verified(read_log(b"".join(changed), source="s")).is_sound, (one, other)
            except ClinamenError:
                continue


def test_the_order_of_drafts_tells_nothing_of_when_they_came(story: Told) -> None:
    assert written(story) == written(replace(story, entities=story.entities[::-1]))


def test_a_text_is_written_as_text_and_a_salt_has_its_length(story: Told) -> None:
    lines = written(story).splitlines(keepends=True)
    text = next(line for line in lines if b'"text":"first"' in line)
    value = json.loads(text)
    other = {name: value[name] for name in ("digest", "kind", "salt")} | {"base64": "Zmlyc3Q="}
    changed = written(story).replace(text, canonical(other) + b"\n")
    with pytest.raises(FormatError, match="not written as"):
        read_log(changed, source="s")
    longer = canonical(value | {"salt": value["salt"] + "00"}) + b"\n"
    assert not verified(read_log(written(story).replace(text, longer), source="s")).is_sound


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cut off"),
        (b"{}\n", "line 1: not a story"),
        (b"[]\n", "line 1: not a story"),
        (b"\xff\n", "line 1: not JSON"),
        (b"[" * 100_000 + b"\n", "line 1: not JSON"),
        (b'{"clinamen":"story","format":1,"project":"p"}\n{"a":1}\n', "line 2: no line of a story"),
        (b'{"clinamen":"story","format":1,"project":"p"}\n7\n', "line 2: no line of a story"),
        (b'{"clinamen":"story","format":1,"project":7}\n', "no text"),
        (b'{"clinamen":"story","format":1,"project":"p\\nq"}\n', "no project"),
        (b'{"clinamen": "story"}\n', "not written as Clinamen writes it"),
    ],
)
def test_what_is_no_story_is_refused_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_log(data, source="s")


def test_a_newer_file_is_refused() -> None:
    header = json.dumps({"clinamen": "story", "format": 2, "project": "p"}, separators=(",", ":"))
    with pytest.raises(UnsupportedError, match="another version"):
        read_log(header.encode() + b"\n", source="s")
