"""Goods post as they moved, whatever became of the line."""

from __future__ import annotations

import json

import polars as pl
import pytest

from tests.unit.ledger.facts import (
    adjustment,
    event,
    notice,
    on_hand,
    opening,
    post,
    receipt,
    rows,
    variance,
)
from transforms.contracts.documents.stock import ADJUSTMENT_REASONS
from transforms.contracts.gold import FCT_ORDER_EVENTS
from transforms.ledger.adjustments import (
    ACCOUNTS,
    ReturnedPolicy,
    ReturnedPolicyError,
)
from transforms.ledger.refusals import ShortPolicy, ShortPolicyError, emptied_skus
from transforms.ledger.statement import (
    lot_statement,
    status_statement,
    unit_statement,
)
from transforms.lifecycle.packed import PACKED


def test_on_hand_is_opening_and_what_came_less_what_left() -> None:
    units = post(
        event("SHIPPED", 3, 5),
        event("SOLD_AT_TILL", 2, 6),
        openings=(opening(10), opening(1, stock_status="DAMAGED")),
        receipts=(receipt(4, 2),),
    )

    assert {"available_qty": 9, "damaged_qty": 1} == on_hand(units)
    assert 0 == units["qty"].sum()


def accounts(units: pl.DataFrame) -> dict[str, int]:
    """Balances of all accounts that are not 0, over every status and place."""
    sums = units.group_by("account").agg(pl.col("qty").sum())
    return {name: qty for name, qty in sums.sort("account").iter_rows() if qty}


def test_what_a_carrier_says_moves_the_eaches_on() -> None:
    units = post(
        event("SHIPPED", 6, 5),
        event("DELIVERED", 3, 30),
        event("LOST", 2, 31),
        openings=(opening(10),),
    )

    assert {
        "DELIVERED": 3,
        "ON_HAND": 4,
        "SHIPPED": 1,
        "SYSTEM_BEFORE": -10,
        "VARIANCE": 2,
    } == accounts(units)


@pytest.mark.parametrize("is_found_first", [True, False])
def test_what_was_lost_and_found_is_delivered_whatever_was_told_first(
    *, is_found_first: bool
) -> None:
    """A delivery that arrives before the loss is that of an ordinary parcel."""
    shipped, lost = event("SHIPPED", 2, 5), event("LOST", 2, 31)
    found = event("FOUND", 2, 40, event_id="T-1/DELIVERED")
    plain = found | {"event_type": "DELIVERED"}
    first = post(shipped, plain if is_found_first else lost)
    second = post(shipped, lost, found, existing=first)

    assert {"DELIVERED": 2, "ON_HAND": -2} == accounts(pl.concat([first, second]))


def test_what_left_instead_is_gone_from_where_it_lay() -> None:
    units = post(
        event("SUBSTITUTED_BY_NODE", 2, 5, sku_id="S9"),
        event("DELIVERED", 1, 30, sku_id="S9"),
        openings=(opening(10), opening(4, sku_id="S9")),
    )

    of_s9 = accounts(units.filter(sku_id="S9"))
    assert {"DELIVERED": 1, "ON_HAND": 2, "SHIPPED": 1, "SYSTEM_BEFORE": -4} == of_s9
    assert 10 == accounts(units.filter(pl.col("sku_id") != "S9"))["ON_HAND"]


def test_a_position_is_by_status_and_says_which_file_told_of_it_last() -> None:
    units = post(
        event("SHIPPED", 3, 5),
        openings=(opening(10), opening(1, stock_status="DAMAGED")),
        receipts=(receipt(4, 2),),
        notices=(notice(6, 1),),
    )
    movement = pl.col("movement_id")
    told = units.with_columns(file_name=movement.str.split("/").list.first())

    found = status_statement(told)

    assert [
        ("EAST", "AVAILABLE", 11),
        ("EAST", "DAMAGED", 1),
        ("EAST", "IN_TRANSIT", 6),
    ] == found.select("node_id", "status", "qty").rows()
    assert ["OPENING", "NOTICE"] == found["feed_file"].to_list()[1:]
    newest = units.filter(account="ON_HAND", stock_status="AVAILABLE")["event_at"]
    assert newest.max() == found["as_of"][0]


def test_what_is_advised_is_on_its_way_until_it_is_received() -> None:
    """More than was advised comes from the supplier, as ever."""
    told = (notice(5, 2), notice(3, 3))
    some = (receipt(6, 20, po_ref="PO-1"),)
    every = (*some, receipt(4, 30, po_ref="N3"), receipt(1, 31))
    first = post(receipts=some, notices=told)
    books = pl.concat([first, post(receipts=every, notices=told, existing=first)])

    assert {"IN_TRANSIT": 2, "ON_HAND": 6, "SUPPLIER": -8} == accounts(first)
    assert {"ON_HAND": 11, "SUPPLIER": -11} == accounts(books)


def test_what_was_received_after_all_was_on_its_way() -> None:
    """As far as it was; of an order of which nothing came it cannot be."""
    advised = (notice(5, 2), notice(4, 3, po_ref="PO-2"))
    got = (receipt(3, 9, po_ref="PO-1"),)
    more = (adjustment(3, 10, "RECEIVING_ERROR"),)
    at_once = post(notices=advised, receipts=got, adjustments=more)
    first = post(receipts=got, adjustments=more)
    then = post(notices=advised, receipts=got, adjustments=more, existing=first)

    def way(*parts: pl.DataFrame) -> dict[str, int]:
        sums = pl.concat(parts).group_by("account").agg(pl.col("qty").sum())
        return dict(sums.iter_rows())

    # Two of the three; the third nobody advised.
    assert {"ON_HAND": 6, "IN_TRANSIT": 4, "SUPPLIER": -10} == way(at_once)
    assert way(at_once) == way(first, then)


def test_a_notice_that_comes_last_changes_only_where_it_came_from() -> None:
    got = (receipt(6, 20, po_ref="PO-1"),)
    first = post(receipts=got)
    second = post(receipts=got, notices=(notice(5, 2),), existing=first)
    taken_back = notice(5, 2, is_taken_back=True)
    books = pl.concat([first, second])
    third = post(receipts=got, notices=(taken_back,), existing=books)

    assert {"ON_HAND": 6, "SUPPLIER": -6} == accounts(first)
    assert {"ON_HAND": 6, "SUPPLIER": -6} == accounts(books)
    assert 0 == books.filter(pl.col("account") == "IN_TRANSIT")["qty"].sum()
    assert {"ON_HAND": 6, "SUPPLIER": -6} == accounts(pl.concat([books, third]))
    assert {"NOTICE/N2#2", "RECEIPT/R20#3"} == set(third["movement_id"])


def test_a_transfer_leaves_the_shelf_it_comes_from() -> None:
    moved = notice(4, 2, from_node_id="WEST", notice_kind="transfer")
    units = post(openings=(opening(10, node_id="WEST"),), notices=(moved,))

    balance = units.filter(pl.col("account") == "ON_HAND").group_by("node_id")
    assert [("WEST", 6)] == balance.agg(pl.col("qty").sum()).rows()
    assert {"IN_TRANSIT": 4, "ON_HAND": 6, "SYSTEM_BEFORE": -10} == accounts(units)


def lots(units: pl.DataFrame, account: str) -> dict[str | None, int]:
    """Balance of an account by lot, where it is not 0."""
    held = units.filter(pl.col("account") == account)
    sums = held.group_by("lot_ref").agg(pl.col("qty").sum())
    return {lot: qty for lot, qty in sums.iter_rows() if qty}


def test_eaches_of_a_lot_are_followed_as_far_as_documents_name_it() -> None:
    told = '{"lots":[{"lot":"L-7","qty":2},{"lot":"L-8","qty":1}]}'
    of_one = '{"lots":[{"lot":"L-7","qty":2}]}'
    shipped = event("SHIPPED", 4, 5, detail=told)
    known = {"receipts": (receipt(5, 2, lot_ref="L-7"), receipt(3, 3))}
    units = post(
        shipped,
        event("DELIVERED", 2, 30, detail=of_one),
        **known,
        adjustments=(adjustment(-1, 6, "LOST", lot_ref="L-7"),),
    )

    assert {"L-7": 2, "L-8": -1, None: 2} == lots(units, "ON_HAND")
    assert [(None, 1), ("L-7", 2)] == lot_statement(units)[["lot_ref", "qty"]].rows()
    assert lot_statement(units.filter(pl.col("lot_ref").is_null())).is_empty()
    assert {"L-8": 1, None: 1} == lots(units, "SHIPPED")
    assert {"L-7": 2} == lots(units, "DELIVERED")
    assert 0 == units["qty"].sum()
    assert units["posting_id"].is_unique().all()
    again = post(shipped | {"qty": 2, "detail": of_one}, **known, existing=units)
    books = pl.concat([units, again])
    assert {"L-7": 2, None: 3} == lots(books, "ON_HAND")


def test_a_zeroed_sku_has_nothing_left_of_any_lot() -> None:
    units = post(
        refusal(2, "zero_sku"),
        openings=(opening(10),),
        receipts=(receipt(4, 2, lot_ref="L-7"),),
    )

    assert {} == lots(units, "ON_HAND")
    assert {"L-7": 4, None: 10} == lots(units, "VARIANCE")


def came(qty: int, hour: float, **more: object) -> dict[str, object]:
    return event("RETURN_RECEIVED", qty, hour, **more)


def looked_at(qty: int, found: str | None, hour: float) -> dict[str, object]:
    said = "null" if found is None else f'"{found}"'
    detail = f'{{"disposition_code": {said}}}'
    return event("RETURN_INSPECTED", qty, hour, detail=detail)


def test_what_comes_back_waits_until_somebody_looked_at_it() -> None:
    sold = (event("SHIPPED", 9, 5), event("DELIVERED", 9, 30))
    found = (
        looked_at(2, "SELLABLE", 60),
        looked_at(1, "DAMAGED", 61),
        looked_at(1, "DEFECTIVE", 62),
        looked_at(1, None, 63),
        looked_at(1, "EXPIRED", 64),
    )
    units = post(*sold, came(7, 50), *found, openings=(opening(10),))

    assert {"available_qty": 3, "damaged_qty": 1} == on_hand(units)
    assert {
        "CUSTOMER_RETURN": 1,
        "DELIVERED": 2,
        "ON_HAND": 4,
        "QUARANTINE": 2,
        "SCRAP": 1,
        "SYSTEM_BEFORE": -10,
    } == accounts(units)


def test_what_never_reached_its_customer_comes_back_from_the_way() -> None:
    sent, brought = event("SHIPPED", 4, 5), event("DELIVERED", 1, 30)
    first = post(sent, came(2, 40), came(1, 50))
    second = post(sent, brought, came(2, 40), came(1, 50), existing=first)

    assert {"CUSTOMER_RETURN": 3, "ON_HAND": -4, "SHIPPED": 1} == accounts(first)
    books = pl.concat([first, second])
    assert {"CUSTOMER_RETURN": 3, "ON_HAND": -4, "SHIPPED": 1} == accounts(books)
    assert 0 == books.group_by("movement_id").agg(pl.col("qty").sum())["qty"].max()
    assert 0 == books.filter(pl.col("account") == "DELIVERED")["qty"].sum()


@pytest.mark.parametrize(
    ("told", "lot"),
    [([("X", 3)], "X"), ([("X", 2), ("Y", 1)], None), ([("X", 2)], None)],
)
def test_what_comes_back_of_a_line_is_of_the_lot_that_was_sent(
    told: list[tuple[str, int]], lot: str | None
) -> None:
    said = json.dumps({"lots": [{"lot": name, "qty": qty} for name, qty in told]})
    named = said.replace(" ", "")
    sent = event("SHIPPED", 3, 5, detail=named)
    back = (came(3, 40), looked_at(3, "SELLABLE", 50))
    units = post(sent, event("DELIVERED", 3, 30, detail=named), *back)
    unnamed = pl.concat([units, post(openings=(opening(10),))])

    shelf = units.filter(movement_type="RETURN", account="ON_HAND")
    assert [(lot, 3)] == shelf.select("lot_ref", "qty").rows()
    assert [(None, 10)] == lot_statement(unnamed)[["lot_ref", "qty"]].rows()


def test_what_comes_back_is_of_the_lot_that_it_names() -> None:
    """Where a line left in two, and one return names its own."""
    sent = '{"lots":[{"lot":"X","qty":2},{"lot":"Y","qty":2}]}'
    named = '{"lots":[{"lot":"Y","qty":1}]}'
    units = post(
        event("SHIPPED", 4, 5, detail=sent),
        event("DELIVERED", 4, 30, detail=sent),
        came(1, 40, detail=named),
        came(2, 50),
        looked_at(2, "SELLABLE", 60),
    )

    assert {"Y": 1} == lots(units, "CUSTOMER_RETURN")
    assert {"X": 2, "Y": 1, None: -2} == lots(units, "DELIVERED")
    assert 2 == lots(units, "ON_HAND")[None]


def test_what_a_channel_sent_of_its_own_stock_comes_from_where_nobody_knows() -> None:
    units = post(event("FULFILLED_BY_CHANNEL", 3, 5), came(2, 40))

    assert {"CUSTOMER_RETURN": 2, "VARIANCE": -2} == accounts(units)


def test_what_a_carrier_lost_comes_back_from_where_nobody_knows() -> None:
    lost = (event("SHIPPED", 3, 5), event("LOST", 2, 30))
    units = post(*lost, came(3, 40), openings=(opening(10),))
    found = post(*lost, event("FOUND", 2, 35), came(3, 40), openings=(opening(10),))

    assert {"CUSTOMER_RETURN": 3, "ON_HAND": 7, "SYSTEM_BEFORE": -10} == accounts(units)
    assert accounts(units) == accounts(found)


def test_a_parcel_that_its_carrier_gives_back_is_not_the_delivered_one() -> None:
    two = (event("SHIPPED", 3, 5), event("SHIPPED", 2, 6), event("DELIVERED", 3, 20))
    units = post(*two, event("RTS", 2, 25), came(2, 40), openings=(opening(10),))

    assert {
        "CUSTOMER_RETURN": 2,
        "DELIVERED": 3,
        "ON_HAND": 5,
        "SYSTEM_BEFORE": -10,
    } == accounts(units)


def test_what_two_nodes_sent_comes_back_from_both() -> None:
    east = (event("SHIPPED", 3, 5), event("DELIVERED", 3, 20))
    west = (
        event("SHIPPED", 2, 6, node_id="WEST"),
        event("DELIVERED", 2, 21, node_id="WEST"),
    )
    units = post(*east, *west, came(5, 40))

    sums = units.group_by("account", "node_id").agg(pl.col("qty").sum())
    assert {
        ("CUSTOMER_RETURN", "EAST", 5),
        ("ON_HAND", "EAST", -3),
        ("ON_HAND", "WEST", -2),
    } == set(sums.filter(pl.col("qty") != 0).rows())


def test_goods_of_nobody_s_come_back_all_the_same() -> None:
    units = post(came(2, 40, line_id=None, node_id=None))

    assert {"CUSTOMER_RETURN": 2, "VARIANCE": -2} == accounts(units)
    assert {"UNKNOWN"} == set(units["node_id"])


def test_what_comes_back_to_another_node_leaves_the_one_that_sent_it() -> None:
    units = post(
        *(event("SHIPPED", 3, 5), event("DELIVERED", 2, 30)),
        came(3, 40, node_id="WEST"),
    )

    sums = units.group_by("account", "node_id").agg(pl.col("qty").sum())
    assert {
        ("CUSTOMER_RETURN", "WEST", 3),
        ("ON_HAND", "EAST", -3),
    } == set(sums.filter(pl.col("qty") != 0).rows())


def test_what_left_instead_comes_back_from_where_it_is() -> None:
    """Of a line that got some of its own goods too, and another node's door."""
    units = post(
        event("SHIPPED", 1, 5),
        event("SUBSTITUTED_BY_NODE", 3, 5, sku_id="S9"),
        *(event("DELIVERED", 1, 30), event("DELIVERED", 2, 31, sku_id="S9")),
        came(3, 40, sku_id="S9", node_id="WEST"),
    )

    of_s9 = units.filter(sku_id="S9").group_by("account", "node_id")
    sums = of_s9.agg(pl.col("qty").sum()).filter(pl.col("qty") != 0)
    assert {("CUSTOMER_RETURN", "WEST", 3), ("ON_HAND", "EAST", -3)} == set(sums.rows())
    assert {"DELIVERED": 1, "ON_HAND": -1} == accounts(units.filter(sku_id="S1"))


def test_more_may_leave_than_was_there() -> None:
    units = post(event("SHIPPED", 3, 5), openings=(opening(1),))

    assert {"available_qty": -2} == on_hand(units)


def test_a_shipment_of_an_unknown_line_posts_all_the_same() -> None:
    units = post(event("SHIPPED", 3, 5, line_id=None), openings=(opening(10),))

    assert {"available_qty": 7} == on_hand(units)


def test_what_happened_before_the_opening_is_in_the_opening() -> None:
    units = post(
        event("SHIPPED", 3, -1),
        openings=(opening(10),),
        receipts=(receipt(4, -0.5), receipt(1, 0)),
    )

    assert {"available_qty": 11} == on_hand(units)


def test_facts_told_twice_post_once() -> None:
    told = {"openings": (opening(10),), "receipts": (receipt(4, 2),)}
    first = post(event("SHIPPED", 3, 5), **told)

    assert post(event("SHIPPED", 3, 5), **told, existing=first).is_empty()


def test_a_revised_receipt_appends_the_difference() -> None:
    first = post(openings=(opening(10),), receipts=(receipt(4, 2),))
    second = post(openings=(opening(10),), receipts=(receipt(6, 2),), existing=first)

    assert {"RECEIPT/R2#2"} == set(second["movement_id"])
    assert {"available_qty": 16} == on_hand(pl.concat([first, second]))
    third = post(
        openings=(opening(10),),
        receipts=(receipt(5, 2),),
        existing=pl.concat([first, second]),
    )
    assert {"RECEIPT/R2#3"} == set(third["movement_id"])
    assert {"available_qty": 15} == on_hand(pl.concat([first, second, third]))


def test_a_corrected_receipt_of_other_goods_leaves_none_of_the_first() -> None:
    books = post(receipts=(receipt(4, 2),))
    for sku in ("S2", "S3"):
        told = post(receipts=(receipt(4, 2, sku_id=sku),), existing=books)
        books = pl.concat([books, told])

    held = books.filter(pl.col("account") == "ON_HAND").group_by("sku_id").agg("qty")
    assert {"S1": 0, "S2": 0, "S3": 4} == {s: sum(q) for s, q in held.iter_rows()}
    assert books["posting_id"].is_unique().all()


def test_a_variance_that_is_explained_is_taken_back() -> None:
    first = post(openings=(opening(10),), variances=(variance(-3, 20),))
    second = post(openings=(opening(10),), variances=(variance(0, 20),), existing=first)

    assert {"available_qty": 7} == on_hand(first)
    assert {"available_qty": 10} == on_hand(pl.concat([first, second]))


def refusal(qty: int, effect: str, reason: str = "OUT_OF_STOCK") -> dict[str, object]:
    detail = f'{{"stock_effect": "{effect}"}}'
    return event("REJECTED", qty, 6, reason_code=reason, detail=detail)


def test_a_refusal_may_leave_stock_alone() -> None:
    units = post(refusal(2, "none"), openings=(opening(10),))

    assert {"available_qty": 10} == on_hand(units)


def test_a_refusal_for_lack_of_stock_takes_the_eaches_off() -> None:
    units = post(refusal(2, "minus_rejected"), openings=(opening(10),))

    assert {"available_qty": 8} == on_hand(units)


def test_a_refusal_for_damage_keeps_the_eaches_as_damaged() -> None:
    units = post(refusal(2, "minus_rejected", "DAMAGED"), openings=(opening(10),))

    assert {"available_qty": 8, "damaged_qty": 2} == on_hand(units)


def test_a_zeroed_sku_loses_what_was_left_at_that_moment() -> None:
    before, after = event("SHIPPED", 3, 5), event("SHIPPED", 1, 7)
    told = {"openings": (opening(10),), "receipts": (receipt(4, 8),)}
    units = post(before, refusal(2, "zero_sku"), after, **told)

    # The one that left an hour later lay ready: it was there.
    assert {"available_qty": 4} == on_hand(units)
    again = post(before, refusal(2, "zero_sku"), after, **told, existing=units)
    assert again.is_empty()


@pytest.mark.parametrize(
    ("effect", "before", "after"),
    [("none", 10, 5), ("minus_rejected", 5, 5), ("zero_sku", 0, 0)],
)
def test_what_a_node_refused_and_sent_all_the_same_leaves_once(
    effect: str, before: int, after: int
) -> None:
    """Whether both are known at once, or the shipment a run later."""
    mine = {"instruction_id": "FO-1", "instruction_line_ref": "1"}
    no, sent = refusal(5, effect) | mine, event("SHIPPED", 5, 9) | mine
    over = {"event_id": sent["event_id"], "line_id": "L1", "qty": 5}
    over |= {"verdict": "OVERSHIPPED", "event_type": "SHIPPED"}
    openings, verdicts = (opening(10),), (over,)

    first = post(no, openings=openings)
    later = post(no, sent, openings=openings, verdicts=verdicts, existing=first)
    at_once = post(no, sent, openings=openings, verdicts=verdicts)

    assert before == on_hand(first).get("available_qty", 0)
    assert after == on_hand(at_once).get("available_qty", 0)
    assert on_hand(at_once) == on_hand(pl.concat([first, later]))


def test_what_a_node_had_still_to_send_of_a_gone_sku_was_there() -> None:
    """It refuses two of five: no other is left, and the other three leave."""
    mine = {"instruction_id": "FO-1", "instruction_line_ref": "1"}
    no, sent = refusal(2, "zero_sku") | mine, event("SHIPPED", 3, 9) | mine
    openings = (opening(10),)

    first = post(no, openings=openings)
    later = post(no, sent, openings=openings, existing=first)

    assert {} == on_hand(first)
    assert {} == on_hand(pl.concat([first, later]))
    assert {} == on_hand(post(no, sent, openings=openings))


def test_a_sku_is_gone_as_often_as_its_node_says_so() -> None:
    """Ten are gone in the morning, and twenty that came at noon in the evening."""
    morning, evening = refusal(2, "zero_sku"), event("SHORT", 3, 40, reason_code="GONE")
    told = {"openings": (opening(10),), "shorts": EFFECTS}
    came = (receipt(20, 20),)

    first = post(morning, **told)
    books = [first, post(receipts=came, **told, existing=first)]
    books.append(post(evening, receipts=(), **told, existing=pl.concat(books)))

    assert {} == on_hand(pl.concat(books))
    assert {} == on_hand(post(morning, evening, receipts=came, **told))
    assert {} == on_hand(post(evening, morning, receipts=came, **told))


def test_an_earlier_word_that_a_sku_is_gone_leaves_nothing_for_the_later() -> None:
    late, early = refusal(2, "zero_sku"), event("SHORT", 3, 4, reason_code="GONE")
    told = {"openings": (opening(10),), "shorts": EFFECTS}

    first = post(late, **told)
    both = post(late, early, **told, existing=first)

    assert {} == on_hand(pl.concat([first, both]))
    assert accounts(post(early, late, **told)) == accounts(pl.concat([first, both]))


@pytest.mark.parametrize("hour", [4, 9])
def test_what_moved_before_or_soon_after_a_sku_was_gone_is_measured_anew(
    hour: float,
) -> None:
    """Of another order, told after the node's word that nothing is left."""
    gone, sent = refusal(2, "zero_sku"), event("SHIPPED", 3, hour, line_id="L2")
    openings = (opening(10),)

    first = post(gone, openings=openings)
    then = post(sent, openings=openings, existing=first)
    anew = post(gone, openings=openings, existing=pl.concat([first, then]))

    assert -3 == on_hand(pl.concat([first, then])).get("available_qty", 0)
    assert {} == on_hand(pl.concat([first, then, anew]))
    assert {} == on_hand(post(gone, sent, openings=openings))


def test_eaches_that_were_answered_for_already_are_not_gone_once_more() -> None:
    """Refused in a file, and short in the confirmation of what was left to send."""
    no, again = (
        refusal(2, "minus_rejected"),
        event("SHORT", 2, 9, reason_code="DAMAGED"),
    )
    judged = {"event_id": again["event_id"], "line_id": "L1", "qty": 2}
    judged |= {"verdict": "ILLEGAL", "event_type": "SHORT"}
    told = {"openings": (opening(10),), "shorts": EFFECTS}

    twice = post(no, again, **told)
    once = post(no, again, verdicts=(judged,), **told, existing=twice)

    assert {"available_qty": 6, "damaged_qty": 2} == on_hand(twice)
    assert {"available_qty": 8} == on_hand(pl.concat([twice, once]))


EFFECTS = {
    "NOT_FOUND": "minus_rejected",
    "DAMAGED": "minus_rejected",
    "GONE": "zero_sku",
}


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        ("NOT_FOUND", {"available_qty": 5}),
        ("DAMAGED", {"available_qty": 5, "damaged_qty": 2}),
        ("GONE", {}),
        ("OUT_OF_STOCK", {"available_qty": 7}),
        (None, {"available_qty": 7}),
    ],
)
def test_a_short_says_of_stock_what_its_reason_means(
    reason: str | None, left: dict[str, int]
) -> None:
    short = event("SHORT", 2, 6, reason_code=reason)
    units = post(event("SHIPPED", 3, 5), short, openings=(opening(10),), shorts=EFFECTS)

    assert left == on_hand(units)


def test_only_what_is_gone_is_measured_against_all_postings_of_its_sku() -> None:
    told = [
        refusal(2, "zero_sku") | {"sku_id": "S2"},
        refusal(2, "minus_rejected") | {"sku_id": "S3"},
        event("SHORT", 2, 6, reason_code="GONE", sku_id="S4"),
        event("SHORT", 2, 6, reason_code="NOT_FOUND", sku_id="S5"),
        event("SHIPPED", 2, 6, sku_id="S6"),
    ]
    nothing = (pl.lit(None, dtype).alias(name) for name, dtype in PACKED.items())
    events = rows(FCT_ORDER_EVENTS, told).with_columns(
        *nothing, line_sku_id=pl.lit("S1")
    )

    emptied = emptied_skus(events, ShortPolicy(EFFECTS))
    assert ["S2", "S4"] == sorted(emptied["sku_id"])


def test_no_short_says_what_there_is_no_word_for() -> None:
    with pytest.raises(ShortPolicyError, match="GONE: 'all' is none of none"):
        ShortPolicy({"GONE": "all"})


def test_every_reason_of_the_closed_list_has_its_account() -> None:
    assert set(ADJUSTMENT_REASONS) == set(ACCOUNTS)


@pytest.mark.parametrize(
    ("reason", "qty", "account"),
    [
        ("CYCLE_COUNT", -4, "ADJUSTED"),
        ("FOUND", 4, "ADJUSTED"),
        ("EXPIRED", -4, "SCRAP"),
        ("RETURNED", 4, "ADJUSTED"),
        ("RECEIVING_ERROR", -4, "SUPPLIER"),
    ],
)
def test_a_correction_comes_from_the_account_of_its_reason(
    reason: str, qty: int, account: str
) -> None:
    units = post(openings=(opening(10),), adjustments=(adjustment(qty, 5, reason),))

    assert {"available_qty": 10 + qty} == on_hand(units)
    other = units.filter(pl.col("account") == account)
    assert [-qty] == other["qty"].to_list()


@pytest.mark.parametrize(
    ("said", "left"),
    [({}, 10), ({"east_3pl": "posted"}, 14), ({"west_3pl": "kept"}, 10)],
)
def test_what_files_of_returns_tell_of_is_not_corrected_as_well(
    said: dict[str, str], left: int
) -> None:
    policy = ReturnedPolicy(said, ["east_3pl"])
    told = {"openings": (opening(10),)}
    found = adjustment(3, 6, "FOUND", partner_id="east_3pl")
    back = adjustment(4, 5, "RETURNED", partner_id="east_3pl")
    units = post(**told, adjustments=(back, found), returned=policy)
    other = back | {"partner_id": "third_3pl"}

    assert {"available_qty": left + 3} == on_hand(units)
    assert {"available_qty": 14} == on_hand(
        post(**told, adjustments=(other,), returned=policy)
    )


def test_no_correction_is_said_to_be_what_there_is_no_word_for() -> None:
    with pytest.raises(ReturnedPolicyError, match="east_3pl: 'never'"):
        ReturnedPolicy({"east_3pl": "never"})


def test_eaches_that_change_their_status_stay_on_hand() -> None:
    """A file may spell them as leaving the first status, with a minus."""
    broken = adjustment(-4, 5, "STATUS_CHANGE", to_stock_status="DAMAGED")
    held = adjustment(3, 6, "STATUS_CHANGE", to_stock_status="HOLD")
    freed = adjustment(
        1, 7, "STATUS_CHANGE", stock_status="HOLD", to_stock_status="AVAILABLE"
    )
    units = post(openings=(opening(10),), adjustments=(broken, held, freed))

    assert {"available_qty": 4, "damaged_qty": 4, "hold_qty": 2} == on_hand(units)
    assert units["account"].is_in(["ON_HAND", "SYSTEM_BEFORE"]).all()


def test_more_may_be_corrected_away_than_was_there() -> None:
    units = post(openings=(opening(10),), adjustments=(adjustment(-50, 5, "LOST"),))

    assert {"available_qty": -40} == on_hand(units)


def test_a_corrected_correction_appends_the_difference() -> None:
    first = post(openings=(opening(10),), adjustments=(adjustment(-4, 5, "LOST"),))
    second = post(
        openings=(opening(10),),
        adjustments=(adjustment(-4, 5, "DAMAGED", to_stock_status="DAMAGED"),),
        existing=first,
    )

    books = pl.concat([first, second])
    assert {"ADJUSTMENT/A5#2"} == set(second["movement_id"])
    assert {"available_qty": 6, "damaged_qty": 4} == on_hand(books)
    assert 0 == books.filter(pl.col("account") == "ADJUSTED")["qty"].sum()


def test_a_correction_from_before_the_opening_is_in_the_opening() -> None:
    units = post(openings=(opening(10),), adjustments=(adjustment(-4, -1, "LOST"),))

    assert {"available_qty": 10} == on_hand(units)


def test_a_statement_ends_with_the_position() -> None:
    units = post(
        event("SHIPPED", 3, 5),
        openings=(opening(10), opening(1, stock_status="DAMAGED")),
        receipts=(receipt(4, 2), receipt(2, 3)),
    )

    columns = ["stock_status", "movement_type", "came_qty", "went_qty", "balance_qty"]
    assert [
        ("AVAILABLE", "OPENING", 10, 0, 10),
        ("AVAILABLE", "RECEIPT", 6, 0, 16),
        ("AVAILABLE", "SHIPMENT", 0, 3, 13),
        ("DAMAGED", "OPENING", 1, 0, 1),
    ] == unit_statement(units).select(columns).rows()
