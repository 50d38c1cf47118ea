"""CSV worths of stock: what an each earns where it lies, a line per node and SKU.

UTF-8, comma separated, header = the columns of ``STOCK_WORTHS``. ``worth`` is what one
each is expected to earn if it stays at the node: its margin times the chance that it
sells there at full price before the next receipt. It is near 0 where the each would
be marked down anyway, and in the partner's currency, no finer than its smallest coin.
A line of a later ``valid_from`` ends the one before it, of the same day the newest
``updated_at`` counts. ``valid_to`` is the last day, the line then lapses and nothing
takes its place; 0 takes back what was said.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import STOCK_WORTHS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import amount, instant
from transforms.feeds.reading.documents import parse_document
from transforms.feeds.reading.periods import period

DOCUMENT = STOCK_WORTHS

_RULES = (*period(), instant("updated_at"))


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of worths in the profile's currency; never raises."""
    rules = [amount("worth", pl.lit(profile.currency_code)), *_RULES]
    return parse_document(payload, profile, DOCUMENT, rules)
