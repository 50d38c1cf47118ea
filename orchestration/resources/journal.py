"""Our own decisions as landed documents of the partner ``self``.

Each run lands what it decided; a rebuild recalls that instead of deciding
again, so it gives equal tables even when rules and code have moved on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from orchestration.resources.landing import Arrival, Incoming, Landing
from transforms.contracts.arrivals import ANSWER_FILES, FILE_RECEIPTS
from transforms.contracts.decisions import (
    ALLOCATION_CERTIFICATES,
    ALLOCATION_LOTS,
    ALLOCATION_PRICES,
    ALLOCATIONS,
    AVAILABLE_TO_PROMISE,
    BACKORDERS,
    CANCEL_REQUESTS,
    CHANNEL_AVAILABILITY,
    CORRECTED_INSTRUCTIONS,
    DECISION_TRACE,
    EXCEPTIONS,
    EXPIRED_BACKORDERS,
    FILE_DELIVERIES,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    NODE_CONFIDENCE,
    NODE_GATES,
    OPEN_DEMAND,
    ORDER_FLOORS,
    OUTBOX_FILES,
    OWN_EVENTS,
    PAYMENT_REQUESTS,
    PROOFS,
    RUNS,
    SHELF_LIFE_LIMITS,
    STOCK_VARIANCES,
    SUBSTITUTED_LINES,
    SUBSTITUTES,
)
from transforms.contracts.table import DATE, INSTANT, INTEGER, TEXT, Table
from transforms.contracts.telling import TOLD_ROWS

JOURNALED: tuple[Table, ...] = (
    RUNS,
    OWN_EVENTS,
    SUBSTITUTED_LINES,
    STOCK_VARIANCES,
    NODE_CONFIDENCE,
    NODE_GATES,
    AVAILABLE_TO_PROMISE,
    SHELF_LIFE_LIMITS,
    CHANNEL_AVAILABILITY,
    OPEN_DEMAND,
    ALLOCATIONS,
    ALLOCATION_LOTS,
    ALLOCATION_PRICES,
    ORDER_FLOORS,
    ALLOCATION_CERTIFICATES,
    BACKORDERS,
    EXPIRED_BACKORDERS,
    SUBSTITUTES,
    DECISION_TRACE,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    CANCEL_REQUESTS,
    CORRECTED_INSTRUCTIONS,
    PAYMENT_REQUESTS,
    OUTBOX_FILES,
    TOLD_ROWS,
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
DECIDED, DELIVERED, RULES = "self_", "deliveries_", "rules_"
"""Beginnings of our documents' names: of a run's choices, of files that left, of the
rules that it decided by."""

NOTHING: dict[pl.DataType, object] = {INTEGER: 0, TEXT: "NONE"}
"""What stands for a cell that an older version did not land, by type."""

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
        content = _document(run_id, as_of, frames, JOURNALED)
        return self._land(f"{DECIDED}{{}}_{run_id}.jsonl", as_of, content)

    def land_deliveries(self, run_id: str, at: datetime, rows: pl.DataFrame) -> Arrival:
        """Land what became of files that leave, as a document of its own.

        Deliveries come after the run's choices were landed, and between runs.

        Args:
            run_id: who delivered: a run, or the name of a command.
            at: when.
            rows: FILE_DELIVERIES.
        """
        frames = {FILE_DELIVERIES.name: rows}
        content = _document(run_id, at, frames, (FILE_DELIVERIES,))
        digest = hashlib.sha256(content).hexdigest()[:12]
        return self._land(f"{DELIVERED}{{}}_{digest}.jsonl", at, content)

    def keep_rules(
        self, run_id: str, as_of: datetime, rules_hash: str, texts: Mapping[str, str]
    ) -> None:
        """Land the rules of a run, once for all runs that are decided by them.

        Args:
            run_id: the first of those runs.
            as_of: its instant.
            rules_hash: of the folder that they were read from.
            texts: file name → what it says.
        """
        if self.rules(rules_hash) is None:
            content = _rules_document(run_id, as_of, texts)
            self._land(f"{RULES}{rules_hash}.jsonl", as_of, content)

    def rules(self, rules_hash: str) -> dict[str, str] | None:
        """File name → text of the rules of a hash; None where no run kept them."""
        name = f"{RULES}{rules_hash}.jsonl"
        for arrival in self._documents(name):
            lines = self._landing.read(arrival.payload_sha256).splitlines()
            rows = [json.loads(line)["row"] for line in lines]
            return {row["file_name"]: row["text"] for row in rows}
        return None

    def deliveries(self, as_of: datetime, known: Collection[int]) -> pl.DataFrame:
        """FILE_DELIVERIES that were landed by ``as_of`` and are not known yet.

        Args:
            as_of: later documents are left for later.
            known: ledger rows of documents that were read before.
        """
        read = [
            self._frames(one, (FILE_DELIVERIES,))[FILE_DELIVERIES.name].with_columns(
                landing_id=pl.lit(one.landing_id, INTEGER)
            )
            for one in self._documents(DELIVERED)
            if one.received_at <= as_of and one.landing_id not in known
        ]
        return pl.concat([FILE_DELIVERIES.empty(), *read])

    def _land(self, name: str, at: datetime, content: bytes) -> Arrival:
        return self._landing.land(
            Incoming(
                partner_id="self",
                feed=FEED,
                document=DOCUMENT,
                format=FORMAT,
                file_name=name.format(at.strftime("%Y%m%dT%H%M%S")),
                content=content,
                received_at=at,
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

    def _documents(self, beginning: str = DECIDED) -> list[Arrival]:
        return [a for a in self._landing.named("self", beginning) if a.is_readable]

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
    run_id: str,
    as_of: datetime,
    frames: Mapping[str, pl.DataFrame],
    tables: Sequence[Table],
) -> bytes:
    """JSON lines: run, instant, table and row, in contract order."""
    lines: list[str] = []
    for table in tables:
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


def _rules_document(run_id: str, as_of: datetime, texts: Mapping[str, str]) -> bytes:
    """JSON lines of the same shape, one of each file of policies, by name."""
    lines = [
        json.dumps(
            {
                "run_id": run_id,
                "as_of": as_of.isoformat(),
                "table_name": "policy_files",
                "row": {"file_name": name, "text": texts[name]},
            },
            separators=(",", ":"),
        )
        for name in sorted(texts)
    ]
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
    typed = frame.select(
        _typed(pl.col(column.name), column.dtype) for column in table.columns
    )
    return typed.with_columns(
        # A version before this one did not know the column: nothing stood there.
        pl.lit(NOTHING[column.dtype]).alias(column.name)
        for column in table.columns
        if not column.is_nullable
        and column.dtype in NOTHING
        and typed[column.name].null_count() == typed.height
    )


def _typed(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == INSTANT:
        return cell.str.to_datetime(time_unit="us", time_zone="UTC")
    return cell.str.to_date() if dtype == DATE else cell
