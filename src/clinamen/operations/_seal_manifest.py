"""Facts about a song as the manifest that is signed."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from importlib.metadata import version
from typing import IO

from clinamen.operations._seal_facts import SOURCES, STORY_LABEL, SealAction, SealFacts

__all__ = ["MAKER_LABEL", "PROGRAM", "Ingredient", "Manifest", "manifest_of"]

PROGRAM = "Clinamen"
MAKER_LABEL = "cawg.metadata"
_ACTIONS_LABEL = "c2pa.actions.v2"
_PARENT = "parent"
_UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Ingredient:
    """Something that the song was made of."""

    definition: dict[str, object]
    is_file: bool  # the file itself, as it was before

    def opened(self, file: IO[bytes], media_type: str) -> tuple[str, IO[bytes]]:
        """Media type and bytes for the library."""
        return (media_type, file) if self.is_file else (_UNKNOWN_TYPE, io.BytesIO())


@dataclass(frozen=True)
class Manifest:
    """What is signed: the definition, and the ingredients to add to it."""

    definition: dict[str, object]
    ingredients: tuple[Ingredient, ...]


def manifest_of(facts: SealFacts, *, title: str, maker: str | None, parent: str | None) -> Manifest:
    """The manifest that says what the facts say; `parent` is the file that was opened, if any.

    Actions and story are listed as created, so that the signer vouches for them; the maker's
    name is not, because nobody has checked it.
    """
    actions: list[dict[str, object]] = []
    ingredients = []
    if parent is not None:
        actions.append({"action": "c2pa.opened", "parameters": {"ingredientIds": [_PARENT]}})
        ingredients.append(_parent(parent))
    actions += [_action(each) for each in facts.actions]
    for number, proposal in enumerate(facts.accepted, start=1):
        label = f"proposal-{number}"
        placed = SealAction(
            kind="placed",
            source=proposal.source,
            what=f"accepted: {proposal.title}",
            at=proposal.at,
            program=proposal.program,
            version=proposal.version,
        )
        actions.append(_action(placed) | {"parameters": {"ingredientIds": [label]}})
        ingredients.append(_ingredient(label, proposal.title, proposal.digest))
    assertions: list[dict[str, object]] = [
        {
            "label": _ACTIONS_LABEL,
            "created": True,
            "data": {"actions": actions, "allActionsIncluded": False},
        }
    ]
    if facts.story:
        story = json.loads(json.dumps(facts.story, allow_nan=False))
        assertions.append({"label": STORY_LABEL, "created": True, "data": story})
    if maker:
        assertions.append({"label": MAKER_LABEL, "kind": "Json", "data": _maker(maker, title)})
    program = {"name": PROGRAM, "version": version("clinamen")}
    definition: dict[str, object] = {
        "claim_generator_info": [program],
        "title": title,
        "assertions": assertions,
    }
    return Manifest(definition, tuple(ingredients))


def _action(action: SealAction) -> dict[str, object]:
    said: dict[str, object] = {"action": f"c2pa.{action.kind}"}
    if action.source:
        said["digitalSourceType"] = SOURCES[action.source]
    if action.what:
        said["description"] = action.what
    if action.at:
        said["when"] = action.at
    if action.program:
        agent = {"name": action.program}
        said["softwareAgent"] = agent | ({"version": action.version} if action.version else {})
    return said


def _parent(title: str) -> Ingredient:
    return Ingredient({"title": title, "relationship": "parentOf", "label": _PARENT}, True)


def _ingredient(label: str, title: str, digest: str) -> Ingredient:
    known_by = {"instance_id": digest} if digest else {}
    said = {"title": title, "relationship": "componentOf", "label": label}
    return Ingredient({**said, **known_by}, False)


def _maker(maker: str, title: str) -> dict[str, object]:
    context = {"dc": "http://purl.org/dc/elements/1.1/"}
    return {"@context": context, "dc:creator": [maker], "dc:title": title}
