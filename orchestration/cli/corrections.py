"""``orderhouse outbox correct``: what was sent is put right.

It is a document in the operators' drop; the next run tells the node anew. Not here:
what becomes of a correction (``transforms.instructions.correct``), taking back what
nobody read (``cli.withdrawals``).
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
from orchestration.resources.cancel_facts import open_lines, takes, unread
from orchestration.resources.house import House
from orchestration.resources.mending import (
    Authorship,
    Mend,
    MendRefusedError,
    named_by,
    rows_mend,
)
from transforms.contracts.documents import INSTRUCTION_CORRECTIONS
from transforms.contracts.profile import OPERATORS
from transforms.instructions.correct import Takes, sends_elsewhere

Row = dict[str, Any]
AGAIN = "again"
"""Nothing changes: the document names the service that it had."""
OF_A_FILE = ({"service_code"}, {AGAIN})


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
            ``LINE=EACHES``; ``again`` stands alone. Of a file only the service may
            change.
        author: who corrects it.
        reason: why.
        at: hour of the correction; that of a mend when not given.

    Raises:
        CommandError: there is no such instruction, nothing of it is open, its
            partner takes no correction by file, or its customer fetches it.
    """
    house = opened(INSTRUCTIONS)
    try:
        cells = _of_a_line(changes)
        if name not in (meant := instructions_called(house, name))[
            "instruction_id"
        ] and (set(changes) not in OF_A_FILE):
            raise CommandError(
                "of a whole file the service may change: name INSTRUCTION"
            )
        told = _ways(house, meant, cells)
        if "qty" in cells:
            refuse_more(open_lines(house, meant), cells["line_ref"], cells["qty"])
        by = authorship(house, author, reason, at)
        refuse_before(meant, by)
        _refuse_elsewhere(meant, cells.get("service_code"))
        mend = _document(house, meant, cells, by)
        for sentence in sorted(told):
            CONSOLE.print(sentence, soft_wrap=True)
        return put(house, mend, by)
    except MendRefusedError as error:
        raise CommandError(str(error)) from error
    finally:
        house.close()


def instructions_called(house: House, name: str) -> pl.DataFrame:
    """What of an instruction, or of a file's instructions, has something open.

    Returns:
        ``instruction_id, partner_id, state, released_at, service_code`` and
        ``is_silent``: overdue, and its node never said a word about it.

    Raises:
        CommandError: there is none of that name, or nothing of it is open.
    """
    found = house.lake.query(
        "select instruction_id, partner_id, state, released_at, service_code,"  # noqa: S608
        " heard_at is null and is_overdue as is_silent"
        f" from lake.{INSTRUCTIONS}"
        " where instruction_id = $1 or file_name = $1"
        " or partner_id || '/' || file_name = $1 order by all",
        [name],
    )
    if found.is_empty():
        raise CommandError(f"no instruction and no file {name!r} was sent")
    if "UNKNOWN_TO_US" in found["state"]:
        raise CommandError(never_sent(name))
    open_ = open_lines(house, found).filter(pl.col("open_qty") > 0)
    left = found.join(open_, on="instruction_id", how="semi")
    if left.is_empty():
        raise CommandError(
            f"{name} has nothing open: what left cannot be told otherwise"
            " (orderhouse outbox show)"
        )
    return left


def refuse_before(meant: pl.DataFrame, by: Authorship) -> None:
    """What nobody had been told yet cannot have been put right.

    Raises:
        CommandError: the hour is before the last release of ``meant``.
    """
    told_at = max(meant["released_at"])
    if by.at < told_at:
        raise CommandError(
            f"--at {by.at.isoformat()} is before it was released, {told_at.isoformat()}"
        )


def refuse_more(told: pl.DataFrame, line: str, eaches: str) -> None:
    """Fewer eaches are a correction; more are another line of an order.

    Args:
        told: OPEN_LINES of the instruction.
        line: of it.
        eaches: that it is to have.

    Raises:
        CommandError: it has no such line, or no more than those.
    """
    known = told.filter(instruction_line_ref=line)
    if known.is_empty():
        names = ", ".join(told["instruction_line_ref"].sort())
        raise CommandError(f"it has no line {line!r}; it has {names}")
    asked = int(known["told_qty"].item())
    if eaches.isdecimal() and int(eaches) >= asked:
        raise CommandError(
            f"line {line} asks for {asked} eaches: {eaches} are not fewer. More is"
            " ordered by its channel, and told in a document of its own"
        )


def _refuse_elsewhere(meant: pl.DataFrame, service: str | None) -> None:
    """What a store hands over is not sent by a correction, nor the other way round."""
    names = [
        str(one["instruction_id"])
        for one in meant.to_dicts()
        if sends_elsewhere(one, service)
    ]
    if names:
        raise CommandError(
            f"{', '.join(names)}: its customer fetches it at a store, or is sent it;"
            " no correction changes that: orderhouse cancel, and have it ordered anew"
        )


def _of_a_line(changes: Mapping[str, str]) -> dict[str, str]:
    cells = {name: text for name, text in changes.items() if text}
    if not cells:
        raise CommandError(
            "what is wrong in it? --service, --street …, --qty LINE=2, or --again"
        )
    if AGAIN in cells:
        if len(cells) > 1:
            raise CommandError("--again tells it as it stands, and stands alone")
        return {}
    if "qty" in cells:
        line, is_said, eaches = cells["qty"].partition("=")
        if not (line and is_said and eaches) or len(cells) > 1:
            raise CommandError("--qty LINE=EACHES, 2=1, stands alone")
        return {"line_ref": line, "qty": eaches}
    return cells


def _ways(house: House, meant: pl.DataFrame, cells: Mapping[str, str]) -> set[str]:
    """What becomes of it, a sentence for each way; raises where there is none."""
    never_read = pl.col("instruction_id").is_in(unread(house, meant))
    is_anew = never_read & pl.lit("qty" not in cells)
    anew, others = (set(meant.filter(one)["partner_id"]) for one in (is_anew, ~is_anew))
    return {_way(one, takes(house, one), cells) for one in others} | {
        f"{one} could not read it: it is told as for the first time, under a new"
        " control number"
        for one in anew
    }


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
    house: House, meant: pl.DataFrame, cells: Mapping[str, str], by: Authorship
) -> Mend:
    stamp = f"{by.at:%Y%m%dT%H%M%SZ}-{by.author}"
    said = {"author": by.author, "corrected_at": by.at.isoformat(), "note": by.reason}
    rows = [
        {
            "correction_ref": named_by(f"{stamp}-{one['instruction_id']}", cells),
            "instruction_ref": str(one["instruction_id"]),
            **(cells or {"service_code": one["service_code"]}),
            **said,
        }
        for one in meant.to_dicts()
    ]
    operators = house.partners[OPERATORS]
    return rows_mend(operators, INSTRUCTION_CORRECTIONS.name, rows, by)
