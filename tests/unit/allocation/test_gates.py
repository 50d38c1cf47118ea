"""A node stops alone, for reasons that anybody can count, and goes on by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    a_line,
    certificate,
    decide,
    demand,
    network,
    placed,
    stock,
    waiting,
)
from transforms.allocation.gates import GateFacts, GatePolicy, node_gates, with_stops
from transforms.allocation.policy import PolicyError
from transforms.contracts.decisions import (
    FULFILMENT_ORDERS,
    NODE_CONFIDENCE,
    NODE_GATES,
)

NOW = datetime(2017, 12, 28, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = GatePolicy(
    overdue_instructions=2,
    overdue_share_bp=5_000,
    rejected_instructions=2,
    undelivered_files=2,
    unbelieved_count_hours=48,
    backlog_days=1,
)


def told(*numbers: int, **facts: object) -> list[dict[str, object]]:
    """Instructions of EAST whose answer was due an hour ago."""
    order = {"node_id": "EAST", "partner_id": "own", "ack_due_at": NOW - HOUR}
    order |= {"ship_by_date": date(2017, 12, 29)}
    return [order | {"instruction_id": f"FO-{n}"} | facts for n in numbers]


def stopped(  # noqa: PLR0913
    *,
    orders: list[dict[str, object]] | None = None,
    heard: tuple[int, ...] = (),
    acks: tuple[tuple[int, str, datetime], ...] = (),
    late: int = 0,
    undelivered: int = 0,
    counts: tuple[tuple[str, datetime, datetime], ...] = (),
    before: datetime | None = None,
    policy: GatePolicy = POLICY,
) -> dict[str, tuple[str, datetime]]:
    """Node → why and since when."""
    answers = [
        {"instruction_id": f"FO-{n}", "node_id": "EAST"}
        | {"status_code": code, "acknowledged_at": at}
        for n, code, at in acks
    ]
    said = [{"instruction_id": f"FO-{n}"} for n in heard]
    confidence = [
        {"node_id": "EAST", "verdict": verdict, "as_of": run, "snapshot_at": cut}
        for verdict, run, cut in counts
    ]
    gates = [{"node_id": "EAST", "since_at": before}] if before else []
    nodes = network(EAST={"daily_capacity_units": 10})
    found = node_gates(
        GateFacts(
            orders=pl.DataFrame(orders or [], schema=FULFILMENT_ORDERS.schema),
            acks=pl.DataFrame(
                answers,
                schema={
                    "instruction_id": pl.String,
                    "node_id": pl.String,
                    "status_code": pl.String,
                    "acknowledged_at": pl.Datetime("us", "UTC"),
                },
            ),
            heard=pl.DataFrame(said, schema={"instruction_id": pl.String}),
            open_lines=pl.DataFrame(
                [{"instruction_id": "FO-1", "open_qty": late}],
                schema={"instruction_id": pl.String, "open_qty": pl.Int64},
            ),
            undelivered=pl.DataFrame(
                [
                    {"partner_id": "own", "file_name": f"{n}"}
                    for n in range(undelivered)
                ],
                schema={"partner_id": pl.String, "file_name": pl.String},
            ),
            confidence=pl.DataFrame(confidence, schema=NODE_CONFIDENCE.schema),
            nodes=nodes,
            before=pl.DataFrame(gates, schema=NODE_GATES.schema),
        ),
        policy,
        NOW,
    )
    rows = found.select("node_id", "reason_codes", "since_at").iter_rows()
    return {node: (why, since) for node, why, since in rows}


def test_silence_beyond_the_deadline_stops_the_node_and_no_other() -> None:
    assert {"EAST": ("ANSWERS_OVERDUE", NOW)} == stopped(orders=told(1, 2))


@pytest.mark.parametrize(
    "facts",
    [
        {"orders": told(1)},
        {"orders": told(1, 2, 3, 4, 5), "heard": (3, 4, 5)},
        {"orders": told(1, 2), "heard": (2,)},
        {"orders": told(1, 2), "acks": ((2, "A", NOW),)},
        {"orders": told(1, 2, ack_due_at=NOW + HOUR)},
        {"orders": told(1, 2), "policy": GatePolicy()},
    ],
)
def test_a_node_goes_on_where_too_few_are_silent(facts: dict[str, object]) -> None:
    assert {} == stopped(**facts)  # type: ignore[arg-type]


def test_it_was_stopped_since_the_run_that_first_stopped_it() -> None:
    first = NOW - 24 * HOUR

    found = stopped(orders=told(1, 2), before=first)

    assert {"EAST": ("ANSWERS_OVERDUE", first)} == found


def test_what_it_could_not_read_counts_until_it_can_read_one() -> None:
    later = ((1, "R", NOW - 3 * HOUR), (2, "R", NOW - 2 * HOUR))
    since = (*later, (3, "A", NOW - HOUR))

    assert {"EAST": ("FILES_REJECTED", NOW)} == stopped(acks=later)
    assert {} == stopped(acks=since)


def test_files_that_do_not_reach_who_runs_it_stop_all_its_nodes() -> None:
    found = stopped(undelivered=2)

    assert {"FILES_UNDELIVERED"} == {why for why, _ in found.values()}
    assert {"EAST", "MID", "WEST"} == set(found)


def test_files_of_no_use_stop_it_once_its_believed_count_is_old() -> None:
    old = ("TRUSTED", NOW - 50 * HOUR, NOW - 49 * HOUR)
    young = ("TRUSTED", NOW - 50 * HOUR, NOW - 47 * HOUR)
    useless = ("REFUSED", NOW, NOW - HOUR)

    assert {"EAST": ("COUNTS_UNBELIEVED", NOW)} == stopped(counts=(old, useless))
    assert {} == stopped(counts=(young, useless))
    assert {} == stopped(counts=(old, ("STALE", NOW, NOW - 49 * HOUR)))


def test_a_day_of_capacity_that_should_have_left_stops_it() -> None:
    past = told(1, ship_by_date=date(2017, 12, 26), ack_due_at=NOW + HOUR)

    assert {"EAST": ("CAPACITY_GONE", NOW)} == stopped(orders=past, late=10)
    assert {} == stopped(orders=past, late=9)


def test_what_lies_ready_for_its_customer_is_no_backlog() -> None:
    yesterday = date(2017, 12, 27)
    fetched = told(1, ship_by_date=yesterday, service_code="PICK_UP")

    assert {"EAST": ("CAPACITY_GONE", NOW)} == stopped(orders=fetched, late=10)
    assert {} == stopped(orders=fetched, late=10, heard=(1,))


def test_several_reasons_stand_together() -> None:
    found = stopped(orders=told(1, 2), undelivered=2)

    assert "ANSWERS_OVERDUE|FILES_UNDELIVERED" == found["EAST"][0]


@pytest.mark.parametrize("mapping", [{"hours": 1}, {"window_days": -1}])
def test_a_policy_that_means_nothing_is_refused(mapping: dict[str, object]) -> None:
    with pytest.raises(PolicyError, match=next(iter(mapping))):
        GatePolicy.from_mapping(mapping)


def test_a_stopped_node_is_routed_around_and_what_only_it_has_waits() -> None:
    gates = pl.DataFrame([{"node_id": "EAST"}], schema=NODE_GATES.schema)
    nodes = with_stops(network(), gates)
    wanted = demand(a_line("o1", "A", 2), a_line("o2", "B", 1))
    supply = stock({"EAST": {"A": 5, "B": 5}, "WEST": {"A": 5}})

    decided = decide(wanted, supply, nodes)

    assert {("o1/1", "WEST"): 2} == placed(decided)
    assert {"o2/1": (1, "NODE_STOPPED")} == waiting(decided)
    rules = dict(
        decided.trace.filter(node_id="EAST").select("line_id", "failed_rules").rows()
    )
    assert {"o1/1": "NODE_STOPPED", "o2/1": "NODE_STOPPED"} == rules
    assert certificate(decided, wanted, supply, nodes)["failed_rows"].sum() == 0
