"""Telling what was chosen: drafts, what changed between them, waits, and what was let go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from itertools import pairwise

from clinamen.ledger import Head
from clinamen.operations.story._tell_chapters import SITTING, Chapter, Chapters, time_of
from clinamen.operations.story._tell_choice import Choice
from clinamen.operations.story._tell_ears import Change, Ears, Heard, change_between
from clinamen.operations.story._tell_facts import (
    draft_facts,
    hand_facts,
    rejected_facts,
    seconds_between,
    waited,
)
from clinamen.operations.story._tell_values import Fact, Tale, Told, ToldDraft, ToldProposal
from clinamen.operations.story._tell_when import duration_words, when_words
from clinamen.operations.story.path import PROPOSING, Path, Step
from clinamen.operations.story.words import maker_name, said
from clinamen.operations.text import clean
from clinamen.texts import Message

__all__ = ["heading_of", "told_tale"]

_MOST_TURNING = 3
_MOST_LINES = 500
_FATES = {
    "keep": "kept",
    "reject": "rejected",
    **dict.fromkeys((*PROPOSING, "edit"), "taken"),
}


def told_tale(
    chapters: Chapters, choice: Choice, ears: Ears, *, listener: str, zone: tzinfo | None
) -> Tale:
    """What was chosen, told.

    Parameters
    ----------
    listener
        Name of whose ears `ears` are.
    zone
        In which times are told; None is that of this computer.
    """
    for digest in _by_weight(chapters, choice):
        ears.heard(digest)  # What matters most is heard first, as long as there is room.
    teller = _Teller(chapters, choice, ears)
    told = _with_turning_points([teller.told(each) for each in choice.chapters])
    path = chapters.path
    head = path.store.story.head(path.project.id)
    now = (teller.now(),) if choice.tells_now else ()
    lead = _lead(choice, head, zone)
    return Tale(clean(path.title), head, listener, lead, (*told, *now), ears.was_too_much)


def _by_weight(chapters: Chapters, choice: Choice) -> Iterator[str]:
    """The drafts that are told: the song now, where it began, what was kept and named, what
    hands made; then what was proposed."""
    if choice.tells_now:
        yield chapters.present
    for kinds in (("begin", "keep", "name"), ("hand", "back", "add")):
        yield from (each.draft for each in choice.chapters if each.kind in kinds and each.draft)
    for each in choice.chapters:
        yield from each.proposals


def heading_of(chapter: Chapter, path: Path) -> str:
    """What a chapter is about, in one line."""
    if chapter.kind == "hand":
        return Message(
            "tell.hand", who=maker_name(chapter.first, begins=True), n=len(chapter.steps)
        )
    if chapter.kind == "note":
        return Message("tell.note", who=maker_name(chapter.first, begins=True))
    return said(chapter.first, path)


class _Teller:
    """Tells chapters in order; what was told before is what the next is compared with."""

    def __init__(self, chapters: Chapters, choice: Choice, ears: Ears) -> None:
        self._chapters = chapters
        self._path = chapters.path
        self._shown = {step.seq: step for each in choice.chapters for step in each.steps}
        self._ears = ears
        self._drafts: dict[str, ToldDraft] = {}
        self._last_draft: ToldDraft | None = None
        self._last_step: Step | None = None
        self._proposed_in = {digest: each for each in choice.chapters for digest in each.proposals}
        self._fates = self._all_fates()

    def told(self, chapter: Chapter) -> Told:
        """The next chapter."""
        before = self._last_draft
        proposals = tuple(self._proposals(chapter))
        draft = self._draft(chapter.draft, chapter.last.seq)
        facts: list[Fact] = []
        if chapter.kind == "hand":
            facts += hand_facts(chapter)
        if chapter.kind == "keep":
            facts += self._kept(chapter.first)
        if chapter.kind == "back" and chapter.first.before in self._drafts:
            facts.append(_set_aside(self._drafts[chapter.first.before], chapter.first))
        rejections = [step for step in chapter.steps if step.kind == "reject"]
        if proposals and rejections:
            facts += rejected_facts(proposals, rejections)
        if draft is not None:
            facts += draft_facts(draft, before)
        gap = self._gap(chapter)
        heading, at = heading_of(chapter, self._path), time_of(chapter.first)
        quote = _quote(chapter.first) if chapter.kind == "note" else ()
        return Told(chapter, at, gap, heading, quote, tuple(facts), draft, proposals)

    def now(self) -> Told:
        """The song as it is now."""
        before, digest = self._last_draft, self._chapters.present
        draft = self._draft(digest, None)
        facts = () if draft is None else tuple(draft_facts(draft, before))
        return Told(None, None, None, Message("tell.now"), (), facts, draft, ())

    def _draft(self, digest: str | None, seq: int | None) -> ToldDraft | None:
        if digest is None:
            return None
        known = self._drafts.get(digest)
        origin = self._chapters.origin(digest, seq)
        if known is not None:
            told = replace(known, is_again=True)
        elif origin is None or not self._is_music(digest):
            return None
        else:
            heard = self._ears.heard(digest)
            last = self._last_draft.heard if self._last_draft is not None else None
            change, fresh = _against(last, heard)
            number = len(self._drafts) + 1
            told = ToldDraft(number, digest, origin.seq, heard, False, change, fresh)
            self._drafts[digest] = told
        self._last_draft = told
        return told

    def _is_music(self, digest: str) -> bool:
        """Whether it is a draft, or a file that may hold a song; a picture is none."""
        from clinamen.io.files import READABLE

        kind = self._path.entity(digest).kind
        return kind == "draft" or kind.lower().endswith(tuple(READABLE))

    def _proposals(self, chapter: Chapter) -> list[ToldProposal]:
        before = self._source_of(chapter)
        told = []
        # The first that was composed is what the story began with.
        first = 2 if chapter.kind == "begin" else 1
        for number, digest in enumerate(chapter.proposals, start=first):
            if not self._is_music(digest):
                continue
            heard = self._ears.heard(digest)
            change, fresh = _against(before, heard)
            fate, entry = self._fates.get(digest, ("", None))
            told.append(
                ToldProposal(number, digest, chapter.first.seq, heard, change, fresh, fate, entry)
            )
        return told

    def _source_of(self, chapter: Chapter) -> Heard | None:
        """What a proposal was made of, if that is told: a draft, or a proposal before it."""
        digest = self._chapters.as_read(next(iter(chapter.first.used), ""))
        is_told = digest in self._drafts or digest in self._proposed_in
        return self._ears.heard(digest) if is_told else None

    def _all_fates(self) -> dict[str, tuple[str, int | None]]:
        """What became of proposals, as far as told entries say."""
        found: dict[str, tuple[str, int | None]] = {}
        for step in sorted(self._shown.values(), key=lambda each: each.seq):
            fate = _FATES.get(step.kind)
            for digest in step.used if fate is not None else ():
                if digest in self._proposed_in and (fate == "kept" or digest not in found):
                    found[digest] = (Message(f"tell.fate.{fate}"), step.seq)
        return found

    def _kept(self, step: Step) -> list[Fact]:
        """How long it was from what was proposed to what was kept."""
        for digest in step.used:
            chapter = self._proposed_in.get(digest)
            if chapter is not None and chapter.first.seq < step.seq:
                return list(waited("tell.wait", chapter.first, step))
        return []

    def _gap(self, chapter: Chapter) -> Fact | None:
        """How long nothing that is told happened before a chapter, where that is long."""
        before, step = self._last_step, chapter.first
        # Rejections are told with what was proposed, however much later they came.
        self._last_step = step if chapter.kind == "proposals" else chapter.last
        if before is None:
            return None
        seconds = seconds_between(before, step)
        if seconds is None or seconds < SITTING.total_seconds():
            return None
        words = Message("tell.later", duration=duration_words(seconds))
        return Fact("later", words, (before.seq, step.seq), repr(seconds))


def _against(
    before: Heard | None, heard: Heard | None
) -> tuple[Change | None, tuple[tuple[int, int, int], ...]]:
    """How surprise changed from one to the other, and the notes that are new."""
    if before is None or heard is None:
        return None, ()
    known = set(before.rows)
    return change_between(before, heard), tuple(row for row in heard.rows if row not in known)


def _set_aside(draft: ToldDraft, step: Step) -> Fact:
    words = Message("tell.aside", number=draft.number)
    return Fact("aside", words, (draft.entry, step.seq), str(draft.number))


def _quote(step: Step) -> tuple[str, ...]:
    """Lines of a note as they were written, made safe to show."""
    lines = [clean(line) for line in str(step.settings.get("text", "")).splitlines()]
    return tuple(line for line in lines if line)[:_MOST_LINES]


def _with_turning_points(told: list[Told]) -> list[Told]:
    """Marks where surprise changed most: at most half of the drafts that can be compared."""
    sizes = {
        place: each.draft.change.total
        for place, each in enumerate(told)
        if each.draft and each.draft.change and not each.draft.is_again
    }
    most = min(_MOST_TURNING, (len(sizes) + 1) // 2)
    for place in sorted(sizes, key=lambda place: (-sizes[place], place))[:most]:
        each = told[place]
        words = Message("tell.turning", total=sizes[place])
        entries = () if each.draft is None else (each.draft.entry,)
        fact = Fact("turning", words, entries, repr(sizes[place]))
        told[place] = replace(each, is_turning=True, facts=(fact, *each.facts))
    return told


def _lead(choice: Choice, head: Head, zone: tzinfo | None) -> tuple[Fact, ...]:
    steps = sorted(
        {step.seq: step for each in choice.chapters for step in each.steps}.values(),
        key=lambda each: each.seq,
    )
    if not choice.shown:
        return (Fact("counted", Message("tell.none_told", n=head.seq), (head.seq,), str(head.seq)),)
    words = Message("tell.counted", told=len(choice.shown), n=head.seq)
    facts = [Fact("counted", words, (head.seq,), str(head.seq))]
    times = [at for step in steps if (at := time_of(step)) is not None]
    if len(times) > 1:
        n_sittings = 1 + sum(b - a >= SITTING for a, b in pairwise(times))
        first, last = (when_words(each, zone) for each in (times[0], times[-1]))
        words = Message("tell.span", first=first, last=last, n=n_sittings)
        if first == last:
            words = Message("tell.at_once", first=first)
        facts.append(Fact("sittings", words, (steps[0].seq, steps[-1].seq), str(n_sittings)))
    return tuple(facts)
