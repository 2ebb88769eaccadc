"""What lies beyond the rules of a song, as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clinamen.operations._rules_words import rule_words
from clinamen.operations.explore_export import worth_record

if TYPE_CHECKING:
    from clinamen.operations.rules import RuleFind, RulesResult

__all__ = ["rules_record"]

SCHEMA = "clinamen.rules/1"


def rules_record(result: RulesResult, *, file: str) -> dict[str, Any]:
    """The rules that a song follows, and songs beyond them; times in quarters."""
    return {
        "schema": SCHEMA,
        "file": file,
        "rules": [
            {
                "kind": each.rule.kind,
                "says": rule_words(each, result.song),
                "n_for": each.count.n_for,
                "n_of": each.count.n_of,
            }
            for each in result.rules.followed
        ],
        "breaks": result.n_breaks,
        "breaks_without_find": result.n_without,
        "evaluations": result.n_evaluations,
        "stopped": result.was_stopped,
        "finds": [_find(each) for each in result.finds],
    }


def _find(find: RuleFind) -> dict[str, Any]:
    melody = find.song.melody
    return {
        "rank": find.rank,
        "broken": list(find.kinds),
        "reason": find.reason,
        "kept_rules": [rule.kind for rule in find.broken.kept],
        "kept": find.kept,
        "chords_left_out": find.n_chords_left_out,
        "worth": worth_record(find.worth),
        "key": str(melody.keys[0].key) if melody.keys else None,
        "meter": str(melody.meters[0].meter),
        "bars": len(melody.bar_onsets) - (melody.pickup_quarters > 0),
        "notes": [
            [float(note.onset_quarters), float(note.duration_quarters), note.pitch]
            for note in melody.notes
        ],
    }
