"""A heard song as plain data (JSON), as a table (CSV), and as a picture."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from clinamen.operations._belief import choices_at
from clinamen.operations.contrast import section_contrast, section_record
from clinamen.operations.hear import HearResult
from clinamen.operations.reasons import Explainer
from clinamen.operations.text import clean
from clinamen.operations.why import regularity_records

if TYPE_CHECKING:
    import pandas as pd

    from clinamen.domains.music.notes import Song

__all__ = [
    "SCHEMA",
    "json_record",
    "music_facts",
    "note_frame",
    "plain",
    "plot_bytes",
]

SCHEMA = "clinamen.hear/1"
"""Name and version of the JSON object; a key that is removed or changes its meaning
raises the version, a new key does not."""

N_EXPECTED = 3


def json_record(result: HearResult, *, file: str, idyom: bool = False) -> dict[str, Any]:
    """One JSON object per file; see `docs/reference/hear-output.md` for its keys.

    Numbers are exact (shortest form that reads back to the same float); one that is not
    finite is null.
    """
    song, expectation = result.song, result.expectation
    record: dict[str, Any] = plain(
        {
            "schema": SCHEMA,
            "file": file,
            "title": song.title,
            "composer": song.composer,
            "format": song.source_format,
            **music_facts(song),
            "target": expectation.target,
            "settings": dict(expectation.settings),
            "n_notes": len(expectation),
            "mean_information_content": float(expectation.information_content.mean()),
            "mean_entropy": float(expectation.entropy.mean()),
            "notes": _notes(result, idyom),
            "most_surprising": _remarks(result),
            "continuation": {
                "sentence": result.continuation.sentence,
                "expected": _following(result),
            },
            **section_record(section_contrast(song, expectation)),
            "notices": list(song.notices),
        }
    )
    return record


def _remarks(result: HearResult) -> list[dict[str, Any]]:
    explainer = Explainer(result.expectation, result.song.melody)
    return [
        {
            "note": remark.event + 1,
            "sentence": remark.sentence,
            "why": regularity_records(explainer.explanations(remark.event)),
        }
        for remark in result.remarks
    ]


def music_facts(song: Song) -> dict[str, Any]:
    """Keys, metres and where they are from."""
    melody = song.melody
    keys = [
        {"onset_quarters": float(change.onset_quarters), "name": str(change.key)}
        for change in melody.keys
    ]
    meters = [
        {"onset_quarters": float(change.onset_quarters), "name": str(change.meter)}
        for change in melody.meters
    ]
    return {
        "keys": keys,
        "key_source": melody.key_source if keys else None,
        "meters": meters,
        "meter_source": melody.meter_source,
        "phrase_source": melody.phrase_source if melody.phrase_starts else None,
        "pickup_quarters": float(melody.pickup_quarters),
    }


def _notes(result: HearResult, idyom: bool) -> list[dict[str, Any]]:
    expectation = result.expectation
    renamed = expectation.idyom_columns if idyom else {}
    columns: dict[str, Any] = {name: list(values) for name, values in expectation.columns.items()}
    for name, part in expectation.parts.items():
        columns[f"{name}_information_content"] = part.information_content.tolist()
        columns[f"{name}_entropy"] = part.entropy.tolist()
    columns["information_content"] = expectation.information_content.tolist()
    columns["entropy"] = expectation.entropy.tolist()
    columns["probability"] = [2.0**-bits for bits in columns["information_content"]]
    rows = []
    for event in range(len(expectation)):
        row = {renamed.get(name, name): values[event] for name, values in columns.items()}
        row["expected"] = _expected(result, event)
        rows.append(row)
    return rows


def _expected(result: HearResult, event: int) -> Any:
    expectation = result.expectation
    if expectation.parts:
        return {
            name: _choices(choices_at(part, event, N_EXPECTED))
            for name, part in expectation.parts.items()
        }
    return _choices(choices_at(expectation, event, N_EXPECTED))


def _following(result: HearResult) -> Any:
    expected = {name: _choices(each) for name, each in result.continuation.expected.items()}
    return expected if result.expectation.parts else next(iter(expected.values()), [])


def _choices(likeliest: Any) -> list[dict[str, Any]]:
    return [{"value": label, "probability": float(p)} for label, p in likeliest]


def plain(value: Any) -> Any:
    """Only what JSON knows: numpy scalars become Python's, infinities null."""
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def note_frame(result: HearResult, *, file: str, idyom: bool = False) -> pd.DataFrame:
    """One row per note, the file's name in the first column."""
    frame = result.expectation.to_frame(idyom=idyom)
    frame.insert(0, "file", file)
    return frame


def plot_bytes(result: HearResult, plot_format: str) -> bytes:
    """The picture of `Expectation.plot` with the song's title, the same bytes every time.

    Raises
    ------
    ParameterError
        If `plot_format` is not svg or png.
    """
    from clinamen.engine._plot import check_plot_format, figure_bytes

    check_plot_format(plot_format)
    figure = result.expectation.plot()
    title = clean(result.song.title) or clean(result.song.source)
    # A dollar sign in a title is a dollar sign, not the beginning of a formula.
    figure.suptitle(title, x=0.01, ha="left", fontsize=18, fontweight="bold", parse_math=False)
    with warnings.catch_warnings():
        # A script that the font lacks shows as boxes in a PNG, and as text in an SVG.
        warnings.filterwarnings("ignore", message="Glyph")
        return figure_bytes(figure, plot_format)
