"""What every format owes, inbound and outbound, whoever wrote it."""

from datetime import UTC, date, datetime
from types import ModuleType

import polars as pl

from transforms.contracts.codes import CODES
from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.contracts.documents import DOCUMENTS, PROVENANCE
from transforms.contracts.profile import Envelope, Profile
from transforms.contracts.purchasing import PURCHASE_ORDER_LINES
from transforms.contracts.table import Table, conform

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
LINES = {
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
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    expected = {"payload_line": pl.Int64()} | dict.fromkeys(
        said_by(feed.DOCUMENT), pl.String()
    )
    for payload in [b"", *payloads]:
        rows = feed.parse(payload, profile).rows

        assert expected == dict(rows.schema)


def test_required_cells_are_filled(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    required = [
        name
        for name in said_by(feed.DOCUMENT)
        if not feed.DOCUMENT.column(name).is_nullable
    ]
    for payload in payloads:
        nulls = feed.parse(payload, profile).rows.select(required).null_count()

        assert not nulls.sum_horizontal().sum()


def test_rejects_have_one_row_per_quarantined_line_and_known_codes(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    reject_columns = [*ADDED_BY_PARSE]
    for payload in payloads:
        parsed = feed.parse(payload, profile)

        assert reject_columns == parsed.rejects.columns
        assert parsed.lines.quarantined == parsed.rejects["payload_line"].n_unique()
        assert parsed.lines.quarantined == parsed.rejects.height
        assert set() == set(parsed.rejects["code"]) - set(CODES)


def test_rejects_show_at_most_two_characters_of_a_value(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    for payload in payloads:
        rejects = feed.parse(payload, profile).rejects
        shown, is_code = pl.col("masked_value"), pl.col("code") == "BAD_CODE"

        naked = rejects.filter(
            ~shown.str.contains("(?s)^(?:.?…|.….)?$")
            & ~(is_code & shown.str.contains("^[A-Z0-9]{1,2}$"))
        )

        assert not naked["masked_value"].to_list()


def test_an_instruction_format_names_a_table(instruction: ModuleType) -> None:
    assert isinstance(instruction.DOCUMENT, Table)


def test_a_rendered_file_counts_its_lines_and_units(instruction: ModuleType) -> None:
    lines = lines_of(instruction)
    payload = instruction.render(lines, an_envelope())

    assert lines.height == payload.row_count
    assert lines["qty"].sum() == payload.unit_count
    assert "000000007" in payload.name


def test_row_order_does_not_change_a_rendered_byte(instruction: ModuleType) -> None:
    lines = lines_of(instruction)
    expected = instruction.render(lines, an_envelope())

    assert expected == instruction.render(lines.reverse(), an_envelope())


def test_another_control_number_gives_other_bytes(instruction: ModuleType) -> None:
    lines = lines_of(instruction)
    first, second = (instruction.render(lines, an_envelope(n)) for n in (7, 8))

    assert first.content != second.content
    assert first.control_ref != second.control_ref
