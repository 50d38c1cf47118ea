"""Samples of a file whose columns are the partner's own: made by its mapping.

The invented files of ``data/samples/formats`` have other people's columns, so a
partner with a mapping gets one right and one wrong file as its profile spells them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

import xlsxwriter  # type: ignore[import-untyped]

from orchestration.resources.partners import Feed, PartnerProfile
from transforms.contracts.profile import Profile
from transforms.feeds.reading.tables import dialect_of

AT = datetime(2030, 1, 15, 15, 2, 11, tzinfo=timezone(timedelta(hours=-5)))
SAID = {
    "order_ref": "1001",
    "order_name": "#1001",
    "line_ref": "1",
    "sku_ref": "825123",
    "product_name": "Sample soup",
    "qty": "2",
    "unit_amount": "12.50",
    "line_amount": "25.00",
    "discount_amount": "0.00",
    "tax_amount": "0.00",
    "service_code": "STANDARD",
    "payment_status": "paid",
    "action": "create",
    "is_ship_complete": "false",
    "node_ref": "WH-1",
    "stock_status": "AVAILABLE",
    "quantity_basis": "on_hand",
    "lot_ref": "L-7",
    "location_ref": "A-03-2",
    "ship_to_name": "Ada Exampleton",
    "ship_to_street": "1 Sample Street",
    "ship_to_city": "Springfield",
    "ship_to_postal_code": "62701",
    "ship_to_region": "IL",
    "ship_to_country": "US",
    "customer_email": "ada@example.com",
}
"""What the sample's one line says, in our words; times besides."""

DAYS = ("expires_on",)
WRONG = {"qty": "two"}


def mapped_samples(known: PartnerProfile, feed: Feed) -> dict[str, bytes]:
    """A right and a wrong file of a feed, by the names of samples."""
    profile = known.profile(feed)
    said = SAID | {"currency_code": known.currency_code}
    return {
        "good": _file(feed, profile, said),
        "broken": _file(feed, profile, said | WRONG),
    }


def _file(feed: Feed, profile: Profile, said: Mapping[str, str]) -> bytes:
    options = profile.options
    # A header may be two columns of ours; the first one says what stands below it.
    cells: dict[str, tuple[str, str]] = {}
    for option, header in options.items():
        kind, _, name = option.partition(".")
        if kind == "column":
            place = header.strip().lower()
            cells.setdefault(place, (header, _cell(name, options, said)))
    rows = [list(row) for row in zip(*cells.values(), strict=True)]
    is_workbook = feed.pattern.endswith((".xlsx", ".xlsm"))
    return _workbook(rows, options) if is_workbook else _text(rows, profile)


def _cell(name: str, options: Mapping[str, str], said: Mapping[str, str]) -> str:
    """Our word as the partner spells it."""
    start = f"value.{name}."
    theirs = [key.removeprefix(start) for key in options if key.startswith(start)]
    named = [text for text in theirs if text != "*"]
    if named:
        return named[0]
    if name.endswith("_at") or name in DAYS:
        shape = options.get(f"date_format.{name}", options.get("date_format", ""))
        plain = AT.date().isoformat() if name in DAYS else AT.isoformat()
        return AT.strftime(shape) if shape else plain
    text = said.get(name, "")
    is_amount = name.endswith("_amount")
    return text.replace(".", options.get("decimal", ".")) if is_amount else text


def _text(rows: list[list[str]], profile: Profile) -> bytes:
    dialect = dialect_of(profile)
    stream = io.StringIO()
    if dialect.quote:
        writer = csv.writer(stream, delimiter=dialect.delimiter, lineterminator="\n")
        writer.writerows(rows)
    else:
        stream.writelines(f"{dialect.delimiter.join(row)}\n" for row in rows)
    return stream.getvalue().encode(profile.options.get("encoding", "utf-8"))


def _workbook(rows: list[list[str]], options: Mapping[str, str]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(options.get("sheet") or None)
    first = int(options.get("header_row", "1")) - 1
    for number, row in enumerate(rows):
        sheet.write_row(first + number, 0, row)
    book.close()
    return stream.getvalue()
