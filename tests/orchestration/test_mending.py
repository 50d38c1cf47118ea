"""Mends are documents: their format reads them before they lie in the drop."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.resources.home import Home
from orchestration.resources.mending import (
    Authorship,
    MendRefusedError,
    Place,
    corrected,
    deliver,
    is_mend,
    line_mend,
    lines_mended,
    row_mend,
    with_the_order,
)
from orchestration.resources.partners import Feed, PartnerProfile, partners

AT = datetime(2017, 12, 28, 15, tzinfo=UTC)
BY = Authorship("Ana", "Harbor calls it HB-1", AT)
ALIAS = {
    "alias_ref": "HB-1",
    "alias_kind": "VENDOR",
    "sku_ref": "100005",
    "eaches": "12",
    "valid_from": "2017-12-01",
}
RECEIPTS = (
    b"node_ref,receipt_ref,line_ref,po_ref,sku_ref,qty,stock_status,received_on\n"
    b'DC-EAST,"R,1",1,,100005,many,AVAILABLE,2017-12-28\n'
)
PLACE = Place("0123456789abcdef" * 4, 2)


def test_a_row_says_who_wrote_it_why_and_when() -> None:
    mend = row_mend(partners()["operators"], "sku_aliases", ALIAS, BY)
    head, row = mend.content.decode().splitlines()

    assert "sku_aliases_20171228T150000_ana_2f0858fe.csv" == mend.file_name
    assert head.endswith("updated_at,mended_by,mend_reason")
    assert row.endswith("2017-12-28T15:00:00+00:00,Ana,Harbor calls it HB-1")
    assert ["12"] == mend.parsed.rows["eaches"].to_list()


def test_no_name_of_a_file_tells_how_somebody_is_reached() -> None:
    by = Authorship("Ana", "call jane@x.example or +1 555-123 4567 of PO 8089", AT)

    row = row_mend(partners()["operators"], "sku_aliases", ALIAS, by)

    assert "ana_call-or-of-po-8089" == by.signature
    assert not {"jane", "555", "call"} & set(re.split("[_.-]", row.file_name))
    assert "jane@x.example" in row.content.decode()


def test_a_reason_in_any_language_is_kept_in_the_file() -> None:
    by = Authorship("Ana", "箱装名称", AT)

    mend = row_mend(partners()["operators"], "sku_aliases", ALIAS, by)

    assert mend.file_name.isascii()
    assert "箱装名称" in mend.content.decode()


@pytest.mark.parametrize(
    ("document", "cells", "why"),
    [
        ("sku_aliases", ALIAS | {"eaches": "a dozen"}, "^eaches: "),
        ("sku_aliases", ALIAS | {"each": "12"}, "no column each; it has used_by"),
        ("orders", {}, "operators send no 'orders'; they send order_actions, "),
    ],
)
def test_a_row_that_would_not_be_read_is_refused(
    document: str, cells: dict[str, str], why: str
) -> None:
    with pytest.raises(MendRefusedError, match=why):
        row_mend(partners()["operators"], document, cells, BY)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (Authorship("", "why", AT), "no author: --author NAME says who does it"),
        (Authorship("Ana", " ", AT), "no reason: --reason TEXT says why"),
    ],
)
def test_an_action_has_an_author_and_a_reason(by: Authorship, said: str) -> None:
    with pytest.raises(MendRefusedError, match=said):
        row_mend(partners()["operators"], "sku_aliases", ALIAS, by)


def test_a_corrected_line_goes_out_in_its_senders_name_and_names_its_place() -> None:
    own = partners()["own_dcs"]
    feed = own.feed_of("receipts_20171228.csv")
    assert feed is not None

    content = corrected(RECEIPTS, PLACE.line, {"qty": "9"}, BY)
    mend = line_mend(own, feed, PLACE, content, BY)

    assert "own_dcs" == mend.partner_id
    assert "receipts_mend-0123456789ab-2_ana_harbor-calls-it-hb-1.csv" == mend.file_name
    assert [("R,1", "9")] == mend.parsed.rows.select("receipt_ref", "qty").rows()


SPANISH = PartnerProfile(
    partner_id="lonja",
    display_name="Lonja Ejemplo",
    role="channel",
    owner="team:sales",
    feeds=(
        Feed(
            name="orders",
            format="mapped_orders",
            pattern="pedidos_*.csv",
            options={
                "column.order_ref": "N\u00ba pedido",
                "column.ordered_at": "Fecha",
                "column.sku_ref": "Art\u00edculo",
                "column.qty": "Cantidad",
                "column.line_amount": "Importe",
                "column.product_name": "Descripci\u00f3n",
                "constant.payment_status": "paid",
                "delimiter": ";",
                "encoding": "latin-1",
            },
        ),
    ),
)
PEDIDO = (
    "N\u00ba pedido;Fecha;Art\u00edculo;Descripci\u00f3n;Cantidad;Importe\r\n"
    "A-1;2017-12-28;825123;Jam\u00f3n;dos;9.90\r\n"
).encode("latin-1")


@pytest.mark.parametrize(
    ("reason", "start"),
    [("por tel\u00e9fono", b"N\xba pedido"), ("箱装", b"\xef\xbb\xbf")],
)
def test_a_line_is_mended_in_its_senders_own_encoding_or_marked_as_utf_8(
    reason: str, start: bytes
) -> None:
    by, feed = Authorship("Ana", reason, AT), SPANISH.feeds[0]

    content = corrected(
        PEDIDO, 2, {"N\u00ba pedido": "A-\u00f1", "Cantidad": "2"}, by, "latin-1"
    )
    mend = line_mend(SPANISH, feed, PLACE, content, by)

    assert content.startswith(start)
    row = mend.parsed.rows.select("order_ref", "product_name", "qty").row(0)
    assert ("A-\u00f1", "Jam\u00f3n", "2") == row


def test_lines_of_an_order_are_found_in_its_senders_own_encoding() -> None:
    payload = "id;n\nA-\u00f1;x\nA-\u00f1;y\nB;z\n".encode("latin-1")

    assert [3] == with_the_order(payload, 2, [3, 4], {"A-\u00f1"}, "latin-1")


@pytest.mark.parametrize(
    ("line", "said"),
    [(b"A-1,7,CARD,surplus,cells\n", "2 more cells"), (b"A-1,7\n", "1 fewer cells")],
)
def test_no_cell_of_a_ragged_line_is_dropped_or_moved_unasked(
    line: bytes, said: str
) -> None:
    payload = b"order_ref,qty,paid_by\n" + line
    told = {"order_ref": "A-1", "qty": "1", "paid_by": "CARD"}

    with pytest.raises(MendRefusedError, match=f"line 2 has {said} than the header"):
        corrected(payload, 2, {"qty": "1"}, BY)

    assert b"\nA-1,1,CARD,Ana," in corrected(payload, 2, told, BY)


def test_a_line_without_header_is_mended_by_a_file() -> None:
    with pytest.raises(MendRefusedError, match=r"a corrected file \(--with FILE\)"):
        corrected(b'{"id": 1}\n', 1, {"id": "2"}, BY)


def test_two_mends_of_one_second_both_lie_in_the_drop(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "house")
    mend = row_mend(partners()["operators"], "sku_aliases", ALIAS, BY)

    first, second = deliver(home, mend, AT), deliver(home, mend, AT)

    assert first != second
    assert [AT.timestamp()] * 2 == [p.stat().st_mtime for p in (first, second)]


@pytest.mark.parametrize(
    "payload",
    [
        b'{"name": "Ada Exampleton", "qty": 1}\n',
        b'\n[{"name": "Ada Exampleton"}]',
        b"ISA*00*Ada Exampleton~\nGS*PO~\n",
        b"UNB+UNOC:3+Ada Exampleton'\nUNH+1'\n",
    ],
)
def test_a_file_without_a_header_is_not_repeated_when_its_line_is_no_table(
    payload: bytes,
) -> None:
    with pytest.raises(MendRefusedError, match="no table") as refusal:
        corrected(payload, 1, {"qty": "2"}, BY)

    assert "Ada" not in str(refusal.value)


ORDERS = (
    b"order_ref,line_ref,sku_ref,qty\n1001,1,825123,x\n1001,2,825124,1\n"
    b'1002,1,825123,x\n"1001",3,825125,y\n'
)


@pytest.mark.parametrize(
    ("line", "refs", "others"),
    [(2, {"1001"}, [3, 5]), (4, {"1002"}, []), (2, {"WEST-1001"}, [3, 4, 5])],
)
def test_an_order_is_never_mended_by_one_of_its_lines_alone(
    line: int, refs: set[str], others: list[int]
) -> None:
    refused = [n for n in (2, 3, 4, 5) if n != line]

    assert others == with_the_order(ORDERS, line, refused, refs)


def test_a_name_says_all_lines_that_it_mends_and_is_read_back() -> None:
    own = partners()["own_dcs"]
    feed = own.feed_of("receipts_20171228.csv")
    assert feed is not None
    place = replace(PLACE, others=(3, 4, 9))
    content = corrected(RECEIPTS, PLACE.line, {"qty": "9"}, BY)

    name = line_mend(own, feed, place, content, BY).file_name

    assert is_mend(name)
    assert {("0123456789ab", n) for n in (2, 3, 4, 9)} == lines_mended(name)


def test_a_file_of_many_lines_is_named_whole() -> None:
    lines = range(1, 25_002)

    mark = Place("0123456789abcdef", lines[0], tuple(lines[1:])).mark

    assert {("0123456789ab", line) for line in lines} == lines_mended(f"{mark}_ana.csv")
