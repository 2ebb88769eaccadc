"""The verb `fish`: a long search that waits, and lets little surface."""
