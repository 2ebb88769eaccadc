"""What a maker made, kept in SQLite: plain values in and out, no music in here."""

from clinamen.ledger._values import Project, ProjectSummary, Revision, State, Task, Version
from clinamen.ledger.projects import ProjectStore

__all__ = ["Project", "ProjectStore", "ProjectSummary", "Revision", "State", "Task", "Version"]
