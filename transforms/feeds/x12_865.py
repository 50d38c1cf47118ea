"""X12 865: a supplier answers our change of a purchase order, or asks for one.

Read like an 855 (``x12_855``), with BCA for BAK and POC for PO1:

- BCA03 is our order, BCA09 the supplier's number of it; BCA02, the answer to
  the whole, may be missing as long as every POC has an ACK.
- ACK01 ID (item deleted) is ACCEPTED where POC02 is DI: it was asked for.
- ``qty`` of a POC without ACK is POC03, the unit POC05, the price POC06.
"""

from __future__ import annotations

from functools import partial

from transforms.contracts.documents import APPLICATION_ANSWERS
from transforms.edi.formats import X12Format
from transforms.edi.sets import CHANGE_ANSWER
from transforms.feeds.reading.x12_answers import Form, answers

DOCUMENT = APPLICATION_ANSWERS

_FORM = Form(
    document="860",
    begun="BCA",
    our_ref=3,
    their_ref=9,
    item="POC",
    qty=3,
    unit=5,
    products=8,
    change=2,
)

FORMAT = X12Format(DOCUMENT, CHANGE_ANSWER, partial(answers, form=_FORM))
parse, answer = FORMAT.parse, FORMAT.answer
