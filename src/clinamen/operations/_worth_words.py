"""What a find is worth, on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clinamen.texts import Message, joined

if TYPE_CHECKING:
    from clinamen.operations._worth import Worth

__all__ = ["worth_words"]


def worth_words(worth: Worth) -> str:
    """``worth 0.17: fits the listener 0.88, new for you 0.28, new for the corpus 0.11``."""
    parts = [Message("explore.fits", value=worth.quality)]
    if worth.new_for_me is not None:
        parts.append(Message("explore.new_for_me", value=worth.new_for_me))
    if worth.new_for_corpus is not None:
        parts.append(Message("explore.new_for_corpus", value=worth.new_for_corpus))
    return Message("explore.worth", value=worth.value, parts=joined(parts, "comma"))
