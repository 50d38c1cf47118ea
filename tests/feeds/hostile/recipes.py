"""Files too large to be kept: made the same way each time."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from tests.unit.feeds.workbooks import (
    HEAD,
    MAIN,
    PARTS,
    SHEET,
    STRINGS,
    cell,
    row,
    sheet_of,
)

HEADER = b"node_ref,sku_ref,stock_status,quantity_basis,qty,snapshot_at\n"
STOCK = b"DC-EAST,825123,AVAILABLE,on_hand,4,2017-12-27T23:00:00-05:00\n"
ORDER_HEADER = (
    b"order_ref,line_ref,ordered_at,currency_code,sku_ref,qty,line_amount,"
    b"service_code,payment_status,note\n"
)
LINES = 800_000
"""As many as a file may have: fifty megabytes of sixty bytes each."""
CELLS = 6_400_000
"""As many as a file may have, in all its lines together."""
LONE_CELLS = 10_000_000
"""The same where no line depends on another."""
OPENING_HEADER = (
    b"channel_id,order_ref,line_ref,cut_at,pending_qty,backordered_qty,released_qty,"
    b"shipped_qty,delivered_qty,cancelled_qty,node_ref,instruction_ref,"
    b"instruction_line_ref\n"
)
ISA = (
    b"ISA*00*          *00*          *ZZ*HARBOR3PL      *ZZ*ORDERHOUSE     "
    b"*171227*2205*U*00401*000000051*0*P*>~"
)
GS = b"GS*IB*HARBOR3PL*ORDERHOUSE*20171227*2205*51*X*004010~"
UNB = b"UNB+UNOC:3+BUYERGMBH:14+ORDERHOUSE:14+171227:1005+602'"


def order_line(number: int, note: str) -> str:
    head = f"PO-{number},1,2017-12-27T15:02:11-05:00,USD,825123,2,2.58,STANDARD,paid"
    return f"{head},{note}\n"


def bad_line(number: int) -> str:
    return order_line(number, "").replace(",2,2.58,", ",x,2.58,")


ORDER_COLUMNS = (
    *("order_ref", "order_name", "line_ref", "action", "ordered_at", "updated_at"),
    *("currency_code", "sku_ref", "qty", "line_amount", "discount_amount"),
    *("tax_amount", "service_code", "is_ship_complete", "payment_status"),
)


def flood_of_faults(lines: int) -> bytes:
    """Lines that are wrong in eight ways each, which takes a long text to say."""
    line = ",".join("x?" for _ in ORDER_COLUMNS)
    return (",".join(ORDER_COLUMNS) + f"\n{line}" * (lines - 1)).encode()


MAPPED_HEADER = (
    "Bestellung;Datum;Artikel;Bezeichnung;Menge;Einzelpreis;Rabatt;Versandart;"
    "Zahlung;Region;Land;E-Mail;Empfänger;Straße;Ort;PLZ;Bemerkung;Filiale\n"
)
_KINDS = (
    *("shipment-fee", "order-fee", "price", "item-related-fee", "misc-fee"),
    *("other-fee", "promotion", "direct-payment", "other"),
)


def settlement(lines: int) -> bytes:
    """A report each of whose lines has nine amounts, and each becomes a row."""
    words = [f"{kind}-type" for kind in _KINDS if kind not in {"misc-fee", "other"}]
    words = [w.replace("other-fee-type", "other-fee-reason-description") for w in words]
    amounts = [f"{kind}-amount" for kind in _KINDS]
    head = ["settlement-id", "deposit-date", "total-amount", "currency"]
    rest = ["transaction-type", "posted-date", "order-id", "sku", "quantity-purchased"]
    heading = ["9", "2017-12-27 00:00:00 UTC", "0", "USD"]
    line = ["", "", "", "", "Order", "2017-12-27", "902-3159896-1390916", "825123", "1"]
    rows = [
        [*head, *rest, *words, *amounts],
        [*heading, *[""] * (len(rest) + len(words) + len(amounts))],
    ]
    told = "\t".join([*line, *[""] * len(words), *["1.29"] * len(amounts)])
    return ("\n".join(map("\t".join, rows)) + f"\n{told}" * lines).encode()


def columns(count: int, width: int) -> bytes:
    names = ",".join(f"c{n:0{width}}" for n in range(count)).encode()
    return HEADER.rstrip() + b"," + names + b"\n" + b"," * (count + 5) + b"\n"


def an_order(number: int, lines: int = 1) -> str:
    items = [
        {"id": n, "sku": "825123", "quantity": 1, "price": "1.29"} for n in range(lines)
    ]
    return json.dumps(
        {
            "id": 5_000_000_000_000 + number,
            "name": f"#{number}",
            "created_at": "2017-12-27T15:02:11-05:00",
            "currency": "USD",
            "financial_status": "paid",
            "line_items": items,
        }
    )


def an_order_of_parts(size: int) -> bytes:
    """An order of one line of text, nearly all of which is the taxes of an item."""
    head, tail = an_order(1).split('"price": "1.29"')
    part = '{"price":"1"}'
    taxes = ",".join([part] * ((size - len(head + tail)) // (len(part) + 1)))
    return f'{head}"price": "1.29", "tax_lines": [{taxes}]{tail}\n'.encode()


def million_keys() -> bytes:
    members = ",".join(f'"k{n}":{n}' for n in range(1_000_000))
    return f"{{{members}}}\n".encode()


def torn_page() -> bytes:
    page = "[\n" + ",\n".join(map(an_order, range(50_000)))
    return page[:-40].encode()


def x12_set(inside: bytes = b"", count: int = 6) -> bytes:
    return (
        b"ST*846*0001~BIA*00*MB*COUNT*20171227*2200~N1*WH**92*3PL-HARBOR~"
        + inside
        + b"LIN**VN*825123~QTY*17*4*EA~SE*%d*0001~" % count
    )


def x12(*sets: bytes, trailer: bytes = b"GE*1*51~IEA*1*000000051~") -> bytes:
    return ISA + GS + b"".join(sets) + trailer


def message(number: int, inside: bytes = b"", count: int = 7) -> bytes:
    return (
        b"UNH+%d+INVRPT:D:96A:UN:EAN004'BGM+35+IX+9'DTM+137:201712270600:203'"
        b"NAD+WH+DC-EAST'"
        % number
        + inside
        + b"LIN+1++1:SA'QTY+145:5'UNT+%d+%d'" % (count, number)
    )


def edifact(*messages: bytes) -> bytes:
    return UNB + b"".join(messages) + b"UNZ+%d+602'" % len(messages)


def workbook(rows: str, **parts: str) -> bytes:
    return packed({**PARTS, SHEET: sheet_of(rows), **parts})


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def bomb_by_ratio() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        with archive.open(SHEET, "w") as member:
            for _ in range(900):
                member.write(bytes(1 << 20))
    return out.getvalue()


def bomb_by_size() -> bytes:
    """The directory says 200 MB of each of ten members."""
    parts = {f"xl/media/{n}.bin": bytes(3 << 20) for n in range(10)}
    payload = bytearray(packed({**PARTS, SHEET: sheet_of(""), **parts}))
    at = payload.find(b"PK\x01\x02")
    while at >= 0:
        (size,) = struct.unpack_from("<L", payload, at + 24)
        if size >= 3 << 20:
            struct.pack_into("<LL", payload, at + 20, 3 << 20, 200 << 20)
        at = payload.find(b"PK\x01\x02", at + 4)
    return bytes(payload)


def bomb_of_strings() -> bytes:
    strings = f"{HEAD}<sst {MAIN}><si><t>{'x' * 32767}</t></si></sst>"
    rows = (
        f"<!--{n * 7919 % 99991}-->" + row(n, cell(f"A{n}", "0", "s"))
        for n in range(1, 200_001)
    )
    return workbook("".join(rows), **{STRINGS: strings})


def bomb_of_names() -> bytes:
    names = " ".join(f'a{n * 7919}=""' for n in range(60_000))
    return workbook("".join(f"<row {part}/>" for part in _in_parts(names.split(" "))))


def _in_parts(names: list[str]) -> list[str]:
    return [" ".join(names[n : n + 1000]) for n in range(0, len(names), 1000)]


def cells_without_end() -> bytes:
    return workbook(
        "".join(
            f"<row>{'<c><v>1</v></c>' * 10}<!--{n * 7919}--></row>"
            for n in range(200_000)
        )
    )


RECIPES: dict[str, Callable[[], bytes]] = {
    "delimited/line_of_100_mb": lambda: (
        HEADER + STOCK + b"x" * (100 << 20) + b"\n" + b"a,b\n"
    ),
    "delimited/only_a_line_of_100_mb": lambda: b"a," * (50 << 20),
    "delimited/many_open_quotes": lambda: HEADER + STOCK + b'"\n' * LINES,
    "delimited/million_quotes_in_a_line": lambda: (
        HEADER + STOCK + b'"' * 1_000_000 + b"\n"
    ),
    "delimited/long_lines_of_quotes": lambda: HEADER + (b'"' * 65_535 + b"\n") * 480,
    "delimited/columns_100000": lambda: columns(100_000, 6),
    "delimited/columns_2000": lambda: columns(2000, 4),
    "delimited/million_nul": lambda: HEADER + bytes(20 << 20),
    "delimited/million_blank_lines": lambda: b"\n" * 10_000_000 + HEADER + STOCK,
    "delimited/many_ragged_lines": lambda: HEADER + STOCK + b"x\n" * LINES,
    "delimited/million_card_numbers": lambda: (
        ORDER_HEADER
        + order_line(0, "ring twice").encode()
        + "".join(
            order_line(n, "4111 1111 1111 1111") for n in range(1, 200_001)
        ).encode()
    ),
    "delimited/digits_without_end": lambda: (
        ORDER_HEADER
        + "".join(order_line(n, "0 1234567890 " * 4600) for n in range(500)).encode()
    ),
    "delimited/flood_of_bad_cells": lambda: (
        HEADER
        + STOCK
        + b"DC-EAST,825123,AVAILABLE,on_hand,x,2017-12-27T23:00:00-05:00\n" * LINES
    ),
    "delimited/flood_of_ragged_lines": lambda: (
        HEADER + STOCK + (b"x" * 60 + b"\n") * LINES
    ),
    "delimited/flood_of_open_quotes": lambda: (
        HEADER + STOCK + (b'"' + b"x" * 59 + b"\n") * LINES
    ),
    "delimited/flood_of_nul": lambda: (
        HEADER + STOCK + (b"\0" + b"x" * 59 + b"\n") * LINES
    ),
    "delimited/flood_in_another_encoding": lambda: (
        HEADER + STOCK + (b"\xff" + b"x" * 59 + b"\n") * LINES
    ),
    "delimited/flood_of_bad_orders": lambda: (
        ORDER_HEADER
        + order_line(LINES, "ring twice").encode()
        + "".join(map(bad_line, range(CELLS // 10 - 2))).encode()
    ),
    "delimited/flood_of_faults": lambda: flood_of_faults(CELLS // len(ORDER_COLUMNS)),
    "delimited/flood_of_lone_lines": lambda: (
        OPENING_HEADER + (b"x?," * 12 + b"x?\n") * (LONE_CELLS // 13 - 1)
    ),
    "delimited/flood_of_cells": lambda: flood_of_faults(CELLS // 10),
    "delimited/flood_of_half_orders": lambda: (
        ORDER_HEADER
        + "".join(
            order_line(n, "") + bad_line(n) for n in range(CELLS // 10 // 2 - 1)
        ).encode()
    ),
    "delimited/flood_in_one_order": lambda: (
        ORDER_HEADER
        + order_line(1, "").encode() * (CELLS // 10 - 2)
        + bad_line(1).encode()
    ),
    "delimited/flood_of_repeats": lambda: (
        ORDER_HEADER
        + "".join(order_line(1, f"{n}") for n in range(CELLS // 10 - 1)).encode()
    ),
    "delimited/flood_of_mapped_faults": lambda: (
        MAPPED_HEADER.encode("cp1252") + (b"x?;" * 17 + b"x?\n") * (CELLS // 18 - 1)
    ),
    "delimited/flood_of_amounts": lambda: settlement(49_999),
    "delimited/flood_of_too_many_amounts": lambda: settlement(200_000),
    "delimited/flood_of_lines": lambda: HEADER + STOCK + b"x\n" * 30_000_000,
    "delimited/digits_one_by_one": lambda: (
        ORDER_HEADER
        + "".join(order_line(n, "1 " * 100) for n in range(220_000)).encode()
    ),
    "delimited/numbers_like_cards": lambda: (
        ORDER_HEADER
        + "".join(
            order_line(n, "4111111111111112 " * 3000) for n in range(1170)
        ).encode()
    ),
    "json/lines_of_parts": lambda: an_order_of_parts(16_700_000) * 3,
    "json/line_of_60_mb": lambda: an_order_of_parts(60_000_000),
    "json/as_many_parts_as_may_be": lambda: an_order_of_parts(200_000) * 200,
    "json/flood_of_members": lambda: (
        b'{"id":1,"status":"processing","currency":"USD"}\n' * 199_000
    ),
    "json/deep_lists_of_10_mb": lambda: b"[" * (10 << 20),
    "json/deep_page_of_10_mb": lambda: b'{"orders":[{"a":\n' * 600_000,
    "json/string_of_100_mb": lambda: b'{"id":"' + b"x" * (100 << 20) + b'"}\n',
    "json/many_scalars": lambda: b"1\n" * LINES,
    "json/list_of_many_numbers": lambda: b"[\n" + b"1,\n" * LINES + b"1]\n",
    "json/million_keys": million_keys,
    "json/million_line_items": lambda: an_order(1, 100_000).encode() + b"\n",
    "json/torn_page_of_50000": torn_page,
    "json/flood_of_objects": lambda: (b'{"a":"' + b"x" * 50 + b'"}\n') * LINES,
    "json/flood_of_objects_in_pages": lambda: (b"[" + b"{}," * 9000 + b"{}]\n") * 2000,
    "json/flood_of_orders": lambda: "\n".join(map(an_order, range(330_000))).encode(),
    "json/as_many_objects_as_may_be": lambda: (
        (b'{"a":"' + b"x" * 200 + b'"}\n') * 199_000
    ),
    "json/braces_without_end": lambda: b"{\n" * 500_000,
    "x12/segment_of_100_kb": lambda: x12(
        x12_set(b"N3*" + b"x" * 100_000 + b"~", 7), x12_set().replace(b"0001", b"0002")
    ).replace(b"GE*1", b"GE*2"),
    "x12/card_for_a_segment": lambda: x12(
        x12_set(b"4111111111111111*1~", 7),
        x12_set().replace(b"0001", b"0002"),
        trailer=b"GE*2*51~IEA*1*000000051~",
    ),
    "x12/million_blank_segments": lambda: x12(x12_set(b"~" * 1_000_000)),
    "x12/million_headers": lambda: b"ISA*" * 1_000_000,
    "x12/million_interchanges": lambda: ISA * 20_000,
    "x12/elements_without_end": lambda: x12(
        x12_set(b"N9" + b"*" * 5_000_000 + b"~", 7)
    ),
    "x12/line_without_terminator": lambda: ISA + b"x*" * (25 << 20),
    "x12/flood_of_segments": lambda: (
        ISA + b"ST*846*0001~BIA*00*MB*COUNT*20171227*2200~XX*1~" * 1_250_000
    ),
    "x12/as_many_segments_as_may_be": lambda: (
        ISA + b"ST*846*0001~BIA*00*MB*COUNT*20171227*2200~XX*1~" * 133_000
    ),
    "x12/flood_of_interchanges": lambda: ISA * 560_000,
    "x12/flood_of_elements": lambda: x12(x12_set(b"N9" + b"*" * 60_000_000 + b"~", 7)),
    "x12/flood_of_strays": lambda: b"a\n" * 30_000_000,
    "x12/sets_without_end": lambda: x12(b"ST*846*0001~" * 200_000),
    "edifact/million_release_characters": lambda: UNB + b"?" * 10_000_000,
    "edifact/million_headers": lambda: b"UNB+" * 1_000_000,
    "edifact/million_advices": lambda: b"UNA:+.? 'UNB" * 400_000,
    "edifact/components_without_end": lambda: edifact(
        message(1, b"FTX+AAI+++" + b":" * 5_000_000 + b"'", 8), message(2)
    ),
    "edifact/flood_of_segments": lambda: UNB + b"LIN+1++1:SA'QTY+145:5'" * 2_700_000,
    "edifact/as_many_segments_as_may_be": lambda: (
        UNB + b"UNH+1+INVRPT:D:96A:UN'LIN+1++1:SA'QTY+145:5'" * 133_000
    ),
    "edifact/flood_of_interchanges": lambda: UNB * 1_000_000,
    "edifact/flood_of_components": lambda: edifact(
        message(1, b"FTX+AAI+++" + b":" * 60_000_000 + b"'", 8), message(2)
    ),
    "edifact/flood_of_strays": lambda: b"a\n" * 30_000_000,
    "edifact/messages_without_end": lambda: edifact(
        b"UNH+1+INVRPT:D:96A:UN'" * 200_000
    ),
    "edifact/segment_of_100_kb": lambda: edifact(
        message(1, b"FTX+AAI+++" + b"x" * 100_000 + b"'", 8), message(2)
    ),
    "xlsx/bomb_by_ratio": bomb_by_ratio,
    "xlsx/bomb_by_size": bomb_by_size,
    "xlsx/bomb_by_count": lambda: packed(
        {**PARTS, SHEET: sheet_of("")} | {f"x/{n}": "" for n in range(10_001)}
    ),
    "xlsx/bomb_of_strings": bomb_of_strings,
    "xlsx/bomb_of_attributes": lambda: workbook(f'<row r="{"1" * 2_000_000}"/>'),
    "xlsx/bomb_of_names": bomb_of_names,
    "xlsx/cells_without_end": cells_without_end,
}
