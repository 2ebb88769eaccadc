"""Steps of a story that are told as one."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.stories import begun

from clinamen.ledger import Activity, Agent
from clinamen.operations.story.home import name_maker
from clinamen.operations.story.passages import REST, passages, story_view, told
from clinamen.operations.story.path import Path, Step
from clinamen.texts import LANGUAGES, Message

BEGAN = datetime(2026, 11, 23, 12, tzinfo=UTC)
KINDS = (
    "edit",
    "undo",
    "redo",
    "swerve",
    "compose",
    "sculpt",
    "reject",
    "keep",
    "note",
    "name",
    "",
)
KIND_OF = {"edit": "hand", "undo": "hand", "redo": "hand", "swerve": "proposals",
           "compose": "proposals", "sculpt": "proposals", "reject": "proposals"}  # fmt: skip


def a_step(seq: int, kind: str, *, who: str = "Lan", minute: float = 0.0) -> Step:
    at = (BEGAN + timedelta(minutes=minute)).isoformat()
    agents = (Agent("person", who), Agent("program", "clinamen"))
    return Step(
        seq=seq, at=at, kind=kind, agents=agents, used=(), generated=(), head=None,
        before=None if seq == 1 else "0" * 64, settings={}, action="pitch", names=(),
    )  # fmt: skip


steps = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(["Lan", "Mai"]), st.floats(0, 90)),
    max_size=40,
)


@given(steps)
def test_every_step_is_told_once_in_its_order(told_of: list[tuple[str, str, float]]) -> None:
    minute, made = 0.0, []
    for number, (kind, who, wait) in enumerate(told_of, start=1):
        minute += wait
        made.append(a_step(number, kind, who=who, minute=minute))
    found = list(passages(made))
    assert [step for each in found for step in each.steps] == made
    for each in found:
        kinds = {KIND_OF.get(step.kind, "step") for step in each.steps}
        assert len(kinds) == 1
        if len(each.steps) == 1:
            assert each.kind == "step"
            continue
        assert {each.kind} == kinds <= {"hand", "proposals"}
        if each.kind == "hand":
            assert len({step.agents[0].name for step in each.steps}) == 1
            times = [datetime.fromisoformat(step.at) for step in each.steps]
            assert all(b - a <= REST for a, b in itertools.pairwise(times))
    # Neighbours that could be one are one.
    for one, other in itertools.pairwise(found):
        assert len(list(passages([one.steps[-1], other.steps[0]]))) == 2


def test_a_song_that_was_composed_begins_with_that_and_not_with_a_proposal() -> None:
    first, second = passages([a_step(1, "compose"), a_step(2, "swerve")])
    assert (first.kind, second.kind) == ("step", "step")


def a_story() -> Path:
    store, project = begun()
    name_maker(store, "Lan")
    revision = project.revision.id
    for number in range(4):
        draft = f"draft {number}"
        revision = store.commit(project.id, draft, base=revision, action="pitch").revision.id
    for _ in range(2):
        used = (store.project(project.id).revision.draft,)
        store.story.append(project.id, Activity("swerve", {"request": {"at": "11"}}, used=used))
        store.story.append(project.id, Activity("reject", {"of": "swerve"}, used=used))
    store.story.append(project.id, Activity("note", {"text": "mine"}))
    return Path(store, project.id)


def test_a_run_is_told_in_one_line_in_every_language() -> None:
    path = a_story()
    lines = [told(each, path) for each in passages(path.steps)]
    assert lines == [
        "Lan opened song.abc",
        "Lan changed the song by hand, 4 times",
        "Clinamen made proposals 2 times",
        "Lan noted: mine",
    ]
    for line in lines:
        assert isinstance(line, Message)
        assert len({line.said(language) for language in LANGUAGES}) == len(LANGUAGES)


def test_a_note_s_number_is_not_told_as_a_bar() -> None:
    path = a_story()
    proposals: Any = story_view(path, most=9)["passages"]
    assert proposals[1]["steps"][-1]["said"].endswith("break the pattern at note 11")


@pytest.mark.parametrize("most", [1, 2, 3, 9])
def test_parts_of_a_story_join_without_gap_or_overlap(most: int) -> None:
    path, whole, before = a_story(), [], None
    for _ in range(9):
        part: Any = story_view(path, most=most, before=before)
        assert len(part["passages"]) <= most
        whole += part["passages"]
        before = part["before"]
        if before is None:
            break
    assert [step["seq"] for each in whole for step in each["steps"]] == list(range(10, 0, -1))
