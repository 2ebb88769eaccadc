"""Sentences about chords: what came, what was expected instead, what the chord does, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.progression import harmony_events
from clinamen.domains.music.progression._words import ChordMoment, degree_of, kind_words
from clinamen.domains.music.progression.columns import ChordColumns
from clinamen.domains.music.progression.events import chord_changes
from clinamen.domains.music.progression.naming import kind_labels
from clinamen.domains.music.spelling import key_words
from clinamen.operations._belief import was_likeliest
from clinamen.operations._chord_reasons import ChordReason, chord_reason
from clinamen.operations.text import clean, percent
from clinamen.operations.words import chance_words, place_words
from clinamen.texts import Message, joined

if TYPE_CHECKING:
    from clinamen.domains.music.chords import Chord
    from clinamen.domains.music.notes import Key, Song
    from clinamen.engine.expectation import Expectation

__all__ = ["ChordRemark", "ChordWords", "expected_chords"]

# A chord is named among those expected if it is at least this likely, or the likeliest.
_WORTH_NAMING = 0.05
_OPEN_BELOW = 0.15
_FUNCTIONS = {
    "none": "chord.is_plain",
    "tonic": "chord.is_tonic",
    "subdominant": "chord.is_subdominant",
    "dominant": "chord.is_dominant",
}
_WORTH_SAYING = 0.5
"""Bits from which on the other tones and the bass are told apart from root and quality."""


@dataclass(frozen=True, slots=True)
class ChordRemark:
    """What there is to say about one chord.

    Parameters
    ----------
    event
        Index from 0.
    part
        What is explained: ``chord`` (root and quality) or ``detail`` (the rest).
    sentence
        In words.
    reason
        The regularity that is named in it, if one is clear.
    """

    event: int
    part: str
    sentence: str
    reason: ChordReason | None


def expected_chords(
    harmony: Expectation, event: int, n: int = 3, *, besides: bool = False
) -> list[tuple[str, float]]:
    """The likeliest roots and qualities before a chord, as symbols.

    Parameters
    ----------
    besides
        Leave out what came.
    """
    part = harmony.parts["chord"]
    choices = part.expected_at(event, n + 1)
    came = part.labels[int(part.symbols[event])] if besides else None
    return [(label, chance) for label, chance in choices if label != came][:n]


class ChordWords:
    """Words for the chords of one heard song."""

    def __init__(self, song: Song, harmony: Expectation) -> None:
        self._song, self._harmony = song, harmony
        self._spans = chord_changes(song)

    @cached_property
    def numerals(self) -> tuple[str, ...]:
        """Each chord in the key in force, such as ``V7``; "" where no key is known."""
        return tuple(self._numeral(event) for event in range(len(self._spans)))

    @cached_property
    def _columns(self) -> ChordColumns:
        return ChordColumns(harmony_events(self._song))

    def remark(self, event: int, *, placed: bool = True) -> ChordRemark:
        """What a chord cost, what was expected instead, what it does in the key, and why.

        Parameters
        ----------
        placed
            Whether to begin with the place.
        """
        parts = self._harmony.parts
        unexpected = [name for name, part in parts.items() if not was_likeliest(part, event)]
        among = unexpected or list(parts)
        target = max(among, key=lambda name: float(parts[name].information_content[event]))
        reason = self._reason(target, event) if unexpected else None
        sentences = [
            self._cost(event, placed),
            self._expected(target, event),
            self._function(event),
        ]
        if reason is not None:
            sentences.append(Message("why.clauses", text=reason.text))
        return ChordRemark(event, target, joined(sentences, "sentences"), reason)

    def _chord(self, event: int) -> Chord:
        return self._spans[event].chord

    def _key(self, event: int) -> Key | None:
        return self._song.melody.key_at(self._spans[event].onset_quarters)

    def _symbol(self, event: int) -> str:
        return clean(self._harmony.columns["symbol"][event])

    def _reason(self, target: str, event: int) -> ChordReason | None:
        part = self._harmony.parts[target]
        if part.explain is None:
            return None
        moment = ChordMoment(
            columns=self._columns,
            event=event,
            names=self._harmony.parts["chord"].labels,
            symbols=self._harmony.columns["symbol"],
            kinds=part.labels if target == "detail" else (),
            key=self._key(event),
        )
        return chord_reason(part.why(event), moment, self._harmony.columns["bar"])

    def _cost(self, event: int, placed: bool) -> str:
        bits = {name: _bits(part, event) for name, part in self._harmony.parts.items()}
        total = abs(float(self._harmony.information_content[event]))
        said = {"symbol": self._symbol(event), "bits": total, "chance": chance_words(total)}
        cost = Message("chord.cost", **said)
        if bits["detail"] >= _WORTH_SAYING:
            cost = Message("chord.cost_parts", **said, **bits)
        if not placed:
            return Message("why.cost_alone", cost=cost)
        place = place_words(self._harmony.columns, event)
        return Message("why.cost_line", place=place, cost=cost)

    def _expected(self, target: str, event: int) -> str:
        if was_likeliest(self._harmony.parts[target], event):
            return Message("chord.was_likeliest")
        if target == "detail":
            return self._expected_detail(event)
        choices = expected_chords(self._harmony, event, besides=True)
        label, chance = choices[0]
        if chance < _OPEN_BELOW:
            return Message("chord.was_open", name=clean(label), share=percent(chance))
        named = [
            Message("why.with_share", name=clean(each), share=percent(p))
            for each, p in choices
            if p >= _WORTH_NAMING
        ]
        return Message("chord.expected_instead", named=named)

    def _name(self, event: int) -> str:
        part = self._harmony.parts["chord"]
        return part.labels[int(part.symbols[event])]

    def _expected_detail(self, event: int) -> str:
        chord, detail = self._harmony.parts["chord"], self._harmony.parts["detail"]
        chance = float(chord.distribution[event][int(chord.symbols[event])])
        row, came = detail.distribution[event], int(detail.symbols[event])
        likeliest = int(np.argmax(np.where(np.arange(len(row)) == came, -1.0, row)))
        if not was_likeliest(chord, event):
            key = "chord.form_unlikely"
        else:
            key = "chord.form_expected" if chance >= 0.5 else "chord.form_likeliest"
        return Message(
            key,
            name=self._name(event),
            chance=percent(chance),
            what=self._form(event),
            seldom=percent(float(row[came])),
            instead=kind_words(detail.labels[likeliest]) or Message("chord.plain"),
            often=percent(float(row[likeliest])),
        )

    def _form(self, event: int) -> str:
        """What came besides root and quality, also where it was among no kinds known."""
        events = self._columns.events
        here = slice(event, event + 1)
        label = kind_labels(events.quality[here], events.detail[here])[0]
        return kind_words(label) or Message("chord.plain")

    def _numeral(self, event: int) -> str:
        key, chord = self._key(event), self._chord(event)
        if key is None or chord.root is None:
            return ""
        return chord.write("roman", key=key)

    def _function(self, event: int) -> str:
        key, chord = self._key(event), self._chord(event)
        if key is None or chord.root is None:
            return ""
        named = key_words(key)
        if self._song.melody.key_source == "estimated":
            named = Message("why.estimated_key", key=named)
        said = {"numeral": self.numerals[event], "key": named}
        function = chord.function(key)
        if function.family == "dominant" and function.of not in (None, 1):
            goal = degree_of(key.scale[function.of - 1], key)
            return Message("chord.is_dominant_of", goal=goal, **said)
        return Message(_FUNCTIONS[function.family], **said)


def _bits(part: Expectation, event: int) -> float:
    return abs(float(part.information_content[event]))
