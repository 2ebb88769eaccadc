"""Clinamen: hear where a song surprises, and break the pattern on purpose."""
