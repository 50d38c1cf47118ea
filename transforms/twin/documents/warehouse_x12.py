"""What the X12 warehouses send: 846 stock, 944 receipts, 945 shipments, 997.

Frames in, one interchange out. Not here: the CSV warehouses
(``warehouse_csv``) or what really happened (``day``, ``answer``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.edi.writer import write_interchange
from transforms.twin.documents.spelling import stamp
from transforms.twin.documents.x12 import US_ID, control_number, dialect_of, sender_id

Row = dict[str, Any]
Segments = list[list[str]]

_FUNCTIONAL = {"846": "IB", "944": "RE", "945": "SW", "997": "FA"}
_BASIS = {"on_hand": "17", "available": "33"}


def stock_846(
    partner_id: str, rows: pl.DataFrame, cut: datetime, at: datetime, zone: str
) -> NamedBytes:
    """A stock snapshot.

    Args:
        partner_id: who counts.
        rows: ``node_ref, sku_ref, stock_status, quantity_basis, qty`` sorted.
        cut: instant of the count.
        at: instant the file arrives.
        zone: zone of times in the file.
    """
    sets = [
        ("846", _stock_set(str(node), group, cut.astimezone(ZoneInfo(zone))))
        for (node,), group in rows.group_by("node_ref", maintain_order=True)
    ]
    return _interchange(partner_id, "846", sets, at, zone)


def receipts_944(
    partner_id: str, rows: pl.DataFrame, at: datetime, zone: str
) -> NamedBytes:
    """Receipts: one set per ``receipt_ref``.

    Args:
        partner_id: who received.
        rows: ``node_ref, receipt_ref, po_ref, line_ref, sku_ref, qty,
            received_at`` sorted.
        at: instant the file arrives.
        zone: zone of times in the file.
    """
    sets = [
        ("944", _receipt_set(group.to_dicts(), zone))
        for _, group in rows.group_by("receipt_ref", maintain_order=True)
    ]
    return _interchange(partner_id, "944", sets, at, zone)


def shipments_945(
    partner_id: str, rows: pl.DataFrame, at: datetime, zone: str, kind: str = "945"
) -> NamedBytes:
    """Ship confirmations: one set per ``shipment_ref``.

    Args:
        partner_id: who shipped.
        rows: ``node_ref, shipment_ref, instruction_ref, line_ref, sku_ref,
            ordered_qty, shipped_qty, shipped_at, tracking_ref`` sorted.
        at: instant the file arrives.
        zone: zone of times in the file.
        kind: "again" and "unknown" take other control numbers and names.
    """
    sets = [
        ("945", _shipment_set(group.to_dicts(), zone))
        for _, group in rows.group_by("shipment_ref", maintain_order=True)
    ]
    return _interchange(partner_id, "945", sets, at, zone, kind)


def acknowledgement_997(
    partner_id: str, control_ref: str, verdicts: pl.DataFrame, at: datetime, zone: str
) -> NamedBytes:
    """The receipt for one 940 group.

    Args:
        partner_id: who read it.
        control_ref: GS06 of what was read.
        verdicts: ``set_ref, status_code`` in file order; A or R.
        at: instant the file arrives.
        zone: zone of times in the file.
    """
    segments = [["AK1", "OW", control_ref]]
    for row in verdicts.to_dicts():
        answer = [
            "AK5",
            row["status_code"],
            *(["5"] if row["status_code"] == "R" else []),
        ]
        segments += [["AK2", "940", row["set_ref"]], answer]
    total = verdicts.height
    good = verdicts.filter(pl.col("status_code") == "A").height
    status = "A" if good == total else "P" if good else "R"
    segments.append(["AK9", status, str(total), str(total), str(good)])
    return _interchange(partner_id, "997", [("997", segments)], at, zone)


def _stock_set(node: str, rows: pl.DataFrame, local: datetime) -> Segments:
    segments = [
        [
            "BIA",
            "00",
            "MB",
            f"{node}-{local:%Y%m%d}",
            f"{local:%Y%m%d}",
            f"{local:%H%M}",
        ],
        ["DTM", "514", f"{local:%Y%m%d}", f"{local:%H%M}"],
        ["N1", "WH", node, "92", node],
    ]
    previous = ""
    columns = ["sku_ref", "stock_status", "quantity_basis", "qty"]
    for sku, status, basis, qty in rows.select(columns).iter_rows():
        if sku != previous:
            segments.append(["LIN", "", "VN", sku])
        code = "74" if status == "DAMAGED" else _BASIS[basis]
        segments.append(["QTY", code, str(qty), "EA"])
        previous = sku
    segments.append(["CTT", str(rows["sku_ref"].n_unique())])
    return segments


def _receipt_set(rows: list[Row], zone: str) -> Segments:
    head = rows[0]
    local = head["received_at"].astimezone(ZoneInfo(zone))
    day, po = f"{local:%Y%m%d}", head["po_ref"] or ""
    segments = [
        ["W17", "F", day, head["receipt_ref"], po],
        ["N1", "WH", head["node_ref"], "92", head["node_ref"]],
        *([["N9", "PO", po]] if po else []),
        ["G62", "19", day, "W", f"{local:%H%M}"],
    ]
    for row in rows:
        segments.append(["W07", str(row["qty"]), "EA", "", "VN", row["sku_ref"]])
        segments.append(["N9", "LI", row["line_ref"]])
    return [*segments, ["W14", str(sum(row["qty"] for row in rows))]]


def _shipment_set(rows: list[Row], zone: str) -> Segments:
    head = rows[0]
    local = head["shipped_at"].astimezone(ZoneInfo(zone))
    day, node = f"{local:%Y%m%d}", head["node_ref"]
    segments = [
        [
            "W06",
            "F",
            head["instruction_ref"],
            day,
            head["shipment_ref"],
            "",
            head["order_ref"] or "",
        ],
        ["N1", "SF", node, "92", node],
        ["G62", "11", day, "W", f"{local:%H%M}"],
        ["W27", "M", "UPSN"],
    ]
    for number, row in enumerate(rows, start=1):
        segments += _shipped_line(number, row)
    return [*segments, ["W03", str(sum(row["shipped_qty"] for row in rows))]]


def _shipped_line(number: int, row: Row) -> Segments:
    ordered, shipped = row["ordered_qty"], row["shipped_qty"]
    status = "CC" if shipped == ordered else "CP"
    figures = [str(ordered), str(shipped), str(ordered - shipped)]
    segments = [
        ["LX", str(number)],
        ["MAN", "CP", row["tracking_ref"]],
        ["W12", status, *figures, "EA", "", "VN", row["sku_ref"]],
        ["N9", "LI", row["line_ref"]],
    ]
    if shipped < ordered:
        segments.append(["N9", "ZZ", "OUT_OF_STOCK"])
    return segments


def _interchange(
    partner_id: str,
    code: str,
    sets: list[tuple[str, Segments]],
    at: datetime,
    zone: str,
    kind: str = "",
) -> NamedBytes:
    kind = kind or code
    content = write_interchange(
        sets,
        functional_id=_FUNCTIONAL[code],
        sender=sender_id(partner_id),
        receiver=US_ID,
        control_no=control_number(at, kind),
        at=at.astimezone(ZoneInfo(zone)),
        dialect=dialect_of(partner_id),
    )
    suffix = "" if kind == code else f"_{kind}"
    name = f"{code}_{stamp(at, zone)}{suffix}.edi"
    return NamedBytes(partner_id, name, content, at)
