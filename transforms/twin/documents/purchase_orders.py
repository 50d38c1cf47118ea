"""The business channel's documents: X12 850 purchase orders, 860 changes of them.

One transaction set an order, one interchange a file. Not here: envelopes and
counts (``transforms.edi``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.edi.writer import write_interchange
from transforms.twin.documents.spelling import money, stamp
from transforms.twin.documents.x12 import US_ID, control_number, sender_id

PATTERN, CHANGES = "PO_{}.edi", "POC_{}.edi"
_REQUESTED_AFTER = timedelta(days=3)

Row = dict[str, Any]
Segments = list[list[str]]


def purchase_order_files(facts: pl.DataFrame, zone: str) -> Iterator[NamedBytes]:
    """One interchange per file of business orders.

    Args:
        facts: ``state_facts`` of business orders with ``received_at`` and
            ``file_stamp``.
        zone: zone of dates and times inside the file.
    """
    spelled = facts.with_columns(
        price=money("price_minor"),
        net=pl.col("gross_minor")
        - pl.sum_horizontal("retail_minor", "coupon_minor", "match_minor"),
    )
    keys = ["received_at", "file_stamp"]
    for (at, file_stamp), group in spelled.group_by(keys, maintain_order=True):
        yield _file(group, at, file_stamp, zone)


def purchase_order_set(rows: list[Row], zone: str) -> Segments:
    """Segments of one 850 without ST and SE, from the order's lines."""
    head = rows[0]
    local = head["ordered_at"].astimezone(ZoneInfo(zone))
    total = sum(row["net"] for row in rows)
    body = [segment for row in rows for segment in _line(row)]
    return [
        ["BEG", "00", "SA", head["order_ref"], "", f"{local:%Y%m%d}"],
        ["CUR", "BY", "USD"],
        ["REF", "DP", str(head["household_id"])],
        ["PER", "OC", head["person_name"], "TE", head["phone"], "EM", head["email"]],
        *([["CSH", "SC"]] if head["is_ship_complete"] else []),
        ["DTM", "010", f"{local + _REQUESTED_AFTER:%Y%m%d}"],
        ["DTM", "097", f"{local:%Y%m%d}", f"{local:%H%M%S}"],
        ["N1", "BY", head["firm_name"], "92", str(head["household_id"])],
        ["N1", "ST", head["firm_name"]],
        _streets(head),
        ["N4", head["city"], head["region"], head["postal_code"], "US"],
        *body,
        ["CTT", str(len(rows))],
        ["AMT", "TT", f"{total // 100}.{total % 100:02d}"],
    ]


def _file(group: pl.DataFrame, at: datetime, name: str, zone: str) -> NamedBytes:
    orders = group.partition_by("basket_id", maintain_order=True)
    sets = [("850", purchase_order_set(order.to_dicts(), zone)) for order in orders]
    content = write_interchange(
        sets,
        functional_id="PO",
        sender=sender_id("business"),
        receiver=US_ID,
        control_no=control_number(at, "850"),
        at=at.astimezone(ZoneInfo(zone)),
    )
    return NamedBytes("business", PATTERN.format(name), content, at)


def purchase_order_changes(facts: pl.DataFrame, at: datetime, zone: str) -> NamedBytes:
    """One interchange of changes.

    Args:
        facts: ``state_facts`` of an order's first line each, with
            ``is_cancelled``: all of the order, else one each more of the line.
        at: instant it arrives.
        zone: of times in it.
    """
    priced = facts.with_columns(price=money("price_minor"))
    moment = (at - timedelta(minutes=5)).astimezone(ZoneInfo(zone))
    sets = [("860", _change_set(row, moment)) for row in priced.iter_rows(named=True)]
    content = write_interchange(
        sets,
        functional_id="PC",
        sender=sender_id("business"),
        receiver=US_ID,
        control_no=control_number(at, "860"),
        at=at.astimezone(ZoneInfo(zone)),
    )
    return NamedBytes("business", CHANGES.format(stamp(at, zone)), content, at)


def _change_set(row: Row, moment: datetime) -> Segments:
    day, purpose = f"{moment:%Y%m%d}", "01" if row["is_cancelled"] else "04"
    reference = f"{row['order_ref']}-C1"
    head = [
        ["BCH", purpose, "SA", row["order_ref"], "", reference, day],
        ["DTM", "171", day, f"{moment:%H%M%S}"],
    ]
    if row["is_cancelled"]:
        return head
    line, qty = str(row["line_no"]), str(row["qty"] + 1)
    cells = [qty, "1", "EA", row["price"], "", "VP", row["sku"]]
    return [*head, ["POC", line, "QI", *cells], ["CTT", "1"]]


def _streets(head: Row) -> list[str]:
    return ["N3", head["street"], *([head["street2"]] if head["street2"] else [])]


def _line(row: Row) -> Segments:
    discount = row["discount_minor"]
    segments = [
        [
            "PO1",
            str(row["line_no"]),
            str(row["qty"]),
            "EA",
            row["price"],
            "",
            "VP",
            row["sku"],
        ],
        ["PID", "F", "", "", "", row["product_name"]],
    ]
    if discount:
        segments.append(["SAC", "A", "C310", "", "", str(discount)])
    return segments
