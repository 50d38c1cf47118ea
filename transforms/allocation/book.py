"""The eaches of the network while a run decides: free, held, or gone.

An each that is *held* belongs to a group of lines (one SKU, the same nodes)
and may still move to another node of that group. No each is ever lost: what
is not free and not held has been placed.
"""

from __future__ import annotations

import numpy as np

from transforms.allocation.compiled import Flags, Ints, compiled

Rows = tuple[Ints, Ints, Flags]
UNSEEN = -2


class Book:
    """Free and held eaches by SKU, group and node; changed in place.

    Args:
        stock: S × N eaches, all free at first.
        group_allowed: G × N nodes a group may use.
        group_start: S + 1; the groups of SKU s are group_start[s] … [s + 1].
    """

    def __init__(self, stock: Ints, group_allowed: Flags, group_start: Ints) -> None:
        """All of ``stock`` free, nothing held."""
        self._free = stock.copy()
        self._held = np.zeros(group_allowed.shape, np.int64)
        self._may, self._allowed = group_allowed, group_allowed.copy()
        self._start = group_start
        self._sku = np.repeat(np.arange(len(stock)), np.diff(group_start))

    def _rows(self, group: int) -> Rows:
        sku = self._sku[group]
        start, stop = self._start[sku], self._start[sku + 1]
        return self._free[sku], self._held[start:stop], self._allowed[start:stop]

    def hold(self, group: int, qty: int) -> int:
        """Hold up to ``qty`` eaches for a group; the eaches held."""
        row = group - self._start[self._sku[group]]
        return _hold(*self._rows(group), row, qty) if qty > 0 else 0

    def bind(self, group: int, node: int | None) -> None:
        """Let a group that holds nothing hold at one node only; None: where it may."""
        self._allowed[group] = self._may[group]
        if node is not None:
            self._allowed[group] = False
            self._allowed[group, node] = True

    def let_go(self, group: int, qty: int) -> None:
        """Free ``qty`` eaches that are held for a group."""
        free, held = self._free[self._sku[group]], self._held[group]
        for node in np.flatnonzero(held):
            freed = min(qty, held[node])
            held[node] -= freed
            free[node] += freed
            qty -= freed

    def obtainable(self, group: int, want: int) -> Ints:
        """Per node, eaches up to ``want`` it can give and nobody else misses."""
        rows = self._rows(group)
        caps = np.minimum(rows[0], want)
        if rows[1].any() and caps.min() < want:
            _obtainable(*rows, want, caps)
        return caps

    def take(self, group: int, node: int, want: int) -> int:
        """Take up to ``want`` eaches out of the book at ``node``; those taken."""
        return _take(*self._rows(group), node, want)

    def remembered(self, groups: Ints) -> list[tuple[Rows, Ints, Ints]]:
        """What ``restore`` needs to undo changes to the SKUs of ``groups``."""
        rows = [self._rows(group) for group in groups]
        return [(row, row[0].copy(), row[1].copy()) for row in rows]

    @staticmethod
    def restore(memory: list[tuple[Rows, Ints, Ints]]) -> None:
        """Undo what happened since ``remembered``."""
        for (free, held, _), old_free, old_held in memory:
            free[:] = old_free
            held[:] = old_held


@compiled
def _hold(free: Ints, held: Ints, allowed: Flags, row: int, qty: int) -> int:
    got = 0
    while got < qty:
        node, taken = _make_room(free, held, allowed, allowed[row], qty - got)
        if taken == 0:
            break
        held[row, node] += taken
        got += taken
    return got


@compiled
def _take(free: Ints, held: Ints, allowed: Flags, node: int, want: int) -> int:
    wanted = np.zeros(len(free), np.bool_)
    wanted[node] = True
    got = 0
    while got < want:
        _, taken = _make_room(free, held, allowed, wanted, want - got)
        if taken == 0:
            break
        got += taken
    return got


@compiled
def _obtainable(free: Ints, held: Ints, allowed: Flags, want: int, caps: Ints) -> None:
    for node in range(len(free)):
        if caps[node] < want:
            caps[node] = _take(free.copy(), held.copy(), allowed, node, want)


@compiled
def _make_room(
    free: Ints, held: Ints, allowed: Flags, wanted: Flags, qty: int
) -> tuple[int, int]:
    """Take up to ``qty`` eaches at one of the ``wanted`` nodes.

    Where none is free, held eaches move along the shortest chain of nodes
    that ends at a free one; nobody loses an each.

    Returns:
        (node, eaches taken there: no longer free, not yet held), 0 eaches
        when no chain is left.
    """
    count = len(free)
    queue = np.empty(count, np.int64)
    before = np.full(count, UNSEEN, np.int64)
    mover = np.full(count, -1, np.int64)
    head, tail = 0, 0
    for node in np.flatnonzero(wanted):
        queue[tail] = node
        before[node] = -1
        tail += 1
    while head < tail:
        node = queue[head]
        head += 1
        if free[node] > 0:
            return _shift(free, held, before, mover, node, qty)
        for group in range(len(held)):
            if held[group, node] > 0:
                for other in np.flatnonzero(allowed[group] & (before == UNSEEN)):
                    queue[tail] = other
                    before[other] = node
                    mover[other] = group
                    tail += 1
    return -1, 0


@compiled
def _shift(
    free: Ints, held: Ints, before: Ints, mover: Ints, end: int, qty: int
) -> tuple[int, int]:
    """Move held eaches along the chain that ends at ``end``; (its start, eaches)."""
    moved = min(qty, free[end])
    node = end
    while before[node] >= 0:
        moved = min(moved, held[mover[node], before[node]])
        node = before[node]
    free[end] -= moved
    start, node = node, end
    while before[node] >= 0:
        held[mover[node], before[node]] -= moved
        held[mover[node], node] += moved
        node = before[node]
    return start, moved
