"""The product master: names and weights from what the package says.

``package_size`` is text such as ``22 LB``, ``6-3.25 OZ`` or ``12 CT``; where it
gives no weight the median of the category is taken and flagged. Not here:
stock and prices.
"""

from __future__ import annotations

import polars as pl

_GRAMS_PER_UNIT: dict[str, float] = {
    "OZ": 28.35, "Z": 28.35, "LB": 453.6, "LBS": 453.6, "ML": 1.0, "L": 1000.0,
    "LT": 1000.0, "LTR": 1000.0, "LITER": 1000.0, "GA": 3785.0, "GAL": 3785.0,
    "QT": 946.0, "PT": 473.0, "GM": 1.0, "G": 1.0, "GR": 1.0, "KG": 1000.0,
}  # fmt: skip
"""Liquids weigh as water does."""
_GRAMS_PER_PIECE: dict[str, float] = {"DZ": 700.0, "DOZ": 700.0, "CT": 25.0}
"""A dozen eggs; a piece of a counted pack."""
_HEAVIEST_GRAMS = 40_000
_FALLBACK_GRAMS = 400
_PATTERN = r"^\(?(?:(?P<packs>\d+)\s*[-X/]\s*)?(?P<size>\d*\.?\d+)\s*(?P<unit>[A-Z]+)"
_FORBIDDEN = r"[^A-Za-z0-9 &%.,:()/+'-]"
"""Characters some partner's format could not carry."""


def stock_catalogue(products: pl.DataFrame) -> pl.DataFrame:
    """Products as the back office keeps them.

    Args:
        products: the source's frame: ``product_id, department, brand,
            product_category, product_type, package_size``.

    Returns:
        One row per product, sorted by ``product_id``: ``product_id, sku,
        product_name, department, category, brand, package_size, grams,
        is_weight_estimated``; grams >= 1.
    """
    category = pl.coalesce("product_category", "department")
    frame = products.select(
        pl.col("product_id").cast(pl.Int64),
        pl.col("product_id").cast(pl.String).alias("sku"),
        _product_name(category).alias("product_name"),
        "department",
        _clean(category).alias("category"),
        "brand",
        "package_size",
        _grams().alias("stated"),
    )
    median = pl.col("stated").median().over("category").round(0).cast(pl.Int64)
    return frame.select(
        pl.all().exclude("stated"),
        pl.coalesce("stated", median, pl.lit(_FALLBACK_GRAMS)).alias("grams"),
        pl.col("stated").is_null().alias("is_weight_estimated"),
    ).sort("product_id")


def _grams() -> pl.Expr:
    parts = pl.col("package_size").str.to_uppercase().str.extract_groups(_PATTERN)
    units = _GRAMS_PER_UNIT | _GRAMS_PER_PIECE
    per_unit = parts.struct.field("unit").replace_strict(
        list(units), list(units.values()), default=None, return_dtype=pl.Float64
    )
    packs = parts.struct.field("packs").cast(pl.Float64).fill_null(1.0)
    size = parts.struct.field("size").cast(pl.Float64, strict=False)
    grams = (packs * size * per_unit).round(0).cast(pl.Int64)
    # 61-90 LB is a range, not 61 packs: what nobody could lift is no weight.
    return pl.when(grams.is_between(1, _HEAVIEST_GRAMS)).then(grams)


def _product_name(category: pl.Expr) -> pl.Expr:
    kind = pl.coalesce(pl.col("product_type"), category).str.to_titlecase()
    size = pl.col("package_size").str.to_lowercase().fill_null("")
    return _clean(pl.format("{} {}", kind, size))


def _clean(text: pl.Expr) -> pl.Expr:
    spaced = text.str.replace_all(_FORBIDDEN, " ").str.replace_all(r"\s+", " ")
    return spaced.str.strip_chars()
