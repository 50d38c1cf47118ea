"""A real run reads a mailbox whole: an order, its change, what a warehouse says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchestration.cli.demo import put_in_drop
from orchestration.resources.home import Home
from tests.end_to_end import one_day
from tests.orchestration.test_mailboxes import a_group, a_set
from transforms.contracts.simulation import NamedBytes

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

EVENING = one_day.NOON + timedelta(hours=6)
SHIPPED = "business/PO-7004"
"""An order of the sample that the warehouse was told to ship and has not yet."""


def a_file(partner: str, sender: str, name: str, *groups: list[str]) -> NamedBytes:
    blank = " " * 10
    head = (
        f"ISA*00*{blank}*00*{blank}*ZZ*{sender:15}*ZZ*{'ORDERHOUSE':15}"
        "*171228*1500*U*00401*000000900*0*P*>"
    )
    told = [head, *(text for group in groups for text in group)]
    told.append(f"IEA*{len(groups)}*000000900")
    content = "".join(f"{text}~" for text in told).encode()
    return NamedBytes(partner, name, content, EVENING - timedelta(hours=1))


def orders_and_changes() -> NamedBytes:
    order = a_set(
        "850",
        1,
        "BEG*00*SA*PO-9001**20171228",
        "DTM*004*20171228*0900",
        "N1*ST*Ada Example",
        "N4*Brooklyn*NY*11201*US",
        "PO1*1*2*EA*3.99**VP*100001",
    )
    change = a_set(
        "860",
        1,
        "BCH*04*SA*PO-9001**1*20171228*****20171228",
        "DTM*097*20171228*0930",
        "POC*1*QI*5**EA*3.99**VP*100001",
    )
    groups = (a_group("PC", 1, change), a_group("PO", 2, order))
    name = "PO_20171228T1500_000003.edi"
    return a_file("business", "BIZBUYERS", name, *groups)


def what_the_warehouse_says(instruction: str) -> NamedBytes:
    shipped = a_set(
        "945",
        1,
        f"W06*F*{instruction}*20171228*SHP-21",
        "N1*SF*3PL-HARBOR*92*3PL-HARBOR",
        "G62*11*20171228*W*1415",
        "LX*1",
        "W12*CC*20*20*0*EA**VN*100004",
        "N9*LI*1",
        "W03*20",
    )
    counted = a_set(
        "947",
        1,
        "W15*20171228*ADJ-77",
        "N1*WH*Harbor*92*3PL-HARBOR",
        "W19*AH*-1*EA**VN*100001",
    )
    heard = a_set("997", 1, "AK1*OW*2", "AK2*940*0001", "AK5*A", "AK9*A*1*1*1")
    groups = (
        a_group("SW", 1, shipped),
        a_group("AW", 2, counted),
        a_group("FA", 3, heard),
        a_group("SC", 4, a_set("832", 1, "BCT*PC*X")),
    )
    return a_file("harbor_3pl", "HARBOR3PL", "945_20171228_box.edi", *groups)


def test_every_set_of_a_mailbox_counts_in_the_run_that_reads_it(
    own_played_house: Home,
) -> None:
    home = own_played_house
    told = "select instruction_id from lake.instructions.fulfilment_orders"
    asked = one_day.query(home, f"{told} where order_id = '{SHIPPED}'")
    files = [orders_and_changes(), what_the_warehouse_says(asked.item())]
    put_in_drop(home, files)

    one_day.run(home, EVENING)

    lines = one_day.query(
        home,
        "select order_id, ordered_qty::bigint, shipped_qty::bigint"
        " from lake.decisions.line_buckets where order_id in"
        f" ('business/PO-9001', '{SHIPPED}') order by order_id",
    )
    assert [(SHIPPED, 20, 20), ("business/PO-9001", 5, 0)] == lines.rows()
    shown = one_day.query(
        home,
        "select format, verdict, physical_lines, quarantined_lines"
        " from lake.visibility.rpt_files where received_at >="
        f" '{files[0].received_at.isoformat()}' order by landing_id",
    )
    assert [
        ("x12_850 + x12_860", "ACCEPTED", segments(files[0]), 0),
        ("x12_945 + x12_947 + x12_997", "PARTIAL", segments(files[1]), 3),
    ] == shown.rows()
    receipts = one_day.query(
        home,
        "select file_name, verdict from lake.instructions.file_receipts"
        " order by landing_id desc limit 2",
    )
    assert [(f.name, v) for f, v in zip(files, ("ACCEPTED", "PARTIAL"), strict=True)][
        ::-1
    ] == receipts.rows()
    waiting = one_day.query(
        home,
        "select distinct code from lake.visibility.rpt_quarantine"
        f" where file_name = '{files[1].name}'",
    )
    assert ["UNKNOWN_SET"] == waiting["code"].to_list()


def segments(file: NamedBytes) -> int:
    return file.content.count(b"~")
