"""The 940 as bytes, what it does to hostile text, and who else can read it."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest
from pyx12.x12file import X12Reader

from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.contracts.profile import Envelope, Payload, Profile
from transforms.contracts.table import ContractError
from transforms.edi.documents import syntax_findings
from transforms.edi.envelopes import open_envelopes
from transforms.edi.sets import SHIPPING_ORDER
from transforms.instructions.x12_940 import render

HARBOR = Profile("harbor_3pl", zone="America/New_York", interchange_id="HARBOR3PL")
LINE = {
    "instruction_id": "FO-0123456789ab",
    "instruction_line_ref": "1",
    "node_id": "3PL-HARBOR",
    "order_id": "web_shop/1001",
    "order_name": "#1001",
    "sku_id": "825123",
    "product_name": "TOMATO SOUP",
    "qty": 2,
    "grams": 305,
    "ordered_at": datetime(2017, 12, 28, 3, 30, tzinfo=UTC),
    "ship_by_date": date(2017, 12, 29),
    "service_code": "STANDARD",
    "ship_to_name": "Ada Example",
    "ship_to_street": "1 Sample Street",
    "ship_to_street2": "Floor 2",
    "ship_to_city": "Springfield",
    "ship_to_postal_code": "62701",
    "region_code": "IL",
    "country_code": "US",
    "ship_to_phone": "+1 555 0100",
}
NOBODY = dict.fromkeys([name for name in LINE if name.startswith("ship_to_")])

GOLDEN = """\
ISA*00*          *00*          *ZZ*ORDERHOUSE     *ZZ*HARBOR3PL      *171228*0000*U*00401*000000007*0*P*>~
GS*OW*ORDERHOUSE*HARBOR3PL*20171228*0000*7*X*004010~
ST*940*0001~
W05*N*FO-0123456789aa*#1000~
N1*ST*UNKNOWN~
N4**IL**US~
N1*WH*3PL-HARBOR*92*3PL-HARBOR~
N9*OQ*web_shop/1000~
G62*10*20171229~
G62*04*20171227~
W66*PP*M***STANDARD~
LX*1~
W01*1*EA**VN*825123~
G69*TOMATO SOUP~
N9*LI*1~
W76*1*0.305*KG~
SE*15*0001~
ST*940*0002~
W05*N*FO-0123456789ab*#1001~
N1*ST*Ada Example~
N3*1 Sample Street*Floor 2~
N4*Springfield*IL*62701*US~
G61*IC*Ada Example*TE*+1 555 0100~
N1*WH*3PL-HARBOR*92*3PL-HARBOR~
N9*OQ*web_shop/1001~
G62*10*20171229~
G62*04*20171227~
W66*PP*M***STANDARD~
LX*1~
W01*2*EA**VN*825123~
G69*TOMATO SOUP~
N9*LI*2~
LX*2~
W01*10*EA**VN*825124~
G69*PENCIL~
N9*LI*10~
W76*12*0.71*KG~
SE*21*0002~
GE*2*7~
IEA*1*000000007~
"""  # noqa: E501


def rendered(*changes: dict[str, object]) -> Payload:
    rows = [LINE | change for change in changes]
    frame = pl.DataFrame(rows, schema=SHIPPING_ORDERS.schema)
    return render(frame, Envelope(HARBOR, 7, datetime(2017, 12, 28, 5, tzinfo=UTC)))


def segments_of(payload: Payload, name: str) -> list[str]:
    lines = payload.content.decode("ascii").splitlines()
    return [line.rstrip("~") for line in lines if line.startswith(f"{name}*")]


def golden() -> Payload:
    pencil = {"sku_id": "825124", "product_name": "PENCIL", "qty": 10, "grams": 10}
    other = {"instruction_id": "FO-0123456789aa", "order_id": "web_shop/1000"}
    return rendered(
        pencil | {"instruction_line_ref": "10"},
        {"instruction_line_ref": "2"},
        other | {"order_name": "#1000", "qty": 1, **NOBODY},
    )


def test_the_bytes_are_golden() -> None:
    assert golden().content.decode("ascii") == GOLDEN


def test_what_replaces_says_so_and_what_it_replaces() -> None:
    payload = rendered({"replaces_ref": "7"}, {"instruction_id": "FO-2"})

    assert ["W05*R*FO-0123456789ab*#1001", "W05*N*FO-2*#1001"] == segments_of(
        payload, "W05"
    )
    assert ["N9*X9*7"] == [s for s in segments_of(payload, "N9") if "X9" in s]
    reader = X12Reader(io.StringIO(payload.content.decode().replace("\n", "")))
    assert [*reader]
    assert [] == reader.pop_errors()
    assert {} == syntax_findings(open_envelopes(payload.content).sets, SHIPPING_ORDER)


def test_a_wave_and_the_lot_to_take_first_are_references() -> None:
    payload = rendered({"wave_ref": "3PL-HARBOR-20171228-1000", "lot_ref": "L-7"})

    assert ["N9*BT*3PL-HARBOR-20171228-1000"] == [
        line for line in segments_of(payload, "N9") if "*BT*" in line
    ]
    assert "N9*LI*1~\nN9*LT*L-7~" in payload.content.decode("ascii")
    assert "N9*LT" not in GOLDEN


def test_the_manifest_counts_lines_units_and_sets() -> None:
    expected = Payload(
        name="940_000000007.edi",
        content=GOLDEN.encode(),
        row_count=3,
        unit_count=13,
        control_ref="7",
        set_refs={"FO-0123456789aa": "0001", "FO-0123456789ab": "0002"},
    )

    assert expected == golden()


def test_it_comes_from_the_id_by_which_the_partner_knows_us() -> None:
    ours = replace(
        HARBOR, our_interchange_id="0012345000017", our_interchange_qualifier="14"
    )
    frame = pl.DataFrame([LINE], schema=SHIPPING_ORDERS.schema)
    at = datetime(2017, 12, 28, 5, tzinfo=UTC)
    header = render(frame, Envelope(ours, 7, at)).content[:106]

    assert b"*14*0012345000017  *ZZ*HARBOR3PL      *" in header


def test_another_projects_reader_finds_no_error() -> None:
    reader = X12Reader(io.StringIO(GOLDEN.replace("\n", "")))
    names = [segment.get_seg_id() for segment in reader]
    errors = reader.pop_errors()

    assert len(GOLDEN.splitlines()) == len(names)
    assert errors == []


def test_the_sets_keep_their_own_map() -> None:
    opened = open_envelopes(golden().content)

    assert {} == syntax_findings(opened.sets, SHIPPING_ORDER)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Zoë Müller-Straße", "N1*ST*Zoe Muller-Strasse"),
        ("中国 Example", "N1*ST*?? Example"),
        ("A*B~C>D\nE", "N1*ST*A B C D E"),
        ("~", "N1*ST*UNKNOWN"),
    ],
)
def test_hostile_names_cannot_break_the_file(name: str, expected: str) -> None:
    payload = rendered({"ship_to_name": name})

    assert expected == segments_of(payload, "N1")[0]
    assert [None] == [one.finding for one in open_envelopes(payload.content).sets]


def test_a_long_name_runs_on_in_n2() -> None:
    payload = rendered({"ship_to_name": "A" * 60 + "B" * 5})

    assert ["N2*BBBBB"] == segments_of(payload, "N2")


def test_a_long_street_runs_on_before_the_second_line() -> None:
    payload = rendered({"ship_to_street": "S" * 58})

    assert [f"N3*{'S' * 55}*SSS Floor 2"] == segments_of(payload, "N3")


def test_a_street_in_the_second_line_alone_is_kept() -> None:
    payload = rendered({"ship_to_street": None})

    assert ["N3*Floor 2"] == segments_of(payload, "N3")


@pytest.mark.parametrize("sku", ["8*25", "ü", "8" * 51])
def test_a_sku_that_cannot_be_carried_is_refused(sku: str) -> None:
    with pytest.raises(ValueError, match="sku_id"):
        rendered({"sku_id": sku})


def test_no_lines_make_no_file() -> None:
    with pytest.raises(ValueError, match="at least one"):
        rendered()


def test_a_line_without_eaches_is_refused() -> None:
    with pytest.raises((ContractError, ValueError)):
        rendered({"qty": None})
