"""All reconciliations of many lines, beside the least that a join of them costs.

    python tests/bench/reconcile.py [lines, 1000000 unless told]

Orders of two lines and one parcel, each authorised, captured, acknowledged, shipped,
scanned and settled, and as many counts of stock; one in fifty is wrong. The floor is
what any comparison must do: DuckDB joins both sides in full on their key, and sums
one of them. Wall and processor seconds; on a busy machine look at the latter, over
two cores.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from time import perf_counter, process_time

import duckdb
import polars as pl
from reconcile_facts import (
    AS_OF,
    AT,
    acknowledgements_of,
    claims_of,
    confirmed_of,
    filled,
    instructions_of,
    lines_of,
    money_of,
    oversells_of,
    scans_of,
    stock_of,
)

from transforms.contracts.decisions import INSTRUCTION_LINES
from transforms.reconciliation.acknowledgements import acknowledged
from transforms.reconciliation.order_policy import OrderPolicy
from transforms.reconciliation.orders import reconcile_orders
from transforms.reconciliation.oversells import explain_oversells
from transforms.reconciliation.parcels import (
    ParcelPolicy,
    confirmed_parcels,
    reconcile_parcels,
)
from transforms.reconciliation.payment_policy import PaymentPolicy
from transforms.reconciliation.payments import reconcile_payments
from transforms.reconciliation.shipments import reconcile_shipments
from transforms.reconciliation.stock import reconcile_stock
from transforms.reconciliation.trust import TrustPolicy

LIMIT_SECONDS = 15
"""Of all reconciliations of a million lines, on two cores."""
NEXT_DAY = AT + timedelta(days=1)
STALE_HOURS = 24

Sides = tuple[pl.DataFrame, pl.DataFrame, list[str]]


def timed(name: str, work: Callable[[], int]) -> tuple[float, float]:
    """Wall and processor seconds of some work, told with its rows."""
    wall, processor = perf_counter(), process_time()
    rows = work()
    spent = perf_counter() - wall, process_time() - processor
    sys.stdout.write(f"{name:<28}{rows:>10,} {spent[0]:>7.2f} s {spent[1]:>7.2f} s\n")
    return spent


def floor(left: pl.DataFrame, right: pl.DataFrame, key: list[str]) -> int:
    """One full join of two sides and one sum of the second, by DuckDB."""
    names = ", ".join(key)
    with duckdb.connect(config={"threads": 2}) as db:
        db.register("one", left.select(key).to_arrow())
        db.register("other", right.select(key).to_arrow())
        joined = db.execute(
            f"create table joined as select {names}, n from one full join (select"
            f" {names}, count(*) as n from other group by all) using ({names})"
        ).fetchone()
    return int(joined[0]) if joined else 0


def _rows(work: Callable[[], pl.DataFrame]) -> int:
    return work().height


def sides_and_work(
    count: int,
) -> tuple[dict[str, Sides], dict[str, Callable[[], pl.DataFrame]]]:
    """Of each comparison its two sides with their key, and the comparison."""
    lines = lines_of(count)
    money, claims, stock = money_of(lines), claims_of(lines), stock_of(count)
    said, scans = confirmed_of(lines), scans_of(lines)
    asked, sold = filled(lines, INSTRUCTION_LINES), oversells_of(lines)
    told = instructions_of(lines)
    acks = acknowledgements_of(told)
    promises = pl.DataFrame(schema={"line_id": pl.String, "promise_date": pl.Date})
    shipped = said.filter(pl.col("event_type") == "SHIPPED")
    parcels = confirmed_parcels(shipped, lines, promises)
    heard = acknowledged(told, acks).select(
        "instruction_id", "status_code", "acknowledged_at", told_at=pl.lit(AS_OF)
    )
    sent = acks.rename({"interchange_ref": "control_ref"})
    sides: dict[str, Sides] = {
        "orders": (claims.ours, claims.settled, ["order_id"]),
        "stock": (stock.snapshots, stock.units, ["node_id", "sku_id"]),
        "acknowledgements": (told, sent, ["control_ref", "set_ref"]),
        "shipments": (asked, said, ["instruction_id", "instruction_line_ref"]),
        "parcels": (parcels, scans, ["tracking_ref"]),
        "payments": (money.lines, money.payments, ["order_id"]),
        "oversells": (sold.promised, sold.missed, ["line_id"]),
    }
    return sides, {
        "orders": lambda: reconcile_orders(claims, AS_OF, OrderPolicy()),
        "stock": lambda: reconcile_stock(stock, NEXT_DAY, TrustPolicy()).variances,
        "acknowledgements": lambda: acknowledged(told, acks),
        "shipments": lambda: reconcile_shipments(asked, said, heard),
        "parcels confirmed": lambda: confirmed_parcels(shipped, lines, promises),
        "parcels": lambda: reconcile_parcels(parcels, scans, AS_OF, ParcelPolicy()),
        "payments": lambda: reconcile_payments(money, AS_OF, PaymentPolicy()),
        "oversells": lambda: explain_oversells(sold, STALE_HOURS),
    }


def main(count: int) -> None:
    """Print what each reconciliation of ``count`` lines costs, and the floor."""
    sides, comparisons = sides_and_work(count)
    sys.stdout.write(f"{'':<28}{'rows':>10} {'wall':>9} {'processor':>9}\n")
    floors = [
        timed(f"floor: {name}", partial(floor, *pair)) for name, pair in sides.items()
    ]
    spent = [timed(name, partial(_rows, work)) for name, work in comparisons.items()]
    wall, processor = (sum(column) for column in zip(*spent, strict=True))
    least = sum(seconds for _, seconds in floors)
    sys.stdout.write(
        f"all: {wall:.1f} s wall, {processor / 2:.1f} s of two cores"
        f" (limit {LIMIT_SECONDS} s a million lines),"
        f" {processor / least:.1f} times the floor\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
