"""`clinamen atlas`: built, shown, and a find of it written."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from clinamen.cli._arguments import OutputPattern
from clinamen.cli._guard import BAD_INPUT, report_error
from clinamen.cli._progress import Waiting
from clinamen.cli._render import print_table, say
from clinamen.domains.music.tunes.measures import MEASURES
from clinamen.errors import ClinamenError, MissingError, ParameterError
from clinamen.operations.atlas._atlas import load_atlas
from clinamen.operations.atlas._request import AtlasRequest, AtlasWatcher
from clinamen.operations.atlas._words import (
    cell_words,
    find_words,
    lead_words,
    measure_name,
    novelty_words,
    title_of,
    unit_name,
    who_words,
)
from clinamen.operations.atlas.building import build_atlas
from clinamen.operations.atlas.export import atlas_record, map_record, place_record
from clinamen.operations.atlas.hearing import hear_find
from clinamen.operations.atlas.map import map_of
from clinamen.operations.atlas.page import map_page, song_title
from clinamen.operations.atlas.story import keep_build, keep_find
from clinamen.operations.atlas.svg import map_svg_file
from clinamen.operations.listeners import load_listener
from clinamen.operations.song_files import check_free, write_songs
from clinamen.operations.text import a_count, clean

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from clinamen.operations.atlas._atlas import Atlas
    from clinamen.operations.atlas.map import AtlasMap, Place

__all__ = ["ShowOptions", "build_file", "show_file"]


def build_file(request: AtlasRequest, *, as_json: bool) -> int:
    """Build an atlas, or go on with one.

    Raises
    ------
    ClinamenError
        If nothing comes of it.
    """
    bad: set[str] = set()

    def report(error: ClinamenError, file: str) -> None:
        bad.add(file)
        with bar.set_aside():
            report_error(error, file)

    bar = _Bar()
    try:
        with bar:
            result = build_atlas(request, AtlasWatcher(report, _note, bar.progress))
    except KeyboardInterrupt:
        if Path(request.output).exists():
            sys.stderr.write(
                f"clinamen: stopped; {clean(request.output)} holds what was found until a few "
                "seconds ago, and the same command goes on\n"
            )
        raise
    keep_build(request, result, _note)
    if as_json:
        sys.stdout.write(json.dumps(atlas_record(result.atlas), allow_nan=False) + "\n")
    else:
        _summarise(result.atlas, result.n_evaluations, request.output, result.n_bytes)
    return BAD_INPUT if bad else 0


def _note(sentence: str) -> None:
    sys.stderr.write(f"clinamen: {clean(sentence)}\n")


def _summarise(atlas: Atlas, n_heard: int, output: str, n_bytes: int) -> None:
    archive = atlas.archive
    heard = f"heard {a_count(n_heard, 'tune')}" if n_heard else "no more tunes were asked for"
    say(
        f"{heard}; the atlas holds {a_count(len(archive), 'tune')}, the "
        f"best of {archive.coverage:.0%} of {a_count(archive.n_cells, 'kind')} "
        f"(QD-score {archive.qd_score:.1f})"
    )
    if len(atlas.mine):
        say(f"songs of yours: {len(atlas.mine)}")
    size = f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e5 else f"{n_bytes / 1e3:.1f} kB"
    say(f"wrote {clean(output)} ({size}); see it with: clinamen atlas show {clean(output)}")


class _Bar:
    """Progress on stderr, if that is a terminal: tunes that were heard, kinds that are filled."""

    def __init__(self) -> None:
        self._progress: Progress | None = _new_progress() if sys.stderr.isatty() else None
        self._task: TaskID | None = None

    def __enter__(self) -> _Bar:
        if self._progress is not None:
            self._progress.start()
            self._task = self._progress.add_task("listening", total=None, kinds="")
        return self

    def __exit__(self, *error: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """While a line is printed."""
        if self._progress is None:
            yield
            return
        self._progress.stop()
        yield
        self._progress.start()

    def progress(self, done: int, total: int | None, atlas: Atlas) -> None:
        """So many tunes are heard."""
        if self._progress is not None and self._task is not None:
            kinds = f"{len(atlas.archive):,} kinds, QD-score {atlas.archive.qd_score:.0f}"
            self._progress.update(self._task, completed=done, total=total, kinds=kinds)


def _new_progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[kinds]}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """The options of `clinamen atlas show` as typed."""

    x: str | None
    y: str | None
    cells: int
    cell: str | None
    out: str | None
    html: str | None
    svg: str | None
    language: str
    listener: str | None
    force: bool
    json: bool


def show_file(file: str, options: ShowOptions) -> int:
    """Show an atlas, or one cell of it; write what is asked for.

    Raises
    ------
    ClinamenError
        If atlas, options or listener do not allow it.
    """
    from clinamen.texts import LANGUAGES

    if options.out is not None and options.cell is None:
        raise ParameterError("--out writes the find of one cell: say which with --cell")
    if not 2 <= options.cells <= 100:
        raise ParameterError(f"a map has 2 to 100 cells along an axis, not {options.cells}")
    if options.language not in LANGUAGES:
        raise ParameterError(f"--language is one of {', '.join(LANGUAGES)}")
    atlas_map = map_of(load_atlas(file), options.x, options.y, n_cells=options.cells)
    place = None if options.cell is None else atlas_map.place(options.cell)
    if options.json:
        record = map_record(atlas_map) if place is None else place_record(atlas_map, place)
        sys.stdout.write(json.dumps(record, allow_nan=False) + "\n")
    elif place is not None:
        _show_place(file, atlas_map, place, options)
    elif options.html is None and options.svg is None:
        _show_map(atlas_map)
    for path in _written(file, atlas_map, place, options):
        (sys.stderr if options.json else sys.stdout).write(f"wrote {path}\n")
    return 0


def _written(
    file: str, atlas_map: AtlasMap, place: Place | None, options: ShowOptions
) -> Iterator[Path]:
    svg = _free(file, "--svg", options.svg, (".svg",), options)
    html = _free(file, "--html", options.html, (".html", ".htm"), options)
    if svg is not None:
        picture = map_svg_file(atlas_map, language=options.language)
        yield svg.write(file, picture.encode("utf-8"))
    if html is not None:
        with Waiting(1).hearing(file):
            listener = load_listener(options.listener)
            page = map_page(atlas_map, listener, language=options.language)
        yield html.write(file, page.encode("utf-8"))
    if options.out is not None and place is not None:
        yield _write_find(file, atlas_map, place, options)


def _free(
    file: str, option: str, value: str | None, extensions: Sequence[str], options: ShowOptions
) -> OutputPattern | None:
    """Where a file is written, which must not be there yet; None where none is asked for."""
    if value is None:
        return None
    pattern = OutputPattern.parse(option, value, 1, extensions)
    check_free([replace(pattern, taken=set()).path_for(file)], file, overwrite=options.force)
    return pattern


def _write_find(file: str, atlas_map: AtlasMap, place: Place, options: ShowOptions) -> Path:
    from clinamen.operations.atlas.hearing import song_of

    if place.find is None:
        raise MissingError(f"the search has found nothing in cell {place.name}")
    path = Path(options.out or "")
    check_free([path], file, overwrite=options.force)
    plan = atlas_map.atlas.plan
    write_songs([song_of(plan, place.find.elite.solution, song_title(atlas_map, place))], [path])
    keep_find(atlas_map, place, path, _note)
    return path


def _show_map(atlas_map: AtlasMap) -> None:
    say(Text(str(title_of(atlas_map)), style="bold"))
    for sentence in lead_words(atlas_map):
        say(str(sentence))
    say("")
    for line in _grid(atlas_map):
        say(line)
    say("")
    say(". nobody   c corpus   m you   b both   o a find   1-9 a find worth going to")
    say("")
    say(Text("Empty, and worth going", style="bold"))
    _show_worth(atlas_map)


def _grid(atlas_map: AtlasMap) -> Iterator[str]:
    """The map in letters: two for each cell."""
    for which, measure in zip("yx", reversed(atlas_map.measures), strict=True):
        way = "upwards" if which == "y" else "from left to right"
        yield f"{way}: {measure_name(measure.name)} ({unit_name(measure)})"
    edges = [f"{edge:.2f}" for edge in atlas_map.y.edges]
    width = max(map(len, edges))
    for row in reversed(range(atlas_map.y.n_cells)):
        cells = [_mark(atlas_map, (column, row)) for column in range(atlas_map.x.n_cells)]
        yield f"{row + 1:>3} {edges[row]:>{width}} | {' '.join(cells)}".rstrip()
    numbers = " ".join(f"{column + 1:<2}" for column in range(atlas_map.x.n_cells))
    yield f"{'':>3} {'':>{width}}   {numbers}".rstrip()
    low, high = atlas_map.x.edges[0], atlas_map.x.edges[-1]
    yield f"{'':>3} {'':>{width}}   from {low:.2f} to {high:.2f}"


def _mark(atlas_map: AtlasMap, cell: tuple[int, int]) -> str:
    place = atlas_map.places.get(cell)
    if place is None:
        return ". "
    who = {(False, False): ".", (True, False): "c", (False, True): "m", (True, True): "b"}
    letter = who[bool(place.n_corpus), bool(place.n_mine)]
    found = " " if place.find is None else "o" if place.rank is None else str(place.rank)
    return letter + found


def _show_worth(atlas_map: AtlasMap) -> None:
    if not atlas_map.worth_going:
        say("  Nothing yet: let the search go on, or look along other measures (--x, --y).")
        return
    heads = [("", "right"), ("cell", "left"), (atlas_map.x.name, "right"),
             (atlas_map.y.name, "right"), ("quality", "right"), ("new for you", "right"),
             ("new for the corpus", "right"), ("worth", "right")]  # fmt: skip
    rows = [([Text(cell) for cell in _cells(atlas_map, place)], False)
            for place in atlas_map.worth_going]  # fmt: skip
    print_table(heads, rows)


def _cells(atlas_map: AtlasMap, place: Place) -> Iterator[str]:
    yield from (str(place.rank), place.name)
    for which, at in zip("xy", place.cell, strict=True):
        low, high = atlas_map.span(which, at)
        yield f"{low:.2f}-{high:.2f}"
    find = place.find
    assert find is not None
    for value in (find.elite.objective, find.new_for_me, find.new_for_corpus, find.worth):
        yield "" if value is None else f"{value:.2f}"


def _show_place(file: str, atlas_map: AtlasMap, place: Place, options: ShowOptions) -> None:
    say(Text(f"Cell {place.name}", style="bold"))
    say(str(cell_words(atlas_map, place)))
    for sentence in who_words(place):
        say(str(sentence))
    find = place.find
    if find is None:
        say("The search has found nothing here.")
        return
    with Waiting(1).hearing(file):
        listener = load_listener(options.listener)
        title = song_title(atlas_map, place)
        heard = hear_find(atlas_map.atlas.plan, find.elite.solution, title, listener)
    for sentence in (find_words(find), *novelty_words(find)):
        say(str(sentence))
    say(f"A note costs the full listener {heard.mean:.2f} bits on average.")
    if heard.peak:
        say(heard.peak)
    say("")

    rows = [
        (
            [Text(str(measure_name(each.name))), Text(f"{value:.2f}"), Text(str(unit_name(each)))],
            False,
        )
        for each, value in zip(MEASURES, find.elite.measures, strict=True)
    ]
    print_table([("measure", "left"), ("", "right"), ("", "left")], rows)
