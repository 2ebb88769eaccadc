"""Errors as the page sees them: one JSON shape, ``{"error": {"code": ..., "message": ...}}``."""

from __future__ import annotations

import re
from html import escape

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from clinamen.errors import ClinamenError, ConflictError, MissingError
from clinamen.operations.text import clean

__all__ = [
    "Refusal",
    "clinamen_error",
    "http_error",
    "refusal_response",
    "refused",
    "without_options",
]

# What only an option of a command can give is no help on a page.
_ONLY_BY_OPTION = re.compile(r"(; the nearest that can: |, or )[^;,]*\(--[\w-]+\)")
_OPTION = re.compile(r" \(--[\w-]+\)|(?<![\w-])--(?=[a-z])")


class Refusal(Exception):
    """A request that is not let through.

    Parameters
    ----------
    status
        HTTP status.
    code
        One word for the page.
    message
        One sentence for its reader.
    field
        What of the request it is about, where that is one thing; else "".
    """

    def __init__(self, status: int, code: str, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.field = status, code, message, field


def without_options(error: object) -> str:
    """What an error says, without the options of commands that it names.

    Examples
    --------
    >>> without_options("--form: 9 sections; the nearest that can: more (--any)")
    'form: 9 sections'
    """
    return _OPTION.sub("", _ONLY_BY_OPTION.sub("", clean(error)))


def _json(status: int, code: str, message: str, field: str = "") -> JSONResponse:
    about = {"field": field} if field else {}
    return JSONResponse({"error": {"code": code, "message": message, **about}}, status)


def refusal_response(refusal: Refusal, headers: Headers) -> Response:
    """A page where a person looks, JSON elsewhere."""
    message = clean(refusal.message)
    if headers.get("sec-fetch-dest") == "document":
        # No script and no style: this is shown before anyone is let in.
        page = f"<!doctype html><title>Clinamen</title><h1>Clinamen</h1><p>{escape(message)}.</p>"
        return HTMLResponse(page, refusal.status)
    return _json(refusal.status, refusal.code, message, refusal.field)


async def refused(request: Request, error: Exception) -> Response:
    """A request that is not let through, once it is under way."""
    assert isinstance(error, Refusal)
    return refusal_response(error, request.headers)


async def clinamen_error(request: Request, error: Exception) -> Response:
    """An error raised on purpose, as JSON."""
    assert isinstance(error, ClinamenError)
    if isinstance(error, MissingError):
        return _json(404, "missing", clean(error))
    if isinstance(error, ConflictError):
        return _json(409, "conflict", clean(error))
    return _json(422, "invalid", without_options(error))


async def http_error(request: Request, error: Exception) -> Response:
    """An address or a method that does not exist, as JSON."""
    assert isinstance(error, HTTPException)
    return _json(error.status_code, "http", error.detail)
