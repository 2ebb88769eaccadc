"""A story as Markdown: the same facts, with the curve of surprise in letters."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from datetime import tzinfo

from clinamen.operations.story._tell_ears import Heard
from clinamen.operations.story._tell_facts import change_words
from clinamen.operations.story._tell_picture import BITS_AT_FULL_COLOR
from clinamen.operations.story._tell_values import Fact, Tale, Told, ToldProposal
from clinamen.operations.story._tell_when import when_words
from clinamen.texts import Message, say

__all__ = ["tale_markdown"]

_LEVELS = "▁▂▃▄▅▆▇█"
_MOST_LETTERS = 400
_MARKS = re.compile(r"[\\`*_\[\]<>#|~&!$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_FIRST = re.compile(r"^(\d*)([-+=.)])")


def tale_markdown(tale: Tale, *, language: str, zone: tzinfo | None, beside: str) -> str:
    """The text.

    Parameters
    ----------
    language, zone, beside
        As `clinamen.operations.story._tell_page.tale_html`.
    """
    return "\n\n".join(_Text(language, zone).blocks(tale, beside)) + "\n"


class _Text:
    def __init__(self, language: str, zone: tzinfo | None) -> None:
        self._language = language
        self._zone = zone

    def blocks(self, tale: Tale, beside: str) -> Iterator[str]:
        """All paragraphs."""
        title = tale.title or self._plain("tell.untitled")
        yield f"# {_escaped(title)}"
        yield f"*{self._t('tell.kicker')}*"
        yield from self._facts(tale.lead)
        if any(each.draft is not None or each.proposals for each in tale.chapters):
            yield self._t("tell.bits", listener=tale.listener)
            yield self._t("tell.letters", bits=BITS_AT_FULL_COLOR)
        if tale.was_too_much:
            yield self._t("tell.too_much")
        for told in tale.chapters:
            yield from self._told(told)
        yield f"## {self._t('tell.evidence')}"
        yield f"{self._t('tell.head', n=tale.head.seq)} `{tale.head.hash}`"
        yield f"{self._t('tell.check')} {_escaped(f'clinamen story verify {shlex.quote(beside)}')}"
        yield self._t("tell.limits")
        yield self._t("tell.made")

    def _plain(self, key: str, **values: object) -> str:
        return say(key, self._language, **values)

    def _t(self, key: str, **values: object) -> str:
        return _escaped(self._plain(key, **values))

    def _words(self, words: str) -> str:
        return _escaped(words.said(self._language) if isinstance(words, Message) else words)

    def _facts(self, facts: Iterable[Fact]) -> Iterator[str]:
        for fact in facts:
            words = self._words(fact.words)
            yield f"**{words}**" if fact.name == "turning" else words

    def _told(self, told: Told) -> Iterator[str]:
        if told.gap is not None:
            yield f"*{self._words(told.gap.words)}*"
        yield f"## {self._words(told.heading)}"
        if told.at is not None:
            yield f"*{self._words(when_words(told.at, self._zone))}*"
        if told.quote:
            yield "\n>\n".join(f"> {_escaped(line)}" for line in told.quote)
        yield from self._facts(told.facts)
        draft = told.draft
        if draft is not None and draft.heard is not None and not draft.is_again:
            name = self._t("tell.caption", name=self._plain("tell.draft", number=draft.number),
                           n=len(draft.heard.rows))  # fmt: skip
            yield f"{name}: {_curve(draft.heard)}"
        if told.proposals:
            yield "\n".join(self._proposal(each) for each in told.proposals)

    def _proposal(self, each: ToldProposal) -> str:
        parts = []
        if each.heard is None:
            parts.append(
                f"{self._t('tell.proposal', number=each.number)}: {self._t('tell.unheard')}"
            )
        else:
            bits = each.heard.mean
            parts.append(self._t("tell.proposal_mean", number=each.number, bits=bits))
            if each.change is not None:
                parts.append(self._words(change_words(each.change, each.heard)))
        parts.append(self._words(each.fate))
        if each.heard is not None:
            parts.append(_curve(each.heard))
        return "- " + " ".join(part for part in parts if part)


def _escaped(text: str) -> str:
    """Text in which nothing is a mark of Markdown, nor an element."""
    return _FIRST.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", text))


def _curve(heard: Heard) -> str:
    """The bits of the notes, one after the other."""
    levels = (min(int(bits / BITS_AT_FULL_COLOR * len(_LEVELS)), len(_LEVELS) - 1)
              for _, bits in heard.notes[:_MOST_LETTERS])  # fmt: skip
    more = " …" if len(heard.notes) > _MOST_LETTERS else ""
    return "".join(_LEVELS[max(level, 0)] for level in levels) + more
