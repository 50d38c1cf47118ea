"""Pairing: a broken message, group or interchange and what stays whole beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.edi.edifact.anatomy import Envelopes
from transforms.edi.edifact.envelopes import open_interchanges

UNB = "UNB+UNOC:3+SENDER:14+RECEIVER:14+171227:0905+7'"
ONE = "UNH+1+ORDERS:D:96A:UN'BGM+220'UNT+3+1'"
TWO = "UNH+2+ORDERS:D:96A:UN'BGM+220'UNT+3+2'"
UNG = "UNG+ORDERS+S+R+171227:0905+5+UN+D:96A'"
END = "UNZ+2+7'"


def opened(*pieces: str, partner: str = "", accepts_test: bool = False) -> Envelopes:
    payload = "".join(pieces).encode()
    return open_interchanges(payload, partner=partner, accepts_test=accepts_test)


def verdicts(envelopes: Envelopes) -> list[tuple[str, str] | None]:
    faults = [message.fault for message in envelopes.messages]
    return [(fault.place, fault.code) if fault else None for fault in faults]


def strays(envelopes: Envelopes) -> list[tuple[int, str, str]]:
    return [(f.line, f.place, f.code) for f, _ in envelopes.strays]


def is_balanced(envelopes: Envelopes) -> bool:
    inside = sum(len(m.texts) - m.texts.count("") for m in envelopes.messages)
    outside = envelopes.framing + len(envelopes.strays) + envelopes.blank
    return envelopes.count == inside + outside


def test_the_end_of_a_dos_file_is_no_segment() -> None:
    envelopes = opened(UNB, ONE, "UNZ+1+7'", "\r\n\x1a")

    assert ([], 5) == (envelopes.strays, envelopes.count)


def test_a_whole_file_has_no_fault() -> None:
    envelopes = opened("UNA:+.? '", UNB, ONE, TWO, END)

    assert [None, None] == verdicts(envelopes)
    assert (3, [], 9) == (envelopes.framing, envelopes.strays, envelopes.count)


def test_what_unb_says_is_kept() -> None:
    unb = "UNB+UNOY:4+S:14:A+R:ZZ+20171227:0905+7++ORDERS++1++1'"
    header = opened(unb, ONE, "UNZ+1+7'", accepts_test=True).messages[0].header

    assert ("S", "14", "R", "ZZ") == (
        header.sender,
        header.sender_qualifier,
        header.receiver,
        header.receiver_qualifier,
    )
    assert ("20171227", "0905", "7", "4") == (
        header.day,
        header.hour,
        header.interchange_ref,
        header.syntax_version,
    )
    assert ("ORDERS", True, True) == (
        header.application,
        header.asks_for_contrl,
        header.is_test,
    )


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("UNH+2+ORDERS:D:96A:UN'BGM'UNT+4+2'", ("UNT01", "WRONG_COUNT")),
        ("UNH+2+ORDERS:D:96A:UN'BGM'UNT+x+2'", ("UNT01", "WRONG_COUNT")),
        ("UNH+2+ORDERS:D:96A:UN'BGM'UNT+3+3'", ("UNT02", "WRONG_COUNT")),
        ("UNH+2+ORDERS:D:96A:UN'BGM'UNT'", ("UNT01", "WRONG_COUNT")),
        ("UNH+2+ORDERS:D:96A:UN'BGM'", ("UNH", "BAD_ENVELOPE")),
        (ONE, ("UNH01", "DUPLICATE_SET")),
    ],
)
def test_a_broken_message_leaves_its_neighbours_whole(
    broken: str, expected: tuple[str, str]
) -> None:
    last = "UNH+9+ORDERS:D:96A:UN'UNT+2+9'"
    envelopes = opened(UNB, ONE, broken, last, "UNZ+3+7'")

    assert [None, expected, None] == verdicts(envelopes)
    assert [] == strays(envelopes)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("UNZ+3+7'", (8, "UNZ01", "WRONG_COUNT")),
        ("UNZ+2+8'", (8, "UNZ02", "WRONG_COUNT")),
        ("", (1, "UNB", "BAD_ENVELOPE")),
    ],
)
def test_a_wrong_unz_is_quarantined_alone(
    end: str, expected: tuple[int, str, str]
) -> None:
    envelopes = opened(UNB, ONE, TWO, end)

    assert [expected] == strays(envelopes)
    assert [None, None] == verdicts(envelopes)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("UNE+2+5'", (6, "UNE01", "WRONG_COUNT")),
        ("UNE+1+6'", (6, "UNE02", "WRONG_COUNT")),
        ("", (2, "UNG", "BAD_ENVELOPE")),
    ],
)
def test_a_wrong_une_is_quarantined_alone(
    end: str, expected: tuple[int, str, str]
) -> None:
    envelopes = opened(UNB, UNG, ONE, end, "UNZ+1+7'")

    assert [expected] == strays(envelopes)
    assert [None] == verdicts(envelopes)


def test_leading_zeros_make_no_other_number() -> None:
    envelopes = opened(UNB, "UNH+1+ORDERS:D:96A:UN'UNT+02+0001'", "UNZ+001+07'")

    assert [None] == verdicts(envelopes)
    assert [] == strays(envelopes)


def test_unz_counts_groups_where_there_are_any() -> None:
    second = UNG.replace("+5+", "+6+")
    envelopes = opened(UNB, UNG, ONE, TWO, "UNE+2+5'", second, ONE, "UNE+1+6'", END)

    assert [None, None, None] == verdicts(envelopes)
    assert [] == strays(envelopes)
    assert ["5", "5", "6"] == [m.header.group_ref for m in envelopes.messages]


def test_the_three_repeats_are_three_findings() -> None:
    group = UNG + ONE + "UNE+1+5'"
    envelopes = opened(UNB, group, UNG, TWO, "UNE+1+5'", END, UNB, ONE, "UNZ+1+7'")
    repeat = opened(UNB, ONE, ONE, END)

    assert [
        None,
        ("UNG05", "DUPLICATE_GROUP"),
        ("UNB05", "DUPLICATE_INTERCHANGE"),
    ] == verdicts(envelopes)
    assert [None, ("UNH01", "DUPLICATE_SET")] == verdicts(repeat)
    assert is_balanced(envelopes)


def test_the_number_of_another_sender_is_no_repeat() -> None:
    other = UNB.replace("SENDER", "OTHER")
    envelopes = opened(UNB, ONE, "UNZ+1+7'", other, ONE, "UNZ+1+7'")

    assert [None, None] == verdicts(envelopes)


def test_a_test_is_set_aside_whole() -> None:
    unb = UNB[:-1] + "++++++1'"

    assert [("UNB11", "TEST_INTERCHANGE")] * 2 == verdicts(opened(unb, ONE, TWO, END))
    assert [1, 8] == [line for line, _, _ in strays(opened(unb, ONE, TWO, END))]
    assert [None, None] == verdicts(opened(unb, ONE, TWO, END, accepts_test=True))


def test_another_sender_is_refused_whole() -> None:
    envelopes = opened(UNB, ONE, TWO, END, partner="SOMEBODY")

    assert [("UNB02", "WRONG_PARTNER")] * 2 == verdicts(envelopes)
    assert [None, None] == verdicts(opened(UNB, ONE, TWO, END, partner="SENDER"))


def test_a_segment_between_messages_is_quarantined_alone() -> None:
    envelopes = opened(UNB, ONE, "FTX+AAI'", TWO, END)

    assert [(5, "segment", "BAD_ENVELOPE")] == strays(envelopes)
    assert [None, None] == verdicts(envelopes)


PIECES = [UNB, UNG, ONE, TWO, END, "UNE+1+5'", "UNT+3+1'", "FTX+x'", "''", "\n", "UNH+"]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_order_of_envelopes_balances(pieces: list[str]) -> None:
    assert is_balanced(opened(*pieces))


def test_a_refused_interchange_has_one_guilty_segment() -> None:
    envelopes = opened(UNB, ONE, TWO, END, partner="SOMEBODY")
    (refusal,) = [one.refusal for one in envelopes.interchanges if one.refusal]
    beside = [message.fault for message in envelopes.messages]
    beside += [fault for fault, _ in envelopes.strays[1:]]

    assert (refusal.line, "SOMEBODY is agreed") == (refusal.cause, refusal.detail)
    assert {refusal.line} == {fault.cause for fault in beside if fault}
    assert {True} == {bool(fault and fault.origin) for fault in beside}
