"""A story as a page: one file that opens offline, with pictures, a player and no sound unasked.

Everything that comes from a song, a note or a name is escaped. What is told carries the numbers
of the entries it comes from (``data-entry``), so that it can be held against the story.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from datetime import UTC, tzinfo
from functools import cache
from html import escape
from importlib import resources

from clinamen.operations._one_page import one_page
from clinamen.operations._report_chart import legend_svg
from clinamen.operations.story._tell_ears import Heard
from clinamen.operations.story._tell_facts import change_words
from clinamen.operations.story._tell_picture import BITS_AT_FULL_COLOR, draft_svg, play_data
from clinamen.operations.story._tell_values import Fact, Tale, Told, ToldDraft, ToldProposal
from clinamen.operations.story._tell_when import when_words
from clinamen.texts import Message, say

__all__ = ["tale_html"]


def tale_html(tale: Tale, *, language: str, zone: tzinfo | None, beside: str) -> str:
    """The page.

    Parameters
    ----------
    language
        One of `clinamen.texts.LANGUAGES`.
    zone
        In which times are told; None is that of this computer.
    beside
        Name of the file by which it can be checked.
    """
    return _Page(tale, language, zone).html(beside)


@cache
def _asset(package: str, name: str) -> str:
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")


class _Page:
    def __init__(self, tale: Tale, language: str, zone: tzinfo | None) -> None:
        self._tale = tale
        self._language = language
        self._zone = zone

    def html(self, beside: str) -> str:
        """All of it."""
        style = _asset("clinamen.operations", "report.css")
        style += _asset("clinamen.operations.story", "tell.css")
        script = _asset("clinamen.operations.story", "tell.js")
        title = self._tale.title or self._said("tell.untitled")
        items = "\n".join(self._told(each) for each in self._tale.chapters)
        chapters = f'<ol class="tale">{items}</ol>\n' if items else ""
        body = (
            f'<header>\n<p class="kicker">{self._t("tell.kicker")}</p>\n'
            f"<h1><bdi>{escape(title)}</bdi></h1>\n{self._facts(self._tale.lead)}"
            f"{self._legend()}</header>\n<main>\n"
            f"{chapters}{self._evidence(beside)}"
            f"</main>\n<footer><p>{self._t('tell.made')}</p></footer>"
        )
        name = self._said("tell.title", title=title)
        return one_page(name, body, style=style, script=script, language=self._language)

    def _said(self, key: str, **values: object) -> str:
        return say(key, self._language, **values)

    def _t(self, key: str, **values: object) -> str:
        return escape(self._said(key, **values))

    def _words(self, words: str) -> str:
        return escape(words.said(self._language) if isinstance(words, Message) else words)

    def _told(self, told: Told) -> str:
        numbers = " ".join(map(str, told.entries))
        turning = ' class="turning"' if told.is_turning else ""
        return (
            f'{self._gap(told.gap)}<li{turning} data-entry="{numbers}">{self._when(told)}'
            f"<h2>{self._words(told.heading)}</h2>{_quote(told.quote)}"
            f"{self._facts(told.facts)}{self._draft(told.draft)}{self._proposals(told)}</li>"
        )

    def _gap(self, gap: Fact | None) -> str:
        return "" if gap is None else f'<li class="pause">{self._fact(gap, "gap")}</li>'

    def _when(self, told: Told) -> str:
        if told.at is None:
            return ""
        moment = told.at.astimezone(UTC).isoformat(timespec="seconds")
        words = self._words(when_words(told.at, self._zone))
        return f'<p class="when"><time datetime="{moment}">{words}</time></p>'

    def _facts(self, facts: Iterable[Fact]) -> str:
        return "".join(self._fact(each, "fact") for each in facts)

    def _fact(self, fact: Fact, kind: str) -> str:
        entries = " ".join(map(str, fact.entries))
        value = f' data-value="{escape(fact.value)}"' if fact.value else ""
        return (
            f'<p class="{kind}" data-fact="{fact.name}" data-entry="{entries}"{value}>'
            f"{self._words(fact.words)}</p>"
        )

    def _draft(self, draft: ToldDraft | None) -> str:
        if draft is None or draft.is_again or draft.heard is None:
            return ""
        name = self._said("tell.draft", number=draft.number)
        return self._figure(draft.heard, name, draft.fresh, draft.digest, draft.entry)

    def _figure(
        self, heard: Heard, name: str, fresh: tuple[tuple[int, int, int], ...], digest: str,
        entry: int,
    ) -> str:  # fmt: skip
        n_notes = len(heard.rows)
        label = self._said("tell.picture", name=name, n=n_notes, bits=heard.mean)
        caption = self._t("tell.caption", name=name, n=n_notes)
        return (
            f'<figure class="draft" data-draft="{digest}" data-entry="{entry}">'
            f'<div class="scroll" tabindex="0" role="region" '
            f'aria-label="{self._t("tell.scrolls", name=name)}">'
            f"{draft_svg(heard, label, fresh)}</div>"
            f"<figcaption>{self._button(heard, name)}<span>{caption}</span></figcaption></figure>"
        )

    def _button(self, heard: Heard, name: str) -> str:
        play, stop = self._t("tell.play"), self._t("tell.stop")
        labels = self._t("tell.play_draft", name=name), self._t("tell.stop_draft", name=name)
        data = "".join(f' data-{key}="{value}"' for key, value in play_data(heard).items())
        return (
            f'<button type="button" class="play" hidden aria-label="{labels[0]}" '
            f'data-play="{play}" data-stop="{stop}" data-play-label="{labels[0]}" '
            f'data-stop-label="{labels[1]}"{data}>{play}</button>'
        )

    def _proposals(self, told: Told) -> str:
        if not told.proposals:
            return ""
        items = "".join(self._proposal(each) for each in told.proposals)
        summary = self._t("tell.proposals", n=len(told.proposals))
        # What was worked on without being kept has no picture elsewhere.
        is_open = " open" if any(each.is_taken for each in told.proposals) else ""
        return (
            f'<details class="proposals"{is_open}><summary>{summary}</summary>'
            f"<ol>{items}</ol></details>"
        )

    def _proposal(self, each: ToldProposal) -> str:
        name = self._said("tell.proposal", number=each.number)
        words = "".join(f'<p class="fact"{more}>{text}</p>' for text, more in self._said_of(each))
        figure = ""
        if each.heard is not None:
            figure = self._figure(each.heard, name, each.fresh, each.digest, each.entry)
        return f'<li data-entry="{each.entry}">{words}{figure}</li>'

    def _said_of(self, each: ToldProposal) -> Iterator[tuple[str, str]]:
        """What is said of a proposal, and the attributes that say where it comes from."""
        here = f' data-entry="{each.entry}"'
        if each.heard is None:
            name = self._t("tell.proposal", number=each.number)
            yield f"{name}. {self._t('tell.unheard')}", f' data-fact="unheard"{here}'
        else:
            mean = each.heard.mean
            text = self._t("tell.proposal_mean", number=each.number, bits=mean)
            yield text, f' data-fact="proposal" data-value="{mean!r}"{here}'
        if each.change is not None and each.heard is not None:
            text = self._words(change_words(each.change, each.heard))
            yield text, f' data-fact="proposal_change" data-value="{each.change.total!r}"{here}'
        if each.fate_entry is not None:
            yield self._words(each.fate), f' data-fact="fate" data-entry="{each.fate_entry}"'

    def _legend(self) -> str:
        is_heard = any(each.draft is not None or each.proposals for each in self._tale.chapters)
        if not is_heard:
            return ""
        more = f'<p class="fact">{self._t("tell.too_much")}</p>' if self._tale.was_too_much else ""
        scale = self._t("tell.scale", bits=BITS_AT_FULL_COLOR)
        frame = (
            '<svg width="22" height="12" aria-hidden="true">'
            '<rect class="fresh-key" x="2" y="2" width="18" height="8"/></svg>'
        )
        return (
            f'<p class="legend"><span>{self._t("tell.expected")} {legend_svg()} {scale}</span>'
            f"<span>{frame} {self._t('tell.fresh')}</span></p>"
            f'<p class="fact">{self._t("tell.bits", listener=self._tale.listener)}</p>{more}'
        )

    def _evidence(self, beside: str) -> str:
        head = self._tale.head
        command = f"clinamen story verify {shlex.quote(beside)}"
        return (
            f'<section class="evidence"><h2>{self._t("tell.evidence")}</h2>'
            f'<p>{self._t("tell.head", n=head.seq)} <code data-head="{head.seq}">{head.hash}</code>'
            f"</p><p>{self._t('tell.check')} <code>{escape(command)}</code></p>"
            f"<p>{self._t('tell.limits')}</p></section>"
        )


def _quote(lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    inside = "".join(f"<p><bdi>{escape(line)}</bdi></p>" for line in lines)
    return f"<blockquote>{inside}</blockquote>"
