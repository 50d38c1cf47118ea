"""The command line on a house that ran: what it prints and how it leaves."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from orchestration.cli.execution import CONSOLE, Outcome
from orchestration.cli.main import main
from orchestration.cli.summary import print_summary
from orchestration.resources.home import Home
from orchestration.resources.house import House
from tests.end_to_end import one_day

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

CLEAN, WITH_EXCEPTIONS, COULD_NOT_RUN = 0, 1, 2


@dataclass(frozen=True)
class Told:
    """What a command printed, and how it left."""

    returncode: int
    stdout: str
    stderr: str


def orderhouse(home: Path, *arguments: str) -> Told:
    """Run the command here: a process of its own imports for two seconds first."""
    out, err = (TextIOWrapper(BytesIO(), "utf-8") for _ in range(2))
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        patch.setenv("ORDERHOUSE_HOME", str(home))
        patch.setenv("ORDERHOUSE_VAULT_KEY", one_day.VAULT_KEY)
        patch.setattr(sys, "argv", ["orderhouse", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
    code = left.value.code
    assert isinstance(code, int)
    return Told(code, _written(out), _written(err))


def _written(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def alone(home: Path, *arguments: str) -> Told:
    """Run the command in a process of its own, as people do."""
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli.main", *arguments],
        env={
            **os.environ,
            "ORDERHOUSE_HOME": str(home),
            "ORDERHOUSE_VAULT_KEY": one_day.VAULT_KEY,
            "COLUMNS": "240",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Told(done.returncode, done.stdout, done.stderr)


def test_why_names_nodes_rules_and_cost_parts_of_a_split_order(
    played_house: Home,
) -> None:
    told = alone(played_house.root, "why", "#1005")

    assert CLEAN == told.returncode, told.stderr
    for word in ("DC-EAST", "DC-WEST", "NO_STOCK", "freight", "processing", "split"):
        assert word in told.stdout


def test_both_sides_of_everything_have_one_class_a_row(played_house: Home) -> None:
    classes = orderhouse(played_house.root, "reconciled")
    stock = orderhouse(played_house.root, "reconciled", "stock")
    wrong = orderhouse(played_house.root, "reconciled", "stok")

    assert CLEAN == classes.returncode == stock.returncode, classes.stderr
    for side in ("orders", "stock", "shipments", "acknowledgements", "parcels"):
        assert side in classes.stdout
    rows = [line.split() for line in stock.stdout.splitlines() if "/" in line]
    found = {row[0]: (row[1], row[3]) for row in rows}
    assert ("shortfall", "stock") == found["3PL-HARBOR/100004/AVAILABLE"]
    assert ("not_counted", "stock") == found["DC-EAST/100006/AVAILABLE"]
    assert COULD_NOT_RUN == wrong.returncode
    assert "known: acknowledgements, carriers, orders, parcels" in wrong.stderr


def test_an_oversold_each_has_its_timeline_by_file_and_line(played_house: Home) -> None:
    told = orderhouse(played_house.root, "oversells", "DC-EAST")

    assert CLEAN == told.returncode, told.stderr
    steps = [line.split() for line in told.stdout.splitlines() if "Z " in line]
    places = {step[2]: step[-1] for step in steps if len(step) > 2}
    assert "own_dcs/stock_20171227.csv:2" == places["COUNTED"]
    assert "business/PO_20171227.edi:13" == places["ORDERED"]
    assert "own_dcs/shipments_20171228.csv:3" == places["MISSED"]


def test_why_says_what_a_waiting_line_waits_for(played_house: Home) -> None:
    told = orderhouse(played_house.root, "why", "web_shop/1004")

    assert CLEAN == told.returncode, told.stderr
    for word in ("100005", "NO_STOCK", "2018-01-03"):
        assert word in told.stdout


def test_a_line_that_waited_and_was_allocated_waits_no_more(
    played_house: Home,
) -> None:
    told = orderhouse(played_house.root, "why", "web_shop/1006")

    assert CLEAN == told.returncode, told.stderr
    assert "Waits: No line of this order waits." in told.stdout
    assert "NO_STOCK" not in told.stdout.partition("Waits")[2]


def test_an_order_that_nobody_sent_is_told_in_one_line(played_house: Home) -> None:
    told = alone(played_house.root, "why", "#4711")

    assert COULD_NOT_RUN == told.returncode
    assert "orderhouse: no order called '#4711'" in told.stderr
    assert 1 == len(told.stderr.splitlines())


def test_a_scorecard_adds_up_a_partner_s_month(
    played_house: Home, tmp_path: Path
) -> None:
    month = ("partner", "scorecard", "web_shop", "--month")
    told = orderhouse(played_house.root, *month, "2017-12", "--out", str(tmp_path))
    wrong = orderhouse(played_house.root, *month, "December")

    assert CLEAN == told.returncode, told.stderr
    assert "CARD_NUMBER" in told.stdout
    with (tmp_path / "scorecard_web_shop_2017-12.csv").open() as stream:
        (orders,) = csv.DictReader(stream)
    counts = ("files", "accepted", "in_part", "copies", "refused", "refused_lines")
    assert ["5", "3", "1", "1", "0", "2"] == [orders[name] for name in counts]
    page = (tmp_path / "scorecard_web_shop_2017-12.html").read_text()
    assert "Never send card numbers" in page
    assert COULD_NOT_RUN == wrong.returncode
    assert "'December' is no month, 2017-12 is" in wrong.stderr


def test_open_exceptions_leave_with_1(own_played_house: Home) -> None:
    told = alone(own_played_house.root, "run", f"--as-of={one_day.NOON.isoformat()}")

    assert WITH_EXCEPTIONS == told.returncode, told.stderr
    assert "nothing to do" in told.stdout
    assert "CARD_NUMBER" in told.stdout


def test_a_check_that_only_warns_is_told_and_is_not_clean(
    own_played_house: Home,
) -> None:
    warned = Outcome("r", one_day.NOON, is_new=True, failed_checks=["gold/x: y"])
    house = House.open(own_played_house.root)
    with CONSOLE.capture() as printed:
        code = print_summary(house, [warned], None)
    house.close()

    assert "did not pass: gold/x: y" in printed.get()
    proofs = one_day.query(own_played_house, one_day.NEWEST_PROOFS).height
    assert re.search(rf"of the newest run alone \d+ of {proofs} hold", printed.get())
    failed = "did not hold now: commitments are covered, 1 of 21 keys; orderhouse prove"
    assert failed in printed.get()
    assert WITH_EXCEPTIONS == code


def test_an_empty_house_runs_clean_and_leaves_with_0(tmp_path: Path) -> None:
    told = alone(tmp_path / "house", "run", "--date=2017-12-27")

    assert CLEAN == told.returncode, told.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "name one of --date D"),
        (["run", "--date=yesterday"], "cannot read the date"),
        (["run", "--date=2017-12-26"], "name a later --as-of"),
        (["landing", "nothing.csv"], "no file called 'nothing.csv'"),
    ],
)
def test_what_cannot_be_done_leaves_with_2_and_says_why(
    own_played_house: Home, arguments: list[str], message: str
) -> None:
    told = orderhouse(own_played_house.root, *arguments)

    assert COULD_NOT_RUN == told.returncode
    assert message in told.stderr
    assert "Traceback" not in told.stderr


def test_a_landed_file_is_shown_with_its_verdict(played_house: Home) -> None:
    told = orderhouse(played_house.root, "landing", "orders_20171227_1100_again.jsonl")

    assert CLEAN == told.returncode, told.stderr
    assert "arrival: DUPLICATE, not read" in told.stdout


def test_a_landed_file_is_shown_with_what_reading_it_gave(played_house: Home) -> None:
    told = orderhouse(played_house.root, "landing", "orders_20171227.txt")

    assert CLEAN == told.returncode, told.stderr
    assert "arrival: ACCEPTED" in told.stdout
    assert "reading: PARTIAL, lines: 8 = 7 accepted + 1 quarantined" in told.stdout
    assert "told:    PARTIAL, in report_500000001_orders_20171227" in told.stdout


def test_the_outbox_tells_state_history_and_lines(played_house: Home) -> None:
    sent = orderhouse(played_house.root, "outbox", "list").stdout
    late = orderhouse(played_house.root, "outbox", "list", "--overdue").stdout
    file = orderhouse(played_house.root, "outbox", "show", "940_000000001.edi").stdout
    told = orderhouse(played_house.root, "outbox", "show", "FO-8B18DDD53C62").stdout

    assert "UNKNOWN_TO_US" in sent
    assert "FO-000000000000" in late
    assert "FO-5377A2389343" not in late
    assert "RECEIPT_OK" in file
    assert "DELIVERED" in file
    assert "FO-810A1869C3F2" in file
    steps = [told.index(word) for word in ("RELEASED", "DELIVERED", "SHIPPED  ")]
    assert steps == sorted(steps)
    assert "1 eaches, OUT_OF_STOCK" in told


def test_the_outbox_refuses_what_it_did_not_send_and_says_where_to_look(
    played_house: Home,
) -> None:
    why = ("--author=ann", "--reason=lost")
    none = orderhouse(played_house.root, "outbox", "resend", "940_7.edi", *why)
    many = orderhouse(
        played_house.root, "outbox", "resend", "pick_list_000000001.csv", *why
    )

    assert (2, 2) == (none.returncode, many.returncode)
    assert "orderhouse outbox list" in none.stderr
    assert "stores/pick_list_000000001.csv" in many.stderr
