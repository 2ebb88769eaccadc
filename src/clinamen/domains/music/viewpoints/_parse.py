"""The catalogue of viewpoints, and how they are asked for by name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clinamen.domains.music.viewpoints._contract import AnyViewpoint, Linked, Viewpoint
from clinamen.domains.music.viewpoints._implication import IMPLICATION_VIEWPOINTS
from clinamen.domains.music.viewpoints._key import KEY_VIEWPOINTS
from clinamen.domains.music.viewpoints._meter import METER_VIEWPOINTS
from clinamen.domains.music.viewpoints._phrase import PHRASE_VIEWPOINTS
from clinamen.domains.music.viewpoints._pitch import PITCH_VIEWPOINTS
from clinamen.domains.music.viewpoints._threaded import THREADED_VIEWPOINTS
from clinamen.domains.music.viewpoints._time import TIME_VIEWPOINTS
from clinamen.errors import MissingError, ParameterError

__all__ = ["VIEWPOINTS", "find_viewpoint", "parse_viewpoints"]

_ALL = (
    *PITCH_VIEWPOINTS,
    *KEY_VIEWPOINTS,
    *IMPLICATION_VIEWPOINTS,
    *TIME_VIEWPOINTS,
    *METER_VIEWPOINTS,
    *PHRASE_VIEWPOINTS,
    *THREADED_VIEWPOINTS,
)

VIEWPOINTS: Mapping[str, Viewpoint] = {viewpoint.name: viewpoint for viewpoint in _ALL}
"""Every basic viewpoint by name."""

_BY_IDYOM_NAME = {viewpoint.idyom_name: viewpoint for viewpoint in _ALL}


def find_viewpoint(name: str) -> Viewpoint:
    """A basic viewpoint by its own name or IDyOM's.

    Raises
    ------
    MissingError
        If there is none.
    """
    found = VIEWPOINTS.get(name.replace("-", "_")) or _BY_IDYOM_NAME.get(name)
    if found is None:
        raise MissingError(f"no viewpoint is called {name!r}; `clinamen viewpoints` lists them")
    return found


def parse_viewpoints(text: str) -> tuple[AnyViewpoint, ...]:
    """Viewpoints from text.

    Separate them by commas. A linked viewpoint is written ``cpint*cpintfref``, in
    IDyOM's parentheses ``(cpint cpintfref)``, or as a whole group ``cpint,cpintfref
    linked``; groups are separated by semicolons.

    Raises
    ------
    MissingError
        If a name is unknown.
    ParameterError
        If the text holds no viewpoint, or parentheses do not match.

    Examples
    --------
    >>> [v.idyom_name for v in parse_viewpoints("cpint,cpintfref linked; dur")]
    ['(cpint cpintfref)', 'dur']
    """
    found: list[AnyViewpoint] = []
    for group in text.split(";"):
        words = re.sub(r"\s*\*\s*", "*", group.strip())
        if re.search(r"(^|[\s,])linked$", words):
            found.append(_link(re.split(r"[\s,*]+", words.removesuffix("linked").strip(" ,"))))
            continue
        items = re.findall(r"\([^()]*\)|[^\s,()]+", words)
        if "".join(items).count("(") != words.count("(") or words.count("(") != words.count(")"):
            raise ParameterError(f"parentheses do not match in {group.strip()!r}")
        found.extend(_link(re.split(r"[\s,*]+", item.strip("() "))) for item in items)
    if not found:
        raise ParameterError(f"no viewpoint in {text!r}")
    return tuple(found)


def _link(names: list[str]) -> AnyViewpoint:
    parts = tuple(find_viewpoint(name) for name in names if name)
    if not parts:
        raise ParameterError("a linked viewpoint needs at least one name")
    return parts[0] if len(parts) == 1 else Linked(parts)
