"""The bytes around a content credential that its signature leaves open."""

from clinamen.io._credential.bundle import (
    CREDENTIAL_NAME,
    check_bundle,
    close_bundle,
    write_bundle,
)
from clinamen.io._credential.store import Frame, find_store, read_frame

__all__ = [
    "CREDENTIAL_NAME",
    "Frame",
    "check_bundle",
    "close_bundle",
    "find_store",
    "read_frame",
    "write_bundle",
]
