"""Shopify order objects taken apart into four flat frames.

Not here: what is right or wrong with the values (``feeds.shopify_orders``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from transforms.feeds.reading import rejects
from transforms.feeds.reading.json_units import Unit
from transforms.feeds.reading.scalars import text_frame

_ORDER = (
    "id",
    "name",
    "created_at",
    "updated_at",
    "cancelled_at",
    "currency",
    "financial_status",
    "total_price",
    "note",
    "email",
    "phone",
)
_CUSTOMER = ("id", "first_name", "last_name", "email", "phone")
_ADDRESS = (
    "name",
    "address1",
    "address2",
    "city",
    "province_code",
    "zip",
    "country_code",
    "phone",
)
_ORDER_COLUMNS = (
    *_ORDER,
    *(f"customer.{name}" for name in _CUSTOMER),
    *(f"shipping_address.{name}" for name in _ADDRESS),
    "tags",
    "shipping_lines.code",
)
_ITEM_COLUMNS = ("line_items.id", "sku", "title", "quantity", "price")


class _ShapeError(ValueError):
    """A part of an order is not an object, or not a list of objects."""


@dataclass(frozen=True)
class Orders:
    """Orders as rows; numbers count from 0 in the order of the file.

    Args:
        orders: ``payload_line, order_no`` and the order's scalars.
        items: ``order_no, item_no`` and the line item's scalars.
        discounts: ``item_no, amount``, one row per allocation.
        taxes: ``item_no, amount``, one row per tax line.
        problems: ``rejects.PROBLEM`` of units that have not the shape.
        unit_lines: first line of every unit.
    """

    orders: pl.DataFrame
    items: pl.DataFrame
    discounts: pl.DataFrame
    taxes: pl.DataFrame
    problems: pl.DataFrame
    unit_lines: list[int]


@dataclass
class _Harvest:
    """Cells of orders, items and charges, each row after row; see ``text_frame``."""

    order_count: int = 0
    item_count: int = 0
    orders: list[Any] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    discounts: list[Any] = field(default_factory=list)
    taxes: list[Any] = field(default_factory=list)
    broken: list[rejects.Problem] = field(default_factory=list)
    unit_lines: list[int] = field(default_factory=list)

    def take(self, unit: Unit) -> None:
        """Add a unit's orders, or name what is wrong with its shape.

        What was added before the fault was found falls with its unit.
        """
        self.unit_lines.append(unit.line)
        if unit.is_broken:
            self.broken.append((unit.line, "line", "BAD_JSON", "", None))
        try:
            for value in unit.values:
                for order in _orders(value):
                    self._take_order(unit.line, order)
        except _ShapeError as error:
            self.broken.append((unit.line, str(error), "BAD_JSON", str(error), None))

    def _take_order(self, line: int, order: dict[str, Any]) -> None:
        order_no = self.order_count
        self.order_count += 1
        customer = _object(order, "customer").get
        address = _object(order, "shipping_address").get
        codes = [str(part.get("code")) for part in _list(order, "shipping_lines")]
        get = order.get
        self.orders.extend(
            (
                line,
                order_no,
                *map(get, _ORDER),
                *map(customer, _CUSTOMER),
                *map(address, _ADDRESS),
                _joined(get("tags")),
                ",".join(codes),
            )
        )
        try:
            for item in _list(order, "line_items"):
                self._take_item(order_no, item.get)
        except (AttributeError, TypeError):
            # Something inside an item is no list of objects.
            raise _ShapeError("line_items") from None

    def _take_item(self, order_no: int, get: Callable[[str], Any]) -> None:
        item_no = self.item_count
        self.item_count += 1
        cells = get("id"), get("sku"), get("title"), get("quantity"), get("price")
        self.items += (order_no, item_no, *cells)
        if allocations := get("discount_allocations"):
            for part in allocations:
                self.discounts += (item_no, part.get("amount"))
        elif (total := get("total_discount")) is not None:
            self.discounts += (item_no, total)
        for part in get("tax_lines") or ():
            self.taxes += (item_no, part.get("price"))


def take_apart(units: Iterable[Unit]) -> Orders:
    """The orders of all units as flat frames of text.

    Units are decoded one after another and let go at once: to keep a year of
    decoded orders would cost more than to decode them.
    """
    harvest = _Harvest()
    for unit in units:
        harvest.take(unit)
    numbers = ("order_no", "item_no")
    return Orders(
        text_frame(("payload_line", "order_no"), _ORDER_COLUMNS, harvest.orders),
        text_frame(numbers, _ITEM_COLUMNS, harvest.items),
        text_frame(("item_no",), ("amount",), harvest.discounts),
        text_frame(("item_no",), ("amount",), harvest.taxes),
        rejects.problems(harvest.broken),
        harvest.unit_lines,
    )


def _orders(value: object) -> list[dict[str, Any]]:
    """The orders in a JSON value: a page, one wrapped, or one bare."""
    if not isinstance(value, dict):
        raise _ShapeError("line")
    if "orders" in value:
        return _list(value, "orders")
    return [_object(value, "order") if "order" in value else value]


def _object(parent: dict[str, Any], key: str) -> dict[str, Any]:
    value = parent.get(key)
    if value is None:
        return {}
    if type(value) is not dict:
        raise _ShapeError(key)
    return value


def _list(parent: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = parent.get(key)
    if value is None:
        return []
    if type(value) is not list or not set(map(type, value)) <= {dict}:
        raise _ShapeError(key)
    return value


def _joined(tags: object) -> object:
    return ",".join(map(str, tags)) if isinstance(tags, list) else tags
