"""The channels' files: order lines in, named bytes out, whatever the channel.

Not here: the formats (``web_orders``, ``market_orders``, ``purchase_orders``,
``till_sales``) and planted faults (``faults``).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.documents import market_orders, till_sales, web_orders
from transforms.twin.documents.market_orders import amazon_lines
from transforms.twin.documents.order_facts import state_facts
from transforms.twin.documents.purchase_orders import purchase_order_files
from transforms.twin.documents.spelling import lines_bytes
from transforms.twin.documents.till_sales import pos_lines
from transforms.twin.documents.web_orders import shopify_lines
from transforms.twin.founding.network import BUSINESS, MARKET, STORES, WEB

PATTERNS = {
    WEB: (web_orders.PATTERN, None),
    MARKET: (market_orders.PATTERN, market_orders.HEADER),
    STORES: (till_sales.PATTERN, till_sales.HEADER),
}


def order_files(company: Company, lines: pl.DataFrame) -> Iterator[NamedBytes]:
    """Every file the channels send for these lines, channel by channel.

    Args:
        company: whose catalogue and people are joined.
        lines: rows of ``company.lines``; may carry ``note`` and ``updated_at``.
    """
    for channel in (BUSINESS, MARKET, STORES, WEB):
        chosen = lines.filter(pl.col("channel") == channel)
        if chosen.height:
            yield from _channel_files(company, channel, chosen)


def text_lines(company: Company, channel: str, lines: pl.DataFrame) -> pl.DataFrame:
    """Lines of one text channel (not business) as text.

    Returns:
        ``order_ref, received_at, file_stamp, text``: one row per physical line.
    """
    facts = _facts(company, lines)
    zone = company.plan.zone
    if channel == WEB:
        return shopify_lines(facts, zone)
    if channel == MARKET:
        return amazon_lines(facts, zone)
    return pos_lines(facts, zone, company.seed)


def _channel_files(
    company: Company, channel: str, lines: pl.DataFrame
) -> Iterator[NamedBytes]:
    if channel == BUSINESS:
        yield from purchase_order_files(_facts(company, lines), company.plan.zone)
        return
    pattern, header = PATTERNS[channel]
    texts = text_lines(company, channel, lines)
    files = texts.group_by("received_at", "file_stamp", maintain_order=True).agg("text")
    for at, file_stamp, text in files.iter_rows():
        content = lines_bytes(text, header)
        yield NamedBytes(channel, pattern.format(file_stamp), content, at)


def _facts(company: Company, lines: pl.DataFrame) -> pl.DataFrame:
    return state_facts(
        lines.drop("region"), company.catalogue, company.people, company.seed
    )
