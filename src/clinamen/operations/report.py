"""The report: one self-contained HTML file that opens offline.

It makes no request of any kind, and its Content-Security-Policy allows none: only its
own style sheet and its own script, each named by its hash. Everything that comes from
the music file is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from importlib import resources
from typing import Any

import numpy as np

from clinamen.operations._one_page import one_page
from clinamen.operations._report_chart import AXIS_WIDTH, chart_svg, color_class, legend_svg
from clinamen.operations.contrast import (
    SECTION_HEADS,
    contrast_words,
    section_contrast,
    section_rows,
)
from clinamen.operations.describe import Fact, song_facts
from clinamen.operations.hear import HearResult
from clinamen.operations.reasons import Explainer, Explanation
from clinamen.operations.summary import lead_sentence, mean_facts, settings_facts
from clinamen.operations.text import a_count, clean, decimal, percent
from clinamen.operations.words import expected_words

__all__ = ["html_report"]

_BITS_EXPLAINED = (
    "Information content is how surprising a note was: a note that had a chance of 1 in 2 costs "
    "1 bit, 1 in 4 costs 2 bits, 1 in 8 costs 3, and so on. "
    "Entropy is how open the moment was before the note came, as the number of bits the listener "
    "had to expect on average: near 0 when sure of what follows, high when anything might."
)


def html_report(result: HearResult) -> str:
    """A page about one heard song.

    Summary in words, piano roll coloured by information content over the two curves,
    the most surprising notes, the expected continuation, and a table of every note.
    """
    style, script = _asset("report.css"), _asset("report.js")
    limit = result.bits_at_full_scale
    style = f"{style}:root{{--axis:{AXIS_WIDTH}px}}\n"
    title = clean(result.song.title) or clean(result.song.source) or "A song"
    parts = [
        f"{_header(result, title)}\n<main>",
        _chart(result, limit),
        _moments(result),
        _continuation(result),
        _sections(result),
        f"<section>\n<h2>How to read this</h2>\n<p>{_BITS_EXPLAINED}</p>\n</section>",
        _table(result, limit),
        "</main>\n<footer><p>Made by Clinamen on your own machine; nothing in this file is "
        "loaded from elsewhere.</p></footer>",
    ]
    shown = f"{title}: where it surprises"
    return one_page(shown, "\n".join(parts), style=style, script=script)


@cache
def _asset(name: str) -> str:
    return resources.files("clinamen.operations").joinpath(name).read_text(encoding="utf-8")


def _header(result: HearResult, title: str) -> str:
    composer = clean(result.song.composer)
    by = f'<p class="by"><bdi>{escape(composer)}</bdi></p>' if composer else ""
    return (
        f'<header>\n<p class="kicker">Where it surprises</p>\n<h1><bdi>{escape(title)}</bdi></h1>'
        f'{by}\n<p class="lead">{escape(lead_sentence(result))}</p>\n'
        f"{_facts(result)}{_notices(result)}\n</header>"
    )


def _facts(result: HearResult) -> str:
    left_out = {"title", "composer", "notes"}
    facts = [fact for fact in song_facts(result.song) if fact.label not in left_out]
    facts += settings_facts(result) + mean_facts(result)
    rows = "".join(
        f"<div><dt>{escape(fact.label.capitalize())}</dt><dd><bdi>{escape(fact.value)}</bdi>"
        f"{_provenance(fact)}</dd></div>"
        for fact in facts
    )
    return f'<dl class="facts">{rows}</dl>'


def _provenance(fact: Fact) -> str:
    rest = fact.text.removeprefix(fact.value)
    return f'<span class="from">{escape(rest)}</span>' if rest else ""


def _notices(result: HearResult) -> str:
    notices = [clean(notice) for notice in result.song.notices]
    if not notices:
        return ""
    items = "".join(f"<li>{escape(notice)}</li>" for notice in notices)
    return f'<aside class="notices" aria-label="Notices"><ul>{items}</ul></aside>'


def _chart(result: HearResult, limit: int) -> str:
    picture, side = chart_svg(result, limit)
    more = " or more" if bool((result.expectation.information_content > limit).any()) else ""
    return (
        "<section>\n<h2>Note by note</h2>\n"
        '<figure class="chart"><div class="scroll roll-scroll" tabindex="0" role="region" '
        f'aria-label="Piano roll and curves, scrolls sideways">{side}{picture}</div>\n'
        '<figcaption class="legend">'
        f"<span>expected, 0 bits {legend_svg()} surprising, {limit} bits{more}</span>"
        '<span><svg width="28" height="12" aria-hidden="true">'
        '<path class="entropy" d="M0 8H10V4H20V8H28"/></svg> '
        f"entropy: how open the moment was</span>{_phrase_legend(result)}"
        "</figcaption></figure>\n</section>"
    )


def _phrase_legend(result: HearResult) -> str:
    melody = result.song.melody
    if not melody.phrase_starts:
        return ""
    estimated = " (estimated)" if melody.phrase_source == "estimated" else ""
    return (
        '<span><svg width="28" height="12" aria-hidden="true"><path class="phrase" '
        f'd="M1 10C5 3 23 3 27 10"/></svg> a phrase{estimated}</span>'
    )


def _moments(result: HearResult) -> str:
    n_remarks = len(result.remarks)
    heading = "The most surprising note" if n_remarks == 1 else "The most surprising notes"
    items = []
    explainer = Explainer(result.expectation, result.song.melody)
    for rank, remark in enumerate(result.remarks, start=1):
        place, _, rest = remark.sentence.partition(": ")
        items.append(
            f'<li><span class="number" aria-hidden="true">{rank}</span>'
            f"<span><b>{escape(place)}</b>: {escape(rest)}"
            f"{_reasons(explainer.explanations(remark.event))}</span></li>"
        )
    return f'<section>\n<h2>{heading}</h2>\n<ol class="moments">{"".join(items)}</ol>\n</section>'


N_REASONS = 6


def _reasons(explanations: tuple[Explanation, ...]) -> str:
    """The strongest regularities of a note as a table that opens on a click."""
    if not explanations:
        return ""
    rows = "".join(
        f'<tr><td class="num">{explanation.regularity.bits:+.1f}</td>'
        f"<td>{escape(explanation.memory)}</td><td>{escape(explanation.name)}</td>"
        f'<td class="wide">{escape(clean(explanation.text))}</td></tr>'
        for explanation in explanations[:N_REASONS]
    )
    heads = '<th scope="col" class="num">Bits</th>' + "".join(
        f'<th scope="col">{label}</th>' for label in ("From", "Regularity", "What it had met")
    )
    return (
        "<details><summary>What spoke for it, in figures</summary>"
        f'<table class="reasons"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></details>"
    )


def _continuation(result: HearResult) -> str:
    continuation = result.continuation
    if not continuation.sentence:
        return ""
    tables = "".join(
        _next_table(_NEXT.get(target, "Next") if len(continuation.expected) > 1 else "Next", each)
        for target, each in continuation.expected.items()
    )
    return (
        f"<section>\n<h2>What would come next</h2>\n<p>{escape(continuation.sentence)}</p>\n"
        f"{tables}\n</section>"
    )


def _sections(result: HearResult) -> str:
    contrast = section_contrast(result.song, result.expectation)
    if contrast is None:
        return ""
    estimated = " (estimated)" if contrast.source == "estimated" else ""
    rows = "".join(_section_row(row) for row in section_rows(contrast))
    heads = "".join(
        f'<th scope="col"{_numeric("text" if place == 0 else "number")}>{head.capitalize()}</th>'
        for place, head in enumerate(SECTION_HEADS)
    )
    return (
        f"<section>\n<h2>Sections{estimated}</h2>\n"
        f'<table class="next"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>\n'
        f"<p>{escape(contrast_words(contrast))}</p>\n</section>"
    )


def _section_row(row: tuple[str, ...]) -> str:
    cells = "".join(f'<td class="num">{escape(cell)}</td>' for cell in row[1:])
    return f'<tr><th scope="row"><bdi>{escape(row[0])}</bdi></th>{cells}</tr>'


_NEXT = {"onset": "Next, when", "pitch": "Next, which note"}


def _next_table(label: str, choices: tuple[tuple[str, float], ...]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(clean(name))}</th>'
        f'<td class="num">{percent(probability)}</td>'
        f"<td>{_strip(probability, 160, 'c5')}</td></tr>"
        for name, probability in choices
    )
    head = (
        f'<thead><tr><th scope="col">{label}</th><th scope="col" class="num">Chance</th>'
        '<th scope="col"><span class="hidden">Chance as a bar</span></th></tr></thead>'
    )
    return f'<table class="next">{head}<tbody>{rows}</tbody></table>'


def _strip(share: float, width: int, color: str) -> str:
    filled = max(1.0, width * min(share, 1.0))
    return (
        f'<svg width="{width}" height="10" aria-hidden="true">'
        f'<rect class="{color}" width="{filled:.1f}" height="10" rx="2"/></svg>'
    )


def _table(result: HearResult, limit: int) -> str:
    columns = _columns(result)
    heads = "".join(
        f'<th scope="col" data-first="{first}"{_numeric(kind)}>{escape(label)}</th>'
        for label, _, kind, first in columns
    )
    rows = "".join(_rows(result, columns, limit))
    return (
        '<section>\n<h2>Every note</h2>\n<div class="scroll table-scroll" tabindex="0" '
        'role="region" aria-label="Table of every note">\n<table class="sortable">'
        f"<caption>{escape(_caption(result))}</caption>"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table>\n</div>\n</section>"
    )


def _caption(result: HearResult) -> str:
    notes = a_count(len(result.expectation), "note")
    return f"{notes}: bits paid, entropy before the note, and what was expected"


def _numeric(kind: str) -> str:
    return ' class="num"' if kind == "number" else ""


# Label, column, kind and the direction a first click sorts in.
_COLUMNS = (
    ("Note", "note", "row", "ascending"),
    ("Bar", "bar", "number", "ascending"),
    ("Beat", "beat", "number", "ascending"),
    ("Pitch", "name", "pitch", "ascending"),
    ("Degree", "degree", "text", "ascending"),
    ("Word", "lyric", "text", "ascending"),
    ("Bits", "information_content", "bits", "descending"),
    ("Entropy", "entropy", "number", "descending"),
    ("Expected", "expected", "text", "ascending"),
)


def _columns(result: HearResult) -> list[tuple[str, str, str, str]]:
    """The columns that say something about this song."""
    given = result.expectation.columns
    always = {"information_content", "entropy", "expected"}
    return [
        column
        for column in _COLUMNS
        if column[1] in always or any(str(value) for value in given.get(column[1], ()))
    ]


def _rows(result: HearResult, columns: list[Any], limit: int) -> Iterator[str]:
    for event in range(len(result.expectation)):
        cells = (_cell(result, event, name, kind, limit) for _, name, kind, _ in columns)
        yield f"<tr>{''.join(cells)}</tr>\n"


def _cell(result: HearResult, event: int, name: str, kind: str, limit: int) -> str:
    expectation = result.expectation
    if name == "expected":
        return f"<td>{escape(expected_words(expectation, event))}</td>"
    if kind == "bits":
        bits = abs(float(expectation.information_content[event]))
        strip = _strip(bits / limit if np.isfinite(bits) else 1.0, 72, color_class(bits, limit))
        return f'<td class="bits" data-value="{bits!r}">{bits:.2f} {strip}</td>'
    if name == "entropy":
        entropy = abs(float(expectation.entropy[event]))
        return f'<td class="num" data-value="{entropy!r}">{entropy:.2f}</td>'
    value = expectation.columns[name][event]
    if kind == "row":
        return f'<th scope="row">{escape(str(value))}</th>'
    if kind == "number":
        return f'<td class="num" data-value="{float(value)!r}">{decimal(value)}</td>'
    if kind == "pitch":
        pitch = expectation.columns["pitch"][event]
        return f'<td data-value="{int(pitch)}">{escape(clean(value))}</td>'
    return f"<td><bdi>{escape(clean(value))}</bdi></td>"
