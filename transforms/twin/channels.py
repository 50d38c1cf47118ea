"""Which channel a basket came through, and its order's numbers there.

Left out first: departments FUEL and MISCELLANEOUS, quantity 0, lines without a
product. The business date is the date in the company's zone. Then:

- The eight busiest stores are those with most remaining baskets (ties: lower
  id). Their baskets are till sales of that store.
- Of the other baskets 5 % go to the business channel: 14 of 100 of those with
  13 lines or more (a quarter of all), 2 of 100 of the smaller ones.
- The rest is dealt 45 : 30 : 20 to one of the eight tills (which one by its
  own draw from the store id, so a closed store's customers stay together),
  the web shop and the marketplace.

Every draw is a hash of (seed, purpose, basket or store id). Orders are
numbered over the whole year, so that a shorter history changes no number.
"""

from __future__ import annotations

import polars as pl

from transforms.twin.draws import drawn, draws
from transforms.twin.founding.network import BUSINESS, MARKET, STORES, WEB

LEFT_OUT = ("FUEL", "MISCELLANEOUS")
STORE_COUNT = 8
BIG_BASKET_LINES = 13
BIG_TO_BUSINESS_PERCENT = 14
SMALL_TO_BUSINESS_PERCENT = 2
_SHARES = ((STORES, 45), (WEB, 30), (MARKET, 20))
_TAXED = ("DRUG GM", "COSMETICS", "GARDEN CENTER", "FLORAL", "SPIRITS")
_TAX_PERCENT = 6
_CENTS = 100


def keep_sales(
    transactions: pl.DataFrame, products: pl.DataFrame, zone: str
) -> pl.DataFrame:
    """Lines the company sells, money in integer cents, with business dates.

    ``gross_minor`` is what the line costs before the three discounts; what is
    paid is the source's ``sales_value``. General merchandise carries 6 % tax,
    rounded half up.
    """
    known = products.select("product_id", "department")
    lines = transactions.join(known, on="product_id").filter(
        ~pl.col("department").is_in(LEFT_OUT), pl.col("quantity") > 0
    )
    ordered_at = _utc("transaction_timestamp")
    paid, retail = _minor("sales_value"), _minor("retail_disc")
    coupon, match = _minor("coupon_disc"), _minor("coupon_match_disc")
    taxed = pl.when(pl.col("department").is_in(_TAXED)).then(paid).otherwise(0)
    return lines.select(
        pl.col("basket_id", "household_id", "store_id", "product_id").cast(pl.Int64),
        ordered_at.alias("ordered_at"),
        ordered_at.dt.convert_time_zone(zone).dt.date().alias("business_date"),
        pl.col("quantity").cast(pl.Int64).alias("qty"),
        (paid + retail + coupon + match).alias("gross_minor"),
        retail.alias("retail_minor"),
        coupon.alias("coupon_minor"),
        match.alias("match_minor"),
        ((taxed * _TAX_PERCENT + _CENTS // 2) // _CENTS).alias("tax_minor"),
    )


def busiest_stores(lines: pl.DataFrame) -> list[int]:
    """The eight stores with most baskets, busiest first, ties by lower id."""
    counts = lines.group_by("store_id").agg(pl.col("basket_id").n_unique().alias("n"))
    ranked = counts.sort("n", "store_id", descending=[True, False])
    return [int(store) for store in ranked["store_id"].head(STORE_COUNT)]


def assign_channels(lines: pl.DataFrame, stores: list[int], seed: int) -> pl.DataFrame:
    """One row per basket: ``channel`` and, for till sales, the till's store.

    Returns:
        ``basket_id, household_id, ordered_at, business_date, channel,
        till_store`` (null off the tills), sorted by time and basket.
    """
    baskets = lines.group_by("basket_id").agg(
        pl.col("household_id", "store_id", "ordered_at", "business_date").first(),
        pl.len().alias("line_count"),
    )
    baskets = baskets.sort("ordered_at", "basket_id").with_columns(
        drawn("basket_id", seed, "to business", 100),
        drawn("basket_id", seed, "to channel", sum(share for _, share in _SHARES)),
    )
    baskets = baskets.with_columns(
        _tills(baskets["store_id"], stores, seed), channel=_channel(stores)
    )
    is_busy = pl.col("store_id").is_in(stores)
    store = pl.when(is_busy).then("store_id").otherwise("till")
    return baskets.select(
        "basket_id",
        "household_id",
        "ordered_at",
        "business_date",
        "channel",
        pl.when(pl.col("channel") == STORES).then(store).alias("till_store"),
    )


def number_orders(baskets: pl.DataFrame) -> pl.DataFrame:
    """Give every basket its number inside its channel, and the names it has there.

    Returns:
        ``baskets`` with ``order_no`` (1 … n per channel, per store at tills),
        ``order_ref`` and ``order_name``.
    """
    counted = baskets.with_columns(
        order_no=pl.int_range(1, pl.len() + 1).over("channel", "till_store")
    )
    number = pl.col("order_no")
    shopify = (5_104_000_000_000 + number * 32_768).cast(pl.String)
    market_tail = pl.col("basket_id").mod(9_999_991)
    market = pl.format(
        "902-{}-{}",
        _digits(number * 3_159_897 % 10_000_000, 7),
        _digits(market_tail, 7),
    )
    purchase = pl.format("PO17-{}", _digits(number, 6))
    receipt = pl.format("{}-{}", "till_store", _digits(number, 6))
    refs = {WEB: shopify, MARKET: market, BUSINESS: purchase, STORES: receipt}
    order_ref = pl.coalesce(
        pl.when(pl.col("channel") == name).then(ref) for name, ref in refs.items()
    )
    web_name = pl.format("#{}", number + 1000)
    is_web = pl.col("channel") == WEB
    return counted.with_columns(order_ref=order_ref).with_columns(
        order_name=pl.when(is_web).then(web_name).otherwise("order_ref")
    )


def number_lines(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Join lines to their orders; number them inside the order and the channel.

    Returns:
        One row per line, sorted by channel, time, basket and product, with the
        order's columns, ``line_no`` (1 … n) and ``line_ref`` as the channel has it.
    """
    facts = lines.drop("household_id", "store_id", "ordered_at", "business_date")
    joined = facts.join(orders, on="basket_id").sort(
        "channel", "ordered_at", "basket_id", "product_id"
    )
    joined = joined.with_columns(
        line_no=pl.int_range(1, pl.len() + 1).over("basket_id"),
        line_seq=pl.int_range(1, pl.len() + 1).over("channel"),
    )
    web_ref = (12_480_000_000_000 + pl.col("line_seq") * 32_768).cast(pl.String)
    market_ref = (50_000_000_000_000 + pl.col("line_seq") * 7_919_003).cast(pl.String)
    plain = pl.col("line_no").cast(pl.String)
    return joined.with_columns(
        line_ref=pl.when(pl.col("channel") == WEB)
        .then(web_ref)
        .when(pl.col("channel") == MARKET)
        .then(market_ref)
        .otherwise(plain)
    )


def _tills(store_ids: pl.Series, stores: list[int], seed: int) -> pl.Series:
    numbers = draws(store_ids, seed, "to till", len(stores))
    return pl.Series(stores, dtype=pl.Int64).gather(numbers).alias("till")


def _channel(stores: list[int]) -> pl.Expr:
    is_big = pl.col("line_count") >= BIG_BASKET_LINES
    percent = (
        pl.when(is_big)
        .then(BIG_TO_BUSINESS_PERCENT)
        .otherwise(SMALL_TO_BUSINESS_PERCENT)
    )
    dealt = pl.lit(_SHARES[-1][0])
    border = sum(share for _, share in _SHARES)
    for name, share in reversed(_SHARES):
        dealt = (
            pl.when(pl.col("to channel") < border).then(pl.lit(name)).otherwise(dealt)
        )
        border -= share
    return (
        pl.when(pl.col("store_id").is_in(stores))
        .then(pl.lit(STORES))
        .when(pl.col("to business") < percent)
        .then(pl.lit(BUSINESS))
        .otherwise(dealt)
    )


def _utc(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _minor(column: str) -> pl.Expr:
    return (pl.col(column) * _CENTS).round(0).cast(pl.Int64)


def _digits(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)
