"""What a hearing came to, in a few lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.operations.fakes import a_song, hear_fake

from clinamen.operations.hear import HearResult, describe_hearing
from clinamen.operations.summary import lead_sentence, settings_facts


def heard(**changes: object) -> HearResult:
    song = a_song()
    song = song.replace(melody=song.melody.replace(**changes))
    return describe_hearing(song, hear_fake(song))


def test_what_the_file_says_is_not_marked_and_what_we_guess_is() -> None:
    assert lead_sentence(heard()).startswith(
        "16 notes in 2 phrases, in C major, in 3/4 time. A note costs"
    )
    guessed = heard(key_source="given", meter_source="assumed", phrase_source="estimated")
    assert lead_sentence(guessed).startswith(
        "16 notes in 2 phrases (estimated), in C major (given by you), "
        "in 3/4 time (assumed: the file has none). A note costs"
    )


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (
            ["(cpint cpintfref)", "(cpint posinbar)", "cpitch"],
            "interval with scale degree, interval with place in the bar, pitch",
        ),
        (["(cpint cpintfref)", "contour"], "(cpint cpintfref), contour"),
    ],
)
def test_viewpoints_are_told_in_words_where_there_are_words(names: list[str], words: str) -> None:
    result = heard()
    settings = {**result.expectation.settings, "viewpoints": names}
    result = replace(result, expectation=replace(result.expectation, settings=settings))
    assert {fact.label: fact.value for fact in settings_facts(result)}["looking at"] == words
