"""What the record of a song holds for a paper: facts and counts, never a share of a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.notes import Melody
from clinamen.domains.music.places import bar_and_beat
from clinamen.ledger import DRAFT, Head
from clinamen.operations.story._draft_rows import N_CHORD, N_NOTE, DraftRows, Mark, changed
from clinamen.operations.story.path import PROPOSING, Path, Step
from clinamen.operations.text import clean

__all__ = ["Facts", "Marks", "Part", "facts_of"]

_ORIGINS = {"import": "file", "add": "file", "adopt": "before", "edit": "hand"}


@dataclass(frozen=True, slots=True)
class Marks:
    """Notes and chords, by their number and the bars they are in.

    Parameters
    ----------
    bars
        In order; the pickup is bar 0.
    """

    n_notes: int = 0
    n_chords: int = 0
    bars: tuple[int, ...] = ()

    @property
    def n(self) -> int:
        """How many there are of both."""
        return self.n_notes + self.n_chords


@dataclass(frozen=True, slots=True)
class Part:
    """One step on the way to the song, and what came of it.

    Parameters
    ----------
    step
        The step by which it came into the song.
    origin
        ``file`` (brought in), ``before`` (there before the record began), ``program`` (proposed
        and kept), ``hand``, or ``other``.
    proposal
        Where the program proposed it, the step in which it did.
    file
        Name of the file that was brought in.
    brought
        What it brought into the song.
    stands
        What of that is in the song as it is now.
    changed
        What of that was changed or taken away by hand afterwards.
    took
        What it took away or replaced.
    """

    step: Step
    origin: str
    proposal: Step | None
    file: str
    brought: Marks
    stands: Marks
    changed: Marks
    took: Marks


@dataclass(frozen=True, slots=True)
class Facts:
    """What a paper can say of a song.

    Parameters
    ----------
    file
        Name of the file that it is about; "" for the song as it is now.
    makers
        Names of the people that entries name.
    first_at, last_at
        Times of the first and the last entry.
    parts
        On the way to the song; not what was undone or left.
    choices
        Steps in which somebody chose, on the way to the song, and rejections.
    n_proposed, n_rejected
        Of all proposals there were; those rejected by name.
    """

    title: str
    file: str
    makers: tuple[str, ...]
    first_at: str
    last_at: str
    head: Head
    program: str
    parts: tuple[Part, ...]
    choices: tuple[Step, ...]
    n_proposed: int
    n_rejected: int

    def of(self, origin: str) -> tuple[Part, ...]:
        """Parts of an origin."""
        return tuple(part for part in self.parts if part.origin == origin)

    @property
    def machine_stands(self) -> Marks:
        """What the program proposed that is in the song now."""
        return _sum(part.stands for part in self.of("program"))

    @property
    def machine_changed(self) -> Marks:
        """What the program proposed and was changed or taken away by hand afterwards."""
        return _sum(part.changed for part in self.of("program"))

    @property
    def hand_stands(self) -> Marks:
        """What was written or changed by hand and is in the song now."""
        return _sum(part.stands for part in self.of("hand"))


def _sum(marks: Iterable[Marks]) -> Marks:
    each = list(marks)
    bars = sorted({bar for one in each for bar in one.bars})
    return Marks(sum(one.n_notes for one in each), sum(one.n_chords for one in each), tuple(bars))


def facts_of(path: Path, digest: str | None = None) -> Facts:
    """Gather the facts about a draft or a file of a story.

    Parameters
    ----------
    digest
        The song as it is now if not given.

    Raises
    ------
    ClinamenError
        If a draft on the way cannot be read.
    """
    from clinamen import __version__

    way = path.way_to(digest)
    steps = path.steps
    makers = dict.fromkeys(
        clean(agent.name) for step in steps for agent in step.agents if agent.kind == "person"
    )
    seen = [step for step in steps if not step.is_hidden]
    rejections = [step for step in steps if step.kind == "reject"]
    chosen = {step.seq: step for step in (*way, *rejections)}
    return Facts(
        title=clean(path.title),
        file="" if digest is None else clean(path.entity(digest).kind.removeprefix("file ")),
        makers=tuple(name for name in makers if name),
        first_at=seen[0].at if seen else "",
        last_at=seen[-1].at if seen else "",
        head=path.store.story.head(path.project.id),
        program=f"Clinamen {__version__}",
        parts=_parts(path, way, digest or path.head),
        choices=tuple(chosen[seq] for seq in sorted(chosen)),
        n_proposed=sum(len(_offered(step)) for step in steps),
        n_rejected=len({each for step in rejections for each in step.used}),
    )


def _offered(step: Step) -> tuple[str, ...]:
    """What a step proposed; what a story begins with is its first draft, read from a file."""
    if step.kind not in PROPOSING:
        return ()
    return step.generated[:-1] if step.head is not None else step.generated


@dataclass
class _Brought:
    """A part as it is being told."""

    step: Step
    origin: str
    proposal: Step | None
    file: str
    brought: set[Mark]
    took: set[Mark]
    changed: set[Mark] = field(default_factory=set)


def _parts(path: Path, way: tuple[Step, ...], digest: str) -> tuple[Part, ...]:
    """Go along the way and note for every note and chord by which step it came."""
    told: list[_Brought] = []
    owners: dict[Mark, _Brought] = {}
    here = DraftRows()
    for step, after in zip(way, _states(way, digest), strict=True):
        there = _rows(path, after)
        notes = changed(here.notes, there.notes, N_NOTE)
        chords = changed(here.chords, there.chords, N_CHORD)
        gone, new = {*notes.removed, *chords.removed}, {*notes.added, *chords.added}
        part = _Brought(step, *_source(path, step), brought=new, took=gone)
        for mark in gone:
            owner = owners.pop(mark, part)
            if part.origin == "hand" and owner.origin != "hand":
                owner.changed.add(mark)
        owners |= dict.fromkeys(new, part)
        told.append(part)
        here = there
    melody = path.song(digest).melody
    return tuple(_told(part, owners, melody) for part in told)


def _told(part: _Brought, owners: dict[Mark, _Brought], melody: Melody) -> Part:
    stands = {mark for mark in part.brought if owners.get(mark) is part}
    counted = (_counted(marks, melody) for marks in (part.brought, stands, part.changed, part.took))
    return Part(part.step, part.origin, part.proposal, part.file, *counted)


def _states(way: tuple[Step, ...], digest: str) -> list[str]:
    """The draft or file after every step of a way.

    A file that a story began with is read as its first draft, which was made as the maker said
    that it is to be read.
    """
    before = [step.before if step.head is not None else next(iter(step.used), None) for step in way]
    after = [each or digest for each in before[1:]] + [digest] * bool(way)
    return [
        step.head if step.head is not None and each in step.generated[:1] else each
        for step, each in zip(way, after, strict=True)
    ]


def _rows(path: Path, digest: str) -> DraftRows:
    entity = path.entity(digest)
    if entity.kind == DRAFT:
        return DraftRows.of(entity.data)
    return DraftRows.of(path.draft(digest).to_json().encode("utf-8"))


def _source(path: Path, step: Step) -> tuple[str, Step | None, str]:
    """Origin, proposal and file of what a step brought."""
    if step.kind in PROPOSING:
        return "program", step, ""
    if step.kind == "keep":
        made = (path.makers_of.get(digest) for digest in reversed(step.used))
        found = next((each for each in made if each and each.kind in PROPOSING), None)
        return "program", found or step, ""
    named = step.settings.get("file")
    return _ORIGINS.get(step.kind, "other"), None, clean(named) if isinstance(named, str) else ""


def _bar(melody: Melody, ticks: int) -> int:
    """The bar of a time, counted on where the song as it is now has ended."""
    onset = Fraction(ticks, TICKS_PER_QUARTER)
    bar, beat = bar_and_beat(melody, onset)
    meter = melody.meter_at(onset)
    return bar + int((beat - 1) * meter.beat_quarters // meter.bar_quarters)


def _counted(marks: set[Mark], melody: Melody) -> Marks:
    n_chords = sum(len(mark) == N_CHORD for mark in marks)
    bars = {_bar(melody, mark[0]) for mark in marks}
    return Marks(len(marks) - n_chords, n_chords, tuple(sorted(bars)))
