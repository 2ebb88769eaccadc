"""`clinamen story papers`: a paper from the record of a song."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from clinamen.cli._render import say
from clinamen.cli._story import opened
from clinamen.errors import ParameterError
from clinamen.operations.song_files import check_free
from clinamen.operations.story.papers import FORMATS, Details, make_paper, paper_bytes
from clinamen.operations.story.path import Path as SongPath
from clinamen.operations.story.path import find_project
from clinamen.operations.text import clean

__all__ = ["PaperOptions", "write_paper"]


@dataclass(frozen=True, slots=True)
class PaperOptions:
    """The options as typed."""

    kind: str
    by: str
    writers: tuple[str, ...]
    iswc: str
    isrc: str
    out: str | None
    language: str
    force: bool


def write_paper(song: str, options: PaperOptions, store: str | None) -> int:
    """Fill a paper in; to standard output as Markdown where no file is named."""
    from clinamen.io._target import write_bytes

    suffix = ".md" if options.out is None else Path(options.out).suffix.lower()
    if suffix not in FORMATS:
        raise ParameterError(f"--out must end in {', '.join(FORMATS)}, not {options.out!r}")
    details = Details.parse(
        by=options.by, writers=options.writers, iswc=options.iswc, isrc=options.isrc
    )
    with opened(store, is_read=True) as kept:
        project, digest = find_project(kept, song)
        path = SongPath(kept, project)
        if digest in path.steps[0].generated[:1]:
            digest = None  # The file that it began with stands for the song.
        paper = make_paper(path, options.kind, details, digest=digest)
    data = paper_bytes(paper, suffix, language=options.language)
    if options.out is None:
        sys.stdout.write(data.decode("utf-8"))
        return 0
    check_free([Path(options.out)], song, overwrite=options.force)
    write_bytes(options.out, data)
    say(f"wrote {clean(options.out)}: a draft to check, no legal advice")
    return 0
