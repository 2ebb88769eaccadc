"""What DDEX's release notification (ERN) says of a contribution by AI.

Source: DDEX, Electronic Release Notification 4.3.2 (release-notification.xsd, 2025) and its
allowed value sets: ``AiContribution`` of a Contributor and ``ContainsAI`` of a resource, both of
the set ContainsAI (All, None, Partly); ``GenerativeAI`` as a SpecialContributor. Read in public
copies of the schema and in code generated from it, not at DDEX itself: to be checked there.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from clinamen.operations.story.papers._paper import BLANK, Paper, Section
from clinamen.operations.story.papers._wording import names_of, record_section, song_section
from clinamen.operations.story.papers.details import Details
from clinamen.operations.story.papers.facts import Facts
from clinamen.texts import Message

__all__ = ["ALLOWED", "ddex"]

ALLOWED = ("All", "None", "Partly")
"""The values of the set ContainsAI."""

_SOURCES = (
    "DDEX, Electronic Release Notification Message Suite, version 4.3.2, "
    "http://ddex.net/xml/ern/432/release-notification.xsd",
    "DDEX, Allowed Value Sets, set ContainsAI, "
    "https://kb.ddex.net/reference-material/current-allowed-value-sets/",
)
_N_RULES = 5


def ddex(facts: Facts, details: Details) -> Paper:
    """The paper, and a fragment of XML with the same values."""
    rules = tuple(Message(f"papers.ddex_rule_{number}") for number in range(1, _N_RULES + 1))
    composer = _composer(facts)
    fields = Section(
        Message("papers.h_fields"),
        heads=tuple(Message(f"papers.ddex_{each}") for each in ("element", "value", "why")),
        rows=(
            (
                "SoundRecording/Contributor/AiContribution",
                composer,
                Message("papers.ddex_composer", names=names_of(facts, details) or "?"),
            ),
            ("SoundRecording/ContainsAI", _recording(facts), Message("papers.ddex_recording")),
            ("Release/ContainsAI", BLANK, Message("papers.ddex_release")),
        ),
    )
    sections = (
        song_section(facts, details),
        fields,
        Section(Message("papers.h_rules"), lines=rules),
        record_section(facts),
    )
    return Paper(
        "ddex",
        Message("papers.title_ddex"),
        facts,
        sections,
        _SOURCES,
        table=fields,
        xml=_xml(facts, details),
    )


def _composer(facts: Facts) -> str:
    """Of a contributor who is a person: part of it, or none as far as the record goes."""
    return "Partly" if facts.machine_stands.n else "None"


def _recording(facts: Facts) -> str:
    """What is sung, played and mixed is not in the record; but a part is a part."""
    return "Partly" if facts.machine_stands.n else BLANK


def _xml(facts: Facts, details: Details) -> str:
    """A fragment, not a message: what surrounds it, and roles, are the distributor's."""
    recording = _recording(facts)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- DRAFT TO CHECK. NOT LEGAL ADVICE. A fragment for ERN 4.3.2, not a message: party",
        "     references, roles, titles and identifiers of the message are the distributor's. -->",
        "<SoundRecording>",
    ]
    if details.isrc:
        isrc = details.isrc.replace("-", "")
        lines.append(f"  <ResourceId><ISRC>{isrc}</ISRC></ResourceId>")
    lines += [
        f"  <DisplayTitleText>{escape(facts.title)}</DisplayTitleText>",
        '  <Contributor SequenceNumber="1">',
        f"    <!-- {_comment(names_of(facts, details) or 'to fill in')}, as composer -->",
        "    <ContributorPartyReference>P1</ContributorPartyReference>",
        f"    <AiContribution>{_composer(facts)}</AiContribution>",
        "  </Contributor>",
    ]
    if recording:
        lines.append(f"  <ContainsAI>{recording}</ContainsAI>")
    else:
        lines.append("  <!-- ContainsAI: All, None or Partly, once the recording is known -->")
    return "\n".join([*lines, "</SoundRecording>", ""])


def _comment(text: str) -> str:
    """Text that does not end a comment."""
    return escape(text).replace("--", "- -").rstrip("-")
