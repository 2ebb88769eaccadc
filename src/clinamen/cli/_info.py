"""`clinamen info`, `convert` and `viewpoints`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from clinamen.cli._arguments import Known, expand_files
from clinamen.cli._guard import BAD_INPUT, report_error
from clinamen.cli._keep import keep
from clinamen.cli._render import print_table, say
from clinamen.errors import ClinamenError
from clinamen.operations.convert import ConvertRequest, convert
from clinamen.operations.info import InfoRequest, InfoResult, info
from clinamen.operations.listener_summary import (
    ListenerSummary,
    list_listeners,
    summarise_listener,
)
from clinamen.operations.text import a_count, clean
from clinamen.operations.viewpoints import list_viewpoints

__all__ = ["convert_file", "show_files", "show_viewpoints"]


def show_files(words: Sequence[str], facts: Known) -> int:
    """Say what each file holds; a bad one is reported and the others are still done."""
    code = 0
    for file in expand_files(words):
        try:
            _show(info(InfoRequest(file, **facts)), file)
        except ClinamenError as error:
            report_error(error, file)
            code = BAD_INPUT
    return code


def _show(result: InfoResult, file: str) -> None:
    say(Text(clean("standard input" if file == "-" else file), style="bold"))
    for fact in result.facts:
        say(f"  {fact.label:<10} {fact.text}")
    for part in result.parts:
        say(f"  {'part':<10} {part}")
    for notice in result.notices:
        say(f"  {'notice':<10} {notice}")


def convert_file(source: str, target: str, facts: Known, *, force: bool, chord_track: bool) -> int:
    """Convert one file and say where the result is."""
    request = ConvertRequest(source, target, overwrite=force, chord_track=chord_track, **facts)
    result = convert(request)
    for notice in result.notices:
        sys.stderr.write(f"clinamen: note: {clean(notice)}\n")
    counts = [(result.n_notes, "note"), (result.n_chords, "chord")]
    written = ", ".join(a_count(number, noun) for number, noun in counts if number)
    say(f"wrote {clean(result.target)} ({written})")
    # Only of songs whose path is known: to convert a library is not to make songs.
    keep("export", [Path(result.target)], source, {}, reading=facts, begins=False)
    return 0


def show_viewpoints(as_json: bool) -> int:
    """A table of every viewpoint, or a JSON list of objects."""
    found = list_viewpoints()
    if as_json:
        records = [
            {"name": v.name, "idyom_name": v.idyom_name, "reads": v.reads, "meaning": v.meaning}
            for v in found
        ]
        sys.stdout.write(json.dumps(records, indent=2) + "\n")
        return 0
    heads = [(label, "left") for label in ("name", "IDyOM", "reads", "meaning")]
    rows = [
        ([Text(v.name), Text(v.idyom_name), Text(", ".join(v.reads)), Text(v.meaning)], False)
        for v in found
    ]
    print_table(heads, rows)
    return 0


def show_listeners(names: Sequence[str], as_json: bool) -> int:
    """The listeners named, or every shipped one, with their corpora; or a JSON list of objects."""
    code = 0
    found: list[ListenerSummary] = [] if names else list(list_listeners())
    for name in names:
        try:
            found.extend(summarise_listener(name))
        except ClinamenError as error:
            report_error(error, name)
            code = BAD_INPUT
    if as_json:
        sys.stdout.write(json.dumps([_record(each) for each in found], indent=2) + "\n")
    else:
        for each in found:
            _show_listener(each)
    return code


def _record(summary: ListenerSummary) -> dict[str, object]:
    return {
        "name": summary.name,
        "kind": summary.kind,
        "n_melodies": summary.n_melodies,
        "n_notes": summary.n_notes,
        "n_chords": summary.n_chords,
        "targets": list(summary.targets),
        "looks_at": dict(summary.looks_at),
        "corpora": list(summary.corpora),
        "n_indexed": summary.n_indexed,
    }


def _show_listener(summary: ListenerSummary) -> None:
    kind = summary.kind + (" (Python only)" if summary.kind.startswith("profile") else "")
    say(Text(f"{clean(summary.name)}: {kind}", style="bold"))
    counts = [a_count(summary.n_melodies, "song")]
    counts += [a_count(summary.n_notes, "note")] if summary.n_notes else []
    counts += [a_count(summary.n_chords, "chord")] if summary.n_chords else []
    heard = ", ".join(counts) if summary.n_melodies else "nothing yet: for the model stm"
    say(f"  {'heard':<10} {heard}")
    say(f"  {'expects':<10} {', '.join(summary.targets)}")
    if summary.n_indexed:
        melodies = a_count(summary.n_indexed, "melody", "melodies")
        say(f"  {'knows':<10} {melodies} again, by fingerprints of runs of notes")
    for corpus in summary.corpora:
        say(f"  {'learnt':<10} {clean(corpus)}")
