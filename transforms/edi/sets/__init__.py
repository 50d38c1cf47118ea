"""The maps of the transaction sets we speak, by what they are about.

Lengths are those of release 004010 except where a note says otherwise. What a
segment means to us is said by the formats in ``feeds`` and ``instructions``.
"""

from __future__ import annotations

from transforms.edi.maps import SetMap
from transforms.edi.sets.answers import ACKNOWLEDGEMENT, INTERCHANGE_ACKNOWLEDGEMENT
from transforms.edi.sets.money import CARRIER_INVOICE, SUPPLIER_INVOICE
from transforms.edi.sets.ordering import (
    CHANGE_ANSWER,
    ORDER_ANSWER,
    ORDER_CHANGE,
    PURCHASE_ORDER,
)
from transforms.edi.sets.shipping import (
    SHIP_NOTICE,
    SHIPPING_ADVICE,
    SHIPPING_ORDER,
    TRANSFER_ADVICE,
)
from transforms.edi.sets.stock import (
    RECEIPT_ADVICE,
    STOCK_ADJUSTMENT,
    STOCK_ADVICE,
)

SETS: dict[str, SetMap] = {
    one.code: one
    for one in (
        CARRIER_INVOICE,
        SUPPLIER_INVOICE,
        STOCK_ADVICE,
        PURCHASE_ORDER,
        ORDER_ANSWER,
        SHIP_NOTICE,
        ORDER_CHANGE,
        CHANGE_ANSWER,
        SHIPPING_ORDER,
        TRANSFER_ADVICE,
        RECEIPT_ADVICE,
        SHIPPING_ADVICE,
        STOCK_ADJUSTMENT,
        ACKNOWLEDGEMENT,
        INTERCHANGE_ACKNOWLEDGEMENT,
    )
}

__all__ = [
    "ACKNOWLEDGEMENT",
    "CARRIER_INVOICE",
    "CHANGE_ANSWER",
    "INTERCHANGE_ACKNOWLEDGEMENT",
    "ORDER_ANSWER",
    "ORDER_CHANGE",
    "PURCHASE_ORDER",
    "RECEIPT_ADVICE",
    "SETS",
    "SHIPPING_ADVICE",
    "SHIPPING_ORDER",
    "SHIP_NOTICE",
    "STOCK_ADJUSTMENT",
    "STOCK_ADVICE",
    "SUPPLIER_INVOICE",
    "TRANSFER_ADVICE",
]
