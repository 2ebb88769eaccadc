"""A path as PROV-JSON: sound by the submission's own rules, and to the library of its authors."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.story.paths import Walk, lived
from tests.operations.story.prov_json import faults

from clinamen.ledger import ProjectStore
from clinamen.operations.story.path import Path
from clinamen.operations.story.predictions import predict
from clinamen.operations.story.prov import prov_bytes, prov_document


def ends(document: dict[str, Any], relation: str) -> list[tuple[str, str]]:
    """The first two ends of every record of a relation."""
    return [tuple(record.values())[:2] for record in document.get(relation, {}).values()]


def test_a_path_is_sound_provenance() -> None:
    document = json.loads(prov_bytes(lived().path))
    assert faults(document) == []
    assert set(document) == {
        "prefix", "entity", "activity", "agent", "used", "wasGeneratedBy", "wasAssociatedWith",
        "wasDerivedFrom", "wasAttributedTo",
    }  # fmt: skip


def test_it_says_what_the_story_says() -> None:
    walk = lived()
    document = prov_document(walk.path)
    entries = walk.store.story.entries(walk.project.id)
    assert len(document["activity"]) == len(entries)
    for entry in entries:
        record = document["activity"][f"story:entry-{entry.seq}"]
        assert record["prov:startTime"] == entry.says["at"]
        assert record["clinamen:hash"] == entry.hash
        assert json.loads(record.get("clinamen:settings", "{}")) == entry.says["settings"]
    known = {each.digest for each in walk.store.story.entities(walk.project.id)}
    assert {record["clinamen:digest"] for record in document["entity"].values()} == known


def test_a_kept_proposal_is_the_programs_and_used_by_who_kept_it() -> None:
    walk = lived()
    document = prov_document(walk.path)
    swerve = next(step for step in walk.path.steps if step.kind == "swerve")
    keep = next(step for step in walk.path.steps if step.kind == "keep")
    kept = f"story:entity-{swerve.generated[0]}"
    names = {record["prov:label"]: name for name, record in document["agent"].items()}
    assert (kept, names["clinamen"]) in ends(document, "wasAttributedTo")
    assert (kept, names["Lan"]) not in ends(document, "wasAttributedTo")
    assert (f"story:entry-{keep.seq}", kept) in ends(document, "used")
    made_by = [activity for activity, entity in ends(document, "wasGeneratedBy") if entity == kept]
    assert made_by == [f"story:entry-{swerve.seq}"]


def test_who_made_a_file_that_came_in_is_not_known() -> None:
    walk = lived()
    document = prov_document(walk.path)
    first = f"story:entity-{walk.path.steps[0].generated[0]}"
    assert first not in {entity for entity, _ in ends(document, "wasAttributedTo")}


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 5), max_size=12))
def test_any_path_is_sound_provenance(moves: list[int]) -> None:
    walk = Walk()
    for number, move in enumerate(moves):
        base, project = walk.project.revision.id, walk.project
        if move == 0:
            walk.edit({number % 8: 60 + number})
        elif move == 1:
            made = walk.propose([{0: 70 + number}, {1: 70 + number}])
            walk.keep(made[number % 2])
        elif move == 2 and project.can_undo:
            walk.project = walk.store.undo(project.id, base=base)
        elif move == 3 and project.can_redo:
            walk.project = walk.store.redo(project.id, base=base)
        elif move == 4:
            first = min(state.id for state in walk.store.history(project.id))
            walk.project = walk.store.take_up(project.id, first, base=base)
        elif move == 5:
            walk.reject(walk.propose([{2: 50}], "compose"), "compose")
    assert faults(json.loads(prov_bytes(walk.path))) == []
    walk.store.close()


def test_predictions_are_a_path_too() -> None:
    store = ProjectStore(None)
    made = predict(store, "It rains", until="2999-01-01")
    document = prov_document(Path(store, made.project))
    assert faults(document) == []
    assert "wasAssociatedWith" not in document


def test_the_checker_finds_what_is_wrong() -> None:
    def changed(*keys: str, to: object) -> list[str]:
        document = json.loads(prov_bytes(lived().path))
        where = document
        for key in keys[:-1]:
            where = next(iter(where.values())) if key == "*" else where[key]
        where[keys[-1]] = to
        return faults(document)

    assert changed("used", "*", "prov:entity", to="story:nothing")
    assert changed("used", "*", "prov:time", to="1999-01-01T00:00:00+00:00")
    assert changed("entity", "*", "prov:type", to={"$": "nowhere:Draft", "type": "xsd:QName"})
    assert changed("entity", "no name", to={})
    assert changed("somewhere", to={})
    assert changed("wasGeneratedBy", "*", "prov:entity", to="story:nothing")
    assert changed("entity", "*", "prov:startTime", to="x")
    assert changed("wasAssociatedWith", "*", "prov:time", to="x")


def test_the_library_of_its_authors_reads_the_same() -> None:
    model = pytest.importorskip("prov.model", reason="prov is not installed")
    data = prov_bytes(lived().path)
    read = model.ProvDocument.deserialize(content=data.decode())
    document = json.loads(data)
    n_records = sum(len(records) for name, records in document.items() if name != "prefix")
    assert len(read.get_records()) == n_records
    again = json.loads(read.serialize())
    for name in ("entity", "activity", "agent"):
        assert again[name].keys() == document[name].keys()
    for name in ("used", "wasGeneratedBy", "wasDerivedFrom", "wasAttributedTo"):
        assert sorted(ends(again, name)) == sorted(ends(document, name)), name
    assert model.ProvDocument.deserialize(content=json.dumps(again)) == read
