"""X12 855: a supplier answers our purchase order.

An answer, not a receipt: it says what will be delivered, when, at what price.

- BAK03 is our order, BAK08 the supplier's number of it (else REF*VN, else the
  control numbers of group and set).
- One row per ACK behind a PO1; a line may have several, as "60 now, 30 later".
  ACK01: IA, AA, AC, AR, IE, SP are ACCEPTED; IC, IP, IQ, DR CHANGED, and BP (ships
  in part now, its quantity is that part); IB BACKORDERED; IS SUBSTITUTED (with the
  product of ACK07 …); IR, ID, R1 … R9 REJECTED; IF, IH, IW ON_HOLD. Any other code
  is refused.
- A PO1 without ACK, and an order without PO1, take the answer to the whole:
  BAK02 AD, AK, AP, AT ACCEPTED; AC, AE, RO CHANGED; RD, RF, RJ REJECTED; AH
  ON_HOLD. ZZ says nothing there and is refused.
- ``qty`` is ACK02, of a line without ACK PO102, in eaches; ``price_amount`` the
  price of one each by PO104 and PO105; ``confirmed_on`` ACK05, unless ACK04
  says it is a date to cancel or expire.
- ``reason``: ACK29, REF03, MSG and NTE of the line. CTT01 must agree.
"""

from __future__ import annotations

from functools import partial

from transforms.contracts.documents import APPLICATION_ANSWERS
from transforms.edi.formats import X12Format
from transforms.edi.sets import ORDER_ANSWER
from transforms.feeds.reading.x12_answers import Form, answers

DOCUMENT = APPLICATION_ANSWERS

_FORM = Form(
    document="850",
    begun="BAK",
    our_ref=3,
    their_ref=8,
    item="PO1",
    qty=2,
    unit=3,
    products=6,
)

FORMAT = X12Format(DOCUMENT, ORDER_ANSWER, partial(answers, form=_FORM))
parse, answer = FORMAT.parse, FORMAT.answer
