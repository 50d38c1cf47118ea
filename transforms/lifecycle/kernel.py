"""The fold's inner loop over integers: one pass, line by line, event by event.

Eaches that are committed (allocated, released, in fulfilment) are kept per
node, so that what left node A never frees a commitment at node B. Not here:
texts, frames and the order of events (``fold.py``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from transforms.contracts.decisions import BUCKETS, OVERLAYS
from transforms.lifecycle.transitions import (
    ORIGIN,
    OUTSIDE,
    VERDICTS,
    Ints,
    Steps,
)

N_BUCKETS = len(BUCKETS)
N_STATES = N_BUCKETS + len(OVERLAYS)
PENDING, HELD = BUCKETS.index("pending"), BUCKETS.index("held")
ALLOCATED = BUCKETS.index("allocated")
IN_FULFILMENT = BUCKETS.index("in_fulfilment")
SHIPPED, DELIVERED = BUCKETS.index("shipped"), BUCKETS.index("delivered")
OVERLAY_FROM = N_BUCKETS + OVERLAYS.index("return_expected")
ILLEGAL = VERDICTS.index("ILLEGAL")
BEFORE_OPENING = VERDICTS.index("BEFORE_OPENING")
ORDERED, LAST = N_STATES, N_STATES + 1
"""Columns of a state row after the buckets: ordered eaches, newest event."""

EVENT, FROM, TO, QTY, NODE = range(5)
"""Columns of a move; a verdict has event, code and eaches."""

MOST_STEPS = N_BUCKETS
"""No event touches more buckets than there are."""

UNKNOWN_TYPE, WRONG_SKU = -1, -2
"""Programs of events that no rule lets through."""


class Log(NamedTuple):
    """Events of all lines, sorted; the events of line i are start[i]:start[i+1].

    Args:
        start: one longer than there are lines.
        program: which transitions, negative when none may run.
        qty: eaches, >= 0.
        node: slot of the node; the last slot is "unknown node".
        when: microseconds since 1970.
        opening: row of ``buckets``, -1 for other events.
        buckets: what an OPENING says, one column per bucket.
        nodes: number of slots, the unknown one included.
    """

    start: Ints
    program: Ints
    qty: Ints
    node: Ints
    when: Ints
    opening: Ints
    buckets: Ints
    nodes: int


class Line(NamedTuple):
    """Scratch of the line at hand.

    Args:
        state: its row of the result.
        at_node: committed eaches by kind and slot.
        origin: held eaches by the bucket they were held from.
        used: slots the line touched.
        count: number of them, programs that ran (bits), moves, verdicts.
        moves: buffer with room for whatever the line may do.
        verdicts: the same.
    """

    state: Ints
    at_node: Ints
    origin: Ints
    used: Ints
    count: Ints
    moves: Ints
    verdicts: Ints


N_USED, RAN, N_MOVES, N_VERDICTS = range(4)


@njit(cache=True)
def fold_log(log: Log, steps: Steps) -> tuple[Ints, Ints, Ints]:
    """Fold every line's events in the order given.

    Returns:
        State per line (buckets, overlays, ordered, newest event), moves
        (event, from, to, eaches, slot) and verdicts (event, code, eaches).
    """
    n_lines = len(log.start) - 1
    states = np.zeros((n_lines, N_STATES + 2), np.int64)
    at_node = np.zeros((3, log.nodes), np.int64)
    origin = np.zeros(N_BUCKETS, np.int64)
    used = np.zeros(log.nodes, np.int64)
    count = np.zeros(4, np.int64)
    moves = np.empty((len(log.program) + 16, 5), np.int64)
    verdicts = np.empty((1024, 3), np.int64)
    for i in range(n_lines):
        events = log.start[i + 1] - log.start[i]
        most = MOST_STEPS * events
        moves = _with_room(moves, count[N_MOVES], most * (1 + min(events, log.nodes)))
        verdicts = _with_room(verdicts, count[N_VERDICTS], most)
        line = Line(states[i], at_node, origin, used, count, moves, verdicts)
        _forget(line)
        _fold_line(log, steps, i, line)
    return states, moves[: count[N_MOVES]], verdicts[: count[N_VERDICTS]]


@njit(cache=True)
def _with_room(rows: Ints, taken: int, more: int) -> Ints:
    if taken + more <= len(rows):
        return rows
    grown = np.empty((2 * len(rows) + more, rows.shape[1]), np.int64)
    grown[:taken] = rows[:taken]
    return grown


@njit(cache=True)
def _forget(line: Line) -> None:
    for k in range(line.count[N_USED]):
        line.at_node[:, line.used[k]] = 0
    line.origin[:] = 0
    line.count[N_USED] = 0
    line.count[RAN] = 0


@njit(cache=True)
def _fold_line(log: Log, steps: Steps, i: int, line: Line) -> None:
    start, end = log.start[i], log.start[i + 1]
    opened = _opening_of(log, start, end)
    for e in range(start, end):
        program = log.program[e]
        is_early = e < opened
        if is_early and (program < 0 or not steps.is_before_opening[program]):
            _judge(line, e, BEFORE_OPENING, log.qty[e])
        elif program < 0 or _ran_before(steps, program, line):
            _judge(line, e, ILLEGAL, log.qty[e])
        elif program == steps.opening:
            _open(log, e, line)
        else:
            _run(log, steps, e, line)


@njit(cache=True)
def _opening_of(log: Log, start: int, end: int) -> int:
    for e in range(start, end):
        if log.opening[e] >= 0:
            return e
    return -1


@njit(cache=True)
def _ran_before(steps: Steps, program: int, line: Line) -> bool:
    if not steps.is_once[program]:
        return False
    bit = np.int64(1) << program
    is_again = (line.count[RAN] & bit) != 0
    line.count[RAN] |= bit
    return bool(is_again)


@njit(cache=True)
def _run(log: Log, steps: Steps, e: int, line: Line) -> None:
    rest = log.qty[e]
    program = log.program[e]
    for s in range(steps.first[program], steps.first[program + 1]):
        want = _room(line, rest) if steps.is_capped[s] else rest
        moved = _move(e, steps.source[s], steps.target[s], want, log, line)
        rest -= moved
        if moved and steps.verdict[s]:
            _judge(line, e, steps.verdict[s], moved)
        if rest == 0:
            break
    if rest < log.qty[e]:
        line.state[LAST] = max(line.state[LAST], log.when[e])
    if rest:
        _judge(line, e, ILLEGAL, rest)


@njit(cache=True)
def _room(line: Line, want: int) -> int:
    """Eaches that may still come back: never more than were sent."""
    sent = line.state[SHIPPED] + line.state[DELIVERED]
    back = line.state[OVERLAY_FROM:N_STATES].sum()
    return max(0, min(want, sent - back))


@njit(cache=True)
def _open(log: Log, e: int, line: Line) -> None:
    """Spread the pending eaches as the system before says, or hold them all."""
    buckets = log.buckets[log.opening[e]]
    ordered = line.state[ORDERED]
    is_sound = buckets.sum() == ordered and buckets.min() >= 0
    line.state[LAST] = max(line.state[LAST], log.when[e])
    if not is_sound or line.state[PENDING] != ordered:
        _move(e, PENDING, HELD, ordered, log, line)
        _judge(line, e, ILLEGAL, buckets.sum())
        return
    for b in range(N_BUCKETS):
        if b != PENDING:
            _move(e, PENDING, b, buckets[b], log, line)


@njit(cache=True)
def _move(e: int, source: int, target: int, want: int, log: Log, line: Line) -> int:
    """Move at most ``want`` eaches; say how many moved."""
    slot = log.node[e]
    if ALLOCATED <= source <= IN_FULFILMENT:
        return _move_committed(e, source, target, want, slot, line)
    if source == HELD:
        return _move_held(e, target, want, slot, line)
    if source < N_STATES:
        want = min(want, line.state[source])
    _shift(e, source, target, want, slot, line)
    return want


@njit(cache=True)
def _move_held(e: int, target: int, want: int, slot: int, line: Line) -> int:
    """Held eaches leave in bucket order of where they came from."""
    moved = 0
    for b in range(N_BUCKETS):
        take = min(want - moved, line.origin[b])
        if take > 0:
            line.origin[b] -= take
            _shift(e, HELD, b if target == ORIGIN else target, take, slot, line)
            moved += take
    return moved


@njit(cache=True)
def _move_committed(
    e: int, source: int, target: int, want: int, slot: int, line: Line
) -> int:
    """Take from the event's node, then from eaches whose node nobody named.

    An event that names no node takes from the line's nodes in the order they
    were first used.
    """
    unknown = line.at_node.shape[1] - 1
    if slot != unknown:
        moved = _take_at(e, source, target, want, slot, line)
        return moved + _take_at(e, source, target, want - moved, unknown, line)
    moved = 0
    for k in range(line.count[N_USED]):
        moved += _take_at(e, source, target, want - moved, line.used[k], line)
    return moved


@njit(cache=True)
def _take_at(e: int, source: int, target: int, want: int, slot: int, line: Line) -> int:
    take = min(want, line.at_node[source - ALLOCATED, slot])
    if take <= 0:
        return 0
    line.at_node[source - ALLOCATED, slot] -= take
    _shift(e, source, target, take, slot, line)
    return take


@njit(cache=True)
def _shift(e: int, source: int, target: int, qty: int, slot: int, line: Line) -> None:
    """Write one move: out of ``source``, into ``target``, and the log of it."""
    if qty <= 0:
        return
    _add(line, source, -qty)
    _add(line, target, qty)
    if target == HELD:
        line.origin[PENDING if source >= ALLOCATED else source] += qty
    if ALLOCATED <= target <= IN_FULFILMENT:
        _use(slot, line)
        line.at_node[target - ALLOCATED, slot] += qty
    if source != target:
        _record(e, source, target, qty, slot, line)


@njit(cache=True)
def _add(line: Line, bucket: int, qty: int) -> None:
    if bucket == OUTSIDE:
        line.state[ORDERED] -= qty
    elif bucket < N_STATES:
        line.state[bucket] += qty


@njit(cache=True)
def _use(slot: int, line: Line) -> None:
    for k in range(line.count[N_USED]):
        if line.used[k] == slot:
            return
    line.used[line.count[N_USED]] = slot
    line.count[N_USED] += 1


@njit(cache=True)
def _record(e: int, source: int, target: int, qty: int, slot: int, line: Line) -> None:
    n = line.count[N_MOVES]
    line.moves[n, 0], line.moves[n, 1], line.moves[n, 2] = e, source, target
    line.moves[n, 3], line.moves[n, 4] = qty, slot
    line.count[N_MOVES] = n + 1


@njit(cache=True)
def _judge(line: Line, e: int, code: int, qty: int) -> None:
    n = line.count[N_VERDICTS]
    line.verdicts[n, 0], line.verdicts[n, 1], line.verdicts[n, 2] = e, code, qty
    line.count[N_VERDICTS] = n + 1
