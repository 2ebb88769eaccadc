"""What was asked, as a command and as Python, to be run on a saved file: the same comes of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import PurePath
from typing import Any

from clinamen.operations.compose import ComposeRequest
from clinamen.operations.swerve import SwerveRequest

__all__ = ["Recipe", "compose_recipe", "sculpt_recipe", "swerve_recipe"]

_OPTIONS = {"first_bar": "from", "last_bar": "to", "n_steps": "steps", "locks": "lock"}
"""Names of options that are not those of the requests."""

_SONGS = ("like", "begin", "fill")

# What means the same to the shells of Linux, macOS and Windows: as it is, and in double quotes.
_PLAIN = re.compile(r"[\w.:/+=-]+", re.ASCII)
_QUOTED = re.compile(r"[^\"$`\\!%\n\r]+")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to have the same again, without the studio.

    Parameters
    ----------
    file
        Under which the song must be saved; "" where none is needed.
    command
        For a terminal.
    python
        A few lines.
    """

    file: str
    command: str
    python: str


def swerve_recipe(request: SwerveRequest, file: str, *, listener: str | None = None) -> Recipe:
    """All variants of a break, written beside the song.

    Parameters
    ----------
    file
        Name of the song's file; the variants have its format.
    listener
        Name or path; None is the default one.

    Examples
    --------
    >>> print(swerve_recipe(SwerveRequest("9.1", "bold", seed=2), "My_song.abc").command)
    clinamen swerve My_song.abc --at 9.1 --strength bold --seed 2 --out "{name}-{n}.abc"
    """
    path = PurePath(file)
    options = [*_typed(request), *_listener_option(listener)]
    command = _command("swerve", [file, *options, "--out", f"{{name}}-{{n}}{path.suffix}"])
    name = f"{_braced(path.stem)}-{{variant.rank}}{path.suffix}"
    heard = f", listener={_loaded(listener)}, index={listener!r}" if listener else ""
    return Recipe(
        file,
        command,
        "import clinamen\n\n"
        f"song = clinamen.read({file!r})\n"
        f"request = {_constructed(request)}\n"
        f"found = clinamen.swerve(song, request{heard})\n"
        "for variant in found.variants:\n"
        "    print(variant.rank, variant.reason)\n"
        f'    clinamen.write(variant.song, f"{name}")\n',
    )


def compose_recipe(
    request: ComposeRequest, file: str, *, name: str, listener: str | None = None
) -> Recipe:
    """A composition, written beside the song that it is made from, if there is one.

    Parameters
    ----------
    file
        As for `swerve_recipe`.
    name
        Of the file that is written.
    """
    changes: dict[str, Any] = {"song": None, "listener": listener}
    source = next((each for each in _SONGS if getattr(request, each) is not None), None)
    if source is not None:
        changes[source] = file
    return Recipe(
        file if source is not None else "",
        _command("compose", [*_typed(request, changes), "--out", name]),
        "import clinamen\n\n"
        f"request = {_constructed(request, changes)}\n"
        "(made,) = clinamen.compose(request)\n"
        f"clinamen.write(made.song, {name!r})\n",
    )


def sculpt_recipe(
    file: str, n_left: int, *, locks: Sequence[str] = (), listener: str | None = None
) -> Recipe:
    """A level of a sculpture, written beside the take.

    Parameters
    ----------
    n_left
        Notes that are left.
    """
    path = PurePath(file)
    options = [word for lock in locks for word in ("--lock", lock)] + _listener_option(listener)
    name = f"{path.stem}-{n_left}{path.suffix}"
    held = f", lock={tuple(locks)!r}" if locks else ""
    return Recipe(
        file,
        _command("sculpt", [file, "--notes", str(n_left), *options, "--out", name]),
        "import clinamen\n\n"
        f"song = clinamen.read({file!r})\n"
        f"sculpture = clinamen.sculpt(song, {_loaded(listener)}{held})\n"
        f"clinamen.write(sculpture.song_of({n_left}), {name!r})\n",
    )


_Request = SwerveRequest | ComposeRequest


def _asked(request: _Request, changes: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
    """What differs from what is asked by default."""
    for each in fields(request):
        value = (changes or {}).get(each.name, getattr(request, each.name))
        if value != _default(each):
            yield each.name, value


def _default(field: Field[Any]) -> object:
    return None if field.default is MISSING else field.default


def _typed(request: _Request, changes: Mapping[str, Any] | None = None) -> list[str]:
    words: list[str] = []
    for name, value in _asked(request, changes):
        option = f"--{_OPTIONS.get(name, name).replace('_', '-')}"
        if value is True:
            words.append(option)
        else:
            several = value if isinstance(value, tuple) else (value,)
            words += [word for each in several for word in (option, str(each))]
    return words


def _listener_option(listener: str | None) -> list[str]:
    return [] if listener is None else ["--listener", listener]


def _loaded(listener: str | None) -> str:
    return f"clinamen.load_listener({'' if listener is None else repr(listener)})"


def _constructed(request: _Request, changes: Mapping[str, Any] | None = None) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in _asked(request, changes))
    return f"clinamen.{type(request).__name__}({given})"


def _command(verb: str, words: Sequence[str]) -> str:
    return " ".join(["clinamen", verb, *map(_quoted, words)])


def _quoted(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    return f'"{word}"' if _QUOTED.fullmatch(word) else shlex.quote(word)


def _braced(stem: str) -> str:
    """A file's name within an f-string."""
    return repr(stem)[1:-1].replace('"', '\\"').replace("{", "{{").replace("}", "}}")
