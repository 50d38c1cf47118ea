"""``orderhouse hold`` and its like: an action on an order, as a document.

It is put into the operators' drop and takes effect in the next run, as whatever
partners say does. Not here: what an action does to the order
(``policies/transitions.csv``).
"""

from __future__ import annotations

from orchestration.cli.failures import CommandError
from orchestration.cli.mend import authorship, put
from orchestration.cli.quarantine import opened
from orchestration.cli.why import order_called
from orchestration.resources.house import House
from orchestration.resources.mending import Authorship, MendRefusedError, row_mend
from transforms.contracts.documents import ORDER_ACTIONS
from transforms.contracts.gold import FCT_ORDER_LINES, FCT_ORDERS
from transforms.contracts.profile import OPERATORS


def act(
    action: str,
    order: str,
    author: str,
    *,
    reason: str = "",
    line: str = "",
    note: str = "",
    at: str = "",
) -> int:
    """Write an action on an order, or on one of its lines.

    Args:
        action: HOLD, UNHOLD, CANCEL or APPROVE.
        order: order number, our order id, the channel's id, or a line id.
        author: who does it.
        reason: of the closed list; none for an APPROVE.
        line: our line id or the channel's; the whole order when not given.
        note: free text.
        at: when it was done; now when not given.

    Raises:
        CommandError: no such order or line, or no such reason.
    """
    house = opened()
    try:
        by = authorship(house, author, note or reason or action.lower(), at)
        cells = _cells(house, action, order, line, by) | {
            name: text
            for name, text in (("reason_code", reason), ("note", note))
            if text
        }
        operators = house.partners[OPERATORS]
        return put(house, row_mend(operators, ORDER_ACTIONS.name, cells, by), by)
    except MendRefusedError as error:
        raise CommandError(str(error)) from error
    finally:
        house.close()


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
    # The same thing done twice in a second by one person was done once.
    told["action_ref"] = f"{by.at:%Y%m%dT%H%M%SZ}-{by.author}-{action.lower()}"
    return told


def _line_called(house: House, order_id: str, line: str) -> str:
    lines = house.lake.read(FCT_ORDER_LINES, "order_id = ?", [order_id])
    for ref, line_id in lines.select("line_ref", "line_id").iter_rows():
        if line in {ref, line_id}:
            return str(ref)
    known = ", ".join(lines["line_ref"].sort())
    raise CommandError(f"the order has no line {line!r}; it has {known}")
