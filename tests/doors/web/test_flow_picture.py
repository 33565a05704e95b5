"""The picture of a flow: well-formed whatever the words, bands as thick as they are many."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.doors.web.flow_picture import HEIGHT, Band, flow

SVG = "{http://www.w3.org/2000/svg}"
INKS = ["#b3261e", "#2e7d4f", "#7a8794"]
NAMES = ["低于线", "不低于线", "没有账"]


def thickness(text: str) -> list[float]:
    """Of each band, at its right end: the path goes down from where it arrives."""
    paths = [one.attrib["d"] for one in ElementTree.fromstring(text).iter(f"{SVG}path")]
    return [float(re.findall(r"V([\d.]+)", d)[0]) - float(re.findall(r"([\d.]+)V", d)[0]) for d in paths]


@given(st.lists(st.integers(1, 10_000), min_size=9, max_size=9))
def test_bands_are_as_thick_as_they_are_many(counts: list[int]) -> None:
    bands = [Band(n // 3, n % 3, count) for n, count in enumerate(counts)]
    found = thickness(flow("进出", NAMES, NAMES, bands, inks=INKS))
    for band, thick in zip(bands, found, strict=True):
        assert thick == pytest.approx(max(HEIGHT * band.n / sum(counts), 1), abs=0.2)


def test_whoever_is_nowhere_takes_no_room_and_one_of_many_is_seen() -> None:
    text = flow("进出", NAMES, NAMES, [Band(0, 0, 90_000), Band(0, 1, 1)], inks=INKS, unit="户", notes=["按户"])
    words = [one.text for one in ElementTree.fromstring(text).iter(f"{SVG}text")]
    assert words == ["进出", "低于线 90,001 户", "低于线 90,000 户", "不低于线 1 户", "按户"]
    assert min(thickness(text)) == pytest.approx(1, abs=0.11)


@given(st.text(st.characters(codec="utf-8", categories=["L", "P", "S"])))
def test_words_are_words(text: str) -> None:
    drawn = ElementTree.fromstring(flow(text, [text], [text], [Band(0, 0, 1)], inks=INKS))
    assert (drawn.find(f"{SVG}title").text or "") == text  # type: ignore[union-attr]
