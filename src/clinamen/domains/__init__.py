"""Domains: what an event is, in music and later in chess."""
