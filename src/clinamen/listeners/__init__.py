"""The shipped listeners: data, not code."""
