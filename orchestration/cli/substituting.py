"""``orderhouse substitute``: another SKU is sent for eaches of a line.

The action is a document like those of ``cli.order_actions``, which writes it. Not
here: what it takes of the line (``transforms.allocation.substituting``).
"""

from __future__ import annotations

from datetime import datetime

from orchestration.cli.failures import CommandError
from orchestration.cli.order_actions import act
from orchestration.cli.quarantine import opened
from orchestration.cli.why import order_called
from orchestration.resources.clock import business_date_of
from orchestration.resources.house import House
from transforms.allocation.holds import WAITS
from transforms.allocation.substitutes import allowed_on
from transforms.contracts.decisions import LINE_BUCKETS
from transforms.contracts.gold import (
    DIM_KIT_COMPONENTS,
    DIM_PRODUCTS,
    DIM_SUBSTITUTIONS,
    FCT_ORDER_LINES,
)


def substitute(
    order: str,
    line: str,
    sku: str,
    author: str,
    *,
    qty: int = 0,
    ratio: int = 0,
    note: str = "",
    at: str = "",
) -> int:
    """Write that another SKU is to be sent for eaches of a line that wait.

    Args:
        order: order number, our order id, the channel's id, or a line id.
        line: our line id or the channel's.
        sku: what is to be sent instead.
        author: who decides on it.
        qty: eaches of the line; all that wait when 0.
        ratio: eaches of the SKU for one each; when 0, what ``csv_substitutions`` says
            of the two, else 1.
        note: free text.
        at: when it was done; now when not given.

    Raises:
        CommandError: no such order, line or SKU; the line or the SKU is a kit's; the
            SKU is the line's own; or fewer eaches of the line wait.
    """
    house = opened()
    try:
        asked = _line(house, order_called(house, order), line)
        _refuse_sku(house, sku, str(asked["sku_id"]))
        _refuse_more(house, str(asked["line_id"]), qty)
        eaches = ratio or _ratio(house, str(asked["sku_id"]), sku)
    finally:
        house.close()
    cells = {"alternative_ref": sku, "ratio": str(eaches)}
    cells |= {"qty": str(qty)} if qty else {}
    return act(
        "SUBSTITUTE",
        order,
        author,
        line=str(asked["line_ref"]),
        note=note,
        at=at,
        also=cells,
    )


def _line(house: House, order_id: str, line: str) -> dict[str, object]:
    """The line as its channel ordered it."""
    lines = house.lake.read(
        FCT_ORDER_LINES, "order_id = ? and substitutes_line_id is null", [order_id]
    )
    for row in lines.iter_rows(named=True):
        if line in {row["line_ref"], row["line_id"]}:
            if row["kit_line_id"] is not None:
                raise CommandError(
                    f"line {line!r} is of kit {row['kit_sku_id']}: a kit goes whole,"
                    " none of its components is replaced; cancel the line and order"
                    " anew"
                )
            return row
    known = ", ".join(lines["line_ref"].unique().sort())
    raise CommandError(f"the order has no line {line!r}; it has {known}")


def _refuse_sku(house: House, sku: str, own: str) -> None:
    if sku == own:
        raise CommandError(f"{sku} is what the line asks for: name another SKU")
    if house.lake.read(DIM_PRODUCTS, "sku_id = ?", [sku]).is_empty():
        raise CommandError(
            f"{sku} is no SKU here: send its product first (quarantine mend row"
            " products …)"
        )
    if house.lake.read(DIM_KIT_COMPONENTS, "kit_sku_id = ?", [sku]).height:
        raise CommandError(f"{sku} is a kit: name a SKU that lies on a shelf")


def _refuse_more(house: House, line_id: str, qty: int) -> None:
    """As of the newest run; the next one may have less of it."""
    buckets = house.lake.read(LINE_BUCKETS, "line_id = ?", [line_id])
    waiting = int(buckets.select(*WAITS, "held_qty").sum_horizontal().sum())
    if qty > waiting:
        raise CommandError(
            f"--qty {qty}: of line {line_id} {waiting} eaches wait that no node was"
            " told of"
        )


def _ratio(house: House, own: str, sku: str) -> int:
    """As the master data say on the newest run's business date; else one for one."""
    newest = house.past_runs()["as_of"].max()
    assert isinstance(newest, datetime)  # noqa: S101 for the type checker
    today = business_date_of(newest, house.policies.company_zone)
    both = "sku_id = ? and alternative_sku_id = ?"
    said = allowed_on(house.lake.read(DIM_SUBSTITUTIONS, both, [own, sku]), today)
    ratio = said.sort("valid_from_date")["ratio"].last()
    return int(ratio) if isinstance(ratio, int) else 1
