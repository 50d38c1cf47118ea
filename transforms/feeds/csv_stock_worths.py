"""CSV worths of stock: what an each earns where it lies, a line per node and SKU.

UTF-8, comma separated, header = the columns of ``STOCK_WORTHS``. ``worth`` is what one
each is expected to earn if it stays at the node: the lesser of its margin and what the
next node would cost more, times the chance that the demand there takes it until the
next receipt. So an each that a neighbour sends almost as cheaply is worth little more
here, and one that would be marked down anyway near 0. Where ``sku_ref`` is another
name and counts several, such as a case of 12, ``worth`` is the case's and an each has
a twelfth, rounded down to the coin. Tell a SKU at every node that has it: a node
without a line counts as 0, and is taken from first.

``worth`` is 10,000,000 at most, and no finer than the smallest coin of its
``currency_code``; where a file leaves that out, it is the partner's. A line in another
currency than the carriers' rates (``gold.dim_rates``; USD without) is kept and told of
by the check ``stock_worths_are_in_the_currency_of_the_rates``, but does not count: what
else was said of the SKU holds on.

A line of a later ``valid_from`` ends the one before it, of the same day the newest
``updated_at`` counts. A line without ``valid_to`` holds until somebody says otherwise;
whoever may stop sending gives a last day, after which it lapses and nothing takes its
place. 0 takes back what holds from its day on, not what was said for a later one.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import STOCK_WORTHS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import amount, instant, spelled
from transforms.feeds.reading.documents import parse_document
from transforms.feeds.reading.periods import period

DOCUMENT = STOCK_WORTHS

_MOST = 10_000_000
"""Major units; more is a slip, and would outweigh every freight."""

_RULES = (
    spelled("currency_code", "[A-Z]{3}", "USD"),
    amount("worth", pl.col("currency_code"), _MOST),
    *period(),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of worths, in the profile's currency if none is given; never raises.

    See ``parse_document``.
    """
    filled = {"currency_code": pl.lit(profile.currency_code)}
    return parse_document(payload, profile, DOCUMENT, _RULES, filled=filled)
