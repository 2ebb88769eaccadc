"""The figures of IDyOM 1.7.1 and the melodies they belong to, read from the golden files."""

from __future__ import annotations

import csv
import gzip
import json
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Note
from clinamen.domains.music.projection import Alphabets
from clinamen.engine.ppm import LTM_DEFAULTS, PPMOptions

GOLDEN = Path(__file__).parents[1] / "golden" / "idyom"
TOLERANCE_BITS = 5e-5

VARIANT = re.compile(r"variant\.([abcdx])\.ob(inf|\d+)\.ue([01])\.mix([01])\.(\S+)")
TARGETS = {"TGTbioi": ("onset",), "TGTcpitch_bioi": ("pitch", "onset")}


@dataclass(frozen=True)
class Configuration:
    """One pair of columns of the golden file."""

    name: str
    memory: str
    viewpoints: dict[str, str]
    """Target to viewpoints, in our notation; two targets are predicted by the chain rule."""
    long_term: PPMOptions


def parse(name: str) -> Configuration:
    if match := VARIANT.fullmatch(name):
        escape, bound, fresh, mixed, memory = match.groups()
        order_bound = None if bound == "inf" else int(bound)
        options = PPMOptions(escape, order_bound, fresh == "1", mixed == "1")  # type: ignore[arg-type]
        return Configuration(name, memory, {"pitch": "cpitch"}, options)
    *prefix, viewpoints, memory = name.split(".")
    targets = TARGETS[prefix[0]] if prefix else ("pitch",)
    systems = [part.replace("X", "*") for part in viewpoints.split("_")]
    if len(targets) == 1:
        return Configuration(name, memory, {targets[0]: " ".join(systems)}, LTM_DEFAULTS)
    return Configuration(name, memory, dict(zip(targets, systems, strict=True)), LTM_DEFAULTS)


def _read_rows() -> list[dict[str, str]]:
    with gzip.open(GOLDEN / "synthetic24.reference.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _melody(record: dict[str, Any]) -> Melody:
    assert record["time_signature"] == "4/4"
    notes = (
        Note(Fraction(n["onset"]), Fraction(n["duration"]), n["midi_pitch"])
        for n in record["notes"]
    )
    return Melody(
        tuple(notes),
        keys=(KeyChange(Fraction(0), Key(record["key_fifths"], record["mode"])),),
        meters=(MeterChange(Fraction(0), Meter(4, 4)),),
    )


ROWS = _read_rows()
NAMES = tuple(column.removesuffix(".ic") for column in ROWS[0] if column.endswith(".ic"))
MELODIES = {
    record["id"]: _melody(record)
    for record in json.loads((GOLDEN / "synthetic24.json").read_text("utf-8"))["melodies"]
}
FOLDS = json.loads((GOLDEN / "synthetic24.folds.json").read_text("utf-8"))["test_folds"]
EVENTS: dict[str, MelodyEvents] = {name: melody_events(m) for name, m in MELODIES.items()}
ALPHABETS = Alphabets.of(EVENTS.values())


def reference(name: str, melody: str) -> np.ndarray:
    """What IDyOM printed: information content and entropy of every note, shape ``(T, 2)``."""
    rows = [row for row in ROWS if row["melody"] == melody]
    return np.array([[float(row[f"{name}.ic"]), float(row[f"{name}.entropy"])] for row in rows])
