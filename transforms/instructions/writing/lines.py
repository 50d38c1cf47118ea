"""Instruction lines as formats walk them: checked, in order, by instruction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import Table, conform

Row = Mapping[str, Any]

Render = Callable[[pl.DataFrame, Envelope], Payload]
"""Rows of a format's document → a file of it; the same rows give the same bytes."""


def grouped(
    frame: pl.DataFrame, document: Table, owner: str, line: str
) -> dict[str, list[Row]]:
    """Rows by their owner, owners sorted, lines in the order of their number.

    Args:
        frame: ``document``, one row per line.
        document: contract of the frame.
        owner: column that names an instruction.
        line: column of line numbers; where they are digits in text, 2 stands
            before 10.

    Raises:
        ContractError: the frame does not keep its contract.
        ValueError: the frame is empty.
    """
    if frame.is_empty():
        raise ValueError("a file needs at least one line")
    number = pl.col(line)
    length = number.cast(pl.String).str.len_chars()
    rows = conform(frame, document).sort(owner, length, number)
    by_owner = groupby(rows.to_dicts(), itemgetter(owner))
    return {str(key): [*lines] for key, lines in by_owner}
