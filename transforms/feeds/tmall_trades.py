"""Taobao and Tmall trades: ``taobao.trade.fullinfo.get``, lists, JSON lines.

- Read are ``{"trade_fullinfo_get_response": {"trade": {…}}}``, the answers of
  ``trades.sold.get`` with ``{"trades": {"trade": […]}}``, and bare trades.
- Times are Asia/Shanghai without saying so, unless the profile names a zone other
  than UTC. Amounts are CNY. Option ``encoding`` may be ``gb18030``.
- order_ref is ``tid``, line_ref ``oid`` (one of them may equal the tid), the SKU
  ``outer_sku_id``, else ``outer_iid``.
- Amounts disagree on purpose: list price, coupons of shop and platform, manual
  changes. What the buyer pays for a line is ``divide_order_fee``, else the line's
  ``payment``, else its ``total_fee``; the line's amount is price times ``num``, or
  that if it is more; the discount is the difference. If the trade's ``payment``
  less ``post_fee`` is what the lines come to, the order's amount is told; if not,
  it is left empty and a notice says so, because Taobao sends no other version.
- WAIT_BUYER_PAY and its like wait for payment, as do a deposit whose rest is not
  paid and PAID_FORBID_CONSIGN; ``type`` cod is paid on delivery (terms).
  TRADE_CLOSED and TRADE_CLOSED_BY_TAOBAO cancel what was not sent
  (``consign_time``). A line that was closed, or whose ``refund_status`` is SUCCESS,
  before it was sent is left out; a refund that is asked for changes nothing yet.
- Lines that the buyer is asked to confirm, and later ones, have left.
- The region is the province as written (陕西省). Buyer's message and seller's memo,
  which may name another carrier, are the note.

Column names in rejects are Taobao's.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import tmall
from transforms.feeds.reading.json_tables import read_tables
from transforms.feeds.reading.json_units import inside, settle_units

DOCUMENT = ORDERS

WRAPPERS = (
    "trade_fullinfo_get_response",
    "trade_get_response",
    "trades_sold_get_response",
    "trades_sold_increment_get_response",
    "trades",
    "trade",
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of trades; a broken trade is refused with its lines.

    Never raises on any bytes.
    """
    lines, found = read_tables(payload, profile, inside(*WRAPPERS), tmall.ORDER)
    trades = tmall.trades(found.frames, profile)
    every = pl.concat([found.problems, trades.problems])
    parsed = settle_units(lines, found.unit_lines, trades.rows, every, DOCUMENT)
    told = trades.notices.join(
        parsed.rows, on="payload_line", how="semi", maintain_order="left"
    )
    return replace(parsed, notices=told)
