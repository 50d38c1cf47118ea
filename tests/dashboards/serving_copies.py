"""Small published copies, made by hand, for the pages to read.

Forty orders of four channels on three days. Every table is derived from the
same lines, so the figures of two pages agree.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from dashboards.queries.shapes import SHAPES
from transforms.contracts.decisions import BUCKETS

AS_OF = datetime(2017, 12, 30, 5, tzinfo=UTC)
RUN = "4f1c2a90b7d3e8554f1c2a90b7d3e855"  # pragma: allowlist secret
JOURNAL = f"self_20171230T050000_{RUN}.jsonl"
TYPES = {
    "varchar": pl.String(),
    "bigint": pl.Int64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "timestamptz": pl.Datetime("us", "UTC"),
}
CHANNELS = ("web_shop", "marketplace", "business", "web_shop")
PRODUCTS = ("Oat drink 1 l", "Dark roast 500 g", "=Penne 1 kg", "Olive oil 750 ml")
NODES = ("DC-EAST", "3PL-HARBOR", "STORE-367", "3PL-SUMMIT")
OPEN = BUCKETS[:7]
BANDS = ((1, "0-1"), (2, "1-2"), (4, "2-4"), (7, "4-7"), (14, "7-14"), (999, "14+"))
STATES = ("backordered", "released", "allocated", "shipped", "delivered", "pending")


def publish(
    home: Path, tables: dict[str, pl.DataFrame], as_of: datetime = AS_OF
) -> Path:
    """Write ``tables`` as a serving copy below ``home``; the manifest comes last."""
    serving = home / "serving"
    listed = {name: [_file(serving, name, frame)] for name, frame in tables.items()}
    stamp = as_of.isoformat().replace("+00:00", "Z")
    manifest = {
        "manifest_id": hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:16],
        "run_id": RUN,
        "as_of": stamp,
        "published_at_as_of": stamp,
        "tables": listed,
    }
    part = serving / "manifest.json.part"
    part.write_text(json.dumps(manifest), "utf-8")
    part.rename(serving / "manifest.json")
    return home


def _file(serving: Path, name: str, frame: pl.DataFrame) -> dict[str, object]:
    folder = serving / "files" / name
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "draft.parquet"
    frame.write_parquet(draft)
    sha256 = hashlib.sha256(draft.read_bytes()).hexdigest()
    path = draft.rename(folder / f"2017-12-{sha256[:12]}.parquet")
    return {
        "path": str(path.relative_to(serving)),
        "month": "2017-12",
        "rows": frame.height,
        "sha256": sha256,
    }


def full_copy() -> dict[str, pl.DataFrame]:
    """Every table of the visibility room, with rows."""
    lines = _lines()
    return {
        "rpt_orders": _orders(lines),
        "rpt_order_lines": _table("rpt_order_lines", lines),
        "rpt_order_timeline": _timeline(lines),
        "rpt_allocations": _allocations(lines),
        "rpt_files": _table("rpt_files", [_landed(n) for n in range(4)]),
        "rpt_instructions": _table("rpt_instructions", [_sent(n) for n in range(8)]),
        "rpt_outbox_files": _table("rpt_outbox_files", [_left(n) for n in range(2)]),
        "rpt_node_counts": _table("rpt_node_counts", [_count(n) for n in range(4)]),
        "rpt_node_outages": _table(
            "rpt_node_outages", [_outage(hours) for hours in (12, 0)]
        ),
        "rpt_holds": _table("rpt_holds", [_hold(line) for line in lines[:2]]),
        "rpt_substitutes": _table("rpt_substitutes", [_offer(lines[0])]),
        **_open(lines),
        **_figures(),
    }


def empty_copy() -> dict[str, pl.DataFrame]:
    """Every table, published, without a row."""
    return {name: _table(name, []) for name in SHAPES}


def _table(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = {column: TYPES[kind] for column, kind in SHAPES[name].items()}
    return pl.DataFrame(
        [{c: row.get(c) for c in schema} for row in rows], schema=schema, orient="row"
    )


def _outage(hours_before: int) -> dict[str, object]:
    """The harbour node as a run saw it, stopped since a day before the newest."""
    return {
        "node_id": "3PL-HARBOR",
        "reason_codes": "NO_ANSWERS",
        "currency_code": "USD",
        "since_at": AS_OF - timedelta(hours=24),
        "as_of": AS_OF - timedelta(hours=hours_before),
        "stopped_hours": 24 - hours_before,
        "held_order_count": 3,
        "held_qty": 5,
        "held_value_minor": 12_300,
        "rerouted_order_count": 2,
        "rerouted_qty": 4,
        "rerouted_value_minor": 4_000,
        "extra_cost_minor": 155,
    }


def _lines() -> list[dict[str, object]]:
    return [_line(n, part) for n in range(40) for part in range(1, 2 + n % 3)]


def _line(n: int, part: int) -> dict[str, object]:
    channel, state = CHANNELS[n % 4], STATES[(n + part) % 6]
    days, ordered = n // 2 % 18, 2 + (n + part) % 4
    buckets = {f"{bucket}_qty": 0 for bucket in BUCKETS}
    buckets[f"{state}_qty"] = ordered - 1
    buckets["shipped_qty" if state != "shipped" else "delivered_qty"] += 1
    ordered_at = AS_OF - timedelta(days=days, hours=2 + part)
    return {
        "order_id": f"{channel}/{9000 + n}",
        "order_name": f"#{1000 + n}",
        "order_ref": str(9000 + n),
        "line_id": f"{channel}/{9000 + n}/{part}",
        "line_ref": str(part),
        "line_no": part,
        "channel_id": channel,
        "sku_id": f"SKU{n % 4}{part}",
        "product_name": PRODUCTS[(n + part) % 4],
        "ordered_at": ordered_at,
        "order_month": "2017-12",
        "line_status": state.upper(),
        "ordered_qty": ordered,
        **buckets,
        "line_amount_minor": 499 * ordered,
        "discount_minor": 25 * part,
        "tax_minor": 31,
        "currency_code": "USD",
        "last_event_at": AS_OF,
        "changed_run_id": RUN,
        "state": state,
        "days": days,
    }


def _hold(line: dict[str, object]) -> dict[str, object]:
    return line | {
        "reason_code": "FRAUD",
        "placed_by": "desk-3",
        "held_at": AS_OF - timedelta(days=2),
        "until_date": AS_OF.date(),
        "age_days": 2,
        "qty": 1,
        "value_minor": 499,
    }


def _offer(line: dict[str, object]) -> dict[str, object]:
    return line | {
        "alternative_sku_id": "TEA-2",
        "alternative_name": "Another tea",
        "substitute_rank": 1,
        "policy": "ask",
        "ratio": 2,
        "qty": 1,
        "covered_qty": 1,
        "available_qty": 5,
        "decided_qty": 0,
        "node_id": "DC-EAST",
        "delta_minor": -20,
    }


def _orders(lines: list[dict[str, object]]) -> pl.DataFrame:
    frame = pl.DataFrame(lines, infer_schema_length=None)
    first = ("order_name", "order_ref", "channel_id", "ordered_at", "order_month")
    held = [f"{bucket}_qty" for bucket in OPEN]
    net = pl.col("line_amount_minor") - pl.col("discount_minor") + pl.col("tax_minor")
    rows = frame.group_by("order_id", maintain_order=True).agg(
        pl.col(first).first(),
        pl.col("currency_code").first(),
        pl.sum("ordered_qty", "shipped_qty", "delivered_qty", "backordered_qty"),
        open_qty=pl.sum_horizontal(held).sum(),
        line_count=pl.len(),
        amount_minor=net.sum(),
    )
    number = pl.col("order_ref")
    told = rows.with_columns(
        pl.lit(0).alias("cancelled_qty"),
        pl.lit(1).alias("version_no"),
        pl.lit("STANDARD").alias("service_code"),
        pl.lit("OH").alias("region_code"),
        pl.lit("DC-EAST|3PL-HARBOR").alias("node_ids"),
        pl.lit(RUN).alias("changed_run_id"),
        money_axis=pl.lit("CAPTURED"),
        carrier_axis=pl.lit("ON_ITS_WAY"),
        reverse_axis=pl.lit("NONE"),
        order_status=pl.when(pl.col("open_qty") > 0)
        .then(pl.lit("OPEN"))
        .otherwise(pl.lit("SHIPPED")),
        business_date=pl.col("ordered_at").dt.date(),
        is_till_sale=pl.lit(value=False),
        instruction_ids=pl.format("FO-0000000{}", number),
        tracking_refs=pl.format("1Z999{}", number),
    )
    return _table("rpt_orders", told.to_dicts())


def _open(lines: list[dict[str, object]]) -> dict[str, pl.DataFrame]:
    rows = [_open_line(line) for line in lines if line["state"] in OPEN]
    listed = _table("rpt_open_line_list", rows)
    cells = listed.group_by(
        "bucket", "age_band", "age_rank", "channel_id", "currency_code"
    ).agg(pl.sum("qty", "value_minor"), line_count=pl.len().cast(pl.Int64))
    waiting = [row for row in rows if row["bucket"] == "backordered"]
    return {
        "rpt_open_line_list": listed,
        "rpt_open_lines": _table("rpt_open_lines", cells.to_dicts()),
        "rpt_backorders": _table("rpt_backorders", waiting),
        "rpt_atp_waterfall": _table("rpt_atp_waterfall", []),
    }


def _open_line(line: dict[str, object]) -> dict[str, object]:
    days = int(str(line["days"]))
    rank, band = next((i, b) for i, (d, b) in enumerate(BANDS, 1) if days < d)
    waits = line["state"] == "backordered"
    return {
        **line,
        "bucket": line["state"],
        "qty": int(str(line["ordered_qty"])) - 1,
        "value_minor": 450,
        "age_days": days,
        "age_band": band,
        "age_rank": rank,
        "region_code": "OH",
        "service_code": "STANDARD",
        "reason_code": "NO_STOCK" if waits else None,
        "expected_date": date(2018, 1, 3) if waits else None,
        "owner": "buying",
        "as_of": AS_OF,
        "run_id": RUN,
    }


def _timeline(lines: list[dict[str, object]]) -> pl.DataFrame:
    return _table("rpt_order_timeline", [e for line in lines for e in _events(line)])


def _events(line: dict[str, object]) -> list[dict[str, object]]:
    ours = {
        "source_kind": "decision",
        "file_name": JOURNAL,
        "payload_line": 7,
        "partner_id": "self",
        "run_id": RUN,
    }
    theirs = {
        "source_kind": "document",
        "payload_sha256": "a1" * 32,
        "file_name": "orders_20171229.jsonl",
        "payload_line": line["line_no"],
        "partner_id": line["channel_id"],
    }
    parcel = json.dumps(
        {"carrier": "UPSN", "tracking_ref": f"1Z999{line['order_ref']}"}
    )
    steps = (
        ("ACCEPTED", theirs, None, None),
        ("ALLOCATED", ours, "DC-EAST", None),
        ("RELEASED", ours, "DC-EAST", None),
        ("SHIPPED", {**theirs, "payload_sha256": "b2" * 32,
                     "file_name": "945_000000041.edi", "partner_id": "own_dcs"},
         "DC-EAST", parcel),
    )  # fmt: skip
    return [
        {
            **line,
            **source,
            "event_id": f"{kind}:{line['line_id']}",
            "event_at": AS_OF - timedelta(hours=9 - 2 * rank),
            "event_type": kind,
            "qty": 1,
            "node_id": node,
            "detail": detail,
            "source_rank": rank,
            "is_date_only": False,
        }
        for rank, (kind, source, node, detail) in enumerate(steps)
    ]


def _allocations(lines: list[dict[str, object]]) -> pl.DataFrame:
    rows = [_candidate(line, i) for line in lines for i in range(len(NODES))]
    return _table("rpt_allocations", rows)


def _candidate(line: dict[str, object], place: int) -> dict[str, object]:
    chosen, ruled_out = place == 0, place == len(NODES) - 1
    cost = 620 + 145 * place
    return {
        **line,
        "node_id": NODES[place],
        "as_of": AS_OF,
        "is_chosen": chosen,
        "chosen_qty": 1 if chosen else 0,
        "candidate_rank": None if ruled_out else place + 1,
        "failed_rules": "NO_STOCK|NO_CAPACITY" if ruled_out else "",
        "atp_qty": 0 if ruled_out else 12,
        "distance_km": 210 * (place + 1),
        "freight_minor": cost,
        "processing_minor": 80,
        "lateness_minor": 0,
        "worth_minor": 0,
        "total_minor": cost + 80,
        "lacking_qty": 1 if ruled_out else 0,
        "price_milli": 1500 if chosen else 0,
        "over_minor": 145 * place,
        "allocated_total_minor": 512 if chosen else None,
        "ship_date": date(2017, 12, 30) if chosen else None,
        "promise_date": date(2018, 1, 2) if chosen else None,
        "run_id": RUN,
    }


def _landed(n: int) -> dict[str, object]:
    partner, document, file_format, name, digits = (
        ("web_shop", "orders", "shopify_orders", "orders_20171229.jsonl", "a1"),
        ("own_dcs", "shipment_confirmations", "x12_945", "945_000000041.edi", "b2"),
        ("own_dcs", "stock", "csv_stock", "stock_20171229.csv", "c3"),
        ("self", "self_decisions", "jsonl_self_decisions", JOURNAL, "d4"),
    )[n]
    return {
        "landing_id": n + 1,
        "partner_id": partner,
        "document": document,
        "format": file_format,
        "file_name": name,
        "payload_sha256": digits * 32,
        "size_bytes": 4096,
        "received_at": AS_OF - timedelta(hours=4),
        "verdict": "ACCEPTED",
        "physical_lines": 40,
        "accepted_lines": 39,
        "quarantined_lines": 1,
        "blank_lines": 0,
        "run_id": RUN,
    }


def _sent(n: int) -> dict[str, object]:
    """Instructions of two nodes' partners: every fourth is short, one is silent."""
    released = AS_OF - timedelta(days=2)
    partner, node = (("own_dcs", "DC-EAST"), ("harbor_3pl", "3PL-HARBOR"))[n % 2]
    is_silent = n == 7
    return {
        "instruction_id": f"FO-{n:012x}",
        "partner_id": partner,
        "node_id": node,
        "order_id": f"web_shop/{9000 + n}",
        "state": "SENT" if is_silent else "CLOSED",
        "released_at": released,
        "acknowledged_at": released + timedelta(hours=1 + n) if n % 2 else None,
        "answered_at": None if is_silent else released + timedelta(hours=14 + n),
        "ship_by_date": released.date(),
        "asked_qty": 4,
        "shipped_qty": 0 if is_silent else 4 - (n % 4 == 3),
        "short_qty": int(n % 4 == 3 and not is_silent),
        "refused_qty": 0,
        "cancelled_qty": 0,
        "open_qty": 4 if is_silent else 0,
    }


def _left(n: int) -> dict[str, object]:
    """Files that left for the two."""
    return {
        "partner_id": ("own_dcs", "harbor_3pl")[n % 2],
        "file_name": f"940_{n}.edi",
        "format": "x12_940",
        "state": "RECONCILED",
        "released_at": AS_OF - timedelta(days=2),
        "row_count": 4,
        "error_count": 0,
    }


def _count(n: int) -> dict[str, object]:
    """Two nightly counts of two nodes."""
    partner, node = (("own_dcs", "DC-EAST"), ("harbor_3pl", "3PL-HARBOR"))[n % 2]
    at = AS_OF - timedelta(days=n // 2)
    return {
        "node_id": node,
        "partner_id": partner,
        "snapshot_at": at - timedelta(hours=2),
        "row_count": 40,
        "differing_count": n,
        "verdict": "TRUSTED",
        "as_of": at,
        "run_id": RUN,
    }


def _figures() -> dict[str, pl.DataFrame]:
    return {
        "rpt_fill_rates": _table("rpt_fill_rates", _fill_rates()),
        "rpt_cost_per_order": _table("rpt_cost_per_order", [_costs()]),
        "rpt_exceptions": _table("rpt_exceptions", _exceptions()),
        "rpt_flow": _table("rpt_flow", _flow()),
        "rpt_quarantine": _table("rpt_quarantine", _quarantine()),
        "rpt_proofs": _table("rpt_proofs", _proofs()),
    }


def _fill_rates() -> list[dict[str, object]]:
    return [
        {
            "business_date": date(2017, 12, 27 + day),
            "channel_id": channel,
            "ordered_qty": 1000,
            "first_day_filled_qty": 930 + 15 * day + place,
            "line_count": 400,
            "first_day_filled_line_count": 360 + 9 * day,
            "order_count": 100,
            "first_day_filled_order_count": 84 + 3 * day,
            "shipped_qty": 700,
            "changed_run_id": RUN,
        }
        for day in range(3)
        for place, channel in enumerate(("business", "marketplace", "web_shop"))
    ]


def _costs() -> dict[str, object]:
    return {
        "run_id": RUN,
        "as_of": AS_OF,
        "business_date": date(2017, 12, 29),
        "order_count": 300,
        "line_count": 900,
        "qty": 2100,
        "shipment_count": 336,
        "split_order_count": 36,
        "freight_minor": 180_000,
        "processing_minor": 40_000,
        "split_minor": 9_000,
        "lateness_minor": 1_000,
        "worth_minor": 0,
        "total_minor": 230_000,
        "currency_code": "USD",
    }


def _exceptions() -> list[dict[str, object]]:
    codes = ("STOCK_SHORTFALL", "ACK_OVERDUE", "BACKORDERED", "SHORT_SHIPPED")
    owners = ("inventory", "partners", "buying", "service")
    return [
        {
            "exception_id": f"{codes[n % 4]}:{n}",
            "code": codes[n % 4],
            "subject": f"DC-EAST SKU{n}",
            "owner": owners[n % 4],
            "detail": "-3 eaches of 40",
            "cause_code": "SHORTFALL" if n % 4 == 0 else None,
            "value_minor": 1250 * n if n % 4 else None,
            "currency_code": "USD" if n % 4 else None,
            "order_id": f"web_shop/{9000 + n}" if n % 4 == 3 else None,
            "opened_at": AS_OF - timedelta(days=n % 3),
            "closed_at": None,
            "is_open": n != 5,
            "is_snoozed": n == 7,
            "remark": "the supplier ships on Tuesday" if n == 3 else None,
            "noted_by": "desk-3" if n == 3 else None,
            "age_days": n % 3,
            "run_id": RUN,
        }
        for n in range(14)
    ]


def _flow() -> list[dict[str, object]]:
    rooms = (
        ("ingest", "files", 41, 39, 2, 41),
        ("bronze", "lines of files", 4233, 4211, 22, 0),
        ("silver", "order lines", 4189, 4171, 18, 0),
        ("gold", "order lines", 4171, 4171, 0, 0),
        ("decisions", "eaches", 3960, 3711, 249, 0),
        ("instructions", "allocated lines", 3711, 3711, 0, 9),
    )
    keys = ("room", "unit", "rows_in", "rows_out", "set_aside", "file_count")
    return [
        {
            **dict(zip(keys, room, strict=True)),
            "room_no": n,
            "as_of": AS_OF,
            "run_id": RUN,
        }
        for n, room in enumerate(rooms, 1)
    ]


def _quarantine() -> list[dict[str, object]]:
    codes = ("UNKNOWN_SKU", "BAD_QTY", "CARD_NUMBER", "UNKNOWN_SKU", "RAGGED_LINE")
    return [
        {
            "room": "silver" if code == "UNKNOWN_SKU" else "bronze",
            "partner_id": "marketplace",
            "document": "orders",
            "code": code,
            "column_name": "sku",
            "message": "The value cannot be used.",
            "masked_value": "4…1",
            "order_id": "marketplace/9999" if code == "UNKNOWN_SKU" else None,
            "file_name": "orders_20171229.txt",
            "payload_sha256": "d4" * 32,
            "payload_line": 17 + n,
            "received_at": AS_OF - timedelta(hours=5),
            "landing_id": 3,
        }
        for n, code in enumerate(codes)
    ]


def _proofs() -> list[dict[str, object]]:
    proofs = (
        ("line buckets sum to ordered", "arithmetic", 155_000, 0, None),
        ("opening + in - out = closing", "arithmetic", 61_000, 0, None),
        ("unit movements sum to zero", "arithmetic", 420_000, 0, None),
        ("commitments are covered", "commitment", 61_000, 2, "DC-EAST SKU31"),
    )
    keys = ("proof", "kind", "checked_rows", "failed_rows", "example")
    return [
        {
            **dict(zip(keys, proof, strict=True)),
            "is_passed": proof[3] == 0,
            "as_of": AS_OF,
            "run_id": RUN,
        }
        for proof in proofs
    ]
