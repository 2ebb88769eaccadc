"""What the program says to people, in every language it speaks.

The sentences lie in flat files, one for each language and room (`en/why.json`, `vi/why.json`,
...). A text is named by its room and its key there: ``why.open``. `say` gives it in a language;
a `Message` is one that is said later, in whichever language the reader turns out to have.
"""

from __future__ import annotations

from clinamen.texts._files import LANGUAGES, texts_of
from clinamen.texts._message import Message, in_language, joined, say

__all__ = ["LANGUAGES", "Message", "in_language", "joined", "say", "texts_of"]
