"""A split sheet: who wrote, and which share each agrees to."""

from __future__ import annotations

from clinamen.operations.story.papers._paper import BLANK, Paper, Section
from clinamen.operations.story.papers._wording import names_of, record_section, song_section
from clinamen.operations.story.papers.details import Details, Writer
from clinamen.operations.story.papers.facts import Facts
from clinamen.operations.text import decimal
from clinamen.texts import Message

__all__ = ["split", "writers_of"]

_HEADS = ("name", "role", "share", "ipi", "society", "signature")


def split(facts: Facts, details: Details) -> Paper:
    """The paper; shares are those that were told, and else left open."""
    writers = writers_of(facts, details)
    sheet = Section(
        Message("papers.h_split"),
        lines=(Message("papers.split_rule"),),
        heads=tuple(Message(f"papers.split_{each}") for each in _HEADS),
        rows=(*(_row(writer) for writer in writers), _total(details)),
    )
    numbers = Section(
        Message("papers.h_numbers"),
        rows=(
            ("ISWC", details.iswc or BLANK),
            ("ISRC", details.isrc or BLANK),
        ),
    )
    song = song_section(facts, Details(by=details.by))
    sections = (song, sheet, numbers, record_section(facts))
    return Paper("split", Message("papers.title_split"), facts, sections, table=sheet)


def writers_of(facts: Facts, details: Details) -> tuple[Writer, ...]:
    """Those that were told, else the makers of the record; one without a name if there is none."""
    if details.writers:
        return details.writers
    names = (details.by,) if details.by else facts.makers
    return tuple(Writer(name) for name in names) or (Writer(names_of(facts, details)),)


def _row(writer: Writer) -> tuple[str, ...]:
    share = BLANK if writer.share is None else f"{decimal(writer.share, 4)} %"
    return writer.name, BLANK, share, BLANK, BLANK, BLANK


def _total(details: Details) -> tuple[str, ...]:
    is_told = any(writer.share is not None for writer in details.writers)
    total = "100 %" if is_told else BLANK
    return Message("papers.split_total"), "–", total, "–", "–", "–"
