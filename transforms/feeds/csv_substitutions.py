"""CSV substitutions: what may be sent in place of a SKU, one line per alternative.

UTF-8, comma separated, header = the columns of ``SUBSTITUTIONS``. ``ratio`` eaches
of the alternative are sent for one each, the lowest ``rank`` is offered first.
``policy`` says what a person may do: ``auto`` send it without asking, ``ask`` the
customer first; ``never`` ends what an earlier line of the two SKUs allowed. What the
alternative may cost more for one each stands in ``max_price_delta``, with its
``currency_code``; left empty, it may cost whatever it does.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import SUBSTITUTIONS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import (
    Rule,
    amount,
    instant,
    one_of,
    quantity,
    spelled,
)
from transforms.feeds.reading.documents import parse_document
from transforms.feeds.reading.periods import period

DOCUMENT = SUBSTITUTIONS

_RULES = (
    Rule(
        "alternative_ref",
        "BAD_CODE",
        pl.col("alternative_ref") == pl.col("sku_ref"),
        "alternative_ref, another SKU than sku_ref",
    ),
    quantity("ratio", minimum=1),
    quantity("rank", minimum=1),
    one_of("policy", "auto", "ask", "never"),
    spelled("currency_code", "[A-Z]{3}", "USD"),
    Rule(
        "currency_code",
        "MISSING_VALUE",
        pl.col("currency_code").is_null() & pl.col("max_price_delta").is_not_null(),
        "currency_code, of max_price_delta",
        is_about_missing=True,
    ),
    amount("max_price_delta", pl.col("currency_code")),
    *period(),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of substitutions; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
