"""XML bytes to a tree of elements that know their line, with hostile input refused."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from clinamen.errors import FormatError

__all__ = ["MAX_DEPTH", "MAX_ELEMENTS", "MAX_TEXT", "Element", "parse_xml"]

MAX_DEPTH = 64
"""Deepest nesting read; MusicXML itself needs about twelve levels."""

MAX_ELEMENTS = 2_000_000
"""Most elements read; a string quartet movement of 11 MB has about 400,000."""


MAX_TEXT = 100_000
"""Longest text of one element, and of an attribute."""


class Element:
    """One XML element: its tag, attributes, text before the first child, and children."""

    __slots__ = ("attributes", "children", "line", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int):
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.text = ""
        self.children: list[Element] = []

    def find(self, tag: str) -> Element | None:
        """The first child with this tag."""
        for child in self.children:
            if child.tag == tag:
                return child
        return None

    def all(self, tag: str) -> Iterator[Element]:
        """Every child with this tag, in order."""
        return (child for child in self.children if child.tag == tag)

    def walk_to(self, *tags: str) -> Iterator[Element]:
        """Every element reached by following these tags down."""
        if not tags:
            yield self
            return
        for child in self.all(tags[0]):
            yield from child.walk_to(*tags[1:])

    def walk(self) -> Iterator[Element]:
        """This element and everything below it, in document order."""
        pending = [self]
        while pending:
            element = pending.pop()
            yield element
            pending.extend(reversed(element.children))

    def value(self, tag: str) -> str:
        """Trimmed text of the first child with this tag; empty when there is none."""
        child = self.find(tag)
        return child.text.strip() if child is not None else ""

    def get(self, name: str) -> str:
        """An attribute, trimmed; empty when it is not given."""
        return self.attributes.get(name, "").strip()


class _Builder:
    """Handlers of one parse; expat calls them."""

    def __init__(self, source: str):
        self.source = source
        self.root: Element | None = None
        self.n_elements = 0
        self._open: list[Element] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        # Declaring an entity is the way to bombs and to other files, and no MusicXML
        # file needs one; the external DTD that most files name is never opened, since
        # no handler for it is set.
        self.parser.EntityDeclHandler = self._refuse_entity
        self.parser.SkippedEntityHandler = self._refuse_reference

    def fail(self, message: str) -> FormatError:
        parser = self.parser
        place = f"line {parser.CurrentLineNumber}, column {parser.CurrentColumnNumber + 1}"
        return FormatError(message, source=self.source or None, place=place)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.n_elements += 1
        if self.n_elements > MAX_ELEMENTS:
            raise self.fail(f"more than {MAX_ELEMENTS} XML elements")
        if len(self._open) >= MAX_DEPTH:
            raise self.fail(f"XML elements are nested more than {MAX_DEPTH} deep")
        if any(len(value) > MAX_TEXT for value in attributes.values()):
            raise self.fail(f"an attribute is longer than {MAX_TEXT} characters")
        element = Element(tag, attributes, self.parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        element = self._open[-1]
        if not element.children:
            element.text += text
            if len(element.text) > MAX_TEXT:
                raise self.fail(f"a text is longer than {MAX_TEXT} characters")

    def _refuse_entity(self, name: str, *declaration: object) -> None:
        raise self.fail(f"the XML entity {name!r} is declared; entities are refused")

    def _refuse_reference(self, name: str, is_parameter: bool) -> None:
        raise self.fail(f"the XML entity {name!r} is used but never declared")


def parse_xml(data: bytes, source: str) -> Element:
    """The root element of an XML document.

    Raises
    ------
    FormatError
        With line and column, when the document is not well formed, ends too early,
        declares an entity, is nested deeper than `MAX_DEPTH` or larger than
        `MAX_ELEMENTS`.
    """
    builder = _Builder(source)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise _malformed(error, source) from None
    except (LookupError, UnicodeError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        # expat asks Python for encodings that it does not know itself.
        raise builder.fail(f"the XML encoding cannot be read ({error})") from None
    if builder.root is None:
        raise builder.fail("no XML element")
    return builder.root


def _malformed(error: expat.ExpatError, source: str) -> FormatError:
    reason = expat.ErrorString(error.code) or "unknown"
    message = f"not well-formed XML: {reason}"
    if reason in ("no element found", "unclosed token"):
        message = "the XML ends too early: the file is truncated"
    place = f"line {error.lineno}, column {error.offset + 1}"
    return FormatError(message, source=source or None, place=place)
