"""What a song follows now, with what speaks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clinamen.domains.music.notes import Melody
from clinamen.domains.music.rules._habits import habits_of
from clinamen.domains.music.rules._metre import metre_of
from clinamen.domains.music.rules._plan import plan_of
from clinamen.domains.music.rules._reading import Reading, reading_of
from clinamen.domains.music.rules._rule import Count, Rule
from clinamen.domains.music.rules._scale import Scale, scale_of

__all__ = ["Followed", "Rules", "rules_of"]


@dataclass(frozen=True)
class Followed:
    """A rule that a song follows, and in how many cases of how many."""

    rule: Rule
    count: Count


@dataclass(frozen=True)
class Rules:
    """All rules that a song follows, at most one of each kind.

    Parameters
    ----------
    followed
        In order of their kinds: scale, metre, plan, then habits of the line.
    """

    followed: tuple[Followed, ...]

    def __iter__(self) -> Iterator[Rule]:
        return (each.rule for each in self.followed)

    def get(self, kind: str) -> Rule | None:
        """The rule of a kind; None where the song follows none."""
        return next((rule for rule in self if rule.kind == kind), None)

    @property
    def scale(self) -> Scale | None:
        """The scale, if there is one."""
        rule = self.get("scale")
        return rule if isinstance(rule, Scale) else None

    def broken_by(self, reading: Reading) -> tuple[str, ...]:
        """Kinds of the rules that a tune does not follow."""
        return tuple(rule.kind for rule in self if not rule.holds(reading))


def rules_of(melody: Melody) -> Rules:
    """What a melody follows: its scale, metre, plan of phrases, and habits of its line.

    A rule is left out where the melody follows none of its kind: no scale where keys change, no
    metre where bars are irregular, no habit that is less than usual in it.
    """
    reading = reading_of(melody)
    key = melody.keys[0].key if melody.keys else None
    found: list[Rule | None] = [scale_of(reading, key), metre_of(reading)]
    # Phrases are moved by whole bars, which only regular ones allow.
    found += [plan_of(reading) if found[1] is not None else None, *habits_of(reading)]
    rules = (rule for rule in found if rule is not None)
    return Rules(tuple(Followed(rule, rule.count(reading)) for rule in rules))
