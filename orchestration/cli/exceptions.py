"""``orderhouse exceptions``: the queue, and what people do about it.

An action is a document in the operators' drop; the next run shows it. Nobody closes
an exception: the data do. Not here: what an action changes (``rpt_exceptions``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.known_names import refuse_unknown_holder
from orchestration.cli.mend import authorship, put
from orchestration.cli.quarantine import MOST_ROWS, grid, opened
from orchestration.resources.house import House
from orchestration.resources.mending import MendRefusedError, row_mend
from transforms.contracts.documents import EXCEPTION_ACTIONS
from transforms.contracts.profile import OPERATORS
from transforms.reconciliation.owners import OWNERS
from transforms.reconciliation.snoozes import snooze_refusal

QUEUE = "visibility.rpt_exceptions"

LISTED = """
    select exception_id, owner, age_days || ' d' as age,
        coalesce(printf('%.2f ', value_minor / 100) || currency_code, '') as value,
        detail, concat_ws('; ', if(is_snoozed, 'until ' || snoozed_until_date, null),
            remark || ' (' || noted_by || ')') as note
    from lake.visibility.rpt_exceptions
    where is_open and ($1 or not is_snoozed)
        and ($2 = '' or owner = $2) and ($3 = '' or code = $3)
    order by coalesce(value_minor, 0) * (age_days + 1) desc, opened_at, exception_id
"""


def list_open(owner: str = "", code: str = "", *, is_all: bool = False) -> int:
    """Print open exceptions in the order of the page; what rests only when asked.

    Raises:
        CommandError: nothing was ever of that owner, or there is no such code.
    """
    house = opened(QUEUE)
    try:
        refuse_unknown_holder(house.lake, owner, code)
        rows = house.lake.query(LISTED, [is_all, owner, code])
    finally:
        house.close()
    if rows.is_empty():
        CONSOLE.print("nothing is open")
        return 0
    shown = grid(f"{rows.height:,} open", *rows.columns)
    for row in rows.head(MOST_ROWS).iter_rows():
        shown.add_row(*(str(cell) for cell in row))
    if rows.height > MOST_ROWS:
        shown.caption = f"the first {MOST_ROWS}"
    CONSOLE.print(shown)
    return 0


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
