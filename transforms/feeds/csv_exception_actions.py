"""CSV actions on exceptions: notes, hand-overs, and until when they may rest.

UTF-8, comma separated, header = the columns of ``EXCEPTION_ACTIONS``. An ASSIGN names
an owner, a SNOOZE a date, a NOTE a remark. What rests is listed again on its date, at
the latest after 90 days (7 where it says that books do not add up; the operator may
set other days), or as soon as it changes; an exception that opens again begins anew.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import EXCEPTION_ACTIONS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, date, instant, one_of
from transforms.feeds.reading.documents import parse_document

DOCUMENT = EXCEPTION_ACTIONS

_NEEDS = {"NOTE": "remark", "ASSIGN": "owner", "SNOOZE": "snoozed_until"}
_RULES = (
    one_of("action", *_NEEDS),
    *(
        Rule(
            column,
            "MISSING_VALUE",
            (pl.col("action") == action) & pl.col(column).is_null(),
            f"{column}, for {action}",
            is_about_missing=True,
        )
        for action, column in _NEEDS.items()
    ),
    date("snoozed_until"),
    instant("acted_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of actions; never raises, see ``parse_document``."""
    free_text = ["author", "remark"]
    return parse_document(payload, profile, DOCUMENT, _RULES, free_text=free_text)
