"""``orderhouse hold`` and its like: an action on an order, as a document.

It is put into the operators' drop and takes effect in the next run, as whatever
partners say does. Not here: what an action does to the order
(``policies/transitions.csv``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

import polars as pl

from orchestration.cli.cancelling import reach_of_cancel
from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.known_names import refuse_unknown_place
from orchestration.cli.mend import authorship, put
from orchestration.cli.pinning import reach_of_pin, reach_of_unpin
from orchestration.cli.quarantine import opened
from orchestration.cli.why import lines_called, order_called
from orchestration.resources.clock import business_date_of
from orchestration.resources.house import House
from orchestration.resources.mending import (
    Authorship,
    MendRefusedError,
    named_by,
    row_mend,
)
from transforms.allocation.holds import APPROVAL, WAITS
from transforms.contracts.decisions import LINE_BUCKETS, LINE_HOLDS
from transforms.contracts.documents import ORDER_ACTIONS
from transforms.contracts.gold import FCT_ORDER_LINES, FCT_ORDERS
from transforms.contracts.profile import OPERATORS

GONE = ("released_qty", "in_fulfilment_qty", "shipped_qty", "delivered_qty")
"""Eaches that no hold reaches: a node has been told of them."""


def act(
    action: str,
    order: str,
    author: str,
    *,
    reason: str = "",
    line: str = "",
    note: str = "",
    at: str = "",
    also: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """Write an action on an order, or on one of its lines.

    Args:
        action: HOLD, UNHOLD, CANCEL, APPROVE, PIN, UNPIN or SUBSTITUTE.
        order: order number, our order id, the channel's id, or a line id.
        author: who does it.
        reason: of the closed list; none for an APPROVE.
        line: our line id or the channel's; the whole order when not given.
        note: free text.
        at: when it was done; now when not given.
        also: further cells: a PIN's node, the last date of an action, the SKU that
            is sent instead.

    Raises:
        CommandError: no such order, line or node, or no such reason.
    """
    house = opened()
    try:
        refuse_unknown_place(house.lake, also.get("node_ref", ""), "")
        if also.get("until_date"):
            _refuse_what_is_over(house, also["until_date"])
        by = authorship(house, author, note or reason or action.lower(), at)
        cells = _cells(house, action, order, line, by) | {
            name: text
            for name, text in (("reason_code", reason), ("note", note), *also.items())
            if text
        }
        stem = f"{by.at:%Y%m%dT%H%M%SZ}-{by.author}-{action.lower()}"
        cells["action_ref"] = named_by(stem, cells)
        mend = row_mend(house.partners[OPERATORS], ORDER_ACTIONS.name, cells, by)
        lines, holds = _as_they_stand(house, cells)
        reached = _reached(house, action, lines, cells.get("node_ref", ""))
        for sentence in [*comes_to_nothing(action, reason, lines, holds), *reached]:
            CONSOLE.print(f"  as of the newest run {sentence}", soft_wrap=True)
        return put(house, mend, by)
    except MendRefusedError as error:
        raise CommandError(str(error)) from error
    finally:
        house.close()


def _reached(house: House, action: str, lines: pl.DataFrame, node: str) -> list[str]:
    """What an action on lines is to expect, where only the lake can say it."""
    if action == "CANCEL":
        return reach_of_cancel(house, lines)
    if action == "PIN":
        return reach_of_pin(house, lines, node)
    return reach_of_unpin(house, lines) if action == "UNPIN" else []


def _refuse_what_is_over(house: House, until: str) -> None:
    """An action whose last date is before the business date of the newest run.

    Raises:
        CommandError: it is, or is no date.
    """
    newest = house.past_runs()["as_of"].max()
    assert isinstance(newest, datetime)  # noqa: S101 for the type checker
    today = business_date_of(newest, house.policies.company_zone)
    try:
        last = date.fromisoformat(until)
    except ValueError as error:
        raise CommandError(f"--until {until}: no date, such as {today}") from error
    if last < today:
        raise CommandError(
            f"--until {until}: that is over; the newest run is of {today}"
        )


def comes_to_nothing(
    action: str, reason: str, lines: pl.DataFrame, holds: pl.DataFrame
) -> list[str]:
    """What of an action has nothing to act on, as of the newest run.

    Args:
        action: HOLD, UNHOLD, CANCEL, APPROVE, PIN, UNPIN or SUBSTITUTE.
        reason: its reason, or "".
        lines: LINE_BUCKETS of the lines it is about.
        holds: LINE_HOLDS of these lines that have not ended.
    """
    reasons = sorted(set(holds["reason_code"]))
    held = f"held for {', '.join(reasons)}" if reasons else "not held"
    if action == "APPROVE" and APPROVAL not in reasons:
        return [f"nothing of it waits for an approval; it is {held}"]
    if action == "UNHOLD" and not (reason in reasons if reason else reasons):
        for_it = f"not held for {reason}; it is {held}" if reason else held
        return [f"it is {for_it}: nothing will be let go"]
    gone, waiting = (
        int(lines.select(pl.sum_horizontal(names).sum()).item())
        for names in (GONE, WAITS)
    )
    return _out_of_reach(action, gone, waiting)


def _out_of_reach(action: str, gone: int, waiting: int) -> list[str]:
    """What a HOLD or a PIN is too late for."""
    if action == "HOLD" and gone:
        told = (
            f"{gone} eaches are with a node or have left it and are not held, {waiting}"
        )
        told += " are to be; what a node has is asked back by orderhouse cancel"
        return [told]
    if action == "PIN" and not waiting:
        return ["nothing of it waits: what a node has been told of stays there"]
    return []


def _as_they_stand(
    house: House, cells: dict[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Buckets and holds of the lines that an action is about."""
    named = "channel_id = ? and order_id in (select order_id from lake.gold.fct_orders"
    named += " where channel_id = ? and order_ref = ?)"
    channel = cells["channel_ref"]
    lines = house.lake.read(
        FCT_ORDER_LINES, named, [channel, channel, cells["order_ref"]]
    )
    if "line_ref" in cells:
        lines = lines.filter(line_ref=cells["line_ref"])
    with house.lake.holding(meant=lines.select("line_id")):
        of_them = "line_id in (select line_id from meant)"
        return (
            house.lake.read(LINE_BUCKETS, of_them),
            house.lake.read(LINE_HOLDS, f"{of_them} and ended_at is null"),
        )


def _cells(
    house: House, action: str, order: str, line: str, by: Authorship
) -> dict[str, str]:
    order_id = order_called(house, order)
    found = house.lake.read(FCT_ORDERS, "order_id = ?", [order_id]).row(0, named=True)
    told = {
        "action": action,
        "channel_ref": str(found["channel_id"]),
        "order_ref": str(found["order_ref"]),
        "author": by.author,
        "acted_at": by.at.isoformat(),
    }
    if line:
        told["line_ref"] = _line_called(house, order_id, line)
    return told


def _line_called(house: House, order_id: str, line: str) -> str:
    lines = house.lake.read(FCT_ORDER_LINES, "order_id = ?", [order_id])
    return str(lines_called(lines, line)["line_ref"][0])
