"""The proof that the books add up, written as one row per claim.

A failed *arithmetic* proof is a bug and blocks publishing; so is a broken *limit*:
no decision of a run may commit what is not there. A failed *commitment* proof is
business: supply fell below what was promised. Not here:
what to do about it (``transforms.allocation.free``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from transforms.contracts.decisions import (
    BUCKETS,
    PROOFS,
    STOCK_POSITIONS,
    UNIT_POSTINGS,
)
from transforms.ledger.orphans import misplaced
from transforms.ledger.positions import (
    KEYS,
    PROMISED,
    QUANTITIES,
    STATUSES,
    added,
    positions,
)

ARITHMETIC, LIMIT, COMMITMENT = "arithmetic", "limit", "commitment"
BLOCKING = [ARITHMETIC, LIMIT]
ON_HAND = pl.sum_horizontal(*STATUSES)
BUCKET_COLUMNS = [f"{bucket}_qty" for bucket in BUCKETS]


@dataclass(frozen=True)
class Books:
    """What is proved: everything, or what was posted since it was proved.

    Each posting belongs to a movement or an event that sums to zero, so what was
    posted to balanced books balances too, and balances are those before and what was
    posted since. Wrong ones among those before are told by ``commitments``, which
    are added up from the ledger itself.

    Args:
        buckets: LINE_BUCKETS.
        units: UNIT_POSTINGS since ``proved``.
        promises: PROMISE_POSTINGS since ``proved``.
        positions: STOCK_POSITIONS as they will be published.
        before: positions after this run's facts and before its own decisions.
        told: ``line_id, node_id`` of the INSTRUCTION_LINES of lines whose eaches
            are with a node.
        proved: STOCK_POSITIONS as they were proved before; nothing, where the
            postings handed in are all that there are.
        commitments: every PROMISE_POSTINGS row of the lines in ``buckets``, which
            are all that hold promises; the promises handed in, where those are all.
    """

    buckets: pl.DataFrame
    units: pl.DataFrame
    promises: pl.DataFrame
    positions: pl.DataFrame
    before: pl.DataFrame
    told: pl.DataFrame
    proved: pl.DataFrame = field(default_factory=STOCK_POSITIONS.empty)
    commitments: pl.DataFrame | None = None

    @property
    def committed(self) -> pl.DataFrame:
        """``commitments``, or what stands for them."""
        return self.promises if self.commitments is None else self.commitments


@dataclass(frozen=True)
class Check:
    """One identity, looked at.

    Args:
        proof: what must hold.
        kind: arithmetic, limit or commitment.
        checked_rows: keys looked at.
        failing: every key that does not hold it: a line, a movement, an event,
            a SKU, or ``node/SKU``.
    """

    proof: str
    kind: str
    checked_rows: int
    failing: list[str]


def prove(books: Books, as_of: datetime) -> pl.DataFrame:
    """Check every identity of the books.

    Args:
        books: whole tables, or the part of them that some lines, nodes and
            SKUs make up completely.
        as_of: moment of the run, stamped on each row.

    Returns:
        PROOFS without ``run_id``; ``example`` names the first failing keys.
    """
    rows = [
        (c.proof, c.kind, c.checked_rows, len(c.failing), ", ".join(c.failing[:3]))
        for c in checks(books)
    ]
    names = [name for name in PROOFS.names if name != "run_id"]
    frame = pl.DataFrame(rows, orient="row", schema=_SCHEMA)
    first = pl.when(pl.col("example") != "").then("example")
    told = frame.with_columns(as_of=pl.lit(as_of), example=first)
    return told.select(names).sort("proof")


def checks(books: Books) -> list[Check]:
    """Every identity of the books, with all of its failing keys."""
    return [
        _check("line buckets sum to ordered", ARITHMETIC, *_lines(books.buckets)),
        _check("unit movements sum to zero", ARITHMETIC, *_movements(books.units)),
        _check("eaches of a SKU sum to zero", ARITHMETIC, *_skus(books.units)),
        _check("promise moves sum to zero", ARITHMETIC, *_events(books.promises)),
        _check("opening + in - out = closing", ARITHMETIC, *_closing(books)),
        _check("positions are sums of postings", ARITHMETIC, *_positions(books)),
        _check("promises equal line buckets", ARITHMETIC, *_promises(books)),
        _check("promises stand where nodes were told", ARITHMETIC, *_places(books)),
        _check("no run worsens an over-commitment", LIMIT, *_worsened(books)),
        _check("commitments are covered", COMMITMENT, *_uncovered(books.positions)),
    ]


def blocks(proofs: pl.DataFrame) -> pl.DataFrame:
    """The failed proofs that must stop publishing."""
    is_blocking = pl.col("kind").is_in(BLOCKING)
    return proofs.filter(is_blocking, pl.col("failed_rows") > 0)


_SCHEMA = {name: PROOFS.schema[name] for name in PROOFS.names[:5]}
Checked = tuple[pl.DataFrame, list[str], pl.Expr]


def _check(
    proof: str, kind: str, checked: pl.DataFrame, keys: list[str], is_bad: pl.Expr
) -> Check:
    failed = checked.filter(is_bad.fill_null(value=True)).select(keys).sort(keys)
    failing = ["/".join(map(str, row)) for row in failed.iter_rows()]
    return Check(proof, kind, checked.height, failing)


def _lines(buckets: pl.DataFrame) -> Checked:
    is_off = pl.sum_horizontal(BUCKET_COLUMNS) != pl.col("ordered_qty")
    return buckets, ["line_id"], is_off | (pl.min_horizontal(BUCKET_COLUMNS) < 0)


def _movements(units: pl.DataFrame) -> Checked:
    sums = units.group_by("movement_id").agg(pl.col("qty").sum())
    return sums, ["movement_id"], pl.col("qty") != 0


def _skus(units: pl.DataFrame) -> Checked:
    """Over all accounts and nodes: eaches come from somewhere and go somewhere."""
    sums = units.group_by("sku_id").agg(pl.col("qty").sum())
    return sums, ["sku_id"], pl.col("qty") != 0


def _events(promises: pl.DataFrame) -> Checked:
    sums = promises.group_by("event_id").agg(pl.col("qty").sum())
    return sums, ["event_id"], pl.col("qty") != 0


def _closing(books: Books) -> Checked:
    """Per node and SKU: what was opened with, came in and went out is there."""
    moved = books.units.filter(pl.col("account") == "ON_HAND")
    is_opening = pl.col("movement_type") == "OPENING"
    flows = moved.group_by(KEYS).agg(
        opening=pl.col("qty").filter(is_opening).sum(),
        came=pl.col("qty").filter(~is_opening & (pl.col("qty") > 0)).sum(),
        went=-pl.col("qty").filter(~is_opening & (pl.col("qty") < 0)).sum(),
    )
    proved = books.proved.select(*KEYS, proved=ON_HAND)
    closing = books.positions.select(*KEYS, closing=ON_HAND)
    joined = _beside(_beside(closing, proved), flows).fill_null(0)
    opening = pl.col("proved") + pl.col("opening")
    is_off = opening + pl.col("came") - pl.col("went") != pl.col("closing")
    return joined, KEYS, is_off


def _positions(books: Books) -> Checked:
    """Per node and SKU: what was proved and posted, and what lines hold, is there."""
    summed = added(books.proved, positions(books.units, books.promises))
    held = positions(UNIT_POSTINGS.empty(), books.committed).select(*KEYS, *PROMISED)
    there = books.positions.select(*KEYS, *QUANTITIES)
    named = [_named(summed, "summed"), _named(held, "held")]
    joined = _beside(_beside(there, named[0]), named[1])
    is_off = [pl.col(name) != pl.col(f"{name}_summed") for name in QUANTITIES]
    is_off += [pl.col(name) != pl.col(f"{name}_held") for name in PROMISED]
    integers = pl.selectors.integer().fill_null(0)
    return joined.with_columns(integers), KEYS, pl.any_horizontal(is_off)


def _beside(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    return ours.join(theirs, on=KEYS, how="full", coalesce=True)


def _named(balances: pl.DataFrame, whose: str) -> pl.DataFrame:
    quantities = (pl.exclude(KEYS)).name.suffix(f"_{whose}")
    return balances.select(*KEYS, quantities)


def _promises(books: Books) -> Checked:
    """Per line: commitments over all nodes are what its buckets say."""
    account, qty = pl.col("account"), pl.col("qty")
    sums = books.committed.group_by("line_id").agg(
        allocated=qty.filter(account == "ALLOCATED").sum(),
        released=qty.filter(account == "RELEASED").sum(),
    )
    told = books.buckets.select(
        "line_id",
        "allocated_qty",
        with_node=pl.col("released_qty") + pl.col("in_fulfilment_qty"),
    )
    joined = told.join(sums, on="line_id", how="full", coalesce=True).fill_null(0)
    is_off = (pl.col("allocated") != pl.col("allocated_qty")) | (
        pl.col("released") != pl.col("with_node")
    )
    return joined, ["line_id"], is_off


def _places(books: Books) -> Checked:
    """Per line and node: who holds released eaches was told to ship them."""
    held = books.committed.filter(account="RELEASED")
    keys = ["line_id", "node_id", "sku_id"]
    astray = misplaced(books.committed, books.told).select(*keys, is_astray=True)
    places = held.select(keys).unique().join(astray, on=keys, how="left")
    return places, keys, pl.col("is_astray").fill_null(value=False)


def over_committed() -> pl.Expr:
    """Eaches committed beyond what a position holds, 0 when covered."""
    committed = pl.col("allocated_qty") + pl.col("released_qty")
    return pl.max_horizontal(committed - pl.col("available_qty"), 0)


def _worsened(books: Books) -> Checked:
    before = books.before.select(*KEYS, before=over_committed())
    after = books.positions.select(*KEYS, after=over_committed())
    joined = after.join(before, on=KEYS, how="left").fill_null(0)
    return joined, KEYS, pl.col("after") > pl.col("before")


def _uncovered(stock: pl.DataFrame) -> Checked:
    return stock.select(*KEYS, over=over_committed()), KEYS, pl.col("over") > 0
