"""JSON objects with parts that are rows too: the way to a document's rows.

A format says how its pages are wrapped, what its objects are made of, and what
they mean; the rest is the same for all. Not here: objects that are one row each
(``json_rows``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from transforms.contracts.profile import Parsed, Profile
from transforms.contracts.table import Table
from transforms.feeds.reading.json_shapes import Shape
from transforms.feeds.reading.json_tables import read_tables
from transforms.feeds.reading.json_units import inside, settle_units

Meaning = Callable[[Mapping[str, pl.DataFrame]], tuple[pl.DataFrame, pl.DataFrame]]
"""Frames by name of their shape → rows of the document, ``rejects.PROBLEM``."""


def parse_compounds(
    payload: bytes,
    profile: Profile,
    document: Table,
    shape: Shape,
    meaning: Meaning,
    wrappers: Sequence[str],
) -> Parsed:
    """Read compound objects of one shape; a broken one is refused with its lines.

    Args:
        payload: any bytes.
        profile: options of ``read_json_lines``.
        document: whose columns the rows have.
        shape: of the objects.
        meaning: what they mean.
        wrappers: names of members that lead to them on a page.
    """
    lines, found = read_tables(payload, profile, inside(*wrappers), shape)
    rows, problems = meaning(found.frames)
    every = pl.concat([found.problems, problems])
    return settle_units(lines, found.unit_lines, rows, every, document)
