"""A find as it is kept: the song, what changed, and why it surprises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from clinamen.domains.music.editing import changed_bars, with_notes
from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.notes import ChordSymbol
from clinamen.errors import FormatError
from clinamen.operations._bar_words import bars_listed, span_words
from clinamen.operations.edit import Draft, draft_of
from clinamen.operations.fish._ideas import Idea, Known, Proposal
from clinamen.operations.reasons import Explainer
from clinamen.operations.story.recording import in_all_languages
from clinamen.operations.words import note_sentence
from clinamen.texts import LANGUAGES, Message, joined

if TYPE_CHECKING:
    from fractions import Fraction

    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = ["FindFacts", "change_words", "draft_with", "song_with", "why_words"]

_LISTED = 4


@dataclass(frozen=True)
class FindFacts:
    """What the ledger keeps of a find beside its notes.

    Parameters
    ----------
    by
        Name of the generator.
    change, reason
        What it changes, and why it surprises, in every language.
    bars
        Bars that sound otherwise, as they are counted.
    worth, novelty
        When it surfaced; 0 to 1.
    quality, fit, sense, liking
        What the worth is made of: the listener and the constraints, the wish, how far it is
        still this song, and the chance that this maker keeps it.
    contrast
        Bits of the break above the median of the passage.
    features
        What is learnt from when it is kept or rejected.
    known
        What later ideas are held against.
    """

    by: str
    change: Mapping[str, str]
    reason: Mapping[str, str]
    bars: tuple[int, ...]
    worth: float
    novelty: float
    quality: float
    fit: float
    sense: float
    liking: float
    contrast: float
    features: tuple[float, ...]
    known: Known

    def to_json(self) -> str:
        """As text, for the ledger."""
        plain: dict[str, Any] = {
            "by": self.by,
            "change": dict(self.change),
            "reason": dict(self.reason),
            "bars": self.bars,
            "worth": self.worth,
            "novelty": self.novelty,
            "quality": self.quality,
            "fit": self.fit,
            "sense": self.sense,
            "liking": self.liking,
            "contrast": self.contrast,
            "features": self.features,
            "marks": sorted(self.known.marks, key=str),
            "measures": self.known.measures,
        }
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> FindFacts:
        """What `to_json` wrote.

        Raises
        ------
        FormatError
            If it is something else.
        """
        try:
            plain = json.loads(text)
            figures = ("worth", "novelty", "quality", "fit", "sense", "liking", "contrast")
            return cls(
                by=str(plain["by"]),
                change=_said(plain["change"]),
                reason=_said(plain["reason"]),
                bars=tuple(int(bar) for bar in plain["bars"]),
                features=tuple(float(each) for each in plain["features"]),
                known=Known(
                    frozenset((int(at), what) for at, what in plain["marks"]),
                    tuple(float(each) for each in plain["measures"]),
                ),
                **{name: float(plain[name]) for name in figures},
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise FormatError(f"not a find: {error}") from None


def _said(texts: Mapping[str, Any]) -> dict[str, str]:
    return {language: str(texts[language]) for language in LANGUAGES if language in texts}


def song_with(song: Song, proposal: Proposal) -> Song:
    """The song as it was proposed."""
    times = {(chord.onset_quarters, chord.symbol): chord for chord in song.chords}
    chords = tuple(
        times.get((onset, symbol)) or ChordSymbol(onset, symbol)
        for onset, symbol in ((_quarters(tick, song), each) for tick, each in proposal.chords)
    )
    return with_notes(song, proposal.notes).replace(chords=chords)


def _quarters(tick: int, song: Song) -> Fraction:
    """An onset exactly, where the song has a chord there."""
    from fractions import Fraction

    from clinamen.domains.music.events import to_ticks

    known = {to_ticks(chord.onset_quarters): chord.onset_quarters for chord in song.chords}
    return known.get(tick, Fraction(tick, TICKS_PER_QUARTER))


def draft_with(song: Song, base: Draft, proposal: Proposal) -> Draft:
    """The song as it was proposed as a draft: what was locked in it stays locked."""
    made = draft_of(song_with(song, proposal))
    locked = {(n.onset_ticks, n.duration_ticks, n.pitch) for n in base.notes if n.is_locked}
    notes = tuple(
        replace(n, is_locked=(n.onset_ticks, n.duration_ticks, n.pitch) in locked)
        for n in made.notes
    )
    held = {(chord.onset_ticks, chord.symbol) for chord in base.chords if chord.is_locked}
    chords = tuple(replace(c, is_locked=(c.onset_ticks, c.symbol) in held) for c in made.chords)
    return Draft(notes, chords)


def bars_of(song: Song, made: Song) -> tuple[int, ...]:
    """Bars that sound otherwise, as they are counted."""
    base = 0 if song.melody.pickup_quarters else 1
    return tuple(base + bar for bar in changed_bars(song, made))


def change_words(song: Song, made: Song) -> str:
    """What is other than before, in words: ``3 new notes and 2 gone, in bars 10 and 11``."""
    old = {(note.onset_quarters, note.pitch) for note in song.melody.notes}
    new = {(note.onset_quarters, note.pitch) for note in made.melody.notes}
    chords = {(c.onset_quarters, c.symbol) for c in made.chords}
    n_chords = len(chords - {(c.onset_quarters, c.symbol) for c in song.chords})
    parts = []
    if new - old:
        parts.append(Message("fish.new_notes", n=len(new - old)))
    if old - new:
        parts.append(Message("fish.gone_notes", n=len(old - new)))
    if n_chords:
        parts.append(Message("fish.new_chords", n=n_chords))
    if not parts:
        parts.append(Message("fish.new_lengths"))
    bars = bars_of(song, made)
    where = span_words(bars[0], bars[-1]) if len(bars) > _LISTED else _listed(bars)
    return Message("fish.change", what=joined(parts, "and"), bars=where)


def _listed(bars: tuple[int, ...]) -> str:
    """``in bars 10 and 11``, as `span_words` says them where they follow each other."""
    if bars[-1] - bars[0] == len(bars) - 1:
        return span_words(bars[0], bars[-1])
    return Message("fish.in_these", bars=bars_listed(bars))


def why_words(idea: Idea, made: Song, listener: Listener) -> dict[str, str]:
    """Why it surprises, in every language: by its generator where that said it, else of the new
    note that costs most, as the listener tells it."""
    if idea.proposal.reason:
        return dict(idea.proposal.reason)
    if idea.peak < 0:
        return in_all_languages(Message("fish.nothing_new"))
    # As ideas are heard: with the chords, so that one mixture is at work and not two.
    heard = listener.hear(made, target="joint")
    sentence = note_sentence(heard, idea.peak, made.melody)
    reason = Explainer(heard, made.melody).sentence(idea.peak)
    return in_all_languages(joined((sentence, reason), "sentences"))
