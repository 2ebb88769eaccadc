"""Facts as sentences that several papers have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clinamen.operations.story.papers._paper import Section
from clinamen.operations.story.papers.details import Details
from clinamen.operations.story.papers.facts import Facts, Marks, Part
from clinamen.operations.story.path import Step
from clinamen.operations.text import clean
from clinamen.texts import Message, joined

__all__ = [
    "bars_words",
    "day_of",
    "days_of",
    "marks_words",
    "names_of",
    "program_words",
    "record_section",
    "song_section",
]

_SHORT = 16


def day_of(at: str) -> str:
    """The day of a time, in UTC."""
    return at[:10]


def days_of(parts: Sequence[Part]) -> str:
    """The days from the first part to the last."""
    first, last = day_of(parts[0].step.at), day_of(parts[-1].step.at)
    return first if first == last else f"{first} – {last}"


def names_of(facts: Facts, details: Details) -> str:
    """The maker: as told, else as the record has it; "" where neither knows."""
    return details.by or ", ".join(facts.makers)


def bars_words(bars: Sequence[int]) -> str:
    """Bars as people write them: ``1–3, 6``."""
    runs: list[list[int]] = []
    for bar in bars:
        if runs and bar == runs[-1][-1] + 1 and runs[-1][0]:
            runs[-1].append(bar)
        else:
            runs.append([bar])
    return joined([_run_words(run) for run in runs], "comma")


def _run_words(run: Sequence[int]) -> str:
    if run[0] == 0:
        return Message("place.only_pickup")
    return str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}"


def marks_words(marks: Marks, *, bars: bool = True) -> str:
    """So many notes and chords, and in which bars."""
    if not marks.n:
        return Message("papers.nothing")
    counts = [("papers.notes", marks.n_notes), ("papers.chords", marks.n_chords)]
    what = joined([Message(key, n=n) for key, n in counts if n], "and")
    if not bars:
        return what
    return Message("papers.in_bars", what=what, bars=bars_words(marks.bars), n=len(marks.bars))


def program_words(step: Step) -> str:
    """The program that made a proposal, with the model that it heard with."""
    agent = step.agent("program")
    version = f" {agent.version}" if agent and agent.version else ""
    name = "Clinamen" if agent is None or agent.name == "clinamen" else clean(agent.name)
    listener = step.agent("listener")
    if listener is None:
        return name + version
    return Message("papers.program", program=name + version, listener=clean(listener.name))


def song_section(facts: Facts, details: Details) -> Section:
    """Title, makers, dates and numbers."""
    entry = Message("papers.entry", number=facts.head.seq, hash=facts.head.hash[:_SHORT])
    rows: list[tuple[str, ...]] = [
        (Message("papers.f_title"), facts.title),
        (Message("papers.f_state"), facts.file or Message("papers.state_now")),
        (Message("papers.f_maker"), names_of(facts, details)),
        (Message("papers.f_first"), day_of(facts.first_at)),
        (Message("papers.f_last"), day_of(facts.last_at)),
        (Message("papers.f_head"), entry),
    ]
    if details.iswc:
        rows.append(("ISWC", details.iswc))
    if details.isrc:
        rows.append(("ISRC", details.isrc))
    return Section(Message("papers.h_song"), rows=tuple(rows))


def record_section(facts: Facts) -> Section:
    """What the record holds, part by part in the order of time; changes by hand as one."""
    return Section(Message("papers.h_record"), lines=tuple(_told(facts)))


def _told(facts: Facts) -> Iterator[str]:
    for part in facts.parts:
        if part.origin in ("file", "before", "other"):
            yield _brought(part)
    programs = facts.of("program")
    for part in programs:
        yield _proposed(part)
    if not programs:
        yield Message("papers.no_program")
    yield _by_hand(facts)
    if facts.n_proposed:
        taken = sum(part.proposal is not None for part in programs)
        yield Message(
            "papers.offered", number=facts.n_proposed, taken=taken, rejected=facts.n_rejected
        )


def _brought(part: Part) -> str:
    return Message(
        f"papers.part_{part.origin}",
        day=day_of(part.step.at),
        what=marks_words(part.brought, bars=False),
        now=marks_words(part.stands, bars=False),
        **({"file": part.file or "?"} if part.origin == "file" else {}),
    )


def _proposed(part: Part) -> str:
    return Message(
        "papers.part_program",
        day=day_of(part.step.at),
        program=program_words(part.proposal or part.step),
        what=marks_words(part.brought),
        took=marks_words(part.took),
        now=marks_words(part.stands),
        changed=marks_words(part.changed),
    )


def _by_hand(facts: Facts) -> str:
    hands = facts.of("hand")
    if not hands:
        return Message("papers.no_hand")
    return Message(
        "papers.by_hand",
        days=days_of(hands),
        changes=Message("papers.changes", n=len(hands)),
        now=marks_words(facts.hand_stands),
    )
