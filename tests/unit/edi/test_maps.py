"""Maps: what elements and segments they refuse, and building with them."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.edi.anatomy import TransactionSet
from transforms.edi.documents import syntax_findings
from transforms.edi.findings import Finding
from transforms.edi.maps import Element, SegmentMap, SetMap, build
from transforms.edi.sets import PURCHASE_ORDER, SETS, SHIPPING_ORDER

SetOf = Callable[[Sequence[str]], TransactionSet]
ORDER = ["ST*850*0001", "BEG*00*SA*PO-1**20171227", "PO1*1*2*EA*9.50", "SE*4*0001"]


def finding_of(found: TransactionSet, set_map: SetMap) -> Finding | None:
    return syntax_findings([found], set_map).get(found.line)


def test_a_legal_set_has_no_finding(set_of: SetOf) -> None:
    assert finding_of(set_of(ORDER), PURCHASE_ORDER) is None


@pytest.mark.parametrize(
    ("index", "text", "expected"),
    [
        (1, "BEG*09*SA*PO-1**20171227", (12, "BEG01", "BAD_CODE", "7")),
        (1, "BEG*00*SA***20171227", (12, "BEG03", "MISSING_VALUE", "1")),
        (1, "BEG*00*SA*  **20171227", (12, "BEG03", "MISSING_VALUE", "1")),
        (1, "BEG*00*SA*PO-1", (12, "BEG05", "MISSING_VALUE", "1")),
        (1, f"BEG*00*SA*{'P' * 51}**20171227", (12, "BEG03", "LINE_TOO_LONG", "5")),
        (1, "BEG*00*SA*PO-1**20171301", (12, "BEG05", "BAD_INSTANT", "8")),
        (2, "PO1*1*two*EA*9.50", (13, "PO102", "BAD_QTY", "6")),
        (2, "PO1*1*1234567890123456*EA*9.50", (13, "PO102", "BAD_QTY", "5")),
        (2, "PO1*1*\u0662*EA*9.50", (13, "PO102", "BAD_QTY", "6")),
        (2, "PO1*1*2*EA*9,50", (13, "PO104", "BAD_AMOUNT", "6")),
        (2, "PO1*1*2*EA*1E3", (13, "PO104", "BAD_AMOUNT", "6")),
        (2, "PO1", (13, "PO102", "MISSING_VALUE", "1")),
        (2, "PID*F", (13, "PID", "MISPLACED_SEGMENT", "2")),
        (2, "DTM*097*20171227*2561", (13, "DTM03", "BAD_INSTANT", "9")),
        (2, "REF*DP", (14, "PO1", "MISSING_VALUE", "3")),
    ],
)
def test_the_guilty_element_is_named_with_its_error(
    set_of: SetOf, index: int, text: str, expected: tuple[int, str, str, str]
) -> None:
    found = finding_of(
        set_of([*ORDER[:index], text, *ORDER[index + 1 :]]), PURCHASE_ORDER
    )

    assert found
    assert expected == (found.line, found.place, found.code, found.syntax)


@pytest.mark.parametrize(
    "text", ["PO1**2*EA*.5", "PO1*1*2.50*EA*5.*PE*VP*A*X*Y*Z", "po1*1*2*EA*1"]
)
def test_open_elements_and_spellings_are_legal(set_of: SetOf, text: str) -> None:
    assert finding_of(set_of([*ORDER[:2], text, ORDER[3]]), PURCHASE_ORDER) is None


def test_segments_a_map_does_not_name_are_legal(set_of: SetOf) -> None:
    texts = [*ORDER[:2], "ZZZ*anything", *ORDER[2:]]

    assert finding_of(set_of(texts), PURCHASE_ORDER) is None


def test_the_first_fault_of_a_set_is_told(set_of: SetOf) -> None:
    texts = [*ORDER[:2], "PO1*1*2*EA*x", "PO1*2*x*EA*1", ORDER[3]]
    found = finding_of(set_of(texts), PURCHASE_ORDER)

    assert found
    assert (13, "PO104") == (found.line, found.place)


KINDS = st.sampled_from(["AN", "N0", "N2", "R", "Q", "DT", "D6", "TM"])
ELEMENT = st.builds(
    Element,
    kind=KINDS,
    maximum=st.integers(2, 6),
    minimum=st.integers(1, 2),
    is_required=st.booleans(),
    codes=st.sampled_from([(), ("EA", "C.")]),
)
VALUES = st.sampled_from(
    [
        *("", " ", "1", "12", "-1", "1.5", ".", "EA", "C.", "20171227", "0905"),
        *("-", "1.", ".5", "-12.34", "1234567", "é", "éé", "ééééééé", "171227"),
        *("1259599", "text 7"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ELEMENT, min_size=1, max_size=4), st.lists(VALUES, max_size=6))
def test_many_values_at_once_are_judged_like_each_alone(
    set_of: SetOf, elements: list[Element], values: list[str]
) -> None:
    one = SetMap("850", "X", ((SegmentMap("S", tuple(elements)),),))
    found = finding_of(
        set_of(["ST*850*0001", "*".join(["S", *values]), "SE*3*0001"]), one
    )

    assert _first_fault(elements, values) == (found and (found.element, found.code))


def _first_fault(elements: list[Element], values: list[str]) -> tuple[int, str] | None:
    for place, element in enumerate(elements, start=1):
        value = values[place - 1].strip() if place <= len(values) else ""
        fault = element.fault(value) if value else None
        if fault:
            return place, fault[0]
        if element.is_required and not value:
            return place, "MISSING_VALUE"
    return None


def test_building_cuts_text_and_leaves_out_what_is_none() -> None:
    expected = ["N1", "ST", "x" * 60]

    assert expected == build(SHIPPING_ORDER, "N1", "ST", "x" * 99)
    assert ["W66", "PP", "M", "", "", "X"] == build(
        SHIPPING_ORDER, "W66", "PP", "M", None, None, "X"
    )


def test_building_refuses_what_reading_would() -> None:
    with pytest.raises(ValueError, match="W0101 of 940: BAD_QTY"):
        build(SHIPPING_ORDER, "W01", "two", "EA")


def test_a_segment_of_another_set_cannot_be_built() -> None:
    with pytest.raises(KeyError, match="940 has no segment BEG"):
        build(SHIPPING_ORDER, "BEG", "00")


def test_maps_are_found_by_their_code() -> None:
    assert {
        *("210", "810", "846", "850", "855", "856", "860", "865"),
        *("940", "943", "944", "945", "947", "997", "TA1"),
    } == set(SETS)
    assert all(code == one.code for code, one in SETS.items())


def test_a_segment_has_the_same_elements_wherever_it_stands() -> None:
    for one in SETS.values():
        spelled: dict[str, set[tuple[Element, ...]]] = {}
        for area in one.areas:
            for part in area:
                parts = [part] if isinstance(part, SegmentMap) else [*part.segments]
                for segment in parts:
                    spelled.setdefault(segment.name, set()).add(segment.elements)

        assert all(len(elements) == 1 for elements in spelled.values()), one.code
