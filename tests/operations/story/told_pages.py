"""A page of a story read back as a program reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "input", "hr"}


@dataclass
class Element:
    """An element with its attributes and all text in it."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""
    parents: list[Element] = field(default_factory=list, repr=False)

    def __getitem__(self, name: str) -> str:
        value = self.attributes[name]
        assert value is not None
        return value

    @property
    def entries(self) -> tuple[int, ...]:
        """Entries of the ledger that it names."""
        return tuple(int(each) for each in self["data-entry"].split())


class Page(HTMLParser):
    """All elements in order; fails on tags that do not match."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(source)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), parents=list(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), parents=list(self._open)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str) -> list[Element]:
        return [each for each in self.elements if each.tag == tag]

    def facts(self, name: str | None = None) -> list[Element]:
        """What is told, of one kind or all."""
        return [
            each
            for each in self.elements
            if "data-fact" in each.attributes and name in (None, each["data-fact"])
        ]
