"""The verb `atlas`: a map of melodies that have been made, and of those that could be."""
