"""What a node could not read, or never heard of, is told again or goes elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchestration.cli.corrections import correct
from orchestration.cli.demo import put_in_drop
from orchestration.cli.failures import CommandError
from orchestration.cli.outgoing import resend_file
from orchestration.cli.withdrawals import withdraw
from orchestration.resources.home import Home
from tests.end_to_end import one_day
from transforms.contracts.simulation import NamedBytes

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

NIGHT = one_day.NOON + timedelta(hours=16)
LATER = NIGHT + timedelta(hours=2)
LEFT = NIGHT + timedelta(hours=1)
REFUSED = NamedBytes(
    "harbor_3pl",
    "997_20171229.edi",
    b"ISA*00*          *00*          *ZZ*HARBOR3PL      *ZZ*ORDERHOUSE     "
    b"*171228*2000*U*00401*000000096*0*P*>~"
    b"GS*FA*HARBOR3PL*ORDERHOUSE*20171228*2000*96*X*004010~"
    b"ST*997*0001~AK1*OW*2~AK2*940*0001~AK3*W05*1**8~AK4*2**6~AK5*R*5~"
    b"AK9*R*1*1*0~SE*8*0001~GE*1*96~IEA*1*000000096~",
    NIGHT - timedelta(hours=1),
)
UNREAD, SILENT = "harbor_3pl/940_000000002.edi", "own_dcs/pick_list_000000002.csv"
TOLD = """
    select instruction_id, partner_id, order_id, state, open_qty, file_name
    from lake.visibility.rpt_instructions
    where partner_id || '/' || file_name = $1 order by instruction_id
"""
ANEW = """
    select distinct i.order_id
    from lake.visibility.rpt_instructions as i
    where not i.is_closed and i.released_at = $1
"""


def test_what_nobody_read_is_told_again_or_goes_elsewhere(
    own_played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = own_played_house
    monkeypatch.setenv("ORDERHOUSE_HOME", str(home.root))
    put_in_drop(home, [REFUSED])
    one_day.run(home, NIGHT)
    unread = one_day.query(home, TOLD, [UNREAD]).row(0, named=True)
    silent = one_day.query(home, TOLD, [SILENT])
    at = LEFT.isoformat()

    refuse_to_withdraw(at)
    with pytest.raises(CommandError, match="stands alone"):
        correct(UNREAD, {"again": "yes", "service_code": "STANDARD"}, "ann", "both")
    correct(UNREAD, {"again": "yes"}, "ann", "their map is mended", at)
    withdraw(SILENT, "ann", "the shelf is empty, they say", "east-desk", at)
    refuse_to_resend(SILENT)
    one_day.run(home, LATER)
    refuse_to_resend(SILENT)

    again = one_day.query(
        home,
        "select state, open_qty, file_name from lake.visibility.rpt_instructions"
        " where instruction_id = $1",
        [unread["instruction_id"]],
    ).row(0, named=True)
    assert "REJECTED" == unread["state"]
    assert ("SENT", unread["open_qty"]) == (again["state"], again["open_qty"])
    sent = one_day.outbox(home)[f"harbor_3pl/{again['file_name']}"].decode()
    assert f"W05*N*{unread['instruction_id']}*" in sent
    assert "N9*X9*" not in sent

    assert {"SENT"} == set(silent["state"])
    given_up = one_day.query(home, TOLD, [SILENT])
    assert {("CANCELLED", 0)} == set(given_up.select("state", "open_qty").rows())
    assert [] == refusals(home)
    assert_sourced_anew(home, set(silent["order_id"]))
    files = one_day.query(
        home,
        "select partner_id || '/' || file_name as file, state"
        " from lake.visibility.rpt_outbox_files",
    )
    states = dict(files.iter_rows())
    assert ("RECONCILED", "RECONCILED") == (states[UNREAD], states[SILENT])


def assert_sourced_anew(home: Home, orders: set[str]) -> None:
    elsewhere = one_day.query(home, ANEW, [LATER])["order_id"]
    waits = one_day.query(
        home,
        "select distinct l.order_id from lake.decisions.line_buckets as b"
        " inner join lake.gold.fct_order_lines as l using (line_id)"
        " where b.backordered_qty > 0",
    )["order_id"]
    assert orders <= {*elsewhere, *waits}
    assert orders & set(elsewhere)


def refuse_to_withdraw(at: str) -> None:
    with pytest.raises(CommandError, match="may work on"):
        withdraw("harbor_3pl/940_000000001.edi", "ann", "a guess", "bob", at)
    with pytest.raises(CommandError, match="--unread-confirmed-by NAME"):
        withdraw(SILENT, "ann", "silent", at=at)


def refuse_to_resend(file: str) -> None:
    with pytest.raises(CommandError, match="were taken back"):
        resend_file(file, "bob", "they ask for it")


def refusals(home: Home) -> list[tuple[object, ...]]:
    """What the run of LATER makes its nodes refuse: they refused nothing."""
    return one_day.query(
        home,
        "select exception_id from lake.decisions.exceptions"
        " where code = 'REFUSED' and opened_at = $1",
        [LATER],
    ).rows()


def test_what_is_taken_back_cannot_be_taken_back_again(
    own_played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(own_played_house.root))
    with pytest.raises(CommandError, match="may work on"):
        withdraw(SILENT, "ann", "not yet overdue")
    with pytest.raises(CommandError, match="no instruction"):
        withdraw("FO-9", "ann", "which?")
