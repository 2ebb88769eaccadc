"""An ear hears what its listener hears."""

from __future__ import annotations

import numpy as np

import clinamen
from clinamen.domains.music.editing import notes_in_ticks, with_notes
from clinamen.domains.music.tunes import Ear, Tune


def test_it_hears_each_tune_as_the_listener_hears_it() -> None:
    song = clinamen.read("examples/ode_to_joy.musicxml")
    listener = clinamen.load_listener()
    notes = notes_in_ticks(song.melody)
    tunes = [
        Tune.of(notes),
        Tune.of((a, b, pitch + (place % 3 == 0)) for place, (a, b, pitch) in enumerate(notes)),
        Tune.of([]),
        Tune.of(notes[:7]),
    ]
    heard = Ear(listener, song).hear(tunes)
    assert [each.bits.shape[1] for each in heard] == [len(tune) for tune in tunes]
    for tune, each in zip(tunes, heard, strict=True):
        if len(tune) < len(notes):
            continue
        changed = with_notes(song, tune.notes)
        for row, target in enumerate(("onset", "pitch")):
            alone = listener.hear(changed, target=target)
            np.testing.assert_array_equal(each.bits[row], alone.information_content)
            np.testing.assert_array_equal(each.entropy[row], alone.entropy)


def test_its_chances_are_those_the_listener_tells() -> None:
    song = clinamen.read("examples/ode_to_joy.musicxml")
    listener = clinamen.load_listener()
    ear = Ear(listener, song)
    notes = notes_in_ticks(song.melody)
    tunes = [Tune.of([]), Tune.of(notes), Tune.of(notes[:5])]
    for target in ("onset", "pitch"):
        tables = ear.chances(tunes, target)
        alone = listener.hear(song, target=target)
        assert [table.shape for table in tables] == [
            (len(tune), len(ear.alphabet(target))) for tune in tunes
        ]
        np.testing.assert_array_equal(tables[1], alone.distribution)
        np.testing.assert_array_equal(tables[2], alone.distribution[:5])
