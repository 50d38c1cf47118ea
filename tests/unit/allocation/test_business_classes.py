"""Who may win and who may lose, and whose a receipt is that was told with a date."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    a_line,
    certificate,
    decide,
    demand,
    placed,
    rows_of,
    stock,
    waiting,
)
from tests.unit.allocation.test_demand import NOON, an_order, ranked
from transforms.allocation.allocate import Allocation
from transforms.allocation.demand import TOLD
from transforms.allocation.free import free_lost_supply
from transforms.allocation.policy import AllocationPolicy, PolicyError
from transforms.contracts.decisions import (
    PROMISE_POSTINGS,
    STOCK_POSITIONS,
)
from transforms.contracts.gold import (
    FCT_EXPECTED_RECEIPTS,
    FCT_ORDER_LINES,
    FCT_ORDERS,
)

TODAY = AS_OF.date()
MON, THU = TODAY + timedelta(days=2), TODAY + timedelta(days=5)
RULES = (
    {"class": "WIN", "channel": "vip"},
    {"class": "GAIN", "region": ["OH", "TX"]},
    {"class": "IMPROVE", "is_ship_complete": True},
    {"class": "FILL", "channel": "fill"},
    {"class": "LOSE", "channel": "lose", "service": "STANDARD"},
    {"class": "SKIP", "channel": "skip"},
    {"class": "REDISTRIBUTE", "priority": [0, 1, 2, 3, 4]},
    {"class": "LOSE"},
)
OF_CLASS = {
    "WIN": {"channel_id": "vip"},
    "GAIN": {"region_code": "OH"},
    "IMPROVE": {"is_ship_complete": True},
    "REDISTRIBUTE": {"channel_id": "web"},
    "FILL": {"channel_id": "fill"},
    "LOSE": {"channel_id": "lose"},
    "SKIP": {"channel_id": "skip"},
}
CLASSED = AllocationPolicy(business_classes=RULES)
NEVER_TOLD = AllocationPolicy()


def queue(
    orders: list[dict[str, object]],
    policy: AllocationPolicy = CLASSED,
    told: dict[str, date] | None = None,
) -> pl.DataFrame:
    """Open demand of one line per order, two pending; told dates by order."""
    dates = [(f"{order}/1", day) for order, day in (told or {}).items()]
    frame = pl.DataFrame(dates, schema=TOLD, orient="row")
    return ranked(orders, policy=policy, told=frame)


def receipts(*told: tuple[date, int]) -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {"po_ref": f"PO-{number}", "po_line_ref": "1", "node_id": "EAST"}
        | {"sku_id": "A", "qty": qty, "expected_date": day}
        for number, (day, qty) in enumerate(told)
    ]
    return rows_of(FCT_EXPECTED_RECEIPTS, rows)


def dated(decided: Allocation) -> dict[str, date | None]:
    return dict(decided.backorders.select("line_id", "expected_date").iter_rows())


def test_the_first_rule_that_fits_gives_an_order_its_class() -> None:
    orders = [an_order(name, **facts) for name, facts in OF_CLASS.items()]

    waits = queue(orders[::-1])

    assert waits["order_id"].to_list() == list(OF_CLASS)
    assert waits["business_class"].to_list() == list(OF_CLASS)


def test_a_class_comes_before_priority_and_age() -> None:
    old = an_order("old", service_code="EXPEDITED", ordered_at=NOON)
    new = an_order("new", channel_id="vip", ordered_at=NOON + timedelta(days=9))

    assert queue([old, new])["order_id"].to_list() == ["new", "old"]


def test_without_rules_everybody_is_of_one_class() -> None:
    orders = [an_order(name, **facts) for name, facts in OF_CLASS.items()]

    assert set(queue(orders, NEVER_TOLD)["business_class"]) == {"REDISTRIBUTE"}


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"class": "WINS"}, "rule 1 must have a class, one of WIN"),
        ({"channel": "web"}, "rule 1 must have a class"),
        ({"class": "WIN", "channels": "web"}, "rule 1 asks for channels"),
        ({"class": "WIN", "priority": "1"}, "rule 1 has a priority that is no int"),
        ({"class": "WIN", "channel": []}, "rule 1 has a channel that is no str"),
        ("WIN", "rule 1 must have a class"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(rule: object, told: str) -> None:
    with pytest.raises(PolicyError, match=f"^business_classes: {told}"):
        AllocationPolicy.from_mapping({"business_classes": [rule]})


def test_who_was_told_a_date_goes_before_who_is_more_urgent() -> None:
    orders = [
        an_order("vip", service_code="EXPEDITED"),
        an_order("thursday"),
        an_order("monday", ordered_at=NOON + timedelta(days=1)),
    ]

    found = queue(orders, NEVER_TOLD, {"thursday": THU, "monday": MON})

    assert found["order_id"].to_list() == ["monday", "thursday", "vip"]
    assert found["told_date"].to_list() == [MON, THU, None]


@pytest.mark.parametrize(
    ("vip_class", "served"), [(None, "old"), ("IMPROVE", "vip"), ("WIN", "vip")]
)
@pytest.mark.parametrize("has_come", [False, True])
def test_a_late_vip_takes_no_older_backorders_receipt_unless_its_class_says_so(
    vip_class: str | None, served: str, *, has_come: bool
) -> None:
    rules = [{"class": vip_class, "channel": "vip"}] if vip_class else []
    policy = AllocationPolicy(
        business_classes=tuple(rules), priority_by_channel={"vip": 0}
    )
    orders = [an_order("vip", channel_id="vip"), an_order("old")]
    wanted = queue(orders, policy, {"old": MON}).with_columns(
        channel_id=pl.lit("web"), ordered_at=pl.lit(AS_OF)
    )
    supply = stock({"EAST": {"A": 2 if has_come else 0}})
    coming = receipts((THU, 2) if has_come else (MON, 2))

    decided = decide(wanted, supply, policy=policy, receipts=coming)

    other = ({"old", "vip"} - {served}).pop()
    assert placed(decided) == ({(f"{served}/1", "EAST"): 2} if has_come else {})
    dates = (
        {f"{other}/1": THU} if has_come else {f"{served}/1": MON, f"{other}/1": None}
    )
    assert dated(decided) == dates
    assert certificate(decided, wanted, supply)["failed_rows"].sum() == 0


def test_skipped_orders_are_left_as_they_are_and_keep_the_date_they_were_told() -> None:
    wanted = demand(
        a_line("web"),
        a_line("skip", business_class="SKIP", told_date=MON),
        a_line("new", business_class="SKIP"),
    )
    supply = stock({"EAST": {"A": 0}, "WEST": {"A": 3}})

    decided = decide(wanted, supply, receipts=receipts((TODAY, 1), (MON, 1)))

    assert placed(decided) == {("web/1", "WEST"): 1}
    assert waiting(decided) == {"skip/1": (1, "BY_CLASS"), "new/1": (1, "BY_CLASS")}
    assert dated(decided) == {"skip/1": MON, "new/1": TODAY}
    assert certificate(decided, wanted, supply)["failed_rows"].sum() == 0


def test_a_skipped_orders_receipt_is_nobody_elses() -> None:
    wanted = demand(a_line("web"), a_line("skip", business_class="SKIP", told_date=MON))

    decided = decide(wanted, stock({"EAST": {}}), receipts=receipts((MON, 1)))

    assert dated(decided) == {"web/1": None, "skip/1": MON}


@pytest.mark.parametrize(
    ("told", "served"),
    [(MON, 0), (TODAY, 1), (TODAY - timedelta(days=9), 1), (None, 1)],
)
def test_fill_gains_no_earlier_date_than_it_was_told(
    told: date | None, served: int
) -> None:
    wanted = demand(a_line("fill", business_class="FILL", told_date=told))

    decided = decide(
        wanted, stock({"EAST": {"A": 9}}), receipts=receipts((TODAY, 5), (THU, 5))
    )

    assert sum(placed(decided).values()) == served
    assert dated(decided) == ({} if served else {"fill/1": THU})


def test_an_order_of_fill_is_left_in_whole() -> None:
    """One line was told a date to come; the other is not served alone."""
    wanted = demand(
        a_line("fill", business_class="FILL", told_date=MON),
        a_line("fill", "B", line_no=2, business_class="FILL"),
    )

    decided = decide(wanted, stock({"EAST": {"A": 1, "B": 1}}))

    assert placed(decided) == {}


@pytest.mark.parametrize(
    ("fairness", "served"), [("within_class", "gain"), ("off", "web")]
)
def test_cost_decides_inside_a_class_and_classes_among_each_other(
    fairness: str, served: str
) -> None:
    wanted = demand(
        a_line("dear", business_class="GAIN", grams=9000),
        a_line("gain", business_class="GAIN", grams=2000),
        a_line("web"),
    )
    supply = stock({"WEST": {"A": 1}})

    decided = decide(wanted, supply, policy=AllocationPolicy(fairness=fairness))

    assert placed(decided) == {(f"{served}/1", "WEST"): 1}
    proofs = certificate(decided, wanted, supply, fairness=fairness)
    assert proofs["failed_rows"].sum() == 0
    broken = certificate(decided, wanted, supply, fairness="within_class")
    named = broken.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert named == ([] if served == "gain" else ["scarce_units_in_class_order"])


def test_a_queue_that_is_not_by_class_is_found() -> None:
    wanted = demand(a_line("web"), a_line("win", business_class="WIN"))
    decided = decide(wanted, stock({"WEST": {"A": 2}}))

    proofs = certificate(decided, wanted, stock({"WEST": {"A": 2}}))

    failed = proofs.filter(pl.col("failed_rows") > 0).select("proof", "example")
    assert failed.rows() == [("demand_order_by_class", "win/1")]


def test_a_skipped_line_that_got_something_is_found() -> None:
    wanted, supply = demand(a_line("web")), stock({"WEST": {"A": 2}})
    decided = decide(wanted, supply)
    skipped = wanted.with_columns(business_class=pl.lit("SKIP"))

    proofs = certificate(decided, skipped, supply)

    failed = proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert failed == ["skipped_lines_got_nothing"]


@pytest.mark.parametrize(
    ("lost", "gave_up"),
    [(1, {"gone"}), (2, {"gone", "lose"}), (3, {"gone", "lose", "web"})],
)
def test_lose_gives_up_first_and_skip_last_where_supply_was_lost(
    lost: int, gave_up: set[str]
) -> None:
    """Behind who has no order any more."""
    long_ago = datetime(2016, 1, 1, tzinfo=NOON.tzinfo)
    orders = [
        an_order("lose", channel_id="lose", ordered_at=long_ago),
        an_order("skip", channel_id="skip"),
        an_order("web"),
    ]
    names = [*(str(order["order_id"]) for order in orders), "gone"]
    lines = [{"line_id": name, "order_id": name, "line_no": 1} for name in names]
    cell = {"node_id": "N", "sku_id": "A"}
    held = cell | {"account": "ALLOCATED", "qty": 1}
    promises = [held | {"line_id": name} for name in names]
    position = cell | {"available_qty": 4 - lost, "allocated_qty": 4}

    events = free_lost_supply(
        pl.DataFrame([position | {"released_qty": 0}], schema=STOCK_POSITIONS.schema),
        pl.DataFrame(promises, schema=PROMISE_POSTINGS.schema),
        pl.DataFrame(orders, schema_overrides=FCT_ORDERS.schema),
        pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
        CLASSED,
        AS_OF,
    )

    assert set(events["line_id"]) == gave_up


@pytest.mark.parametrize(
    ("coming", "day", "parts"),
    [
        ([(MON, 3), (THU, 2)], THU, f"{MON}: 3, {THU}: 2"),
        ([(MON, 3), (MON, 2)], MON, None),
        ([(MON, 3)], None, f"{MON}: 3"),
        ([], None, None),
    ],
)
def test_eaches_that_come_on_several_days_are_told_day_by_day(
    coming: list[tuple[date, int]], day: date | None, parts: str | None
) -> None:
    decided = decide(
        demand(a_line(qty=5)), stock({"EAST": {}}), receipts=receipts(*coming)
    )

    told = decided.backorders.select("qty", "expected_date", "expected_parts")
    assert told.rows() == [(5, day, parts)]


def test_an_order_that_goes_in_one_go_comes_in_no_parts() -> None:
    wanted = demand(a_line(qty=5, is_ship_complete=True))

    decided = decide(wanted, stock({"EAST": {}}), receipts=receipts((MON, 3), (THU, 2)))

    told = decided.backorders.select("expected_date", "expected_parts")
    assert told.rows() == [(THU, None)]
