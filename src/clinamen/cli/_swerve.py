"""`clinamen swerve`: variants and proposed places on a terminal, as JSON, and as files."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from clinamen.cli._arguments import Known
from clinamen.cli._keep import keep
from clinamen.cli._render import print_table, say, tell_notices
from clinamen.domains.music.places import place_name
from clinamen.operations._swerve_music import music_of
from clinamen.operations.song_files import SongFiles
from clinamen.operations.story.recording import in_all_languages, plain_request
from clinamen.operations.swerve import (
    PlaceProposal,
    SwerveRequest,
    SwerveResult,
    propose_places,
    swerve,
)
from clinamen.operations.swerve_export import place_record, variant_record
from clinamen.operations.text import a_count, clean, decimal, percent
from clinamen.operations.variant import Variant

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = ["SwerveOptions", "propose", "swerve_file"]


@dataclass(frozen=True)
class SwerveOptions:
    """What the user asked for beside the swerve itself."""

    json: bool
    out: str | None
    force: bool
    listener: str | None
    facts: Known


def swerve_file(file: str, request: SwerveRequest, options: SwerveOptions) -> int:
    """Show the variants of a song, and write them where that is asked for."""
    files = None
    if options.out is not None:
        files = SongFiles.parse(options.out, file, overwrite=options.force)
        files.check(request.n)
    song, listener = _read(file, options)
    result = swerve(song, request, listener=listener, index=options.listener)
    if options.json:
        tell_notices(song, None)
        for variant in result.variants:
            _print_json(variant_record(result, variant, file=file))
    else:
        _show(result)
    if files is not None:
        told = sys.stderr if options.json else sys.stdout
        paths = files.write([variant.song for variant in result.variants])
        for path in paths:
            told.write(f"wrote {clean(path)}\n")
        reasons = [in_all_languages(variant.reason) for variant in result.variants]
        settings = {"request": plain_request(request), "reasons": reasons}
        keep("swerve", paths, file, settings, reading=options.facts, listener=options.listener)
    return 0


def propose(file: str, request: SwerveRequest, options: SwerveOptions) -> int:
    """Show where a break would tell most."""
    song, listener = _read(file, options)
    places = propose_places(song, listener, request)
    if options.json:
        tell_notices(song, None)
        for rank, place in enumerate(places, start=1):
            _print_json(place_record(place, rank, file=file))
        return 0
    _show_places(song, places)
    if options.out is not None:
        say("Nothing was written: choose a place with --at.")
    return 0


def _read(file: str, options: SwerveOptions) -> tuple[Song, Listener]:
    from clinamen.io.files import read_song
    from clinamen.operations.listeners import load_listener

    return read_song(file, **options.facts), load_listener(options.listener)


def _print_json(record: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(record, allow_nan=False) + "\n")


def _title(song: Song) -> str:
    return clean(song.title) or clean(song.source) or "Untitled"


def _place_words(place: tuple[int, object]) -> str:
    bar, beat = place
    return f"{'pickup' if bar == 0 else f'bar {bar}'}, beat {decimal(beat)}"  # type: ignore[arg-type]


def _show(result: SwerveResult) -> None:
    say(Text(f"{_title(result.song)}: a break at {_place_words(result.place)}", style="bold"))
    for notice in result.song.notices:
        say(f"Note: {clean(notice)}")
    say(f"{result.awaited}.")
    if result.because:
        why = result.because.removeprefix("It kept to habit: ")
        say(f"Why: {clean(why)}")
    for notice in result.notices:
        say(f"Note: {clean(notice)}")
    say("")
    for variant in result.variants:
        _show_variant(result.song, variant, result.awaited)


def _show_variant(song: Song, variant: Variant, awaited: str) -> None:
    """One variant beside the song; what was awaited is not said again."""
    home = "the song ends on it" if variant.is_last else "not home again within 4"
    if variant.home_after is not None:
        unit = "chord" if variant.kind == "harmony" else "note"
        home = f"home after {a_count(variant.home_after, unit)}"
    peak = "" if variant.is_peak else ", outdone in its phrase"
    say(
        Text(
            f"{variant.rank:>2}. {variant.kind}, {variant.contrast:+.1f} bits, {home}{peak}",
            style="bold",
        )
    )
    say(f"    {clean(music_of(song, variant.song).line)}")
    reason = variant.reason.removeprefix(f"{awaited}; ")
    say(f"    {clean(reason[:1].upper() + reason[1:])}")
    if variant.originality is not None:
        line = variant.originality.line
        say(Text(f"    {clean(line[:1].upper() + line[1:])}.", style="dim"))


_PLACES = (
    ("place", "left"),
    ("awaited", "left"),
    ("chance", "right"),
    ("bits", "right"),
    ("entropy", "right"),
    ("for", "left"),
    ("why here", "left"),
)


def _show_places(song: Song, places: tuple[PlaceProposal, ...]) -> None:
    say(Text(f"{_title(song)}: where a break would tell most", style="bold"))
    for notice in song.notices:
        say(f"Note: {clean(notice)}")
    say("")
    rows = [
        [
            place_name((place.bar, place.beat)),
            place.awaited,
            percent(place.probability),
            f"{place.bits:.1f}",
            f"{place.entropy:.1f}",
            ", ".join(place.good_for),
            place.reason,
        ]
        for place in places
    ]
    print_table(_PLACES, [([Text(clean(cell)) for cell in row], False) for row in rows])
    say("")
    if places:
        best = places[0]
        kind = " --kind harmony" if best.good_for == ("harmony",) else ""
        say(f"Break one with --at {place_name((best.bar, best.beat))}{kind}.")
    else:
        say("There is no place where that can be had.")
