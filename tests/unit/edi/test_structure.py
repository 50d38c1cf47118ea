"""Loops, areas, how often, and the levels of an HL."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.edi.anatomy import TransactionSet
from transforms.edi.columns.structure import Structure, structure_of
from transforms.edi.documents import syntax_findings
from transforms.edi.maps import Loop, Part, SegmentMap, SetMap
from transforms.edi.sets import SETS

SetOf = Callable[[Sequence[str]], TransactionSet]
A, B, C, D, E, X = (SegmentMap(name) for name in "ABCDEX")
NESTED = SetMap(
    "850",
    "PO",
    (
        (SegmentMap("H", is_required=True, most=1), Loop(A, (B, X), most=2)),
        (Loop(C, (X, Loop(D, (SegmentMap("E", is_required=True),)))),),
        (SegmentMap("S", most=1), X),
    ),
)


def verdict(set_of: SetOf, names: str) -> tuple[int, str, str] | None:
    """Place behind the ST, segment and X12's code of what is wrong."""
    texts = ["ST*850*0001", *(f"{name}*1" for name in names), "SE*9*0001"]
    found = set_of(texts)
    finding = syntax_findings([found], NESTED).get(found.line)
    if finding is None:
        return None
    return finding.line - 11, finding.segment, finding.syntax


@pytest.mark.parametrize(
    "names",
    ["H", "HAB", "HABAB", "HC", "HABCDEDEX", "HCDEXCS", "HSX", "HX", "AH", "BH"[1:]],
)
def test_segments_in_their_loops_are_legal(set_of: SetOf, names: str) -> None:
    assert verdict(set_of, names) is None


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("HB", (2, "B", "2")),
        ("HE", (2, "E", "2")),
        ("HCE", (3, "E", "2")),
        ("HCDEB", (5, "B", "2")),
        ("HCA", (3, "A", "2")),
        ("HCH", (3, "H", "2")),
        ("HSC", (3, "C", "2")),
        ("HH", (2, "H", "5")),
        ("HAAA", (4, "A", "4")),
        ("HSS", (3, "S", "5")),
        ("A", (2, "H", "3")),
        ("HCD", (3, "E", "3")),
        ("HCDED", (5, "E", "3")),
    ],
)
def test_what_stands_wrong_is_told(
    set_of: SetOf, names: str, expected: tuple[int, str, str]
) -> None:
    assert expected == verdict(set_of, names)


def test_a_segment_the_map_does_not_name_ends_no_loop(set_of: SetOf) -> None:
    assert verdict(set_of, "HAZB") is None


@st.composite
def sentences(draw: st.DrawFn, parts: Sequence[Part]) -> str:
    """Letters that a loop's parts allow, in any order."""
    pieces = draw(st.lists(st.sampled_from(parts), max_size=4))
    text = ""
    for part in pieces:
        if isinstance(part, Loop):
            text += part.opener.name + draw(sentences(part.parts))
        else:
            text += part.name
    return text


@st.composite
def sets(draw: st.DrawFn) -> str:
    return "".join(draw(sentences(area)) for area in NESTED.areas)


@given(sets())
def test_whatever_the_map_allows_is_in_place(names: str) -> None:
    structure = structure_of(NESTED)
    text = bytes(structure.letters[name] for name in names)

    assert structure.misplaced(text) is None


@given(st.text("HABCDESX", max_size=12))
def test_a_misplaced_segment_is_the_first_that_cannot_stand_there(names: str) -> None:
    structure = Structure(NESTED)
    text = bytes(structure.letters[name] for name in names)
    place = structure.misplaced(text)

    assert place is None or structure.misplaced(text[:place]) is None
    assert place is None or structure.misplaced(text[: place + 1]) == place


def test_long_sets_are_judged_like_short_ones() -> None:
    structure = structure_of(NESTED)
    item = [structure.letters[name] for name in "CDE"]
    text = bytes([structure.letters["H"], *(item * 2_000), structure.letters["B"]])

    assert 6_001 == structure.misplaced(text)


NOTICE = ["ST*856*0001", "BSN*00*SHP-1*20171229", "SE*9*0001"]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (["HL*1**S", "HL*2*1*O", "HL*3*2*P", "HL*4*3*I", "SN1**1*EA"], None),
        (["HL*1**S", "HL*2*1*O", "HL*3*2*I", "SN1**1*EA", "HL*4*3*P"], None),
        (["HL*1**S", "HL*2*3*O", "HL*3*1*O"], (14, "HL02", "BAD_CODE")),
        (["HL*1**S", "HL*1*1*O"], (14, "HL01", "BAD_CODE")),
        (["HL*1**S", "HL*2*1*S"], (14, "HL02", "BAD_CODE")),
        (["HL*1**S", "HL*2**O"], (14, "HL02", "MISSING_VALUE")),
        (["HL*1**S", "HL*2*1*F"], (14, "HL03", "BAD_CODE")),
        (["HL*1**S", "HL*2*1*O", "HL*3*2*I"], (15, "SN1", "MISSING_VALUE")),
        (["HL*1**S", "HL*2*1*O", "SN1**1*EA"], (15, "SN1", "MISPLACED_SEGMENT")),
        (["HL*1**O"], (13, "HL02", "MISSING_VALUE")),
    ],
)
def test_a_notice_has_a_tree_of_levels(
    set_of: SetOf, levels: list[str], expected: tuple[int, str, str] | None
) -> None:
    found = set_of([*NOTICE[:2], *levels, NOTICE[2]])
    finding = syntax_findings([found], SETS["856"]).get(found.line)

    assert expected == (finding and (finding.line, finding.place, finding.code))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(SETS)), min_size=1, max_size=3))
def test_every_map_can_be_compiled(set_of: SetOf, codes: list[str]) -> None:
    for code in codes:
        found = set_of([f"ST*{code}*0001", "SE*2*0001"])

        assert syntax_findings([found], SETS[code])
