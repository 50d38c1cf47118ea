"""Maps: what they refuse, which element they name, and building with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.edi.maps import Element, SegmentMap, SetMap, build, check
from transforms.edi.sets import PURCHASE_ORDER, SETS, SHIPPING_ORDER

ORDER = ["ST*850*1", "BEG*00*SA*PO-1**20171227", "PO1*1*2*EA*9.50", "SE*4*1"]


def verdict(*texts: str) -> tuple[int, str, str] | None:
    found = check(PURCHASE_ORDER, texts, "*", 11)
    return found and (found.line, found.place, found.code)


def test_a_legal_set_has_no_finding() -> None:
    assert verdict(*ORDER) is None


@pytest.mark.parametrize(
    ("index", "text", "expected"),
    [
        (1, "BEG*09*SA*PO-1**20171227", (12, "BEG01", "BAD_CODE")),
        (1, "BEG*00*SA***20171227", (12, "BEG03", "MISSING_VALUE")),
        (1, "BEG*00*SA*  **20171227", (12, "BEG03", "MISSING_VALUE")),
        (1, "BEG*00*SA*PO-1", (12, "BEG05", "MISSING_VALUE")),
        (1, f"BEG*00*SA*{'P' * 51}**20171227", (12, "BEG03", "LINE_TOO_LONG")),
        (1, "BEG*00*SA*PO-1**20171301", (12, "BEG05", "BAD_INSTANT")),
        (2, "PO1*1*2.5*EA*9.50", (13, "PO102", "BAD_QTY")),
        (2, "PO1*1*1234567890*EA*9.50", (13, "PO102", "BAD_QTY")),
        (2, "PO1*1*\u0662*EA*9.50", (13, "PO102", "BAD_QTY")),
        (2, "PO1*1*2*CA*9.50", (13, "PO103", "BAD_CODE")),
        (2, "PO1*1*2*EA*9,50", (13, "PO104", "BAD_AMOUNT")),
        (2, "PO1*1*2*EA*1E3", (13, "PO104", "BAD_AMOUNT")),
        (2, "PO1", (13, "PO102", "MISSING_VALUE")),
        (2, "PID*F", (14, "PO1", "MISSING_VALUE")),
    ],
)
def test_the_guilty_element_is_named(
    index: int, text: str, expected: tuple[int, str, str]
) -> None:
    texts = [*ORDER[:index], text, *ORDER[index + 1 :]]

    assert expected == verdict(*texts)


@pytest.mark.parametrize("text", ["PO1**2*EA*.5", "PO1*1*2.00*EA*5.*PE*VP*A*X*Y*Z"])
def test_open_elements_and_spellings_are_legal(text: str) -> None:
    assert verdict(*ORDER[:2], text, ORDER[3]) is None


def test_segments_a_map_does_not_name_are_legal() -> None:
    assert verdict(*ORDER[:2], "ZZZ*anything", *ORDER[2:]) is None


KINDS = st.sampled_from(["AN", "N0", "N2", "R", "Q", "DT", "TM"])
ELEMENT = st.builds(
    Element,
    kind=KINDS,
    maximum=st.integers(1, 6),
    is_required=st.booleans(),
    codes=st.sampled_from([(), ("EA", "C.")]),
)
VALUES = st.sampled_from(
    [
        "",
        " ",
        "1",
        "12",
        "-1",
        "1.5",
        ".",
        "EA",
        "C.",
        "20171227",
        "0905",
        "text 7",
        "\n",
    ]
)


@given(st.lists(ELEMENT, min_size=1, max_size=4), st.lists(VALUES, max_size=6))
def test_the_fast_check_and_the_slow_one_agree(
    elements: list[Element], values: list[str]
) -> None:
    """The compiled expression refuses exactly what the element check names."""
    one = SetMap("1", "X", (SegmentMap("S", tuple(elements)),))
    found = check(one, ["*".join(["S", *values])], "*", 1)
    too_long = [_is_cut(v, e) for v, e in zip(values, elements, strict=False)]

    assert (found and f"{found.place} of 1: {found.code}") == (
        refusal(one, values) or _first_cut(too_long)
    )


def refusal(one: SetMap, values: list[str]) -> str | None:
    try:
        build(one, "S", *values)
    except ValueError as error:
        return str(error)
    return None


def _first_cut(too_long: list[bool]) -> str | None:
    if True not in too_long:
        return None
    return f"S{too_long.index(True) + 1:02d} of 1: LINE_TOO_LONG"


def _is_cut(value: str, element: Element) -> bool:
    is_text = element.kind == "AN" and not element.codes
    return is_text and len(value) > element.maximum


def test_building_cuts_text_and_leaves_out_what_is_none() -> None:
    expected = ["N1", "ST", "x" * 60]

    assert expected == build(SHIPPING_ORDER, "N1", "ST", "x" * 99)
    assert ["W66", "PP", "M", "", "", "X"] == build(
        SHIPPING_ORDER, "W66", "PP", "M", None, None, "X"
    )


def test_building_refuses_what_reading_would() -> None:
    with pytest.raises(ValueError, match="W0101 of 940: BAD_QTY"):
        build(SHIPPING_ORDER, "W01", "1.5", "EA")


def test_a_segment_of_another_set_cannot_be_built() -> None:
    with pytest.raises(KeyError, match="940 has no segment BEG"):
        build(SHIPPING_ORDER, "BEG", "00")


def test_maps_are_found_by_their_code() -> None:
    assert {"850", "846", "940", "944", "945", "997"} == set(SETS)
    assert all(code == one.code for code, one in SETS.items())
