"""Many progressions heard at once are heard as each alone."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.progressions import progressions, song_of_symbols
from tests.domains.music.progression.taught import taught

from clinamen.domains.music.chords import parse_chord
from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Section
from clinamen.domains.music.progression.branches import ChordBranches, Vocabulary
from clinamen.domains.music.progression.columns import CHORD_COMPONENTS, ChordColumns
from clinamen.domains.music.progression.events import HarmonyEvents
from clinamen.domains.music.progression.experts import N_CHORDS
from clinamen.errors import ParameterError

# Kinds that the taught listeners know, kinds of the song's own, and no chord.
SYMBOLS = (
    "C",
    "Am",
    "F",
    "G7",
    "C/E",
    "Dm7",
    "Ab",
    "Db7",
    "G9",
    "C7(b9,#9)",
    "Dm6/B",
    "N.C.",
    "E5",
)
VOCABULARY = Vocabulary(parse_chord(symbol) for symbol in SYMBOLS)
NOTES = [(4 * n, 2, 60 + step) for n, step in enumerate((4, 0, 5, 7, 4, 9, 4, 11))]
KNOWN = ({"key", "timing"}, {"key", "melody", "timing"})


def frame(n_chords):
    song = song_of_symbols(["C"] * n_chords, key=Key(0), notes=NOTES[:n_chords])
    keys = (*song.melody.keys, KeyChange(Fraction(12), Key(-3)))
    sections = (Section(Fraction(0), "A"), Section(Fraction(16), "B"))
    return song.replace(melody=song.melody.replace(keys=keys), sections=sections)


@st.composite
def lines(draw):
    """Some progressions that share a beginning, none with a chord twice in a row."""
    n_chords = draw(st.integers(2, 8))
    numbers = st.integers(0, len(SYMBOLS) - 1)
    first = draw(st.integers(0, n_chords - 1))
    whole = draw(st.lists(numbers, min_size=n_chords, max_size=n_chords))
    found = []
    for _ in range(draw(st.integers(1, 4))):
        rest = draw(st.lists(numbers, min_size=n_chords, max_size=n_chords))
        line = whole[:first] + rest[first:]
        for place in range(1, n_chords):
            if line[place] == line[place - 1]:
                line[place] = (line[place] + 1) % len(SYMBOLS)
        found.append(line)
    shared = [line for line in found if line[:first] == found[0][:first]]
    return first, np.array(shared)


@settings(deadline=None, max_examples=40)
@given(lines(), st.sampled_from(KNOWN))
def test_bits_are_those_of_hearing_each_song(drawn, known):
    first, branches = drawn
    learned, song = taught(frozenset(known)), frame(branches.shape[1])
    onsets = [symbol.onset_quarters for symbol in song.chords]
    many = ChordBranches(learned, song, onsets, VOCABULARY)
    heard = many.bits(branches, first)
    last = many.last_bits(branches)
    for row, line in enumerate(branches):
        symbols = (ChordSymbol(o, SYMBOLS[n]) for o, n in zip(onsets, line, strict=True))
        alone = learned.hear(song.replace(chords=tuple(symbols)))
        np.testing.assert_allclose(heard.total[row], alone.information_content[first:], atol=1e-12)
        for part, bits in (("chord", heard.chord), ("detail", heard.detail)):
            expected = alone.parts[part].information_content[first:]
            np.testing.assert_allclose(bits[row], expected, atol=1e-12)
        np.testing.assert_allclose(last.total[row, 0], alone.information_content[-1], atol=1e-12)


def test_each_branch_has_kinds_of_its_own():
    """Kinds that no one else has, learnt from this song alone, come again."""
    one, two, plain, seventh = (SYMBOLS.index(s) for s in ("C7(b9,#9)", "Dm6/B", "F", "G7"))
    line = [plain, 0, plain, seventh, plain, 0, plain]
    branches = np.array([line, line, line])
    branches[0, 1::4], branches[1, 1::4] = one, two
    branches[2, [1, 3, 5]] = two, one, one
    learned, song = taught(frozenset({"key", "timing"})), frame(7)
    onsets = [symbol.onset_quarters for symbol in song.chords]
    bits = ChordBranches(learned, song, onsets, VOCABULARY).bits(branches, 1).total
    for row, numbers in enumerate(branches):
        symbols = (ChordSymbol(o, SYMBOLS[n]) for o, n in zip(onsets, numbers, strict=True))
        alone = learned.hear(song.replace(chords=tuple(symbols))).information_content
        np.testing.assert_allclose(bits[row], alone[1:], atol=1e-12)


@settings(deadline=None, max_examples=25)
@given(lines(), st.sampled_from(KNOWN))
def test_chances_are_those_before_the_chord_that_comes(drawn, known):
    _, branches = drawn
    learned, song = taught(frozenset(known)), frame(branches.shape[1])
    onsets = [symbol.onset_quarters for symbol in song.chords]
    chances = ChordBranches(learned, song, onsets, VOCABULARY).chances(branches[:, :-1])
    assert chances.shape == (len(branches), N_CHORDS)
    for row, line in enumerate(branches):
        symbols = (ChordSymbol(o, SYMBOLS[n]) for o, n in zip(onsets, line, strict=True))
        alone = learned.hear(song.replace(chords=tuple(symbols))).parts["chord"].distribution[-1]
        np.testing.assert_allclose(chances[row], alone, atol=1e-12)


@settings(deadline=None, max_examples=30)
@given(progressions(min_size=6, max_size=6), progressions(min_size=6, max_size=6))
def test_components_of_two_progressions_are_those_of_each(one, other):
    def both(name):
        return np.stack([getattr(one, name), getattr(other, name)])

    shared = ("onset", "duration", "tonic", "mode", "bar", "place", "bar_length", "beat_length")
    columns = {name: getattr(one, name) for name in (*shared, "melody", "section")}
    own = {name: both(name) for name in ("root", "quality", "detail", "tones", "function")}
    together = ChordColumns(HarmonyEvents(**columns, **own))
    for row in range(2):
        mine = {name: values[row] for name, values in own.items()}
        alone = ChordColumns(HarmonyEvents(**columns, **mine))
        for component in CHORD_COMPONENTS.values():
            values = np.broadcast_to(component.column(together), (2, 6))
            np.testing.assert_array_equal(values[row], component.column(alone), component.name)


@pytest.mark.parametrize("onsets", [[], [0, 4, 4], [4, 0], [0, 8], [-1]])
def test_onsets_rise_within_the_song(onsets):
    with pytest.raises(ParameterError, match="chords must begin"):
        ChordBranches(
            taught(frozenset({"key", "timing"})),
            frame(2),
            [Fraction(o) for o in onsets],
            VOCABULARY,
        )


def test_a_chord_of_another_vocabulary_has_no_number():
    with pytest.raises(ParameterError, match="Bbm"):
        VOCABULARY.number(parse_chord("Bbm"))


def test_spelling_apart_chords_are_alike():
    vocabulary = Vocabulary(map(parse_chord, ("C#7", "Db7", "Db", "Db7/F")))
    assert vocabulary.alike(np.array([0, 0, 0, 0]), np.arange(4)).tolist() == [
        True,
        True,
        False,
        False,
    ]
