"""What partners name is printed as it is, and whole."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import polars as pl
import pytest
from rich.console import Console
from rich.table import Table as Grid

from orchestration.cli.exceptions import told_of
from orchestration.cli.execution import CONSOLE
from orchestration.cli.paper import PROGRESS, Paper, underway
from orchestration.cli.reconciled import with_worth
from orchestration.cli.summary import failed_proofs

NAMES = ["orders_[/b].jsonl", "[/]", "SKU [red]", ":smile:"]


def test_a_name_that_looks_like_markup_is_printed_as_it_is() -> None:
    grid = Grid("file", title="Files")
    for name in NAMES:
        grid.add_row(name)

    with CONSOLE.capture() as printed:
        CONSOLE.print(grid)
        CONSOLE.print(*NAMES)

    assert [2] * len(NAMES) == [printed.get().count(name) for name in NAMES]


NAMED = ("SHORT_SHIPPED", "3PL-PRAIRIE", "again-S-FO-97C0ED568CE7", "1/SHIPPED")
ROW = (
    "/".join(NAMED),
    "2017-12-28 05:00Z",
    "1 eaches more than the instruction still had open when FO-97C0ED568CE7 closed",
)


def printed(monkeypatch: pytest.MonkeyPatch, columns: str) -> list[str]:
    """Lines of a table about ``ROW`` where that many columns are said to be."""
    monkeypatch.setenv("COLUMNS", columns)
    if not columns:
        monkeypatch.delenv("COLUMNS")
    grid = Grid("exception_id", "seen at", "detail", title="Open")
    grid.add_row(*ROW)
    paper = Paper()
    with paper.capture() as shown:
        paper.print(grid)
    return [line.rstrip() for line in shown.get().splitlines()]


def test_a_pipe_is_as_wide_as_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = (x for x in printed(monkeypatch, "") if ROW[0] in x)

    assert all(cell in line for cell in ROW)


@pytest.mark.parametrize("columns", ["20", "80", "120"])
def test_however_narrow_no_id_or_instant_is_cut_or_broken(
    monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    lines = printed(monkeypatch, columns)

    assert any(ROW[0] in x and ROW[1] in x for x in lines)
    words = [word for x in lines for word in x.split()]
    assert set(ROW[2].split()) <= set(words)


def test_columns_says_how_wide_a_table_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in (140, 160):
        assert columns - 10 <= max(map(len, printed(monkeypatch, str(columns))))
        assert columns >= max(map(len, printed(monkeypatch, str(columns))))


def test_progress_in_a_log_is_a_line_a_step_and_at_a_terminal_one_that_changes() -> (
    None
):
    for is_terminal, lines in ((False, ["one", "two"]), (True, [])):
        console = Console(file=StringIO(), force_terminal=is_terminal)
        with underway(console) as tell:
            tell("one")
            tell("two")
        assert isinstance(console.file, StringIO)
        said = console.file.getvalue().splitlines()
        assert lines == [line for line in said if line in {"one", "two"}]


def test_progress_stands_apart_from_the_answer() -> None:
    assert PROGRESS.stderr


def test_a_proof_that_did_not_hold_says_where_to_look() -> None:
    newest = datetime(2017, 12, 30, 17, tzinfo=UTC)
    rows = pl.DataFrame(
        {
            "proof": ["commitments are covered", "unit movements sum to zero"],
            "kind": ["commitment", "arithmetic"],
            "failed_rows": [1, 2],
            "checked_rows": [1234, 5],
            "as_of": [newest, newest - timedelta(days=1)],
            "run_id": ["aa11", "bb22"],
            "is_newest": [True, False],
        }
    )
    now, before = failed_proofs(rows, ["OVERCOMMITTED"])

    assert "did not hold now: commitments are covered, 1 of 1,234 keys" in now
    assert "exceptions list --code OVERCOMMITTED" in now
    assert "as of 2017-12-29 17:00 UTC" in before
    assert before.endswith("orderhouse prove --run bb22 names them")


@pytest.mark.parametrize(
    ("codes", "pointed"),
    [
        (["STOCK_NEGATIVE", "UNPAID"], ["STOCK_NEGATIVE"]),
        (["STOCK_NEGATIVE", "OVERCOMMITTED"], ["OVERCOMMITTED", "STOCK_NEGATIVE"]),
        ([], []),
    ],
)
def test_a_proof_that_did_not_hold_points_to_no_list_that_is_empty(
    codes: list[str], pointed: list[str]
) -> None:
    row: dict[str, object] = {"proof": "commitments are covered", "run_id": "aa11"}
    row |= {"kind": "commitment", "is_newest": True}
    row |= {"failed_rows": 1, "checked_rows": 9}
    rows = pl.DataFrame([row]).with_columns(as_of=datetime(2017, 12, 30, tzinfo=UTC))

    (told,) = failed_proofs(rows, codes)

    assert pointed == re.findall(r"exceptions list --code (\w+)", told)


def test_an_exception_is_told_with_what_to_do_about_it() -> None:
    row = {
        "exception_id": "STOCK_SHORTFALL/DC-EAST/A/AVAILABLE",
        "code": "STOCK_SHORTFALL",
        "owner": "stock control",
        "detail": "reported 1, ours 8",
        "cause_code": None,
        "order_id": None,
        "value": "2093.07",
        "currency_code": "USD",
        "age_days": 3,
        "opened_at": datetime(2017, 12, 27, 5, tzinfo=UTC),
        "closed_at": None,
        "is_snoozed": False,
        "snoozed_until_date": None,
    }

    told = told_of(row)

    wrong = "A node reports fewer eaches than our ledger holds. reported 1, ours 8"
    assert [
        "STOCK_SHORTFALL/DC-EAST/A/AVAILABLE",
        f"  what is wrong: {wrong}",
        "  what to do: Nothing at once: availability was lowered. Count the location.",
        "  owner: stock control",
        "  value: 2093.07 USD",
        "  open since: 2017-12-27 05:00Z, 3 d",
    ] == told


def test_a_class_of_two_currencies_has_an_amount_of_each() -> None:
    kind = {"reconciliation": "payments", "class": "underpaid", "team": "order desk"}
    settled = kind | {"class": "settled", "team": None}
    sums = [("EUR", 1205), ("JPY", 700)]
    worth = [
        kind | {"currency_code": code, "value_minor": minor} for code, minor in sums
    ]
    rows = pl.DataFrame([kind | {"rows": 3}, settled | {"rows": 9}])

    told = with_worth(rows, pl.DataFrame(worth))

    assert ["12.05 EUR + 700 JPY", None] == told["value"].to_list()
    assert [3, 9] == told["rows"].to_list()
