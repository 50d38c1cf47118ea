"""The transition table made ready for the kernel: one program per event and reason.

Not here: the table itself, which is data
(``orchestration/policies/transitions.csv``) and is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.contracts.decisions import BUCKETS, OVERLAYS
from transforms.contracts.table import ContractError

STATES: tuple[str, ...] = BUCKETS + OVERLAYS
OUTSIDE = len(STATES)
"""Where ordered eaches come from and go to: moving here changes ``ordered``."""
NOWHERE = OUTSIDE + 1
"""Where overlays come from: they count, they do not hold eaches."""
ORIGIN = OUTSIDE + 2
"""Where a held each goes back to: the bucket it was held from."""
DETAIL = OUTSIDE + 3
"""Whatever buckets the event's own ``detail`` names (OPENING)."""

CODES: dict[str, int] = {name: index for index, name in enumerate(STATES)} | {
    "ordered": OUTSIDE,
    "nowhere": NOWHERE,
    "origin": ORIGIN,
    "detail": DETAIL,
}
VERDICTS: tuple[str, ...] = (
    "",
    "ILLEGAL",
    "OVERSHIPPED",
    "BEFORE_OPENING",
    "CANCEL_REQUESTED",
    "CANCEL_WITHDRAWN",
)

COLUMNS = (
    "event_type",
    "reason_code",
    "sign",
    "step",
    "from_bucket",
    "to_bucket",
    "verdict",
    "guard",
    "is_before_opening",
)
MOST_PROGRAMS = 62
"""One bit each in an integer says which of them ran for a line."""

BESIDE = "AS_MANY_BESIDE"
"""Guard of a step that counts as many eaches as the steps before it moved."""

GIVEN_BACK = "GIVEN_BACK_AND_WAITING"
"""Guard of a step of what left beyond the request: it waits for all that happened to
the line, our choices included, and takes what waits still, no more than the event's
node gave back before."""

AGAIN = "WANTED_AGAIN"
"""Guard of a step of what its node was asked for and is wanted again: the steps before
it leave that."""

PROGRAM_KEY = ["event_type", "sign", "reason_code"]

Ints = npt.NDArray[np.int64]


(
    PROGRAM,
    SOURCE,
    TARGET,
    VERDICT,
    IS_CAPPED,
    IS_ONCE,
    IS_BEFORE_OPENING,
    HOLDING,
    IS_BESIDE,
    IS_GIVEN_BACK,
    IS_KEPT,
    IS_REDUCTION,
) = range(12)
"""Columns of a compiled step; a program is a run of rows of one PROGRAM, and a
reduction is one that asks the node for what it has."""

PUTS, LIFTS, LIFTS_ONLY_HELD = 1, 2, 3
"""What a step does to the holds of a line: puts one, lifts one if it is there,
lifts one that must be there (guard HELD_BEFORE)."""


@dataclass(frozen=True)
class Programs:
    """What the fold needs of the table.

    Args:
        steps: one row per step, columns as above.
        index: ``event_type, sign, reason_code, program, is_sku_bound`` and
            ``first_step``, the program's first row of ``steps``.
        rules: text of each program for the detail of a verdict.
    """

    steps: Ints
    index: pl.DataFrame
    rules: list[str]


def programs(transitions: pl.DataFrame) -> Programs:
    """Compile the transition table.

    Args:
        transitions: the CSV's columns as text; an empty ``reason_code`` is the
            rule for every reason that has none of its own.

    Raises:
        ContractError: a column is missing, a bucket or verdict is unknown, a
            step repeats.
    """
    table = _checked(transitions)
    keys = table.select(PROGRAM_KEY).unique(maintain_order=True)
    if keys.height > MOST_PROGRAMS:
        raise ContractError(f"transitions: {keys.height} event rules are too many")
    index = keys.with_row_index("program")
    numbered = table.join(
        index, on=PROGRAM_KEY, how="left", maintain_order="left"
    ).with_row_index("row")
    facts = numbered.group_by("program").agg(
        first_step=pl.col("row").min().cast(pl.Int64),
        is_sku_bound=(pl.col("guard") == "SAME_SKU").any(),
    )
    index = index.join(facts, on="program", how="left", maintain_order="left")
    return Programs(_steps(numbered), index, _rules(numbered))


def _checked(transitions: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in COLUMNS if name not in transitions.columns]
    if missing:
        raise ContractError(f"transitions: columns {missing} are missing")
    table = (
        transitions.select(pl.col(COLUMNS).cast(pl.String).fill_null(""))
        .with_columns(pl.col("step").cast(pl.Int64))
        .sort(*PROGRAM_KEY, "step")
    )
    for name, known in (
        ("from_bucket", CODES),
        ("to_bucket", CODES),
        ("verdict", dict.fromkeys(VERDICTS)),
    ):
        unknown = set(table[name]) - set(known)
        if unknown:
            raise ContractError(f"transitions: {name} {sorted(unknown)} are unknown")
    if table.select(*PROGRAM_KEY, "step").is_duplicated().any():
        raise ContractError("transitions: a step repeats")
    _refuse_losses(table)
    return table


def _refuse_losses(table: pl.DataFrame) -> None:
    """A step from goods to an overlay, or back, would break the identity."""
    goods = [*BUCKETS, "ordered", "origin", "detail"]
    is_mixed = pl.col("from_bucket").is_in(goods) != pl.col("to_bucket").is_in(goods)
    is_stray = (pl.col("to_bucket") == "origin") & (pl.col("from_bucket") != "held")
    is_spread = (pl.col("to_bucket") == "detail") & (pl.col("event_type") != "OPENING")
    is_backwards = pl.col("from_bucket").is_in(["origin", "detail"])
    lost = table.filter(is_mixed | is_stray | is_spread | is_backwards)
    if lost.height:
        raise ContractError(f"transitions: {lost.row(0)} would lose eaches")


_VERDICT_CODES = {name: code for code, name in enumerate(VERDICTS)}


def _steps(table: pl.DataFrame) -> Ints:
    is_again = pl.col("guard") == AGAIN
    columns = table.select(
        pl.col("program"),
        pl.col("from_bucket").replace_strict(CODES),
        pl.col("to_bucket").replace_strict(CODES),
        pl.col("verdict").replace_strict(_VERDICT_CODES),
        (pl.col("guard") == "AT_MOST_SENT").alias("is_capped"),
        (pl.col("guard") == "ONCE_PER_LINE").alias("is_once"),
        (pl.col("is_before_opening") == "true").alias("is_early"),
        _holding().alias("holding"),
        (pl.col("guard") == BESIDE).alias("is_beside"),
        (pl.col("guard") == GIVEN_BACK).alias("is_given_back"),
        (is_again.any().over("program") & ~is_again).alias("is_kept"),
        (pl.col("verdict") == "CANCEL_REQUESTED").any().over("program").alias("less"),
    )
    return np.ascontiguousarray(columns.cast(pl.Int64).to_numpy())


def _holding() -> pl.Expr:
    lifts = (
        pl.when(pl.col("guard") == "HELD_BEFORE").then(LIFTS_ONLY_HELD).otherwise(LIFTS)
    )
    is_hold = (pl.col("to_bucket") == "held") & (pl.col("event_type") != "OPENING")
    return (
        pl.when(pl.col("to_bucket") == "origin")
        .then(lifts)
        .when(is_hold)
        .then(PUTS)
        .otherwise(0)
    )


def _rules(table: pl.DataFrame) -> list[str]:
    """``released+in_fulfilment -> shipped: SAME_SKU`` for each program."""
    texts = (
        table.filter(~pl.col("guard").is_in([BESIDE, GIVEN_BACK, AGAIN]))
        .group_by("program")
        .agg(
            pl.format(
                "{} -> {}: {}",
                pl.col("from_bucket").sort_by("step").str.join("+"),
                pl.col("to_bucket").sort_by("step").first(),
                pl.col("guard").sort_by("step").first(),
            ).alias("rule")
        )
    )
    return texts.sort("program")["rule"].to_list()
