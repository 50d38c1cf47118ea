"""A recorded allocation decided once more, from the snapshot that it was decided on.

By the rules that the run kept, whatever they say now. Nothing is written. The lake
is read as the run left it; what the run itself wrote after it had decided is left out
by its id, as it was then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb
import polars as pl

from orchestration.resources.demand_facts import allocate_open_demand
from orchestration.resources.house import House, in_force
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.policies import Policies, code_hash
from orchestration.resources.run import Run
from transforms.allocation.allocate import Allocation
from transforms.contracts.decisions import (
    ALLOCATION_PRICES,
    ALLOCATIONS,
    BACKORDERS,
    DECISION_TRACE,
    EXPIRED_BACKORDERS,
    ORDER_FLOORS,
)
from transforms.contracts.table import Table

DECIDED = {
    ALLOCATIONS: "allocations",
    DECISION_TRACE: "trace",
    BACKORDERS: "backorders",
    EXPIRED_BACKORDERS: "expired",
    ALLOCATION_PRICES: "prices",
    ORDER_FLOORS: "floors",
}
"""Table → field of ``Allocation``."""

WHOLE = 100
"""Per cent."""


@dataclass(frozen=True)
class Compared:
    """One table as it was recorded and as it is decided again.

    Args:
        table: which.
        recorded: its rows of the run, without ``run_id``, by key.
        again: the same, decided now.
    """

    table: Table
    recorded: pl.DataFrame
    again: pl.DataFrame

    def drawn(self, run_id: str, share: int) -> Compared:
        """The same of so many per cent of the lines: by hash, others in each run.

        Whole where its rows are of no line and no order.
        """
        key = next((k for k in ("line_id", "order_id") if k in self.table.key), "")
        if share == WHOLE or not key:
            return self
        names = pl.concat([self.recorded[key], self.again[key]]).unique()
        is_drawn = [_is_drawn(f"{run_id} {name}", share) for name in names]
        mine = names.filter(pl.Series(is_drawn, dtype=pl.Boolean)).implode()
        return replace(
            self,
            recorded=self.recorded.filter(pl.col(key).is_in(mine)),
            again=self.again.filter(pl.col(key).is_in(mine)),
        )

    @property
    def hashes(self) -> tuple[str, str]:
        """sha256 of the rows, as recorded and as decided again."""
        return _digest(self.recorded), _digest(self.again)

    @property
    def other_rows(self) -> int:
        """Rows that only one of the two has."""
        names = self.recorded.columns
        sides = ((self.recorded, self.again), (self.again, self.recorded))
        return sum(
            one.join(two, on=names, how="anti", nulls_equal=True).height
            for one, two in sides
        )


@dataclass(frozen=True)
class RulesThen:
    """What a recorded run is decided by again.

    Args:
        policies: in force on its business date.
        are_others: the run kept none that can be read, and those of now are others.
        changed: files of the run's rules that say something else now.
        unread: why this version cannot read what the run kept; "" where it can.
    """

    policies: Policies
    are_others: bool = False
    changed: tuple[str, ...] = ()
    unread: str = ""


@dataclass(frozen=True)
class Redecided:
    """A run's allocation, twice.

    Args:
        snapshot: of the lake that both are decided on.
        tables: each compared.
        rules: what it is decided by again.
        has_other_code: the code is not that of the run.
    """

    snapshot: int
    tables: list[Compared]
    rules: RulesThen
    has_other_code: bool

    @property
    def is_same(self) -> bool:
        """Whether every table is the same to the byte."""
        return all(one == two for one, two in (t.hashes for t in self.tables))


def redecided(
    house: House, recorded: Mapping[str, object], share: int = WHOLE
) -> Redecided:
    """Decide the allocation of a recorded run again, by its rules and the code of now.

    Args:
        house: where it ran.
        recorded: its row of RUNS, published.
        share: per cent of its lines that are compared. They are decided all at once,
            so again too.

    Raises:
        LakeError: the lake no longer keeps what that run left.
    """
    rules = rules_then(house, recorded)
    with as_it_was(house, recorded, rules) as then:
        again = allocate_open_demand(then)
        run_id = str(recorded["run_id"])
        every = [compared(then.lake, table, again, run_id) for table in DECIDED]
    tables = [one.drawn(run_id, share) for one in every]
    return Redecided(
        int(str(recorded["last_snapshot"])),
        tables,
        rules,
        has_other_code=recorded["code_hash"] != code_hash(),
    )


@contextmanager
def as_it_was(
    house: House, recorded: Mapping[str, object], rules: RulesThen | None = None
) -> Iterator[House]:
    """The house with lake and policies as a recorded run left them, to read.

    Args:
        house: where it ran.
        recorded: its row of RUNS.
        rules: its rules, where they were looked up already.

    Raises:
        LakeError: the lake no longer keeps that.
    """
    lake = Lakehouse(house.home, at=int(str(recorded["last_snapshot"])))
    run = _as_run(recorded)
    policies = (rules or rules_then(house, recorded)).policies
    try:
        yield replace(house, lake=lake, policies=policies, _run=run, _gathered={})
    finally:
        lake.close()


def rules_then(house: House, recorded: Mapping[str, object]) -> RulesThen:
    """The rules that a recorded run is decided by again: its own, if it kept them.

    Args:
        house: where it ran.
        recorded: its row of RUNS.
    """
    run = _as_run(recorded)
    now = in_force(house.policies, run)
    if run.rules_hash == now.rules_hash:
        return RulesThen(now)
    kept = house.journal.rules(run.rules_hash)
    if kept is None:
        return RulesThen(now, are_others=True)
    try:
        then = in_force(Policies.kept(kept, run.rules_hash), run)
        then.require_now()
    except (ValueError, KeyError) as error:
        # Another version asks more of a file, or less, than it said then.
        return RulesThen(now, are_others=True, unread=str(error))
    says = now.texts
    changed = [name for name in sorted(kept) if kept[name] != says.get(name)]
    return RulesThen(then, changed=tuple(changed))


def kept_rules(house: House, runs: pl.DataFrame) -> dict[str, Policies]:
    """Hash → rules that runs kept and are decided by, where those of now are others.

    Args:
        house: where they ran.
        runs: RUNS.
    """
    every = runs.unique("rules_hash", keep="first", maintain_order=True)
    found = {
        str(recorded["rules_hash"]): rules_then(house, recorded).policies
        for recorded in every.iter_rows(named=True)
    }
    now = house.policies.rules_hash
    return {key: then for key, then in found.items() if then.rules_hash != now}


def _as_run(recorded: Mapping[str, object]) -> Run:
    """The run as what it decided on knows it; what it read is read already."""
    return Run(
        run_id=str(recorded["run_id"]),
        as_of=recorded["as_of"],  # type: ignore[arg-type]
        since=int(str(recorded["landing_id"])),
        seed=int(str(recorded["seed"])),
        input_digest=str(recorded["input_digest"]),
        rules_hash=str(recorded["rules_hash"]),
        code_hash=str(recorded["code_hash"]),
        first_snapshot=int(str(recorded["first_snapshot"])),
    )


def compared(lake: Lakehouse, table: Table, again: Allocation, run_id: str) -> Compared:
    """One of DECIDED as a lake has it of a run, beside what is decided again."""
    stands = recorded_rows(lake, table, run_id)
    now: pl.DataFrame = getattr(again, DECIDED[table])
    key = list(table.key)
    told = now.select(stands.columns).with_columns(_untold(stands, now))
    return Compared(table, stands.sort(key), told.sort(key))


def _untold(stands: pl.DataFrame, now: pl.DataFrame) -> list[pl.Expr]:
    """Numbers that a version before did not know, and this one has nothing to say of.

    What landed then comes back as null where 0 stands now; anything else is told.
    """
    return [
        pl.lit(None, kind).alias(name)
        for name, kind in stands.schema.items()
        if kind.is_integer()
        and 0 < stands.height == stands[name].null_count()
        and not now[name].fill_null(0).cast(pl.Boolean).any()
    ]


def recorded_rows(lake: Lakehouse, table: Table, run_id: str) -> pl.DataFrame:
    """What a run wrote into a table, without ``run_id``.

    The version that ran then may have had no such table: nothing was put there.
    """
    try:
        rows = lake.read(table, "run_id = ?", [run_id])
    except duckdb.CatalogException:
        rows = table.empty()
    return rows.drop("run_id")


def _is_drawn(name: str, share: int) -> bool:
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8]) % WHOLE < share


def _digest(rows: pl.DataFrame) -> str:
    return hashlib.sha256(rows.write_csv().encode()).hexdigest()
