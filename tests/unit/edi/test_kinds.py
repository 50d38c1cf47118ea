"""What a file holds is found where it begins a set, and nowhere else."""

import pytest

from transforms.contracts.profile import Profile, Share
from transforms.edi.kinds import kinds_in, standard_of

ACME = Profile("acme")
KNOWN = ["850", "860", "997", "TA1", "ORDERS", "ORDCHG"]
ISA = (
    "ISA*00*          *00*          *ZZ*BUYER          *ZZ*ORDERHOUSE     "
    "*171227*1200*U*00401*000000007*0*P*>~"
)
BOTH = (
    f"{ISA}GS*PO*B*O*20171227*1200*1*X*004010~"
    "ST*850*0001~BEG*00*SA*PO-1**20171227~N1*ST*860 Sample Street~SE*4*0001~"
    "ST*{}*0002~SE*2*0002~GE*2*1~IEA*1*000000007~"
)
CUT = BOTH.index("ST*{}*") + 4
"""Behind the first digit of the second set's code."""
MESSAGES = (
    "UNB+UNOC:3+BUYER+US+171227:1005+302++ORDCHG'UNH+1+ORDERS:D:96A:UN'"
    "BGM+220+PO-1+9'UNT+3+1'UNH+2+{}:D:96A:UN'BGM+230+C-1'UNT+3+2'UNZ+2+302'"
)


def in_lines_of(text: str, width: int) -> str:
    """Wrapped, as files of fixed records are."""
    return "\r\n".join(text[at : at + width] for at in range(0, len(text), width))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (BOTH.format("860"), {"850", "860"}),
        (BOTH.format("832"), {"850"}),
        (BOTH.format("860").lower(), {"850", "860"}),
        (BOTH.format(" 860 "), {"850", "860"}),
        (in_lines_of(BOTH.format("860"), 80), {"850", "860"}),
        (in_lines_of(BOTH.format("860"), CUT), {"850", "860"}),
        (BOTH.format("860").replace("~", "\n"), {"850", "860"}),
        (f"{ISA}TA1*000000002*171227*1200*A*000~IEA*0*000000007~", {"TA1"}),
        (MESSAGES.format("ORDCHG"), {"ORDERS", "ORDCHG"}),
        (MESSAGES.format("INVRPT"), {"ORDERS"}),
        (in_lines_of(MESSAGES.format("ORDCHG"), 35), {"ORDERS", "ORDCHG"}),
        ("order_ref,qty\n850,860\n", set()),
    ],
)
def test_kinds_are_those_of_sets(text: str, kinds: set[str]) -> None:
    assert kinds == kinds_in(text.encode(), ACME, KNOWN)


def test_a_file_that_can_hold_nothing_unexpected_is_not_opened() -> None:
    """What is no whole interchange would hold nothing if it were."""
    text = f"{ISA}ST*850*0001~".replace("~ST", "~N1*ST*850~ST").encode()

    assert {"850"} == kinds_in(text, ACME, KNOWN, usual=["850"])
    assert set() == kinds_in(b"ISA*ST*850", ACME, KNOWN)


@pytest.mark.parametrize(
    ("payload", "standard"),
    [
        (b"ISA*00*", "x12"),
        (b"isa|00|", "x12"),
        (b"\xef\xbb\xbfUNA:+.? 'UNB+UNOC:3", "edifact"),
        ("UNB+UNOC:3".encode("utf-16"), "edifact"),
        (b"order_ref,UNBROKEN", ""),
    ],
)
def test_a_standard_is_told_by_the_first_header(payload: bytes, standard: str) -> None:
    assert standard == standard_of(payload)


def test_a_share_leaves_others_theirs_and_the_first_one_the_rest() -> None:
    first, second = Share(frozenset({"860"})), Share(frozenset({"850"}), is_first=False)

    told = [(s.takes(k, own), k) for s, own in ((first, {"850"}), (second, {"860"}))
            for k in ("850", "860", "832")]  # fmt: skip

    assert ["850", "832", "860"] == [kind for is_taken, kind in told if is_taken]
