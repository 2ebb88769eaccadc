"""What may be asked of `hear`, and what its result says."""

from __future__ import annotations

import pytest
from tests.operations.fakes import a_song, hear_fake

from clinamen.errors import ParameterError
from clinamen.operations.hear import HearRequest, describe_hearing


def test_models_and_targets_are_checked() -> None:
    with pytest.raises(ParameterError, match=r"model must be one of mixture, stm, .*, not 'btm'"):
        HearRequest("x", model="btm")
    with pytest.raises(ParameterError, match=r"target must be one of pitch, .*, not 'tempo'"):
        HearRequest("x", target="tempo")


def test_remarks_are_about_the_three_costliest_notes_after_the_first_in_order() -> None:
    song = a_song()
    expectation = hear_fake(song)
    expectation.information_content[0] = 30.0  # nothing came before the first note
    result = describe_hearing(song, expectation)
    events = [remark.event for remark in result.remarks]
    bits = expectation.information_content
    assert events == sorted(range(1, 16), key=lambda event: -bits[event])[:3]
    assert result.continuation.expected["pitch"][0][1] == max(expectation.next_distribution)


def test_a_short_song_has_fewer_remarks() -> None:
    song = a_song((60, 62))
    remarks = describe_hearing(song, hear_fake(song)).remarks
    assert [remark.event for remark in remarks] == [1]
    assert len(describe_hearing(a_song((60,)), hear_fake(a_song((60,)))).remarks) == 1


def test_the_likeliest_note_is_never_among_the_most_surprising() -> None:
    song = a_song((60, 62, 60, 62, 60, 62, 60, 64))
    heard = hear_fake(song)
    remarks = describe_hearing(song, heard).remarks
    events = [remark.event for remark in remarks]
    assert all("this was the likeliest" not in remark.sentence.lower() for remark in remarks)
    assert events == [7, 1, 2]
    heard.information_content[5] = 30.0  # whatever it cost, it was expected
    assert 5 not in [remark.event for remark in describe_hearing(song, heard).remarks]


def test_a_joint_hearing_continues_in_both_parts() -> None:
    result = describe_hearing(a_song(), hear_fake(a_song(), target="joint"))
    assert list(result.continuation.expected) == ["onset", "pitch"]
    assert all(result.continuation.expected.values())


def test_the_widest_leap_so_far_is_not_said_twice_in_a_row() -> None:
    song = a_song((60, 62, 64, 62, 60, 62, 64, 62, 60, 67, 65, 64, 72, 71, 72, 60))
    heard = hear_fake(song)
    heard.information_content[:] = 1.0
    heard.information_content[[9, 12]] = 9.0, 8.0
    said = [remark.sentence for remark in describe_hearing(song, heard).remarks]
    assert said[0].endswith("the widest leap so far.")
    assert "so far" not in said[1]


def test_shares_of_the_scale_lie_between_nothing_and_all() -> None:
    song = a_song()
    result = describe_hearing(song, hear_fake(song))
    assert all(0 <= result.share_of_scale(event) <= 1 for event in range(16))
    assert result.bits_at_full_scale == 6
