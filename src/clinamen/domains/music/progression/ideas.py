"""What a chord that breaks the pattern is called: ideas that composers know by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clinamen.domains.music.chords import Chord, PitchName
from clinamen.domains.music.notes import Key
from clinamen.domains.music.progression._words import kind_words, nth
from clinamen.domains.music.progression.events import QUALITIES, detail_of
from clinamen.domains.music.progression.naming import kind_labels
from clinamen.texts import Message

__all__ = ["ChordIdea", "Surroundings", "idea_of", "motion_words", "spelled_among"]

MAJOR = frozenset({"maj", "maj7", "6"})
MINOR = frozenset({"min", "min7", "min6"})
DOMINANT = frozenset({"7", "aug7", "7b5"})
SUSPENDED = frozenset({"sus4", "7sus4", "sus2", "7sus2"})
_LEADS = MAJOR - {"maj7", "6"} | DOMINANT | {"aug"}
_DIMINISHED = frozenset({"dim", "dim7", "hdim7"})
_MINOR_MODES = ("minor", "aeolian", "dorian", "phrygian", "locrian")
_MAJOR_SCALE = frozenset({0, 2, 4, 5, 7, 9, 11})
_MINOR_SCALE = frozenset({0, 2, 3, 5, 7, 8, 10})

_SHARPEST = 8
"""Fifths above the signature up to which a root is spelled: the leading note in minor, and that
of the sixth degree in major; a diminished chord may be one more.
"""

_FLAT_KEY = -5

_ROLES_MAJOR = {0: "tonic", 2: "supertonic", 4: "mediant", 5: "subdominant", 7: "dominant",
                9: "relative minor", 11: "leading-note chord"}  # fmt: skip
_ROLES_MINOR = {0: "tonic", 2: "supertonic", 3: "relative major", 5: "subdominant",
                7: "dominant", 8: "submediant", 10: "subtonic",
                11: "leading-note chord"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChordIdea:
    """A name for what a chord does.

    Parameters
    ----------
    name
        Short, the same wherever the idea is met: ``tritone substitute``.
    words
        With what it refers to here: ``the tritone substitute of C7``.
    worth
        From 0, none that musicians tell each other about, to 1.
    """

    name: str
    words: str
    worth: float


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a chord.

    Parameters
    ----------
    key
        In force.
    before, after
        The chords beside it, None where there are none.
    awaited
        The chord that was expected.
    """

    key: Key
    before: Chord | None
    awaited: Chord | None
    after: Chord | None

    @property
    def is_minor(self) -> bool:
        """Whether the key's third is minor."""
        return self.key.mode in _MINOR_MODES

    def above_tonic(self, chord: Chord | None) -> int:
        """Semitones of a root above the tonic, -1 where there is none."""
        root = None if chord is None else chord.root_pitch_class
        return -1 if root is None else (root - self.key.tonic_pitch_class) % 12


def idea_of(chord: Chord, around: Surroundings) -> ChordIdea:
    """The name of a chord that came where another was expected.

    Notes
    -----
    Source: the ideas are those of textbooks (Kostka and Payne, *Tonal Harmony*; Levine, *The
    Jazz Theory Book*, 1995); in which order they are looked for is ours, the most particular
    first.
    """
    for look in _LOOKS:
        found = look(chord, around)
        if found is not None:
            return found
    return ChordIdea("outside", Message("idea.outside"), 0.2)


def _deceptive(chord: Chord, around: Surroundings) -> ChordIdea | None:
    """The tonic was due after its dominant, and a chord on the sixth degree comes."""
    before, goal = around.before, around.above_tonic(chord)
    is_due = around.awaited is not None and around.above_tonic(around.awaited) == 0
    if not is_due or before is None or goal not in (8, 9):
        return None
    if around.above_tonic(before) not in (7, 11) or before.function(around.key).of != 1:
        return None
    if goal == 9 and chord.quality in MINOR - {"min6"} and not around.is_minor:
        return ChordIdea("deceptive cadence", Message("idea.deceptive"), 1.0)
    if goal == 8 and chord.quality in MAJOR:
        words = Message("idea.deceptive")
        if not around.is_minor:
            words = Message("idea.deceptive_borrowed", key=_parallel(around))
        return ChordIdea("deceptive cadence", words, 1.0)
    return None


def _picardy(chord: Chord, around: Surroundings) -> ChordIdea | None:
    is_due = around.awaited is not None and around.above_tonic(around.awaited) == 0
    is_home = around.is_minor and around.above_tonic(chord) == 0
    if is_due and is_home and chord.quality in MAJOR - {"maj7"}:
        return ChordIdea("Picardy third", Message("idea.picardy"), 1.0)
    return None


def _neapolitan(chord: Chord, around: Surroundings) -> ChordIdea | None:
    if around.above_tonic(chord) == 1 and chord.quality in MAJOR - {"6"}:
        return ChordIdea("Neapolitan", Message("idea.neapolitan"), 1.0)
    return None


def _substitute(chord: Chord, around: Surroundings) -> ChordIdea | None:
    """A dominant seventh that falls a semitone, or one that has another way home."""
    step, place = _step(chord, around.after), around.above_tonic(chord)
    if chord.quality not in DOMINANT or around.after is None:
        return None
    if step == 11 and place == 8 and around.above_tonic(around.after) == 7:
        return ChordIdea("German sixth", Message("idea.german_sixth"), 1.0)
    if step == 11 and chord.root is not None:
        stands_for = PitchName.at_fifths(_fifths_near(around.after, 1))
        words = Message("idea.tritone", chord=f"{stands_for}7")
        return ChordIdea("tritone substitute", words, 1.0)
    if step == 2 and place == 10 and around.above_tonic(around.after) == 0:
        return ChordIdea("backdoor dominant", Message("idea.backdoor"), 1.0)
    return None


def _secondary(chord: Chord, around: Surroundings) -> ChordIdea | None:
    """A dominant of the chord that follows, with tones from outside the key."""
    after = around.after
    if after is None or after.root is None or around.above_tonic(after) == 0:
        return None
    if _is_inside(chord, around):
        return None
    step, goal = _step(chord, after), str(after)
    if step == 5 and chord.quality in _LEADS:
        return ChordIdea("secondary dominant", Message("idea.dominant_of", chord=goal), 0.9)
    if step == 1 and chord.quality in _DIMINISHED:
        return ChordIdea("leading-note chord", Message("idea.leading_of", chord=goal), 0.8)
    return None


def _common_tone(chord: Chord, around: Surroundings) -> ChordIdea | None:
    after = around.after
    root = None if after is None else after.root_pitch_class
    if chord.quality == "dim7" and after is not None and root in chord.pitch_classes:
        return ChordIdea(
            "common-tone diminished", Message("idea.common_tone", chord=str(after)), 0.8
        )
    return None


def _borrowed(chord: Chord, around: Surroundings) -> ChordIdea | None:
    tones = _tones(chord, around)
    if _is_inside(chord, around):
        return None
    if tones <= (_MAJOR_SCALE if around.is_minor else _MINOR_SCALE):
        return ChordIdea("borrowed chord", Message("idea.borrowed", key=_parallel(around)), 0.9)
    return None


def _other_form(chord: Chord, around: Surroundings) -> ChordIdea | None:
    """The root that was awaited, with other tones."""
    awaited = around.awaited
    if awaited is None or awaited.root_pitch_class != chord.root_pitch_class:
        return None
    if awaited.quality == chord.quality:
        if chord.bass is not None:
            return ChordIdea("inversion", _bass_words(chord), 0.5)
        added = _added_words(chord)
        words = Message("idea.with", tones=added) if added else Message("idea.plain")
        return ChordIdea("colour", words, 0.3)
    if awaited.quality in MAJOR | DOMINANT and chord.quality in MINOR:
        return ChordIdea("turned minor", Message("idea.turned_minor"), 0.7)
    if awaited.quality in MINOR and chord.quality in MAJOR | DOMINANT:
        return ChordIdea("turned major", Message("idea.turned_major"), 0.7)
    if chord.quality in SUSPENDED:
        return ChordIdea("suspension", Message("idea.suspended"), 0.5)
    if chord.quality in ("aug", "aug7"):
        return ChordIdea("raised fifth", Message("idea.raised_fifth"), 0.5)
    if chord.quality in ("6", "min6"):
        return ChordIdea("other form", Message("idea.with_sixth"), 0.3)
    has, had = _has_seventh(chord), _has_seventh(awaited)
    if has and had:
        return ChordIdea("other form", Message("idea.other_seventh"), 0.3)
    if has or had:
        words = Message("idea.with_seventh" if has else "idea.without_seventh")
        return ChordIdea("other form", words, 0.3)
    return ChordIdea("other form", Message("idea.other_form"), 0.2)


def _bass_words(chord: Chord) -> str:
    """Which tone is in the bass: ``with its third in the bass``."""
    assert chord.root is not None
    assert chord.bass is not None
    number = chord.root.degree_of(chord.bass)[0]
    return Message("idea.bass", nth=nth(number - 1))


def _has_seventh(chord: Chord) -> bool:
    return any(degree.number == 7 for degree in chord.degrees)


def _added_words(chord: Chord) -> str:
    """What a chord has besides root and quality: ``an added ninth``."""
    quality = np.array([QUALITIES.index(chord.quality)])
    return kind_words(kind_labels(quality, np.array([detail_of(chord)]))[0])


def _mediant(chord: Chord, around: Surroundings) -> ChordIdea | None:
    """A third away from a neighbour, of the same gender, from outside the key."""
    if _is_inside(chord, around) or chord.quality not in ("maj", "min"):
        return None
    for other in (around.before, around.awaited):
        same = other is not None and any(
            other.quality in gender and chord.quality in gender for gender in (MAJOR, MINOR)
        )
        if other is not None and same and _step(other, chord) in (3, 4, 8, 9):
            return ChordIdea("chromatic mediant", Message("idea.mediant", chord=str(other)), 0.9)
    return None


def _blue(chord: Chord, around: Surroundings) -> ChordIdea | None:
    if chord.quality == "7" and around.above_tonic(chord) in (0, 5):
        return ChordIdea("blue seventh", Message("idea.blue"), 0.6)
    return None


def _sidestep(chord: Chord, around: Surroundings) -> ChordIdea | None:
    step = _step(around.awaited, chord)
    if step not in (1, 11) or around.awaited is None or _is_inside(chord, around):
        return None
    words = Message("idea.semitone_above" if step == 1 else "idea.semitone_below")
    return ChordIdea("side-step", words, 0.7)


def _other_dominant(chord: Chord, around: Surroundings) -> ChordIdea | None:
    """A dominant of another degree that does not go where it points."""
    function = chord.function(around.key)
    if function.family != "dominant" or function.of in (None, 1):
        return None
    goal = around.key.tonic_pitch_class + around.key.scale[function.of - 1]
    name = _spelled(goal % 12, around.key)
    return ChordIdea("dominant that goes elsewhere", Message("idea.points_to", name=str(name)), 0.5)


def _degree(chord: Chord, around: Surroundings) -> ChordIdea | None:
    roles = _ROLES_MINOR if around.is_minor else _ROLES_MAJOR
    role = roles.get(around.above_tonic(chord))
    if role is None or not _is_inside(chord, around):
        return None
    return ChordIdea(role, Message(f"idea.role_{role.replace(' ', '_')}"), 0.4)


_LOOKS: tuple[Callable[[Chord, Surroundings], ChordIdea | None], ...] = (
    _deceptive, _picardy, _neapolitan, _substitute, _secondary, _borrowed, _common_tone,
    _other_form, _blue, _mediant, _sidestep, _other_dominant, _degree,
)  # fmt: skip


def _tones(chord: Chord, around: Surroundings) -> frozenset[int]:
    tonic = around.key.tonic_pitch_class
    return frozenset((tone - tonic) % 12 for tone in chord.pitch_classes)


def _is_inside(chord: Chord, around: Surroundings) -> bool:
    """Whether all tones are of the key; in minor the leading note is one in its own chords."""
    scale = frozenset(around.key.scale)
    if around.is_minor and around.above_tonic(chord) in (7, 11):
        scale |= {11}
    return _tones(chord, around) <= scale


def _step(one: Chord | None, other: Chord | None) -> int:
    """Semitones from one root up to another, -1 where one lacks."""
    low = None if one is None else one.root_pitch_class
    high = None if other is None else other.root_pitch_class
    return -1 if low is None or high is None else (high - low) % 12


def _parallel(around: Surroundings) -> str:
    """The key on the same tonic in the other mode: ``F minor``."""
    tonic = str(PitchName.at_fifths(around.key.tonic_fifths))
    mode = Message("theory.mode_major" if around.is_minor else "theory.mode_minor")
    return Message("theory.key", tonic=tonic, mode=mode)


def _spelled(pitch_class: int, key: Key) -> PitchName:
    """A pitch class as a key spells it: from five fifths below its signature to six above."""
    near = [n for n in range(key.fifths - 5, key.fifths + 7) if n * 7 % 12 == pitch_class]
    return PitchName.at_fifths(near[0])


def _fifths_near(chord: Chord, fifths: int) -> int:
    assert chord.root is not None
    return chord.root.fifths + fifths


def spelled_among(chord: Chord, key: Key, after: Chord | None) -> Chord:
    """A chord with its root spelled by where it leads: Db7 before C, C#dim7 before D.

    A dominant or major chord that falls a semitone is spelled from above, a chord that rises a
    semitone from below, all others as the key has them.
    """
    if chord.root is None:
        return chord
    wanted = _spelled(chord.root.pitch_class, key).fifths
    step = _step(chord, after)
    if after is not None and after.root is not None:
        from_below = after.root.fifths + 5
        sharpest = key.fifths + _SHARPEST + (chord.quality in _DIMINISHED)
        if step == 1 and from_below <= sharpest:
            wanted = from_below
        elif step == 11 and chord.quality in DOMINANT | MAJOR:
            wanted = after.root.fifths - 5
    # C flat is for keys of many flats; beyond it, and A sharp, the other spelling is usual.
    lowest = -7 if key.fifths <= _FLAT_KEY else -6
    wanted = wanted + 12 if wanted < lowest else wanted - 12 if wanted > 10 else wanted
    moved = wanted - chord.root.fifths
    if not moved:
        return chord
    bass = PitchName.at_fifths(chord.bass.fifths + moved) if chord.bass else None
    return Chord(PitchName.at_fifths(wanted), chord.degrees, bass)


def motion_words(one: Chord, after: Chord) -> str:
    """How a root goes on to the next: ``falls a semitone to C7``."""
    step = _step(one, after)
    return Message("idea.goes_on" if step < 0 else f"idea.motion_{step}", chord=str(after))
