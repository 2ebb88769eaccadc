"""What a listener believed before an event, in words and in lists of likely values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.engine.expectation import Expectation
from clinamen.operations.text import clean, percent, percents
from clinamen.texts import Message, joined

__all__ = [
    "Belief",
    "belief_at",
    "came_at",
    "cheaper_part",
    "choices_at",
    "costliest_part",
    "has_no_past",
    "in_a_sentence",
    "value_noun",
    "value_words",
    "was_likeliest",
]

# Shares of the entropy possible (log2 of the alphabet) and of probability from which
# the listener is called open or sure. The words claim no more than these: they follow
# the likeliest value alone, not what two of them have together.
_OPEN_SHARE = 0.7
_OPEN_BELOW = 1 / 3
_DEGREES_OF_SURENESS = ((0.9, "certain"), (0.7, "sure"), (0.5, "fairly"), (0.0, "leans"))

# A second guess is named when it is at least this likely, and at least half as likely
# as the first.
_WORTH_NAMING = 0.1

_NOUNS = {"pitch": "note", "onset": "timing", "duration": "length"}

_Row = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Belief:
    """How sure the listener was, and of what."""

    clause: str
    is_open: bool
    was_likeliest: bool


def value_noun(target: str) -> str:
    """What one value of a target is called: a note, a timing, a length."""
    return Message(f"why.noun_{_noun(target)}")


def _noun(target: str) -> str:
    return _NOUNS.get(target, "value")


def costliest_part(expectation: Expectation, event: int) -> Expectation:
    """The part of a joint expectation that cost most at an event; any other one as it is."""
    if not expectation.parts:
        return expectation
    return max(expectation.parts.values(), key=lambda part: float(part.information_content[event]))


def cheaper_part(expectation: Expectation, event: int) -> Expectation | None:
    """The part of a joint expectation that cost less at an event; None where there is one part."""
    costliest = costliest_part(expectation, event)
    return next((part for part in expectation.parts.values() if part is not costliest), None)


def has_no_past(target: str, event: int) -> bool:
    """True for the timing of a first note: there is no earlier onset to measure it from."""
    return target == "onset" and event == 0


def was_likeliest(part: Expectation, event: int) -> bool:
    """True if what came was likelier than anything else; one of several equals is not."""
    if len(part.distribution) == 0:
        return False
    row = part.distribution[event]
    chance = row[int(part.symbols[event])]
    return bool(chance >= row.max() and (row == chance).sum() == 1)


def choices_at(part: Expectation, event: int, n: int) -> list[tuple[str, float]]:
    """The `n` likeliest values before an event, as `Expectation.expected_at`.

    The pitch that came has the name it is written with: one key on the piano is not
    called E flat and D sharp in one line.
    """
    labels = _labels_at(part, event)
    row = part.next_distribution if event == len(part) else part.distribution[event]
    order = np.argsort(-row, kind="stable")[:n]
    return [(labels[index], float(row[index])) for index in order]


def came_at(part: Expectation, event: int) -> tuple[str, float]:
    """What came and how likely it was, under the name it has among the `choices_at`."""
    symbol = int(part.symbols[event])
    return _labels_at(part, event)[symbol], float(part.distribution[event][symbol])


def _labels_at(part: Expectation, event: int) -> Sequence[str]:
    names = part.columns.get("name")
    if part.target != "pitch" or names is None or event >= len(part):
        return part.labels
    labels = list(part.labels)
    labels[int(part.symbols[event])] = str(names[event])
    return labels


def belief_at(part: Expectation, event: int, *, chance: bool = True) -> Belief:
    """How sure the listener was before an event, leaving out the value that came.

    For the event after the last one, how sure it is of what follows. Without `chance`, that
    of a value that was the likeliest is not said, as where its cost was said just before.
    """
    is_next = event == len(part)
    row: _Row = part.next_distribution if is_next else part.distribution[event]
    labels = [in_a_sentence(part.target, label) for label in _labels_at(part, event)]
    actual = None if is_next else int(part.symbols[event])
    tense, target = "is" if is_next else "was", part.target
    if len(row) == 1:
        return Belief(Message(f"why.only_{tense}", name=labels[0]), False, True)
    if actual is not None and row[actual] >= row.max():
        return Belief(_likeliest_clause(row, actual, target, chance), _is_open(row), True)
    order = [int(index) for index in np.argsort(-row, kind="stable") if index != actual]
    top = float(row[order[0]])
    if _is_open(row):
        what = _open_clause(row, labels, order, target, tense)
        return Belief(Message(f"why.open_{tense}", what=what), True, False)
    sure = next(word for least, word in _DEGREES_OF_SURENESS if top >= least)
    clause = Message(f"why.stance_{sure}_{tense}", named=_named(row, labels, order))
    return Belief(clause, False, False)


def _named(row: _Row, labels: Sequence[str], order: list[int]) -> str:
    first, second = float(row[order[0]]), float(row[order[1]]) if len(order) > 1 else 0.0
    named = order[:2] if second >= max(_WORTH_NAMING, first / 2) else order[:1]
    shares = [percent(first)] if len(named) == 1 else percents(first, second)
    return joined(
        (
            Message("why.with_share", name=labels[index], share=share)
            for index, share in zip(named, shares, strict=True)
        ),
        "or",
    )


def in_a_sentence(target: str, label: str) -> str:
    """A label with its article where it is a word: ``a quarter``, ``an eighth``."""
    label = clean(label)
    if target == "pitch" or not label[:1].isalpha():
        return label
    if label.endswith(("half", "whole")):
        return Message("theory.a_note", value=label)
    return Message("theory.article_an" if label[0] in "aeiou" else "theory.article_a", value=label)


def value_words(part: Expectation, event: int) -> str:
    """The value that came, as it stands in a sentence."""
    return in_a_sentence(part.target, part.labels[int(part.symbols[event])])


def _open_clause(
    row: _Row, labels: Sequence[str], order: list[int], target: str, tense: str
) -> Message:
    top = float(row[order[0]])
    n_equal = sum(float(row[index]) == top for index in order)
    if n_equal > 2:
        nouns = Message(f"why.nouns_{_noun(target)}")
        return Message(f"why.equal_{tense}", n=n_equal, nouns=nouns, share=percent(top))
    name, noun = labels[order[0]], value_noun(target)
    return Message(f"why.even_{tense}", noun=noun, name=name, share=percent(top))


def _likeliest_clause(row: _Row, actual: int, target: str, chance: bool) -> Message:
    noun = value_noun(target)
    if int((row >= row[actual]).sum()) > 1:
        is_note = _noun(target) == "note"
        clause = Message("why.none_likelier_note" if is_note else "why.none_likelier")
    elif chance:
        share = percent(float(row[actual]))
        clause = Message("why.was_likeliest_share", noun=noun, share=share)
    else:
        clause = Message("why.was_likeliest", noun=noun)
    return Message("why.openly", clause=clause) if _is_open(row) else clause


def _is_open(row: _Row) -> bool:
    if row.max() >= _OPEN_BELOW:
        return False
    positive = row[row > 0]
    entropy = float(-(positive * np.log2(positive)).sum())
    return entropy >= _OPEN_SHARE * float(np.log2(len(row)))
