"""The fold's inner loop over integers: one pass, line by line, event by event.

Eaches that are committed (allocated, released, in fulfilment) are kept per
node, so that what left node A never frees a commitment at node B. The line at
hand lives in one flat array: tuples of arrays cost more than the arithmetic.
Not here: texts, frames and the order of events (``log.py``).

The bucket list is compiled in and numba's cache watches this file only: whoever
changes the list touches this file too.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from transforms.contracts.decisions import BUCKETS, OVERLAYS
from transforms.lifecycle.transitions import (
    HOLDING,
    IS_BEFORE_OPENING,
    IS_BESIDE,
    IS_CAPPED,
    IS_GIVEN_BACK,
    IS_KEPT,
    IS_ONCE,
    IS_REDUCTION,
    LIFTS,
    LIFTS_ONLY_HELD,
    NOWHERE,
    ORIGIN,
    OUTSIDE,
    PROGRAM,
    SOURCE,
    TARGET,
    VERDICT,
    VERDICTS,
    Ints,
)

N_BUCKETS = len(BUCKETS)
N_STATES = N_BUCKETS + len(OVERLAYS)
PENDING, HELD = BUCKETS.index("pending"), BUCKETS.index("held")
ALLOCATED, RELEASED = BUCKETS.index("allocated"), BUCKETS.index("released")
CANCELLED = BUCKETS.index("cancelled")
IN_FULFILMENT = BUCKETS.index("in_fulfilment")
SHIPPED, DELIVERED = BUCKETS.index("shipped"), BUCKETS.index("delivered")
LOST = BUCKETS.index("lost")
SUBSTITUTED_OUT = BUCKETS.index("substituted_out")
OVERSHIPPED = N_BUCKETS + OVERLAYS.index("overshipped")
SHIPPED_INSTEAD = N_BUCKETS + OVERLAYS.index("shipped_instead")
DELIVERED_INSTEAD = N_BUCKETS + OVERLAYS.index("delivered_instead")
LOST_INSTEAD = N_BUCKETS + OVERLAYS.index("lost_instead")
OVERLAY_FROM = N_BUCKETS + OVERLAYS.index("return_expected")
ILLEGAL = VERDICTS.index("ILLEGAL")
BEFORE_OPENING = VERDICTS.index("BEFORE_OPENING")
CANCEL_REQUESTED = VERDICTS.index("CANCEL_REQUESTED")
CANCEL_WITHDRAWN = VERDICTS.index("CANCEL_WITHDRAWN")
FORGOTTEN = VERDICTS.index("")

FIRST_STEP, EACHES, SLOT, WHEN, REASON, OPENING = range(6)
"""Columns of an event: row of its first step (negative: no transition), eaches
>= 0, slot of its node, microseconds since 1970, number of the reason of a hold, or of
what an OPENING holds (0: it names none), row of what an OPENING says."""

EVENT, FROM, TO, QTY, NODE = range(5)
"""Columns of a move; a verdict has event, code and eaches."""

ORDERED, LAST = N_STATES, N_STATES + 1
N_RESULTS = N_STATES + 2
ORIGINS = N_RESULTS
AT = ORIGINS + N_BUCKETS
N_USED, HOLDS, ASKED, OWED, OWED_BY, INSTEAD, INSTEAD_BY = range(AT, AT + 7)
AGAIN, UNWANTED = AT + 7, AT + 8
RAN, NOW, HERE, FIRST, N_MOVES, N_VERDICTS = range(AT + 9, AT + 15)
USED = N_VERDICTS + 1
"""Layout of the line at hand: buckets and overlays, ordered eaches, newest
event; held eaches by the bucket they came from; slots in use, reasons it is held
for (bits), eaches whose node is asked to give them up; eaches that left after their
node had given them back, and the event that says so; the same of another SKU that
was sent instead; eaches with their node that are wanted again though it was asked for
them, and those that left unwanted; programs that ran (bits), event
at hand and its slot, first verdict of the line, moves and verdicts so far; slots the
line uses, then its committed eaches per kind and slot, then those each slot's node gave
back."""

TABLES = 5
"""How many parts of the line at hand have a place for each slot."""

MOST_STEPS = N_BUCKETS
"""No event touches more buckets than there are."""


@njit(cache=True)
def fold_log(
    start: Ints, events: Ints, openings: Ints, steps: Ints, slots: int
) -> tuple[Ints, Ints, Ints]:
    """Fold every line's events in the order given.

    Args:
        start: the events of line i are rows start[i]:start[i + 1].
        events: columns as above; the last slot is "unknown node".
        openings: one column per bucket.
        steps: the compiled transitions.
        slots: how many there are, the unknown one included.

    Returns:
        State per line (buckets, overlays, ordered, newest event), moves
        (event, from, to, eaches, slot) and verdicts (event, code, eaches).
    """
    lines = len(start) - 1
    states = np.zeros((lines, N_RESULTS), np.int64)
    line = np.zeros(USED + TABLES * slots, np.int64)
    moves = np.empty((len(events) + 16, 5), np.int64)
    verdicts = np.empty((1024, 3), np.int64)
    for i in range(lines):
        count = start[i + 1] - start[i]
        most = MOST_STEPS * count
        moves = _with_room(moves, line[N_MOVES], most * (1 + min(count, slots)))
        verdicts = _with_room(verdicts, line[N_VERDICTS], most)
        _forget(line, slots)
        line[FIRST] = line[N_VERDICTS]
        opened = _opening_of(events, start[i], start[i + 1])
        for e in range(start[i], start[i + 1]):
            if _is_of_what_left(events[e, FIRST_STEP], steps):
                _settle_all(events, steps, line, moves)
            line[NOW], line[HERE] = e, events[e, SLOT]
            step = _legal_step(opened, events, steps, line, verdicts)
            if step >= 0 and events[e, OPENING] >= 0:
                _open(events, openings, line, moves, verdicts)
            elif step >= 0 and steps[step, HOLDING]:
                _hold(step, events, steps, line, moves, verdicts)
            elif step >= 0:
                _run(step, events, steps, line, moves, verdicts)
        _settle_all(events, steps, line, moves)
        states[i] = line[:N_RESULTS]
    judged = verdicts[: line[N_VERDICTS]]
    return states, moves[: line[N_MOVES]], judged[judged[:, 1] != FORGOTTEN]


@njit(cache=True)
def _with_room(rows: Ints, taken: int, more: int) -> Ints:
    if taken + more <= len(rows):
        return rows
    grown = np.empty((2 * len(rows) + more, rows.shape[1]), np.int64)
    grown[:taken] = rows[:taken]
    return grown


@njit(cache=True)
def _forget(line: Ints, slots: int) -> None:
    if line[N_USED]:
        line[USED + slots :] = 0
    line[: RAN + 1] = 0


@njit(cache=True)
def _opening_of(events: Ints, start: int, end: int) -> int:
    for e in range(start, end):
        if events[e, OPENING] >= 0:
            return e
    return -1


@njit(cache=True)
def _legal_step(
    opened: int, events: Ints, steps: Ints, line: Ints, verdicts: Ints
) -> int:
    """First step of the event, or -1 and a verdict when it may not run at all."""
    e = line[NOW]
    step = events[e, FIRST_STEP]
    if e < opened and (step < 0 or not steps[step, IS_BEFORE_OPENING]):
        _judge(BEFORE_OPENING, events[e, EACHES], line, verdicts)
        return -1
    if step < 0 or _ran_before(step, steps, line):
        _judge(ILLEGAL, events[e, EACHES], line, verdicts)
        return -1
    return int(step)


@njit(cache=True)
def _ran_before(step: int, steps: Ints, line: Ints) -> bool:
    if not steps[step, IS_ONCE]:
        return False
    bit = np.int64(1) << steps[step, PROGRAM]
    is_again = (line[RAN] & bit) != 0
    line[RAN] |= bit
    return bool(is_again)


@njit(cache=True)
def _run(
    step: int,
    events: Ints,
    steps: Ints,
    line: Ints,
    moves: Ints,
    verdicts: Ints,
) -> None:
    e = line[NOW]
    qty = events[e, EACHES]
    program = steps[step, PROGRAM]
    rest = qty
    while step < len(steps) and steps[step, PROGRAM] == program:
        if steps[step, IS_BESIDE]:
            source, target = steps[step, SOURCE], steps[step, TARGET]
            _book(source, target, qty - rest, line[HERE], line, moves)
        elif rest and steps[step, VERDICT] == CANCEL_WITHDRAWN:
            rest -= _want_again(rest, events, steps, line, verdicts)
        elif rest and not steps[step, IS_GIVEN_BACK]:
            rest -= _take(step, rest, steps, line, moves, verdicts)
        step += 1
    _let_go(line)
    if rest < qty:
        line[LAST] = max(line[LAST], events[e, WHEN])
    if rest:
        _refuse(step - 1, rest, steps, line, verdicts)


@njit(cache=True)
def _refuse(step: int, rest: int, steps: Ints, line: Ints, verdicts: Ints) -> None:
    """Judge what no step of a program took, and note what it says all the same."""
    if steps[step, IS_GIVEN_BACK]:
        _owe(INSTEAD, rest, line)
    if steps[step, IS_REDUCTION]:
        # What is cancelled already may be what it is about.
        _miss(max(0, rest - line[CANCELLED]), line)
    _judge(ILLEGAL, rest, line, verdicts)


@njit(cache=True)
def _take(
    step: int, rest: int, steps: Ints, line: Ints, moves: Ints, verdicts: Ints
) -> int:
    """Eaches that one step moves, or asks the node for."""
    source, target = steps[step, SOURCE], steps[step, TARGET]
    want = _room(line, rest) if steps[step, IS_CAPPED] else rest
    if steps[step, IS_KEPT]:
        want -= min(line[AGAIN], max(0, want - line[ASKED]))
    if steps[step, VERDICT] == CANCEL_REQUESTED:
        return _ask(source, want, line, verdicts)
    moved = _move(source, target, want, line, moves)
    if target == OVERSHIPPED:
        _owe(OWED, moved, line)
    if moved and steps[step, VERDICT]:
        _judge(steps[step, VERDICT], moved, line, verdicts)
    return moved


@njit(cache=True)
def _owe(kind: int, surplus: int, line: Ints) -> None:
    """Note eaches of a surplus that its node had given back to wait anew.

    ``kind``: OWED, or INSTEAD where another SKU was sent for them.
    """
    given_back = _given_back(line[HERE], line)
    owed = min(surplus, line[given_back])
    if owed:
        line[given_back] -= owed
        line[kind] += owed
        line[kind + 1] = line[NOW]


@njit(cache=True)
def _settle_all(events: Ints, steps: Ints, line: Ints, moves: Ints) -> None:
    _settle(OWED, events, steps, line, moves)
    _settle(INSTEAD, events, steps, line, moves)


@njit(cache=True)
def _settle(kind: int, events: Ints, steps: Ints, line: Ints, moves: Ints) -> None:
    """What left all the same is waited for no more, if it waits still.

    Behind everything else, as what we decided before we knew of it stays legal; but
    before what is told of eaches that left, which are on their way or came back, and
    before others are given up: these are not theirs.
    """
    owed = line[kind]
    if not owed:
        return
    line[NOW], line[HERE] = line[kind + 1], _slots(line) - 1
    step = events[line[NOW], FIRST_STEP]
    program = steps[step, PROGRAM]
    while step < len(steps) and steps[step, PROGRAM] == program:
        if steps[step, IS_GIVEN_BACK]:
            source, target = steps[step, SOURCE], steps[step, TARGET]
            line[kind] -= _move(source, target, line[kind], line, moves)
        step += 1
    settled = owed - line[kind]
    if kind == OWED:
        _move(OVERSHIPPED, NOWHERE, settled, line, moves)
    else:
        _book(NOWHERE, SHIPPED_INSTEAD, settled, line[HERE], line, moves)


@njit(cache=True)
def _is_of_what_left(step: int, steps: Ints) -> bool:
    """Whether it goes on with eaches that left, or gives up some that did not."""
    if step < 0:
        return False
    is_given_up = steps[step, TARGET] in (CANCELLED, OUTSIDE)
    is_out = steps[step, SOURCE] in (SHIPPED, SHIPPED_INSTEAD, SUBSTITUTED_OUT)
    return bool(is_given_up or is_out or steps[step, IS_CAPPED])


@njit(cache=True)
def _ask(bucket: int, want: int, line: Ints, verdicts: Ints) -> int:
    """Ask the node for eaches it holds, each once; say how many that answers."""
    found = min(want, line[bucket])
    with_node = line[RELEASED] + line[IN_FULFILMENT]
    fresh = min(found, with_node - line[ASKED])
    if fresh > 0:
        line[ASKED] += fresh
        _judge(CANCEL_REQUESTED, fresh, line, verdicts)
    # Asked for once more, it is about what left; or it says again what was said.
    missed = _miss(found - fresh, line)
    if missed:
        _judge(ILLEGAL, missed, line, verdicts)
    return int(found)


@njit(cache=True)
def _let_go(line: Ints) -> None:
    """What a node was asked for and has no more has left."""
    with_node = line[RELEASED] + line[IN_FULFILMENT]
    missed = max(0, line[ASKED] - with_node)
    line[ASKED] -= missed
    line[AGAIN] = min(line[AGAIN], with_node - line[ASKED])
    _miss(missed, line)


@njit(cache=True)
def _miss(qty: int, line: Ints) -> int:
    """Note eaches that left unwanted, never more than left; say how many are new."""
    missed = max(0, min(qty, _left(line) - line[UNWANTED]))
    line[UNWANTED] += missed
    return int(missed)


@njit(cache=True)
def _left(line: Ints) -> int:
    """Eaches that left, whatever became of them, as ordered or as another SKU."""
    ours = line[SHIPPED] + line[DELIVERED] + line[LOST]
    return int(
        ours + line[SHIPPED_INSTEAD] + line[DELIVERED_INSTEAD] + line[LOST_INSTEAD]
    )


@njit(cache=True)
def _want_again(
    want: int, events: Ints, steps: Ints, line: Ints, verdicts: Ints
) -> int:
    """Take back what was to be less; say how many eaches that answers.

    What left though nobody wanted it comes first: it is there for certain. What came
    back or was lost was of it. The rest is with the node, which may still give it up.
    """
    gone = line[LOST] + line[LOST_INSTEAD] + line[OVERLAY_FROM:N_STATES].sum()
    kept = min(want, max(0, line[UNWANTED] - gone))
    line[UNWANTED] -= kept
    asked = min(want - kept, line[ASKED])
    line[ASKED] -= asked
    line[AGAIN] += asked
    rest = _withdraw(ILLEGAL, kept, events, steps, line, verdicts)
    _withdraw(CANCEL_REQUESTED, rest + asked, events, steps, line, verdicts)
    return int(kept + asked)


@njit(cache=True)
def _withdraw(
    code: int, qty: int, events: Ints, steps: Ints, line: Ints, verdicts: Ints
) -> int:
    """Judge anew what was to be less, the newest first; say what of ``qty`` was not."""
    for row in range(line[N_VERDICTS] - 1, line[FIRST] - 1, -1):
        taken = min(qty, verdicts[row, 2])
        is_less = _is_reduction(verdicts[row, 0], events, steps)
        if not taken or not is_less or verdicts[row, 1] != code:
            continue
        _judge_of(verdicts[row, 0], CANCEL_WITHDRAWN, taken, line, verdicts)
        qty -= taken
        verdicts[row, 2] -= taken
        if not verdicts[row, 2]:
            verdicts[row, 1] = FORGOTTEN
    return int(qty)


@njit(cache=True)
def _is_reduction(event: int, events: Ints, steps: Ints) -> bool:
    step = events[event, FIRST_STEP]
    return bool(step >= 0 and steps[step, IS_REDUCTION])


@njit(cache=True)
def _hold(
    step: int,
    events: Ints,
    steps: Ints,
    line: Ints,
    moves: Ints,
    verdicts: Ints,
) -> None:
    """Hold the whole line for one more reason, or for one less.

    It is free again when no reason is left. A reason holds what comes back or is
    added later as well. Which eaches an event counts does not matter.
    """
    e = line[NOW]
    bit = np.int64(1) << events[e, REASON]
    # A hold is of the line, wherever its eaches were to come from.
    line[HERE] = _slots(line) - 1
    line[LAST] = max(line[LAST], events[e, WHEN])
    if steps[step, HOLDING] < LIFTS:
        line[HOLDS] |= bit
        if not _hold_all(step, steps, line, moves):
            too_late = line[RELEASED] + line[IN_FULFILMENT]
            if too_late:
                _judge(ILLEGAL, too_late, line, verdicts)
        return
    names_none = events[e, REASON] == 0
    is_open = (line[HOLDS] & bit) != 0 or (names_none and line[HELD] + line[HOLDS] > 0)
    if not is_open:
        if steps[step, HOLDING] == LIFTS_ONLY_HELD:
            _judge(ILLEGAL, events[e, EACHES], line, verdicts)
        return
    line[HOLDS] = 0 if names_none else line[HOLDS] & ~bit
    if not line[HOLDS]:
        _move_held(ORIGIN, line[HELD], line, moves)


@njit(cache=True)
def _hold_all(step: int, steps: Ints, line: Ints, moves: Ints) -> int:
    program, moved = steps[step, PROGRAM], 0
    while step < len(steps) and steps[step, PROGRAM] == program:
        source = steps[step, SOURCE]
        moved += _move(source, HELD, line[source], line, moves)
        step += 1
    return moved


@njit(cache=True)
def _room(line: Ints, want: int) -> int:
    """Eaches that may still come back: never more than were sent."""
    back = line[OVERLAY_FROM:N_STATES].sum()
    return int(max(0, min(want, line[SHIPPED] + line[DELIVERED] - back)))


@njit(cache=True)
def _open(
    events: Ints, openings: Ints, line: Ints, moves: Ints, verdicts: Ints
) -> None:
    """Spread the pending eaches as the system before says, or hold them all.

    A line of which it held some is held, for the reason that it names.
    """
    e = line[NOW]
    told = openings[events[e, OPENING]]
    ordered = line[ORDERED]
    line[LAST] = max(line[LAST], events[e, WHEN])
    if told[HELD] > 0:
        line[HOLDS] |= np.int64(1) << events[e, REASON]
    if told.sum() != ordered or told.min() < 0 or line[PENDING] != ordered:
        # Until a person lifts every hold: none that names its reason is this one.
        line[HOLDS] |= 1
        _move(PENDING, HELD, ordered, line, moves)
        _judge(ILLEGAL, told.sum(), line, verdicts)
        return
    for bucket in range(N_BUCKETS):
        if bucket != PENDING:
            _move(PENDING, bucket, told[bucket], line, moves)
    if line[HOLDS]:
        _hold_waiting(line, moves)


@njit(cache=True)
def _hold_waiting(line: Ints, moves: Ints) -> None:
    """A hold is of the line: whatever no node was told of is held with the rest."""
    for bucket in range(RELEASED):
        if bucket != HELD:
            _move(bucket, HELD, line[bucket], line, moves)


@njit(cache=True)
def _move(source: int, target: int, want: int, line: Ints, moves: Ints) -> int:
    """Move at most ``want`` eaches; say how many moved."""
    if ALLOCATED <= source <= IN_FULFILMENT:
        return _move_committed(source, target, want, line, moves)
    if source == HELD:
        return _move_held(target, want, line, moves)
    if source < N_STATES:
        want = min(want, line[source])
    _shift(source, target, want, line[HERE], line, moves)
    return int(want)


@njit(cache=True)
def _move_held(target: int, want: int, line: Ints, moves: Ints) -> int:
    """Held eaches leave in bucket order of where they came from."""
    moved = 0
    for bucket in range(N_BUCKETS):
        take = min(want - moved, line[ORIGINS + bucket])
        if take > 0:
            line[ORIGINS + bucket] -= take
            to = bucket if target == ORIGIN else target
            _shift(HELD, to, take, line[HERE], line, moves)
            moved += take
    return moved


@njit(cache=True)
def _move_committed(
    source: int, target: int, want: int, line: Ints, moves: Ints
) -> int:
    """Take from the event's node, then from eaches whose node nobody named.

    An event that names no node takes from the line's nodes in the order they
    were first used.
    """
    slot, unknown = line[HERE], _slots(line) - 1
    moved = 0
    if slot != unknown:
        moved = _take_at(source, target, want, slot, line, moves)
        more = _take_at(source, target, want - moved, unknown, line, moves)
        return moved + more
    for k in range(line[N_USED]):
        rest = want - moved
        moved += _take_at(source, target, rest, line[USED + k], line, moves)
    return moved


@njit(cache=True)
def _slots(line: Ints) -> int:
    return (len(line) - USED) // TABLES


@njit(cache=True)
def _at_node(bucket: int, slot: int, line: Ints) -> int:
    """Where a committed bucket keeps its eaches of one slot."""
    return USED + (1 + bucket - ALLOCATED) * _slots(line) + slot


@njit(cache=True)
def _given_back(slot: int, line: Ints) -> int:
    """Where it is kept how many eaches a slot's node gave back to wait anew."""
    return USED + (TABLES - 1) * _slots(line) + slot


@njit(cache=True)
def _take_at(
    source: int, target: int, want: int, slot: int, line: Ints, moves: Ints
) -> int:
    cell = _at_node(source, slot, line)
    take = min(want, line[cell])
    if take <= 0:
        return 0
    line[cell] -= take
    _shift(source, target, take, slot, line, moves)
    return int(take)


@njit(cache=True)
def _shift(
    source: int, target: int, qty: int, slot: int, line: Ints, moves: Ints
) -> None:
    """Move eaches; those that come back go where the line's state wants them.

    What the node was asked to give up is cancelled, not wanted again; a line on
    hold holds whatever would wait.
    """
    is_with_node = source in (RELEASED, IN_FULFILMENT)
    if is_with_node and target == CANCELLED:
        line[ASKED] = max(0, line[ASKED] - qty)
    if target != PENDING:
        _book(source, target, qty, slot, line, moves)
        return
    given_up = min(qty, line[ASKED]) if is_with_node else 0
    line[ASKED] -= given_up
    _book(source, CANCELLED, given_up, slot, line, moves)
    if is_with_node:
        line[AGAIN] = max(0, line[AGAIN] - qty + given_up)
        line[_given_back(slot, line)] += qty - given_up
    waits = HELD if line[HOLDS] else PENDING
    _book(source, waits, qty - given_up, slot, line, moves)


@njit(cache=True)
def _book(
    source: int, target: int, qty: int, slot: int, line: Ints, moves: Ints
) -> None:
    """Write one move: out of ``source``, into ``target``, and the log of it."""
    if qty <= 0:
        return
    _add(source, -qty, line)
    _add(target, qty, line)
    if target == HELD:
        line[ORIGINS + (PENDING if source >= ALLOCATED else source)] += qty
    if ALLOCATED <= target <= IN_FULFILMENT:
        _use(slot, line)
        line[_at_node(target, slot, line)] += qty
    if target == RELEASED:
        given_back = _given_back(slot, line)
        line[given_back] = max(0, line[given_back] - qty)
    if source != target:
        n = line[N_MOVES]
        moves[n, EVENT], moves[n, FROM], moves[n, TO] = line[NOW], source, target
        moves[n, QTY], moves[n, NODE] = qty, slot
        line[N_MOVES] = n + 1


@njit(cache=True)
def _add(bucket: int, qty: int, line: Ints) -> None:
    if bucket == OUTSIDE:
        line[ORDERED] -= qty
    elif bucket < N_STATES:
        line[bucket] += qty


@njit(cache=True)
def _use(slot: int, line: Ints) -> None:
    for k in range(line[N_USED]):
        if line[USED + k] == slot:
            return
    line[USED + line[N_USED]] = slot
    line[N_USED] += 1


@njit(cache=True)
def _judge(code: int, qty: int, line: Ints, verdicts: Ints) -> None:
    _judge_of(line[NOW], code, qty, line, verdicts)


@njit(cache=True)
def _judge_of(event: int, code: int, qty: int, line: Ints, verdicts: Ints) -> None:
    n = line[N_VERDICTS]
    verdicts[n, 0], verdicts[n, 1], verdicts[n, 2] = event, code, qty
    line[N_VERDICTS] = n + 1
