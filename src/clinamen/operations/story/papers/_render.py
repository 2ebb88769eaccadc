"""A paper as Markdown, as a page, as JSON, and its table as CSV."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Any

from clinamen.errors import UnsupportedError
from clinamen.operations.story.papers._paper import Paper, Section
from clinamen.texts import Message, in_language

__all__ = ["FORMATS", "rendered"]

FORMATS = (".md", ".html", ".json", ".csv", ".xml")
"""Extensions of the files that a paper can be written to; the last two only of some."""

_LINE = "________"
_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~])")
_STYLE = """
:root { color-scheme: light dark; --ink: #24222b; --paper: #fcfaf6; --line: #b9b2a4;
  --soft: #5f5b66; --warn: #912b81; }
@media (prefers-color-scheme: dark) { :root { --ink: #ece9e2; --paper: #17161b; --line: #57525f;
  --soft: #aba6b0; --warn: #f0a3d8; } }
body { margin: 0 auto; max-width: 48rem; padding: 2rem 1.25rem; background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 ui-sans-serif, system-ui, "Noto Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.25rem 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.draft { border: 2px solid var(--warn); border-radius: .4rem; padding: .6rem .9rem; }
.draft strong { color: var(--warn); }
p, li, .pairs td { overflow-wrap: anywhere; }
td, th { overflow-wrap: break-word; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { border: 1px solid var(--line); padding: .35rem .5rem; text-align: start;
  vertical-align: top; }
.pairs th { width: 30%; overflow-wrap: anywhere; }
.checks { list-style: none; padding: 0; }
.blank { color: var(--soft); white-space: nowrap; }
footer { margin-top: 2rem; font-size: .875rem; color: var(--soft); }
@media print { :root { --ink: #000; --paper: #fff; --line: #888; --soft: #444; --warn: #000; }
  body { max-width: none; padding: 0; font-size: 10.5pt; } h2 { break-after: avoid; }
  tr { break-inside: avoid; } }
"""


def rendered(paper: Paper, suffix: str, language: str, day: date) -> bytes:
    """As `clinamen.operations.story.papers.paper_bytes`, whatever day is today."""
    page = _Page(paper, language, day)
    if suffix == ".md":
        return "\n".join(page.markdown()).encode("utf-8")
    if suffix == ".html":
        return page.html().encode("utf-8")
    if suffix == ".json":
        return json.dumps(page.plain(), ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
    if suffix == ".csv" and paper.table is not None:
        return page.csv(paper.table).encode("utf-8")
    if suffix == ".xml" and paper.xml:
        return paper.xml.encode("utf-8")
    more = [".csv"] * (paper.table is not None) + [".xml"] * bool(paper.xml)
    known = ", ".join([*FORMATS[:3], *more])
    raise UnsupportedError(f"the paper {paper.kind} is written as {known}, not {suffix!r}")


class _Page:
    """A paper in a language."""

    def __init__(self, paper: Paper, language: str, day: date) -> None:
        self._paper = paper
        self._language = language
        self._draft = self._said(Message("papers.draft"))
        how = Message("papers.draft_how", program=paper.facts.program, day=day.isoformat())
        self._how = self._said(how)

    def _said(self, text: str) -> str:
        return str(in_language(text, self._language))

    def markdown(self) -> Iterator[str]:
        """Line by line."""
        yield f"# {_marked(self._said(self._paper.title))}: {_marked(self._paper.facts.title)}"
        yield f"\n> **{_marked(self._draft)}** {_marked(self._how)}\n"
        for section in self._sections():
            yield f"## {_marked(self._said(section.heading))}\n"
            bullet = "- " if len(section.lines) > 1 else ""
            yield from (f"{bullet}{self._marked(line)}" for line in section.lines)
            if section.lines:
                yield ""
            yield from self._table(section)
            yield from (f"- [ ] {self._marked(check)}" for check in section.checks)
            if section.checks:
                yield ""
        yield f"**{_marked(self._draft)}**\n"

    def _sections(self) -> Iterator[Section]:
        yield from self._paper.sections
        if self._paper.sources:
            yield Section(Message("papers.h_sources"), lines=self._paper.sources)

    def _marked(self, text: str) -> str:
        return _marked(self._said(text)) or _LINE

    def _table(self, section: Section) -> Iterator[str]:
        if not section.rows:
            return
        heads = section.heads or ("", "")
        yield f"| {' | '.join(_marked(self._said(head)) for head in heads)} |"
        yield f"|{' --- |' * len(heads)}"
        for row in section.rows:
            yield f"| {' | '.join(self._marked(cell) for cell in row)} |"
        yield ""

    def html(self) -> str:
        """One file that asks for nothing from elsewhere."""
        title = f"{self._said(self._paper.title)}: {self._paper.facts.title}"
        digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'"
        body = "".join(self._html_section(section) for section in self._sections())
        draft = f"<strong>{escape(self._draft)}</strong>"
        return (
            f'<!doctype html>\n<html lang="{self._language}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
            f"<h1><bdi>{escape(title)}</bdi></h1>\n"
            f'<p class="draft">{draft} {escape(self._how)}</p>\n{body}</main>\n'
            f"<footer><p>{draft}</p></footer>\n</body>\n</html>\n"
        )

    def _html_section(self, section: Section) -> str:
        language = f' lang="{section.language}"' if section.language else ""
        parts = [f"<h2>{escape(self._said(section.heading))}</h2>\n"]
        if len(section.lines) == 1:
            line = section.lines[0]
            parts.append(f"<p{self._lang(line, language)}>{self._cell(line)}</p>\n")
        elif section.lines:
            lines = "".join(f"<li{self._lang(each, language)}>{self._cell(each)}</li>\n"
                            for each in section.lines)  # fmt: skip
            parts.append(f"<ul>\n{lines}</ul>\n")
        if section.rows:
            parts.append(self._html_table(section, language))
        if section.checks:
            checks = "".join(f"<li>☐ {self._cell(check)}</li>\n" for check in section.checks)
            parts.append(f'<ul class="checks">\n{checks}</ul>\n')
        return "".join(parts)

    def _html_table(self, section: Section, language: str) -> str:
        heads = "".join(f'<th scope="col">{self._cell(head)}</th>' for head in section.heads)
        heading = f"<thead><tr>{heads}</tr></thead>" if heads else ""
        rows = "".join(self._html_row(row, language) for row in section.rows)
        label = escape(self._said(section.heading), quote=True)
        pairs = ' class="pairs"' if len(section.rows[0]) == 2 else ""
        return (
            f'<div class="wide" role="region" tabindex="0" aria-label="{label}">'
            f"<table{pairs}>{heading}<tbody>\n{rows}</tbody></table></div>\n"
        )

    def _html_row(self, row: tuple[str, ...], language: str) -> str:
        first = f'<th scope="row"{self._lang(row[0], language)}>{self._cell(row[0])}</th>'
        rest = "".join(
            f"<td{self._lang(cell, language)}>{self._cell(cell)}</td>" for cell in row[1:]
        )
        return f"<tr>{first}{rest}</tr>\n"

    def _lang(self, text: str, language: str) -> str:
        return "" if isinstance(text, Message) else language

    def _cell(self, text: str) -> str:
        said = self._said(text)
        return escape(said) if said else f'<span class="blank">{_LINE}</span>'

    def plain(self) -> dict[str, Any]:
        """For programs; what is to be filled in is ""."""
        sections = [
            {
                "heading": section.heading,
                "lines": section.lines,
                "heads": section.heads,
                "rows": section.rows,
                "checks": section.checks,
            }
            for section in self._sections()
        ]
        plain: dict[str, Any] = in_language(
            {
                "schema": "clinamen.paper/1",
                "draft": self._draft,
                "how": self._how,
                "kind": self._paper.kind,
                "language": self._language,
                "title": self._paper.title,
                "song": self._paper.facts.title,
                "sections": [
                    {key: value for key, value in section.items() if value} for section in sections
                ],
            },
            self._language,
        )
        return plain

    def csv(self, table: Section) -> str:
        """One table, the notice that it is a draft first."""
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow([_harmless(self._draft)])
        for row in (table.heads, *table.rows):
            writer.writerow([_harmless(self._said(cell)) for cell in row])
        return buffer.getvalue()


def _marked(text: str) -> str:
    """Text in Markdown that means nothing else."""
    return _SPECIAL.sub(r"\\\1", escape(" ".join(text.split()), quote=False))


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
