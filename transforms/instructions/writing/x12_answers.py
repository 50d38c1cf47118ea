"""What becomes of an ordered line, as ACK segments of 855 and 865."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.edi.maps import SetMap, build
from transforms.edi.writer import Segment
from transforms.instructions.writing.lines import Row
from transforms.instructions.writing.x12_files import spelled_day

_ANSWERS = {
    "accepted_qty": "IA",
    "backordered_qty": "IB",
    "refused_qty": "IR",
    "asked_back_qty": "IH",
}


def acknowledged(set_map: SetMap, line: Row) -> Iterator[Segment]:
    """One ACK for each thing that becomes of eaches of a line.

    IA accepted, IB backordered, with 067 and the day they are expected where one is
    known, IR refused, IH wanted no more and with a node that has not answered yet.
    """
    for column, code in _ANSWERS.items():
        if line.get(column):
            waits = code == "IB" and line["expected_date"]
            day = ("067", spelled_day(line["expected_date"])) if waits else ()
            yield build(set_map, "ACK", code, str(line[column]), "EA", *day)
