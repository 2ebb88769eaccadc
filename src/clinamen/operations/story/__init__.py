"""The path of a song: recorded as it is walked, and given back as a story and as evidence."""
