"""Reading and writing files: one module per format, and the choice between them."""

from clinamen.io.files import read_song, write_song

__all__ = ["read_song", "write_song"]
