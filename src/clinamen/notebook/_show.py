"""`song.show()`: hear a song and show it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from clinamen.errors import MissingError
from clinamen.operations.listeners import load_listener
from clinamen.operations.song_hearing import hear_song

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.notebook._widget import SongView

__all__ = ["show"]


def show(song: Song, *, listener: Listener | None = None, explain_all: bool = False) -> SongView:
    """Show a song in a notebook: piano roll, curves, chords and words, to look at and listen to.

    A note or a chord that is chosen tells why it cost what it did. Nothing is fetched: what
    draws the song is in this package.

    Parameters
    ----------
    song
        As `clinamen.read` gives it; the song of a variant too.
    listener
        Whose ears hear it; the shipped listener's if not given.
    explain_all
        Work out why of every note and chord now, some hundredths of a second for each, so
        that a page which was saved from the notebook, where no Python runs, can tell it.
        Otherwise it is worked out for what stands out, and for all else when it is asked.

    Raises
    ------
    MissingError
        If what notebooks need is not installed: ``pip install "clinamen[notebook]"``.
    """
    if find_spec("anywidget") is None:
        raise MissingError('showing a song needs anywidget: pip install "clinamen[notebook]"')
    from clinamen.notebook._widget import SongView

    hearing = hear_song(song, load_listener() if listener is None else listener)
    return SongView(hearing, explain_all=explain_all)
