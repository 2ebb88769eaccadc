"""One note explained in full."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from tests.operations.fakes import a_song, hear_fake
from tests.operations.small_listener import small_listener

from clinamen.errors import MissingError, ParameterError
from clinamen.operations.export import json_record
from clinamen.operations.hear import HearResult, describe_hearing
from clinamen.operations.report import html_report
from clinamen.operations.why import find_note, why_note, why_record
from clinamen.operations.words import other_part_sentence

COLUMNS = {"pitch": [60] * 4, "bar": [0, 1, 1, 12], "beat": [3.0, 1.0, 2.333333, 2.5]}
TUNE = (67, 72, 76, 74, 67, 72, 76, 74, 67, 72, 76, 79)


@pytest.fixture(scope="module")
def heard() -> HearResult:
    tune = a_song(TUNE)
    return describe_hearing(tune, small_listener().hear(tune))


@pytest.mark.parametrize(
    ("reference", "event"),
    [("1", 0), ("4", 3), ("0.3", 0), ("1.1", 1), ("1.2.33", 2), ("12.2.5", 3), (" 12.2.5 ", 3)],
)
def test_notes_by_number_and_by_place(reference: str, event: int) -> None:
    assert find_note(COLUMNS, reference) == event


@pytest.mark.parametrize(
    ("reference", "error", "message"),
    [
        ("0", MissingError, "there is no note 0; there are 1 to 4"),
        ("5", MissingError, "there is no note 5"),
        ("1.3", MissingError, "no note begins on beat 3 of bar 1; .* on beat 1, 2.33"),
        ("9.1", MissingError, "no note begins in bar 9; the song has bars 0 to 12"),
        ("", ParameterError, "by its number"),
        ("-1", ParameterError, "by its number"),
        ("1.2.3.4", ParameterError, "by its number"),
        ("1e3", ParameterError, "by its number"),
        ("\u0663", ParameterError, "by its number"),
        ("9" * 50, ParameterError, "by its number"),
    ],
)
def test_what_is_no_note(reference: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        find_note(COLUMNS, reference)


def test_a_note_in_full(heard: HearResult) -> None:
    explained = why_note(heard, "12")
    why = heard.expectation.why(11)
    assert explained.why == why
    assert (explained.came, explained.event, explained.target) == ("G5", 11, "pitch")
    assert explained.sentences.startswith("Bar ")
    bits = sum(each.regularity.bits for each in explained.regularities)
    assert bits == pytest.approx(why.bits, abs=1e-6)


def test_as_plain_data(heard: HearResult) -> None:
    record = why_record(heard, why_note(heard, "12"), file="tune.abc")
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record["note"] == 12
    assert record["came"]["value"] == "G5"
    assert sum(each["bits"] for each in record["why"]) == pytest.approx(record["bits"], abs=1e-6)
    n_experts = sum(each["n_experts"] for each in record["why"])
    assert n_experts == len(heard.expectation.why(11).reasons)
    clearest = [each["clearest"] for each in record["why"] if each["clearest"]]
    assert clearest
    for each in clearest:
        assert max(each["n_expected"], each["n_came"]) <= each["n_seen"]


def test_remarks_have_their_reasons_in_json_and_in_the_report(heard: HearResult) -> None:
    record = json_record(heard, file="tune.abc")
    report = html_report(heard)
    assert record["most_surprising"]
    for remark in record["most_surprising"]:
        why = heard.expectation.why(remark["note"] - 1)
        assert sum(each["bits"] for each in remark["why"]) == pytest.approx(why.bits, abs=1e-6)
    assert report.count("<details>") == len(heard.remarks)
    assert report.count("cases and") + report.count(" came before, ") + report.count(" times (") > 0
    # Every note says on hover what is said of it.
    assert report.count("<title>") == len(heard.expectation) + 1


def test_a_model_without_reasons_says_so() -> None:
    tune = a_song(TUNE)
    plain = describe_hearing(tune, hear_fake(tune))
    with pytest.raises(ParameterError, match="the learned mixture does"):
        why_note(plain, "3")
    assert [each["why"] for each in json_record(plain, file="x")["most_surprising"]] == [[]] * 3
    assert "<details>" not in html_report(plain)


def test_a_first_onset_has_nothing_to_explain() -> None:
    tune = a_song(TUNE, pickup=Fraction(0))
    timed = describe_hearing(tune, small_listener().hear(tune, target="onset"))
    with pytest.raises(ParameterError, match="no earlier onset"):
        why_note(timed, "1")
    assert why_note(timed, "2").target == "onset"


def test_both_parts_of_a_joint_note_are_explained_the_costlier_first() -> None:
    tune = a_song(TUNE, pickup=Fraction(0))
    joint = describe_hearing(tune, small_listener().hear(tune, target="joint"))
    explained = why_note(joint, "12")
    also = explained.also
    assert also is not None
    assert {explained.target, also.target} == {"onset", "pitch"}
    parts = joint.expectation.parts
    assert (
        parts[explained.target].information_content[11]
        >= (parts[also.target].information_content[11])
    )
    assert also.why == parts[also.target].why(11)
    assert also.sentences.startswith(f"As to its {'pitch' if also.target == 'pitch' else 'timing'}")
    bits = sum(each.regularity.bits for each in also.regularities)
    assert bits == pytest.approx(also.why.bits, abs=1e-6)
    record = why_record(joint, explained, file="tune.abc")
    assert record["also"]["target"] == also.target
    # A first onset has nothing before it: its pitch alone is explained.
    assert (why_note(joint, "1").target, why_note(joint, "1").also) == ("pitch", None)


def test_a_remark_says_what_was_expected_of_the_other_part_where_it_surprised() -> None:
    tune = a_song(TUNE, pickup=Fraction(0))
    joint = describe_hearing(tune, small_listener().hear(tune, target="joint"))
    onset, pitch = (joint.expectation.parts[each] for each in ("onset", "pitch"))
    events = [remark.event for remark in joint.remarks]
    assert len(events) == 3
    onset.information_content[events] = 2.1, 1.9, 5.0
    pitch.information_content[events] = 4.0, 4.0, 2.5
    said = [other_part_sentence(joint.expectation, event, tune.melody) for event in events]
    assert said[0].startswith("As to its timing, ")
    assert said[1] == ""
    assert said[2].startswith("As to its pitch, ")
    again = {
        each.event: each.sentence for each in describe_hearing(tune, joint.expectation).remarks
    }
    for event, sentence in zip(events, said, strict=True):
        assert again[event].endswith(sentence)
        assert sentence or "As to its timing" not in again[event]
