"""`clinamen hear`: every file in turn, in the form that was asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence

from clinamen.cli._arguments import OutputPattern, expand_files
from clinamen.cli._guard import BAD_INPUT, report_error
from clinamen.cli._hear_options import HearOptions
from clinamen.cli._pleasure import show_pleasure
from clinamen.cli._progress import Waiting
from clinamen.cli._render import show_hearing, tell_notices
from clinamen.cli._why import show_why
from clinamen.errors import ClinamenError, ParameterError
from clinamen.operations.export import json_record, note_frame, plot_bytes
from clinamen.operations.hear import HearResult, hear, open_listener
from clinamen.operations.pleasure import pleasure_reading, pleasure_record
from clinamen.operations.report import html_report
from clinamen.operations.why import why_note, why_record

__all__ = ["hear_files"]


def hear_files(words: Sequence[str], options: HearOptions) -> int:
    """Hear all files; a bad one is reported and the others are still done.

    Raises
    ------
    ParameterError, MissingError
        If the options ask for what no file could give.
    """
    if options.json and options.csv:
        raise ParameterError("--json and --csv exclude each other")
    if options.why is not None and (options.csv or options.html or options.plot):
        other = "--csv" if options.csv else "--html" if options.html else "--plot"
        raise ParameterError(f"--why explains one note; it goes with --json, not with {other}")
    if options.pleasure and (options.csv or options.why is not None):
        raise ParameterError("--pleasure reads the whole song; it goes with --json alone")
    if options.pleasure and options.html:
        raise ParameterError("--pleasure is not in the report; leave out --html")
    if options.idyom and not (options.json or options.csv):
        raise ParameterError("--idyom names the columns of --csv and --json; give one of them")
    files = expand_files(words)
    if options.harmony:
        from clinamen.cli._harmony import hear_harmony_files

        return hear_harmony_files(files, options)
    write = _writers(files, options)
    show = _presenter(files, options)
    listener = open_listener(options.request(files[0]))
    waiting = Waiting(len(files))
    code = 0
    for file in files:
        try:
            with waiting.hearing(file):
                result = hear(options.request(file), listener=listener)
            show(result, file)
            write(result, file)
            if options.json or options.csv:
                tell_notices(result.song, file if len(files) > 1 else None)
        except ClinamenError as error:
            report_error(error, file)
            code = BAD_INPUT
    return code


Show = Callable[[HearResult, str], None]


def _presenter(files: Sequence[str], options: HearOptions) -> Show:
    """What goes to standard output."""
    if options.why is not None:
        reference = options.why
        return lambda result, file: _explain(
            result, reference, file, options, heading=file if len(files) > 1 else None
        )
    if options.json:
        return lambda result, file: _print_json(result, file, options)
    if options.csv:
        return _CsvTable(options)
    return lambda result, file: _show(result, options, file if len(files) > 1 else None)


def _show(result: HearResult, options: HearOptions, heading: str | None) -> None:
    show_hearing(result, heading)
    if options.pleasure:
        show_pleasure(result)


def _explain(
    result: HearResult, reference: str, file: str, options: HearOptions, heading: str | None
) -> None:
    explained = why_note(result, reference)
    if not options.json:
        show_why(result, explained, heading)
        return
    record = why_record(result, explained, file=file)
    sys.stdout.write(json.dumps(record, allow_nan=False) + "\n")


def _print_json(result: HearResult, file: str, options: HearOptions) -> None:
    record = json_record(result, file=file, idyom=options.idyom)
    if options.pleasure:
        record["pleasure"] = pleasure_record(pleasure_reading(result.expectation))
    sys.stdout.write(json.dumps(record, allow_nan=False) + "\n")


class _CsvTable:
    """One table over all files: the header is written once."""

    def __init__(self, options: HearOptions):
        self._options = options
        self._is_begun = False

    def __call__(self, result: HearResult, file: str) -> None:
        frame = note_frame(result, file=file, idyom=self._options.idyom)
        text = frame.to_csv(index=False, header=not self._is_begun, lineterminator="\n")
        sys.stdout.write(text)
        self._is_begun = True


def _writers(files: Sequence[str], options: HearOptions) -> Show:
    """What goes to files, with a line that says where."""
    # With data on standard output, the line belongs on the other stream.
    told = sys.stderr if options.json or options.csv else sys.stdout
    patterns: list[tuple[OutputPattern, Callable[[HearResult], bytes]]] = []
    if options.html is not None:
        html = OutputPattern.parse("--html", options.html, len(files), (".html", ".htm"))
        patterns.append((html, lambda result: html_report(result).encode()))
    if options.plot is not None:
        plot = OutputPattern.parse("--plot", options.plot, len(files), (".svg", ".png"))
        patterns.append((plot, lambda result: plot_bytes(result, plot.extension)))

    def write(result: HearResult, file: str) -> None:
        for pattern, make in patterns:
            told.write(f"wrote {pattern.write(file, make(result))}\n")

    return write
