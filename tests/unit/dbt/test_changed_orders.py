"""Changes, two kinds of line names and aliases: what becomes of an order's lines."""

from __future__ import annotations

import pytest

from tests.unit.dbt.builders import (
    ORDERS_AGAIN,
    ORDERS_BUILT,
    Row,
    a_change,
    a_lane,
    a_node,
    a_product,
    a_unit,
    an_alias,
    an_order_line,
)
from tests.unit.dbt.conftest import Lake

pytestmark = pytest.mark.slow

AGAIN = (
    *("int_sku_aliases__deduplicated", "int_units_of_measure__deduplicated"),
    *ORDERS_AGAIN,
)

LATER = 20

AT_NOON: Row = {"updated_at": "2017-12-27T12:00:00-05:00"}
AT_FIVE: Row = {"updated_at": "2017-12-27T17:00:00-05:00"}
CHANGED: Row = {"line_ref": "1", "line_action": "change"}
NEW: Row = {"line_action": "add"}
MOVED: Row = {"service_code": "EXPEDITED", "ship_to_street": "tok_other"}
GONE: Row = {"line_action": "delete", "qty": "0"}

SENT_TO: Row = {"ship_to_street": "tok_street", "ship_to_city": "tok_city"}
ORDERS: list[Row] = [
    *(
        an_order_line(order, line, "A", 2)
        for order in ("cancelled", "emptied", "replaced", "unknown", "same")
        for line in ("1", "2")
    ),
    an_order_line("agreed", "1", "A", 2),
    an_order_line("agreed", "1", "A", 5, **AT_FIVE),
    an_order_line("overtaken", "1", "A", 8, **AT_NOON),
    an_order_line("reverted", "1", "A", 2),
    an_order_line("scaled", "1", "A", 3, line_amount="1.00", discount_amount="0.10"),
    an_order_line("repriced", "1", "A", 3),
    an_order_line("repriced", "2", "A", 3),
    an_order_line("chained", "1", "A", 2),
    # the fuller copy has item ids, the report has SKUs; B is in the report only
    an_order_line("twofold", "I1", "A", 2, ship_to_street="tok_street"),
    an_order_line("twofold", "I2", "A", 3, ship_to_street="tok_street"),
    an_order_line("twofold", "sku:A", "A", 2, **AT_NOON),
    an_order_line("twofold", "sku:A#2", "A", 4, **AT_NOON),
    an_order_line("twofold", "sku:B", "B", 1, **AT_NOON),
    an_order_line("by_sku", "sku:A", "A", 2),
    an_order_line("cases", "1", "A-CASE", 2, line_amount="24.00"),
    an_order_line("nameless", "1", "A-BOX", 1),
    an_order_line("numbered", "10", "A", 1),
    an_order_line("numbered", "2", "A", 2),
    # alike; what is changed of the second is changed back
    *(an_order_line(order, "1", "A", 2, **SENT_TO) for order in ("kept", "undone")),
]
TOGETHER: Row = {"keep_together": "set"}
ORDERS += [
    an_order_line("together", "1", "A", 2, **TOGETHER),
    an_order_line("together", "2", "B", 2, **TOGETHER),
    an_order_line("together", "3", "B", 2),
    an_order_line("together", "1", "A", 2, **TOGETHER, **AT_NOON),
    an_order_line("together", "2", "B", 2, **AT_NOON),
    an_order_line("together", "3", "B", 2, **TOGETHER, **AT_NOON),
]
THREE_CASES: Row = {"qty": "3", "uom_code": "CS", "line_amount": "36.00"}
ADDED: Row = {"line_ref": "2", "line_action": "add"}
ONE: Row = {"qty": "1", "line_amount": "1.00"}
IN_CASES: Row = {"uom_code": "CS", "line_amount": "24.00"}
ORDERS += [
    an_order_line("united", "1", "A", 2, order_amount="24.00", **IN_CASES),
    an_order_line("united_pack", "1", "A-CASE", 2, **IN_CASES),
    an_order_line("united_change", "1", "A", 2, **IN_CASES),
    an_order_line("united_pack_change", "1", "A-CASE", 2, **IN_CASES),
    an_order_line("united_price", "1", "A", 2, **IN_CASES),
    # a box of five is no whole number of cases of twelve
    an_order_line("uneven", "1", "A-CASE", 2, uom_code="BX"),
    an_order_line("uneven_change", "1", "A-CASE", 2, uom_code="BX"),
    an_order_line("uncounted", "1", "A", 1),
    an_order_line("uncounted", "2", "A", 2, uom_code="PL", payload_line=7),
    an_order_line("uncounted_change", "1", "A", 1, uom_code="PL"),
    an_order_line("uncounted_sku", "1", "B", 1, uom_code="CS"),
    # a line is added without a price, after a copy that does not know it
    an_order_line("unpriced", "1", "A", 2),
    an_order_line("unpriced", "1", "A", 3, **AT_NOON),
    # changed in cases, or in a unit that nobody counts yet
    an_order_line("cased", "1", "A", 24),
    an_order_line("cased_both", "1", "A", 2, **IN_CASES),
    an_order_line("cased_pack", "1", "A-CASE", 1),
    an_order_line("cased_new", "1", "A", 1),
    an_order_line("cased_twice", "1", "A", 24),
    an_order_line("cased_other", "1", "B", 1),
    an_order_line("palletised", "1", "A", 5),
    an_order_line("palletised_both", "1", "A", 1, uom_code="PL"),
]
CHANGES: list[Row] = [
    a_change("together", "C1", 13, qty="3", **CHANGED),
    a_change("together", "C1", 13, **{**ADDED, "line_ref": "4", "sku_ref": "B"}, **ONE),
    a_change("united_change", "C1", 11, qty="36", **CHANGED),
    a_change("united_pack_change", "C1", 11, qty="3", **CHANGED),
    a_change("united_price", "C1", 11, unit_amount="0.50", **CHANGED),
    *(
        a_change(order, "C1", 11, **THREE_CASES, **CHANGED)
        for order in ("cased", "cased_both", "cased_pack")
    ),
    a_change("cased_new", "C1", 11, sku_ref="A", **THREE_CASES, **ADDED),
    a_change("unpriced", "C1", 13, sku_ref="B", qty="1", **ADDED),
    a_change("cased_twice", "C1", 11, **THREE_CASES, **CHANGED),
    a_change("cased_twice", "C2", 12, qty="48", **CHANGED),
    a_change("cased_other", "C1", 11, sku_ref="A", **THREE_CASES, **CHANGED),
    *(
        a_change(order, "C1", 11, qty="2", uom_code="PL", line_amount="9", **CHANGED)
        for order in ("palletised", "palletised_both")
    ),
    a_change("uneven_change", "C1", 11, qty="3", **CHANGED),
    a_change("uncounted_change", "C1", 11, qty="50", **CHANGED),
    a_change("cancelled", "C1", 11, action="cancel"),
    a_change("emptied", "C1", 11, line_ref="1", **GONE),
    a_change("emptied", "C2", 12, line_ref="2", **GONE),
    a_change("replaced", "C1", 11, action="replace", line_ref="2", qty="4"),
    a_change("unknown", "C1", 11, qty="7", **CHANGED),
    a_change("unknown", "C1", 11, line_ref="9", line_action="change", qty="1"),
    a_change("same", "C1", 11, qty="2", **CHANGED),
    a_change("agreed", "C1", 11, qty="5", **CHANGED),
    a_change("overtaken", "C1", 11, qty="7", **CHANGED),
    a_change("reverted", "C1", 11, qty="7", **CHANGED),
    a_change("reverted", "C2", 12, qty="2", **CHANGED),
    a_change("undone", "C1", 11, qty="7", unit_amount="0.90", **CHANGED),
    a_change("undone", "C2", 12, **MOVED),
    a_change("undone", "C3", 13, line_ref="2", sku_ref="B", qty="1", **NEW),
    a_change("undone", "C4", 14, line_ref="2", **GONE),
    a_change("undone", "C5", 15, service_code="STANDARD", **SENT_TO),
    a_change("undone", "C6", 16, qty="2", unit_amount="1.00", **CHANGED),
    a_change("scaled", "C1", 11, qty="2", **CHANGED),
    # a price alone: half a cent goes up, and it holds for a later quantity
    a_change("repriced", "C1", 11, unit_amount="1.245", **CHANGED),
    a_change("repriced", "C1", 11, line_ref="2", line_action="change", line_amount="9"),
    a_change("repriced", "C2", 12, qty="4", **CHANGED),
    a_change("early", "C1", 11, qty="7", **CHANGED),
    # line 3 is added by a change that waits for line 9
    a_change("chained", "C1", 11, line_ref="9", line_action="change", qty="1"),
    a_change(
        "chained", "C1", 11, line_ref="3", line_action="add", sku_ref="A", qty="1"
    ),
    a_change("chained", "C2", 12, line_ref="3", line_action="change", qty="2"),
]


@pytest.fixture(scope="module")
def lake(empty: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The lake after run_1."""
    lake = empty.copied(tmp_path_factory.mktemp("changed") / "lake")
    lake.insert("bronze.products", [a_product("A"), a_product("B")])
    lake.insert("bronze.nodes", [a_node("DC-EAST")])
    lake.insert("bronze.lanes", [a_lane("NY", "DC-EAST")])
    lake.insert("bronze.sku_aliases", [an_alias("A-CASE", "A", 1, eaches="12")])
    units = [
        a_unit("A", "CS", 12, 1),
        a_unit("A", "CS", 24, 1, valid_from="2017-12-28"),
        a_unit("A", "BX", 5, 1),
        a_unit("B", "CS", 6, 1, valid_from="2018-01-01"),
    ]
    lake.insert("bronze.units_of_measure", units)
    lake.insert("bronze.orders", ORDERS)
    lake.insert("bronze.order_changes", CHANGES)
    assert {"success"} == set(lake.make(*ORDERS_BUILT).values())
    lake.commit("run_1")
    return lake


@pytest.fixture(scope="module")
def next_day(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A copy of it after run_2, which brings what run_1 missed."""
    copy = lake.copied(tmp_path_factory.mktemp("next") / "lake")
    late: Row = {"landing_id": LATER}
    copy.insert("bronze.sku_aliases", [an_alias("A-BOX", "A", LATER, eaches="6")])
    copy.insert("bronze.units_of_measure", [a_unit("A", "PL", 100, LATER)])
    copy.insert(
        "bronze.orders",
        [
            an_order_line("early", "1", "A", 2, **late),
            an_order_line("unknown", "9", "A", 1, **late),
            an_order_line("by_sku", "I9", "A", 3, **AT_NOON, **late),
        ],
    )
    built = copy.make(*AGAIN, run_id="run_2", since_landing_id=LATER - 1)
    assert {"success"} == set(built.values())
    return copy


def lines(lake: Lake, order: str) -> list[tuple[object, ...]]:
    return lake.query(f"""
        select line_ref, sku_id, ordered_qty, line_amount_minor
        from gold.fct_order_lines where order_id = 'web_shop/{order}'
        order by line_no
    """)


def versions(lake: Lake, order: str) -> list[tuple[object, ...]]:
    return lake.query(f"""
        select version_no, split_part(line_id, '/', 3), field_name, after_value
        from gold.fct_order_versions where order_id = 'web_shop/{order}'
        order by all
    """)


def events(lake: Lake, order: str) -> list[tuple[object, ...]]:
    return lake.query(f"""
        select split_part(line_id, '/', 3), event_type, qty, reason_code
        from gold.fct_order_events where starts_with(line_id, 'web_shop/{order}/')
        order by event_at, source_rank, event_id
    """)


def waiting(lake: Lake) -> list[tuple[object, ...]]:
    return lake.query("""
        select order_ref, change_ref, line_ref, code, is_cause
        from silver.int_order_changes__judged where code is not null order by all
    """)


def test_lines_are_numbered_as_people_count(lake: Lake) -> None:
    assert ["2", "10"] == [row[0] for row in lines(lake, "numbered")]


def test_a_cancelled_order_cancels_what_stood(lake: Lake) -> None:
    assert [
        ("1", "ACCEPTED", 2, None),
        ("2", "ACCEPTED", 2, None),
        ("1", "CANCELLED", 2, "BY_CHANNEL"),
        ("2", "CANCELLED", 2, "BY_CHANNEL"),
    ] == events(lake, "cancelled")
    assert [(2, "", "is_cancelled", "true")] == versions(lake, "cancelled")


def test_an_order_without_lines_is_cancelled(lake: Lake) -> None:
    assert [
        ("1", "ACCEPTED", 2, None),
        ("2", "ACCEPTED", 2, None),
        ("1", "CANCELLED", 2, "LINE_REMOVED"),
        ("2", "CANCELLED", 2, "BY_CHANNEL"),
    ] == events(lake, "emptied")


def test_a_replacement_has_the_lines_it_names(lake: Lake) -> None:
    assert [("1", "A", 0, 0), ("2", "A", 4, 400)] == lines(lake, "replaced")


def test_a_change_to_an_unknown_line_waits_whole(lake: Lake) -> None:
    assert [
        ("chained", "C1", "3", "UNKNOWN_LINE", False),
        ("chained", "C1", "9", "UNKNOWN_LINE", True),
        ("chained", "C2", "3", "UNKNOWN_LINE", True),
        ("early", "C1", "1", "UNKNOWN_ORDER", True),
        ("unknown", "C1", "1", "UNKNOWN_LINE", False),
        ("unknown", "C1", "9", "UNKNOWN_LINE", True),
    ] == waiting(lake)
    assert [("1", "A", 2, 200), ("2", "A", 2, 200)] == lines(lake, "unknown")


def test_a_change_that_changes_nothing_is_no_version(lake: Lake) -> None:
    assert [] == versions(lake, "same")


def test_a_copy_that_agrees_with_a_change_is_no_version(lake: Lake) -> None:
    assert [
        (2, "1", "line_amount_minor", "500"),
        (2, "1", "qty", "5"),
    ] == versions(lake, "agreed")


def test_a_change_made_before_the_first_copy_is_part_of_it(lake: Lake) -> None:
    assert [("1", "A", 8, 800)] == lines(lake, "overtaken")


def test_what_is_changed_back_is_a_version_like_the_first(lake: Lake) -> None:
    assert [("1", "A", 2, 200)] == lines(lake, "reverted")
    assert [2, 2, 3, 3] == [row[0] for row in versions(lake, "reverted")]


def test_what_is_undone_leaves_views_byte_identical_and_its_versions(
    lake: Lake,
) -> None:
    said_in = "payload_sha256, payload_line, known_at, landing_id"
    header = (
        f"select * exclude (order_id, order_ref, order_name, version_no, {said_in})"
        " from gold.fct_orders where order_ref = "
    )
    line = (
        f"select * exclude (order_id, line_id, {said_in}) from gold.fct_order_lines"
        " where ordered_qty > 0 and order_id = "
    )

    assert lake.query(f"{header} 'kept'") == lake.query(f"{header} 'undone'")
    kept, undone = (
        lake.query(f"{line} 'web_shop/{order}'") for order in ("kept", "undone")
    )
    assert kept == undone
    assert 1 == len(kept)
    # The original and every step are still there.
    assert {2, 3, 4, 5, 6, 7} == {row[0] for row in versions(lake, "undone")}


def test_a_copy_changes_what_is_kept_together_and_a_change_leaves_it(
    lake: Lake,
) -> None:
    told = lake.query("""
        select line_ref, ordered_qty, keep_together
        from gold.fct_order_lines where order_id = 'web_shop/together'
        order by line_no
    """)

    assert [("1", 3, "set"), ("2", 2, None), ("3", 2, "set"), ("4", 1, None)] == told
    assert [
        (2, "2", "keep_together", None),
        (2, "3", "keep_together", "set"),
    ] == [row for row in versions(lake, "together") if row[0] == 2]


def test_money_without_a_price_follows_the_quantity(lake: Lake) -> None:
    assert [("1", "A", 2, 67)] == lines(lake, "scaled")
    assert [
        (2, "1", "discount_minor", "7"),
        (2, "1", "line_amount_minor", "67"),
        (2, "1", "qty", "2"),
    ] == versions(lake, "scaled")


def test_a_price_alone_is_multiplied_by_what_stands(lake: Lake) -> None:
    assert [("1", "A", 4, 498), ("2", "A", 3, 900)] == lines(lake, "repriced")
    assert [
        (2, "1", "line_amount_minor", "374"),
        (2, "2", "line_amount_minor", "900"),
        (3, "1", "line_amount_minor", "498"),
        (3, "1", "qty", "4"),
    ] == versions(lake, "repriced")


def test_a_line_by_sku_is_the_line_by_id_and_never_a_second_one(lake: Lake) -> None:
    assert [
        ("I1", "A", 2, 200),
        ("I2", "A", 4, 400),
        ("sku:B", "B", 1, 100),
    ] == lines(lake, "twofold")
    assert [
        (2, "I2", "line_amount_minor", "400"),
        (2, "I2", "qty", "4"),
        (2, "sku:B", "line", "1 x B"),
    ] == versions(lake, "twofold")


def test_a_case_is_ordered_in_eaches(lake: Lake) -> None:
    assert [("1", "A", 24, 2400)] == lines(lake, "cases")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("united", (24, 2400)),
        # the name is a case already: what the unit counts is said of the SKU
        ("united_pack", (24, 2400)),
        ("uneven", (10, 200)),
        # changes count eaches, or as many of what the name means
        ("united_change", (36, 3600)),
        ("united_pack_change", (36, 3600)),
        ("united_price", (24, 1200)),
        ("cased", (36, 3600)),
        ("cased_both", (36, 3600)),
        ("cased_pack", (36, 3600)),
        ("cased_twice", (48, 4800)),
        ("cased_other", (36, 3600)),
    ],
)
def test_a_line_in_a_unit_is_counted_in_eaches_of_its_day_for_the_same_money(
    lake: Lake, order: str, expected: tuple[int, int]
) -> None:
    assert [("1", "A", *expected)] == lines(lake, order)


def test_a_unit_of_a_sku_that_nobody_counted_waits(lake: Lake) -> None:
    sql = """
        select distinct order_ref, line_ref, uom_code, detail, column_name,
            payload_line
        from silver.int_order_lines__quarantined
        where is_open and is_cause and code = 'UNKNOWN_UNIT' order by all
    """
    said = "no row of units_of_measure says how many eaches are in a"

    assert [
        ("uncounted", "2", "PL", f"{said} PL of SKU A", "uom_code", 7),
        ("uncounted_change", "1", "PL", f"{said} PL of SKU A", "uom_code", 1),
        ("uncounted_sku", "1", "CS", f"{said} CS of SKU B", "uom_code", 1),
    ] == [row for row in lake.query(sql) if str(row[0]).startswith("uncounted")]
    assert [] == lines(lake, "uncounted")


def test_a_row_of_the_unit_sets_its_orders_free(next_day: Lake) -> None:
    assert [("1", "A", 1, 100), ("2", "A", 200, 200)] == lines(next_day, "uncounted")
    assert [("1", "A", 50, 50)] == lines(next_day, "uncounted_change")
    assert [] == lines(next_day, "uncounted_sku")


def test_a_line_that_is_added_without_a_price_costs_nothing_yet(lake: Lake) -> None:
    told = lake.query("""
        select line_ref, ordered_qty, line_amount_minor
        from gold.fct_order_lines where order_id = 'web_shop/unpriced'
        order by line_no
    """)

    assert [("2", 1, 0)] == [row for row in told if row[0] == "2"]


def test_a_line_added_in_cases_is_counted_in_eaches(lake: Lake) -> None:
    assert [("1", "A", 1, 100), ("2", "A", 36, 3600)] == lines(lake, "cased_new")


def test_a_change_in_a_unit_nobody_counted_waits_and_what_was_ordered_stands(
    lake: Lake, next_day: Lake
) -> None:
    assert [("1", "A", 5, 500)] == lines(lake, "palletised")
    assert [] == lines(lake, "palletised_both")
    for order in ("palletised", "palletised_both"):
        assert [("1", "A", 200, 900)] == lines(next_day, order)


def test_what_waits_of_a_change_names_its_unit(lake: Lake) -> None:
    sql = """
        select distinct uom_code, detail from silver.int_order_lines__quarantined
        where is_open and is_cause and order_ref like 'palletised%'
    """
    said = "no row of units_of_measure says how many eaches are in a PL of SKU A"

    assert [("PL", said)] == lake.query(sql)


def test_an_order_heals_when_the_name_of_its_goods_arrives(
    lake: Lake, next_day: Lake
) -> None:
    assert [] == lines(lake, "nameless")
    assert [("1", "A", 6, 100)] == lines(next_day, "nameless")


def test_a_change_that_came_before_its_order_applies_once_it_is_there(
    next_day: Lake,
) -> None:
    assert [("1", "A", 7, 700)] == lines(next_day, "early")
    assert [("1", "ACCEPTED", 2, None), ("1", "AMENDED", 5, None)] == events(
        next_day, "early"
    )


def test_a_change_that_missed_a_line_applies_once_it_is_there(next_day: Lake) -> None:
    assert [("1", "A", 7, 700), ("2", "A", 2, 200), ("9", "A", 1, 100)] == lines(
        next_day, "unknown"
    )


def test_a_line_that_was_decided_keeps_its_name(next_day: Lake) -> None:
    """Eaches hang on it; the later copy only says more of the same line."""
    assert [("sku:A", "A", 3, 300)] == lines(next_day, "by_sku")
    assert [("sku:A", "ACCEPTED", 2, None), ("sku:A", "AMENDED", 1, None)] == events(
        next_day, "by_sku"
    )


def test_orders_that_nothing_was_said_of_are_left_alone(next_day: Lake) -> None:
    touched = next_day.query(
        "select distinct order_id from silver.int_order_lines__touched order by 1"
    )

    assert [
        ("web_shop/by_sku",),
        ("web_shop/early",),
        ("web_shop/nameless",),
        ("web_shop/palletised",),
        ("web_shop/palletised_both",),
        ("web_shop/uncounted",),
        ("web_shop/uncounted_change",),
        ("web_shop/uncounted_sku",),
        ("web_shop/uneven_change",),
        ("web_shop/unknown",),
    ] == touched
