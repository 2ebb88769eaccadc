"""JSON, table and picture of a heard song."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.operations.fakes import a_song, hear_fake

from clinamen.errors import ParameterError
from clinamen.operations.export import SCHEMA, json_record, note_frame, plot_bytes
from clinamen.operations.hear import HearResult, describe_hearing


def heard(**options: str) -> HearResult:
    song = a_song(notices=("1 grace note was dropped.",))
    return describe_hearing(song, hear_fake(song, **options))  # type: ignore[arg-type]


def test_the_json_object_has_its_stable_keys() -> None:
    record = json_record(heard(), file="tune.abc")
    assert list(record) == [
        "schema", "file", "title", "composer", "format", "keys", "key_source", "meters",
        "meter_source", "phrase_source", "pickup_quarters", "target", "settings", "n_notes",
        "mean_information_content", "mean_entropy", "notes", "most_surprising", "continuation",
        "sections", "section_source", "section_contrast", "notices",
    ]  # fmt: skip
    assert record["schema"] == SCHEMA == "clinamen.hear/1"
    assert list(record["notes"][0]) == [
        "note", "onset_quarters", "duration_quarters", "bar", "beat", "pitch", "name", "degree",
        "phrase", "lyric", "information_content", "entropy", "probability", "expected",
    ]  # fmt: skip
    assert record["keys"] == [{"onset_quarters": 0.0, "name": "C major"}]
    assert record["most_surprising"][0]["note"] == 12
    assert record["notices"] == ["1 grace note was dropped."]


def test_numbers_survive_json_exactly() -> None:
    result = heard()
    read = json.loads(json.dumps(json_record(result, file="x"), allow_nan=False))
    bits = [note["information_content"] for note in read["notes"]]
    assert bits == result.expectation.information_content.tolist()
    assert [note["probability"] for note in read["notes"]] == [2.0**-each for each in bits]


def test_the_picture_has_the_songs_title_as_it_is() -> None:
    result = heard()
    named = replace(result, song=result.song.replace(title="Cash $for$ \u7530 & me"))
    assert "Cash $for$ \u7530 &amp; me" in plot_bytes(named, "svg").decode()
    assert plot_bytes(named, "png") == plot_bytes(named, "png")


def test_what_is_not_finite_is_null() -> None:
    result = heard()
    bits = result.expectation.information_content.copy()
    bits[3] = np.inf
    expectation = replace(result.expectation, information_content=bits)
    record = json_record(replace(result, expectation=expectation), file="x")
    assert record["notes"][3]["information_content"] is None
    assert record["notes"][3]["probability"] == 0.0
    json.dumps(record, allow_nan=False)


def test_a_joint_expectation_tells_its_parts() -> None:
    note = json_record(heard(target="joint"), file="x")["notes"][4]
    parts = note["onset_information_content"] + note["pitch_information_content"]
    assert parts == pytest.approx(note["information_content"])
    assert set(note["expected"]) == {"onset", "pitch"}


def test_idyom_names_on_request() -> None:
    note = json_record(heard(), file="x", idyom=True)["notes"][0]
    assert {"cpitch", "information.content"} <= set(note)
    assert "pitch" not in note
    frame = note_frame(heard(), file="x", idyom=True)
    assert {"cpitch", "information.content"} <= set(frame.columns)


def test_the_table_begins_with_the_file() -> None:
    frame = note_frame(heard(), file="songs/a.abc")
    assert frame.columns[0] == "file"
    assert set(frame["file"]) == {"songs/a.abc"}
    assert len(frame) == 16


def test_pictures() -> None:
    assert plot_bytes(heard(), "png").startswith(b"\x89PNG")
    assert b"<svg" in plot_bytes(heard(), "svg")
    with pytest.raises(ParameterError, match="svg or png"):
        plot_bytes(heard(), "jpg")
