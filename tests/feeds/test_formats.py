"""What every format owes, inbound and outbound, whoever wrote it."""

from datetime import UTC, date, datetime
from types import ModuleType

import polars as pl

from tests.feeds.conftest import Read
from transforms.contracts.codes import CODES
from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    PAYMENT_REQUESTS,
    SHIPPING_ORDERS,
)
from transforms.contracts.documents import DOCUMENTS, PROVENANCE
from transforms.contracts.profile import Envelope, Profile
from transforms.contracts.purchasing import PURCHASE_ORDER_LINES
from transforms.contracts.table import Table, conform
from transforms.contracts.telling import (
    ARRIVAL_LINES,
    CHANGE_ANSWERS,
    ORDER_ANSWERS,
    SHIPPED_LINES,
    STOCK_OFFERS,
)

PROVENANCE_NAMES = {column.name for column in PROVENANCE}
ADDED_BY_PARSE = ("payload_line", "column_name", "code", "message", "masked_value")
SHIPPING_ORDER = {
    "instruction_id": "FO-1",
    "instruction_line_ref": "1",
    "node_id": "DC-EAST",
    "order_id": "web_shop:1001",
    "order_name": "#1001",
    "sku_id": "825123",
    "product_name": "SOUP, TOMATO",
    "qty": 2,
    "grams": 305,
    "ordered_at": datetime(2017, 12, 27, 20, 2, 11, tzinfo=UTC),
    "ship_by_date": date(2017, 12, 28),
    "service_code": "STANDARD",
    "ship_to_name": "Ada Example",
    "ship_to_street": "1 Sample Street",
    "ship_to_street2": None,
    "ship_to_city": "Springfield",
    "ship_to_postal_code": "62701",
    "region_code": "IL",
    "country_code": "US",
    "ship_to_phone": "+1 555 0100",
}
PURCHASE_ORDER = {
    "po_id": "PO-1",
    "po_line_ref": "1",
    "supplier_id": "supplier",
    "node_id": "DC-EAST",
    "node_name": "DC East",
    "sku_id": "825123",
    "supplier_sku_ref": None,
    "product_name": "SOUP, TOMATO",
    "qty": 2,
    "unit_amount": "1.99",
    "currency_code": "USD",
    "ordered_at": datetime(2017, 12, 27, 20, 2, 11, tzinfo=UTC),
    "requested_on": date(2018, 1, 5),
}
OTHER_SKU = {"sku_id": "825124", "qty": 1}
AT = datetime(2017, 12, 28, 5, tzinfo=UTC)
CANCEL_REQUEST = {
    "request_id": "CR-1",
    "instruction_id": "FO-1",
    "instruction_line_ref": "1",
    "partner_id": "sample",
    "node_id": "DC-EAST",
    "order_id": "web_shop/1001",
    "line_id": "web_shop/1001/1",
    "sku_id": "825123",
    "qty": 2,
    "reason_code": "CUSTOMER_REQUEST",
    "event_id": "e",
    "requested_at": AT,
    "run_id": "r",
}
SHIPPED_LINE = {
    "event_id": "S1/FO-1/1/SHIPPED",
    "order_ref": "1001",
    "line_ref": "501",
    "line_no": 1,
    "sku_id": "825123",
    "qty": 2,
    "carrier_code": "UPSN",
    "tracking_ref": "T1",
    "shipped_at": AT,
    "due_at": AT,
}
ARRIVAL_LINE = {
    "advice_id": "PO-1/DC-EAST",
    "line_ref": "1",
    "subject_id": "PO-1/1",
    "po_ref": "PO-1",
    "node_id": "DC-EAST",
    "sku_id": "825123",
    "qty": 2,
    "expected_date": date(2018, 1, 5),
    "is_replacement": False,
}
ORDER_ANSWER = {
    "subject_id": "business/PO-1/1",
    "order_id": "business/PO-1",
    "order_ref": "PO-1",
    "version_no": 1,
    "ordered_at": AT,
    "line_no": 1,
    "line_ref": "1",
    "sku_id": "825123",
    "qty": 2,
    "accepted_qty": 2,
    "backordered_qty": 0,
    "refused_qty": 0,
}
PAYMENT_REQUEST = {
    "request_id": "PR-1",
    "request_kind": "CAPTURE",
    "partner_id": "payment_provider",
    "payment_id": "payment_provider/pi_1",
    "payment_ref": "pi_1",
    "order_id": "web_shop/1001",
    "currency_code": "USD",
    "amount_minor": 1999,
    "is_final": True,
    "sequence_no": 1,
    "requested_at": datetime(2017, 12, 28, 5, tzinfo=UTC),
    "run_id": "r",
}
CHANGE = {name: cell for name, cell in ORDER_ANSWER.items() if name != "version_no"} | {
    "is_ours": False,
    "change_code": "QI",
    "asked_back_qty": 0,
}

LINES = {
    CANCEL_REQUESTS.name: [
        CANCEL_REQUEST,
        CANCEL_REQUEST | {"request_id": "CR-2", "instruction_line_ref": "2"},
        CANCEL_REQUEST | {"request_id": "CR-3", "instruction_id": "FO-2", "qty": 5},
    ],
    STOCK_OFFERS.name: [
        {"sku_id": "825123", "sku_ref": "8089", "available_qty": 12, "as_of": AT},
        {"sku_id": "825124", "sku_ref": None, "available_qty": 0, "as_of": AT},
    ],
    SHIPPED_LINES.name: [
        SHIPPED_LINE,
        SHIPPED_LINE | {"event_id": "S2/FO-2/1/SHIPPED", "tracking_ref": "T2"},
        SHIPPED_LINE | {"event_id": "S3/FO-3/1/SHIPPED", "order_ref": "1002", "qty": 5},
    ],
    ARRIVAL_LINES.name: [
        ARRIVAL_LINE,
        ARRIVAL_LINE | {"line_ref": "2", "subject_id": "PO-1/2"} | OTHER_SKU,
    ],
    CHANGE_ANSWERS.name: [
        CHANGE,
        CHANGE | {"line_no": 2, "line_ref": "2", "sku_id": "825124"},
    ],
    PAYMENT_REQUESTS.name: [
        PAYMENT_REQUEST,
        PAYMENT_REQUEST | {"request_id": "PR-2", "request_kind": "VOID"},
    ],
    ORDER_ANSWERS.name: [
        ORDER_ANSWER,
        ORDER_ANSWER | {"line_no": 2, "line_ref": "2", "sku_id": "825124"},
    ],
    SHIPPING_ORDERS.name: [
        SHIPPING_ORDER,
        SHIPPING_ORDER | {"instruction_line_ref": "2"} | OTHER_SKU,
        SHIPPING_ORDER | {"instruction_id": "FO-2", "node_id": "DC-WEST", "qty": 5},
    ],
    PURCHASE_ORDER_LINES.name: [
        PURCHASE_ORDER,
        PURCHASE_ORDER | {"po_line_ref": "2"} | OTHER_SKU,
        PURCHASE_ORDER | {"po_id": "PO-2", "node_id": "DC-WEST", "qty": 5},
    ],
}
"""Lines to render, by the table an instruction format names as its DOCUMENT."""


def lines_of(instruction: ModuleType) -> pl.DataFrame:
    document: Table = instruction.DOCUMENT
    rows = LINES[document.name]
    return conform(pl.DataFrame(rows, schema=document.schema), document)


def an_envelope(control_no: int = 7) -> Envelope:
    profile = Profile("sample", zone="America/New_York", interchange_id="SAMPLE3PL")
    return Envelope(profile, control_no, datetime(2017, 12, 27, 21, 30, tzinfo=UTC))


def said_by(document: Table) -> list[str]:
    return [name for name in document.names if name not in PROVENANCE_NAMES]


def test_a_feed_names_a_document_of_the_contract(feed: ModuleType) -> None:
    assert feed.DOCUMENT is DOCUMENTS[feed.DOCUMENT.name]


def test_rows_have_the_columns_of_the_document_as_text(
    feed: ModuleType, payloads: list[bytes], read: Read
) -> None:
    expected = {"payload_line": pl.Int64()} | dict.fromkeys(
        said_by(feed.DOCUMENT), pl.String()
    )
    for payload in [b"", *payloads]:
        rows = read(payload).rows

        assert expected == dict(rows.schema)


def test_required_cells_are_filled(
    feed: ModuleType, payloads: list[bytes], read: Read
) -> None:
    required = [
        name
        for name in said_by(feed.DOCUMENT)
        if not feed.DOCUMENT.column(name).is_nullable
    ]
    for payload in payloads:
        nulls = read(payload).rows.select(required).null_count()

        assert not nulls.sum_horizontal().sum()


def test_rejects_have_one_row_per_quarantined_line_and_known_codes(
    payloads: list[bytes], read: Read
) -> None:
    reject_columns = [*ADDED_BY_PARSE]
    for payload in payloads:
        parsed = read(payload)

        assert reject_columns == parsed.rejects.columns
        assert parsed.lines.quarantined == parsed.rejects["payload_line"].n_unique()
        assert parsed.lines.quarantined == parsed.rejects.height
        assert set() == set(parsed.rejects["code"]) - set(CODES)


def test_rejects_show_at_most_two_characters_of_a_value(
    payloads: list[bytes], read: Read
) -> None:
    for payload in payloads:
        rejects = read(payload).rejects
        shown, is_code = pl.col("masked_value"), pl.col("code") == "BAD_CODE"
        # A count, or an address of an envelope, is nobody's data; what in it looks
        # like a card number is masked all the same.
        is_envelope = pl.col("code").is_in(["WRONG_COUNT", "WRONG_PARTNER"])

        naked = rejects.filter(
            ~shown.str.contains("(?s)^(?:.?…|.….)?$")
            & ~(is_code & shown.str.contains("^[A-Z0-9]{1,2}$"))
            & ~(is_envelope & shown.str.contains("^[A-Z0-9]{1,12}$"))
        )

        assert not naked["masked_value"].to_list()


def test_an_instruction_format_names_a_table(instruction: ModuleType) -> None:
    assert isinstance(instruction.DOCUMENT, Table)


def test_a_rendered_file_counts_its_lines_and_units(instruction: ModuleType) -> None:
    lines = lines_of(instruction)
    payload = instruction.render(lines, an_envelope())

    assert lines.height == payload.row_count
    eaches = [name for name in ("qty", "available_qty") if name in lines.columns]
    assert sum(lines[name].sum() for name in eaches) == payload.unit_count
    assert "000000007" in payload.name


def test_row_order_does_not_change_a_rendered_byte(instruction: ModuleType) -> None:
    lines = lines_of(instruction)
    expected = instruction.render(lines, an_envelope())

    assert expected == instruction.render(lines.reverse(), an_envelope())


def test_another_control_number_gives_other_bytes(instruction: ModuleType) -> None:
    """But for what a channel's API takes, whose lines have no place for it."""
    lines = lines_of(instruction)
    first, second = (instruction.render(lines, an_envelope(n)) for n in (7, 8))

    assert first.name != second.name
    assert first.name.endswith(".jsonl") or first.content != second.content
    assert first.control_ref != second.control_ref
