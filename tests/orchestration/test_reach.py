"""How far back a run reads: to the oldest line that it is about, and no further."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from orchestration.resources.dbt import note_standing
from orchestration.resources.house import House
from orchestration.resources.line_facts import facts_of
from orchestration.resources.line_state import apply_fold
from orchestration.resources.reach import (
    NEVER,
    kept_since,
    ordered_since,
    reach_of,
)
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_stock_facts import lay
from transforms.contracts.decisions import (
    INSTRUCTION_LINES,
    LINE_BUCKETS,
    OWN_EVENTS,
    RUNS,
)
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_OPENING_STOCK,
    FCT_ORDER_EVENTS,
    FCT_ORDER_LINES,
)
from transforms.lifecycle.fold import fold_lines

__all__ = ["house"]

ORDERED = {
    name: NIGHT - timedelta(days=days)
    for name, days in {"ancient": 900, "open": 30, "new": 1}.items()
}


def named(*lines: str) -> pl.DataFrame:
    return pl.DataFrame({"line_id": lines}, schema={"line_id": pl.String})


@pytest.fixture
def history(house: House) -> House:
    """A line of years ago, one that has waited for a month, one of today."""
    places = dict(zip(ORDERED, (3, 40, 90), strict=True))
    line = {"order_id": "O", "sku_id": "A", "channel_id": "web"}
    lay(
        house,
        FCT_ORDER_LINES,
        [
            line
            | {"line_id": name, "order_id": f"O-{name}", "ordered_at": at}
            | {"first_landing_id": places[name]}
            for name, at in ORDERED.items()
        ],
    )
    accepted = {"event_type": "ACCEPTED", "source_rank": 10, "qty": 1}
    accepted |= {"is_date_only": False}
    lay(
        house,
        FCT_ORDER_EVENTS,
        [
            accepted
            | {"event_id": f"{name}/ACCEPTED", "line_id": name, "landing_id": n}
            | {"event_at": ORDERED[name], "known_at": ORDERED[name]}
            for name, n in places.items()
        ],
    )
    lay(house, FCT_OPENING_STOCK, [])
    lay(house, DIM_NODES, [])
    words = {"ancient": "DELIVERED", "open": "OPEN", "new": "OPEN"}
    buckets = dict.fromkeys(LINE_BUCKETS.names, 0) | {"run_id": "before"}
    rows = [
        buckets
        | {"line_id": name, "order_id": f"O-{name}", "sku_id": "A", "channel_id": "web"}
        | {"ordered_at": at, "last_event_at": at, "line_status": words[name]}
        for name, at in ORDERED.items()
        if name != "new"
    ]
    house.lake.append(LINE_BUCKETS, pl.DataFrame(rows, schema=LINE_BUCKETS.schema))
    return house


def test_a_run_reads_back_to_what_arrived_and_what_is_open(history: House) -> None:
    reach = reach_of(history, named("new"))

    assert (reach.ordered_at, reach.landing_id) == (ORDERED["open"], 40)


def test_what_happens_to_an_old_line_is_read_as_far_back(history: House) -> None:
    reach_of(history, named("new"))

    assert ordered_since(history, named("ancient")) == ORDERED["ancient"]
    assert reach_of(history, named("ancient")).landing_id == 3


def test_the_facts_of_an_old_line_are_whole(history: House) -> None:
    facts = facts_of(history, named("ancient", "new"))

    assert set(facts.lines["line_id"]) == {"ancient", "new"}
    assert set(facts.order_events["line_id"]) == {"ancient", "new"}


def test_what_comes_back_after_years_finds_what_was_sent(history: House) -> None:
    """Its node named the instruction alone, and nothing since did."""
    asked = {"instruction_id": "FO-1", "instruction_line_ref": "1"}
    mine = {"line_id": "ancient", "sku_id": "A", "qty": 1}
    sent = ORDERED["ancient"] + timedelta(days=2)
    place = {"node_id": "EAST", "sku_id": "A", "qty": 1, "is_date_only": False}
    place |= {"partner_id": "depot", "payload_sha256": "", "payload_line": 1}
    told = [
        place | asked | {"event_id": "S-1/SHIPPED", "event_type": "SHIPPED"}
        | {"source_rank": 60, "landing_id": 5, "event_at": sent, "known_at": sent},
        place | mine | {"event_id": "RT-1/RECEIVED", "event_type": "RETURN_RECEIVED"}
        | {"source_rank": 81, "landing_id": 95, "event_at": NIGHT, "known_at": NIGHT},
    ]  # fmt: skip
    ours = [
        place | mine | {"event_id": f"ancient/{kind}", "event_type": kind}
        | {"source_rank": rank, "event_at": sent, "run_id": "then"}
        | (asked if kind == "RELEASED" else {})
        for rank, kind in ((40, "ALLOCATED"), (50, "RELEASED"))
    ]  # fmt: skip
    for table, rows in (
        (FCT_ORDER_EVENTS, told),
        (OWN_EVENTS, ours),
        (INSTRUCTION_LINES, [asked | mine | {"run_id": "then"}]),
    ):
        named_only = [{n: row[n] for n in row if n in table.names} for row in rows]
        history.lake.append(table, pl.DataFrame(named_only, schema=table.schema))

    # The run began with what arrived for a line of today.
    reach_of(history, named("new"))
    folded = fold_lines(
        facts_of(history, named("ancient")), history.policies.transitions
    )

    ends = folded.buckets.select("line_id", "shipped_qty", "returned_qty").rows()
    assert [("ancient", 1, 1)] == ends
    assert folded.verdicts.is_empty()


def test_nothing_is_read_of_lines_that_nobody_knows(history: House) -> None:
    assert ordered_since(history, named("unheard of")) == NEVER


def test_a_line_that_its_channel_dates_later_now_keeps_one_row(
    history: House,
) -> None:
    """Rows give way from where they were written, not from where they belong now."""
    later = ORDERED["open"] + timedelta(days=20)
    history.lake.execute(
        "update lake.gold.fct_order_lines set ordered_at = ?"
        " where line_id <> 'ancient'",
        [later],
    )
    mine = named("open")
    folded = fold_lines(facts_of(history, mine), history.policies.transitions)

    apply_fold(history, folded, mine)

    rows = history.lake.read(LINE_BUCKETS, "line_id = 'open'")
    assert [later] == rows["ordered_at"].to_list()


def test_where_silver_came_to_its_end_it_says_whence_it_moved_a_line(
    history: House,
) -> None:
    """Then rows are not looked for in all of history."""
    lake = history.lake
    lake.execute(
        "create table lake.silver.int_orders__touched as"
        " select 'O-open' as order_id, ?::timestamptz as ordered_since",
        [ORDERED["open"]],
    )
    lake.execute(
        "update lake.gold.fct_order_lines set ordered_at = ? where line_id = 'open'",
        [ORDERED["new"]],
    )
    note_standing(history.home)

    reach = reach_of(history, named("new"))

    assert reach.ordered_at == ORDERED["new"]
    assert kept_since(history, reach) == ORDERED["open"]


def test_we_decided_nothing_before_a_run_had_read_of_it(history: House) -> None:
    names = dict.fromkeys(RUNS.names, 0) | {"input_digest": "", "manifest": ""}
    names |= {"rules_hash": "", "code_hash": ""}
    runs = [
        names
        | {"run_id": f"run of {place}", "landing_id": place}
        | {"as_of": NIGHT - timedelta(days=days)}
        for place, days in ((30, 40), (50, 20), (80, 5))
    ]
    history.lake.append(RUNS, pl.DataFrame(runs, schema=RUNS.schema))

    assert reach_of(history, named("new")).decided_at == NIGHT - timedelta(days=20)
