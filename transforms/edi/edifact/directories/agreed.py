"""The codes we take of the standard's lists, by message, segment and element.

A code of the list that is not here means something we cannot do, such as a
proposal or a provisional order: the message is refused and says so. An element
that is not here takes any code.
"""

from __future__ import annotations

from collections.abc import Mapping

CODES: Mapping[str, Mapping[tuple[str, str], str]] = {
    "ORDERS": {
        # Order, rush, call-off, consignment and sample order.
        ("BGM", "1001"): "105 220 224 226 227 228",
        # Cancellation, replace, duplicate, original, copy, retransmission.
        ("BGM", "1225"): "1 5 7 9 31 35",
        ("UNS", "0081"): "D S",
    },
    "ORDCHG": {
        # Cancel, change, replace, confirm ours, duplicate, original, cancel to
        # reissue, heading only, items only, change in heading, in items.
        ("BGM", "1225"): "1 4 5 6 7 9 17 20 21 33 36",
        ("LIN", "1229"): "1 2 3 4",
        ("UNS", "0081"): "D S",
    },
    "ORDRSP": {
        # Change, confirmation, duplicate, original, response, not processed, not
        # accepted, accepted with amendment in heading, without, in items, copy,
        # with amendment, retransmission.
        ("BGM", "1225"): "4 6 7 9 11 12 27 28 29 30 31 34 35",
        ("LIN", "1229"): "1 2 3 4 5 6 7 10 11 23 24",
        ("UNS", "0081"): "D S",
    },
    "INVRPT": {
        # Inventory report; 78 (movements) is no count.
        ("BGM", "1001"): "35",
        ("BGM", "1225"): "5 7 9 31 35",
        ("INV", "4501"): "1 2",
    },
    # Cancellation, replace, duplicate, original, copy, retransmission, confirmation.
    "DESADV": {("BGM", "1225"): "1 5 7 9 31 35 42"},
    "RECADV": {("BGM", "1225"): "5 7 9 31 35 42"},
    "CONTRL": {
        ("UCI", "0083"): "4 7 8",
        ("UCF", "0083"): "4 7",
        ("UCM", "0083"): "4 7",
    },
}
