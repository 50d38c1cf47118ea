"""What ``orderhouse landing`` shows: lines numbered as rejects number them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from orchestration.cli.failures import CommandError
from orchestration.cli.landing import numbered, show, spelled_in
from orchestration.resources.admission import TOO_LARGE
from orchestration.resources.home import Home
from orchestration.resources.lakehouse import LANDING_LEDGER, Lakehouse
from orchestration.resources.landing import Incoming, Landing
from orchestration.resources.partners import partners
from orchestration.resources.vault import Vault

ENVELOPE = (
    "ISA*00*          *00*          *ZZ*A              *ZZ*B              "
    "*171227*0905*U*00401*000000001*0*P*>~GS*PO*A*B*20171227*0905*1*X*004010~"
)


def test_a_line_of_x12_is_a_segment() -> None:
    lines = numbered((ENVELOPE + "GE*0*1~IEA*1*000000001~").encode(), "x12_850")

    assert ["ISA", "GS*", "GE*", "IEA"] == [line[:3] for line in lines]


def test_what_stands_outside_an_interchange_has_a_number_too() -> None:
    lines = numbered(b"From: nobody\n" + ENVELOPE.encode(), "x12_850")

    assert "From: nobody" == lines[0]
    assert lines[1].startswith("ISA*")


def test_a_line_of_any_other_format_is_a_line() -> None:
    assert ["a", "b"] == numbered(b"a\nb\n", "pos_sales")


def test_a_line_of_a_json_page_on_one_line_is_an_object() -> None:
    page = b'{"orders":[{"id":1},{"id":2}]}'

    assert ['{"orders":[{"id":1}]}', '{"orders":[{"id":2}]}'] == numbered(
        page, "shopify_orders"
    )


def test_a_line_ends_where_a_format_ends_it_and_nowhere_else() -> None:
    cells = '{"note": "one\u2028line"}\r\n\x0cb\rc'

    assert ['{"note": "one\u2028line"}', "\x0cb", "c"] == numbered(
        cells.encode(), "shopify_orders"
    )


def test_a_mark_of_the_encoding_is_no_text() -> None:
    assert ["a", "b"] == numbered(b"\xff\xfe" + "a\nb".encode("utf-16-le"), "csv_stock")
    assert ["a"] == numbered(b"\xef\xbb\xbfa", "csv_stock")


def test_a_line_is_shown_in_the_encoding_that_the_profile_declares() -> None:
    sent = "N\u00ba pedido;Ciudad"

    assert [sent] == numbered(sent.encode("latin-1"), "mapped_orders", "latin-1")
    assert [sent] == numbered(sent.encode("utf-8-sig"), "mapped_orders", "latin-1")


@pytest.mark.parametrize(
    ("sender", "options", "expected"),
    [
        ("stores", {"encoding": "latin-1"}, "latin-1"),
        ("stores", {}, "utf-8"),
        ("stores", {"encoding": "ISO-8859-15 of EDIFACT"}, "utf-8"),
        ("gone", {"encoding": "latin-1"}, "utf-8"),
    ],
)
def test_a_file_is_spelled_as_its_senders_feed_declares(
    landing: Landing, sender: str, options: dict[str, str], expected: str
) -> None:
    stores = partners()["stores"]
    feeds = [f.model_copy(update={"options": options}) for f in stores.feeds]
    known = {sender: stores.model_copy(update={"feeds": tuple(feeds)})}

    (arrival,) = landing.find("a.csv")
    arrival = replace(arrival, feed=feeds[0].name)

    assert expected == spelled_in(arrival, known)


def test_a_line_of_edifact_is_a_segment_as_sent() -> None:
    sent = "UNB+UNOC:3+A+B+171227:0905+1'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNZ+1+1'"
    lines = numbered(sent.encode(), "edifact_orders")

    assert "UNH+1+ORDERS:D:96A:UN" == lines[1]
    assert 4 == len(lines)


@pytest.fixture
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Landing:
    """A landing with a file of two lines and one that was too large."""
    monkeypatch.setenv("ORDERHOUSE_HOME", str(tmp_path / "house"))
    home = Home.at().make()
    landing = Landing.open(home, Vault.open(home))
    for name, digest, verdict in (("a.csv", "", ""), ("b.csv", "b" * 64, TOO_LARGE)):
        landing.land(
            Incoming(
                partner_id="stores",
                feed="sales",
                document="orders",
                format="pos_sales",
                file_name=name,
                content=b"" if digest else b"one\ntwo\n",
                received_at=datetime(2017, 12, 27, tzinfo=UTC),
                refusal=verdict,
                sha256=digest,
            )
        )
    return landing


@pytest.mark.parametrize("name", ["%", "", "b", "_csv"])
def test_what_names_many_files_names_none(landing: Landing, name: str) -> None:
    assert [] == landing.find(name)
    with pytest.raises(CommandError, match="was landed"):
        show(name, 20)


def test_six_digits_of_a_hash_name_a_file(landing: Landing) -> None:
    assert ["b.csv"] == [a.file_name for a in landing.find("bbbbbb")]


def test_a_line_behind_the_last_one_is_told(
    landing: Landing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert landing.find("a.csv")
    show("a.csv:3", 20)

    assert "it has 2 lines: there is no line 3" in capsys.readouterr().out


def test_a_line_is_shown_without_its_neighbours_unless_they_are_asked_for(
    landing: Landing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert landing.find("a.csv")
    show("a.csv:2")
    alone = capsys.readouterr().out
    show("a.csv:2", 2)

    assert "two" in alone
    assert "one" not in alone
    assert "one" in capsys.readouterr().out


def test_a_file_whose_bytes_were_not_kept_is_told_so(
    landing: Landing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert landing.find("b.csv")
    show("b.csv", 20)

    assert "too many to be kept" in capsys.readouterr().out


def _read_in_part(landing: Landing) -> None:
    """The lake's ledger row of a file of which a run took one line of two."""
    arrival = landing.find("a.csv")[0]
    lake = Lakehouse(Home.at())
    row = {
        **{n: getattr(arrival, n, None) for n in LANDING_LEDGER.names},
        "verdict": "PARTIAL",
        "physical_lines": 2,
        "accepted_lines": 1,
        "quarantined_lines": 1,
        "blank_lines": 0,
        "loaded_rows": 1,
        "run_id": "r1",
    }
    lake.append(LANDING_LEDGER, pl.DataFrame([row], schema=LANDING_LEDGER.schema))
    lake.close()


def test_arrival_s_verdict_and_the_reading_s_are_told_apart(
    landing: Landing, capsys: pytest.CaptureFixture[str]
) -> None:
    _read_in_part(landing)
    show("a.csv", 20)

    told = capsys.readouterr().out
    assert "arrival: ACCEPTED, taken in as sales (pos_sales)" in told
    assert "reading: PARTIAL, lines: 2 = 1 accepted + 1 quarantined" in told


def test_a_file_that_no_run_read_has_no_reading_yet(
    landing: Landing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert landing.find("a.csv")
    Lakehouse(Home.at()).close()
    show("a.csv", 20)

    assert "reading: none yet" in capsys.readouterr().out


def test_a_lost_lake_hides_no_file_and_no_line(
    landing: Landing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert landing.find("a.csv")
    Home.at().catalog.write_bytes(b"torn")
    show("a.csv", 20)

    told = capsys.readouterr().out
    assert "reading: unknown, the lake cannot be read" in told
    assert "1  one" in told
