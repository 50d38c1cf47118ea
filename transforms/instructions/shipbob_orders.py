"""ShipBob orders as JSON: asking a fulfilment service to ship.

One array of the bodies that ``POST order`` takes, one instruction each, sorted by
``instruction_id``; whoever forwards them posts them one by one. A service in the
same shapes reads them too.

- ``reference_id`` is our instruction, ``order_number`` the number people use,
  ``purchase_date`` when it was placed, ``type`` DTC.
- ``shipping_method`` is the service, in the partner's words where the options
  ``service.STANDARD``, ``service.EXPEDITED`` and ``service.PICK_UP`` say them. Of
  what is PICK_UP the customer comes for: the recipient has no street and no state.
- ``location_id`` is the node where its name is a number.
- ``products``: our SKU as ``reference_id``, name, quantity in eaches and our line
  number as ``external_line_id``, which comes back with the shipment; ``lot`` is the
  lot to take first, where one is promised.
- ``tags`` has the control number of the file and the ship-by date.

Cells that are missing are left out; nothing is cut or changed. The feed
``shipbob_shipments`` reads what comes back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

import polars as pl

from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.contracts.profile import Envelope, Payload
from transforms.instructions.writing.lines import Row, grouped

DOCUMENT = SHIPPING_ORDERS


def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
    """``orders_<control number>.json``, one object an instruction.

    Args:
        frame: SHIPPING_ORDERS, one row per instruction line, ship-to in clear.
        envelope: receiver and control number.

    Raises:
        ContractError: the frame does not keep its contract.
        ValueError: the frame is empty, or a line number is no number.
    """
    instructions = grouped(frame, DOCUMENT, "instruction_id", "instruction_line_ref")
    control_ref = str(envelope.control_no)
    bodies = [
        _order(lines, control_ref, envelope.profile.options)
        for lines in instructions.values()
    ]
    return Payload(
        name=f"orders_{envelope.control_no:09d}.json",
        content=(json.dumps(bodies, ensure_ascii=False, indent=1) + "\n").encode(),
        row_count=frame.height,
        unit_count=int(frame["qty"].sum()),
        control_ref=control_ref,
    )


def _order(
    lines: Sequence[Row], control_ref: str, options: Mapping[str, str]
) -> dict[str, Any]:
    order, service = lines[0], lines[0]["service_code"]
    node = str(order["node_id"])
    return {
        "reference_id": order["instruction_id"],
        "order_number": order["order_name"],
        "type": "DTC",
        "purchase_date": f"{order['ordered_at'].astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "shipping_method": options.get(f"service.{service}", service),
        **({"location_id": int(node)} if node.isdecimal() else {}),
        "recipient": _recipient(order),
        "products": [
            {
                "reference_id": line["sku_id"],
                "name": line["product_name"],
                "quantity": line["qty"],
                "external_line_id": int(line["instruction_line_ref"]),
            }
            | _said({"lot": line["lot_ref"]})
            for line in lines
        ],
        "tags": [
            {"name": "control_no", "value": control_ref},
            {"name": "ship_by", "value": f"{order['ship_by_date']:%Y-%m-%d}"},
        ],
    }


def _recipient(order: Row) -> dict[str, Any]:
    address = {
        "address1": order["ship_to_street"],
        "address2": order["ship_to_street2"],
        "city": order["ship_to_city"],
        "state": order["region_code"],
        "zip_code": order["ship_to_postal_code"],
        "country": order["country_code"],
    }
    person = {"name": order["ship_to_name"], "phone_number": order["ship_to_phone"]}
    return _said(person) | {"address": _said(address)}


def _said(cells: Mapping[str, object]) -> dict[str, object]:
    return {name: cell for name, cell in cells.items() if cell is not None}
