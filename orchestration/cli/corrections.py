"""``orderhouse outbox correct``: a correction of what was sent, as a document.

It is put into the operators' drop; the next run tells the node anew. Not here: what
becomes of it (``transforms.instructions.correct``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.mend import authorship, put
from orchestration.cli.outgoing import INSTRUCTIONS, never_sent
from orchestration.cli.quarantine import opened
from orchestration.resources.cancel_facts import open_lines, takes
from orchestration.resources.house import House
from orchestration.resources.mending import (
    Authorship,
    Mend,
    MendRefusedError,
    rows_mend,
)
from transforms.contracts.documents import INSTRUCTION_CORRECTIONS
from transforms.contracts.profile import OPERATORS
from transforms.instructions.correct import Takes

Row = dict[str, Any]


def correct(
    name: str,
    changes: Mapping[str, str],
    author: str,
    reason: str,
    at: str = "",
) -> int:
    """Write a correction of an instruction, or of every open one of a file.

    Args:
        name: INSTRUCTION, FILE or PARTNER/FILE.
        changes: column of INSTRUCTION_CORRECTIONS → its text; ``qty`` is
            ``LINE=EACHES``. Of a file only the service may change.
        author: who corrects it.
        reason: why.
        at: hour of the correction; that of a mend when not given.

    Raises:
        CommandError: there is no such instruction, nothing of it is open, or its
            partner takes no correction by file.
    """
    house = opened(INSTRUCTIONS)
    try:
        meant = _meant(house, name, changes)
        cells = _of_a_line(changes)
        ways = {one["partner_id"]: takes(house, one["partner_id"]) for one in meant}
        told = {_way(partner, way, cells) for partner, way in ways.items()}
        by = authorship(house, author, reason, at)
        _refuse_before(meant, by)
        mend = _document(house, meant, cells, by)
        for sentence in sorted(told):
            CONSOLE.print(sentence, soft_wrap=True)
        return put(house, mend, by)
    except MendRefusedError as error:
        raise CommandError(str(error)) from error
    finally:
        house.close()


def _meant(house: House, name: str, changes: Mapping[str, str]) -> list[Row]:
    """The instructions that have something open."""
    found = house.lake.query(
        "select instruction_id, partner_id, state, released_at"  # noqa: S608
        f" from lake.{INSTRUCTIONS}"
        " where instruction_id = $1 or file_name = $1"
        " or partner_id || '/' || file_name = $1 order by all",
        [name],
    )
    if found.is_empty():
        raise CommandError(f"no instruction and no file {name!r} was sent")
    if "UNKNOWN_TO_US" in found["state"]:
        raise CommandError(never_sent(name))
    if name not in found["instruction_id"] and set(changes) != {"service_code"}:
        raise CommandError("of a whole file the service may change: name INSTRUCTION")
    open_ = open_lines(house, found).filter(pl.col("open_qty") > 0)
    left = found.join(open_, on="instruction_id", how="semi")
    if left.is_empty():
        raise CommandError(
            f"{name} has nothing open: what left cannot be told otherwise"
            " (orderhouse outbox show)"
        )
    return left.to_dicts()


def _refuse_before(meant: list[Row], by: Authorship) -> None:
    """What nobody had been told yet cannot have been corrected."""
    told_at = max(one["released_at"] for one in meant)
    if by.at < told_at:
        raise CommandError(
            f"--at {by.at.isoformat()} is before it was released, {told_at.isoformat()}"
        )


def _of_a_line(changes: Mapping[str, str]) -> dict[str, str]:
    cells = {name: text for name, text in changes.items() if text}
    if not cells:
        raise CommandError("what is wrong in it? --service, --street …, --qty LINE=2")
    if "qty" in cells:
        line, is_said, eaches = cells["qty"].partition("=")
        if not (line and is_said and eaches) or len(cells) > 1:
            raise CommandError("--qty LINE=EACHES, 2=1, stands alone")
        return {"line_ref": line, "qty": eaches}
    return cells


def _way(partner: str, way: Takes, cells: Mapping[str, str]) -> str:
    if "qty" not in cells and way.replacement:
        return f"{partner} is told again, under a new control number, what counts"
    if way.cancellation:
        return (
            f"{partner} is asked for its eaches back; what it gives up is told anew"
            " by the run that reads so"
        )
    lacks = "a format of cancel_requests"
    if "qty" not in cells:
        lacks = f"corrections: replace, nor {lacks}"
    elif way.replacement:
        lacks += ": it takes another address or service by file, not fewer eaches"
    raise CommandError(
        f"{partner} takes no such correction by file; its profile does not name {lacks}"
    )


def _document(
    house: House, meant: list[Row], cells: Mapping[str, str], by: Authorship
) -> Mend:
    stamp = f"{by.at:%Y%m%dT%H%M%SZ}-{by.author}"
    said = {"author": by.author, "corrected_at": by.at.isoformat(), "note": by.reason}
    rows = [
        {
            "correction_ref": f"{stamp}-{one['instruction_id']}",
            "instruction_ref": str(one["instruction_id"]),
            **cells,
            **said,
        }
        for one in meant
    ]
    operators = house.partners[OPERATORS]
    return rows_mend(operators, INSTRUCTION_CORRECTIONS.name, rows, by)
