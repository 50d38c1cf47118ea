"""X12 855: answers a business customer's order.

An answer, not a receipt: what will be sent, what waits and until when, what will
not be. One set is one order as it stands; sets stand in the order of ``order_ref``
and are numbered from 0001, lines in their order inside it. ISA13 and GS06 are the
control number, the envelope's hour is ``as_of`` in the partner's zone.

- BAK01 00 the first time, 05 where an earlier answer is replaced (the order was
  changed); BAK02 AD where all is accepted as ordered, else AC. BAK03 the customer's
  order, BAK04 its day in the partner's zone, BAK08 our number of it, BAK09 the day
  of ``as_of``.
- PO1: the customer's line, eaches ordered (EA), ``SK`` our SKU.
- ACK: IA what is accepted, IB what is backordered, with 067 and the day it is
  expected where one is known, IR what will not be sent, IS what is sent as another
  SKU (ACK07 ``SK``, ACK08), counted in eaches of the line. Their eaches add up to
  the line. CTT: lines and eaches in all.

An order is answered once for each of its versions, by the run that read it; where
the customer takes 865 as well, its changes are answered by those. Order,
line and SKU are never changed: one that X12 cannot carry is refused. Our own reader
of 855 reads it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from transforms.contracts.telling import ORDER_ANSWERS
from transforms.edi.maps import build
from transforms.edi.sets import ORDER_ANSWER
from transforms.edi.writer import Segment
from transforms.instructions.writing.lines import Row
from transforms.instructions.writing.x12_answers import (
    acknowledged,
    counted,
    headed,
    verdict,
)
from transforms.instructions.writing.x12_files import (
    Letterhead,
    reference,
    set_writer,
)

DOCUMENT = ORDER_ANSWERS

_segment = partial(build, ORDER_ANSWER)


def _answer(lines: Sequence[Row], head: Letterhead) -> list[Segment]:
    order_ref, day, order_id, today = headed(lines, head)
    purpose = "00" if lines[0]["version_no"] == 1 else "05"
    return [
        _segment(
            *("BAK", purpose, verdict(lines), order_ref, day),
            *(None, None, None, order_id, today),
        ),
        *counted(ORDER_ANSWER, lines, _line),
    ]


def _line(line: Row) -> list[Segment]:
    ref, sku = reference(line, "line_ref"), reference(line, "sku_id")
    return [
        _segment("PO1", ref, str(line["qty"]), "EA", None, None, "SK", sku),
        *acknowledged(ORDER_ANSWER, line),
    ]


render = set_writer(DOCUMENT, ORDER_ANSWER, ("order_ref", "line_no"), _answer)
