"""The frame of a page in one file: it opens offline, and may load and run nothing but itself."""

from __future__ import annotations

import base64
import hashlib
from html import escape

__all__ = ["one_page"]


def one_page(title: str, body: str, *, style: str, script: str, language: str = "en") -> str:
    """A page with its own style sheet and its own script, each named by its hash.

    Parameters
    ----------
    title
        Any text.
    body
        HTML in which all that is not ours is escaped.
    """
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
