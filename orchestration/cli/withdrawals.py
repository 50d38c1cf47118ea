"""``orderhouse outbox withdraw``: what a node never read goes elsewhere.

It is a refusal in the node's name in the operators' drop; the next run sources its
eaches anew. If the node did read it, they leave twice. Not here: what becomes of a
refusal (``transforms.lifecycle``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from orchestration.cli.corrections import instructions_called, refuse_before
from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.mend import authorship, put
from orchestration.cli.outgoing import INSTRUCTIONS
from orchestration.cli.quarantine import opened
from orchestration.resources.cancel_facts import open_lines, takes, unread
from orchestration.resources.house import House
from orchestration.resources.mending import (
    Authorship,
    Mend,
    MendRefusedError,
    rows_mend,
)
from transforms.contracts.documents import REJECTIONS
from transforms.contracts.profile import OPERATORS

CONFIRMED = "{reason}; that it was not read, and will not be, says {confirmed_by}"


def withdraw(
    name: str, author: str, reason: str, unread_confirmed_by: str = "", at: str = ""
) -> int:
    """Take back what a node never read; the next run sources it elsewhere.

    That is what its acknowledgement says it could not read. What is overdue and was
    never answered may have been read all the same: somebody at the node says that it
    was not.

    Args:
        name: INSTRUCTION, FILE or PARTNER/FILE.
        author: who takes it back.
        reason: how it is known that the node will not ship.
        unread_confirmed_by: who at the node says that it was never read and will not
            be; it lands with the reason. Not needed for what an acknowledgement
            rejected.
        at: hour of it; that of a mend when not given.

    Raises:
        CommandError: there is no such instruction, nothing of it is open, its node
            knows of it, or may and nobody says that it does not.
    """
    house = opened(INSTRUCTIONS)
    try:
        meant = instructions_called(house, name)
        confirmed_by = unread_confirmed_by.strip()
        _refuse_read(house, meant, confirmed_by)
        by = _confirmed(authorship(house, author, reason, at), confirmed_by)
        refuse_before(meant, by)
        mend = _refusals(house, meant, by)
        for told in still_there(house, meant):
            CONSOLE.print(told, soft_wrap=True)
        CONSOLE.print(
            taken_back(meant.height, house.policies.allocation.unread_box_days),
            soft_wrap=True,
        )
        return put(house, mend, by)
    except MendRefusedError as error:
        raise CommandError(str(error)) from error
    finally:
        house.close()


def taken_back(count: int, box_days: int) -> str:
    """What becomes of so many instructions.

    Args:
        count: instructions, 1 or more.
        box_days: days for which their node is not asked again.
    """
    told = "1 instruction is" if count == 1 else f"{count:,} instructions are"
    days = "1 day" if box_days == 1 else f"{box_days} days"
    whose = "its" if count == 1 else "their"
    return (
        f"{told} taken back: the next run sources {whose} eaches anew, at another node"
        f" or after {days} at the same"
    )


FILES = f"""
    select distinct partner_id, file_name from lake.{INSTRUCTIONS}
    where instruction_id in (select instruction_id from meant)
    order by all
"""  # noqa: S608 our own names


def still_there(house: House, meant: pl.DataFrame) -> list[str]:
    """Files of the instructions that lie where their partners take them.

    A file that was sent again since may be read after all.
    """
    with house.lake.holding(meant=meant.select("instruction_id")):
        files = house.lake.query(FILES)
    return [
        f"  {partner}/{name} still lies in the outbox: whoever takes it there ships"
        " it, and its eaches leave twice. See that nobody does"
        for partner, name in files.iter_rows()
        if name and (house.home.outbox / partner / name).exists()
    ]


def why_it_stays(
    told: dict[str, Any], *, is_askable: bool, confirmed_by: str
) -> str | None:
    """Why an instruction that no acknowledgement rejected is not taken back.

    Args:
        told: ``instruction_id, partner_id, state, is_silent`` of it.
        is_askable: its partner takes cancellations by file.
        confirmed_by: who at the node says that it was not read; "": nobody does.

    Returns:
        What to say, with the remedy; None: it may be taken back.
    """
    name, partner, state = (
        told[key] for key in ("instruction_id", "partner_id", "state")
    )
    if not told["is_silent"]:
        return (
            f"{partner} may work on {name} ({state}): withdrawn is what an"
            " acknowledgement rejected or no answer came to in time; else correct it,"
            " or cancel its order's lines (orderhouse outbox show)"
        )
    if confirmed_by:
        return None
    way = (
        "orderhouse cancel ORDER asks for its eaches back, or call"
        if is_askable
        else "it takes no cancellation by file, so call"
    )
    return (
        f"{partner} may have read {name} ({state}): that nobody answers proves"
        f" nothing, and what is read after all leaves twice. Ask the node: {way}. If"
        " somebody there says that it was never read and will not be, say who:"
        " --unread-confirmed-by NAME"
    )


def _confirmed(by: Authorship, confirmed_by: str) -> Authorship:
    """With the reason as it lands: who says that it was not read."""
    if not confirmed_by or not by.reason.strip():
        return by
    said = CONFIRMED.format(reason=by.reason, confirmed_by=confirmed_by)
    return replace(by, reason=said)


def _refuse_read(house: House, meant: pl.DataFrame, confirmed_by: str) -> None:
    """What a node reads is not sourced anew, nor what it may have read."""
    never_read = pl.col("instruction_id").is_in(unread(house, meant))
    for told in meant.filter(~never_read).iter_rows(named=True):
        is_askable = takes(house, told["partner_id"]).cancellation
        said = why_it_stays(told, is_askable=is_askable, confirmed_by=confirmed_by)
        if said:
            raise CommandError(said)


def _refusals(house: House, meant: pl.DataFrame, by: Authorship) -> Mend:
    """REJECTIONS of all that is open, in the node's name and by our hand."""
    left = open_lines(house, meant).filter(pl.col("open_qty") > 0)
    names = ("node_id", "instruction_id", "instruction_line_ref", "sku_id", "open_qty")
    said = {
        "reason_code": "UNREAD",
        "stock_effect": "none",
        "rejected_at": by.at.isoformat(),
    }
    cells = ("node_ref", "instruction_ref", "line_ref", "sku_ref", "rejected_qty")
    ordered = left.sort("instruction_id", pl.col("instruction_line_ref").cast(pl.Int64))
    rows = [
        dict(zip(cells, map(str, row), strict=True)) | said
        for row in ordered.select(names).iter_rows()
    ]
    return rows_mend(house.partners[OPERATORS], REJECTIONS.name, rows, by)
