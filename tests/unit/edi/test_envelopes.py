"""Pairing: a broken set, group or interchange and what stays whole beside it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.edi.anatomy import Envelopes
from transforms.edi.envelopes import open_envelopes

ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*171227*0905*U*00401*000000012*0*P*>~"
)
GS = "GS*PO*SENDER*RECEIVER*20171227*0905*12*X*004010~"
ONE = "ST*850*0001~BEG*00~SE*3*0001~"
TWO = "ST*850*0002~BEG*00~SE*3*0002~"
END = "GE*2*12~IEA*1*000000012~"


def opened(*pieces: str) -> Envelopes:
    return open_envelopes("".join(pieces).encode())


def verdicts(envelopes: Envelopes) -> list[tuple[str, str] | None]:
    findings = [found.finding for found in envelopes.sets]
    return [(found.place, found.code) if found else None for found in findings]


def strays(envelopes: Envelopes) -> list[tuple[int, str, str]]:
    return [(f.line, f.place, f.code) for f, _ in envelopes.strays]


@pytest.mark.parametrize("end", ["\x1a", "\r\n\x1a", "\x1a\x1a\r\n"])
def test_the_end_of_a_dos_file_is_no_segment(end: str) -> None:
    envelopes = opened(ISA, GS, ONE, TWO, END, end)

    assert (10, 4, []) == (envelopes.count, envelopes.framing, strays(envelopes))


def test_what_an_interchange_asks_of_a_network_is_no_fault() -> None:
    envelopes = opened(ISA, "ISB*1~ISE*171227*0905*1*0~", GS, ONE, TWO, END)

    assert [None, None] == verdicts(envelopes)
    assert (6, []) == (envelopes.framing, strays(envelopes))


def test_a_whole_file_has_no_finding() -> None:
    envelopes = opened(ISA, GS, ONE, TWO, END)

    assert [None, None] == verdicts(envelopes)
    assert (4, 0, 0, 10) == (
        envelopes.framing,
        len(envelopes.strays),
        envelopes.blank,
        envelopes.count,
    )


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("ST*850*0002~BEG*00~SE*4*0002~", ("SE01", "WRONG_COUNT")),
        ("ST*850*0002~BEG*00~SE*x*0002~", ("SE01", "WRONG_COUNT")),
        ("ST*850*0002~BEG*00~SE*3*0003~", ("SE02", "WRONG_COUNT")),
        ("ST*850*0002~BEG*00~", ("ST", "BAD_ENVELOPE")),
        (ONE, ("ST02", "DUPLICATE_SET")),
    ],
)
def test_a_broken_set_leaves_its_neighbours_whole(
    broken: str, expected: tuple[str, str]
) -> None:
    last = "ST*850*0009~SE*2*0009~"
    envelopes = opened(ISA, GS, ONE, broken, last, "GE*3*12~IEA*1*000000012~")

    assert [None, expected, None] == verdicts(envelopes)
    assert [] == strays(envelopes)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("GE*3*12~IEA*1*000000012~", (9, "GE01", "WRONG_COUNT")),
        ("GE*2*13~IEA*1*000000012~", (9, "GE02", "WRONG_COUNT")),
        ("GE*2*12~IEA*2*000000012~", (10, "IEA01", "WRONG_COUNT")),
        ("GE*2*12~IEA*1*000000013~", (10, "IEA02", "WRONG_COUNT")),
        ("IEA*1*000000012~", (2, "GS", "BAD_ENVELOPE")),
        ("GE*2*12~", (1, "ISA", "BAD_ENVELOPE")),
    ],
)
def test_a_wrong_outer_trailer_is_quarantined_alone(
    end: str, expected: tuple[int, str, str]
) -> None:
    envelopes = opened(ISA, GS, ONE, TWO, end)

    assert [expected] == strays(envelopes)
    assert [None, None] == verdicts(envelopes)


def test_a_set_outside_any_group_is_broken() -> None:
    envelopes = opened(ISA, ONE, "IEA*0*000000012~")

    assert [("ST", "BAD_ENVELOPE")] == verdicts(envelopes)


def test_a_segment_between_sets_is_quarantined_alone() -> None:
    envelopes = opened(ISA, GS, ONE, "N1*ST~", TWO, END)

    assert [(6, "segment", "BAD_ENVELOPE")] == strays(envelopes)
    assert [None, None] == verdicts(envelopes)


def test_the_same_set_number_in_another_group_is_no_repeat() -> None:
    other = GS.replace("*12*", "*13*")
    end = "IEA*2*000000012~"
    envelopes = opened(ISA, GS, ONE, "GE*1*12~", other, ONE, "GE*1*13~", end)

    assert [None, None] == verdicts(envelopes)
    assert ["12", "13"] == [found.header.group_control for found in envelopes.sets]


def test_a_test_interchange_is_set_aside_whole() -> None:
    envelopes = opened(ISA.replace("*P*", "*T*"), GS, ONE, TWO, END)

    assert [("ISA15", "TEST_INTERCHANGE")] * 2 == verdicts(envelopes)
    assert [1, 2, 9, 10] == [line for line, _, _ in strays(envelopes)]


def test_a_partner_under_test_may_be_read() -> None:
    payload = (ISA.replace("*P*", "*T*") + GS + ONE + TWO + END).encode()

    assert [None, None] == verdicts(open_envelopes(payload, accepts_test=True))


def test_blank_segments_are_counted_and_belong_to_no_set() -> None:
    envelopes = opened(ISA, GS, "ST*850*0001~~BEG*00~SE*3*0001~", "~", TWO, END)

    assert [None, None] == verdicts(envelopes)
    assert 2 == envelopes.blank


def test_a_ta1_beside_groups_is_framing() -> None:
    ta1 = "TA1*000000009*171227*0900*A*000~"

    assert 5 == opened(ISA, ta1, GS, ONE, TWO, END).framing


def test_a_ta1_is_an_answer_wherever_it_stands_outside_groups() -> None:
    ta1 = "TA1*000000009*171227*0900*A*000~"
    opened_file = opened(ISA, ta1, GS, ONE, ta1, TWO, "GE*2*12~", ta1, END[8:])

    assert [2, 12] == [found.line for found in opened_file.answers]
    assert ("TA1", "000000009") == opened_file.answers[0][:2]


def test_a_second_copy_of_an_interchange_is_refused_whole() -> None:
    envelopes = opened(ISA, GS, ONE, TWO, END, ISA, GS, ONE, TWO, END)

    assert [None, None] == verdicts(envelopes)[:2]
    assert [("ISA13", "DUPLICATE_INTERCHANGE")] * 2 == verdicts(envelopes)[2:]
    assert [(line, "ISA13") for line in (11, 12, 19, 20)] == [
        (line, place) for line, place, _ in strays(envelopes)
    ]


def test_the_same_number_of_another_sender_is_no_copy() -> None:
    other = ISA.replace("SENDER   ", "SENDER2  ")
    envelopes = opened(ISA, GS, ONE, TWO, END, other, GS, ONE, TWO, END)

    assert [None] * 4 == verdicts(envelopes)


def test_a_second_group_of_a_number_is_refused_and_the_third_is_read() -> None:
    end = "GE*1*12~"
    other = GS.replace("*12*", "*13*")
    envelopes = opened(
        ISA, GS, ONE, end, GS, TWO, end, other, ONE, "GE*1*13~", "IEA*3*000000012~"
    )

    assert [None, ("GS06", "DUPLICATE_GROUP"), None] == verdicts(envelopes)
    assert [(7, "GS06"), (11, "GS06")] == [(n, p) for n, p, _ in strays(envelopes)]


def test_leading_zeros_make_no_other_number() -> None:
    copy = GS.replace("*12*", "*000012*")
    envelopes = opened(ISA, GS, ONE, "GE*1*12~", copy, TWO, "GE*1*12~", END[8:])

    assert [None, ("GS06", "DUPLICATE_GROUP")] == verdicts(envelopes)


def test_group_numbers_begin_anew_in_the_next_interchange() -> None:
    other = ISA.replace("000000012", "000000013")
    end = END.replace("000000012", "000000013")
    envelopes = opened(ISA, GS, ONE, TWO, END, other, GS, ONE, TWO, end)

    assert [None] * 4 == verdicts(envelopes)


def test_another_sender_is_not_read() -> None:
    payload = (ISA + GS + ONE + TWO + END).encode()
    envelopes = open_envelopes(payload, sender="HARBOR")

    assert [("ISA06", "WRONG_PARTNER")] * 2 == verdicts(envelopes)
    assert [1, 2, 9, 10] == [line for line, _, _ in strays(envelopes)]
    assert [None, None] == verdicts(open_envelopes(payload, sender="SENDER  "))


def test_a_refused_interchange_takes_no_number() -> None:
    trial = ISA.replace("*P*", "*T*")
    envelopes = opened(trial, GS, ONE, TWO, END, ISA, GS, ONE, TWO, END)

    assert [None, None] == verdicts(envelopes)[2:]


def parts(envelopes: Envelopes) -> int:
    inside = sum(found.filled for found in envelopes.sets)
    return inside + envelopes.framing + len(envelopes.strays) + envelopes.blank


PIECES = [ISA, GS, ONE, TWO, END, "ST*850*1~", "SE*2*1~", "GE*1*12~", "~", "X*1~", "x"]


@given(st.lists(st.sampled_from(PIECES), max_size=15))
def test_every_segment_is_in_exactly_one_class(pieces: list[str]) -> None:
    envelopes = opened(*pieces)

    assert envelopes.count == parts(envelopes)


@given(st.data())
def test_losing_any_byte_breaks_no_set_but_its_own(data: st.DataObject) -> None:
    payload = ISA + GS + ONE + TWO + END
    # The last terminator of ONE stays: without it the ST of TWO is no segment.
    lost = data.draw(st.integers(len(ISA + GS), len(ISA + GS + ONE) - 2))
    envelopes = opened(payload[:lost] + payload[lost + 1 :])
    whole = [found.control for found in envelopes.sets if not found.finding]

    assert "0002" in whole


def test_files_of_other_projects_are_opened(project: Path) -> None:
    corpus = project.parent / "shared" / "data" / "edi"
    files = [path for path in sorted(corpus.rglob("*")) if path.is_file()]
    if not files:
        pytest.skip("no corpus of other projects beside this one")
    envelopes = [open_envelopes(path.read_bytes()) for path in files]

    assert [one.count for one in envelopes] == [parts(one) for one in envelopes]
    assert 100 < sum(len(one.sets) for one in envelopes)
    codes = {f.finding.code for one in envelopes for f in one.sets if f.finding}
    assert {"WRONG_COUNT", "TEST_INTERCHANGE"} <= codes
