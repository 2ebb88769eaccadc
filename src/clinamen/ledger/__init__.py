"""What a maker made and how, kept in SQLite: plain values in and out, no music in here."""

from clinamen.ledger._values import (
    DRAFT,
    Activity,
    Agent,
    Attestation,
    Content,
    Entity,
    Entry,
    Head,
    Project,
    ProjectSummary,
    Revision,
    State,
    Task,
    Version,
    file_kind,
)
from clinamen.ledger.projects import ProjectStore

__all__ = [
    "DRAFT",
    "Activity",
    "Agent",
    "Attestation",
    "Content",
    "Entity",
    "Entry",
    "Head",
    "Project",
    "ProjectStore",
    "ProjectSummary",
    "Revision",
    "State",
    "Task",
    "Version",
    "file_kind",
]
