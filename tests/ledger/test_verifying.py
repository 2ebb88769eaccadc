"""Whatever is done to a story is found, and the entry is named."""

from __future__ import annotations

import random
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.stories import CHECKERS, Told, lived, told

from clinamen.errors import FormatError
from clinamen.ledger import Attestation, Entity, Entry, Head
from clinamen.ledger._journal import unpacked
from clinamen.ledger.chain import (
    GENESIS,
    canonical,
    commitment_of,
    entity_digest,
    entry_hash,
    new_salt,
)
from clinamen.ledger.verifying import Verification, verify_log


@pytest.fixture(scope="module")
def story() -> Told:
    return told(*lived([0, 1, 0, 2, 4, 6, 5, 1, 0, 0]))


def verified(story: Told, **more: object) -> Verification:
    return verify_log(
        story.project,
        story.entries,
        story.entities,
        story.attestations,
        checkers=CHECKERS,
        **more,  # type: ignore[arg-type]
    )


def chained(project: str, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Entries hashed anew, as a forger would who has no key."""
    made: list[Entry] = []
    for seq, entry in enumerate(entries, start=1):
        bound = entry.commitment
        if entry.salt is not None and entry.payload is not None:
            bound = commitment_of(entry.salt, entry.payload)
        previous = made[-1].hash if made else GENESIS
        hashed = entry_hash(project, seq, previous, bound)
        made.append(replace(entry, seq=seq, commitment=bound, hash=hashed))
    return tuple(made)


def words(found: Verification) -> list[str]:
    return [str(problem) for problem in found.problems]


def test_an_untouched_story_is_sound_and_says_up_to_where_it_is_signed(story: Told) -> None:
    found = verified(story)
    assert found.is_sound
    assert found.attested_seq == found.n_entries == len(story.entries)
    assert [each.words for each in found.attested] == ["signed"]


def test_a_changed_entry_is_named(story: Told) -> None:
    for entry in story.entries:
        assert entry.payload is not None
        payload = entry.payload.replace(b"clinamen", b"Clinamen")
        entries = list(story.entries)
        entries[entry.seq - 1] = replace(entry, payload=payload)
        found = verified(replace(story, entries=tuple(entries)))
        assert f"entry {entry.seq}: what it says was changed" in words(found)


def test_a_removed_entry_is_named(story: Told) -> None:
    for gone in story.entries[:-1]:
        entries = tuple(entry for entry in story.entries if entry is not gone)
        found = verified(replace(story, entries=entries))
        assert words(found)[0] == (
            f"entry {gone.seq + 1}: entry {gone.seq} should come before it and cannot be found"
        )


def test_entries_that_changed_places_are_named(story: Told) -> None:
    entries = list(story.entries)
    entries[3], entries[6] = entries[6], entries[3]
    found = verified(replace(story, entries=tuple(entries)))
    assert {problem.seq for problem in found.problems} >= {4, 7}


def test_a_cut_end_is_found_by_the_signature_and_not_without_it(story: Told) -> None:
    cut = replace(story, entries=story.entries[:-1])
    assert any("the end was cut off" in each for each in words(verified(cut)))
    head = Head(story.project, len(story.entries), story.entries[-1].hash)
    whole_entities = {digest for entry in cut.entries for digest in entry.says["generated"]}
    unsigned = Told(
        story.project,
        cut.entries,
        tuple(each for each in story.entities if each.digest in whole_entities),
        (),
    )
    assert verified(unsigned).is_sound, "this is what a chain alone cannot see"
    assert any("cut off" in each for each in words(verified(unsigned, expected=head)))
    assert words(verified(unsigned, required=("ed25519",))) == ["its end has no signature"]


def test_either_of_two_attestations_will_do_where_that_is_asked(story: Told) -> None:
    assert verified(story, required=("rfc3161 or ed25519",)).is_sound
    assert words(verified(story, required=("rfc3161 or opentimestamps",))) == [
        "its end has no time-stamp or OpenTimestamps proof"
    ]


def test_a_story_hashed_anew_is_found_by_the_signature(story: Told) -> None:
    entries = list(story.entries)
    assert entries[2].payload is not None
    entries[2] = replace(entries[2], payload=entries[2].payload.replace(b"Lan", b"Lam"))
    forged = replace(story, entries=chained(story.project, tuple(entries)))
    assert words(verified(replace(forged, attestations=()))) == []
    assert any("does not hold" in each for each in words(verified(forged)))
    head = Head(story.project, 3, story.entries[2].hash)
    found = verified(replace(forged, attestations=()), expected=head)
    assert words(found) == ["entry 3: was another one once: the story was written anew"]


def test_drafts_that_were_changed_or_taken_or_added_are_found(story: Told) -> None:
    for index, entity in enumerate(story.entities):
        others = story.entities[:index] + story.entities[index + 1 :]
        changed = replace(entity, data=entity.data + b" ")
        assert any(
            "was changed" in each
            for each in words(verified(replace(story, entities=(*others, changed))))
        )
        assert any(
            "cannot be found" in each for each in words(verified(replace(story, entities=others)))
        )
    stray = replace(story.entities[0], digest="ab" * 32)
    found = verified(replace(story, entities=(*story.entities, stray)))
    assert any("no entry speaks of" in each for each in words(found))


def test_an_attestation_that_cannot_be_checked_is_a_problem(story: Told) -> None:
    found = verified(replace(story, attestations=(Attestation(1, "wax", b""),)))
    assert words(found) == ["entry 1: attested in a way that cannot be checked here (wax)"]


def test_a_draft_used_before_it_was_there_is_found(story: Told) -> None:
    """Entries in another order, hashed anew: a cause after its effect."""
    first_use = next(e for e in story.entries if e.says["activity"] == "keep")
    swerve = next(e for e in story.entries if e.says["activity"] == "swerve")
    entries = list(story.entries)
    a, b = swerve.seq - 1, first_use.seq - 1
    entries[a], entries[b] = entries[b], entries[a]
    forged = replace(story, entries=chained(story.project, tuple(entries)), attestations=())
    assert any("before it was there" in each for each in words(verified(forged)))


@settings(deadline=None, max_examples=40)
@given(st.sets(st.integers(1, 40)))
def test_hidden_entries_leave_the_chain_whole(hidden: set[int]) -> None:
    story = told(*lived([0, 1, 0, 2, 4, 6, 5, 1, 0, 0]))
    entries = tuple(e.hidden() if e.seq in hidden else e for e in story.entries)
    shown = {digest for entry in entries for digest in entry.says.get("generated", ())}
    entities = tuple(each for each in story.entities if each.digest in shown)
    found = verified(replace(story, entries=entries, entities=entities))
    assert found.problems == ()
    assert found.n_hidden == len(hidden & set(range(1, len(entries) + 1)))


TOUCHES = {
    "UPDATE revision SET action = 'none' WHERE id = 2": "tells of a state",
    "UPDATE revision SET made_at = '1999' WHERE id = 2": "tells of a state",
    "UPDATE revision SET parent = NULL WHERE id = 3": "tells of a state",
    "UPDATE revision SET entry = 1 WHERE id = 2": "tells of a state",
    "UPDATE revision SET draft = (SELECT draft FROM revision WHERE id = 1) WHERE id = 3": "state",
    "UPDATE project SET head = 1": "present state",
    "UPDATE project SET title = 'mine'": "the title",
    "UPDATE version SET name = 'other'": "names of versions",
    "UPDATE version SET revision = 1": "names of versions",
    "DELETE FROM version": "names of versions",
    "UPDATE version SET made_at = '1999'": "names of versions",
    "UPDATE revision SET redo = 3 WHERE id = 2": "tells of a state",
    "UPDATE revision SET id = 99 WHERE id = 4": "present state",
    "UPDATE project SET options = '[]'": "the options",
    "UPDATE project SET source_name = 'mine.abc'": "the name of its file",
    "UPDATE project SET source_digest = 'x'": "the source",
    "UPDATE project SET made_at = '1999'": "the made time",
    "UPDATE project SET changed_at = '1999'": "the changed time",
    "UPDATE entity SET sha256 = x'00'": "cannot be found by its bytes",
    "UPDATE entity SET data = x'00'": "was changed",
    "UPDATE revision SET entry = 'one' WHERE id = 1": "values of another kind",
    "DELETE FROM entry": "no entry at all",
}


@pytest.mark.parametrize("statement", list(TOUCHES))
def test_a_project_that_does_not_fit_its_story_is_found(statement: str) -> None:
    store, project = lived([0, 0, 4, 0])
    assert store.story.verify(project).is_sound
    store._database.rows("PRAGMA foreign_keys = OFF")
    store._database.rows(statement)
    assert any(TOUCHES[statement] in each for each in words(store.story.verify(project)))


def test_random_payload_bytes_never_break_the_checking(story: Told) -> None:
    """What is found is told; nothing is raised, whatever stands in an entry."""
    chance = random.Random(7)
    for _ in range(300):
        entry = chance.choice(story.entries)
        assert entry.payload is not None
        payload = bytearray(entry.payload)
        for _ in range(chance.randint(1, 8)):
            payload[chance.randrange(len(payload))] = chance.randrange(256)
        entries = list(story.entries)
        entries[entry.seq - 1] = replace(entry, payload=bytes(payload))
        if bytes(payload) != entry.payload:
            assert not verified(replace(story, entries=tuple(entries))).is_sound


def test_a_state_of_the_same_notes_is_not_the_same_state() -> None:
    """There and back again: the present state is the third, though the first is as it."""
    store, project = lived([])
    for document in ("other", "first"):
        base = store.project(project).revision.id
        store.commit(project, document, base=base, action="moved")
    assert store.story.verify(project).is_sound
    for statement in (
        "UPDATE project SET head = 1",
        "UPDATE revision SET parent = 3 WHERE id = 2",
    ):
        store, project = lived([])
        for document in ("other", "first"):
            base = store.project(project).revision.id
            store.commit(project, document, base=base, action="moved")
        store._database.rows(statement)
        assert not store.story.verify(project).is_sound, statement


def test_a_number_that_was_never_given_to_a_state_is_found() -> None:
    store, project = lived([0, 2])  # The last state was undone: nothing leads to it but redo.
    store._database.rows("PRAGMA foreign_keys = OFF")
    store._database.rows("UPDATE revision SET redo = 77 WHERE redo = 2")
    store._database.rows("UPDATE revision SET id = 77 WHERE id = 2")
    assert words(store.story.verify(project)) == [
        "the states are numbered otherwise than they came"
    ]


def test_the_same_bytes_packed_otherwise_are_found() -> None:
    store, project = lived([0])
    ((row, data),) = store._database.rows("SELECT rowid, data FROM entity LIMIT 1")
    other = zlib.compress(unpacked(data), 0)
    assert zlib.decompress(other) == unpacked(data)
    store._database.rows("UPDATE entity SET data = ? WHERE rowid = ?", data[:4] + other, row)
    assert "was changed" in words(store.story.verify(project))[0]


def test_a_value_of_another_kind_is_one_clear_error() -> None:
    for column, value in (("salt", "7"), ("payload", "'text'"), ("hash", "x'00'")):
        store, project = lived([0])
        store._database.rows(f"UPDATE entry SET {column} = {value}")
        with pytest.raises(FormatError, match="another kind"):
            store.story.verify(project)


def test_a_digest_has_one_reading() -> None:
    """A maker cannot prepare a draft that is two: with a salt of any length some of the content
    could later be said to be salt."""
    salt, shown = new_salt(), b"I foresee rain. 5:draft\nI foresee sun."
    digest = entity_digest(salt, "draft", shown)
    one = Entity(digest, salt, "draft", shown)
    other = Entity(digest, salt + b"5:draft\nI foresee rain. ", "draft", b"I foresee sun.")
    assert entity_digest(other.salt, other.kind, other.data) == digest
    assert (one.is_bound, other.is_bound) == (True, False)
    payload = b"x" + canonical({"activity": "note"})
    bound = commitment_of(salt, payload)
    assert Entry(1, bound, "", salt, payload).is_bound
    assert not Entry(1, bound, "", salt + b"x", payload[1:]).is_bound
    assert not Entry(1, bound, "", None, payload).is_bound


def test_an_entry_that_says_the_same_twice_is_found(story: Told) -> None:
    """Of two values of a key some readers take the first, some the last."""
    entries = list(story.entries)
    assert entries[-1].payload is not None
    twice = b'{"activity":"import",' + entries[-1].payload[1:]
    entries[-1] = replace(entries[-1], payload=twice)
    forged = replace(story, entries=chained(story.project, tuple(entries)), attestations=())
    assert words(verified(forged)) == [f"entry {len(entries)}: not written as Clinamen writes it"]
