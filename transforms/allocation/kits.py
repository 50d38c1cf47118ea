"""Whole kits: a component is given where its kit's other components are given too.

Of a line that is a component, the eaches still open make kits that lack something;
what is given completes as many of them as it can, and no more. Which node each
component comes from is free: an order may be split, a kit may not be halved.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.allocation.compiled import Ints

NO_KIT = -1


def kit_codes(demand: pl.DataFrame) -> tuple[Ints, Ints]:
    """Per line of OPEN_DEMAND the number of its kit's line, and eaches in one kit.

    Returns:
        ``NO_KIT`` and 1 for a line that is no component.
    """
    kits = demand["kit_line_id"]
    # A kit's components are neighbours, so the numbers of an order are close.
    is_part, runs = kits.is_not_null().to_numpy(), kits.rle_id().to_numpy()
    numbers = np.where(is_part, runs.astype(np.int64), NO_KIT)
    per_kit = demand["kit_qty"].fill_null(1).to_numpy().astype(np.int64)
    return numbers, np.ascontiguousarray(per_kit)


def whole_kits(given: Ints, wanted: Ints, kit: Ints, per_kit: Ints) -> Ints:
    """The most of ``given`` that halves no kit; lines without a kit keep all.

        kits that stay incomplete = max over components ceil(lack / per kit)

    Args:
        given: eaches per line, at most ``wanted``.
        wanted: eaches still open per line.
        kit: number of the line's kit, ``NO_KIT`` for none.
        per_kit: eaches in one kit.
    """
    is_part = kit != NO_KIT
    first = np.where(is_part, kit, kit.max()).min()
    numbers = np.where(is_part, kit - first + 1, 0)
    lacking = np.zeros(numbers.max() + 1, np.int64)
    np.maximum.at(lacking, numbers, -((given - wanted) // per_kit))
    left = np.minimum(wanted, lacking[numbers] * per_kit)
    return np.where(is_part, wanted - left, given)
