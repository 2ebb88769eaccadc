"""One note of a heard song explained in full: every regularity that spoke, with its figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clinamen.domains.music.regularities import Looks, predicted_words
from clinamen.errors import MissingError, ParameterError
from clinamen.operations._belief import cheaper_part, costliest_part, has_no_past
from clinamen.operations._conditions import conditions_text
from clinamen.operations.reasons import Explainer
from clinamen.operations.text import decimal
from clinamen.operations.words import note_sentence, other_part_sentence
from clinamen.texts import Message, joined

if TYPE_CHECKING:
    from clinamen.engine.expectation import Expectation
    from clinamen.engine.why import Why
    from clinamen.operations.hear import HearResult
    from clinamen.operations.reasons import Explanation

__all__ = ["NoteWhy", "find_note", "regularity_records", "why_note", "why_record"]

SCHEMA = "clinamen.why/1"
_BEAT_TOLERANCE = 0.006
"""Beats are shown with two decimals, and found by what is shown."""


@dataclass(frozen=True, eq=False)
class NoteWhy:
    """One note explained.

    Parameters
    ----------
    event
        Index of the note, from 0.
    target
        What is explained: ``pitch``, ``onset`` or ``duration``.
    sentences
        What happened, and the strongest reasons.
    prose
        The same without the place it begins with.
    came, expected
        What came and the likeliest beside it, by name.
    why
        As the model says it.
    regularities
        All groups of experts, what decided first; their bits add up to ``why.bits``.
    also
        Of a joint hearing, the part that cost less, explained alike; None where there is
        none or nothing to explain of it.
    """

    event: int
    target: str
    sentences: str
    prose: str
    came: str
    expected: str
    why: Why
    regularities: tuple[Explanation, ...]
    also: NoteWhy | None = None


def find_note(columns: Mapping[str, Sequence[Any]], reference: str) -> int:
    """The note that a reference means: ``27`` by number, ``12.3`` by bar and beat.

    Beats are as the table shows them: ``12.2.5`` is beat 2.5 of bar 12. The pickup is bar 0.

    Raises
    ------
    ParameterError
        If the reference is no such thing.
    MissingError
        If there is no such note.
    """
    match = re.fullmatch(r"(\d{1,6})(?:\.(\d{1,4}(?:\.\d{1,6})?))?", reference.strip(), re.ASCII)
    if match is None:
        raise ParameterError(
            "a note is meant by its number, as 27, or by bar and beat, as 12.3 or 12.2.5, "
            f"not by {reference!r}"
        )
    bar, beat = match.groups()
    if beat is None:
        return _by_number(columns, int(bar))
    return _by_place(columns, int(bar), float(beat))


def _by_number(columns: Mapping[str, Sequence[Any]], number: int) -> int:
    n_notes = len(columns["pitch"])
    if not 1 <= number <= n_notes:
        raise MissingError(f"there is no note {number}; there are 1 to {n_notes}")
    return number - 1


def _by_place(columns: Mapping[str, Sequence[Any]], bar: int, beat: float) -> int:
    here = [event for event, number in enumerate(columns["bar"]) if int(number) == bar]
    for event in here:
        if abs(float(columns["beat"][event]) - beat) < _BEAT_TOLERANCE:
            return event
    if not here:
        first, last = int(min(columns["bar"])), int(max(columns["bar"]))
        raise MissingError(f"no note begins in bar {bar}; the song has bars {first} to {last}")
    beats = ", ".join(decimal(columns["beat"][event]) for event in here)
    raise MissingError(
        f"no note begins on beat {decimal(beat)} of bar {bar}; there are notes on beat {beats}"
    )


def why_note(result: HearResult, reference: str) -> NoteWhy:
    """Explain one note of a heard song.

    Parameters
    ----------
    reference
        See `find_note`.

    Raises
    ------
    ParameterError
        If the model gives no reasons, or there is nothing to explain: a first onset, or a
        song where nothing else was possible.
    MissingError
        If there is no such note.
    """
    expectation, melody = result.expectation, result.song.melody
    event = find_note(expectation.columns, reference)
    explainer = Explainer(expectation, melody)
    part = costliest_part(expectation, event)
    why = explainer.why(event)
    if why is None:
        if part.explain is None:
            raise ParameterError(Message("why.no_reasons"))
        no_past = has_no_past(part.target, event)
        raise ParameterError(Message("why.first_note" if no_past else "why.nothing_else"))
    sentence = note_sentence(expectation, event, melody)
    prose = note_sentence(expectation, event, melody, placed=False)
    explained = _part_why(explainer, part, event, sentence, prose)
    other = cheaper_part(expectation, event)
    if other is None or explainer.why(event, part=other) is None:
        return explained
    sentence = other_part_sentence(expectation, event, melody, least_bits=-1.0)
    return replace(explained, also=_part_why(explainer, other, event, sentence, sentence))


def _part_why(
    explainer: Explainer, part: Expectation, event: int, sentence: str, prose: str
) -> NoteWhy:
    """One part of a note explained."""
    why = explainer.why(event, part=part)
    assert why is not None
    moment = explainer.moment(event, part=part)
    reasons = explainer.sentence(event, part=part)
    return NoteWhy(
        event=event,
        target=part.target,
        sentences=joined((sentence, reasons), "sentences"),
        prose=joined((prose, reasons), "sentences"),
        came=moment.name(why.came),
        expected=moment.name(why.expected),
        why=why,
        regularities=explainer.explanations(event, part=part),
    )


def why_record(result: HearResult, explained: NoteWhy, *, file: str) -> dict[str, Any]:
    """A note explained as plain data; its keys are in `docs/reference/hear-output.md`."""
    columns = result.expectation.columns
    record = {
        "schema": SCHEMA,
        "file": file,
        "note": explained.event + 1,
        "bar": int(columns["bar"][explained.event]),
        "beat": float(columns["beat"][explained.event]),
        **_part_record(explained),
    }
    if explained.also is not None:
        record["also"] = _part_record(explained.also)
    return record


def _part_record(explained: NoteWhy) -> dict[str, Any]:
    why = explained.why
    return {
        "target": explained.target,
        "sentence": explained.sentences,
        "came": {"value": explained.came, "probability": why.probability_came},
        "expected": {"value": explained.expected, "probability": why.probability_expected},
        "bits": _finite(why.bits),
        "why": regularity_records(explained.regularities),
    }


def regularity_records(explanations: Sequence[Explanation]) -> list[dict[str, Any]]:
    """Regularities as plain data, what decided first."""
    return [_record(each) for each in explanations]


def _record(explanation: Explanation) -> dict[str, Any]:
    group = explanation.regularity
    return {
        "memory": group.memory,
        "kind": group.kind,
        "name": explanation.name,
        "bits": _finite(group.bits),
        "n_experts": len(group.reasons),
        "clearest": _clearest_record(explanation),
    }


def _clearest_record(explanation: Explanation) -> dict[str, Any] | None:
    evidence = explanation.evidence
    if evidence is None:
        return None
    reason, looks = evidence.reason, Looks.parse(evidence.reason.expert)
    return {
        "predicts": predicted_words(looks.frame),
        "looks_at": looks.words,
        "when": conditions_text(evidence.conditions),
        "expected": evidence.expected,
        "came": evidence.came,
        "bits": _finite(reason.bits),
        "n_seen": reason.n_seen,
        "n_expected": reason.n_expected,
        "n_came": reason.n_came,
        "expected_at_notes": [event + 1 for event in reason.expected_at],
        "came_at_notes": [event + 1 for event in reason.came_at],
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
