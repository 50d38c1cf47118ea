"""X12 943: tells a warehouse what will arrive.

One set is what is expected of one purchase or transfer order at one node; sets stand
in the order of ``advice_id`` and are numbered from 0001, lines in the order of their
number. ISA13 and GS06 are the control number, the envelope's hour is ``as_of`` in
the partner's zone.

- W0601 N the first time and R where an earlier one is replaced whole; W0602 our
  order, W0603 the day of ``as_of``, W0604 the advice: order and node.
- N1*ST: the node. G62*17: the earliest day anything of it is expected.
- W04: eaches (EA), ``VN`` our SKU; N9*LI our line, which comes back in the 944;
  G62*17 behind it where its day is another. W03: eaches in all.

Each line is told once, and again with its whole order when its quantity or day
changes; one of which nothing is expected any more is left out of that. Order, node,
SKU and line are never changed: one that X12 cannot carry is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from transforms.contracts.telling import ARRIVAL_LINES
from transforms.edi.maps import build
from transforms.edi.sets import TRANSFER_ADVICE
from transforms.edi.writer import Segment
from transforms.instructions.writing.lines import Row
from transforms.instructions.writing.x12_files import (
    Letterhead,
    reference,
    set_writer,
    spelled_day,
)

DOCUMENT = ARRIVAL_LINES

_segment = partial(build, TRANSFER_ADVICE)


def _advice(lines: Sequence[Row], head: Letterhead) -> list[Segment]:
    first = lines[0]
    day = min(line["expected_date"] for line in lines)
    segments: list[Segment] = [
        _segment(
            *("W06", "R" if first["is_replacement"] else "N"),
            *(reference(first, "po_ref"), head.today, reference(first, "advice_id")),
        ),
        _segment("G62", "17", spelled_day(day)),
        _segment("N1", "ST", first["node_id"], "92", reference(first, "node_id")),
    ]
    for line in lines:
        sku = reference(line, "sku_id")
        segments += [
            _segment("W04", str(line["qty"]), "EA", None, "VN", sku),
            _segment("N9", "LI", reference(line, "line_ref")),
        ]
        if line["expected_date"] != day:
            segments.append(_segment("G62", "17", spelled_day(line["expected_date"])))
    segments.append(_segment("W03", str(sum(line["qty"] for line in lines))))
    return segments


render = set_writer(DOCUMENT, TRANSFER_ADVICE, ("advice_id", "line_ref"), _advice)
