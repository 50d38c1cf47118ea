"""JSON objects of one kind → rows of a document, one row each.

Not here: objects with lists of parts that are rows too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from transforms.contracts.profile import Parsed, Profile
from transforms.contracts.table import Table
from transforms.feeds.reading.cells import Rule, judge
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.json_shapes import Shape
from transforms.feeds.reading.json_tables import read_tables
from transforms.feeds.reading.json_units import Units, settle_units
from transforms.feeds.reading.rows import filled_out
from transforms.feeds.reading.scalars import plain_amounts


@dataclass(frozen=True)
class RowForm:
    """How the objects of a format become rows.

    Args:
        texts: dotted paths of what is read of an object.
        rules: what may stand there, and in ``filled``.
        columns: of the document; those that are not named are null.
        amounts: those of ``texts`` that are money.
        filled: cells worked out before the rules are asked.
        free_text: those of ``texts`` that people may have written into.
        joined: those of ``texts`` that are lists of scalars, joined by commas.
        expandable: members that are an object, or the id of one.
    """

    texts: Sequence[str]
    rules: Sequence[Rule]
    columns: Mapping[str, pl.Expr]
    amounts: Sequence[str] = ()
    filled: Mapping[str, pl.Expr] | None = None
    free_text: Sequence[str] = ()
    joined: Sequence[str] = ()
    expandable: Sequence[str] = ()

    @cached_property
    def shape(self) -> Shape:
        """Of the objects."""
        return Shape(
            "object", self.texts, joined=self.joined, expandable=self.expandable
        )


def parse_objects(
    payload: bytes, profile: Profile, document: Table, form: RowForm, units: Units
) -> Parsed:
    """Read objects as JSON lines or as a page; a broken one falls with its unit.

    Args:
        payload: any bytes.
        profile: options of ``read_lines`` and ``max_line_chars``.
        document: whose columns the rows have.
        form: what becomes of an object.
        units: finds the objects.
    """
    lines, found = read_tables(payload, profile, units, form.shape)
    objects = plain_amounts(found.frames["object"], form.amounts)
    safe, cards = objects, found.problems.clear()
    if form.free_text:
        safe, cards = refuse_cards(objects, form.free_text)
    good, bad = judge(safe.with_columns(**(form.filled or {})), form.rules)
    rows = filled_out(good, form.columns, document)
    problems = pl.concat([found.problems, cards, bad])
    return settle_units(lines, found.unit_lines, rows, problems, document)
