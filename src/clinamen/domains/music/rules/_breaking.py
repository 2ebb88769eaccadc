"""One rule broken: what holds instead, what stays, and where a search for such songs begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from clinamen.domains.music.editing import NoteTicks, notes_in_ticks, with_notes
from clinamen.domains.music.notes import KeyChange, Song
from clinamen.domains.music.rules._following import Rules, rules_of
from clinamen.domains.music.rules._habits import Cadence, Rhythm, other_habits
from clinamen.domains.music.rules._metre import Metre, in_metre, metres_beside
from clinamen.domains.music.rules._moving import with_pitches
from clinamen.domains.music.rules._plan import Plan, plans_beside
from clinamen.domains.music.rules._reading import Reading, layout_of, reading_of
from clinamen.domains.music.rules._rule import Rule
from clinamen.domains.music.rules._scale import Scale, scales_beside
from clinamen.domains.music.spelling import spelled
from clinamen.errors import ParameterError

__all__ = ["KINDS", "VIEWPOINTS", "Break", "breaks_of"]

VIEWPOINTS = ("interval", "contour", "rhythm", "peak", "cadence")
"""Habits of the line."""

KINDS = ("scale", "metre", "plan", *VIEWPOINTS)
"""What a rule can be about."""

_GIVES_WAY = {
    # Bars of another length have other rhythms, and other beats for a peak to fall on.
    "metre": ("rhythm", "peak"),
    # Other phrases are asked for, so which shape most of them have is open.
    "plan": ("contour", "peak"),
    # Each of these moves what the others look at.
    "rhythm": ("peak",),
    "contour": ("peak",),
    "peak": ("contour",),
    # A scale of fewer degrees has wider steps.
    "scale": ("interval",),
}
"""Which other rules may change with one, because they cannot both hold, or are about the same."""


@dataclass(frozen=True, eq=False)
class Break:
    """Rules of a song that are broken together, and a first song that breaks them.

    Parameters
    ----------
    old, new
        The rules that held, and what holds instead; one or two.
    kept
        The other rules of the song, which must go on to hold.
    song
        The source told by the new rules as far as moving its notes goes; a search goes on
        from there.
    """

    old: tuple[Rule, ...]
    new: tuple[Rule, ...]
    kept: tuple[Rule, ...]
    song: Song

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is broken."""
        return tuple(rule.kind for rule in self.old)

    def lacks(self, reading: Reading) -> float:
        """How far a tune is from breaking these rules and no others; 0 where it does that.

        Each rule that must hold counts what it lacks to `Rule.least`, each that must not how far
        it is above it, both with a hundredth for not being there at all.
        """
        total = 0.0
        for rule in (*self.new, *self.kept):
            if not rule.holds(reading):
                total += 0.01 + rule.least - rule.count(reading).share
        for rule in self.old:
            if rule.holds(reading):
                total += 0.01 + rule.count(reading).share - rule.least
        return total


def breaks_of(song: Song, kinds: Sequence[str] = KINDS) -> Iterator[Break]:
    """Ways to break one rule of a song.

    Parameters
    ----------
    kinds
        Out of `KINDS`.

    Raises
    ------
    ParameterError
        If a kind is none of them.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise ParameterError(f"a rule is one of {', '.join(KINDS)}, not {kind!r}")
    rules = rules_of(song.melody)
    reading = reading_of(song.melody)
    for kind in dict.fromkeys(kinds):
        rule = rules.get(kind)
        if rule is None:
            continue
        stays = (kind, *_GIVES_WAY.get(kind, ()))
        kept = tuple(each for each in rules if each.kind not in stays)
        for new, told in _neighbours(song, rule, rules, reading):
            yield Break((rule,), (new,), kept, told)


def both(one: Break, other: Break) -> Break | None:
    """Two rules broken together; None where one of them undoes the other, or they do not go
    together."""
    if one.kinds == other.kinds:
        return None
    told = one.song
    for rule in other.new:
        how = _retold(told, other.old[0], rule)
        if how is None:
            return None
        told = how
    broken = {*one.kinds, *other.kinds}
    kept = tuple(rule for rule in one.kept if rule in other.kept and rule.kind not in broken)
    return Break((*one.old, *other.old), (*one.new, *other.new), kept, told)


def _neighbours(
    song: Song, rule: Rule, rules: Rules, reading: Reading
) -> Iterator[tuple[Rule, Song]]:
    if isinstance(rule, Scale):
        yield from ((new, _in_scale(song, rule, new)) for new in scales_beside(rule))
    elif isinstance(rule, Metre):
        yield from metres_beside(song)
    elif isinstance(rule, Plan):
        yield from plans_beside(song, rule, rules.scale)
    else:
        steps = rules.scale.steps if rules.scale else tuple(range(12))
        yield from ((new, _with_habit(song, new)) for new in other_habits(rule, reading, steps))


def _with_habit(song: Song, new: Rule) -> Song:
    """The song with the habit as far as one simple change gives it: its end, or bars' rhythm."""
    melody = song.melody
    layout = layout_of(melody)
    if isinstance(new, Cadence) and layout.tonic is not None:
        last = melody.notes[-1]
        near = [p for p in range(128) if (p - layout.tonic) % 12 == new.semitones]
        pitch = min(near, key=lambda each: (abs(each - last.pitch), each))
        notes = [*notes_in_ticks(melody)]
        notes[-1] = (*notes[-1][:2], pitch)
        return with_notes(song, notes)
    if isinstance(new, Rhythm):
        return with_notes(song, _in_rhythm(reading_of(melody), new))
    return song


def _in_rhythm(reading: Reading, new: Rhythm) -> list[NoteTicks]:
    """Notes of the bars that have as many as the rhythm begin where it says."""
    onsets: dict[int, int] = {}
    for start, end in reading.layout.full_bars:
        bar = reading.between(start, end)
        if len(bar) == len(new.onsets):
            moved = zip(bar, new.onsets, strict=True)
            onsets |= {note[0]: start + onset for note, onset in moved}
    placed = [(onsets.get(note[0], note[0]), note) for note in reading.notes]
    ends = [onset for onset, _ in placed[1:]] + [reading.layout.lines[-1]]
    return [
        (onset, min(note[1], end - onset), note[2])
        for (onset, note), end in zip(placed, ends, strict=True)
        if end > onset
    ]


def _retold(song: Song, old: Rule, new: Rule) -> Song | None:
    """A song that breaks one rule already, told by another new rule as well."""
    if isinstance(old, Scale) and isinstance(new, Scale):
        return _in_scale(song, old, new)
    if isinstance(new, Metre):
        return in_metre(song, new.meter)
    # A plan is about the phrases of the source: it comes first of a pair.
    return None if isinstance(new, Plan) else song


def _in_scale(song: Song, old: Scale, new: Scale) -> Song:
    """The song with each degree moved to the new scale; chords with notes outside are left out."""
    told = with_pitches(song, lambda pitch: min(max(old.moved(pitch, new), 0), 127))
    melody = told.melody
    keys = tuple(KeyChange(each.onset_quarters, new.key(each.key)) for each in melody.keys)
    is_in: Callable[[frozenset[int]], bool] = new.pitch_classes.issuperset
    fits = {
        span.onset_quarters
        for span in song.harmony
        if span.chord.root_pitch_class is None or is_in(frozenset(span.chord.pitch_classes))
    }
    chords = tuple(each for each in told.chords if each.onset_quarters in fits)
    melody = melody.replace(keys=keys)
    if any(note.spelling for note in song.melody.notes):
        kept = {i for i, note in enumerate(melody.notes) if note.spelling}
        melody = spelled(melody, kept=kept)
    return told.replace(melody=melody, chords=chords)
