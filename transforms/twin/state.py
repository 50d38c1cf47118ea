"""What the twin remembers between two calls: shelves, plans, mail, faults.

A value: every call takes one and gives a new one. Not here: what changes it
(``day``, ``answer``).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from transforms.contracts.simulation import PLANTED_FAULTS, NamedBytes
from transforms.contracts.table import INSTANT, INTEGER, TEXT

SHELVES = pl.Schema(
    {
        "node_ref": TEXT,
        "product_id": INTEGER,
        "available_qty": INTEGER,
        "damaged_qty": INTEGER,
    }
)
MOVEMENTS = pl.Schema(
    {"at": INSTANT, "node_ref": TEXT, "product_id": INTEGER, "qty": INTEGER}
)
OPEN_WORK = pl.Schema(
    {
        "node_ref": TEXT,
        "product_id": INTEGER,
        "qty": INTEGER,
        "acked_at": INSTANT,
        "done_at": INSTANT,
    }
)


@dataclass(frozen=True)
class State:
    """The simulated world at an instant.

    Args:
        clock: everything up to here has happened and been sent.
        shelves: true stock per node and SKU (``SHELVES``).
        movements: what will move sound stock later (``MOVEMENTS``, signed).
        open_work: acknowledged instruction lines not yet done (``OPEN_WORK``).
        mail: files on their way, by arrival.
        answered: instruction ids that were answered before.
        planted: faults so far (``PLANTED_FAULTS``).
    """

    clock: datetime
    shelves: pl.DataFrame
    movements: pl.DataFrame
    open_work: pl.DataFrame
    mail: tuple[NamedBytes, ...]
    answered: frozenset[str]
    planted: pl.DataFrame

    def to_bytes(self) -> bytes:
        """The state as JSON; equal states give equal bytes."""
        document = {
            "clock": self.clock.isoformat(),
            "shelves": self.shelves.write_csv(),
            "movements": self.movements.write_ndjson(),
            "open_work": self.open_work.write_ndjson(),
            "mail": [_spelled(file) for file in self.mail],
            "answered": sorted(self.answered),
            "planted": self.planted.write_ndjson(),
        }
        return json.dumps(document, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> State:
        """The state ``to_bytes`` wrote."""
        document = json.loads(content)
        return cls(
            clock=datetime.fromisoformat(document["clock"]),
            shelves=pl.read_csv(document["shelves"].encode(), schema=SHELVES),
            movements=_frame(document["movements"], MOVEMENTS),
            open_work=_frame(document["open_work"], OPEN_WORK),
            mail=tuple(_read(file) for file in document["mail"]),
            answered=frozenset(document["answered"]),
            planted=_frame(document["planted"], PLANTED_FAULTS.schema),
        )

    def posted(self, files: Iterable[NamedBytes]) -> State:
        """With more mail, in order of arrival, sender and name."""
        mail = sorted(
            [*self.mail, *files], key=lambda f: (f.received_at, f.partner_id, f.name)
        )
        return replace(self, mail=tuple(mail))

    def scheduled(self, movements: pl.DataFrame) -> State:
        """With more movements to come."""
        added = pl.concat([self.movements, movements.select(list(MOVEMENTS))])
        return replace(
            self, movements=added.sort("at", "node_ref", "product_id", "qty")
        )


def moved_until(state: State, until: datetime) -> State:
    """The state with every movement up to an instant applied to the shelves.

    Nothing is clamped: what the books cannot explain may turn negative.
    """
    due = state.movements.filter(pl.col("at") <= until)
    if not due.height:
        return replace(state, clock=until)
    change = due.group_by("node_ref", "product_id").agg(pl.col("qty").sum())
    joined = state.shelves.join(
        change, on=["node_ref", "product_id"], how="full", coalesce=True
    )
    shelves = joined.select(
        "node_ref",
        "product_id",
        (pl.col("available_qty").fill_null(0) + pl.col("qty").fill_null(0)).alias(
            "available_qty"
        ),
        pl.col("damaged_qty").fill_null(0),
    ).sort("node_ref", "product_id")
    later = state.movements.filter(pl.col("at") > until)
    return replace(state, clock=until, shelves=shelves, movements=later)


def _spelled(file: NamedBytes) -> list[str]:
    content = base64.b64encode(file.content).decode()
    return [file.partner_id, file.name, content, file.received_at.isoformat()]


def _read(file: list[str]) -> NamedBytes:
    partner_id, name, content, at = file
    return NamedBytes(
        partner_id, name, base64.b64decode(content), datetime.fromisoformat(at)
    )


def _frame(lines: str, schema: pl.Schema) -> pl.DataFrame:
    rows = [json.loads(line) for line in lines.splitlines()]
    instants = [name for name, dtype in schema.items() if dtype == INSTANT]
    loose = {**schema, **dict.fromkeys(instants, pl.String())}
    frame = pl.DataFrame(rows, schema=loose, orient="row")
    return frame.with_columns(
        pl.col(instants).str.to_datetime(time_zone="UTC", time_unit="us")
    )
