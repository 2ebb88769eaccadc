"""The studio: a page on this machine on which a song is seen, heard and changed.

Endpoints parse, call one operation and render; there is no arithmetic on music in here.
"""

from clinamen.studio._options import StudioOptions
from clinamen.studio._serve import run_studio

__all__ = ["StudioOptions", "run_studio"]
