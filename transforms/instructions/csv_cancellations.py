"""CSV cancellations: asking a node to give back what it was told to ship.

One line per request: instruction and line as they were told, and the eaches asked
back; what the line asked for beyond them stands. Until the node answers (a ship
confirmation or a refusal) they stay committed.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.decisions import CANCEL_REQUESTS
from transforms.contracts.profile import Envelope, Payload
from transforms.instructions.writing.csv_lines import write_csv

DOCUMENT = CANCEL_REQUESTS

_OURS = {"partner_id", "event_id", "line_id", "file_name", "control_ref", "run_id"}
_COLUMNS = tuple(name for name in DOCUMENT.names if name not in _OURS)


def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
    """``cancellations_<control number>.csv``, lines by instruction.

    Args:
        frame: CANCEL_REQUESTS.
        envelope: receiver and control number.

    Raises:
        ContractError: the frame does not keep its contract.
        ValueError: the control number is not one of 1 … 999999999.
    """
    return write_csv(
        frame,
        envelope,
        stem="cancellations",
        columns=_COLUMNS,
        order=("instruction_id", "instruction_line_ref", "request_id"),
        document=DOCUMENT,
    )
