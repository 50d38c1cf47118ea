"""The plain CSV form of a document: header = the document's column names.

Every ``csv_*`` format is this function with its own rules. Numbers and times
may be spelled in the partner's way (options of ``spelling``); a reference that
a spreadsheet rewrote as 1.23E+12 is refused. A document that may name a unit
(``uom_code``) names none for eaches, or EA. Rows that go by the same numbers are
refused (``repeats``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from transforms.contracts.documents.columns import UNIT
from transforms.contracts.profile import Parsed, Profile
from transforms.contracts.table import Table
from transforms.feeds.reading.accounts import (
    optional_columns,
    reference_columns,
    required_columns,
    settle,
)
from transforms.feeds.reading.cells import Rule, named_unit, required, unit_code
from transforms.feeds.reading.delimited import read_wanted
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.header import COMMA, Wanted
from transforms.feeds.reading.repeats import judge_repeats
from transforms.feeds.reading.rows import with_defaults
from transforms.feeds.reading.spelling import judge_spelled, rewritten
from transforms.feeds.reading.text import MAX_LONE_CELLS


def parse_document(
    payload: bytes,
    profile: Profile,
    document: Table,
    rules: Sequence[Rule],
    *,
    free_text: Sequence[str] = (),
    filled: Mapping[str, pl.Expr] | None = None,
) -> Parsed:
    """Read a comma separated file of ``document``.

    Args:
        payload: any bytes.
        profile: options of ``read_delimited`` and of ``spelling``.
        document: gives the columns; those that may not be null must be filled.
        rules: what the cells may say besides.
        free_text: columns that people write into; a row with a card number
            there is refused.
        filled: what stands in a cell that the file leaves empty; such columns
            may be missing from the header.
    """
    filled = filled or {}
    names = [name for name in required_columns(document) if name not in filled]
    others = [*filled, *optional_columns(document)]
    wanted = Wanted(names, list(dict.fromkeys(others)))
    read = read_wanted(payload, profile, COMMA, wanted, MAX_LONE_CELLS)
    cells = with_defaults(read.cells, filled)
    references = rewritten(read, *reference_columns(document))
    rest = [name for name in required_columns(document) if name in filled]
    needed = [*required(*names), *required(*rest, is_worked_out=True), *references]
    every, derived = [*needed, *rules], []
    if UNIT in document.columns:
        every, derived = [*every, unit_code()], [named_unit()]
    good, problems = judge_spelled(cells, every, profile, derived=derived)
    if free_text:
        good, cards = refuse_cards(good, free_text)
        problems = pl.concat([problems, cards])
    good, repeats = judge_repeats(good, document, profile)
    silent = read.cells.height - problems.height - good.height - repeats.height
    every_problem = pl.concat([problems, repeats])
    return settle(read, good, every_problem, document, silent)
