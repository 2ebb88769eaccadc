"""What is said of drafts and proposals: figures and waits, each with the entries it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from clinamen.operations.story._tell_chapters import Chapter, time_of
from clinamen.operations.story._tell_ears import Change, Heard, place_words
from clinamen.operations.story._tell_values import Fact, ToldDraft, ToldProposal
from clinamen.operations.story._tell_when import duration_words
from clinamen.operations.story.path import Step
from clinamen.texts import Message, joined

__all__ = [
    "change_words",
    "draft_facts",
    "hand_facts",
    "rejected_facts",
    "seconds_between",
    "waited",
]

_EDITS = ("pitch", "time", "length", "insert", "delete", "lock", "words")


def seconds_between(before: Step, after: Step) -> float | None:
    """Seconds from an entry to another; None where a time is not known."""
    first, second = time_of(before), time_of(after)
    return None if first is None or second is None else (second - first).total_seconds()


def waited(key: str, before: Step, after: Step) -> Iterator[Fact]:
    """How long it was from one entry to another.

    Parameters
    ----------
    key
        Of the text that says so.
    """
    seconds = seconds_between(before, after)
    # What was written down at once has waited for nobody.
    if seconds is not None and seconds >= 1:
        words = Message(key, duration=duration_words(seconds))
        name = key.removeprefix("tell.")
        yield Fact(name, words, (before.seq, after.seq), repr(seconds))


def hand_facts(chapter: Chapter) -> Iterator[Fact]:
    """What a hand did, how often, and over what time."""
    edits = [step for step in chapter.steps if step.kind == "edit"]
    counts = Counter(step.action if step.action in _EDITS else "edited" for step in edits)
    did = [
        Message(f"tell.did.{name}", n=counts[name]) for name in (*_EDITS, "edited") if counts[name]
    ]
    if did:
        yield Fact("did", joined(did, "comma"), tuple(step.seq for step in edits), str(len(edits)))
    for kind, key in (("undo", "tell.undo"), ("redo", "tell.redo")):
        seqs = tuple(step.seq for step in chapter.steps if step.kind == kind)
        if seqs:
            yield Fact(kind, Message(key, n=len(seqs)), seqs, str(len(seqs)))
    if len(chapter.steps) > 1:
        yield from waited("tell.over", chapter.first, chapter.last)


def draft_facts(draft: ToldDraft, before: ToldDraft | None) -> Iterator[Fact]:
    """How surprising a draft is, alone or against the one told before."""
    heard, entries = draft.heard, (draft.entry,)
    if draft.is_again:
        yield Fact("again", Message("tell.again", number=draft.number), entries, str(draft.number))
        return
    if heard is None:
        yield Fact("unheard", Message("tell.unheard"), entries)
        return
    if before is None or before.heard is None:
        yield from _alone(heard, entries)
        return
    both = (before.entry, draft.entry)
    yield from _means(heard, before.heard, before.number, both)
    if draft.change is None:
        yield Fact("unchanged", Message("tell.unchanged", number=before.number), both)
    else:
        words = change_words(draft.change, heard)
        yield Fact("change", words, both, repr(draft.change.total))


def _alone(heard: Heard, entries: tuple[int, ...]) -> Iterator[Fact]:
    tick, peak = heard.peak
    yield Fact("mean", Message("tell.mean", bits=heard.mean), entries, repr(heard.mean))
    words = Message("tell.peak", place=place_words(heard, tick), bits=peak)
    yield Fact("peak", words, entries, repr(peak))
    if (mean := heard.chord_mean) is not None:
        yield Fact("chord_mean", Message("tell.chord_mean", bits=mean), entries, repr(mean))


def _means(heard: Heard, before: Heard, number: int, entries: tuple[int, ...]) -> Iterator[Fact]:
    words = Message("tell.means", before=before.mean, after=heard.mean, number=number)
    yield Fact("means", words, entries, repr(heard.mean))
    old, new = before.chord_mean, heard.chord_mean
    if old is not None and new is not None and abs(new - old) >= 0.005:
        words = Message("tell.chord_means", before=old, after=new, number=number)
        yield Fact("chord_means", words, entries, repr(new))


def change_words(change: Change, heard: Heard) -> Message:
    """Where surprise changed most, and how."""
    place = place_words(heard, change.tick)
    what = "chord" if change.is_chord else "note"
    if change.before is None:
        return Message(f"tell.{what}_new", place=place, after=change.after)
    if change.after is None:
        return Message(f"tell.{what}_gone", place=place, before=change.before)
    return Message(f"tell.{what}_change", place=place, before=change.before, after=change.after)


def rejected_facts(proposals: Sequence[ToldProposal], rejections: Iterable[Step]) -> Iterator[Fact]:
    """How many proposals were rejected, and how surprising they were."""
    rejected = {digest for step in rejections for digest in step.used}
    gone = [each for each in proposals if each.digest in rejected]
    if not gone:
        return
    seqs = tuple(step.seq for step in rejections)
    means = [each.heard.mean for each in gone if each.heard is not None]
    if len(means) < len(gone):
        yield Fact("rejected", Message("tell.rejected", n=len(gone)), seqs, str(len(gone)))
        return
    words = Message("tell.rejected_bits", n=len(gone), low=min(means), high=max(means))
    yield Fact("rejected", words, seqs, str(len(gone)))
