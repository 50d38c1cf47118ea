"""CSV payments: what customers paid, one line per transaction.

UTF-8, comma separated, header = the columns of ``PAYMENTS``. A file may leave
out ``format``, ``updated_at``, which is then when it occurred, and ``is_test``,
then it is none. Of a card only the last four digits may be sent.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import PAYMENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import amount, instant, one_of, spelled
from transforms.feeds.reading.documents import parse_document
from transforms.feeds.reading.payments import KINDS, METHODS, STATUSES

DOCUMENT = PAYMENTS

_FREE_TEXT = ("gateway", "card_brand", "card_last4", "error_code")
_FILLED = {
    "format": pl.lit("csv_payments"),
    "updated_at": pl.col("occurred_at"),
    "is_test": pl.lit("false"),
}
_AMOUNTS = ("amount", "captured_amount", "refunded_amount")
_RULES = (
    one_of("format", "csv_payments"),
    one_of("kind", *KINDS),
    one_of("status_code", *STATUSES),
    one_of("method", *METHODS),
    spelled("currency_code", "[A-Z]{3}", "USD"),
    *(amount(name, pl.col("currency_code")) for name in _AMOUNTS),
    *map(instant, ("authorised_until", "occurred_at", "updated_at")),
    spelled("card_last4", "[0-9]{4}", "4242"),
    one_of("is_test", "true", "false"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a payments file; never raises, see ``parse_document``."""
    return parse_document(
        payload, profile, DOCUMENT, _RULES, free_text=_FREE_TEXT, filled=_FILLED
    )
