"""Write the generated pages of `docs/reference/`; run `python tools/reference.py`.

A test compares the pages with what this script would write, so nothing public stays
undocumented.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import importlib
import inspect
import itertools
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import typer.main

import clinamen
from clinamen.domains.music.viewpoints import VIEWPOINTS

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"

NOTE = "<!-- Made by tools/reference.py; do not edit. -->"


OUTPUT = """What `clinamen hear` prints and writes, key by key, and the exit codes of all commands:
[hear-output.md](hear-output.md); what `swerve`, `compose` and `sculpt` do:
[creation-output.md](creation-output.md).
"""


def viewpoints_page() -> str:
    """Table of all viewpoints."""
    lines = [
        "# Viewpoints",
        "",
        NOTE,
        "",
        "A viewpoint is one way of looking at a note. Use our name or IDyOM's. Link several with",
        '`*`, with parentheses, or with the word `linked`: `"cpint,cpintfref linked"`.',
        "",
        f"There are {len(VIEWPOINTS)}. The last column says which part of the note is looked at;",
        "a viewpoint that reads none of the target can only stand in a link.",
        "",
        "| name | IDyOM | meaning | reads |",
        "| --- | --- | --- | --- |",
    ]
    for viewpoint in VIEWPOINTS.values():
        reads = ", ".join(sorted(viewpoint.reads)) or "–"
        lines.append(
            f"| `{viewpoint.name}` | `{viewpoint.idyom_name}` | {viewpoint.meaning} | {reads} |"
        )
    return "\n".join([*lines, ""])


def cli_page() -> str:
    """Every command with its options."""
    from clinamen.cli._app import app

    root = typer.main.get_command(app)
    lines = ["# Command line", "", NOTE, "", _plain(root.help), ""]
    lines += _options(root)
    lines += _commands(root, "clinamen")
    lines.append(OUTPUT)
    return "\n".join(lines).rstrip() + "\n"


def _commands(group: Any, path: str) -> Iterator[str]:
    """Commands of a group in alphabetical order; those of a group in it after it."""
    for name, command in sorted(getattr(group, "commands", {}).items()):
        yield from [f"## {path} {name}", "", _plain(command.help), ""]
        if hasattr(command, "commands"):
            yield from _commands(command, f"{path} {name}")
            continue
        yield from [f"    {path} {name} {_usage(command)}", ""]
        yield from _options(command)


def _usage(command: Any) -> str:
    words = []
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            words.append(parameter.metavar or parameter.name.upper())
    return " ".join(["[OPTIONS]", *words])


def _options(command: Any) -> list[str]:
    rows = []
    for parameter in command.params:
        text = _plain(getattr(parameter, "help", None)).replace("|", "\\|")
        if parameter.param_type_name == "argument":
            rows.append(f"| `{parameter.metavar or parameter.name.upper()}` | {text} |")
        elif not getattr(parameter, "hidden", False):
            names = ", ".join(f"`{name}`" for name in parameter.opts)
            metavar = f" `{parameter.metavar}`" if parameter.metavar else ""
            rows.append(f"| {names}{metavar}{_default(parameter)} | {text} |")
    if not rows:
        return []
    return ["| argument or option | meaning |", "| --- | --- |", *rows, ""]


def _default(parameter: Any) -> str:
    default = parameter.default
    if isinstance(default, enum.Enum):
        default = default.value
    if default in (None, False, True, (), []) or callable(default) or "UNSET" in repr(default):
        return ""
    return f" (default `{default}`)"


def python_page() -> str:
    """Every public name with its signature and the first sentence of its docstring."""
    lines = ["# Python", "", NOTE, "", "Full descriptions: `help(clinamen.read)` and so on.", ""]
    listed: set[int] = set()
    for module in public_modules():
        lines += [f"## {module.__name__}", "", _first_sentence(module), ""]
        for name in module.__all__:
            value = getattr(module, name)
            if id(value) not in listed:
                lines += list(_entry(module, name, value))
            listed.add(id(value))
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def public_modules() -> Iterator[ModuleType]:
    """The package, then every module without an underscore in its path, but the command line.

    A module without `__all__` offers nothing of its own.
    """
    found = pkgutil.walk_packages(clinamen.__path__, "clinamen.")
    names = ["clinamen", *(module.name for module in found)]
    for name in names:
        if "._" not in name and not name.startswith("clinamen.cli"):
            module = importlib.import_module(name)
            if getattr(module, "__all__", ()):
                yield module


def _entry(module: ModuleType, name: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value):
        yield f"- `{name}`: {_first_sentence(value)}"
        if dataclasses.is_dataclass(value):
            fields = [_field(field) for field in dataclasses.fields(value) if field.name[0] != "_"]
            yield "  Fields: " + ", ".join(f"`{field}`" for field in fields) + "."
        for method_name, method in vars(value).items():
            if method_name[0] != "_" and _is_documented_member(method):
                yield f"  - `{_call(method_name, method)}`: {_first_sentence(method)}"
    elif inspect.isfunction(inspect.unwrap(value)):  # one with a cache is no function itself
        yield f"- `{_call(name, value)}`: {_first_sentence(value)}"
    else:
        told = _constant_doc(module.__name__, name)
        if not told:
            raise SystemExit(f"{module.__name__}.{name} is public and has no docstring under it")
        yield f"- `{name}`: {told}"


def _constant_doc(module: str, name: str) -> str:
    """First sentence of the string under an assignment, as the doc of a constant.

    One that a module takes from another is looked up there.
    """
    source = Path(inspect.getfile(importlib.import_module(module)))
    body = ast.parse(source.read_text(encoding="utf-8")).body
    for statement, following in itertools.pairwise(body):
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = getattr(statement, "targets", None) or [statement.target]  # type: ignore[union-attr]
            if name in map(ast.unparse, targets):
                return _sentence(_string(following))
    for statement in body:
        is_taken = isinstance(statement, ast.ImportFrom) and statement.module
        if is_taken and name in [each.asname or each.name for each in statement.names]:
            return _constant_doc(statement.module, name)
    return ""


def _string(statement: ast.stmt) -> str:
    is_string = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return str(statement.value.value) if is_string else ""  # type: ignore[union-attr]


def _is_documented_member(member: Any) -> bool:
    kinds = (property, classmethod, staticmethod)
    return isinstance(member, kinds) or inspect.isfunction(member)


def _call(name: str, member: Any) -> str:
    """A name with its parameters, their types and defaults, and what comes back."""
    if isinstance(member, property):
        returned = inspect.get_annotations(member.fget).get("return") if member.fget else None
        return f"{name}: {returned}" if returned else name
    function = inspect.unwrap(getattr(member, "__func__", member))
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return f"{name}(...)"
    shown, keyword_only = [], False
    for parameter in signature.parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            keyword_only = True
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            shown.append("*")
            keyword_only = True
        shown.append(_parameter(parameter))
    returned = signature.return_annotation
    arrow = "" if returned in (signature.empty, "None") else f" -> {_type(returned)}"
    return f"{name}({', '.join(shown)}){arrow}"


def _parameter(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}
    text = stars.get(parameter.kind, "") + parameter.name
    if parameter.annotation is not parameter.empty:
        text += f": {_type(parameter.annotation)}"
    if parameter.default is not parameter.empty:
        text += f" = {_value(parameter.default)}"
    return text


def _field(field: dataclasses.Field[Any]) -> str:
    """A field with its type, and its default if it has one."""
    text = f"{field.name}: {_type(field.type)}"
    if field.default is not dataclasses.MISSING:
        return f"{text} = {_value(field.default)}"
    if field.default_factory is not dataclasses.MISSING:
        return f"{text} = {_value(field.default_factory())}"
    return text


def _type(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _value(value: Any) -> str:
    """A default as one would type it; ``...`` where that would be long or no Python."""
    text = repr(value)
    is_typed = isinstance(value, str | int | float | tuple | dict | list | type(None))
    return text if len(text) <= 60 and (is_typed or text.endswith("()")) else "..."


def _first_sentence(value: Any) -> str:
    text = inspect.getdoc(value) or ""
    if not text:
        raise SystemExit(f"{value!r} is public and has no docstring")
    return _sentence(text)


def _sentence(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split()).replace("``", "`")


def _plain(text: str | None) -> str:
    """Help text on one line, without typer's markup."""
    words = " ".join((text or "").replace("\f", " ").split())
    return re.sub(r"\[/?(bold|dim|italic|cyan|green|red|yellow)[^\]]*\]", "", words)


PAGES = {"viewpoints.md": viewpoints_page, "cli.md": cli_page, "python.md": python_page}


def main() -> None:
    """Write all pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    main()
