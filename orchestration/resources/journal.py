"""Our own decisions as landed documents of the partner ``self``.

Each run lands what it decided; a rebuild recalls that instead of deciding
again, so it gives equal tables even when rules and code have moved on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from orchestration.resources.landing import Arrival, Incoming, Landing
from transforms.contracts.arrivals import ANSWER_FILES, FILE_RECEIPTS
from transforms.contracts.decisions import (
    ALLOCATIONS,
    AVAILABLE_TO_PROMISE,
    BACKORDERS,
    DECISION_TRACE,
    EXCEPTIONS,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    NODE_CONFIDENCE,
    OPEN_DEMAND,
    OUTBOX_FILES,
    OWN_EVENTS,
    PROOFS,
    RUNS,
    STOCK_VARIANCES,
)
from transforms.contracts.table import DATE, INSTANT, TEXT, Table

JOURNALED: tuple[Table, ...] = (
    RUNS,
    OWN_EVENTS,
    STOCK_VARIANCES,
    NODE_CONFIDENCE,
    AVAILABLE_TO_PROMISE,
    OPEN_DEMAND,
    ALLOCATIONS,
    BACKORDERS,
    DECISION_TRACE,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    OUTBOX_FILES,
    EXCEPTIONS,
    PROOFS,
    FILE_RECEIPTS,
    ANSWER_FILES,
)
"""Choices: what another version of the rules or the code could decide otherwise.

The rest of ``decisions`` is arithmetic over documents and these. Forecasts are
left out for their size: they are made again from the same history.

The run's one row and then its events, by id, come first: timelines name the
line of an event (``dbt_project/macros/journal.sql``), and neither table has rows
that a later run puts others in place of.
"""

FEED, DOCUMENT, FORMAT = "self_decisions", "self_decisions", "jsonl_self_decisions"

Frames = dict[str, pl.DataFrame]


class Journal:
    """Writes a run's choices to landing and reads them back."""

    def __init__(self, landing: Landing) -> None:
        """A journal over ``landing``."""
        self._landing = landing
        self._recalled: dict[str, Frames] = {}

    def land(
        self, run_id: str, as_of: datetime, frames: Mapping[str, pl.DataFrame]
    ) -> Arrival:
        """Land the choices of a run as one document of the partner ``self``."""
        stamp = as_of.strftime("%Y%m%dT%H%M%S")
        return self._landing.land(
            Incoming(
                partner_id="self",
                feed=FEED,
                document=DOCUMENT,
                format=FORMAT,
                file_name=f"self_{stamp}_{run_id}.jsonl",
                content=_document(run_id, as_of, frames),
                received_at=as_of,
            )
        )

    def landed(self) -> set[str]:
        """Ids of the runs whose decisions are landed, read from the files' names."""
        return {_run_of(arrival) for arrival in self._documents()}

    def runs(self) -> list[dict[str, Any]]:
        """The recorded runs (rows of RUNS), oldest first."""
        rows = [
            row
            for arrival in self._documents()
            for row in self._frames(arrival, (RUNS,))[RUNS.name].to_dicts()
        ]
        return sorted(rows, key=lambda row: (row["as_of"], row["run_id"]))

    def recall(self, run_id: str) -> Frames:
        """The choices of a recorded run, by table name.

        Raises:
            KeyError: the run never landed its decisions.
        """
        if run_id not in self._recalled:
            self._recalled = {run_id: self._read(run_id)}
        return self._recalled[run_id]

    def _read(self, run_id: str) -> Frames:
        for arrival in self._documents():
            if run_id == _run_of(arrival):
                return self._frames(arrival, JOURNALED)
        raise KeyError(f"no decisions of run {run_id} in landing")

    def _documents(self) -> list[Arrival]:
        return [
            a
            for a in self._landing.arrivals()
            if a.document == DOCUMENT and a.is_readable
        ]

    def _frames(self, arrival: Arrival, tables: tuple[Table, ...]) -> Frames:
        rows: dict[str, list[str]] = {table.name: [] for table in tables}
        for line in self._landing.read(arrival.payload_sha256).decode().splitlines():
            name, row = _parted(line)
            if name not in rows:
                # Tables stand in the order of JOURNALED; the rest is not asked for.
                break
            rows[name].append(row)
        return {table.name: _from_rows(rows[table.name], table) for table in tables}


def _run_of(arrival: Arrival) -> str:
    return arrival.file_name.removesuffix(".jsonl").rsplit("_", 1)[-1]


def _parted(line: str) -> tuple[str, str]:
    """Table name and row text of a line, without reading the row."""
    head, _, row = line.partition(',"row":')
    return str(json.loads(head + "}")["table_name"]), row[:-1]


def _document(
    run_id: str, as_of: datetime, frames: Mapping[str, pl.DataFrame]
) -> bytes:
    """JSON lines: run, instant, table and row, in contract order."""
    lines: list[str] = []
    for table in JOURNALED:
        if table.name not in frames:
            continue
        head = json.dumps(
            {"run_id": run_id, "as_of": as_of.isoformat(), "table_name": table.name},
            separators=(",", ":"),
        )[:-1]
        ordered = frames[table.name].select(table.names)
        rows = ordered.write_ndjson().splitlines()
        lines += [f'{head},"row":{row}}}' for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _from_rows(rows: list[str], table: Table) -> pl.DataFrame:
    """Rows of a landed document as a frame of the table's types."""
    if not rows:
        return table.empty()
    spelled = {
        column.name: TEXT if column.dtype in {INSTANT, DATE} else column.dtype
        for column in table.columns
    }
    frame = pl.read_ndjson("\n".join(rows).encode(), schema=spelled)
    return frame.select(
        _typed(pl.col(column.name), column.dtype) for column in table.columns
    )


def _typed(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == INSTANT:
        return cell.str.to_datetime(time_unit="us", time_zone="UTC")
    return cell.str.to_date() if dtype == DATE else cell
