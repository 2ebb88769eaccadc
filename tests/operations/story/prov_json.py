"""What the PROV-JSON submission asks of a document, checked without any library.

Source: "The PROV-JSON Serialization", W3C Member Submission, 24 April 2013, sections 2 and 3;
order of events: PROV-CONSTRAINTS (W3C Recommendation, 30 April 2013), constraints 24, 36 and 37.
"""

from __future__ import annotations

import re
from typing import Any

RELATIONS: dict[str, dict[str, str]] = {
    "used": {"prov:activity": "activity", "prov:entity": "entity"},
    "wasGeneratedBy": {"prov:entity": "entity", "prov:activity": "activity"},
    "wasAssociatedWith": {"prov:activity": "activity", "prov:agent": "agent"},
    "wasAttributedTo": {"prov:entity": "entity", "prov:agent": "agent"},
    "wasDerivedFrom": {
        "prov:generatedEntity": "entity",
        "prov:usedEntity": "entity",
        "prov:activity": "activity",
    },
}
_TIMED = {"used", "wasGeneratedBy"}
_QUALIFIED = re.compile(r"(?:([A-Za-z][\w.-]*):)?[\w./%@~&+*?#$!-][\w./%@~&+*?#$!:-]*")
_KNOWN = {"prov", "xsd"}


def faults(document: dict[str, Any]) -> list[str]:
    """What is wrong with a document."""
    found: list[str] = []
    prefixes = set(document.get("prefix", {})) | _KNOWN
    for name, records in document.items():
        if name not in {"prefix", "entity", "activity", "agent", *RELATIONS}:
            found.append(f"{name} is no part of a document")
            continue
        if not isinstance(records, dict):
            found.append(f"{name} is no object")
        elif name == "prefix":
            found += [f"{key} stands for nothing" for key, iri in records.items() if ":" not in iri]
        else:
            for key, record in records.items():
                found += _faults_of(name, key, record, document, prefixes)
    return found + _disorder(document)


def _faults_of(
    name: str, key: str, record: Any, document: dict[str, Any], prefixes: set[str]
) -> list[str]:
    if not isinstance(record, dict):
        return [f"{key} is no object"]
    found = [] if key.startswith("_:") or _is_name(key, prefixes) else [f"{key} is no name"]
    ends = RELATIONS.get(name, {})
    for role, kind in ends.items():
        if record.get(role) not in document.get(kind, {}):
            found.append(f"{name} {key}: {role} names nothing")
    for attribute, value in record.items():
        if attribute in ends:
            continue
        if not _is_name(attribute, prefixes):
            found.append(f"{key}: {attribute} is no name")
        if attribute in {"prov:startTime", "prov:endTime"} and name != "activity":
            found.append(f"{key}: only activities begin and end")
        if attribute == "prov:time" and name not in _TIMED:
            found.append(f"{key}: {name} has no time")
        if not _is_value(value, prefixes):
            found.append(f"{key}: {attribute} has no value")
    return found


def _is_name(text: object, prefixes: set[str]) -> bool:
    match = _QUALIFIED.fullmatch(text) if isinstance(text, str) else None
    return match is not None and (match[1] is None or match[1] in prefixes)


def _is_value(value: Any, prefixes: set[str]) -> bool:
    if isinstance(value, list):
        return bool(value) and all(_is_value(each, prefixes) for each in value)
    if isinstance(value, dict):
        if not {"$"} <= set(value) <= {"$", "type", "lang"} or not isinstance(value["$"], str):
            return False
        return value.get("type") != "xsd:QName" or _is_name(value["$"], prefixes)
    return isinstance(value, (str, int, float, bool))


def _disorder(document: dict[str, Any]) -> list[str]:
    """Entities generated twice, or used before they were there."""
    found: list[str] = []
    generated: dict[str, str] = {}
    for record in document.get("wasGeneratedBy", {}).values():
        if generated.setdefault(record["prov:entity"], record["prov:time"]) != record["prov:time"]:
            found.append(f"{record['prov:entity']} was generated twice")
    n_generations = len(document.get("wasGeneratedBy", {}))
    if n_generations != len(generated):
        found.append("an entity was generated twice")
    for record in document.get("used", {}).values():
        if record["prov:time"] < generated.get(record["prov:entity"], ""):
            found.append(f"{record['prov:entity']} was used before it was there")
    return found
