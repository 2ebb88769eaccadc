"""What may be said in a seal: the words of the standard, and a story in none of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import ParameterError
from clinamen.operations._seal_facts import (
    SOURCES,
    AcceptedProposal,
    SealAction,
    SealFacts,
    check_facts,
    source_of_address,
)
from clinamen.operations._seal_manifest import manifest_of

EVERYDAY = {"print", "empty", "composite"}
CREATED = SealAction(kind="created", source="digitalCreation")


def test_sources_are_those_that_the_library_lists() -> None:
    """Its list, made apart from ours, has the same names."""
    c2pa = pytest.importorskip(
        "c2pa", reason="left out: needs the extra seal", exc_type=ImportError
    )
    theirs = {each.name for each in c2pa.C2paDigitalSourceType}
    assert {re.sub("([A-Z])", r"_\1", name).upper() for name in SOURCES} == theirs


def test_addresses_lead_back_to_names() -> None:
    assert all(source_of_address(address) == name for name, address in SOURCES.items())
    assert source_of_address("handmade") == "handmade"
    assert len(set(SOURCES.values())) == len(SOURCES)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (SealFacts((SealAction(kind="sung"),)), "an action must be one of"),
        (SealFacts((SealAction(kind="placed"),)), "an action must be one of"),
        (SealFacts((SealAction(kind="created"),)), "must say from which source"),
        (SealFacts((SealAction(kind="created", source="digitalArt"),)), "'digitalArt'"),
        (SealFacts((SealAction(kind="edited"), CREATED)), "created once"),
        (SealFacts((CREATED, CREATED)), "created once"),
        (SealFacts((SealAction(kind="edited", at="yesterday"),)), "ISO 8601"),
        (SealFacts((SealAction(kind="edited", at="2026-11-23T10:00:00"),)), "with its zone"),
        (SealFacts((SealAction(kind="edited", version="2"),)), "without its program"),
        (SealFacts(accepted=(AcceptedProposal(title="", program="x"),)), "a title and"),
        (SealFacts(accepted=(AcceptedProposal(title="x", program=""),)), "a title and"),
        (SealFacts(accepted=(AcceptedProposal(title="x", program="x", source="ai"),)), "'ai'"),
        (SealFacts(accepted=(AcceptedProposal(title="x", program="x", at="1"),)), "ISO 8601"),
        (SealFacts(story={"bits": float("nan")}), "must be JSON"),
        (SealFacts(story={"song": object()}), "must be JSON"),
    ],
)
def test_refused(facts: SealFacts, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        check_facts(facts)


@pytest.mark.parametrize("word", sorted({"digitalSourceType", *SOURCES} - EVERYDAY))
@pytest.mark.parametrize("place", ["key", "value", "address"])
def test_a_story_makes_no_statements_about_the_song(word: str, place: str) -> None:
    """Readers search the text of a credential for these."""
    told: dict[str, object] = {
        "key": {"rejected": [{word: 1}]},
        "value": {"rejected": [word.upper()]},
        "address": {"rejected": {"by": f"http://cv.iptc.org/newscodes/digitalsourcetype/{word}"}},
    }
    with pytest.raises(ParameterError, match="in other words"):
        check_facts(SealFacts(story={"a": told[place]}))


def test_everyday_words_may_be_told() -> None:
    check_facts(SealFacts(story={"notes": sorted(EVERYDAY)}))
    check_facts(SealFacts(story={"notes": ["print the empty page", "a composite of drafts"]}))


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=4), st.integers(0, 3), st.booleans())
def test_rejected_proposals_are_no_actions(
    rejected: list[str], n_accepted: int, is_opened: bool
) -> None:
    """As many sources are named as there are accepted proposals and creations, whatever was not
    accepted."""
    accepted = tuple(AcceptedProposal(title=f"v{at}", program="s") for at in range(n_accepted))
    facts = SealFacts(() if is_opened else (CREATED,), accepted, {"rejected": rejected})
    made = manifest_of(facts, title="t", maker="", parent="song" if is_opened else None)
    actions, story = made.definition["assertions"][:2]  # type: ignore[index]
    said = [action.get("digitalSourceType", "") for action in actions["data"]["actions"]]
    assert said.count(SOURCES["trainedAlgorithmicMedia"]) == n_accepted
    assert len(said) == n_accepted + 1
    assert actions["created"] is story["created"] is True
    assert story["data"] == {"rejected": rejected}
    assert len(made.ingredients) == n_accepted + is_opened
