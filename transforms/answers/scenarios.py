"""The scenarios: ten for who ships, eight for who sends orders, three for others.

Not here: what their checks look at (``certification``).
"""

from __future__ import annotations

from collections.abc import Collection

from transforms.answers import certification as checks
from transforms.answers.certification import (
    ONE_LINE,
    SANDBOX_DATE,
    TWO_LINES,
    Scenario,
)

WAREHOUSE = (
    Scenario(1, "happy_path", "Ship every line in full and confirm it.", "按指令全部发货并确认。", TWO_LINES, checks.happy),
    Scenario(2, "partial", "Ship line 1 in full and line 2 in two parts; confirm both parts.", "第1行全部发货，第2行分两次发货并分别确认。", TWO_LINES, checks.partial),
    Scenario(3, "split", "Ship the order in two shipments with a confirmation each.", "分两个包裹发货，各发一份确认。", TWO_LINES, checks.split),
    Scenario(4, "short", "Ship line 1 in full and 2 of the 5 eaches of line 2; say why.", "第1行全部发货，第2行只发2件并说明原因。", TWO_LINES, checks.short),
    Scenario(5, "cancel_before_pick", "Take the order as cancelled before it was picked: refuse it, or confirm zero.", "视订单在拣货前已取消：拒绝或确认零数量。", ONE_LINE, checks.cancelled),
    Scenario(6, "duplicate_file", "Confirm in full, then send the same file again.", "全部确认后再次发送同一文件。", TWO_LINES, checks.duplicate),
    Scenario(7, "out_of_sequence", "Confirm each line in a file of its own; send the second file first.", "每行单独一份文件，先发送第二份。", TWO_LINES, checks.out_of_sequence),
    Scenario(8, "wrong_unit", "Confirm in a unit of measure that is not agreed.", "使用未约定的计量单位确认。", ONE_LINE, checks.wrong_unit),
    Scenario(9, "unknown_sku", "Confirm a SKU that nobody knows.", "确认一个未知的 SKU。", ONE_LINE, checks.unknown_sku),
    Scenario(10, "late_file", f"Confirm a shipment of a day before {SANDBOX_DATE}.", f"确认 {SANDBOX_DATE} 之前发出的货。", ONE_LINE, checks.late),
)  # fmt: skip
"""What a warehouse or 3PL plays."""

CHANNEL = (
    Scenario(1, "happy_path", "Send an order of two lines.", "发送一张含两行的订单。", (), checks.orders(1)),
    Scenario(2, "several_orders", "Send three orders in one file.", "在一个文件中发送三张订单。", (), checks.orders(3)),
    Scenario(3, "one_sku_twice", "Send an order with two lines of one SKU.", "发送一张同一 SKU 出现两行的订单。", (), checks.repeated_sku),
    Scenario(4, "revision", "Send an order, then a changed version of it.", "先发送订单，再发送其修改版本。", (), checks.revised, ("updated_at",)),
    Scenario(5, "cancellation", "Send an order, then its cancellation.", "先发送订单，再发送取消。", (), checks.cancels, ("action", "cancelled_at")),
    Scenario(6, "duplicate_file", "Send a file, then the same file again.", "发送文件后再次发送同一文件。", (), checks.copied),
    Scenario(7, "broken_line", "Send a file with one broken order among good ones.", "发送一个夹有错误订单的文件。", (), checks.in_part),
    Scenario(8, "unknown_sku", "Send an order of a SKU that nobody knows.", "发送一张含未知 SKU 的订单。", (), checks.unknown_sku),
)  # fmt: skip
"""What a channel plays."""


ANYBODY = (
    Scenario(1, "good_file", "Send a file with nothing to mend.", "发送一份无需修正的文件。", (), checks.clean),
    Scenario(2, "broken_line", "Send a file with one broken line among good ones.", "发送一份夹有一行错误的文件。", (), checks.in_part),
    Scenario(3, "duplicate_file", "Send a file, then the same file again.", "发送文件后再次发送同一文件。", (), checks.copied),
)  # fmt: skip
"""What a partner plays that neither ships nor sends orders."""


def scenarios_for(role: str, documents: Collection[str]) -> tuple[Scenario, ...]:
    """Scenarios that a partner can play.

    Args:
        role: channel, 3pl or own.
        documents: that it sends.
    """
    if role == "channel":
        return CHANNEL if "orders" in documents else ANYBODY
    return WAREHOUSE if "shipment_confirmations" in documents else ANYBODY
