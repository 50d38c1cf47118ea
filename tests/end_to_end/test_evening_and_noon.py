"""Two runs more: money, files out of their turn, a doubted count, a mailbox, worths.

They have nothing in common but the runs that read them, so they share those.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import polars as pl
import pytest

from orchestration.cli.demo import put_in_drop
from orchestration.cli.doubted_counts import mend_count
from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.reconciled import show_reconciled
from orchestration.cli.summary import missed_feeds, missing_numbers
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.lineage.lineage import Lineage
from orchestration.resources.lineage.metric import Trace
from orchestration.resources.lineage.of_money import FIGURES
from tests.end_to_end import one_day
from tests.end_to_end.evening_files import (
    COUNT,
    EVENING,
    NEXT_NOON,
    SHIPPED,
    WORTHS,
    charges,
    evening_charges,
    late_count,
    orders_and_changes,
    purchase_orders,
    settlement,
    what_the_warehouse_says,
)
from transforms.contracts.gold import DIM_STOCK_WORTHS
from transforms.contracts.simulation import NamedBytes

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


@dataclass(frozen=True)
class Days:
    """The house behind both runs, and what was to be seen between them."""

    home: Home
    mailbox: tuple[NamedBytes, NamedBytes]
    lines: pl.DataFrame
    worth: dict[str, int]
    classes: dict[str, str]
    money: list[Trace]
    requests: list[bytes]
    open_gaps: pl.DataFrame
    summary: str
    doubted: pl.DataFrame
    not_believed: str
    worths: list[tuple[object, ...]]


@pytest.fixture(scope="module")
def days(
    played_house: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Days]:
    """Three partners' evening files, a run; what they send since and a mend, a run."""
    home = one_day.copied(played_house, tmp_path_factory.mktemp("days") / "house")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDERHOUSE_HOME", str(home.root))
        worth = dict(one_day.query(home, WORTH).rows())
        paid = evening_charges(worth)
        numbered = [purchase_orders(1), purchase_orders(3)]
        asked = f"{INSTRUCTION} where order_id = '{SHIPPED}'"
        told = what_the_warehouse_says(one_day.query(home, asked).item())
        mailbox = (orders_and_changes(), told)
        put_in_drop(home, [paid, *numbered, late_count(), COUNT, WORTHS, *mailbox])
        assert [] == worths_of(home)
        one_day.run(home, EVENING)
        seen = _seen(home, worth, mailbox)
        with pytest.raises(CommandError, match="nobody can vouch for the newest"):
            mend_count("DC-EAST", *SIGNED)
        mended = NEXT_NOON - timedelta(hours=1)
        mend_count("3PL-SUMMIT", *SIGNED, at=mended.isoformat())
        market = settlement("902-0000000-0000001", "902-0000000-9999999")
        put_in_drop(home, [charges(1, ("1007", 50)), market, purchase_orders(2)])
        one_day.run(home, NEXT_NOON)
        yield seen


def _seen(
    home: Home, worth: dict[str, int], mailbox: tuple[NamedBytes, NamedBytes]
) -> Days:
    with CONSOLE.capture() as printed:
        show_reconciled("stock", "not_believed")
    requests = one_day.outbox(home)["payment_provider/payment_requests_000000001.jsonl"]
    return Days(
        home=home,
        mailbox=mailbox,
        lines=one_day.query(home, LINES),
        worth=worth,
        classes=dict(one_day.query(home, CLASSES).rows()),
        money=_money(home),
        requests=requests.splitlines(),
        open_gaps=one_day.query(home, GAPS),
        summary=summary(home),
        doubted=one_day.query(home, BELIEF, [EVENING]),
        not_believed=printed.get(),
        worths=worths_of(home),
    )


# --- money --------------------------------------------------------------------

WORTH = """
    select order_ref, amount_minor from lake.gold.fct_orders
    where channel_id = 'web_shop'
"""
CLASSES = "select order_id, payment_class from lake.decisions.reconciled_payments"


def _money(home: Home) -> list[Trace]:
    house = House.open(home.root)
    try:
        lineage = Lineage(house)
        return [lineage.trace(name, {}) for name in FIGURES]
    finally:
        house.close()


def test_each_order_s_money_has_a_class_and_its_figures_are_covered(
    days: Days,
) -> None:
    classes, money = days.classes, days.money

    assert all(found.figure for found in money if found.metric.name != "refunded_money")
    assert not [found for found in money if not found.is_covered]
    assert "settled" == classes["web_shop/1006"]
    assert "underpaid" == classes["web_shop/1007"]
    assert "orphan_payment" == classes["web_shop/77"]
    # Ordered in the morning, before the first payment that is known.
    assert "web_shop/1001" not in classes


def test_money_that_is_held_is_asked_for_once(days: Days) -> None:
    (request,) = days.requests
    worth = days.worth["1013"]
    again = one_day.query(
        days.home,
        "select * from lake.instructions.payment_requests where sequence_no > 1",
    )

    taken = {"charge": f"ch_1013_{worth}", "amount": worth}
    assert taken.items() <= json.loads(request).items()
    assert not again.height


def test_what_disagrees_about_money_closes_when_it_is_paid(days: Days) -> None:
    told = one_day.query(
        days.home,
        "select code, value_minor, closed_at is null from lake.decisions.exceptions"
        " where (subject in ('web_shop/1007', 'web_shop/77')"
        " or subject like 'marketplace/%-9999999')"
        " and owner in ('finance', 'order desk') order by code",
    )
    listed = one_day.query(
        days.home,
        "select order_class, settled_minor from lake.decisions.reconciled_orders"
        " where settled_at is not null order by 1",
    )

    assert [
        ("ORDER_MISSING", 500, True),
        ("ORPHAN_PAYMENT", 5, True),
        ("UNDERPAID", 50, False),
    ] == told.rows()
    assert [("matched", 500), ("order_missing", 500)] == listed.rows()


# --- a number that is missing, a file of a day that was run -------------------------

GAPS = """
    select file_name, closed_at is null as is_open
    from lake.visibility.rpt_file_notices where code = 'SEQUENCE_GAP'
"""


def summary(home: Home) -> str:
    """What ``orderhouse summary`` prints of gaps and of days."""
    house = House.open(home.root)
    with CONSOLE.capture() as printed:
        CONSOLE.print(missing_numbers(house))
        CONSOLE.print(missed_feeds(house))
    house.close()
    return printed.get()


def test_a_gap_and_a_late_file_are_seen_until_the_missing_file_comes(
    days: Days,
) -> None:
    late = one_day.query(
        days.home,
        "select file_name from lake.visibility.rpt_file_notices"
        " where code = 'LATE_FILE'",
    )
    closed = one_day.query(days.home, GAPS)
    house = House.open(days.home.root)
    rows = missing_numbers(house).row_count
    house.close()

    assert [("PO_20171228T0003_000003.edi", True)] == days.open_gaps.rows()
    assert "000002 is missing" in days.summary
    assert "re-opened" in days.summary
    assert ["stock_20171227T2100.csv"] == late["file_name"].to_list()
    assert [("PO_20171228T0003_000003.edi", False)] == closed.rows()
    assert 0 == rows


# --- a count that is implausible and true: an operator vouches for it ----------------

SIGNED = ("Ana", "a lorry came in without its 944")
BELIEF = """
    select verdict, sum(available_qty) as available_qty
    from lake.decisions.node_confidence
    inner join lake.decisions.stock_positions using (node_id)
    where node_id = '3PL-SUMMIT' and as_of = $1 group by all
"""


def test_what_an_operator_vouches_for_is_believed_by_the_next_run(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(days.home.root))
    believed = one_day.query(days.home, BELIEF, [NEXT_NOON])

    assert ["IMPLAUSIBLE"] == days.doubted["verdict"].to_list()
    sides = {
        line.split()[0]: line.split()[-4:]
        for line in days.not_believed.splitlines()
        if "/" in line
    }
    assert ["120", "12", "12", "–"] == sides["3PL-SUMMIT/100001/AVAILABLE"]
    assert [("TRUSTED", 230)] == believed.rows()
    with pytest.raises(CommandError, match="it is believed"):
        mend_count("3PL-SUMMIT", *SIGNED)


# --- a mailbox: an order, its change, what a warehouse says ---------------------------

INSTRUCTION = "select instruction_id from lake.instructions.fulfilment_orders"
LINES = f"""
    select order_id, ordered_qty::bigint, shipped_qty::bigint
    from lake.decisions.line_buckets
    where order_id in ('business/PO-9001', '{SHIPPED}') order by order_id
"""


def test_every_set_of_a_mailbox_counts_in_the_run_that_reads_it(days: Days) -> None:
    home = days.home
    files = days.mailbox
    names = ", ".join(f"'{file.name}'" for file in files)
    shown = one_day.query(
        home,
        "select format, verdict, physical_lines, quarantined_lines"
        f" from lake.visibility.rpt_files where file_name in ({names})"
        " order by landing_id",
    )
    receipts = one_day.query(
        home,
        "select file_name, verdict, as_of from lake.instructions.file_receipts"
        f" inner join lake.decisions.runs using (run_id) where file_name in ({names})"
        " order by file_receipts.landing_id",
    )
    waiting = one_day.query(
        home,
        "select distinct code from lake.visibility.rpt_quarantine"
        f" where file_name = '{files[1].name}'",
    )

    assert [(SHIPPED, 20, 20), ("business/PO-9001", 5, 0)] == days.lines.rows()
    assert [
        ("x12_850 + x12_860", "ACCEPTED", segments(files[0]), 0),
        ("x12_945 + x12_947 + x12_997", "PARTIAL", segments(files[1]), 3),
    ] == shown.rows()
    assert [
        (file.name, verdict, EVENING)
        for file, verdict in zip(files, ("ACCEPTED", "PARTIAL"), strict=True)
    ] == receipts.rows()
    assert ["UNKNOWN_SET"] == waiting["code"].to_list()


def segments(file: NamedBytes) -> int:
    return file.content.count(b"~")


# --- the worth of stock, from the file to the table that the allocator reads ---------


def worths_of(home: Home) -> list[tuple[object, ...]]:
    query = f"select * from lake.{DIM_STOCK_WORTHS.path} order by all"
    return one_day.query(home, query).rows()


def test_worths_hold_from_their_file_until_their_last_day(days: Days) -> None:
    """For the second run no worth is told, and the day is another."""
    waiting = one_day.query(
        days.home,
        "select file_name, payload_line, code, contains(message, '100888')"
        " from lake.visibility.rpt_quarantine where document = 'stock_worths'"
        " order by payload_line",
    )

    assert [("DC-EAST", "100005", 25), ("DC-WEST", "100005", 2)] == days.worths
    assert [
        (WORTHS.name, 4, "UNKNOWN_SKU", True),
        (WORTHS.name, 5, "BAD_AMOUNT", False),
    ] == waiting.rows()
    assert [("DC-WEST", "100005", 2)] == worths_of(days.home)
