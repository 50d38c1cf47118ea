"""Instructions from decided to delivered, beside writing the same bytes.

    python tests/bench/outbox.py [instructions, 100000 unless told]

Two lines an instruction, to an X12, an EDIFACT and a CSV warehouse in equal parts:
released, rendered, stored (encrypted), committed, landed as decisions, delivered to
a folder. The goal is 30 s for 100,000. The floor writes and flushes the same bytes
once. Processor seconds stand beside those of the clock, which others share.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter, process_time

import polars as pl

from orchestration.resources.choices import record
from orchestration.resources.dispatch import (
    commit_run,
    finish_committed,
    render_orders,
)
from orchestration.resources.files import write_atomically
from orchestration.resources.house import House
from orchestration.resources.partners import Instruction, PartnerProfile
from transforms.contracts.decisions import (
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    OWN_EVENTS,
)
from transforms.contracts.gold import (
    DIM_NODES,
    DIM_PRODUCTS,
    FCT_ORDER_EVENTS,
    FCT_ORDER_LINES,
    FCT_ORDERS,
)
from transforms.contracts.table import Table
from transforms.instructions.release import ReleasePolicy, release

NIGHT = datetime(2017, 12, 28, 5, tzinfo=UTC)
FORMATS = ("x12_940", "edifact_insdes", "csv_shipping_orders")
SKUS = 5_000


def partners() -> dict[str, PartnerProfile]:
    """One warehouse a format."""
    return {
        name: PartnerProfile(
            partner_id=name,
            display_name=name,
            role="3pl",
            owner="team:logistics",
            interchange_id=name.upper()[:15],
            instructions=(Instruction(name="shipping_orders", format=name),),
        )
        for name in FORMATS
    }


def gold(instructions: int) -> dict[Table, pl.DataFrame]:
    """What instructions are written from; the people are nobody's."""
    node = {"node_kind": "3pl", "zone": "America/New_York"}
    numbers = pl.DataFrame({"n": range(instructions)})
    return {
        DIM_NODES: pl.DataFrame(
            [node | {"node_id": name.upper(), "operator_id": name} for name in FORMATS]
        ),
        DIM_PRODUCTS: pl.DataFrame({"n": range(SKUS)}).select(
            sku_id=pl.format("S{}", "n"), product_name=pl.lit("Tea"), grams=pl.lit(100)
        ),
        FCT_ORDERS: numbers.select(
            order_id=pl.format("shop/{}", "n"),
            order_name=pl.format("#{}", "n"),
            ordered_at=pl.lit(NIGHT),
            region_code=pl.lit("NY"),
            country_code=pl.lit("US"),
        ),
        # Of these, how far back the orders of the instructions reach is read.
        FCT_ORDER_LINES: numbers.select(
            order_id=pl.format("shop/{}", "n"),
            line_id=pl.format("shop/{}/1", "n"),
            ordered_at=pl.lit(NIGHT),
        ),
        FCT_ORDER_EVENTS: FCT_ORDER_EVENTS.empty(),
    }


def allocated(instructions: int) -> pl.DataFrame:
    """Two lines an instruction."""
    numbers = pl.DataFrame({"n": range(instructions)})
    nodes = [name.upper() for name in FORMATS]
    return numbers.join(pl.DataFrame({"line": [1, 2]}), how="cross").select(
        line_id=pl.format("shop/{}/{}", "n", "line"),
        order_id=pl.format("shop/{}", "n"),
        sku_id=pl.format("S{}", (pl.col("n") * 7 + pl.col("line")) % SKUS),
        node_id=(pl.col("n") % len(nodes)).replace_strict(dict(enumerate(nodes))),
        qty=pl.col("n") % 5 + 1,
        ship_date=pl.lit(date(2017, 12, 29)),
        service_code=pl.lit("STANDARD"),
        packed_in=pl.lit("NONE"),
        kit_line_id=pl.lit(None, pl.String),
        kit_qty=pl.lit(None, pl.Int64),
    )


def laid(house: House, instructions: int) -> None:
    """The gold tables of a house."""
    house.lake.execute("create schema if not exists lake.gold")
    for table, rows in gold(instructions).items():
        whole = pl.concat(
            [pl.DataFrame(schema=table.schema), rows], how="diagonal_relaxed"
        )
        with house.lake.holding(rows=whole.select(table.names)):
            house.lake.execute(f"create table lake.{table.path} as from rows")


def decided(house: House, instructions: int) -> None:
    """Release all, as the asset does."""
    decision = release(
        allocated(instructions),
        FULFILMENT_ORDERS.empty(),
        house.lake.read(DIM_NODES),
        ReleasePolicy({"3pl": 4}),
        NIGHT,
    )
    chosen = {
        FULFILMENT_ORDERS: decision.fulfilment_orders,
        INSTRUCTION_LINES: decision.instruction_lines,
        OWN_EVENTS: decision.events,
    }
    record(house, "release", {t: house.run.stamped(rows) for t, rows in chosen.items()})


def timed(what: str, work: Callable[[], object]) -> float:
    """Print what a piece of work costs; its seconds by the clock."""
    clock, processor = perf_counter(), process_time()
    work()
    seconds = perf_counter() - clock
    sys.stdout.write(f"{what:<12}{seconds:8.2f} s{process_time() - processor:8.2f} s\n")
    return seconds


def main(instructions: int) -> None:
    """Print a table: step, seconds, processor seconds; then the ratio."""
    os.environ.setdefault("ORDERHOUSE_VAULT_KEY", "11" * 32)
    with tempfile.TemporaryDirectory() as folder:
        house = House.open(Path(folder) / "house")
        house.partners = partners()
        laid(house, instructions)
        house.begin(NIGHT)
        steps: dict[str, Callable[[], object]] = {
            "release": lambda: decided(house, instructions)
        }
        for name, partner in house.partners.items():
            steps[name.split("_")[-1]] = lambda p=partner, n=name: render_orders(
                house, p, n
            )
        steps |= {
            "commit": lambda: commit_run(house),
            "deliver": lambda: finish_committed(house),
            "again": lambda: finish_committed(house),
        }
        seconds = sum(timed(name, work) for name, work in steps.items())
        sent = [p for p in house.home.outbox.glob("*/*") if p.suffix != ".json"]
        contents = {p.name: p.read_bytes() for p in sent if p.is_file()}
        floor = timed("floor", lambda: written(Path(folder) / "floor", contents))
        house.close()
    size = sum(map(len, contents.values())) / 1e6
    sys.stdout.write(
        f"{instructions:,} instructions, {size:.1f} MB: {seconds:.1f} s,"
        f" {instructions / seconds:,.0f} a second, {seconds / floor:.0f} times the"
        " floor\n"
    )


def written(folder: Path, contents: dict[str, bytes]) -> None:
    """The same bytes, written and flushed once."""
    for name, content in contents.items():
        write_atomically(folder / name, content)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
