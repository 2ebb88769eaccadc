"""What a maker adds to a paper that no record knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from clinamen.errors import ParameterError
from clinamen.operations.story.papers.identifiers import checked_isrc, checked_iswc
from clinamen.operations.text import clean

__all__ = ["Details", "Writer"]

_MAX_NAME, _MAX_WRITERS = 200, 50


@dataclass(frozen=True, slots=True)
class Writer:
    """Someone who wrote.

    Parameters
    ----------
    share
        In per cent; None where it is left open.
    """

    name: str
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """As told.

    Parameters
    ----------
    by
        The maker's name as it is to stand on the paper; "" for those that the record names.
    writers
        With their shares.
    iswc, isrc
        As they are written, or "".
    """

    by: str = ""
    writers: tuple[Writer, ...] = ()
    iswc: str = ""
    isrc: str = ""

    @classmethod
    def parse(
        cls, *, by: str = "", writers: Sequence[str] = (), iswc: str = "", isrc: str = ""
    ) -> Details:
        """From what was typed; a writer is ``Name:share``, or a name alone.

        Raises
        ------
        ParameterError
            If a name is empty or comes twice, a share is none, only some have one, they do not
            sum to 100, or a number is not what it should be.
        """
        return cls(
            by=_name(by, "--by") if by else "",
            writers=_checked([_writer(each) for each in writers]),
            iswc=checked_iswc(iswc) if iswc else "",
            isrc=checked_isrc(isrc) if isrc else "",
        )


def _name(text: str, option: str) -> str:
    name = clean(text)
    if not 0 < len(name) <= _MAX_NAME:
        raise ParameterError(f"{option} takes a name of 1 to {_MAX_NAME} characters")
    return name


def _writer(text: str) -> Writer:
    name, colon, share = text.rpartition(":")
    if not colon:
        return Writer(_name(text, "--writer"))
    return Writer(_name(name, "--writer"), _share(share.strip().removesuffix("%").strip()))


def _share(text: str) -> Fraction:
    try:
        # Only plain decimals: a share such as 1/3 or 1e2 is easily misread on paper.
        share = Fraction(text) if text.replace(".", "", 1).isdecimal() else Fraction(-1)
    except ValueError:
        share = Fraction(-1)
    if not 0 < share <= 100:
        raise ParameterError(f"a share is a number above 0 and up to 100, not {text!r}")
    return share


def _checked(writers: list[Writer]) -> tuple[Writer, ...]:
    names = [each.name.casefold() for each in writers]
    twice = next((each.name for each in writers if names.count(each.name.casefold()) > 1), None)
    if twice is not None:
        raise ParameterError(f"--writer {twice} is there twice")
    if len(writers) > _MAX_WRITERS:
        raise ParameterError(f"at most {_MAX_WRITERS} writers, not {len(writers)}")
    shares = [each.share for each in writers if each.share is not None]
    if shares and len(shares) < len(writers):
        without = next(each.name for each in writers if each.share is None)
        raise ParameterError(f"either all writers have a share or none; {without} has none")
    if shares and sum(shares) != 100:
        raise ParameterError(f"shares must sum to 100, not {float(sum(shares)):g}")
    return tuple(writers)
