"""The day of ``data/samples/one_day``: laid into a house, run, and read back.

The sample's files keep their hour of arrival in ``arrivals.csv`` because git
keeps none. ``expected/`` holds what the two runs must give.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from orchestration.cli.demo import put_in_drop
from orchestration.cli.execution import Outcome, execute
from orchestration.cli.rebuild import hashed_tables
from orchestration.cli.trial import NIGHT, SAMPLE, sample_day
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.lakehouse import Lakehouse
from transforms.contracts.simulation import NamedBytes

EXPECTED = SAMPLE / "expected"
VAULT_KEY = "11" * 32
"""A fixed key: tokens are keyed hashes, so equal tables need equal keys."""

NOON = datetime(2017, 12, 28, 17, tzinfo=UTC)
"""12:00 the next day: the partners have answered."""
INSTANTS = (NIGHT, NOON)


def deliveries() -> list[NamedBytes]:
    """Every file of the sample with its hour of arrival."""
    return list(sample_day())


def run(home: Home, *instants: datetime) -> list[Outcome]:
    """Run the house as of each instant, oldest first."""
    house = House.open(home.root)
    try:
        return [execute(house, instant) for instant in instants]
    finally:
        house.close()


def played(root: Path, files: Iterable[NamedBytes] | None = None) -> Home:
    """A new house that ran both instants on ``files`` (default: the sample)."""
    home = Home.at(root)
    put_in_drop(home, deliveries() if files is None else files)
    run(home, *INSTANTS)
    return home


def copied(home: Home, root: Path) -> Home:
    """A house of its own with everything that ``home`` has."""
    shutil.copytree(home.root, root)
    return Home.at(root)


def hashes(home: Home) -> dict[str, str]:
    """Row count and content hash of every hashed table."""
    lake = Lakehouse(home, is_reader=True)
    try:
        return {
            table.path: lake.content_hash(table.path, table.content_names)
            for table in hashed_tables()
        }
    finally:
        lake.close()


def query(home: Home, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
    """What SQL says about the house's lake."""
    lake = Lakehouse(home, is_reader=True)
    try:
        return lake.query(sql, list(parameters))
    finally:
        lake.close()


def outbox(home: Home) -> dict[str, bytes]:
    """What partners can fetch: ``partner/name`` → bytes, manifests included."""
    return {
        str(path.relative_to(home.outbox)): path.read_bytes()
        for path in sorted(home.outbox.rglob("*"))
        if path.is_file() and ".sent" not in path.parts
    }


NEWEST_PROOFS = """
    select proof from lake.decisions.proofs
    where as_of = (select max(as_of) from lake.decisions.proofs)
"""
"""What the newest run proved."""

TABLES = {
    "allocations.csv": """
        select as_of, line_id, node_id, sku_id, qty, service_code, ship_date,
            freight_minor, processing_minor, split_minor, lateness_minor, total_minor
        from lake.decisions.allocations order by all""",
    "backorders.csv": """
        select as_of, line_id, sku_id, qty, reason_code, expected_date
        from lake.decisions.backorders order by all""",
    "line_buckets.csv": """
        select line_id, sku_id, ordered_qty, pending_qty, backordered_qty,
            allocated_qty, released_qty, shipped_qty, delivered_qty, cancelled_qty,
            overshipped_qty, line_status
        from lake.decisions.line_buckets order by all""",
    "rejects.csv": """
        select l.file_name, r.payload_line, r.column_name, r.code, r.masked_value
        from lake.bronze.rejects as r
        inner join lake.bronze.landing_ledger as l using (landing_id)
        order by all""",
    "exceptions.csv": """
        select code, subject, owner, detail, opened_at, closed_at
        from lake.decisions.exceptions order by all""",
    "stock_positions.csv": """
        select node_id, sku_id, available_qty, damaged_qty, hold_qty, allocated_qty,
            released_qty
        from lake.decisions.stock_positions order by all""",
}
"""Golden tables: file → what it holds of the lake after both runs."""


def golden(home: Home) -> dict[str, bytes]:
    """What ``expected/`` must hold: golden tables and delivered files."""
    tables = {
        name: query(home, sql).write_csv().encode() for name, sql in TABLES.items()
    }
    files = {
        f"outbox/{name}": content
        for name, content in outbox(home).items()
        if not name.endswith(".manifest.json")
    }
    return tables | files
