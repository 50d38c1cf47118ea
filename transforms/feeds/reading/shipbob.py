"""ShipBob's orders and shipments: what left, counted for the lines of the order.

Not here: which file is one (``feeds.shipbob_shipments``).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.feeds.reading.cells import Rule, instant, judge, required
from transforms.feeds.reading.json_shapes import Listing, Shape
from transforms.feeds.reading.shipbob_lots import (
    STOCKED,
    in_pieces,
    serials_of,
    taken_from,
)

_SENT = "actual_fulfillment_date"
_SHIPMENT_TEXTS = (
    *("id", "reference_id", "status", _SENT, "location.id"),
    *("tracking.carrier", "tracking.scac", "tracking.tracking_number"),
)
_PACKED = ("id", "sku", "reference_id", "quantity")


def _stocked(name: str) -> Shape:
    """What a product was taken from."""
    return Shape(name, STOCKED, joined=("serial_numbers",))


ORDER = Shape(
    "order",
    (*_SHIPMENT_TEXTS, "order_id"),
    lists=(
        Listing(
            "products",
            Shape(
                "line",
                (*_PACKED, "external_line_id"),
                lists=(Listing("inventory_items", _stocked("line_stocked")),),
            ),
        ),
        Listing(
            "shipments",
            Shape(
                "shipment",
                _SHIPMENT_TEXTS,
                lists=(
                    Listing(
                        "products",
                        Shape(
                            "packed",
                            _PACKED,
                            lists=(Listing("inventory_items", _stocked("stocked")),),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
"""An order with its shipments, or a shipment alone: that one has ``order_id``."""


_CANCELLED = "Cancelled"
_ENDLESS = 1 << 40
"""Eaches no order has: what is too much is told of the last line."""


def rows_of(frames: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``SHIPMENT_CONFIRMATIONS`` and ``rejects.PROBLEM``, by line of order."""
    _, bad_orders = judge(frames["order"], required("id"))
    shipments = _shipments(frames)
    lines = frames["line"].with_columns(eaches=_eaches("quantity"))
    packed = _counted(_packed(frames, shipments), lines)
    left, bad = judge(shipments.filter("has_left"), _shipment_rules())
    sent, bad_products = judge(
        packed.join(left.select("shipment_key"), on="shipment_key", how="semi"),
        _product_rules(),
    )
    shares = _shares(sent, packed, lines)
    rows = shares.join(
        left.drop("order_no"), on="shipment_key", how="inner", maintain_order="left"
    )
    return _as_confirmations(rows), pl.concat([bad_orders, bad, bad_products])


def _eaches(column: str) -> pl.Expr:
    is_count = pl.col(column).str.contains("^[0-9]{1,9}$")
    return pl.when(is_count).then(pl.col(column)).cast(pl.Int64)


def _shipments(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Shipments of orders, and those that stand alone, which are their own order."""
    orders = frames["order"]
    alone = orders.filter(pl.col("order_id").is_not_null()).with_columns(
        shipment_key=pl.concat_str(pl.lit("order/"), "order_no")
    )
    owner = orders.select("order_no", "payload_line", order_ref="reference_id")
    inside = (
        frames["shipment"]
        .with_columns(shipment_key=pl.concat_str(pl.lit("shipment/"), "shipment_no"))
        .join(owner, on="order_no", how="inner", maintain_order="left")
        .with_columns(reference_id=pl.coalesce("order_ref", "reference_id"))
    )
    names = ["shipment_key", "order_no", "payload_line", *_SHIPMENT_TEXTS]
    is_live = pl.col("status").fill_null("") != _CANCELLED
    return pl.concat([alone.select(names), inside.select(names)]).with_columns(
        is_live=is_live, has_left=is_live & pl.col(_SENT).is_not_null()
    )


def _packed(
    frames: Mapping[str, pl.DataFrame], shipments: pl.DataFrame
) -> pl.DataFrame:
    """Products of live shipments, with the stock they were taken from summed up."""
    names = ["shipment_key", "place", *_PACKED, "taken", "kinds", "pieces"]
    alone = _with_stock(frames["line"], frames["line_stocked"], "line_no")
    inside = _with_stock(frames["packed"], frames["stocked"], "packed_no")
    keyed = [
        alone.with_columns(shipment_key=pl.concat_str(pl.lit("order/"), "order_no")),
        inside.with_columns(
            shipment_key=pl.concat_str(pl.lit("shipment/"), "shipment_no")
        ),
    ]
    owner = shipments.filter("is_live").select(
        "shipment_key", "order_no", "payload_line", shipment_id="id"
    )
    return pl.concat(part.select(names) for part in keyed).join(
        owner, on="shipment_key", how="inner", maintain_order="left"
    )


def _with_stock(
    products: pl.DataFrame, stocked: pl.DataFrame, key: str
) -> pl.DataFrame:
    is_bad = _eaches("quantity").is_null().any()
    stock = stocked.group_by(key).agg(
        taken=pl.when(~is_bad).then(_eaches("quantity").sum()),
        kinds=pl.col("id").n_unique(),
        pieces=taken_from(),
    )
    return products.join(stock, on=key, how="left", maintain_order="left").rename(
        {key: "place"}
    )


def _counted(packed: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """With ``eaches`` of each product.

    Stock of several kinds under one product is a kit: it counts as often as it
    was ordered, if it was not sent in several shipments.
    """
    ordered = lines.group_by("order_no", "id").agg(ordered=pl.col("eaches").sum())
    is_only = pl.col("shipment_key").n_unique().over("order_no") == 1
    of_kit = pl.when(is_only & (pl.col("ordered") > 0)).then("ordered")
    of_stock = pl.when(pl.col("kinds") == 1).then("taken")
    return packed.join(
        ordered, on=["order_no", "id"], how="left", maintain_order="left"
    ).with_columns(
        eaches=pl.coalesce(
            _eaches("quantity"), of_stock, pl.when(pl.col("kinds") > 1).then(of_kit)
        )
    )


def _shares(
    sent: pl.DataFrame, packed: pl.DataFrame, lines: pl.DataFrame
) -> pl.DataFrame:
    """What each shipment sent for each line, lot by lot: ``shipment_key, qty`` and all.

    An order may name a product twice. Its shipments, by number, fill its lines
    in their order, so that a later file says the same of the same shipment.
    """
    product = ["order_no", "id"]
    number = pl.col("shipment_id").cast(pl.Int64, strict=False)
    goods = in_pieces(packed).sort(
        "order_no", number, "place", nulls_last=True, maintain_order=True
    )
    goods = goods.with_columns(
        end=pl.col("eaches").fill_null(0).cum_sum().over(product)
    )
    asked = lines.with_columns(
        line_end=pl.col("eaches").fill_null(0).cum_sum().over(product)
    )
    is_last = pl.col("line_no") == pl.col("line_no").max().over(product)
    asked = asked.select(
        *product,
        "external_line_id",
        line_start=pl.col("line_end") - pl.col("eaches").fill_null(0),
        line_end=pl.when(is_last).then(_ENDLESS).otherwise("line_end"),
    )
    start = pl.col("end") - pl.col("eaches")
    begin = pl.max_horizontal(start, "line_start")
    share = pl.min_horizontal("end", "line_end") - begin
    return (
        goods.join(
            sent.select("shipment_key", "place"),
            on=["shipment_key", "place"],
            how="semi",
        )
        .join(asked, on=product, how="left", maintain_order="left")
        .with_columns(share=pl.coalesce(share, "eaches"))
        .filter(pl.col("share") > 0)
        .with_columns(serials=serials_of(pl.col("share"), begin - start))
        .group_by(
            "shipment_key",
            sku_ref=pl.coalesce("sku", "reference_id"),
            line_ref=pl.coalesce("external_line_id", "reference_id", "sku"),
            lot_ref="lot_ref",
            maintain_order=True,
        )
        .agg(
            qty=pl.col("share").sum(),
            serial_refs=pl.col("serials").list.explode().drop_nulls().str.join(" "),
        )
        .with_columns(
            asked_qty=pl.col("qty").sum().over("shipment_key", "sku_ref", "line_ref"),
            serial_refs=pl.col("serial_refs").replace("", None),
        )
    )


def _shipment_rules() -> list[Rule]:
    return [*required("id", "reference_id", "location.id"), instant(_SENT)]


def _product_rules() -> list[Rule]:
    is_uncounted = pl.col("eaches").is_null()
    is_nameless = pl.coalesce("sku", "reference_id").is_null()
    return [
        Rule("sku", "MISSING_VALUE", is_nameless, "sku", is_about_missing=True),
        Rule(
            "quantity",
            "BAD_QTY",
            is_uncounted,
            "inventory_items.quantity",
            is_about_missing=True,
        ),
    ]


def _as_confirmations(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "payload_line",
        "line_ref",
        "sku_ref",
        node_ref="location.id",
        shipment_ref="id",
        instruction_ref="reference_id",
        order_ref=pl.lit(None, pl.String),
        ordered_qty=pl.col("asked_qty").cast(pl.String),
        shipped_qty=pl.col("qty").cast(pl.String),
        uom_code=pl.lit(None, pl.String),
        reason_code=pl.lit(None, pl.String),
        shipped_on=_SENT,
        carrier_code=pl.coalesce("tracking.scac", "tracking.carrier"),
        tracking_ref="tracking.tracking_number",
        lot_ref="lot_ref",
        serial_refs="serial_refs",
        ordered_sku_ref=pl.lit(None, pl.String),
        action=pl.lit(None, pl.String),
        confirmed_at=pl.lit(None, pl.String),
    )
