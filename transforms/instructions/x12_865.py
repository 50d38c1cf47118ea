"""X12 865: answers a business customer's change of its order, or tells of ours.

One set is one order as it stands, all lines of it; sets stand in the order of
``order_ref`` and are numbered from 0001, lines in the order of the customer's number.
ISA13 and GS06 are the control number, the envelope's hour is ``as_of`` in the
partner's zone.

- BCA01 00 answers a change of the customer's, 04 is a change of ours: what becomes
  of a line is another thing than was told last. BCA02 AD where all is accepted as
  wanted, else AC. BCA03 the customer's order, BCA06 its day in the partner's zone,
  BCA09 our number of it, BCA10 the day of ``as_of``.
- POC: the customer's line; AI added, DI deleted, QI more, QD fewer, CA changed
  otherwise, NC as it was, all of which of a change of ours; eaches wanted (EA),
  ``SK`` our SKU.
- ACK as in an 855, and IH: wanted no more, but with a node, which was asked to give
  it back; another 865 tells what it answered. ID where nothing is left of a line.
- CTT: lines and eaches wanted in all.

An order that was never answered gets an 855 first, where the customer takes it.
Order, line and SKU are never changed: one that X12 cannot carry is refused. Our own
reader of 865 reads it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from transforms.contracts.telling import CHANGE_ANSWERS
from transforms.edi.maps import build
from transforms.edi.sets import CHANGE_ANSWER
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

DOCUMENT = CHANGE_ANSWERS

_segment = partial(build, CHANGE_ANSWER)


def _answer(lines: Sequence[Row], head: Letterhead) -> list[Segment]:
    order_ref, day, order_id, today = headed(lines, head)
    purpose = "04" if lines[0]["is_ours"] else "00"
    return [
        _segment(
            *("BCA", purpose, verdict(lines), order_ref, None, None),
            *(day, None, None, order_id, today),
        ),
        *counted(CHANGE_ANSWER, lines, _line),
    ]


def _line(line: Row) -> list[Segment]:
    ref, sku = reference(line, "line_ref"), reference(line, "sku_id")
    told = (str(line["qty"]), None, "EA", None, None, "SK", sku)
    said = [*acknowledged(CHANGE_ANSWER, line)]
    nothing = _segment("ACK", "ID", "0", "EA")
    return [_segment("POC", ref, line["change_code"], *told), *(said or [nothing])]


render = set_writer(DOCUMENT, CHANGE_ANSWER, ("order_ref", "line_ref"), _answer)
