"""What a node is asked to give back, as it and others read it."""

import io
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from pyx12.x12file import X12Reader

from transforms.contracts.decisions import CANCEL_REQUESTS
from transforms.contracts.profile import Envelope, Profile
from transforms.edi.documents import syntax_findings
from transforms.edi.envelopes import open_envelopes
from transforms.edi.sets import SHIPPING_ORDER
from transforms.instructions import csv_cancellations, x12_940_cancellations

AT = datetime(2017, 12, 28, 17, tzinfo=UTC)
ENVELOPE = Envelope(
    Profile("harbor_3pl", zone="America/New_York", interchange_id="HARBOR3PL"), 9, AT
)
REQUEST: dict[str, Any] = {
    "request_id": "CR-1",
    "instruction_id": "FO-2",
    "instruction_line_ref": "1",
    "partner_id": "harbor_3pl",
    "node_id": "3PL-HARBOR",
    "order_id": "web_shop/1001",
    "line_id": "web_shop/1001/1",
    "sku_id": "825123",
    "qty": 2,
    "reason_code": "CUSTOMER_REQUEST",
    "event_id": "e",
    "requested_at": AT,
    "run_id": "r",
}


def requests(*said: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([REQUEST | one for one in said], schema=CANCEL_REQUESTS.schema)


def test_a_940_asks_back_what_an_instruction_asked_for() -> None:
    second = {"request_id": "CR-2", "instruction_line_ref": "10", "qty": 1}

    payload = x12_940_cancellations.render(requests(second, {}), ENVELOPE)

    text = payload.content.decode().replace("~", "")
    assert [
        "W05*F*FO-2",
        "N1*WH*3PL-HARBOR*92*3PL-HARBOR",
        "N9*OQ*web_shop/1001",
        "N9*CR*CR-1",
        "N9*CR*CR-2",
        "G62*10*20171228",
        "W66*PP*M",
        "LX*1",
        "W01*2*EA**VN*825123",
        "N9*LI*1",
        "LX*2",
        "W01*1*EA**VN*825123",
        "N9*LI*10",
        "W76*3",
    ] == text.splitlines()[3:-3]
    assert ("940_000000009.edi", 3) == (payload.name, payload.unit_count)


def test_others_read_it_and_it_keeps_the_map_of_a_940() -> None:
    payload = x12_940_cancellations.render(requests({}), ENVELOPE)

    reader = X12Reader(io.StringIO(payload.content.decode().replace("\n", "")))
    assert [*reader]
    assert [] == reader.pop_errors()
    opened = open_envelopes(payload.content)
    assert {} == syntax_findings(opened.sets, SHIPPING_ORDER)


def test_a_csv_node_reads_a_line_a_request() -> None:
    payload = csv_cancellations.render(requests({}), ENVELOPE)

    assert payload.content.decode() == (
        "control_no,request_id,instruction_id,instruction_line_ref,node_id,order_id,"
        "sku_id,qty,reason_code,requested_at\n"
        "9,CR-1,FO-2,1,3PL-HARBOR,web_shop/1001,825123,2,CUSTOMER_REQUEST,"
        "2017-12-28T17:00:00Z\n"
    )


def test_an_instruction_that_x12_cannot_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="instruction_id"):
        x12_940_cancellations.render(requests({"instruction_id": "A*B"}), ENVELOPE)
