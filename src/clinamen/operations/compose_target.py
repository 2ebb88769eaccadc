"""A composition asked for by a song and bits for each bar, as a screen does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from clinamen.domains.music.curve import bar_lines
from clinamen.errors import ParameterError
from clinamen.operations.compose import ComposeRequest

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["MODES", "check_composition", "compose_request"]

MODES = ("fill", "new", "continue")
"""Write bars of the song anew; a new song; go on after its end."""

_MOST_TARGETS = 128
_MOST_BITS = 16.0
_STEPS_A_BAR, _MOST_STEPS = 12, 600
_SONG = "song"


def compose_request(
    song: Song,
    mode: str,
    bits: Sequence[float],
    *,
    first_bar: int = 1,
    locks: tuple[str, ...] = (),
    seed: int = 0,
    like: bool = True,
    choices: Mapping[str, Any] | None = None,
) -> ComposeRequest:
    """What to ask of `compose`.

    Parameters
    ----------
    mode
        One of `MODES`.
    bits
        Bits a note for each bar that is written, 0 to 16.
    first_bar
        Of those that are filled, from 1; the pickup is none.
    locks
        Places that stay where bars are filled.
    like
        Whether a new song is like this one; else it has nothing of it.
    choices
        More fields of `ComposeRequest`: ``form``, ``key``, ``range``, ...

    Raises
    ------
    ParameterError
        If a number is out of range.

    Examples
    --------
    >>> import clinamen
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> asked = compose_request(song, "fill", [2, 5.5], first_bar=3)
    >>> asked.curve, asked.first_bar, asked.last_bar
    ('2.00 5.50', 3, 4)
    """
    if mode not in MODES:
        raise ParameterError(f"mode must be one of {', '.join(MODES)}, not {mode!r}")
    if not 1 <= len(bits) <= _MOST_TARGETS:
        raise ParameterError(f"from 1 to {_MOST_TARGETS} bars can be asked for, not {len(bits)}")
    for each in bits:
        if not 0 <= each <= _MOST_BITS:
            raise ParameterError(f"a bar is asked to cost 0 to {_MOST_BITS:g} bits, not {each:g}")
    curve = " ".join(f"{each:.2f}" for each in bits)
    asked: dict[str, Any] = {**(choices or {}), "seed": seed}
    asked["n_steps"] = min(_STEPS_A_BAR * len(bits), _MOST_STEPS)
    n_bars = len(bar_lines(song.melody)) - 1
    if mode == "fill":
        last = first_bar + len(bits) - 1
        if not 1 <= first_bar <= last <= n_bars:
            raise ParameterError(f"the song has bars 1 to {n_bars}, not {first_bar} to {last}")
        return ComposeRequest(
            curve, fill=_SONG, song=song, first_bar=first_bar, last_bar=last, locks=locks, **asked
        )
    if mode == "new" and like:
        return ComposeRequest(curve, like=_SONG, song=song, bars=len(bits), **asked)
    if mode == "new":
        return ComposeRequest(curve, bars=len(bits), **asked)
    return ComposeRequest(curve, begin=_SONG, song=song, bars=n_bars + len(bits), **asked)


def check_composition(request: ComposeRequest) -> None:
    """See that what is asked can be understood, before anything is composed.

    Raises
    ------
    ClinamenError
        If not.
    """
    from clinamen.domains.music.fingerprints import check_limit
    from clinamen.operations._compose_setup import set_up

    set_up(request)
    if request.max_shared:
        check_limit(request.max_shared)
