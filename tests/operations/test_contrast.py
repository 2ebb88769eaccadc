"""Contrast between sections: by hand, and laws."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.fakes import a_song, hear_fake
from tests.operations.test_report import Page

from clinamen.domains.music.notes import Section, Song
from clinamen.engine.expectation import Expectation
from clinamen.operations.contrast import (
    contrast_words,
    section_contrast,
    section_record,
    section_rows,
)
from clinamen.operations.hear import describe_hearing
from clinamen.operations.report import html_report

VERSE, CHORUS = Section(Fraction(1), "Verse"), Section(Fraction(7), "Chorus <b>")


def heard(song: Song, bits: list[float]) -> Expectation:
    return replace(hear_fake(song), information_content=np.array(bits))


def with_marks(*sections: Section) -> Song:
    """Sixteen quarters in 3/4 with a pickup of one."""
    return a_song(sections=sections)


def test_means_changes_and_contrast_by_hand() -> None:
    song = with_marks(Section(Fraction(0), "Verse"), CHORUS)
    found = section_contrast(song, heard(song, [1.0] * 7 + [4.0] * 8 + [5.0]))
    assert found is not None
    verse, chorus = found.sections
    assert (verse.n_events, verse.mean, verse.change) == (7, 1.0, None)
    assert (verse.first_bar, verse.last_bar) == (1, 2)
    assert chorus.mean == pytest.approx(37 / 9)
    assert chorus.change == pytest.approx(28 / 9)
    assert (chorus.first_bar, chorus.last_bar) == (3, 5)
    assert found.source == "file"
    assert found.spread == pytest.approx(14 / 9)  # half of the difference, for two


def test_what_is_before_the_first_mark_is_a_section_without_a_name() -> None:
    song = with_marks(VERSE, CHORUS)
    found = section_contrast(song, heard(song, [2.0] * 16))
    assert found is not None
    assert [(each.label, each.n_events) for each in found.sections] == [
        ("", 1), ("Verse", 6), ("Chorus <b>", 9),
    ]  # fmt: skip
    assert found.spread == 0
    assert section_rows(found)[0] == ("1", "1", "1", "2.00", "")


def test_sections_without_notes_and_impossible_notes_have_no_mean() -> None:
    beyond = Section(Fraction(50), "Coda")
    song = with_marks(Section(Fraction(0), "Verse"), CHORUS, beyond)
    found = section_contrast(song, heard(song, [np.inf] + [1.0] * 15))
    assert found is not None
    assert [each.mean for each in found.sections] == [None, 1.0, None]
    assert [each.change for each in found.sections] == [None, None, None]
    assert found.spread is None
    assert contrast_words(found) == ""
    assert section_rows(found)[2][3:] == ("", "")


def test_a_song_of_one_section_has_no_contrast() -> None:
    song = a_song()
    assert section_contrast(song, hear_fake(song)) is None
    assert section_record(None) == {
        "sections": [], "section_source": None, "section_contrast": None,
    }  # fmt: skip


def test_found_sections_are_marked_estimated() -> None:
    rng = np.random.default_rng(3)
    verse = tuple(int(each) for each in rng.integers(60, 73, 24))
    song = a_song(verse + verse + tuple(int(p) for p in rng.integers(60, 73, 24)) + verse)
    found = section_contrast(song, hear_fake(song))
    assert found is not None
    assert found.source == "estimated"
    assert [each.label for each in found.sections] == ["A", "A", "B", "A"]
    assert section_record(found)["sections"][2]["first_bar"] == 17


MARKS = st.lists(st.integers(0, 16), min_size=2, max_size=6, unique=True).map(sorted)


@settings(deadline=None, max_examples=50)
@given(MARKS, st.lists(st.floats(0, 20), min_size=16, max_size=16), st.floats(0, 5))
def test_every_note_is_in_one_section_and_a_constant_adds_no_contrast(
    marks: list[int], bits: list[float], more: float
) -> None:
    song = with_marks(*(Section(Fraction(onset), "x") for onset in marks))
    found = section_contrast(song, heard(song, bits))
    assert found is not None
    assert sum(each.n_events for each in found.sections) == 16
    total = sum(each.n_events * each.mean for each in found.sections if each.mean is not None)
    assert total == pytest.approx(sum(bits))
    shifted = section_contrast(song, heard(song, [each + more for each in bits]))
    assert shifted is not None
    assert shifted.spread == pytest.approx(found.spread, abs=1e-9)


def test_the_report_shows_sections_and_escapes_their_names() -> None:
    song = with_marks(Section(Fraction(0), "Verse"), CHORUS)
    page = html_report(describe_hearing(song, hear_fake(song)))
    Page(page)
    assert "<h2>Sections</h2>" in page
    assert "Chorus &lt;b&gt;" in page
    plain = html_report(describe_hearing(a_song(), hear_fake(a_song())))
    assert "<h2>Sections" not in plain
