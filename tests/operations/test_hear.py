"""What may be asked of `hear`, and what its result says."""

from __future__ import annotations

import pytest
from tests.operations.fakes import a_song, hear_fake

from clinamen.errors import ParameterError
from clinamen.operations.hear import HearRequest, describe_hearing


def test_models_and_targets_are_checked() -> None:
    with pytest.raises(ParameterError, match=r"model must be one of stm, .*, not 'btm'"):
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
    assert result.continuation.expected[0][1] == max(expectation.next_distribution)


def test_a_short_song_has_fewer_remarks() -> None:
    song = a_song((60, 62))
    assert len(describe_hearing(song, hear_fake(song)).remarks) == 2


def test_shares_of_the_scale_lie_between_nothing_and_all() -> None:
    song = a_song()
    result = describe_hearing(song, hear_fake(song))
    assert all(0 <= result.share_of_scale(event) <= 1 for event in range(16))
    assert result.bits_at_full_scale == 6
