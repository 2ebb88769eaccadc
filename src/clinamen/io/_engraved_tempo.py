"""The sign of a tempo: a small note of our own, for a page has no font with notes in it."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

__all__ = ["tempo_sign"]

# What verovio's fonts have metronome notes at (SMuFL): stem, hollow head, flags.
_NOTES = {
    "\ueca2": (False, True, 0),
    "\ueca3": (True, True, 0),
    "\ueca5": (True, False, 0),
    "\ueca7": (True, False, 1),
    "\ueca9": (True, False, 2),
    "\uecab": (True, False, 3),
}
_DOT = "\uecb7"

_HEAD_WIDTH, _STEM_HEIGHT, _STEM_WIDTH = 170, 420, 22
_FLAG_GAP, _FONT_SIZE, _WORD_GAP = 110, 360, 110


def tempo_sign(drawn: str, x: float, y: float) -> Element:
    """A note and ``= 80``, as a ``<g>``.

    Parameters
    ----------
    drawn
        What verovio would write in its font.
    x, y
        Where it begins, on the line that words stand on.
    """
    group = Element("g")
    has_stem, is_hollow, n_flags = next((_NOTES[c] for c in drawn if c in _NOTES), _NOTES["\ueca5"])
    outline = {"stroke": "currentColor", "stroke-width": str(_STEM_WIDTH)}
    fill = {"fill": "none", **outline} if is_hollow else {}
    SubElement(group, "path", {"d": _head(x, y - 60), **fill})
    right = x + _HEAD_WIDTH
    if has_stem:
        stem = x + _HEAD_WIDTH - _STEM_WIDTH / 2
        path = f"M{stem:.0f} {y - 80:.0f}L{stem:.0f} {y - _STEM_HEIGHT:.0f}"
        SubElement(group, "path", {"d": path, **outline})
        for flag in range(n_flags):
            top = y - _STEM_HEIGHT + flag * _FLAG_GAP
            SubElement(group, "path", {"d": _flag(stem, top), "fill": "none", **outline})
            right = stem + 120
    if _DOT in drawn:
        dot = {"cx": f"{right + 70:.0f}", "cy": f"{y - 60:.0f}", "rx": "30", "ry": "30"}
        SubElement(group, "ellipse", dot)
        right += 100
    words = {"x": f"{right + _WORD_GAP:.0f}", "y": f"{y:.0f}", "font-size": str(_FONT_SIZE)}
    SubElement(group, "text", words).text = "= " + "".join(c for c in drawn if c in "0123456789.")
    return group


def _head(x: float, y: float) -> str:
    """A leaning oval of four curves."""
    right, half = x + _HEAD_WIDTH, 62
    return (
        f"M{x:.0f} {y + 26:.0f}"
        f"C{x:.0f} {y - 30:.0f} {x + 60:.0f} {y - half:.0f} {x + 112:.0f} {y - half:.0f}"
        f"C{right - 22:.0f} {y - half:.0f} {right:.0f} {y - 48:.0f} {right:.0f} {y - 22:.0f}"
        f"C{right:.0f} {y + 30:.0f} {right - 62:.0f} {y + half:.0f} {x + 56:.0f} {y + half:.0f}"
        f"C{x + 22:.0f} {y + half:.0f} {x:.0f} {y + 50:.0f} {x:.0f} {y + 26:.0f}Z"
    )


def _flag(x: float, y: float) -> str:
    bend = f"{x:.0f} {y + 90:.0f} {x + 130:.0f} {y + 110:.0f}"
    return f"M{x:.0f} {y:.0f}C{bend} {x + 100:.0f} {y + 230:.0f}"
