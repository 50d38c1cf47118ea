"""What 855 and 865 share: an order's head, what becomes of its lines, its count."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from transforms.edi.maps import SetMap, build
from transforms.edi.writer import Segment
from transforms.instructions.writing.lines import Row
from transforms.instructions.writing.x12_files import (
    Letterhead,
    reference,
    spelled_day,
)

_ANSWERS = {
    "accepted_qty": "IA",
    "backordered_qty": "IB",
    "refused_qty": "IR",
    "asked_back_qty": "IH",
}


def verdict(lines: Sequence[Row]) -> str:
    """AD where all is accepted as wanted and nothing is asked back, else AC."""
    is_whole = all(
        line["accepted_qty"] == line["qty"] and not line.get("asked_back_qty")
        for line in lines
    )
    return "AD" if is_whole else "AC"


def headed(lines: Sequence[Row], head: Letterhead) -> tuple[str, str, str, str]:
    """The customer's order, its day, our number of it, and the day of the answer."""
    order = lines[0]
    return (
        reference(order, "order_ref"),
        head.day(order["ordered_at"]),
        reference(order, "order_id"),
        head.today,
    )


def counted(
    set_map: SetMap, lines: Sequence[Row], told: Callable[[Row], Sequence[Segment]]
) -> Iterator[Segment]:
    """What is told of each line, and CTT: lines and eaches in all."""
    for line in lines:
        yield from told(line)
    units = sum(line["qty"] for line in lines)
    yield build(set_map, "CTT", str(len(lines)), str(units))


def acknowledged(set_map: SetMap, line: Row) -> Iterator[Segment]:
    """One ACK for each thing that becomes of eaches of a line.

    IA accepted, IB backordered, with 067 and the day they are expected where one is
    known, IR refused, IH wanted no more and with a node that has not answered yet,
    IS sent as another SKU, which it names.
    """
    for column, code in _ANSWERS.items():
        if line.get(column):
            waits = code == "IB" and line["expected_date"]
            day = ("067", spelled_day(line["expected_date"])) if waits else ()
            yield build(set_map, "ACK", code, str(line[column]), "EA", *day)
    for instead in json.loads(line["replaced_by"] or "[]"):
        eaches, sku = str(instead["qty"]), reference(instead, "sku")
        yield build(
            *(set_map, "ACK", "IS", eaches, "EA"), *(None, None, None, "SK", sku)
        )
