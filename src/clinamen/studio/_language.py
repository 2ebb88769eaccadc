"""Answers in the language that a request asks for."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from clinamen.texts import LANGUAGES, in_language

__all__ = ["answered", "language_of"]


def language_of(request: Request) -> str:
    """The first language of ``Accept-Language`` that there are texts in; English if there is none.

    What browsers send is in the order of their readers' wishes.
    """
    for each in request.headers.get("accept-language", "").split(","):
        language = each.partition(";")[0].strip().partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def answered(request: Request, data: Any, status: int = 200) -> JSONResponse:
    """Plain data as JSON, every sentence in it said in the language of the request."""
    language = language_of(request)
    return JSONResponse(in_language(data, language), status, headers={"Content-Language": language})
