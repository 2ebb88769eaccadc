"""Numbers of works and recordings, writers and their shares."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import ParameterError
from clinamen.operations.story.papers import Details
from clinamen.operations.story.papers.identifiers import checked_isrc, checked_iswc

DIGITS = st.text("0123456789", min_size=9, max_size=9)


def iswc_of(digits: str) -> str:
    """With the check digit that makes the weighted sum a multiple of ten, found by trying."""
    for check in range(10):
        if (1 + sum(k * int(d) for k, d in enumerate(digits, 1)) + check) % 10 == 0:
            return f"T-{digits[:3]}.{digits[3:6]}.{digits[6:]}-{check}"
    raise AssertionError(digits)


@pytest.mark.parametrize("iswc", ["T-034.524.680-1", "T-000.000.001-0"])
def test_iswcs_of_the_literature(iswc: str) -> None:
    """The example that is printed most, and the first one ever given (to Dancing Queen)."""
    assert checked_iswc(iswc) == iswc


@settings(deadline=None)
@given(DIGITS)
def test_an_iswc_is_known_however_it_is_written(digits: str) -> None:
    iswc = iswc_of(digits)
    plain = iswc.replace(".", "").replace("-", "")
    for written in (iswc, plain, iswc.lower(), f" {iswc} ", iswc.replace(".", "")):
        assert checked_iswc(written) == iswc


@settings(deadline=None)
@given(DIGITS, st.integers(0, 9), st.integers(1, 9))
def test_another_check_digit_is_found(digits: str, place: int, off: int) -> None:
    iswc = iswc_of(digits)
    wrong = f"{iswc[:-1]}{(int(iswc[-1]) + off) % 10}"
    with pytest.raises(ParameterError, match=f"check digit would be {iswc[-1]}"):
        checked_iswc(wrong)


@pytest.mark.parametrize(
    "text",
    ["", "T-034.524.680", "X-034.524.680-1", "T-034.524.68O-1", "T-034524680-12", "T٠٣٤٥٢٤٦٨٠١"],
)
def test_what_is_no_iswc(text: str) -> None:
    with pytest.raises(ParameterError, match=r"an ISWC is written T-034\.524\.680-1"):
        checked_iswc(text)


@settings(deadline=None)
@given(st.from_regex(r"[A-Z]{2}-[A-Z0-9]{3}-[0-9]{2}-[0-9]{5}", fullmatch=True))
def test_an_isrc_is_known_however_it_is_written(isrc: str) -> None:
    for written in (isrc, isrc.replace("-", ""), isrc.lower()):
        assert checked_isrc(written) == isrc


@pytest.mark.parametrize("text", ["", "S1-A12-26-00001", "SE-A12-26-0001", "SE-A1-26-00001", "é"])
def test_what_is_no_isrc(text: str) -> None:
    with pytest.raises(ParameterError, match="an ISRC is written SE-A12-26-00001"):
        checked_isrc(text)


def test_writers_with_and_without_shares() -> None:
    told = Details.parse(writers=["Lan: 33.34", "Bo:33.33%", "A: B:33.33"])
    assert [(each.name, each.share) for each in told.writers] == [
        ("Lan", Fraction("33.34")), ("Bo", Fraction("33.33")), ("A: B", Fraction("33.33")),
    ]  # fmt: skip
    assert [each.share for each in Details.parse(writers=["Lan", "Bo"]).writers] == [None, None]


@settings(deadline=None)
@given(st.lists(st.integers(1, 9_999), min_size=1, max_size=9))
def test_shares_sum_to_a_hundred_or_are_refused(hundredths: list[int]) -> None:
    writers = [f"Writer {k}:{n // 100}.{n % 100:02}" for k, n in enumerate(hundredths)]
    if sum(hundredths) == 10_000:
        assert len(Details.parse(writers=writers).writers) == len(hundredths)
    else:
        with pytest.raises(ParameterError, match="shares must sum to 100, not"):
            Details.parse(writers=writers)
    rest = 10_000 - sum(hundredths)
    if rest > 0:
        whole = [*writers, f"Rest:{rest // 100}.{rest % 100:02}"]
        assert sum(each.share or 0 for each in Details.parse(writers=whole).writers) == 100


@pytest.mark.parametrize(
    ("writers", "told"),
    [
        (["Lan:50", "Bo"], "either all writers have a share or none; Bo has none"),
        (["Lan:50", "lan:50"], "--writer Lan is there twice"),
        (["Lan:60", "Bo:39.99"], "shares must sum to 100, not 99.99"),
        (["Lan:0", "Bo:100"], "a share is a number above 0"),
        (["Lan:-5", "Bo:105"], "a share is a number above 0"),
        (["Lan:nan"], "a share is a number"),
        (["Lan:1e2"], "a share is a number"),
        (["Lan:1/2", "Bo:99.5"], "a share is a number"),
        (["Lan:²"], "a share is a number"),
        (["Lan:"], "a share is a number"),
        ([":100"], "--writer takes a name"),
        (["\u202e"], "--writer takes a name"),
        ([f"W{k}" for k in range(51)], "at most 50 writers, not 51"),
    ],
)
def test_what_are_no_writers(writers: list[str], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        Details.parse(writers=writers)


def test_a_name_is_a_name() -> None:
    with pytest.raises(ParameterError, match="--by takes a name of 1 to 200"):
        Details.parse(by="x" * 201)
