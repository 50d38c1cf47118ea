"""``orderhouse exceptions``: the queue, and what people do about it.

An action is a document in the operators' drop; the next run shows it. Nobody closes
an exception: the data do. Not here: what an action changes (``rpt_exceptions``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed, in_money, in_utc
from orchestration.cli.hindsight import write_rows
from orchestration.cli.known_names import refuse_unknown_holder
from orchestration.cli.mend import authorship, put
from orchestration.cli.quarantine import MOST_ROWS, grid, opened
from orchestration.resources.house import House
from orchestration.resources.mending import MendRefusedError, row_mend
from transforms.contracts.codes import CODES
from transforms.contracts.documents import EXCEPTION_ACTIONS
from transforms.contracts.profile import OPERATORS
from transforms.reconciliation.owners import OWNERS
from transforms.reconciliation.snoozes import snooze_refusal

QUEUE = "visibility.rpt_exceptions"

OPEN = """
    select *,
        concat_ws('; ', if(is_snoozed, 'until ' || snoozed_until_date, null),
            remark || ' (' || noted_by || ')') as note
    from lake.visibility.rpt_exceptions
    where is_open and ($1 or not is_snoozed)
        and ($2 = '' or owner = $2) and ($3 = '' or code = $3)
    order by coalesce(value_minor, 0) * (age_days + 1) desc, opened_at, exception_id
"""
WRITTEN = (
    *("exception_id", "code", "subject", "owner", "age_days", "value_minor"),
    *("currency_code", "cause_code", "detail", "order_id", "opened_at", "note"),
)
"""Columns of a file of exceptions; the remedy of each code beside them."""

ONE = "select * from lake.visibility.rpt_exceptions where exception_id = $1"
DONE = """
    select acted_at, author, action_code as did, owner as handed_to,
        snoozed_until_date as until, remark
    from lake.gold.fct_exception_actions
    where exception_id = $1 order by acted_at, action_id
"""


def list_open(
    owner: str = "", code: str = "", *, is_all: bool = False, out: str = ""
) -> int:
    """Print open exceptions in the order of the page; what rests only when asked.

    Args:
        owner: whose; everybody's when empty.
        code: of which code; of any when empty.
        is_all: those that rest as well.
        out: a .csv or .parquet for every one, with what to do about it.

    Raises:
        CommandError: nothing was ever of that owner, there is no such code, or the
            file is called otherwise.
    """
    house = opened(QUEUE)
    try:
        refuse_unknown_holder(house.lake, owner, code)
        rows = house.lake.query(OPEN, [is_all, owner, code])
    finally:
        house.close()
    if out:
        remedies = {name: known.remedy for name, known in CODES.items()}
        remedy = rows["code"].replace_strict(remedies, default=None).alias("remedy")
        write_rows(rows.select(*WRITTEN, remedy), Path(out))
    if rows.is_empty():
        CONSOLE.print("nothing is open")
        return 0
    names = ("exception_id", "owner", "age", "value", "detail", "note")
    shown = grid(f"{rows.height:,} open", *names)
    for row in in_money(rows.head(MOST_ROWS)).iter_rows(named=True):
        worth = "" if row["value"] is None else f"{row['value']} {row['currency_code']}"
        cells = row | {"age": f"{row['age_days']} d", "value": worth}
        shown.add_row(*(str(cells[name]) for name in names))
    if rows.height > MOST_ROWS and not out:
        shown.caption = f"the first {MOST_ROWS} here; --out FILE writes all"
    CONSOLE.print(shown)
    CONSOLE.print("orderhouse exceptions show NAME says what to do about one")
    return 0


def show(name: str) -> int:
    """Print one exception: what is wrong, what to do, and what was done about it.

    Args:
        name: its id, or its subject where only one has it; a closed one by its id.

    Raises:
        CommandError: there is none, or several are of that subject.
    """
    house = opened(QUEUE)
    try:
        row = _found(house, name)
        done = house.lake.query(DONE, [row["exception_id"].item()])
    finally:
        house.close()
    told = told_of(in_money(row).row(0, named=True))
    CONSOLE.print("\n".join(told), markup=False, soft_wrap=True)
    if done.height:
        CONSOLE.print(framed("What people did about it", done))
    return 0


def told_of(row: Mapping[str, object]) -> list[str]:
    """What a row of ``rpt_exceptions`` says by lines, its amounts ``in_money``."""
    known = CODES[str(row["code"])]
    value, age = row["value"], f"{row['age_days']} d"
    worth = f"{value} {row['currency_code']}"
    told = {
        "what is wrong": f"{known.english} {row['detail']}",
        "what to do": known.remedy,
        "owner": row["owner"],
        "value": None if value is None else worth,
        "cause": row["cause_code"],
        "order": row["order_id"],
        "open since": f"{in_utc(row['opened_at'])}, {age}",
        "closed at": None if row["closed_at"] is None else in_utc(row["closed_at"]),
        "rests until": row["snoozed_until_date"] if row["is_snoozed"] else None,
    }
    said = [f"{what}: {text}" for what, text in told.items() if text is not None]
    return [str(row["exception_id"]), *(f"  {line}" for line in said)]


def act(
    name: str, action: str, cells: Mapping[str, str], author: str, at: str = ""
) -> int:
    """Write an action on an open exception.

    Args:
        name: its id, or its subject where only one open exception has it.
        action: NOTE, ASSIGN or SNOOZE.
        cells: column of EXCEPTION_ACTIONS → text; empty ones are left out.
        author: who does it.
        at: when; now when not given.

    Raises:
        CommandError: no such exception is open, a cell would be refused, or it would
            rest too long.
    """
    house = opened(QUEUE)
    try:
        exception_id = _called(house, name)
        by = authorship(house, author, cells.get("remark") or action.lower(), at)
        _refuse_long_rest(house, exception_id, cells.get("snoozed_until", ""), by.at)
        said = {column: text for column, text in cells.items() if text}
        row = {
            "action_ref": f"{by.at:%Y%m%dT%H%M%SZ}-{by.author}-{exception_id}",
            "exception_ref": exception_id,
            "action": action,
            "author": by.author,
            "acted_at": by.at.isoformat(),
        }
        if said.get("owner"):
            _warn_of_stranger(house, said["owner"])
        operators = house.partners[OPERATORS]
        mend = row_mend(operators, EXCEPTION_ACTIONS.name, row | said, by)
        return put(house, mend, by)
    except MendRefusedError as error:
        raise CommandError(str(error)) from error
    finally:
        house.close()


def _warn_of_stranger(house: House, owner: str) -> None:
    """An owner who is no team and never did anything here may be a typing error."""
    acted = house.lake.query(
        "select 1 from lake.bronze.exception_actions where author = $1"
        " union all select 1 from lake.bronze.order_actions where author = $1 limit 1",
        [owner],
    )
    teams = sorted(set(OWNERS.values()))
    if owner not in teams and acted.is_empty():
        CONSOLE.print(
            f"  {owner} is no team and never acted here: it is theirs all the same;"
            f" teams are {', '.join(teams)}",
            soft_wrap=True,
        )


def _refuse_long_rest(
    house: House, exception_id: str, until: str, at: datetime
) -> None:
    """Refuse a date that is over or too far; "" is none."""
    if not until:
        return
    try:
        last = date.fromisoformat(until)
    except ValueError as error:
        raise CommandError(
            f"snoozed_until: {until!r} is no date, 2017-12-29 is"
        ) from error
    today = at.astimezone(ZoneInfo(house.policies.company_zone)).date()
    code = exception_id.partition("/")[0]
    refusal = snooze_refusal(code, last, today, house.policies.snoozes)
    if refusal:
        raise CommandError(refusal)


def _found(house: House, name: str) -> pl.DataFrame:
    """The row of an exception, open or closed."""
    rows = house.lake.query(ONE, [name])
    return rows if rows.height else house.lake.query(ONE, [_called(house, name)])


def _called(house: House, name: str) -> str:
    found = house.lake.query(
        f"select exception_id from lake.{QUEUE} where is_open"  # noqa: S608
        " and (exception_id = $1 or subject = $1) order by exception_id",
        [name],
    )["exception_id"].to_list()
    if name in found:
        return name
    if len(found) > 1:
        raise CommandError(f"{name} has several: name one of {', '.join(found)}")
    if not found:
        raise CommandError(f"no exception {name!r} is open: orderhouse exceptions list")
    return str(found[0])
