"""`clinamen info`, `convert` and `viewpoints`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from rich.text import Text

from clinamen.cli._arguments import Known, expand_files
from clinamen.cli._guard import BAD_INPUT, report_error
from clinamen.cli._render import print_table, say
from clinamen.errors import ClinamenError
from clinamen.operations.convert import ConvertRequest, convert
from clinamen.operations.info import InfoRequest, InfoResult, info
from clinamen.operations.listeners import list_listeners
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


def show_listeners(as_json: bool) -> int:
    """Every shipped listener with its corpora, or a JSON list of objects."""
    found = list_listeners()
    if as_json:
        records = [
            {
                "name": each.name,
                "kind": each.kind,
                "n_melodies": each.n_melodies,
                "n_notes": each.n_notes,
                "looks_at": dict(each.looks_at),
                "corpora": list(each.corpora),
            }
            for each in found
        ]
        sys.stdout.write(json.dumps(records, indent=2) + "\n")
        return 0
    heads = [("name", "left"), ("kind", "left"), ("melodies", "right"), ("notes", "right")]
    rows = [
        (
            [
                Text(each.name),
                Text("profile (Python only)" if each.kind == "profile" else each.kind),
                Text(f"{each.n_melodies:,}"),
                Text(f"{each.n_notes:,}"),
                Text("\n".join(each.corpora) or "nothing yet: for the model stm"),
            ],
            False,
        )
        for each in found
    ]
    print_table([*heads, ("has heard", "left")], rows)
    return 0
