"""What a request says, checked."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request

from clinamen.errors import FormatError, ParameterError
from clinamen.studio._errors import Refusal

__all__ = ["count", "file_name", "invalid", "json_object", "number", "one_of", "queried", "text"]

_LONGEST_TEXT = 200


def invalid(field: str, message: str) -> Refusal:
    """That one thing in a request is wrong."""
    return Refusal(422, "invalid", message, field=field)


async def json_object(request: Request) -> dict[str, Any]:
    """The body, which must be a JSON object and say so."""
    # Forms of strangers' pages can send text, and not this.
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise FormatError(f"the body must be application/json, not {kind or 'of no type'}")
    try:
        data = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise FormatError(f"the body is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise FormatError("the body must be a JSON object")
    return data


def number(data: dict[str, Any], name: str) -> int:
    """A whole number of a body, not below 0."""
    value = data.get(name)
    if type(value) is not int or value < 0:
        raise invalid(name, f"{name} must be a whole number from 0, not {value!r}")
    return value


def count(data: dict[str, Any], name: str, words: str, span: tuple[int, int]) -> int:
    """A whole number of a body within limits; `words` say to people what it is."""
    value, (least, most) = data.get(name), span
    if type(value) is not int or not least <= value <= most:
        limits = f"from {least:,} to {most:,}"
        raise invalid(name, f"{words} must be a whole number {limits}, not {value!r}")
    return value


def text(data: dict[str, Any], name: str, default: str | None = None) -> str:
    """A short text of a body."""
    value = data.get(name, default)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TEXT:
        raise invalid(name, f"{name} must be a text of 1 to {_LONGEST_TEXT} characters")
    return value


def queried(request: Request, name: str) -> int | None:
    """A whole number of the address, or None where it is not there."""
    value = request.query_params.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 16):
        raise ParameterError(f"{name} must be a whole number from 0, not {value!r}")
    return int(value)


def one_of(value: str, name: str, choices: tuple[str, ...]) -> str:
    """A word that must be among some."""
    if value not in choices:
        raise ParameterError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return value


def file_name(request: Request) -> str:
    """Name of a file that was dropped; without its folders."""
    name = unquote(request.headers.get("x-file-name", ""))
    name = name.replace("\\", "/").rpartition("/")[2].strip()
    if not 0 < len(name) <= _LONGEST_TEXT:
        raise ParameterError(f"a file has a name of 1 to {_LONGEST_TEXT} characters")
    return name
