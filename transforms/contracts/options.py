"""Which options of a profile a format reads: any other in a profile would do nothing.

Not here: what an option means (the formats), what a bound is without its option
(``text``, ``json_limits``, ``edi.limits``). A name that ends in a dot begins
options, one for each column, unit or code: ``uom.`` is read as ``uom.CS``.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

TABLES = ("max_file_bytes", "max_lines", "max_line_chars", "max_cells")
OBJECTS = (*TABLES, "max_objects")
SETS = ("max_interchanges", "max_segments", "max_elements")
_X12, _EDIFACT = "x12_", "edifact_"
_JSON = (
    *("amazon_spapi_", "easypost_", "shipbob_", "shopify_", "stripe_", "tmall_"),
    *("walmart_", "woocommerce_"),
)
"""Systems whose files are JSON."""
_BOUNDS = {
    "amazon_settlements": (*TABLES, "max_amounts"),
    "jsonl_self_decisions": ("max_file_bytes", "max_lines"),
    "xlsx_phone_orders": ("max_file_bytes", "max_lines", "max_line_chars"),
}
"""Where they differ from those of other tables."""

_SPELLING = ("date_format", "date_format.", "decimal", "quantities", "thousands")
_USUAL = {
    _X12: ("accepts_test", "ignores_sets", "sku_qualifiers", "uom."),
    _EDIFACT: (
        *("accepts_test", "answers_contrl", "each_units", "encoding"),
        *("segment_order", "sku_qualifiers"),
    ),
    "mapped_": (
        *("column.", "constant.", "default.", "value.", "delimiter", "header_row"),
        *("ignored_columns", "order_cells", "quote", "repeated_rows", "sheet"),
    ),
    "stripe_": ("order_ref_key",),
}
"""Options that all formats whose names begin so read."""
_OWN = {
    "amazon_all_orders": ("fba_node_ref",),
    "amazon_fba_ledger": ("fba_node_ref",),
    "amazon_fba_returns": ("fba_node_ref",),
    "amazon_spapi_orders": ("fba_node_ref",),
    "csv_opening_stock": ("repeated_rows",),
    "csv_stock": ("repeated_rows",),
    "edifact_aperak": ("accepted_errors",),
    "edifact_desadv": ("notice_kind",),
    "edifact_invrpt": ("node_qualifiers", "stock_qualifiers"),
    "edifact_orders": ("unpriced",),
    "pos_tenders": ("tender_types",),
    "shopify_inventory_levels": ("quantity_name",),
    "walmart_orders": ("charge_basis", "wfs_node_ref"),
    "woocommerce_orders": ("paid_statuses", "pickup_node."),
    "x12_860": ("poc03",),
    "x12_947": ("adjustment.",),
    "xlsx_phone_orders": ("header_row", "sheet"),
}
"""Options of single formats."""
_WRITTEN = {
    "csv_": ("names_lots", "names_waves"),
    "csv_shipped_lines": ("tell_shipments_within_hours",),
    "edifact_insdes": ("edifact_syntax",),
    "shipbob_orders": ("service.",),
    "shopify_fulfilments": ("notify_customer", "tell_shipments_within_hours"),
    "shopify_inventory_set": ("location_id",),
    "x12_846": ("location_ref",),
}
"""Options of what a partner gets, by the beginning of the format's name."""


def bounds_of(format_name: str) -> tuple[str, ...]:
    """Options of a format that bound a file of it.

    Example:
        >>> bounds_of("x12_846")
        ('max_interchanges', 'max_segments', 'max_elements')
    """
    if format_name.startswith((_X12, _EDIFACT)):
        return SETS
    usual = OBJECTS if format_name.startswith(_JSON) else TABLES
    return _BOUNDS.get(format_name, usual)


def options_of(format_name: str) -> tuple[str, ...]:
    """Options that a format reads of the profile of who sends its files.

    Example:
        >>> options_of("stripe_charges")[-2:]
        ('encoding', 'order_ref_key')
    """
    is_edi = format_name.startswith((_X12, _EDIFACT))
    is_spelled = not (is_edi or format_name.startswith((*_JSON, "jsonl_")))
    return (
        *bounds_of(format_name),
        *(() if is_edi else ("encoding",)),
        *(_SPELLING if is_spelled else ()),
        *_beginning(_USUAL, format_name),
        *_OWN.get(format_name, ()),
    )


def options_written(format_name: str) -> tuple[str, ...]:
    """Options that the format of what a partner gets reads of its profile.

    Example:
        >>> options_written("csv_shipped_lines")
        ('names_lots', 'names_waves', 'tell_shipments_within_hours')
    """
    return tuple(_beginning(_WRITTEN, format_name))


def unknown_option(option: str, known: Iterable[str], whose: str) -> str:
    """Why an option is none of those known; empty where it is one of them.

    Example:
        >>> unknown_option("max_cells", options_of("x12_846"), "x12_846")
        'max_cells is no option of x12_846, max_elements is'
        >>> unknown_option("umo.CS", options_of("x12_846"), "x12_846")
        'umo.CS is no option of x12_846, uom.CS is'
        >>> unknown_option("max_cells", options_of("csv_stock"), "csv_stock")
        ''
    """
    begun, dot, rest = option.partition(".")
    among = [name for name in known if name.endswith(".") == bool(dot)]
    if begun + dot in among and (rest or not dot):
        return ""
    nearest = next(iter(get_close_matches(begun + dot, among, 1, 0)), None)
    hint = f", {nearest}{rest} is" if nearest else ""
    return f"{option} is no option of {whose}{hint}"


def _beginning(table: dict[str, tuple[str, ...]], name: str) -> list[str]:
    said = (names for begun, names in table.items() if name.startswith(begun))
    return [name for names in said for name in names]
