"""CSV cancellations: asking a node to give back what it was told to ship.

One line per request: instruction and line as they were told, and the eaches asked
back; what the line asked for beyond them stands. Until the node answers (a ship
confirmation or a refusal) they stay committed.
"""

from __future__ import annotations

from transforms.contracts.decisions import CANCEL_REQUESTS
from transforms.instructions.writing.csv_lines import csv_writer

DOCUMENT = CANCEL_REQUESTS

_OURS = {"partner_id", "event_id", "line_id", "file_name", "control_ref", "run_id"}
_COLUMNS = tuple(name for name in DOCUMENT.names if name not in _OURS)

render = csv_writer(
    DOCUMENT,
    "cancellations",
    _COLUMNS,
    ("instruction_id", "instruction_line_ref", "request_id"),
)
