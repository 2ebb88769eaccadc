"""Rules and their breaks in words, with figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.notes import Key, fifths_name
from clinamen.domains.music.rules import (
    Break,
    Cadence,
    Contour,
    Count,
    Followed,
    Metre,
    Moves,
    Peak,
    Plan,
    Reading,
    Rhythm,
    Rule,
    Scale,
    degree_changes,
    reading_of,
)
from clinamen.texts import Message, joined

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["break_words", "kind_words", "rule_words"]


def kind_words(kind: str) -> Message:
    """What a rule is about: ``the scale``."""
    return Message(f"rules.kind_{kind}")


def rule_words(followed: Followed, song: Song) -> Message:
    """A rule that a song follows, with its count: ``D major: 62 of 62 notes``."""
    what = _what(followed.rule, song)
    counted = _counted(followed.rule, followed.count)
    return Message("rules.followed", what=what, counted=counted)


def break_words(broken: Break, song: Song, found: Song) -> str:
    """What a find breaks, in a sentence: each rule, what holds instead, in how many cases."""
    reading = reading_of(found.melody)
    clauses = [
        _clause(old, new, reading, song, found)
        for old, new in zip(broken.old, broken.new, strict=True)
    ]
    return Message("rules.sentence", text=joined(clauses, "semicolon"))


def _clause(old: Rule, new: Rule, reading: Reading, song: Song, found: Song) -> str:
    count, n_old = new.count(reading), old.count(reading).n_for
    if isinstance(old, Scale) and isinstance(new, Scale):
        return _scale_clause(old, new, count.n_of - n_old, count.n_of, found)
    counted = _counted(new, count)
    return Message(
        f"rules.break_{new.kind}", new=_what(new, found), old=_what(old, song), counted=counted
    )


def _counted(rule: Rule, count: Count) -> Message:
    """In how many cases of how many; there is one last note only."""
    if isinstance(rule, Cadence):
        return Message("rules.counted_cadence")
    return Message(f"rules.counted_{rule.kind}", n=count.n_for, of=count.n_of)


def _scale_clause(old: Scale, new: Scale, n_outside: int, n_notes: int, song: Song) -> str:
    values = {"new": _what(new, song), "old": _what(old, song), "n": n_outside, "of": n_notes}
    changes = degree_changes(old, new)
    if not 0 < len(changes) <= 2:
        return Message("rules.break_scale", **values)
    moved = [
        Message("rules.raised" if up > 0 else "rules.lowered", nth=Message(f"number.nth_{degree}"))
        for degree, up in changes
    ]
    return Message("rules.break_degrees", moved=joined(moved, "and"), **values)


def _what(rule: Rule, song: Song) -> str:
    """A rule's own content: ``D major``, ``4/4``, ``A A B A, 4 bars each``."""
    if isinstance(rule, Scale):
        return _scale_words(rule, song)
    if isinstance(rule, Metre):
        return str(rule.meter)
    if isinstance(rule, Plan):
        return _plan_words(rule)
    if isinstance(rule, Moves):
        return Message("rules.steps" if rule.by_step else "rules.leaps")
    if isinstance(rule, Contour):
        return Message(f"rules.shape_{rule.shape}")
    if isinstance(rule, Peak):
        return Message(f"rules.peak_{rule.place}")
    if isinstance(rule, Cadence):
        return Message(f"rules.step_{rule.semitones}")
    assert isinstance(rule, Rhythm)
    return _rhythm_words(rule, song)


def _scale_words(scale: Scale, song: Song) -> str:
    key = song.melody.keys[0].key if song.melody.keys else Key(0)
    tonic = key.tonic_name
    if scale.name:
        name = Message(f"rules.scale_{scale.name.replace(' ', '_')}")
        return Message("rules.scale", tonic=tonic, name=name)
    notes = " ".join(fifths_name(key.tonic_fifths + each) for each in scale.fifths)
    return Message("rules.scale_of_notes", notes=notes)


def _plan_words(plan: Plan) -> str:
    letters = " ".join(plan.letters)
    if len({*plan.n_bars}) == 1:
        return Message("rules.plan_even", letters=letters, bars=plan.n_bars[0])
    return Message("rules.plan", letters=letters, bars=" + ".join(map(str, plan.n_bars)))


def _rhythm_words(rule: Rhythm, song: Song) -> str:
    beat = song.melody.meters[0].meter.beat_quarters * TICKS_PER_QUARTER
    beats = [f"{float(1 + onset / beat):.2f}".rstrip("0").rstrip(".") for onset in rule.onsets]
    return Message("rules.rhythm", beats=", ".join(beats))
