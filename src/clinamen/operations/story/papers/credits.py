"""Credits: who wrote a song, and what helped."""

from __future__ import annotations

from collections.abc import Iterator

from clinamen.operations.story.papers._paper import BLANK, Paper, Section
from clinamen.operations.story.papers._wording import (
    bars_words,
    program_words,
    record_section,
    song_section,
)
from clinamen.operations.story.papers.details import Details
from clinamen.operations.story.papers.facts import Facts
from clinamen.operations.story.papers.split import writers_of
from clinamen.texts import Message

__all__ = ["credits"]


def credits(facts: Facts, details: Details) -> Paper:
    """The paper."""
    heads = (Message("papers.credit_role"), Message("papers.credit_who"))
    listed = Section(Message("papers.h_credits"), heads=heads, rows=tuple(_rows(facts, details)))
    sections = (song_section(facts, details), listed, record_section(facts))
    return Paper("credits", Message("papers.title_credits"), facts, sections, table=listed)


def _rows(facts: Facts, details: Details) -> Iterator[tuple[str, ...]]:
    names = ", ".join(writer.name for writer in writers_of(facts, details))
    yield Message("papers.credit_music"), names or BLANK
    yield Message("papers.credit_words"), BLANK
    for part in facts.of("file"):
        yield Message("papers.credit_file", file=part.file or "?"), BLANK
    for part in facts.of("program"):
        if part.stands.n:
            bars = bars_words(part.stands.bars)
            who = program_words(part.proposal or part.step)
            yield Message("papers.credit_proposed", bars=bars, n=len(part.stands.bars)), who
    yield Message("papers.credit_played"), BLANK
    yield Message("papers.credit_mixed"), BLANK
