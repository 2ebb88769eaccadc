"""Train the shipped listener from melodies in JSON lines.

    python tools/train_listener.py FOLDER -o src/clinamen/listeners/songs.listener

FOLDER holds lieder.jsonl, openewld.jsonl and openhymnal.jsonl (one melody a line:
`notes` as [onset_quarters, duration_quarters, midi_pitch], `key`, `mode`, `meter`,
`bars` and `phrases` as onsets). The same data give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Note
from clinamen.errors import ParameterError
from clinamen.io.listener_file import write_listener

CORPORA = {
    "openewld": "popular songs up to about 1930 (OpenEWLD; scores public domain)",
    "openhymnal": "hymns, soprano (Open Hymnal; marked public domain)",
    "lieder": "art songs, vocal lines (OpenScore Lieder; CC0)",
}
VIEWPOINTS = {
    "pitch": "cpint*cpintfref, cpint*posinbar, cpitch",
    "onset": "bioi*posinbar",
    "duration": "dur*posinbar",
}
LONGEST_CONTEXT = 6
_NATURALS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}


def exact(value: float) -> Fraction:
    """A time in quarters as the simple fraction it was printed from."""
    return Fraction(value).limit_denominator(10080)


def parse_key(name: str, mode: str) -> Key:
    """A key from its tonic's name and its mode."""
    fifths = _NATURALS[name[0]] + 7 * (name.count("#") - name.count("b"))
    return Key(fifths - Key(0, mode).tonic_fifths, mode)


def parse_melody(line: dict[str, Any]) -> Melody | None:
    """A melody from a line of JSON; None where notes overlap or nothing is left."""
    notes = [
        Note(exact(onset), exact(duration), int(pitch))
        for onset, duration, pitch in line["notes"]
        if duration > 0
    ]
    if not notes:
        return None
    onsets = [note.onset_quarters for note in notes]
    numerator, denominator = (int(part) for part in (line.get("meter") or "4/4").split("/"))
    bars = sorted({exact(bar) for bar in line.get("bars") or ()} | {Fraction(0)})
    starts = {bisect_left(onsets, exact(start)) for start in line.get("phrases") or ()}
    phrases = sorted(start for start in starts if start < len(notes))
    meter = Meter(numerator, denominator)
    first = bars[1] if len(bars) > 1 else Fraction(0)
    try:
        return Melody(
            tuple(notes),
            keys=(KeyChange(Fraction(0), parse_key(line["key"], line["mode"])),),
            meters=(MeterChange(Fraction(0), meter),),
            bar_onsets=tuple(bars) if len(bars) > 1 else (),
            pickup_quarters=first if first < meter.bar_quarters else Fraction(0),
            phrase_starts=tuple(sorted({0, *phrases})) if phrases else (),
        )
    except (ParameterError, KeyError):
        return None


def read_corpus(path: Path) -> Iterator[Melody]:
    """Melodies of a file, those left out that are not one line of notes."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            melody = parse_melody(json.loads(line))
            if melody is not None:
                yield melody


def train(folder: Path) -> Listener:
    """A listener that has heard all corpora in order."""
    listener = Listener(name="songs", viewpoints=VIEWPOINTS, longest_context=LONGEST_CONTEXT)
    facts = []
    melodies: list[Melody] = []
    for name, what in CORPORA.items():
        path = folder / f"{name}.jsonl"
        found = list(read_corpus(path))
        melodies += found
        facts.append(
            {
                "corpus": name,
                "what": what,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "n_melodies": len(found),
                "n_notes": sum(len(melody.notes) for melody in found),
            }
        )
    listener.learn(melodies)
    listener.facts = {"corpora": facts}
    return listener


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    listener = train(options.folder)
    data = write_listener(listener)
    options.output.write_bytes(data)
    print(
        f"{options.output}: {len(data):,} bytes, {listener.n_melodies:,} melodies, "
        f"{listener.n_notes:,} notes, sha256 {hashlib.sha256(data).hexdigest()}"
    )


if __name__ == "__main__":
    main()
