"""997 content: set by set, never for an FA group, never with bad data."""

from datetime import datetime

from transforms.contracts.profile import Profile
from transforms.edi.acknowledgements import acknowledge
from transforms.edi.anatomy import Group
from transforms.edi.documents import judge
from transforms.edi.envelopes import open_envelopes
from transforms.edi.findings import Finding
from transforms.edi.sets import PURCHASE_ORDER
from transforms.edi.writer import write_interchange
from transforms.feeds import x12_997

ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*171227*0905*U*00401*000000012*0*P*>~"
)
GOOD = "ST*850*0001~BEG*00*SA*PO-1**20171227~PO1*1*2*EA*9~SE*4*0001~"
BAD = "ST*850*0002~BEG*00*SA*PO-2**20171227~PO1*1*two*EA*9~SE*4*0002~"
SHORT = "ST*850*0003~BEG*00*SA*PO-3**20171227~SE*9*0003~"


def group_of(
    *sets: str, functional_id: str = "PO", claimed: int | None = None
) -> Group:
    count = len(sets) if claimed is None else claimed
    text = f"GS*{functional_id}*S*R*20171227*0905*12*X*004010~"
    end = f"GE*{count}*12~IEA*1*000000012~"
    return open_envelopes("".join([ISA, text, *sets, end]).encode()).groups[0]


def findings_of(group: Group) -> dict[int, Finding]:
    judged = {found.line: judge(found, PURCHASE_ORDER) for found in group.sets}
    return {line: finding for line, finding in judged.items() if finding}


def test_good_sets_are_accepted() -> None:
    expected = [
        ["AK1", "PO", "12"],
        ["AK2", "850", "0001"],
        ["AK5", "A"],
        ["AK9", "A", "1", "1", "1"],
    ]

    assert expected == acknowledge(group_of(GOOD))


def test_a_bad_element_is_named_and_its_value_is_not() -> None:
    group = group_of(GOOD, BAD, SHORT)
    expected = [
        ["AK1", "PO", "12"],
        ["AK2", "850", "0001"],
        ["AK5", "A"],
        ["AK2", "850", "0002"],
        ["AK3", "PO1", "3", "", "8"],
        ["AK4", "2", "", "6"],
        ["AK5", "R", "5"],
        ["AK2", "850", "0003"],
        ["AK5", "R", "4"],
        ["AK9", "P", "3", "3", "1"],
    ]

    assert expected == acknowledge(group, findings_of(group))


def test_a_group_of_bad_sets_is_rejected() -> None:
    answer = acknowledge(group_of(SHORT))

    assert answer is not None
    assert ["AK9", "R", "1", "1", "0"] == answer[-1]


def test_a_wrong_count_of_the_group_is_told() -> None:
    answer = acknowledge(group_of(GOOD, claimed=2))

    assert answer is not None
    assert ["AK9", "E", "2", "1", "1", "5"] == answer[-1]


def test_a_set_of_another_code_is_not_supported() -> None:
    group = group_of(GOOD.replace("*850*", "*860*"))
    answer = acknowledge(group, findings_of(group))

    assert answer is not None
    assert ["AK5", "R", "1"] == answer[2]


def test_an_acknowledgement_is_never_acknowledged() -> None:
    assert acknowledge(group_of(functional_id="FA")) is None


def test_our_997_is_read_by_our_own_format() -> None:
    group = group_of(GOOD, SHORT)
    payload = write_interchange(
        [("997", acknowledge(group) or [])],
        functional_id="FA",
        sender="A",
        receiver="B",
        control_no=3,
        at=datetime(2017, 12, 27, 9, 5),  # noqa: DTZ001 the wall's hour
    )
    rows = x12_997.parse(payload, Profile("p")).rows

    assert [("12", "0001", "A"), ("12", "0003", "R")] == rows.select(
        "interchange_ref", "set_ref", "status_code"
    ).rows()
