"""The chords of a heard song as plain data (JSON) and as a picture."""

from __future__ import annotations

import warnings
from typing import Any

from clinamen.operations.export import music_facts, plain
from clinamen.operations.harmony_hearing import HarmonyCurves, HarmonyHearing

__all__ = ["HARMONY_SCHEMA", "harmony_plot_bytes", "harmony_record"]

HARMONY_SCHEMA = "clinamen.harmony/1"
"""Name and version of the JSON object; see `clinamen.operations.export.SCHEMA`."""

N_EXPECTED = 3


def harmony_record(hearing: HarmonyHearing, *, file: str) -> dict[str, Any]:
    """One JSON object per file; see `docs/reference/hear-output.md` for its keys.

    Numbers are exact; one that is not finite is null.
    """
    song, harmony = hearing.song, hearing.harmony
    record: dict[str, Any] = plain(
        {
            "schema": HARMONY_SCHEMA,
            "file": file,
            "title": song.title,
            "composer": song.composer,
            "format": song.source_format,
            **music_facts(song),
            "settings": dict(harmony.settings),
            "n_chords": len(harmony),
            "n_notes": 0 if hearing.melody is None else len(hearing.melody),
            "mean_information_content": harmony.mean_information_content,
            "mean_entropy": float(harmony.entropy.mean()),
            "chords": [_chord(hearing, event) for event in range(len(harmony))],
            "events": _curve_rows(hearing.events, hearing.melody is not None),
            "bars": _curve_rows(hearing.bars, hearing.melody is not None),
            "highest_bars": [int(hearing.bars.bar[place]) for place in hearing.moments],
            "most_surprising": [
                {
                    "chord": remark.event + 1,
                    "part": remark.part,
                    "sentence": remark.sentence,
                    "why": _reason(remark),
                }
                for remark in hearing.remarks
            ],
            "continuation": _choices(hearing.following),
            "notices": list(song.notices),
        }
    )
    return record


def _chord(hearing: HarmonyHearing, event: int) -> dict[str, Any]:
    harmony = hearing.harmony
    chord, detail = harmony.parts["chord"], harmony.parts["detail"]
    bits = float(harmony.information_content[event])
    return {
        **{name: values[event] for name, values in harmony.columns.items()},
        "numeral": hearing.numerals[event],
        "information_content": bits,
        "entropy": float(harmony.entropy[event]),
        "probability": 2.0**-bits,
        "chord_information_content": float(chord.information_content[event]),
        "chord_entropy": float(chord.entropy[event]),
        "detail_information_content": float(detail.information_content[event]),
        "detail_entropy": float(detail.entropy[event]),
        "expected": _choices(chord.expected_at(event, N_EXPECTED)),
    }


def _choices(likeliest: Any) -> list[dict[str, Any]]:
    return [{"value": label, "probability": float(chance)} for label, chance in likeliest]


def _curve_rows(curves: HarmonyCurves, has_melody: bool) -> list[dict[str, Any]]:
    """Rows of the curves; without a melody, harmony alone."""
    columns: dict[str, Any] = {
        "bar": curves.bar.tolist(),
        "onset_quarters": curves.onset_quarters.tolist(),
    }
    if has_melody:
        columns["n_notes"] = curves.n_notes.tolist()
    columns["n_chords"] = curves.n_chords.tolist()
    if has_melody:
        columns |= {"rhythm": curves.rhythm.tolist(), "melody": curves.melody.tolist()}
    columns |= {"harmony": curves.harmony.tolist(), "sum": curves.total.tolist()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _reason(remark: Any) -> dict[str, Any] | None:
    reason = remark.reason
    if reason is None:
        return None
    memory = "this song" if reason.memory == "song" else "learnt songs"
    return {"memory": memory, "bits": reason.bits, "expert": reason.expert, "text": reason.text}


def harmony_plot_bytes(hearing: HarmonyHearing, plot_format: str) -> bytes:
    """The curves as a picture, the same bytes every time.

    Raises
    ------
    ParameterError
        If `plot_format` is not svg or png.
    """
    from clinamen.engine._plot import check_plot_format, figure_bytes
    from clinamen.operations._harmony_chart import draw_harmony

    check_plot_format(plot_format)
    figure = draw_harmony(hearing)
    with warnings.catch_warnings():
        # A script that the font lacks shows as boxes in a PNG, and as text in an SVG.
        warnings.filterwarnings("ignore", message="Glyph")
        return figure_bytes(figure, plot_format)
