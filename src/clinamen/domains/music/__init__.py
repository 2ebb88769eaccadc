"""Music: notes, melodies, viewpoints, key, metre, phrase."""
