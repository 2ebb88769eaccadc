"""A description of the free and creative choices in a song, as Stim speaks of them.

Sources: Stim, "This is Stim's position on AI"; Court of Justice of the European Union, C-5/08
Infopaq (2009), C-145/10 Painer (2011), C-683/17 Cofemel (2019).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from clinamen.operations.story.papers._paper import BLANK, Paper, Section
from clinamen.operations.story.papers._wording import (
    day_of,
    record_section,
    song_section,
)
from clinamen.operations.story.papers.details import Details
from clinamen.operations.story.papers.facts import Facts
from clinamen.operations.story.path import PROPOSING, Path, Step
from clinamen.operations.story.words import said
from clinamen.texts import Message

__all__ = ["stim"]

_SOURCES = (
    "Stim, This is Stim’s position on AI, "
    "https://stim.se/en/copyright-music-creators/this-is-stims-position-with-ai-artificial-intelligence",
    "CJEU, C-5/08 Infopaq International, 16 July 2009, paragraphs 37 and 45",
    "CJEU, C-145/10 Painer, 1 December 2011, paragraphs 87 to 94",
    "CJEU, C-683/17 Cofemel, 12 September 2019, paragraphs 29 to 31",
)
_N_RULES = 5


def stim(facts: Facts, details: Details, path: Path) -> Paper:
    """The paper; why a choice was made is left for its maker to say."""
    rules = tuple(Message(f"papers.stim_rule_{number}") for number in range(1, _N_RULES + 1))
    heads = tuple(Message(f"papers.choice_{each}") for each in ("entry", "day", "what", "why"))
    choices = Section(
        Message("papers.h_choices"),
        lines=(Message("papers.choices_how"),),
        heads=heads,
        rows=tuple(_rows(facts, path)),
    )
    outside = ("words", "melody", "sound", "ai")
    sections = (
        song_section(facts, details),
        Section(Message("papers.h_rules"), lines=rules),
        choices,
        record_section(facts),
        Section(
            Message("papers.h_outside"),
            rows=tuple((Message(f"papers.outside_{each}"), BLANK) for each in outside),
        ),
        Section(
            Message("papers.h_sign"),
            rows=((Message("papers.sign_name"), BLANK), (Message("papers.sign_day"), BLANK)),
        ),
    )
    return Paper("stim", Message("papers.title_stim"), facts, sections, _SOURCES, table=choices)


def _rows(facts: Facts, path: Path) -> Iterator[tuple[str, ...]]:
    """One for each choice, a run of changes by hand as one."""
    for is_edit, group in itertools.groupby(facts.choices, key=lambda step: step.kind == "edit"):
        steps = tuple(group)
        if is_edit and len(steps) > 1:
            changes = Message("papers.changes", n=len(steps))
            what = Message("papers.changes_by_hand", changes=changes)
            number = f"{steps[0].seq}–{steps[-1].seq}"
            yield number, day_of(steps[0].at), what, BLANK
        else:
            for step in steps:
                yield str(step.seq), day_of(step.at), _chosen(step, path), BLANK


def _chosen(step: Step, path: Path) -> str:
    what = said(step, path)
    offered = _offered(step, path)
    return Message("papers.chosen_of", what=what, n=offered) if offered > 1 else what


def _offered(step: Step, path: Path) -> int:
    """Among how many proposals was chosen."""
    if step.kind in PROPOSING and step.head is None:
        return len(step.generated)
    if step.kind != "keep":
        return 0
    made = (path.makers_of.get(digest) for digest in reversed(step.used))
    return next((len(each.generated) for each in made if each and each.kind in PROPOSING), 0)
