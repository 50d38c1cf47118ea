"""CSV payment requests: what a payment provider is asked to take, let go, hold anew.

One line per request, by ``request_id``: the idempotency key, under which nothing is
done twice however often it is sent. ``payment_ref`` is the provider's own number of
the authorisation, ``amount_minor`` whole minor units. ``is_final``: nothing more is
taken of it, what is left may be let go. A VOID is of the whole rest; a REAUTH asks
for another authorisation of that amount for the same order.
"""

from __future__ import annotations

from transforms.contracts.decisions import PAYMENT_REQUESTS
from transforms.instructions.writing.csv_lines import csv_writer

DOCUMENT = PAYMENT_REQUESTS

_OURS = {"partner_id", "payment_id", "file_name", "control_ref", "run_id"}
_COLUMNS = tuple(name for name in DOCUMENT.names if name not in _OURS)

render = csv_writer(DOCUMENT, "payment_requests", _COLUMNS, ("request_id",))
