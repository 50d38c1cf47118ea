"""The 850 to a supplier as bytes, and who can read it."""

import io
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyx12.x12file import X12Reader

from transforms.contracts.profile import Envelope, Payload, Profile
from transforms.contracts.purchasing import PURCHASE_ORDER_LINES
from transforms.contracts.table import ContractError
from transforms.edi.documents import syntax_findings
from transforms.edi.envelopes import open_envelopes
from transforms.edi.sets import PURCHASE_ORDER
from transforms.feeds import x12_850 as inbound
from transforms.instructions.x12_850 import render

SUPPLIER = Profile("supplier", zone="America/New_York", interchange_id="EXAMPLESUPPLY")
LINE = {
    "po_id": "PO-100",
    "po_line_ref": "1",
    "supplier_id": "supplier",
    "node_id": "DC-EAST",
    "node_name": "DC East",
    "sku_id": "825123",
    "supplier_sku_ref": "WIDGET-001",
    "product_name": "TOMATO SOUP",
    "qty": 100,
    "unit_amount": "12.50",
    "currency_code": "USD",
    "ordered_at": datetime(2017, 12, 28, 3, 30, tzinfo=UTC),
    "requested_on": date(2018, 1, 5),
}
GOLDEN = """\
ISA*00*          *00*          *ZZ*ORDERHOUSE     *ZZ*EXAMPLESUPPLY  *171228*0000*U*00401*000000007*0*P*>~
GS*PO*ORDERHOUSE*EXAMPLESUPPLY*20171228*0000*7*X*004010~
ST*850*0001~
BEG*00*SA*PO-100**20171227~
CUR*BY*USD~
DTM*002*20180105~
N1*BY*ORDERHOUSE*92*ORDERHOUSE~
N1*ST*DC East*92*DC-EAST~
PO1*2*100*EA*12.50**VP*WIDGET-001*BP*825123~
PID*F****TOMATO SOUP~
PO1*10*3*EA*0.335**VP*825124*BP*825124~
PID*F****Creme brulee~
DTM*002*20180109~
CTT*2*103~
AMT*TT*1251.01~
SE*14*0001~
ST*850*0002~
BEG*00*SA*PO-101**20171227~
CUR*BY*JPY~
N1*BY*ORDERHOUSE*92*ORDERHOUSE~
N1*ST*DC-WEST*92*DC-WEST~
PO1*1*1*EA*99.5**VP*WIDGET-001*BP*825123~
CTT*1*1~
AMT*TT*100~
SE*9*0002~
GE*2*7~
IEA*1*000000007~
"""  # noqa: E501


def rendered(*changes: dict[str, object]) -> Payload:
    rows = [LINE | change for change in changes]
    frame = pl.DataFrame(rows, schema=PURCHASE_ORDER_LINES.schema)
    return render(frame, Envelope(SUPPLIER, 7, datetime(2017, 12, 28, 5, tzinfo=UTC)))


def golden() -> Payload:
    other = {"sku_id": "825124", "supplier_sku_ref": None, "qty": 3}
    named = {"product_name": "Crème brûlée", "unit_amount": "0.335"}
    west = {"po_id": "PO-101", "node_id": "DC-WEST", "node_name": None, "qty": 1}
    bare = {"product_name": None, "requested_on": None}
    return rendered(
        other | named | {"po_line_ref": "10", "requested_on": date(2018, 1, 9)},
        {"po_line_ref": "2"},
        west | bare | {"currency_code": "JPY", "unit_amount": "99.5"},
    )


def test_the_bytes_are_golden() -> None:
    assert golden().content.decode("ascii") == GOLDEN


def test_the_manifest_counts_lines_units_and_sets() -> None:
    expected = Payload(
        name="850_000000007.edi",
        content=GOLDEN.encode(),
        row_count=3,
        unit_count=104,
        control_ref="7",
        set_refs={"PO-100": "0001", "PO-101": "0002"},
    )

    assert expected == golden()


def test_the_sets_keep_their_own_map() -> None:
    opened = open_envelopes(golden().content)

    assert {} == syntax_findings(opened.sets, PURCHASE_ORDER)


def test_another_projects_reader_finds_no_error() -> None:
    reader = X12Reader(io.StringIO(GOLDEN.replace("\n", "")))

    assert len(GOLDEN.splitlines()) == sum(1 for _ in reader)
    assert [] == reader.pop_errors()


def test_our_own_format_reads_what_was_ordered() -> None:
    rows = inbound.parse(golden().content, Profile("us", zone="America/New_York")).rows

    assert [
        ("PO-100", "2", "100", "1250.00", "1251.01"),
        ("PO-100", "10", "3", "1.01", "1251.01"),
        ("PO-101", "1", "1", "100", "100"),
    ] == rows.select(
        "order_ref", "line_ref", "qty", "line_amount", "order_amount"
    ).rows()


@given(
    prices=st.lists(
        st.tuples(st.integers(0, 10**9), st.integers(1, 10**5)), min_size=1, max_size=4
    )
)
def test_what_is_written_is_read_to_the_cent(prices: list[tuple[int, int]]) -> None:
    lines = [
        {"po_line_ref": str(n), "unit_amount": f"{p / 10**6:.6f}", "qty": q}
        for n, (p, q) in enumerate(prices, start=1)
    ]
    rows = inbound.parse(rendered(*lines).content, Profile("us")).rows
    cents = [int(amount.replace(".", "")) for amount in rows["line_amount"]]

    assert [str(q) for _, q in prices] == rows["qty"].to_list()
    assert sum(cents) == int(rows["order_amount"][0].replace(".", ""))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ([{"po_id": "PO~1"}], ValueError, "cannot be written"),
        ([{"sku_id": "X" * 51}], ValueError, "cannot be written"),
        ([{"unit_amount": "-1"}], ValueError, "no price"),
        ([{"unit_amount": "NaN"}], ValueError, "no price"),
        ([{}, {"po_line_ref": "2", "currency_code": "EUR"}], ValueError, "differs"),
        ([{}, {"po_line_ref": "2", "node_id": "DC-WEST"}], ValueError, "differs"),
        ([{}, {}], ContractError, "repeat"),
    ],
)
def test_what_a_supplier_would_misread_is_refused(
    changes: list[dict[str, object]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        rendered(*changes)


def test_an_empty_order_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one line"):
        rendered()
