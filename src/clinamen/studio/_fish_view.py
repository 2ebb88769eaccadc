"""A long search and its finds as the page shows them: what is kept in every language, in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.operations.fish.view import FindView, FishView

__all__ = ["find_json", "fish_json"]


def fish_json(view: FishView, language: str) -> dict[str, Any]:
    """How a search stands."""
    from clinamen.operations.fish.view import by_words, in_words

    biting = view.biting
    return {
        "wish": view.wish,
        "state": view.state,
        "why_waiting": view.why_waiting,
        "trouble": view.trouble,
        "place": clean(in_words(view.place, language)),
        "understood": clean(in_words(view.understood, language)),
        "unknown": list(view.unknown),
        "n_ideas": view.n_ideas,
        "tried": [
            {"by": by_words(each.by), "n_ideas": each.n_ideas, "n_held": each.n_held}
            for each in view.tried
            if each.n_turns
        ],
        "biting": biting and {
            "by": by_words(biting.by),
            "change": clean(in_words(biting.change, language)),
            "how_near": biting.how_near,
            "next_at": biting.next_at,
        },
        "begun_at": view.begun_at,
        "fished_hours": view.fished_seconds / 3600,
        "hours": view.seconds / 3600,
        "rate": view.rate,
    }  # fmt: skip


def find_json(view: FindView, language: str) -> dict[str, Any]:
    """A find, with its reason."""
    from clinamen.operations.fish.view import by_words, in_words

    facts, find = view.facts, view.find
    return {
        "number": find.number,
        "status": find.status,
        "is_new": view.is_new,
        "surfaced_at": find.surfaced_at,
        "wish": view.wish,
        "by": by_words(facts.by),
        "change": clean(in_words(facts.change, language)),
        "reason": clean(in_words(facts.reason, language)),
        "bars": list(facts.bars),
        "quality": facts.quality,
        "fit": facts.fit,
        "liking": facts.liking,
        "novelty": facts.novelty,
    }
