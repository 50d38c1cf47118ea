"""The back office's files: master data, open purchase orders, the hand-over.

CSV in the columns of the contracts' documents. Not here: the warehouses'.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.documents.spelling import document_csv, money, spelled, stamp

_BACKOFFICE = "backoffice"


def master_files(company: Company) -> Iterator[NamedBytes]:
    """Products, nodes, lanes, rates and open purchase orders."""
    plan = company.plan
    early = plan.local(plan.first_date, 0, 5)
    late = plan.local(plan.cut_date, 18)
    yield _file("products", "products", _products(company), early, company)
    yield _file("nodes", "nodes", _nodes(company), early, company)
    yield _file("lanes", "lanes", _lanes(company), early, company)
    yield _file("rates", "rates", _rates(company), early, company)
    orders = purchase_order_lines(company, company.purchase_orders, late)
    yield _file("purchase_orders", "expected_receipts", orders, late, company)


def opening_files(company: Company) -> Iterator[NamedBytes]:
    """The hand-over of the system before, one second before the cut's midnight."""
    plan = company.plan
    cut = pl.lit(spelled(plan.cut_at, plan.zone)).alias("cut_at")
    at = plan.local(plan.cut_date, 23, 59).replace(second=59)
    lines = company.opening.with_columns(cut)
    yield _file("opening_lines", "opening_lines", lines, at, company)
    stock = shelf_rows(company.shelves).with_columns(cut)
    yield _file("opening_stock", "opening_stock", stock, at, company)


def shelf_rows(shelves: pl.DataFrame) -> pl.DataFrame:
    """Shelves as rows of a stock document: one per node, SKU and status.

    Returns:
        ``node_ref, sku_ref, stock_status, qty``, sorted; damaged rows only
        where there is damage.
    """
    sku = pl.col("product_id").cast(pl.String).alias("sku_ref")
    kinds = (("AVAILABLE", "available_qty"), ("DAMAGED", "damaged_qty"))
    parts = [
        shelves.select(
            "node_ref",
            sku,
            pl.lit(status).alias("stock_status"),
            pl.col(qty).alias("qty"),
        )
        for status, qty in kinds
    ]
    rows = pl.concat([parts[0], parts[1].filter(pl.col("qty") != 0)])
    return rows.sort("node_ref", "sku_ref", "stock_status")


def purchase_order_lines(
    company: Company, orders: pl.DataFrame, at: datetime
) -> pl.DataFrame:
    """Purchase order lines as the document has them, in a version of ``at``."""
    return orders.with_columns(
        sku_ref=pl.col("product_id").cast(pl.String),
        expected_on=pl.col("expected_date").cast(pl.String),
        updated_at=pl.lit(spelled(at, company.plan.zone)),
    )


def _file(
    name: str, document: str, frame: pl.DataFrame, at: datetime, company: Company
) -> NamedBytes:
    day = company.plan.date_of(at)
    file_name = f"{name}_{stamp(day, company.plan.zone)}.csv"
    return NamedBytes(_BACKOFFICE, file_name, document_csv(frame, document), at)


def _products(company: Company) -> pl.DataFrame:
    return company.catalogue.with_columns(
        sku_ref="sku",
        is_weight_estimated=_word("is_weight_estimated"),
        updated_at=_since(company),
    )


def _nodes(company: Company) -> pl.DataFrame:
    return company.nodes.with_columns(
        shipment_cost=money("shipment_minor"),
        unit_cost=money("unit_minor"),
        updated_at=_since(company),
    )


def _lanes(company: Company) -> pl.DataFrame:
    return company.lanes.with_columns(updated_at=_since(company))


def _rates(company: Company) -> pl.DataFrame:
    return company.rates.with_columns(
        base_amount=money("base_minor"),
        per_kg_amount=money("per_kg_minor"),
        currency_code=pl.lit("USD"),
        updated_at=_since(company),
    )


def _since(company: Company) -> pl.Expr:
    start = company.plan.local(company.plan.first_date, 0)
    return pl.lit(spelled(start, company.plan.zone))


def _word(column: str) -> pl.Expr:
    return pl.when(column).then(pl.lit("true")).otherwise(pl.lit("false"))
