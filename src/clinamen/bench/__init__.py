"""Benchmarks that anybody can repeat: bits per note, and agreement with people."""
