"""Makes the samples that are workbooks; they are stored, so that git shows them.

    python tests/feeds/workbook_samples.py

writes them anew. Not packed: people's mail in them is found by the tests, and
the bytes do not depend on a packer's version.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import xlsxwriter  # type: ignore[import-untyped]

from transforms.feeds.xlsx_phone_orders import template

SAMPLES = Path(__file__).parents[2] / "data" / "samples" / "formats"
MADE_AT = datetime(2020, 1, 1)  # noqa: DTZ001 a workbook knows no zone
AT = datetime(2017, 12, 27, 15, 2)  # noqa: DTZ001 a sheet knows no zone
LATER = datetime(2017, 12, 28, 9)  # noqa: DTZ001 a sheet knows no zone
IN_MARCH = datetime(2018, 3, 1)  # noqa: DTZ001 a sheet knows no zone

HEADER = (
    "Order number 订单号",
    "Order date",
    "操作",
    "Changed 修改日期",
    "SKU",
    "商品名称",
    "Quantity",
    "单价",
    "Service 配送方式",
    "Payment",
    "Customer",
    "Email",
    "收货人",
    "Street",
    "City",
    "State",
    "Postal code",
    "Country",
    "备注",
    "Heard of us",
)
ADA = ("Ada Example", "ada@example.com", "Ada Example", "1 Sample Street")
PLACE = ("Springfield", "IL", "02701", "US", "", "radio")
CY = (
    "王小明",
    "cy@example.com",
    "王小明",
    "测试路 2 号",
    "上海市",
    "SH",
    "200000",
    "CN",
)
GOOD = (
    (
        1001,
        AT,
        "",
        "",
        825123,
        "Soup, tomato",
        2,
        1.29,
        "Standard",
        "Paid",
        *ADA,
        *PLACE,
    ),
    (1001, AT, "", "", "0825124", "Bread", 1, 0.1 + 0.2, "", "paid", *ADA, *PLACE),
    (
        1001,
        AT,
        "",
        "",
        825123,
        "Soup, tomato",
        1,
        1.29,
        "",
        "Paid 已付款",
        *ADA,
        *PLACE,
    ),
    (),
    (
        "PO-7",
        "2017-12-27",
        "新建",
        "",
        825125,
        "茶",
        3,
        5,
        "加急",
        "月结",
        *CY,
        "请打电话",
    ),
    (
        "PO-8",
        AT,
        "Cancel 取消",
        LATER,
        825125,
        "茶",
        3,
        5,
        "标准",
        "Open",
    ),
)
BROKEN = (
    ("PO-1", AT, "", "", 825123, "good", 2, 1.29, "", "Paid"),
    (1.23456789012345e18, AT, "", "", 825123, "rewritten", 2, 1.29, "", "Paid"),
    ("PO-3", "27/12/2017", "", "", 825123, "day first", 2, 1.29, "", "Paid"),
    ("PO-4", AT, "", "", 825123, "a formula", "=1+1", 1.29, "", "Paid"),
    ("PO-5", AT, "", "", 825123, "good line of a broken order", 2, 1.29, "", "Paid"),
    ("PO-5", AT, "", "", 825123, "halves", 2.5, 1.29, "", "Paid"),
    ("PO-6", AT, "", "", 825123, "finer than a cent", 3, 0.125, "", "Paid"),
    ("PO-7", AT, "", "", 825123, "nobody pays so", 2, 1.29, "", "Shells"),
    ("PO-8", AT, "", "", "", "no SKU", 2, 1.29, "", "Paid"),
    ("PO-9", AT, "", "", 825123, "no price", 2, "", "", "Paid"),
    ("PO-10", AT, "", "", 825123, "4111 1111 1111 1111", 2, 1.29, "", "Paid"),
    ("PO-11", AT, "", "", 825123, "beside", 2, 1.29, "", "Paid", *[""] * 10, "what?"),
    ("PO-12", "", "", "", 825123, "no day", 2, 1.29, "", "Paid"),
)
IN_UNITS = (
    ("Order number", "Order date", "SKU", "Quantity", "Unit 单位", "单价", "Payment"),
    ("PO-20", AT, 825123, 2, "Case 箱", 14.4, "Paid"),
    ("PO-20", AT, 825124, 3, "Each", 1.29, "Paid"),
    ("PO-20", AT, 825125, 1, "托盘", 960, "Paid"),
    ("PO-21", AT, 825123, 1, "IP", 7.2, "Paid"),
    ("PO-22", AT, 825123, 1, "some", 7.2, "Paid"),
)
COUNT = (
    ("Count of Example Warehouse",),
    ("printed for Ada Example",),
    ("Item #", "Free", "Counted", "State", "Lot", "Best before"),
    ("0012345", 1200, AT, "OK", "L-7", IN_MARCH),
    ("0012345", "1,200.00", "12/27/2017 03:02 PM", "blocked", "", "3/1/2018"),
    (1234567890123, -3, AT, "", "", ""),
    (),
    (12346, 2.5, AT, "", "", ""),
    (12347, "=SUM(B4:B6)", AT, "", "", ""),
)


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook of one sheet."""
    out = BytesIO()
    options = {"in_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": MADE_AT})
    sheet = book.add_worksheet("Sheet1")
    for place, cells in enumerate(rows):
        sheet.write_row(place, 0, cells)
    book.close()
    return out.getvalue()


def stored(payload: bytes) -> bytes:
    """The same archive, not packed."""
    out = BytesIO()
    with ZipFile(BytesIO(payload)) as packed, ZipFile(out, "w", ZIP_STORED) as archive:
        # The newline of another system, so that no test writes another.
        archive.comment = b"made for tests\r\n"
        for name in packed.namelist():
            archive.writestr(ZipInfo(name), packed.read(name))
    return out.getvalue()


def main() -> None:
    phone = SAMPLES / "xlsx_phone_orders"
    (phone / "form.in").write_bytes(stored(workbook((HEADER, *GOOD))))
    (phone / "broken.in").write_bytes(stored(workbook((HEADER[:-1], *BROKEN))))
    (phone / "units.in").write_bytes(stored(workbook(IN_UNITS)))
    (phone / "empty_form.in").write_bytes(stored(template()))
    (phone / "no_workbook.in").write_bytes(
        b"Order number,Order date\r\n1001,today\r\n1002,today\r\n"
    )
    (SAMPLES / "mapped_stock" / "workbook.in").write_bytes(stored(workbook(COUNT)))


if __name__ == "__main__":
    main()
