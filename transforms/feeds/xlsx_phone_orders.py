"""Phone orders: the XLSX form that people fill in, one row per order line.

``template()`` makes an empty form. A header may be its English label, its
Chinese one, or both as the form has them; columns may stand in any order, and
those that are not required may be missing. Who gets the goods stands in every
row. Days are cells with a date, or ISO text, local to the profile's zone.

Required are order number, order date, SKU, quantity, unit price and payment.
Without a service goods go STANDARD, without a currency in the profile's; without an
action the order is new. Without a unit quantity and price are of eaches, else of
that unit (its name or code), and silver asks ``units_of_measure`` for its eaches.
An order that is sent again with action Change or Cancel says when it was changed.
Lines have no number: ``sku:`` and the SKU serve, ``#2`` for a second line of it. An
order with a broken row is refused with all its rows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.accounts import settle
from transforms.feeds.reading.header import Wanted
from transforms.feeds.reading.mapping import ColumnMapping, mapped
from transforms.feeds.reading.memory import BytesWritten
from transforms.feeds.reading.order_rules import judge_orders, order_form
from transforms.feeds.reading.workbook import read_workbook

DOCUMENT = ORDERS

_LABELS = {
    "order_ref": ("Order number", "订单号"),
    "ordered_at": ("Order date", "下单日期"),
    "action": ("Action", "操作"),
    "updated_at": ("Changed", "修改日期"),
    "sku_ref": ("SKU", "商品编码"),
    "product_name": ("Product", "商品名称"),
    "qty": ("Quantity", "数量"),
    "uom_code": ("Unit", "单位"),
    "unit_amount": ("Unit price", "单价"),
    "discount_amount": ("Discount", "折扣"),
    "tax_amount": ("Tax", "税额"),
    "currency_code": ("Currency", "币种"),
    "service_code": ("Service", "配送方式"),
    "is_ship_complete": ("All at once", "整单发货"),
    "payment_status": ("Payment", "付款"),
    "customer_ref": ("Customer number", "客户编号"),
    "customer_name": ("Customer", "客户姓名"),
    "customer_email": ("Email", "邮箱"),
    "customer_phone": ("Phone", "电话"),
    "ship_to_name": ("Ship to", "收货人"),
    "ship_to_street": ("Street", "街道"),
    "ship_to_street2": ("Street 2", "街道2"),
    "ship_to_city": ("City", "城市"),
    "ship_to_region": ("State", "省份"),
    "ship_to_postal_code": ("Postal code", "邮编"),
    "ship_to_country": ("Country", "国家"),
    "note": ("Note", "备注"),
}
_VALUES = {
    "action": {"New 新建": "create", "Change 修改": "update", "Cancel 取消": "cancel"},
    "uom_code": {
        "Each 件": "EA",
        "Case 箱": "CS",
        "Carton 纸箱": "CT",
        "Box 盒": "BX",
        "Pack 包": "PK",
        "Dozen 打": "DZ",
        "Pallet 托盘": "PL",
    },
    "service_code": {"Standard 标准": "STANDARD", "Express 加急": "EXPEDITED"},
    "is_ship_complete": {"Yes 是": "true", "No 否": "false"},
    "payment_status": {
        "Paid 已付款": "paid",
        "Authorised 已授权": "authorized",
        "Open 待付款": "pending",
        "On account 月结": "terms",
    },
}
_NEEDED = ("order_ref", "ordered_at", "sku_ref", "qty", "unit_amount", "payment_status")
_DAYS = ("ordered_at", "updated_at")
_NUMBERS = ("qty", "unit_amount", "discount_amount", "tax_amount")
_MADE_AT = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""When a form says it was made: the same form has the same bytes."""

_ROWS = 1000
"""Rows of a form that offer lists to choose from."""


@cache
def _mapping() -> tuple[ColumnMapping, Wanted]:
    """Headers and values in either language, or in both; and which to read."""
    headers = {name: english for name, (english, _) in _LABELS.items()}
    aliases = {
        spelled.lower(): english.lower()
        for english, chinese in _LABELS.values()
        for spelled in (chinese, f"{english} {chinese}")
    }
    values = {
        name: {
            spelled.lower(): ours
            for theirs, ours in said.items()
            for spelled in (theirs, *theirs.rsplit(" ", 1))
        }
        for name, said in _VALUES.items()
    }
    words = {name: tuple(said) for name, said in _VALUES.items()}
    mapping = ColumnMapping(headers, {}, {}, values, words=words)
    needed = [mapping.places[name] for name in _NEEDED]
    others = [place for place in mapping.places.values() if place not in needed]
    return mapping, Wanted(needed, others, aliases=aliases)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a filled form; never raises on any bytes."""
    form = order_form(profile, "xlsx_phone_orders")
    mapping, wanted = _mapping()
    read = mapped(read_workbook(payload, profile, wanted), mapping, form)
    good, problems = judge_orders(read, profile, is_free=True)
    return settle(read, good, mapping.by_header(problems, form), DOCUMENT)


def template() -> bytes:
    """An empty form: headers in two languages, lists, numbers kept as typed."""
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 for those who need a form

    out = BytesWritten()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": "Phone orders 电话订单", "created": _MADE_AT})
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("Orders")
    sheet.freeze_panes(1, 0)
    for place, (name, labels) in enumerate(_LABELS.items()):
        style = day if name in _DAYS else None if name in _NUMBERS else text
        sheet.set_column(place, place, 16, style)
        sheet.write(0, place, " ".join(labels), bold)
        if name in _VALUES:
            # There are more units than a list would hold.
            refusal = "information" if name == "uom_code" else "stop"
            choice = {"validate": "list", "source": list(_VALUES[name])}
            choice |= {"error_type": refusal}
            sheet.data_validation(1, place, _ROWS, place, choice)
    book.close()
    return out.content
