"""Expectation over integer symbols and float arrays: no files, no music, no chess."""
