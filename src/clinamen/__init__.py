"""Clinamen: hear where a song surprises, and break the pattern on purpose.

Examples
--------
>>> import clinamen
>>> song = clinamen.read("examples/ode_to_joy.musicxml")
>>> heard = clinamen.load_listener().hear(song)
>>> bool(heard.information_content.min() >= 0)
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clinamen.domains.music.evaluation import cross_validate, select_viewpoints
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Key, Melody, Meter, Note, Song
    from clinamen.domains.music.profile import ListenerProfile
    from clinamen.engine.expectation import Expectation
    from clinamen.engine.model import ModelOptions
    from clinamen.engine.ppm import PPMOptions
    from clinamen.errors import (
        ClinamenError,
        ConstraintError,
        FormatError,
        MissingError,
        ParameterError,
    )
    from clinamen.io.files import read_song as read
    from clinamen.io.files import write_song as write
    from clinamen.notebook import show
    from clinamen.operations.compose import ComposeRequest, compose
    from clinamen.operations.learn import learn
    from clinamen.operations.listeners import (
        load_listener,
        load_profile,
        save_listener,
        save_profile,
    )
    from clinamen.operations.originality import originality_of
    from clinamen.operations.sculpt import sculpt
    from clinamen.operations.swerve import SwerveRequest, propose_places, swerve

__all__ = [
    "ClinamenError",
    "ComposeRequest",
    "ConstraintError",
    "Expectation",
    "FormatError",
    "Key",
    "Listener",
    "ListenerProfile",
    "Melody",
    "Meter",
    "MissingError",
    "ModelOptions",
    "Note",
    "PPMOptions",
    "ParameterError",
    "Song",
    "SwerveRequest",
    "compose",
    "cross_validate",
    "learn",
    "load_listener",
    "load_profile",
    "originality_of",
    "propose_places",
    "read",
    "save_listener",
    "save_profile",
    "sculpt",
    "select_viewpoints",
    "show",
    "swerve",
    "write",
]

__version__ = "0.1.0"

_HOMES = {
    "ClinamenError": ("clinamen.errors", "ClinamenError"),
    "ComposeRequest": ("clinamen.operations.compose", "ComposeRequest"),
    "ConstraintError": ("clinamen.errors", "ConstraintError"),
    "Expectation": ("clinamen.engine.expectation", "Expectation"),
    "FormatError": ("clinamen.errors", "FormatError"),
    "Key": ("clinamen.domains.music.notes", "Key"),
    "Listener": ("clinamen.domains.music.listener", "Listener"),
    "ListenerProfile": ("clinamen.domains.music.profile", "ListenerProfile"),
    "Melody": ("clinamen.domains.music.notes", "Melody"),
    "Meter": ("clinamen.domains.music.notes", "Meter"),
    "MissingError": ("clinamen.errors", "MissingError"),
    "ModelOptions": ("clinamen.engine.model", "ModelOptions"),
    "Note": ("clinamen.domains.music.notes", "Note"),
    "PPMOptions": ("clinamen.engine.ppm", "PPMOptions"),
    "ParameterError": ("clinamen.errors", "ParameterError"),
    "Song": ("clinamen.domains.music.notes", "Song"),
    "SwerveRequest": ("clinamen.operations.swerve", "SwerveRequest"),
    "compose": ("clinamen.operations.compose", "compose"),
    "cross_validate": ("clinamen.domains.music.evaluation", "cross_validate"),
    "learn": ("clinamen.operations.learn", "learn"),
    "load_listener": ("clinamen.operations.listeners", "load_listener"),
    "load_profile": ("clinamen.operations.listeners", "load_profile"),
    "originality_of": ("clinamen.operations.originality", "originality_of"),
    "propose_places": ("clinamen.operations.swerve", "propose_places"),
    "read": ("clinamen.io.files", "read_song"),
    "save_listener": ("clinamen.operations.listeners", "save_listener"),
    "save_profile": ("clinamen.operations.listeners", "save_profile"),
    "sculpt": ("clinamen.operations.sculpt", "sculpt"),
    "select_viewpoints": ("clinamen.domains.music.evaluation", "select_viewpoints"),
    "show": ("clinamen.notebook", "show"),
    "swerve": ("clinamen.operations.swerve", "swerve"),
    "write": ("clinamen.io.files", "write_song"),
}
# Loaded when first asked for, so that `import clinamen` stays quick.


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'clinamen' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
