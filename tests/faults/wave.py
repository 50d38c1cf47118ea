"""A small house whose waves release, commit and deliver; no Dagster, no dbt.

Three partners: one fetches by itself, one has a folder, one an SFTP server. A wave
releases what nobody has released yet, as a run does, so one that is made again
after a crash shows whether it knows what it did; the second corrects one of the
first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.cli.rebuild import hashed_tables
from orchestration.resources import house as opening
from orchestration.resources.cancel_facts import open_lines, orders_corrected, takes
from orchestration.resources.choices import record
from orchestration.resources.dispatch import (
    commit_run,
    finish_committed,
    render_orders,
)
from orchestration.resources.house import House
from orchestration.resources.intake import ledger_unread, load_document
from orchestration.resources.partners import Instruction, PartnerProfile, partner
from orchestration.resources.transports.settings import FolderSettings, SftpSettings
from transforms.contracts.decisions import (
    ALLOCATIONS,
    CORRECTED_INSTRUCTIONS,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    OWN_EVENTS,
)
from transforms.contracts.documents import SELF_DECISIONS
from transforms.contracts.gold import (
    DIM_NODES,
    DIM_PRODUCTS,
    FCT_INSTRUCTION_CORRECTIONS,
    FCT_ORDER_EVENTS,
    FCT_ORDER_LINES,
    FCT_ORDERS,
)
from transforms.contracts.table import Table
from transforms.instructions.correct import judge_corrections, replaced_orders
from transforms.instructions.release import ReleasePolicy, instruction_id, release

FIRST = datetime(2017, 12, 28, 5, tzinfo=UTC)
WAVES = (FIRST, FIRST + timedelta(hours=12))
ORDERS_A_WAVE = 6
CORRECTION: dict[str, object] = dict.fromkeys(FCT_INSTRUCTION_CORRECTIONS.names) | {
    "correction_id": "operators/K-1",
    "instruction_id": instruction_id("shipping_orders", "near", "shop/0", "NEAR", 1),
    "service_code": "EXPEDITED",
    "author": "ann",
    "corrected_at": FIRST + timedelta(hours=1),
    "partner_id": "operators",
    "payload_sha256": "",
    "payload_line": 1,
    "known_at": FIRST + timedelta(hours=1),
    "landing_id": 0,
}
"""Of an instruction of the first wave."""
KNOWN_TO_POLICIES = ("self", "business", "marketplace", "stores", "web_shop")
"""Ourselves, and channels that rules name: a rule for nobody is refused."""
FORMATS = {"near": "x12_940", "far": "csv_shipping_orders", "sftp": "x12_940"}


@dataclass(frozen=True)
class Place:
    """Where a house lies, and how its third partner is reached.

    Args:
        root: folder of the house.
        port: of the SFTP server.
        folder: of this house on the server.
    """

    root: Path
    port: int
    folder: str


def laid(place: Place) -> None:
    """Make the house with the gold tables that instructions are written from."""
    house = House.open(place.root)
    house.lake.execute("create schema if not exists lake.gold")
    for table, rows in _gold().items():
        with house.lake.holding(rows=pl.DataFrame(rows, schema=table.schema)):
            house.lake.execute(f"create table lake.{table.path} as from rows")
    house.close()


def wave(place: Place, as_of: datetime) -> None:
    """Release, commit and deliver as of an instant; finish it if it is committed."""
    # Reading everybody's profile and the code would take longer than the wave, and
    # code that somebody changes meanwhile would give the run another id.
    opening.code_hash = lambda: "as it stands"
    known = {name: partner(name) for name in KNOWN_TO_POLICIES}
    opening.partners = lambda: known | _partners(place)
    house = House.open(place.root)
    with house.lake.lease():
        house.begin(as_of)
        if not house.is_committed:
            load_document(house, SELF_DECISIONS, lambda _: None)
            ledger_unread(house)
            _decide(house)
            for name, format_name in FORMATS.items():
                render_orders(house, house.partners[name], format_name)
            commit_run(house)
        finish_committed(house)
    house.close()


def told(place: Place) -> dict[str, Any]:
    """What must be the same whatever was killed: tables, ledger, control numbers."""
    house = House.open(place.root)
    sent = ("decisions", "instructions")
    tables = [t for t in hashed_tables() if t.room in sent or t is SELF_DECISIONS]
    found = {
        "hashes": {
            table.path: house.lake.content_hash(table.path, table.content_names)
            for table in tables
        },
        "landed": sorted(
            [a.partner_id, a.file_name, a.payload_sha256, a.verdict]
            for a in house.landing.arrivals()
        ),
        "numbers": house.lake.query(
            "select partner_id, list(control_ref::int order by control_ref::int)"
            " from lake.instructions.outbox_files group by 1 order by 1"
        ).rows(),
        "units": house.lake.query(
            "select line_id, count(*), sum(qty) from lake.decisions.own_events"
            " group by 1 order by 1"
        ).rows(),
        "replaced": house.lake.query(
            "select said.file_name, told.file_name, told.service_code"
            " from lake.instructions.corrected_instructions as said"
            " inner join lake.instructions.fulfilment_orders as told"
            " using (instruction_id) where outcome = 'REPLACED'"
        ).rows(),
        "waiting": len(house.outbox.undelivered()),
    }
    house.close()
    return found


def _decide(house: House) -> None:
    """Release the orders of this wave and before that nobody has released yet."""
    done = house.lake.query("select distinct line_id from lake.decisions.own_events")
    asked = _demand(house.run.as_of).join(done, on="line_id", how="anti")
    corrected = _corrected(house)
    decision = release(
        asked,
        house.lake.read(FULFILMENT_ORDERS),
        house.lake.read(DIM_NODES),
        ReleasePolicy({"3pl": 4}),
        house.run.as_of,
    )
    chosen: Mapping[Table, pl.DataFrame] = {
        CORRECTED_INSTRUCTIONS: corrected,
        FULFILMENT_ORDERS: pl.concat(
            [
                decision.fulfilment_orders,
                replaced_orders(
                    corrected, orders_corrected(house, corrected), house.run.as_of
                ),
            ],
            how="diagonal",
        ),
        INSTRUCTION_LINES: decision.instruction_lines,
        OWN_EVENTS: decision.events,
    }
    stamped = {table: house.run.stamped(rows) for table, rows in chosen.items()}
    record(house, "instructions/fulfilment_orders", stamped)


def _corrected(house: House) -> pl.DataFrame:
    """What the second wave tells again, unless somebody has."""
    done = house.lake.read(CORRECTED_INSTRUCTIONS)
    corrections = pl.DataFrame([CORRECTION], FCT_INSTRUCTION_CORRECTIONS.schema)
    asked = corrections.filter(pl.col("corrected_at") <= house.run.as_of)
    new = asked.join(done, on="correction_id", how="anti")
    return judge_corrections(
        new,
        orders_corrected(house, new),
        open_lines(house, new),
        {name: takes(house, name) for name in FORMATS},
        house.run.as_of,
    )


def _demand(as_of: datetime) -> pl.DataFrame:
    waves = sum(moment <= as_of for moment in WAVES)
    nodes = [*FORMATS]
    return pl.DataFrame(
        [
            {
                "line_id": f"shop/{order}/{line}",
                "order_id": f"shop/{order}",
                "sku_id": f"S{line}",
                "node_id": nodes[order % len(nodes)].upper(),
                "qty": order + line,
                "ship_date": date(2017, 12, 29),
                "service_code": "STANDARD",
                "packed_in": "NONE",
            }
            for order in range(waves * ORDERS_A_WAVE)
            for line in (1, 2)
        ],
        schema=ALLOCATIONS.schema,
    )


def _partners(place: Place) -> dict[str, PartnerProfile]:
    ways: dict[str, Any] = {
        "near": FolderSettings(),
        "far": FolderSettings(outbox="far"),
        "sftp": SftpSettings(
            kind="sftp",
            host="127.0.0.1",
            port=place.port,
            user="harbor",
            secret="HARBOR_PASSWORD",  # noqa: S106 # pragma: allowlist secret: its name
            known_hosts=str(place.root.parent / "known_hosts"),
            outbox=place.folder,
        ),
    }
    return {
        name: PartnerProfile(
            partner_id=name,
            display_name=name.title(),
            role="3pl",
            owner="team:logistics",
            interchange_id=name.upper(),
            transport=ways[name],
            corrections="replace" if name == "near" else "cancel",
            instructions=(Instruction(name="shipping_orders", format=format_name),),
        )
        for name, format_name in FORMATS.items()
    }


def _gold() -> dict[Table, list[dict[str, object]]]:
    node = {"node_kind": "3pl", "zone": "America/New_York"}
    order = {
        "ordered_at": FIRST,
        "region_code": "NY",
        "country_code": "US",
    }
    return {
        DIM_NODES: [
            node | {"node_id": name.upper(), "operator_id": name} for name in FORMATS
        ],
        DIM_PRODUCTS: [
            {"sku_id": f"S{n}", "product_name": f"Tea {n}", "grams": 100 * n}
            for n in (1, 2)
        ],
        FCT_INSTRUCTION_CORRECTIONS: [CORRECTION],
        FCT_ORDER_EVENTS: [],
        FCT_ORDER_LINES: [
            {"line_id": f"shop/{n}/1", "order_id": f"shop/{n}", "ordered_at": FIRST}
            for n in range(len(WAVES) * ORDERS_A_WAVE)
        ],
        FCT_ORDERS: [
            order | {"order_id": f"shop/{n}", "order_name": f"#{n}"}
            for n in range(len(WAVES) * ORDERS_A_WAVE)
        ],
    }
