"""A partner that is not ours: ``mock-edi`` plays suppliers and buyers, in process.

Our orders go out as bytes, its documents come back as bytes, our formats read
them and our acknowledgements go back. Every behaviour it knows has its row here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest
from mockedi.db import BEHAVIOURS  # type: ignore[import-untyped]
from mockedi.testing import Mock  # type: ignore[import-untyped]

from orchestration.resources.answering import answer_files
from orchestration.resources.house import House
from orchestration.resources.intake import ledger_unread, load_document
from orchestration.resources.partners import Feed, PartnerProfile
from orchestration.resources.reception import land_drop
from tests.orchestration.test_answers import hold_nothing
from transforms.contracts.arrivals import ANSWER_FILES, FILE_RECEIPTS
from transforms.contracts.documents import (
    ACKNOWLEDGEMENTS,
    APPLICATION_ANSWERS,
    SHIP_NOTICES,
    SUPPLIER_INVOICES,
)
from transforms.contracts.profile import Envelope, Parsed, Profile
from transforms.contracts.purchasing import PURCHASE_ORDER_LINES
from transforms.edi.edifact.acknowledgements import (
    acknowledge_payload as answer_edifact,
)
from transforms.edi.edifact.writer import Dialect, Segment
from transforms.edi.edifact.writer import write_interchange as write_edifact
from transforms.feeds import (
    edifact_contrl,
    edifact_desadv,
    edifact_ordrsp,
    x12_810,
    x12_850,
    x12_855,
    x12_856,
    x12_860,
    x12_997,
    x12_ta1,
)
from transforms.instructions.x12_850 import render

NIGHT = datetime(2017, 12, 28, 5, tzinfo=UTC)
CLOCK = "2017-12-28T05:00:00Z"
TESTS = {"accepts_test": "true"}
"""It marks what it sends as tests unless it is told otherwise."""

SUPPLIER = Profile("supplier", interchange_id="MOCKEDI", options=TESTS)
EUROPEAN = Profile(
    "european", interchange_id="MOCKEDI", options=TESTS | {"answers_contrl": "true"}
)
LINE = {
    "po_id": "PO-100",
    "po_line_ref": "1",
    "supplier_id": "supplier",
    "node_id": "DC-EAST",
    "node_name": "DC East",
    "sku_id": "825123",
    "supplier_sku_ref": "WIDGET-001",
    "product_name": "Widget, blue",
    "qty": 100,
    "unit_amount": "12.50",
    "currency_code": "USD",
    "ordered_at": datetime(2017, 12, 28, 3, 30, tzinfo=UTC),
    "requested_on": date(2018, 1, 5),
}
GEAR: dict[str, object] = {
    "po_line_ref": "2",
    "supplier_sku_ref": "GEAR-100",
    "sku_id": "825124",
    "qty": 10,
    "unit_amount": "8.90",
}
FORMATS: Mapping[str, ModuleType] = {
    "997": x12_997,
    "TA1": x12_ta1,
    "855": x12_855,
    "856": x12_856,
    "810": x12_810,
    "850": x12_850,
    "860": x12_860,
    "CONTRL": edifact_contrl,
    "ORDRSP": edifact_ordrsp,
    "DESADV": edifact_desadv,
}
FACTS: Mapping[str, tuple[str, ...]] = {
    "997": ("interchange_ref", "set_ref", "status_code"),
    "TA1": ("interchange_ref", "status_code", "reason"),
    "855": ("answered_ref", "line_ref", "answer_code", "qty", "price_amount"),
    "856": ("po_ref", "po_line_ref", "sku_ref", "shipped_qty", "node_ref"),
    "810": ("po_ref", "po_line_ref", "qty", "line_amount", "invoice_amount"),
    "850": ("order_ref", "line_ref", "sku_ref", "qty", "line_amount"),
    "860": ("action", "order_ref", "line_ref", "line_action", "qty"),
    "CONTRL": ("interchange_ref", "set_ref", "status_code"),
    "ORDRSP": ("answered_ref", "line_ref", "answer_code", "qty", "price_amount"),
    "DESADV": ("po_ref", "po_line_ref", "sku_ref", "shipped_qty", "node_ref"),
}
ACKNOWLEDGED = {"997", "TA1", "CONTRL"}
"""Never answered, or two partners would acknowledge each other for ever."""

Facts = list[tuple[str | None, ...]]


@dataclass(frozen=True)
class Heard:
    """A document of the partner, as our format reads it."""

    code: str
    payload: bytes
    parsed: Parsed

    @property
    def facts(self) -> Facts:
        return self.parsed.rows.select(FACTS[self.code]).rows()


@dataclass
class Talk:
    """Our side of a conversation with one partner."""

    mock: Mock
    profile: Profile
    answered: int = 50
    verdicts: list[str] = field(default_factory=list)

    def hear(self, *, to: str = "ORDERHOUSE") -> list[Heard]:
        """Everything it has for us by now, each document answered."""
        self.mock.advance(everything=True)
        boxed = self.mock.mailbox(partner=to, leave=False)
        return [self._heard(row["code"], row["payload"].encode()) for row in boxed]

    def _heard(self, code: str, payload: bytes) -> Heard:
        self._answer(code, payload)
        if code not in FORMATS:
            return Heard(code, payload, x12_997.parse(b"", self.profile))
        parsed = FORMATS[code].parse(payload, self.profile)
        assert parsed.lines.is_balanced()
        assert parsed.lines.quarantined == parsed.rejects.height
        assert parsed.controls["sender_ref"].unique().to_list() == ["MOCKEDI"]
        return Heard(code, payload, parsed)

    def _answer(self, code: str, payload: bytes) -> None:
        """Our receipt goes back; the partner must find nothing wrong with it."""
        content = self._written(code, payload)
        assert (content is None) is (code in ACKNOWLEDGED)
        if content is None:
            return
        told = clean(self.mock, content)
        assert told["accepted"]
        (verdict,) = told["acknowledged"]
        assert verdict["matched"]
        assert code == verdict["code"]
        self.verdicts.append(verdict["status"])

    def _written(self, code: str, payload: bytes) -> bytes | None:
        self.answered += 1
        if payload.startswith(b"UN"):
            answers = answer_edifact(
                payload,
                self.profile,
                control_no=self.answered,
                at=NIGHT.replace(tzinfo=None),
            )
        else:
            envelope = Envelope(self.profile, self.answered, NIGHT)
            answers = FORMATS[code].answer(payload, envelope)
        assert len(answers) <= 1
        return next(iter(answers), None)


def clean(mock: Mock, content: bytes) -> dict[str, Any]:
    """What the mock makes of a receipt that it must find nothing wrong with."""
    text = content.decode("latin-1")
    (verdict,) = mock.findings(text)
    assert verdict.endswith(": accepted")
    told: dict[str, Any] = mock.send(text)
    return told


def ordered(*changes: Mapping[str, object], control_no: int = 7) -> bytes:
    rows = [LINE | dict(change) for change in changes or ({}, GEAR)]
    frame = pl.DataFrame(rows, schema=PURCHASE_ORDER_LINES.schema)
    return render(frame, Envelope(SUPPLIER, control_no, NIGHT)).content


def without_total(order: bytes) -> bytes:
    """The order without AMT*TT, which stands in 004010 but not in the mock's map."""
    lines = order.decode().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("AMT*")]
    counted = [f"SE*{len(kept) - 4}*0001~\n" if s[:3] == "SE*" else s for s in kept]
    return "".join(counted).encode()


def by_code(heard: list[Heard]) -> dict[str, Facts]:
    facts: dict[str, Facts] = {}
    for one in heard:
        facts.setdefault(one.code, []).extend(one.facts)
    return facts


@contextmanager
def started(**config: str) -> Iterator[Mock]:
    """A mock on a port of its own, its clock held.

    Its answers go out in two writes; without TCP_NODELAY each waits 40 ms.
    """
    with Mock.start(start_at=CLOCK, **config) as mock:
        mock.server.RequestHandlerClass.disable_nagle_algorithm = True
        yield mock


@pytest.fixture(scope="module")
def server() -> Iterator[Mock]:
    with started() as mock:
        yield mock


@pytest.fixture
def mock(server: Mock) -> Mock:
    """A supplier that knows us under our X12 id and nothing else of us."""
    server.reset()
    server.expect("POST", "/_mock/partners", {"id": "ORDERHOUSE"}, status=201)
    return server


@pytest.fixture
def talk(mock: Mock) -> Talk:
    return Talk(mock, SUPPLIER)


@dataclass(frozen=True)
class Told:
    """What must be read of one behaviour: documents, then facts of line 1 and 2."""

    codes: tuple[str, ...] = ("997", "855", "856", "810")
    received: str = "E"
    confirmed: tuple[tuple[str, str], ...] = (("ACCEPTED", "100"), ("ACCEPTED", "10"))
    shipped: tuple[str, ...] = ("100", "10")
    invoiced: tuple[str, ...] = ("1250.00", "89.00")
    total: str = "1339.00"
    verdicts: str = "accepted"


SELLERS = {
    "accept": Told(),
    "short-ship": Told(
        confirmed=(("CHANGED", "80"), ("CHANGED", "8")),
        shipped=("80", "8"),
        invoiced=("1000.00", "71.20"),
        total="1071.20",
    ),
    "over-ship": Told(
        shipped=("130", "13"), invoiced=("1625.00", "115.70"), total="1740.70"
    ),
    "reject-line": Told(
        confirmed=(("ACCEPTED", "100"), ("REJECTED", "0")),
        shipped=("100",),
        invoiced=("1250.00",),
        total="1250.00",
    ),
    "reject-all": Told(
        codes=("997", "855"), confirmed=(("REJECTED", "0"), ("REJECTED", "0"))
    ),
    "no-ack": Told(codes=()),
    "duplicate-invoice": Told(
        codes=("997", "855", "856", "810", "810"),
        invoiced=("1250.00", "89.00") * 2,
    ),
    "strict": Told(codes=("997",), received="R"),
    "out-of-order": Told(codes=("997", "810", "856", "855")),
    "late": Told(),
    "corrupt": Told(confirmed=(), shipped=(), invoiced=(), verdicts="rejected"),
    "reject-ack": Told(codes=("997",), received="R"),
    "no-invoice": Told(codes=("997", "855", "856")),
}
BUYERS = {
    "accept": ["850"],
    "duplicate-order": ["850", "850"],
    "change-after-confirm": ["850", "860"],
    "cancel-late": ["850", "860"],
}
PRICES = ("12.50", "8.90")
SKUS = ("WIDGET-001", "GEAR-100")


def test_every_behaviour_of_the_partner_is_played() -> None:
    assert set(BEHAVIOURS) == SELLERS.keys() | BUYERS.keys()


@pytest.mark.parametrize("behaviour", SELLERS)
def test_what_a_supplier_does_is_what_our_rows_say(behaviour: str, talk: Talk) -> None:
    told = SELLERS[behaviour]
    talk.mock.behaviour("ORDERHOUSE", behaviour)

    talk.mock.send(ordered().decode())
    heard = talk.hear()

    assert told.codes == tuple(one.code for one in heard)
    facts = by_code(heard)
    assert [("7", "0001", told.received)] * ("997" in facts) == facts.get("997", [])
    if "855" in facts:
        assert [
            ("PO-100", str(n), *answer, price)
            for n, (answer, price) in enumerate(
                zip(told.confirmed, PRICES, strict=False), start=1
            )
        ] == facts["855"]
    if "856" in facts:
        assert [
            ("PO-100", str(n), sku, qty, "DC-EAST")
            for n, (sku, qty) in enumerate(
                zip(SKUS, told.shipped, strict=False), start=1
            )
        ] == facts["856"]
    if "810" in facts:
        quantities = told.shipped * told.codes.count("810")
        assert [
            ("PO-100", str(n % 2 + 1), qty, amount, told.total)
            for n, (qty, amount) in enumerate(
                zip(quantities, told.invoiced, strict=True)
            )
        ] == facts["810"]
    assert {told.verdicts} >= set(talk.verdicts)
    assert [] == talk.mock.unacknowledged(older_than=0)


def test_a_late_supplier_is_silent_until_its_hour_is_over(talk: Talk) -> None:
    talk.mock.behaviour("ORDERHOUSE", "late")

    talk.mock.send(ordered().decode())
    waiting = talk.mock.mailbox(partner="ORDERHOUSE")
    talk.mock.advance(seconds=3601)

    assert [] == waiting
    assert "997" == talk.mock.mailbox(partner="ORDERHOUSE")[0]["code"]


def test_an_invoice_sent_twice_has_one_number_in_two_interchanges(talk: Talk) -> None:
    talk.mock.behaviour("ORDERHOUSE", "duplicate-invoice")
    talk.mock.send(ordered().decode())

    first, again = [one.parsed for one in talk.hear() if one.code == "810"]

    assert first.rows.equals(again.rows)
    assert first.controls["control_ref"][0] != again.controls["control_ref"][0]


def test_a_corrupt_document_is_quarantined_whole(talk: Talk) -> None:
    talk.mock.behaviour("ORDERHOUSE", "corrupt")
    talk.mock.send(ordered().decode())

    receipt, *broken = talk.hear()

    assert "ACCEPTED" == receipt.parsed.verdict
    assert ["REJECTED"] * 3 == [one.parsed.verdict for one in broken]
    for one in broken:
        assert {"WRONG_COUNT"} == set(one.parsed.rejects["code"])
        assert "SE01" == one.parsed.rejects["column_name"][-1]


def test_a_document_that_comes_again_has_the_same_control_numbers(talk: Talk) -> None:
    talk.mock.send(ordered().decode())
    first = {one.code: one.parsed.controls for one in talk.hear()}

    for row in talk.mock.outbox():
        talk.mock.expect("POST", f"/_mock/outbox/{row['id']}/resend")
    again = talk.mock.mailbox(partner="ORDERHOUSE", leave=False)

    assert [*first] == [row["code"] for row in again]
    for row in again:
        found = FORMATS[row["code"]].parse(row["payload"].encode(), SUPPLIER).controls
        assert first[row["code"]].equals(found)
        assert ["interchange", "group", "set"] == found["level"].to_list()


def test_all_it_sends_in_one_file_is_read_by_whom_it_concerns(talk: Talk) -> None:
    talk.mock.send(ordered().decode())
    heard = talk.hear()
    whole = b"".join(one.payload for one in heard)
    codes = [one.code for one in heard]

    for one in heard:
        others = "|".join(code for code in codes if code != one.code)
        profile = replace(SUPPLIER, options=TESTS | {"ignores_sets": others})
        found = FORMATS[one.code].parse(whole, profile)
        assert found.lines.is_balanced()
        assert ("ACCEPTED", one.facts) == (
            found.verdict,
            found.rows.select(FACTS[one.code]).rows(),
        )


def test_tests_are_refused_where_the_profile_does_not_say_so(talk: Talk) -> None:
    live = Profile("supplier", interchange_id="MOCKEDI")
    talk.mock.send(ordered().decode())

    for one in talk.hear():
        assert "REJECTED" == FORMATS[one.code].parse(one.payload, live).verdict
    talk.mock.partner("ORDERHOUSE", test=0)
    talk.mock.send(ordered({"po_id": "PO-101"}, control_no=8).decode())
    assert ["ACCEPTED"] * 4 == [
        FORMATS[one.code].parse(one.payload, live).verdict for one in talk.hear()
    ]


@pytest.mark.parametrize("behaviour", ["accept", "strict"])
def test_our_order_without_its_total_is_flawless_to_it(
    behaviour: str, talk: Talk
) -> None:
    talk.mock.behaviour("ORDERHOUSE", behaviour)
    order = without_total(ordered()).decode()

    found = talk.mock.findings(order)
    talk.mock.send(order)

    assert ["850/0001: accepted"] == found
    assert [("7", "0001", "A")] == by_code(talk.hear())["997"]


def test_all_it_has_against_our_order_is_a_total_it_does_not_know(talk: Talk) -> None:
    talk.mock.send(ordered().decode())

    (receipt, *_) = talk.hear()

    assert ["AK3*AMT*12**1 AK5*E*5"] == receipt.parsed.rows["reason"].to_list()


def test_each_order_of_a_file_is_answered_by_its_number(talk: Talk) -> None:
    talk.mock.send(ordered({}, GEAR, GEAR | {"po_id": "PO-101"}).decode())

    facts = by_code(talk.hear())

    assert [("7", "0001", "E"), ("7", "0002", "E")] == facts["997"]
    for code in ("855", "856", "810"):
        refs = [row[:2] for row in facts[code]]
        assert [("PO-100", "1"), ("PO-100", "2"), ("PO-101", "2")] == refs


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize("qualifier", ["ZZ", "01"])
def test_its_versions_and_qualifiers_are_read(
    version: str, qualifier: str, talk: Talk
) -> None:
    talk.mock.partner("ORDERHOUSE", version=version, qualifier=qualifier)
    talk.mock.send(ordered().decode())

    heard = talk.hear()

    assert ["997", "855", "856", "810"] == [one.code for one in heard]
    assert {"ACCEPTED"} == {one.parsed.verdict for one in heard}
    assert all(f"*X*{version}".encode() in one.payload for one in heard)
    assert ["accepted"] * 3 == talk.verdicts


@pytest.mark.parametrize(
    ("change", "answer", "reason"),
    [
        ({"unit_amount": "12.00"}, ("CHANGED", "100", "12.50"), "the order said 12.00"),
        ({"supplier_sku_ref": "NO-SUCH"}, ("REJECTED", "0", "12.50"), "not in the cat"),
        (
            {"supplier_sku_ref": "PANEL-A3", "unit_amount": "124.50"},
            ("CHANGED", "35", "124.50"),
            "65 to follow on 2017-12-30",
        ),
    ],
)
def test_a_line_it_disagrees_with_says_so(
    change: dict[str, object], answer: tuple[str, ...], reason: str, talk: Talk
) -> None:
    talk.mock.send(ordered(change).decode())

    (response,) = [one for one in talk.hear() if one.code == "855"]

    assert [("PO-100", "1", *answer)] == response.facts
    assert reason in response.parsed.rows["reason"][0]


def test_what_was_out_of_stock_comes_in_a_notice_and_an_invoice_of_its_own(
    talk: Talk,
) -> None:
    panel = {"supplier_sku_ref": "PANEL-A3", "unit_amount": "124.50"}
    talk.mock.send(ordered(panel).decode())

    heard = talk.hear() + talk.hear()

    facts = by_code(heard)
    assert ["35", "65"] == [row[3] for row in facts["856"]]
    assert ["35", "65"] == [row[2] for row in facts["810"]]
    for column, code in (("notice_ref", "856"), ("invoice_ref", "810")):
        refs = {one.parsed.rows[column][0] for one in heard if one.code == code}
        assert 2 == len(refs)


def test_a_line_without_any_stock_is_backordered_with_its_day(talk: Talk) -> None:
    stock = talk.mock.server.mock.conn
    stock.execute("update catalog set in_stock = 0 where sku = 'WIDGET-001'")
    stock.commit()
    talk.mock.send(ordered().decode())

    facts = by_code(talk.hear())

    assert ("PO-100", "1", "BACKORDERED", "0", "12.50") == facts["855"][0]
    assert ("PO-100", "2", "ACCEPTED", "10", "8.90") == facts["855"][1]
    assert ["10", "100"] == [row[3] for row in facts["856"]]


def test_the_same_order_twice_is_refused_in_a_ta1(talk: Talk) -> None:
    order = ordered().decode()
    talk.mock.send(order)
    before = [one.code for one in talk.hear()]

    talk.mock.send(order)
    (refused,) = talk.hear()

    assert ["997", "855", "856", "810"] == before
    assert [("7", "R", "025")] == refused.facts


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("SA*PO-100**20171228", "SA*PO-100**20171399", "AK3*BEG*2**8 AK4*5*373*8"),
        ("SA*PO-100**20171228", "SA***20171228", "AK3*BEG*2**8 AK4*3*324*1"),
        ("PO1*1*100*EA", "PO1*1*many*EA", "AK3*PO1*7*PO1*8 AK4*2*330*6"),
        ("SE*12*0001", "SE*14*0001", "AK5*R*4"),
        ("SE*12*0001", "SE*12*0002", "AK5*R*3"),
    ],
)
def test_an_order_with_a_fault_comes_back_with_its_place(
    old: str, new: str, reason: str, talk: Talk
) -> None:
    good = without_total(ordered()).decode()
    assert 1 == good.count(old)

    talk.mock.behaviour("ORDERHOUSE", "strict")
    talk.mock.send(good.replace(old, new))
    (receipt,) = talk.hear()

    assert [("7", "0001", "R")] == receipt.facts
    assert reason in receipt.parsed.rows["reason"][0]


@pytest.mark.parametrize("behaviour", BUYERS)
def test_what_a_buyer_sends_and_sends_after_it(behaviour: str) -> None:
    """Two mocks trade; we read what the buyer sends and acknowledge it."""
    profile = Profile(
        "buyer",
        interchange_id="MOCKEDI",
        our_interchange_id="NORTHWIND",
        options=TESTS,
    )
    with (
        started() as buyer,
        started(as2_id="NORTHWIND") as seller,
    ):
        seller.expect("POST", "/_mock/partners", {"id": "MOCKEDI"}, status=201)
        buyer.behaviour("NORTHWIND", behaviour)
        lines = [{"sku": "WIDGET-001", "quantity": "100", "price": "12.50"}]
        wanted = {"partner": "NORTHWIND", "po_number": "PO-500", "lines": lines}
        buyer.expect("POST", "/_mock/purchase", wanted, status=201)
        talk = Talk(buyer, profile, answered=900)
        heard: list[Heard] = []
        for _ in range(3):
            fresh = talk.hear(to="NORTHWIND")
            heard += fresh
            for one in fresh:
                seller.send(one.payload.decode())
            seller.advance(everything=True)
            for row in seller.mailbox(partner="MOCKEDI", leave=False):
                if row["code"] != "997":
                    buyer.send(row["payload"])

    assert BUYERS[behaviour] == [one.code for one in heard if one.code != "997"]
    facts = by_code(heard)
    assert {("PO-500", "1", "WIDGET-001", "100", "1250.00")} == set(facts["850"])
    changes = {
        "change-after-confirm": [("change", "PO-500", "1", "change", "50")],
        "cancel-late": [("cancel", "PO-500", None, None, None)],
    }
    assert changes.get(behaviour, []) == facts.get("860", [])
    assert {"A"} == {row[2] for row in facts["997"]}
    assert {"accepted"} == set(talk.verdicts)


ORDERS: list[Segment] = [
    ["BGM", "220", "PO-100", "9"],
    ["DTM", ["137", "20171228", "102"]],
    ["DTM", ["2", "20180105", "102"]],
    ["NAD", "BY", ["ORDERHOUSE", "", "91"]],
    ["NAD", "SU", ["MOCKEDI", "", "91"]],
    ["NAD", "DP", ["DC-EAST", "", "91"], "", "Rock'n+Soul: DC?"],
    ["CUX", ["2", "EUR", "9"]],
    ["LIN", "1", "", ["WIDGET-001", "SA"]],
    ["QTY", ["21", "100", "PCE"]],
    ["PRI", ["AAA", "12.50"]],
    ["LIN", "2", "", ["GEAR-100", "SA"]],
    ["QTY", ["21", "10", "PCE"]],
    ["PRI", ["AAA", "8.90"]],
    ["UNS", "S"],
    ["CNT", ["2", "2"]],
]
EVERY = ("CONTRL", "ORDRSP", "DESADV", "INVOIC")
WHOLE = (("1", "ACCEPTED", "100"), ("2", "ACCEPTED", "10"))
Answer = tuple[str, str, str]
SPOKEN: dict[str, tuple[tuple[str, ...], tuple[Answer, ...], tuple[str, ...]]] = {
    "accept": (EVERY, WHOLE, ("100", "10")),
    "strict": (EVERY, WHOLE, ("100", "10")),
    "late": (EVERY, WHOLE, ("100", "10")),
    "over-ship": (EVERY, WHOLE, ("130", "13")),
    "short-ship": (
        EVERY,
        (
            ("1", "CHANGED", "80"),
            ("1", "BACKORDERED", "20"),
            ("2", "CHANGED", "8"),
            ("2", "BACKORDERED", "2"),
        ),
        ("80", "8"),
    ),
    # It writes QTY 83 for a line it dropped, and says so in prose alone.
    "reject-line": (EVERY, (WHOLE[0], ("2", "BACKORDERED", "10")), ("100",)),
    "reject-all": (
        ("CONTRL", "ORDRSP"),
        (("1", "REJECTED", "0"), ("2", "REJECTED", "0")),
        (),
    ),
    "no-invoice": (("CONTRL", "ORDRSP", "DESADV"), WHOLE, ("100", "10")),
    "duplicate-invoice": ((*EVERY, "INVOIC"), WHOLE, ("100", "10")),
    "out-of-order": (("CONTRL", "INVOIC", "DESADV", "ORDRSP"), WHOLE, ("100", "10")),
    "corrupt": (EVERY, (), ()),
    "reject-ack": (("CONTRL",), (), ()),
    "no-ack": ((), (), ()),
}


def spoken(*, syntax: str = "UNOC") -> str:
    dialect = Dialect(syntax=syntax, sender_qualifier="14", receiver_qualifier="14")
    return write_edifact(
        [("ORDERS:D:96A:UN", ORDERS)],
        sender="ORDERHOUSE",
        receiver="MOCKEDI",
        control_no=7,
        at=NIGHT.replace(tzinfo=None),
        dialect=dialect,
    ).decode()


@pytest.fixture
def european(mock: Mock) -> Talk:
    mock.partner("ORDERHOUSE", dialect="EDIFACT", version="D:96A:UN", qualifier="14")
    return Talk(mock, EUROPEAN)


@pytest.mark.parametrize("behaviour", SPOKEN)
def test_the_same_supplier_in_edifact(behaviour: str, european: Talk) -> None:
    codes, confirmed, shipped = SPOKEN[behaviour]
    european.mock.behaviour("ORDERHOUSE", behaviour)

    found = european.mock.findings(spoken())
    european.mock.send(spoken())
    heard = european.hear()

    assert ["ORDERS/1: accepted"] == found
    assert codes == tuple(one.code for one in heard)
    facts = by_code([one for one in heard if one.code != "INVOIC"])
    status = "R" if behaviour == "reject-ack" else "A"
    assert [("7", "1", status)] * bool(codes) == facts.get("CONTRL", [])[:1]
    prices = dict(zip("12", PRICES, strict=True))
    assert [("PO-100", *answer, prices[answer[0]]) for answer in confirmed] == (
        facts.get("ORDRSP", [])
    )
    assert [
        ("PO-100", str(n), sku, qty, "DC-EAST")
        for n, (sku, qty) in enumerate(zip(SKUS, shipped, strict=False), start=1)
    ] == facts.get("DESADV", [])


def test_our_contrl_tells_it_which_of_its_messages_we_do_not_take(
    european: Talk,
) -> None:
    european.mock.send(spoken())

    heard = european.hear()

    assert [*EVERY] == [one.code for one in heard]
    assert ["accepted", "accepted", "rejected"] == european.verdicts


@pytest.mark.parametrize("syntax", ["UNOA", "UNOB", "UNOC", "UNOY"])
def test_what_it_spells_in_other_character_sets_is_read(
    syntax: str, european: Talk
) -> None:
    european.mock.partner("ORDERHOUSE", syntax=syntax)
    european.mock.send(spoken(syntax="UNOB"))

    heard = european.hear()

    assert all(f"UNB+{syntax}".encode() in one.payload for one in heard)
    assert {"ACCEPTED"} == {one.parsed.verdict for one in heard if one.code in FORMATS}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("QTY+21:100:PCE", "QTY+21:many:PCE", "UCM 37, UCS 10 12, UCD 37 2:2"),
        ("BGM+220+PO-100+9'", "", "UCM 29 UNT, UCS 16 13"),
        ("UNT+17+1'", "UNT+18+1'", "UCM 29 UNT"),
        ("UNT+17+1'", "UNT+17+9'", "UCM 28 UNT"),
    ],
)
def test_an_orders_with_a_fault_comes_back_with_its_place(
    old: str, new: str, reason: str, european: Talk
) -> None:
    assert 1 == spoken().count(old)

    european.mock.send(spoken().replace(old, new))
    (receipt,) = european.hear()

    # The interchange itself was in order: only its one message was not.
    assert [("7", "1", "R"), ("7", "7", "P")] == receipt.facts
    assert reason == receipt.parsed.rows["reason"][0]


def test_the_same_orders_twice_is_refused_by_interchange(european: Talk) -> None:
    european.mock.send(spoken())
    european.hear()

    european.mock.send(spoken())
    (refused,) = european.hear()

    assert [("7", "7", "R")] == refused.facts
    assert "26" in refused.parsed.rows["reason"][0]


PATTERNS = {"997": "x12_997", "855": "x12_855", "856": "x12_856", "810": "x12_810"}
DOCUMENTS = (ACKNOWLEDGEMENTS, APPLICATION_ANSWERS, SHIP_NOTICES, SUPPLIER_INVOICES)
HOUSE_SUPPLIER = PartnerProfile(
    partner_id="supplier",
    display_name="Supplier",
    role="3pl",
    owner="team:purchasing",
    interchange_id="MOCKEDI",
    answers="x12",
    options=TESTS,
    feeds=tuple(
        Feed(name=f"feed_{code}", format=name, pattern=f"{code}_*.edi")
        for code, name in PATTERNS.items()
    ),
)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house of this one supplier, with the run of a night begun."""
    monkeypatch.setenv("ORDERHOUSE_VAULT_KEY", "11" * 32)
    opened = House.open(tmp_path / "house")
    opened.partners = {"supplier": HOUSE_SUPPLIER}
    opened.begin(NIGHT)
    hold_nothing(opened)
    yield opened
    opened.close()


def dropped(house: House, files: Mapping[str, str]) -> None:
    """Put files of the supplier into the drop, come an hour before the run."""
    folder = house.home.drop / "supplier"
    folder.mkdir(parents=True)
    seconds = (NIGHT - timedelta(hours=1)).timestamp()
    for name, text in files.items():
        (folder / name).write_text(text)
        os.utime(folder / name, (seconds, seconds))


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_house_answers_each_of_its_files_once(house: House, mock: Mock) -> None:
    mock.send(ordered().decode())
    mock.advance(everything=True)
    boxed = mock.mailbox(partner="ORDERHOUSE", leave=False)
    dropped(house, {f"{x['code']}_{x['control']}.edi": x["payload"] for x in boxed})

    verdicts = {a.file_name: a.verdict for a in land_drop(house, HOUSE_SUPPLIER)}
    for table in DOCUMENTS:
        load_document(house, table, lambda _: None)
    ledger_unread(house)
    answered = answer_files(house, HOUSE_SUPPLIER)

    assert 4 == answered == len(verdicts)
    loaded = [house.lake.count(f"bronze.{table.name}") for table in DOCUMENTS]
    assert [1, 2, 2, 2] == loaded
    receipts = house.lake.read(FILE_RECEIPTS).sort("file_name")
    assert ["810_4.edi", "855_2.edi", "856_3.edi", "997_1.edi"] == (
        receipts["file_name"].to_list()
    )
    assert {"ACCEPTED"} == set(receipts["verdict"])
    wired = receipts["receipt_name"].to_list()
    assert 3 == len(set(wired[:3]) - {None})
    assert wired[3] is None
    sent = house.lake.read(ANSWER_FILES)
    assert {"wire"} == set(sent["kind"])
    assert sorted(wired[:3]) == sorted(sent["file_name"])
    acknowledged = [
        verdict
        for sha256 in sent["sha256"]
        for verdict in clean(mock, house.outbox.read(sha256))["acknowledged"]
    ]
    assert ["810", "855", "856"] == sorted(one["code"] for one in acknowledged)
    assert {("accepted", True)} == {(v["status"], v["matched"]) for v in acknowledged}
    assert [] == mock.unacknowledged(older_than=0)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_file_that_comes_again_is_refused_on_the_wire(
    house: House, mock: Mock
) -> None:
    mock.send(ordered().decode())
    mock.advance(everything=True)
    (payload,) = (
        row["payload"]
        for row in mock.mailbox(partner="ORDERHOUSE", leave=False)
        if row["code"] == "855"
    )
    dropped(house, dict.fromkeys(("855_1.edi", "855_2.edi"), payload))

    land_drop(house, HOUSE_SUPPLIER)
    load_document(house, APPLICATION_ANSWERS, lambda _: None)
    ledger_unread(house)
    answer_files(house, HOUSE_SUPPLIER)

    receipts = house.lake.read(FILE_RECEIPTS).sort("file_name")
    assert ["ACCEPTED", "DUPLICATE"] == receipts["verdict"].to_list()
    sent = {
        row["file_name"]: house.outbox.read(row["sha256"])
        for row in house.lake.read(ANSWER_FILES).iter_rows(named=True)
    }
    first, copy = (sent.pop(name) for name in receipts["receipt_name"])
    assert {} == sent
    assert b"AK5*A" in first
    assert b"AK5" not in copy
    assert b"*R*025" in copy


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_before_it_is_live_a_partner_is_answered_as_in_earnest(
    house: House, mock: Mock
) -> None:
    early = HOUSE_SUPPLIER.model_copy(
        update={"live_from": date(2018, 2, 1), "options": {}}
    )
    house.partners = {"supplier": early}
    mock.send(ordered().decode())
    mock.advance(everything=True)
    boxed = mock.mailbox(partner="ORDERHOUSE", leave=False)
    dropped(house, {f"{x['code']}_1.edi": x["payload"] for x in boxed})

    land_drop(house, early)
    for table in DOCUMENTS:
        load_document(house, table, lambda _: None)
    ledger_unread(house)
    answer_files(house, early)

    receipts = house.lake.read(FILE_RECEIPTS).sort("file_name")
    assert {("TEST", 0)} == set(receipts.select("verdict", "errors").iter_rows())
    sent = [house.outbox.read(x) for x in house.lake.read(ANSWER_FILES)["sha256"]]
    assert [1, 1, 1] == [content.count(b"AK5*A") for content in sent]
    assert [0] * 4 == [house.lake.count(f"bronze.{table.name}") for table in DOCUMENTS]
