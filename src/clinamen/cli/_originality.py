"""`clinamen originality`: what a song shares with the tunes that a listener has heard."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from rich.text import Text

from clinamen.cli._arguments import as_track, expand_files
from clinamen.cli._guard import BAD_INPUT, report_error
from clinamen.cli._render import say, tell_notices
from clinamen.errors import ClinamenError
from clinamen.operations.fingerprints import load_fingerprints
from clinamen.operations.shared_runs import SharedRuns, shared_runs, shared_runs_record
from clinamen.operations.text import a_count, clean

__all__ = ["compare_files"]


def compare_files(
    words: Sequence[str], *, listener: str | None, track: str | None, as_json: bool
) -> int:
    """Compare each file's song; a bad one is reported and the others are still done.

    Raises
    ------
    ClinamenError
        If the listener cannot be read or has no index.
    """
    from clinamen.io.files import read_song

    index = load_fingerprints(listener)
    files, code = expand_files(words), 0
    for file in files:
        try:
            found = shared_runs(read_song(file, as_track(track)), index)
        except ClinamenError as error:
            report_error(error, file)
            code = BAD_INPUT
            continue
        if as_json:
            record = {"schema": "clinamen.originality/1", "file": file}
            record |= shared_runs_record(found)
            sys.stdout.write(json.dumps(record, allow_nan=False) + "\n")
        else:
            _show(found, file)
        tell_notices(found.song, file if len(files) > 1 else None)
    return code


def _show(found: SharedRuns, file: str) -> None:
    n_notes = a_count(len(found.song.melody.notes), "note")
    n_tunes = a_count(found.originality.n_tunes, "tune")
    title = clean(found.song.title) or clean("standard input" if file == "-" else file)
    say(Text(f"{title}: {n_notes}, compared with {n_tunes}", style="bold"))
    if found.known_as is not None:
        say(f"  {found.known_as}.")
    longest = found.originality.corpus
    if longest is None:
        line = found.originality.line
        say(f"  {line[:1].upper()}{line[1:]}.")
        return
    say(f"  longest  {found.words(longest)}")
    if found.originality.human_words:
        say(f"           {found.originality.human_words}")
    for run in found.further:
        say(f"  also     {found.words(run)}")
