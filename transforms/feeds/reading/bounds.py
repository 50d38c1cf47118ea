"""Which options bound the files of a format.

Not here: what a bound is without its option (``text``, ``json_limits``,
``edi.limits``).
"""

from __future__ import annotations

from difflib import get_close_matches

TABLES = ("max_file_bytes", "max_lines", "max_line_chars", "max_cells")
OBJECTS = (*TABLES, "max_objects")
SETS = ("max_interchanges", "max_segments", "max_elements")
_STANDARDS = ("x12_", "edifact_")
_JSON = (
    *("amazon_spapi_", "easypost_", "shipbob_", "shopify_", "stripe_", "tmall_"),
    *("walmart_", "woocommerce_"),
)
"""Systems whose files are JSON."""
_OTHERS = {
    "amazon_settlements": (*TABLES, "max_amounts"),
    "jsonl_self_decisions": ("max_file_bytes", "max_lines"),
    "xlsx_phone_orders": ("max_file_bytes", "max_lines", "max_line_chars"),
}


def bounds_of(format_name: str) -> tuple[str, ...]:
    """Options of a format that bound a file of it.

    Example:
        >>> bounds_of("x12_846")
        ('max_interchanges', 'max_segments', 'max_elements')
    """
    if format_name.startswith(_STANDARDS):
        return SETS
    usual = OBJECTS if format_name.startswith(_JSON) else TABLES
    return _OTHERS.get(format_name, usual)


def unknown_bound(option: str, format_name: str) -> str:
    """Why an option bounds no file of a format; empty where it does.

    Example:
        >>> unknown_bound("max_cells", "x12_846")
        'max_cells is no option of x12_846, max_elements is'
        >>> unknown_bound("max_cells", "csv_stock")
        ''
    """
    known = bounds_of(format_name)
    if option in known:
        return ""
    nearest = get_close_matches(option, known, 1, 0)[0]
    return f"{option} is no option of {format_name}, {nearest} is"
