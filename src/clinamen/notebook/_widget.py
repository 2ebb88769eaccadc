"""The widget: a heard song as plain data, and what is chosen in it, on both sides."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from clinamen.notebook._answers import all_answers, answer, first_answers
from clinamen.notebook._picture import picture
from clinamen.operations.song_view import hearing_view, song_view
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.operations.song_hearing import SongHearing

__all__ = ["SongView"]


class SongView(anywidget.AnyWidget):
    """A song in a notebook, as `clinamen.show` makes it.

    `note` and `chord` are the places, from 0, of what is chosen, or -1; setting one chooses it
    on the page. The rest is what the page draws.

    Parameters
    ----------
    hearing
        The song and what was heard of it.
    explain_all
        See `clinamen.show`.
    """

    # Read once: text, so that anywidget watches no file.
    _esm = (resources.files("clinamen.notebook") / "static" / "widget.js").read_text("utf-8")

    title = traitlets.Unicode().tag(sync=True)
    song = traitlets.Dict().tag(sync=True)
    hearing = traitlets.Dict().tag(sync=True)
    whys: traitlets.List[Any] = traitlets.List().tag(sync=True)
    note = traitlets.Int(-1).tag(sync=True)
    chord = traitlets.Int(-1).tag(sync=True)
    why = traitlets.Dict().tag(sync=True)

    def __init__(self, hearing: SongHearing, *, explain_all: bool = False) -> None:
        self._heard = hearing
        song = hearing.song
        super().__init__(
            title=clean(song.title) or clean(song.source) or "Song",
            song=song_view(song),
            hearing=hearing_view(hearing),
            whys=all_answers(hearing) if explain_all else first_answers(hearing),
        )

    @traitlets.validate("note", "chord")
    def _check_choice(self, proposal: Any) -> int:
        name, value = proposal["trait"].name, int(proposal["value"])
        n_places = len(self.song.get(f"{name}s", ()))
        if not -1 <= value < n_places:
            raise traitlets.TraitError(f"{name} must be from -1 to {n_places - 1}, not {value}")
        return value

    @traitlets.observe("note", "chord")
    def _explain(self, change: Any) -> None:
        """Only one of the two is chosen, and why of it is told."""
        kind, index = change["name"], change["new"]
        if index < 0:
            return
        self.set_trait("chord" if kind == "note" else "note", -1)
        known = {(each["kind"], each["index"]) for each in self.whys}
        if (kind, index) not in known:
            self.why = answer(self._heard, kind, index)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget, and a picture for where no widget can be."""
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        data = {**data, "image/svg+xml": picture(self.title, self.song, self.hearing)}
        data["text/plain"] = f"{self.title}: {len(self.song['notes'])} notes"
        return data, metadata
