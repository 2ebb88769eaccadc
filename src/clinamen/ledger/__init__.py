"""What a maker made, kept in SQLite: plain values in and out, no music in here."""

from clinamen.ledger.projects import (
    Project,
    ProjectStore,
    ProjectSummary,
    Revision,
    Version,
)

__all__ = ["Project", "ProjectStore", "ProjectSummary", "Revision", "Version"]
