"""Few lines over several nodes, exactly: every way to share them out.

Parts of the lines are numbered by their bits; the cheapest way to ship a part from
one node comes first, then the best division of it.
"""

from __future__ import annotations

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import (
    BEST,
    COMPLETE,
    EXACT,
    LINES,
    MOST,
    NEVER,
    NODES,
    ORIGIN,
    SPLIT,
)
from transforms.allocation.kernel.problem import Longs


@compiled
def divided(  # noqa: PLR0913, PLR0917
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    spare: Longs,
    choice: Longs,
    paper: Longs,
    value: int,
) -> int:
    """Exact: the lines in parts, each part whole from its cheapest node."""
    lines = ask[LINES]
    most = min(ask[MOST], ask[NODES], lines)
    full = (1 << lines) - 1
    _cheapest_of_parts(ask, cost, fixed, spare, paper)
    for level in range(1, most):
        for part in range(1, full + 1):
            _best_division(paper, level, part, ask[SPLIT])
    found, found_level, found_part = value, -1, 0
    least_part = full if ask[COMPLETE] else 1
    for level in range(most):
        for part in range(least_part, full + 1):
            total = paper[BEST + level, part] + paper[BEST + EXACT, full ^ part]
            if total < found:
                found, found_level, found_part = total, level, part
    if found_level >= 0:
        _read_off(lines, choice, paper, found_level, found_part)
    return found


@compiled
def _cheapest_of_parts(
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, paper: Longs
) -> None:
    """Level 0: each part from its cheapest node; the last row: not shipped."""
    lines, size = ask[LINES], 1 << ask[LINES]
    sums, first, which = paper[BEST + EXACT - 1], paper[BEST], paper[ORIGIN]
    spared = paper[BEST + EXACT]
    spared[0] = 0
    for line in range(lines):
        half = 1 << line
        for part in range(half):
            spared[half + part] = spared[part] + spare[line]
            first[half + part], which[half + part] = NEVER, -1
    for node in range(ask[NODES]):
        sums[0] = fixed[node]
        for line in range(lines):
            value, half = cost[line, node], 1 << line
            for part in range(half):
                sums[half + part] = sums[part] + value
        for part in range(1, size):
            if sums[part] < first[part]:
                first[part], which[part] = sums[part], node


@compiled
def _best_division(paper: Longs, level: int, part: int, split: int) -> None:
    """A set of lines in at most ``level + 1`` parts: the first and the rest."""
    first, before = paper[BEST], paper[BEST + level - 1]
    value, origin = before[part], 0
    lowest = part & -part
    rest = part ^ lowest
    # Sub-parts that hold the lowest line: no division is tried twice.
    some = (rest - 1) & rest
    while rest:
        total = first[some | lowest] + before[rest ^ some] + split
        if total < value:
            value, origin = total, some | lowest
        if some == 0:
            break
        some = (some - 1) & rest
    paper[BEST + level, part] = value
    paper[ORIGIN + level, part] = origin


@compiled
def _read_off(lines: int, choice: Longs, paper: Longs, level: int, part: int) -> None:
    """Write the division found into ``choice``."""
    for line in range(lines):
        choice[line] = -1
    while part:
        one = part
        if level > 0:
            one = paper[ORIGIN + level, part]
            level -= 1
            if one == 0:
                continue
        for line in range(lines):
            if one >> line & 1:
                choice[line] = paper[ORIGIN, one]
        part ^= one
