"""One order's question, its answer, and paper to reckon on: what the loops see."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.allocation.kernel.problem import Longs

EXACT = 8
"""Lines up to which the plan is exact."""

NEVER = 1 << 50
"""More than any plan costs: a line and a node that do not go together."""

LINES, NODES, MOST, COMPLETE, SPLIT, KNOWN, PATIENT, DONE = range(8)
THREE = 3
FEW_SETS = 300
"""Sets of nodes up to which all are tried."""

PATIENCE = 4_000_000
"""Comparisons in a search; then it ends with a bound. Fewer where time is short."""

ROWS = 2 * (EXACT + 1) + 3
TOTAL, LOW, MARK, ORIGIN, BEST = 0, 1, 2, 3, 3 + EXACT + 1
LOWER, GAIN, RANK, KEEN = ORIGIN, ORIGIN + 1, ORIGIN + 2, ORIGIN + 3
"""Rows of the paper: by node, by line, of marked nodes; by parts of the lines."""


class Desk(NamedTuple):
    """One order's question, its answer, and paper to reckon on.

    Args:
        ask: lines, candidate nodes, most shipments, whether complete, split cost, and
            what a plan is known to cost: dearer ones are not looked for; comparisons
            after which a search ends, and those that the last one made.
        cost: lines × nodes, NEVER where it may not be.
        fixed: nodes, per shipment.
        spare: lines, of not shipping it.
        qty: lines, eaches; where lines are split, as ``some``.
        some: lines × nodes, eaches of the line that are there.
        choice: lines, the node's position or -1; the answer.
        paper: rows to reckon on.
    """

    ask: Longs
    cost: Longs
    fixed: Longs
    spare: Longs
    qty: Longs
    some: Longs
    choice: Longs
    paper: Longs


def new_desk(lines: int, nodes: int, *, is_split: bool) -> Desk:
    """An empty desk for orders of at most ``lines`` lines and ``nodes`` nodes."""
    ask = np.zeros(8, np.int64)
    ask[KNOWN], ask[PATIENT] = NEVER, PATIENCE
    return Desk(
        ask=ask,
        cost=np.zeros((lines, nodes), np.int64),
        fixed=np.zeros(nodes, np.int64),
        spare=np.zeros(lines, np.int64),
        qty=np.zeros(lines, np.int64),
        some=np.zeros((lines, nodes if is_split else 0), np.int64),
        choice=np.zeros(lines, np.int64),
        paper=np.zeros((ROWS, max(lines, nodes, 1 << EXACT)), np.int64),
    )
