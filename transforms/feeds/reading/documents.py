"""The plain CSV form of a document: header = the document's column names.

Every ``csv_*`` format is this function with its own rules. Numbers and times
may be spelled in the partner's way (options of ``spelling``); a reference that
a spreadsheet rewrote as 1.23E+12 is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.contracts.profile import Parsed, Profile
from transforms.contracts.table import Table
from transforms.feeds.reading.accounts import (
    optional_columns,
    reference_columns,
    required_columns,
    settle,
)
from transforms.feeds.reading.cells import Rule, required
from transforms.feeds.reading.delimited import read_delimited
from transforms.feeds.reading.header import COMMA
from transforms.feeds.reading.spelling import judge_spelled, rewritten


def parse_document(
    payload: bytes, profile: Profile, document: Table, rules: Sequence[Rule]
) -> Parsed:
    """Read a comma separated file of ``document``.

    Args:
        payload: any bytes.
        profile: options of ``read_delimited`` and of ``spelling``.
        document: gives the columns; those that may not be null must be in the
            header and filled.
        rules: what the cells may say besides.
    """
    names = required_columns(document)
    read = read_delimited(payload, profile, COMMA, names, optional_columns(document))
    needed = [*required(*names), *rewritten(read, *reference_columns(document))]
    good, problems = judge_spelled(read.cells, [*needed, *rules], profile)
    return settle(read, good, problems, document)
