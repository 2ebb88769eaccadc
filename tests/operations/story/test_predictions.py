"""Predictions are sealed, come due, come out, and cannot be rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import AmbiguousError, ConflictError, MissingError, ParameterError
from clinamen.ledger import Agent, ProjectStore
from clinamen.operations.story.checking import check_file, story_bytes
from clinamen.operations.story.path import Path
from clinamen.operations.story.predictions import (
    MAX_TEXT,
    Prediction,
    due,
    find_prediction,
    predict,
    predictions,
    predictions_project,
    record_outcome,
    reminder,
    songs,
)
from clinamen.operations.story.words import said

TODAY = date(2026, 11, 23)
LATER = "2036-01-01"


@pytest.fixture
def store() -> Iterator[ProjectStore]:
    opened = ProjectStore(None, by=(Agent("person", "Lan"), Agent("program", "clinamen", "9")))
    yield opened
    opened.close()


def make(
    store: ProjectStore, text: str = "It rains", until: str = LATER, **more: object
) -> Prediction:
    return predict(store, text, until=until, day=TODAY, **more)  # type: ignore[arg-type]


def test_a_prediction_is_given_back_as_it_was_made(store: ProjectStore) -> None:
    made = make(store, "  It rains\non Monday ", chance=0.25)
    assert predictions(store) == [made]
    assert (made.text, made.until, made.chance) == ("It rains\non Monday", date(2036, 1, 1), 0.25)
    assert made.outcome is None


def test_it_stands_in_a_story_that_verifies(store: ProjectStore) -> None:
    made = make(store)
    assert store.story.verify(made.project).is_sound
    assert made.id == store.story.head(made.project).hash
    path = Path(store, made.project)
    assert [str(said(step, path)) for step in path.steps] == [
        "Lan began a list of predictions",
        "Lan predicted: It rains",
    ]


def test_all_without_a_song_stand_in_one_project_that_is_no_song(store: ProjectStore) -> None:
    song = store.create("A song", "song.abc", b"X:1", options="{}", document="{}")
    about = make(store, "It is sung", project=song.id)
    first, second = make(store), make(store, "It snows")
    assert first.project == second.project == predictions_project(store)
    assert (about.project, about.title) == (song.id, "A song")
    assert [each.id for each in songs(store)] == [song.id]
    assert {each.text for each in predictions(store, song.id)} == {"It is sung"}


def test_those_due_first_come_first(store: ProjectStore) -> None:
    for until in ("2030-05-01", "2027-01-01", "2028-01-01"):
        make(store, until=until)
    assert [each.until.year for each in predictions(store)] == [2027, 2028, 2030]


@pytest.mark.parametrize(
    ("text", "until", "chance", "told"),
    [
        ("", LATER, None, "1 to 2,000 characters, not 0"),
        (" \n", LATER, None, "1 to 2,000 characters, not 0"),
        ("x" * (MAX_TEXT + 1), LATER, None, "not 2,001"),
        ("x", "2026-11-23", None, "a day to come, after 2026-11-23"),
        ("x", "1999-01-01", None, "a day to come"),
        ("x", "soon", None, "must be a day, as 2036-01-01, not 'soon'"),
        ("x", "2027-02-29", None, "must be a day"),
        ("a\udcff", LATER, None, "must be text"),
        ("x", LATER, -0.1, "from 0 to 1, not -0.1"),
        ("x", LATER, 1.5, "from 0 to 1, not 1.5"),
        ("x", LATER, float("nan"), "from 0 to 1, not nan"),
    ],
)
def test_what_is_no_prediction_is_refused(
    store: ProjectStore, text: str, until: str, chance: float | None, told: str
) -> None:
    with pytest.raises(ParameterError, match=told):
        make(store, text, until, chance=chance)
    assert store.projects() == ()


@settings(deadline=None)
@given(st.text(min_size=1, max_size=MAX_TEXT).filter(lambda text: text.strip()))
def test_any_text_is_kept(text: str) -> None:
    store = ProjectStore(None)
    make(store, text)
    assert [each.text for each in predictions(store)] == [text.strip()]
    store.close()


def test_words_of_other_entries_are_no_predictions(store: ProjectStore) -> None:
    from clinamen.ledger import Activity

    project = make(store).project
    store.story.append(project, Activity("note", {"text": '"activity":"predict"', "predict": 1}))
    assert len(predictions(store)) == 1


def test_an_outcome_is_recorded_once(store: ProjectStore) -> None:
    made, other = make(store), make(store, "It snows")
    told = record_outcome(store, made.short_id, "yes", note="It did.")
    assert (told.outcome, told.note) == (True, "It did.")
    assert predictions(store, made.project) == [told, other]
    assert replace(told, outcome=None, outcome_at="", note="") == made
    with pytest.raises(ConflictError, match=r"was recorded on .* \(--correct"):
        record_outcome(store, made.id, "no")
    assert record_outcome(store, made.id, "no", corrects=True).outcome is False
    assert predictions(store)[0].outcome is False
    kinds = [entry.says["activity"] for entry in store.story.entries(made.project)]
    assert kinds == ["begin", "predict", "predict", "outcome", "outcome"]
    assert store.story.verify(made.project).is_sound


def test_a_prediction_that_is_kept_back_is_given_away_by_nothing(store: ProjectStore) -> None:
    """And can be shown later to be the one that was sealed."""
    made = make(store, "It rains on Monday", chance=0.625)
    record_outcome(store, made.id, "yes")
    data = story_bytes(store, made.project, hidden=[made.seq])
    for secret in (b"Monday", b"0.625", b"2036-01-01"):
        assert secret not in data
    log, found = check_file(data, source="p.story", checkers={})
    assert found.is_sound
    assert log.entries[made.seq - 1].hash == made.id
    path = Path(store, made.project)
    assert (
        str(said(path.steps[-1], path)) == "Lan recorded that the prediction of entry 2 came true"
    )


def test_an_outcome_is_yes_or_no_of_one_prediction(store: ProjectStore) -> None:
    made = [make(store, f"It rains {number}") for number in range(17)]
    with pytest.raises(ParameterError, match="yes or no, not 'maybe'"):
        record_outcome(store, made[0].id, "maybe")
    with pytest.raises(ParameterError, match="a note has 1 to 2,000"):
        record_outcome(store, made[0].id, "yes", note=" ")
    for nothing in ("", "xyz", "f" * 65):
        with pytest.raises(MissingError, match="no prediction"):
            record_outcome(store, nothing, "yes")
    # Seventeen hashes have at most sixteen first digits.
    shared = next(
        digit for digit in "0123456789abcdef" if sum(each.id[0] == digit for each in made) > 1
    )
    with pytest.raises(AmbiguousError, match="several predictions begin with"):
        find_prediction(store, shared)


def test_one_is_due_on_its_day_until_it_comes_out(store: ProjectStore) -> None:
    made = make(store, until="2026-12-01")
    make(store, until="2026-12-03")
    assert due(store, date(2026, 11, 30)) == []
    assert due(store, date(2026, 12, 1)) == [made]
    assert len(due(store, date(2026, 12, 3))) == 2
    record_outcome(store, made.id, "no")
    assert due(store, date(2026, 12, 1)) == []


def test_it_is_said_once_a_day(store: ProjectStore) -> None:
    day = date(2026, 12, 1)
    assert reminder(store, day) == ""
    made = make(store, until=day.isoformat())
    assert reminder(store, day - timedelta(1)) == ""
    assert reminder(store, day) == "1 prediction is due: clinamen story predictions --due"
    assert reminder(store, day) == ""
    make(store, until="2026-12-02")
    assert reminder(store, day + timedelta(1)).startswith("2 predictions are due")
    for each in predictions(store):
        record_outcome(store, each.id, "yes")
    assert reminder(store, day + timedelta(2)) == ""
    assert made.until == day


def test_nothing_is_said_of_a_project_that_is_gone(store: ProjectStore) -> None:
    made = make(store, until="2026-12-01")
    store.delete(made.project)
    assert reminder(store, date(2026, 12, 1)) == ""


def test_the_day_is_that_of_the_entries() -> None:
    from clinamen.operations.story.predictions import today

    before = datetime.now(UTC).date()
    assert before <= today() <= datetime.now(UTC).date()
