"""X12 940 that cancels: asking a warehouse to give back what it was told to ship.

One set is what is asked back of one instruction; sets stand in the order of
``instruction_id`` and are numbered from 0001, lines in the order of their number.
ISA13 and GS06 are the control number, the envelope's hour is ``as_of`` in the
partner's zone.

- W0501 F (cancel), W0502 the instruction it is about, N9*OQ our order, N9*CR each
  request, N1*WH the node. G62*10 is the day of ``as_of``: at once.
- LX, W01 (eaches asked back, ``VN`` our SKU), N9*LI the line's number. What the
  instruction asked for beyond these eaches stands. W76: eaches in all.

Until the node answers they stay committed: its 945 tells what left all the same.
Instruction, node, SKU and line number are never changed: one that X12 cannot carry
is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from transforms.contracts.decisions import CANCEL_REQUESTS
from transforms.edi.maps import build
from transforms.edi.sets import SHIPPING_ORDER
from transforms.edi.writer import Segment
from transforms.instructions.writing.lines import Row
from transforms.instructions.writing.x12_files import (
    Letterhead,
    reference,
    set_writer,
    spoken,
)

DOCUMENT = CANCEL_REQUESTS

_segment = partial(build, SHIPPING_ORDER)


def _cancellation(rows: Sequence[Row], head: Letterhead) -> list[Segment]:
    first = rows[0]
    segments: list[Segment] = [
        _segment("W05", "F", reference(first, "instruction_id")),
        _segment("N1", "WH", first["node_id"], "92", reference(first, "node_id")),
        _segment("N9", "OQ", spoken(first["order_id"])),
        *(_segment("N9", "CR", reference(row, "request_id")) for row in rows),
        _segment("G62", "10", head.today),
        _segment("W66", "PP", "M", None, None, None),
    ]
    for place, row in enumerate(rows, start=1):
        segments += [
            _segment("LX", str(place)),
            _segment(
                "W01", str(row["qty"]), "EA", None, "VN", reference(row, "sku_id")
            ),
            _segment("N9", "LI", reference(row, "instruction_line_ref")),
        ]
    segments.append(_segment("W76", str(sum(row["qty"] for row in rows))))
    return segments


render = set_writer(
    DOCUMENT, SHIPPING_ORDER, ("instruction_id", "instruction_line_ref"), _cancellation
)
