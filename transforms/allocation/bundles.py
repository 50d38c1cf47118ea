"""Bundles: lines of one order that are kept together, from one node or not at all.

A bundle is what is open of the lines of an order that name the same group
(``keep_together``). It goes in full, in one shipment, or all of it waits. What its
lines had before this run is no part of it. A kit in a bundle is whole as the bundle is.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.allocation.compiled import Flags, Ints

NO_BUNDLE = -1


def bundle_codes(demand: pl.DataFrame) -> Ints:
    """Per line of OPEN_DEMAND the number of its bundle, ``NO_BUNDLE`` for none."""
    told = demand["keep_together"]
    if told.is_null().all():
        return np.full(demand.height, NO_BUNDLE, np.int64)
    group = pl.struct("order_id", "keep_together").rank("dense")
    numbers = demand.select(group).to_series().to_numpy().astype(np.int64)
    return np.where(told.is_not_null().to_numpy(), numbers, NO_BUNDLE)


def bundles_among(codes: Ints) -> list[Ints]:
    """Positions of the lines of each bundle, by its first line."""
    lines = np.flatnonzero(codes != NO_BUNDLE)
    if not len(lines):
        return []
    ranked = lines[np.argsort(codes[lines], kind="stable")]
    bundles = np.split(ranked, np.flatnonzero(np.diff(codes[ranked])) + 1)
    return sorted(bundles, key=lambda bundle: int(bundle[0]))


def whole_bundles(given: Ints, wanted: Ints, codes: Ints) -> Ints:
    """The most of ``given`` that tears no bundle; lines without one keep all.

    Args:
        given: eaches per line, at most ``wanted``.
        wanted: eaches still open per line.
        codes: number of the line's bundle.
    """
    whole = given.copy()
    for bundle in bundles_among(codes):
        if (given[bundle] < wanted[bundle]).any():
            whole[bundle] = 0
    return whole


def whole_at(bundle: Ints, qty: Ints, caps: Ints, slot: Ints, allowed: Flags) -> Flags:
    """Per node whether it may and can give all lines of a bundle all they want.

    Args:
        bundle: its lines.
        qty: eaches wanted per line.
        caps: slots × nodes eaches to have.
        slot: row of ``caps`` per line; lines of one SKU share one.
        allowed: lines × nodes.
    """
    needs = np.zeros(len(caps), np.int64)
    np.add.at(needs, slot[bundle], qty[bundle])
    there = (caps >= needs[:, None]).all(axis=0)
    return np.asarray(there & allowed[bundle].all(axis=0))
