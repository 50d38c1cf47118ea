"""A partner is set up, told how and tried out by commands and one YAML file."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from orchestration.cli.certify import certify
from orchestration.cli.failures import CommandError
from orchestration.cli.guide import guide as guide_of
from orchestration.cli.kit import SAMPLES, write_kit
from orchestration.cli.kit_maps import map_of
from orchestration.cli.partner import partner_app
from orchestration.cli.partner_setup import Answers, write_partner
from orchestration.cli.validate import RENDERERS, validate_file
from orchestration.resources.formats import feed_format, feed_formats
from orchestration.resources.partners import Feed, partner, partners
from transforms.answers.meanings import MEANINGS
from transforms.answers.scenarios import ANYBODY, CHANNEL, WAREHOUSE

UNSEEN = Answers(
    partner_id="northwind_3pl",
    display_name="Northwind Sample Fulfilment",
    zone="America/Chicago",
    formats=("csv_stock", "csv_shipment_confirmations", "csv_rejections"),
    instructions=("csv_shipping_orders",),
    language="zh",
)
HEADER = (
    "node_ref,shipment_ref,instruction_ref,line_ref,sku_ref,ordered_qty,"
    "shipped_qty,reason_code,shipped_on\n"
)


@pytest.fixture
def profile(tmp_path: Path) -> str:
    """The YAML of a partner that no house has seen."""
    write_partner(UNSEEN, tmp_path / "partners")
    return str(tmp_path / "partners" / "northwind_3pl" / "defs.yaml")


def line(
    scenario: int, number: str, sku: str, asked: int, shipped: int, **more: str
) -> str:
    """A line of a ship confirmation."""
    said = {"shipment": f"S{scenario}", "reason": "", "day": "2030-01-16"} | more
    return (
        f"SANDBOX,{said['shipment']},FO-CERT-{scenario:02},{number},{sku},{asked},"
        f"{shipped},{said['reason']},{said['day']}\n"
    )


FIRST, SECOND = ("1", "825123", 3), ("2", "825124", 5)
PLAYED: dict[str, list[str]] = {
    "01_happy_path": [line(1, *FIRST, 3) + line(1, *SECOND, 5)],
    "02_partial": [
        line(2, *FIRST, 3) + line(2, *SECOND, 2),
        line(2, *SECOND, 3, shipment="S2b"),
    ],
    "03_split": [line(3, *FIRST, 3), line(3, *SECOND, 5, shipment="S3b")],
    "04_short": [line(4, *FIRST, 3) + line(4, *SECOND, 2, reason="OUT_OF_STOCK")],
    "05_cancel_before_pick": [line(5, "1", "825123", 4, 0, reason="CLOSED")],
    "06_duplicate_file": [line(6, *FIRST, 3) + line(6, *SECOND, 5)] * 2,
    "07_out_of_sequence": [line(7, *SECOND, 5), line(7, *FIRST, 3)],
    "08_wrong_unit": [line(8, "1", "825123", 4, 4).replace(",4,4,", ",4,1 CS,")],
    "09_unknown_sku": [line(9, "1", "999999", 4, 4)],
    "10_late_file": [line(10, "1", "825123", 4, 4, day="2030-01-10")],
}


def play(sandbox: Path, played: dict[str, list[str]]) -> None:
    for folder, files in played.items():
        inbox = sandbox / "northwind_3pl" / "from_partner" / folder
        for number, text in enumerate(files, start=1):
            path = inbox / f"shipment_confirmations_{number}.csv"
            path.write_text(HEADER + text)


def statuses(sandbox: Path) -> dict[str, str]:
    with (sandbox / "northwind_3pl" / "results.csv").open() as stream:
        return {row["scenario"]: row["status"] for row in csv.DictReader(stream)}


def test_a_partner_nobody_has_seen_is_one_file_and_reads_back(profile: str) -> None:
    known = partner(profile)

    assert "northwind_3pl" == known.partner_id
    assert ["csv_stock", "csv_shipment_confirmations", "csv_rejections"] == [
        feed.format for feed in known.feeds
    ]
    assert yaml.safe_load(Path(profile).read_text())["type"].endswith("Partner")


def test_a_partner_is_never_written_over(profile: str) -> None:
    with pytest.raises(CommandError, match="exists"):
        write_partner(UNSEEN, Path(profile).parents[1])


def test_a_format_nobody_knows_is_refused_and_the_known_ones_named(
    tmp_path: Path,
) -> None:
    with pytest.raises(CommandError, match=r"csv_stokc.*csv_stock"):
        write_partner(Answers("acme", formats=("csv_stokc",)), tmp_path)


def verdicts_in(folder: Path) -> list[str]:
    reports = sorted((folder / "reports").glob("*.json"))
    return [json.loads(path.read_text())["verdict"] for path in reports]


def asked(folder: Path, *answers: str) -> tuple[str, dict[str, Any]]:
    """What ``partner new`` prints when it is answered so, and what it writes."""
    told = CliRunner().invoke(
        partner_app, ["new", "--into", str(folder)], input="\n".join(answers)
    )
    (path,) = folder.glob("*/defs.yaml")
    return told.output, yaml.safe_load(path.read_text())["attributes"]


def test_a_wrong_answer_is_asked_again_and_columns_are_asked_for(
    tmp_path: Path,
) -> None:
    said, written = asked(
        tmp_path,
        *(
            "Acme!",
            "acme",
            "Acme",
            "boss",
            "3pl",
            "Mars",
            "Europe/Berlin",
            "eur",
            "EUR",
        ),
        *("?", "csv_stok", "csv_stock, mapped_stock", "", "", "post", "csv", "zh", ""),
        *("Lager", "Artikel", "Menge", "Gezählt"),
        *("latin1", "latin-1", ";;", ";", ",", "%x", "%d.%m.%Y"),
    )

    for wrong in ("Acme!", "boss", "Mars", "eur", "csv_stok", "post", "latin1", "%x"):
        assert wrong in said
    feeds = [(feed["name"], feed["pattern"]) for feed in written["feeds"]]
    assert [
        ("stock_snapshots", "stock_snapshots_*.csv"),
        ("mapped_stock", "mapped_stock_*.csv"),
    ] == feeds
    assert {
        "column.node_ref": "Lager",
        "column.sku_ref": "Artikel",
        "column.qty": "Menge",
        "column.snapshot_at": "Gezählt",
        "encoding": "latin-1",
        "delimiter": ";",
        "decimal": ",",
        "date_format": "%d.%m.%Y",
    } == written["feeds"][1]["options"]
    assert ("Europe/Berlin", "EUR", "zh") == tuple(
        written[name] for name in ("zone", "currency_code", "language")
    )


SHOP = {
    "column.order_ref": "Order",
    "column.ordered_at": "Placed",
    "column.sku_ref": "Item",
    "column.qty": "Qty",
    "column.unit_amount": "Price",
    "constant.payment_status": "paid",
}
NEW = ["new", "--id", "lonja", "--name", "L", "--role", "channel", "--zone", "UTC"]
NEW += ["--currency", "EUR", "--instructions", "", "--interchange-id", ""]
NEW += ["--answers", "csv", "--language", "en", "--owner", "team:x"]


def written_by(folder: Path, formats: str, options: dict[str, str]) -> tuple[int, str]:
    """What ``partner new`` leaves with and prints when nothing is left to ask."""
    given = [f"--option={name}={text}" for name, text in options.items()]
    ends = ["--formats", formats, "--into", str(folder), *given]
    told = CliRunner().invoke(partner_app, NEW + ends, env={"COLUMNS": "999"})
    return told.exit_code, told.output


@pytest.mark.parametrize(
    ("formats", "wrong", "said"),
    [
        ("mapped_orders", "col.note", "no option, column.note is"),
        ("mapped_orders", "encodng", "no option, encoding is"),
        ("mapped_orders", "column.qyt", "no such column, qty is one"),
        ("csv_orders", "decimal", "write those of others into defs.yaml"),
    ],
)
def test_an_option_that_there_is_not_is_refused_with_the_nearest(
    tmp_path: Path, formats: str, wrong: str, said: str
) -> None:
    options = SHOP if formats == "mapped_orders" else {}
    code, output = written_by(tmp_path, formats, options | {wrong: "x"})

    assert 2 == code
    assert said in " ".join(output.replace("│", " ").split())
    assert not list(tmp_path.glob("*/defs.yaml"))


def test_a_new_partner_is_told_what_else_its_files_wait_for(tmp_path: Path) -> None:
    code, output = written_by(tmp_path, "mapped_orders,csv_stock", SHOP)

    assert 0 == code
    assert "csv_opening_stock" in output
    assert "quarantine mend count NODE" in output
    assert "lonja in the column channels of the nodes" in output
    assert "certification, cancellation: Left out" in output


def test_every_fault_of_a_profile_is_named_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "attributes:\n  {partner_id: acme, role: boss,\n   zone: Mars, owner: x}"
    )

    with pytest.raises(CommandError) as refusal:
        write_kit(str(path), str(tmp_path))

    assert str(refusal.value).endswith(
        "/bad.yaml: display_name: Field required; line 2: role: Input should be"
        " 'channel', '3pl' or 'own'; line 3: zone: 'Mars' is no zone, America/Chicago"
        " is"
    )


def samples_of(feed: Feed) -> int:
    """How many a kit has: a mapping's are made by it, one right and one wrong."""
    is_made = feed.format.startswith("mapped_")
    return 2 if is_made else len(list((SAMPLES / feed.format).glob("*.in")))


@pytest.mark.parametrize("name", sorted(set(partners()) - {"self"}))
def test_every_partner_s_samples_earn_the_reports_beside_them(
    tmp_path: Path, name: str
) -> None:
    """Right and wrong files both, read by the parser that production runs."""
    write_kit(name, str(tmp_path))
    known = partner(name)

    for feed in known.feeds:
        samples = tmp_path / "samples" / feed.name
        good, bad = (verdicts_in(samples / kind) for kind in ("good", "bad"))
        assert samples_of(feed) == len(good + bad)
        assert {"ACCEPTED"} == set(good), feed.name
        assert bad, feed.name
        assert {"PARTIAL", "REJECTED"} >= set(bad), feed.name
        for path in samples.glob("*/*.*"):
            assert known.feed_of(path.name) == feed
    guide = (tmp_path / "guide.html").read_text()
    assert all(feed.pattern in guide for feed in known.feeds)


def test_a_guide_marks_the_columns_that_a_table_must_have(profile: str) -> None:
    told = guide_of(partner(profile)).decode()

    rows = re.findall(r"<div><code>(\w+)</code></div>(.*)</tr>", told)
    marked = [name for name, rest in rows if rest.endswith("<div>是</div></td>")]
    assert {"shipment_ref", "shipped_qty"} <= set(marked)
    assert "lot_ref" not in marked


def test_a_guide_in_chinese_says_in_chinese_what_columns_mean() -> None:
    documents = [feed_format(name).DOCUMENT for name in feed_formats()]
    said = {
        column.description
        for document in documents
        for column in document.columns
        if not column.is_provenance and column.name != "partner_id"
    } | {document.grain for document in documents}

    plain = re.compile(r"SKU|ISO \d+( alpha-2)?|[\w ]+( \| [\w ]+)+")
    untold = [text for text in said - set(MEANINGS) if not plain.fullmatch(text)]

    assert not untold


ENGLISH = re.compile(r"\b(?:the|and|is|of|one row) .*", re.IGNORECASE)


@pytest.mark.parametrize("name", ["harbor_3pl", "business", "web_shop", "own_dcs"])
def test_a_guide_in_chinese_is_in_chinese_throughout(name: str) -> None:
    known = partner(name).model_copy(update={"language": "zh"})

    told = re.sub("<code>.*?</code>|<pre>.*?</pre>", "", guide_of(known).decode())

    assert [] == ENGLISH.findall(told)


def test_maps_in_chinese_describe_in_chinese() -> None:
    maps = (json.dumps(map_of(name, "zh")) for name in feed_formats())

    assert [] == ENGLISH.findall(" ".join(maps))


def test_a_guide_names_the_dates_a_partner_is_closed_on() -> None:
    closed = (date(2018, 1, 1), date(2017, 12, 25))
    known = partner("harbor_3pl").model_copy(update={"closed_dates": closed})

    assert b"<dd>2017-12-25, 2018-01-01</dd>" in guide_of(known)


@pytest.mark.parametrize("name", ["harbor_3pl", "business", "millbrook_supply"])
def test_an_x12_partner_gets_the_maps_that_its_files_are_read_by(
    tmp_path: Path, name: str
) -> None:
    write_kit(name, str(tmp_path))

    for feed in partner(name).feeds:
        (path,) = (tmp_path / "maps").glob(f"{feed.name}.*.map.json")
        said = json.loads(path.read_text())
        assert feed.format.removeprefix("x12_") == said["transaction_set"].lower()
        segments = re.findall(r'"segment": "(\w+)', path.read_text())
        read = {s.name for s in feed_format(feed.format).FORMAT.set_map.segments}
        assert read == set(segments)


def test_an_edifact_partner_gets_its_messages_in_both_directories(
    tmp_path: Path,
) -> None:
    write_partner(Answers("nordlager", formats=("edifact_desadv",)), tmp_path)

    write_kit(str(tmp_path / "nordlager" / "defs.yaml"), str(tmp_path))

    path = tmp_path / "maps" / "ship_notices.edifact_desadv.map.json"
    said = json.loads(path.read_text())
    assert ("DESADV", {"D.96A", "D.01B"}) == (said["message"], set(said["directories"]))
    bgm = said["directories"]["D.96A"]["segments"]["BGM"]
    codes = [part.get("codes") for field in bgm for part in field["components"]]
    assert ["1", "5", "7", "9", "31", "35", "42"] in codes


MAPPINGS: dict[str, tuple[str, str, dict[str, str]]] = {
    "german text": (
        "mapped_orders",
        "bestellungen_*.csv",
        {
            "column.order_ref": "Bestellung",
            "column.ordered_at": "Datum",
            "column.sku_ref": "Artikel",
            "column.qty": "Menge",
            "column.unit_amount": "Preis",
            "column.service_code": "Versand",
            "column.customer_name": "Kunde",
            "column.ship_to_name": "Kunde",
            "value.service_code.DHL Express": "EXPEDITED",
            "constant.payment_status": "paid",
            "date_format": "%d.%m.%Y %H:%M",
            "decimal": ",",
            "delimiter": ";",
            "encoding": "cp1252",
        },
    ),
    "workbook": (
        "mapped_stock",
        "bestand_*.xlsx",
        {
            "column.node_ref": "Lager",
            "column.sku_ref": "Artikel",
            "column.qty": "Menge",
            "column.snapshot_at": "Gezählt",
            "column.expires_on": "MHD",
            "header_row": "3",
        },
    ),
    "tabs without quotes": (
        "mapped_stock",
        "stock_*.txt",
        {
            "constant.node_ref": "WH-1",
            "column.sku_ref": "Item",
            "column.qty": "Free",
            "column.snapshot_at": "Counted",
            "delimiter": "tab",
            "quote": "none",
            "date_format": "%m/%d/%Y %I:%M %p",
        },
    ),
}


@pytest.mark.parametrize("case", MAPPINGS)
def test_a_partner_with_columns_of_its_own_gets_samples_in_them(
    tmp_path: Path, case: str
) -> None:
    format_name, pattern, options = MAPPINGS[case]
    feed = {
        "name": "theirs",
        "format": format_name,
        "pattern": pattern,
        "options": options,
    }
    attributes: dict[str, Any] = {"partner_id": "nordlager", "display_name": "N"}
    attributes |= {"role": "channel", "owner": "team:x", "feeds": [feed]}
    path = tmp_path / "nordlager.yaml"
    path.write_text(yaml.safe_dump({"attributes": attributes}))

    write_kit(str(path), str(tmp_path))

    samples = tmp_path / "samples" / "theirs"
    assert ["ACCEPTED"] == verdicts_in(samples / "good")
    (report,) = (samples / "bad" / "reports").glob("*.json")
    (finding,) = json.loads(report.read_text())["findings"]
    assert ("BAD_QTY", options["column.qty"]) == (finding["code"], finding["column"])


def test_a_guide_says_how_files_are_named_and_what_is_agreed(tmp_path: Path) -> None:
    said = Answers("acme", formats=("csv_stock",))
    write_partner(said, tmp_path)
    path = tmp_path / "acme" / "defs.yaml"
    content = yaml.safe_load(path.read_text())
    content["attributes"]["feeds"][0] |= {
        "sequence": r"_(\d{6})\.csv$",
        "business_date": r"^stock_(\d{8})",
        "options": {"encoding": "latin-1"},
    }
    path.write_text(yaml.safe_dump(content))

    write_kit(str(path), str(tmp_path))

    guide = (tmp_path / "guide.html").read_text()
    for text in (r"_(\d{6})\.csv$", r"^stock_(\d{8})", "encoding: latin-1"):
        assert f"<code>{text}</code>" in guide


def test_a_mailbox_is_one_pattern_of_all_its_feeds_and_the_guide_says_so(
    tmp_path: Path,
) -> None:
    formats = ("x12_850", "x12_860", "csv_products")
    write_partner(Answers("acme", formats=formats, mailbox="box_*.edi"), tmp_path)
    path = tmp_path / "acme" / "defs.yaml"

    write_kit(str(path), str(tmp_path))

    patterns = {feed.format: feed.pattern for feed in partner(str(path)).feeds}
    assert {
        "x12_850": "box_*.edi",
        "x12_860": "box_*.edi",
        "csv_products": "products_*.csv",
    } == patterns
    guide = (tmp_path / "guide.html").read_text()
    assert "hold sets of all these kinds, in any order: 850, 860." in guide


def test_a_sample_with_a_set_of_another_feed_earns_the_report_of_a_run(
    tmp_path: Path,
) -> None:
    """Sample and report are made by the feeds that read the file in production."""
    write_kit("business", str(tmp_path))
    bad = tmp_path / "samples" / "orders" / "bad"

    report = json.loads(
        (bad / "reports" / "PO_SAMPLE_broken.edi.report.json").read_text()
    )

    assert "x12_850 + x12_860" == report["format"]
    assert "UNKNOWN_SET" not in {found["code"] for found in report["findings"]}


def test_who_writes_down_phone_orders_gets_the_form(tmp_path: Path) -> None:
    write_kit("service_desk", str(tmp_path))

    (form,) = (tmp_path / "forms").glob("phone_orders_*.xlsx")
    assert form.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("format_name", "sample", "wrapper"),
    [
        ("shopify_orders", "good", ""),
        ("woocommerce_orders", "list", ""),
        ("walmart_orders", "page_us", "list.elements.order"),
        ("shopify_refunds", "page", "refunds"),
    ],
)
def test_a_json_partner_gets_the_schema_of_what_it_sends(
    format_name: str, sample: str, wrapper: str
) -> None:
    kind, schema = map_of(format_name)
    text = (SAMPLES / format_name / f"{sample}.in").read_text()
    sent = json.loads(text if text.startswith("[") or wrapper else text.splitlines()[0])
    for name in filter(None, wrapper.split(".")):
        sent = sent[name]
    one = sent[0] if isinstance(sent, list) else sent

    assert "schema" == kind
    read = {name for name in schema["properties"] if name in one}
    assert len(read) >= len(schema["properties"]) / 3


def test_a_kit_s_profile_is_enough_to_validate_alone(
    tmp_path: Path,
) -> None:
    write_kit("harbor_3pl", str(tmp_path))
    (sample,) = (tmp_path / "samples" / "receipts" / "good").glob("*.edi")

    code = validate_file(sample, str(tmp_path / "profile.yaml"), "", "en", "")

    assert 0 == code
    assert "transport" not in (tmp_path / "profile.yaml").read_text()
    assert list((tmp_path / "samples" / "you_get").glob("940_*.edi"))


def test_what_a_partner_gets_is_named_by_its_document_and_points_to_no_missing_file(
    tmp_path: Path,
) -> None:
    gets = ("csv_shipped_lines", "csv_stock_offers")
    write_partner(
        Answers("acme", role="channel", formats=("csv_orders",), instructions=gets),
        tmp_path,
    )
    path = tmp_path / "acme" / "defs.yaml"
    written = yaml.safe_load(path.read_text())["attributes"]["instructions"]

    write_kit(str(path), str(tmp_path))

    assert gets == tuple(one["format"] for one in written)
    assert "shipping_orders" not in {one["name"] for one in written}
    assert "you_get" not in (tmp_path / "guide.html").read_text()
    assert not (tmp_path / "samples" / "you_get").exists()


def test_files_of_a_bulk_query_are_named_as_their_shop_delivers_them(
    tmp_path: Path,
) -> None:
    formats = ("shopify_orders_bulk", "shopify_refunds")
    write_partner(Answers("acme", role="channel", formats=formats), tmp_path)
    written = yaml.safe_load((tmp_path / "acme" / "defs.yaml").read_text())
    patterns = [feed["pattern"] for feed in written["attributes"]["feeds"]]

    assert [".jsonl", ".json"] == [Path(pattern).suffix for pattern in patterns]


def test_who_neither_ships_nor_sends_orders_plays_what_it_can(tmp_path: Path) -> None:
    certify("payment_provider", str(tmp_path))

    with (tmp_path / "payment_provider" / "results.csv").open() as stream:
        played = [row["scenario"] for row in csv.DictReader(stream)]
    assert [s.name for s in ANYBODY] == played


@pytest.mark.parametrize("command", [write_kit, certify])
def test_a_partner_nobody_knows_is_refused_in_one_line(
    tmp_path: Path, command: Callable[[str, str], int]
) -> None:
    with pytest.raises(CommandError, match=r"no partner 'nobody'; known: .*harbor_3pl"):
        command("nobody", str(tmp_path))


def test_a_kit_in_chinese_speaks_chinese(profile: str, tmp_path: Path) -> None:
    write_kit(profile, str(tmp_path / "kit"))

    guide = (tmp_path / "kit" / "guide.html").read_text()

    assert 'lang="zh"' in guide
    assert "按指令全部发货并确认" in guide


def test_a_warehouse_that_plays_every_scenario_passes(
    profile: str, tmp_path: Path
) -> None:
    assert 1 == certify(profile, str(tmp_path))
    play(tmp_path, PLAYED)

    code = certify(profile, str(tmp_path))

    assert {s.name: "PASSED" for s in WAREHOUSE} == statuses(tmp_path)
    assert 0 == code
    sent = tmp_path / "northwind_3pl" / "to_partner" / "01_happy_path"
    assert "FO-CERT-01" in "".join(p.read_text() for p in sent.iterdir())


@pytest.mark.parametrize("scenario", WAREHOUSE, ids=lambda s: s.name)
def test_a_scenario_played_wrong_fails_and_says_why(
    profile: str, tmp_path: Path, scenario: object
) -> None:
    folder = scenario.folder  # type: ignore[attr-defined]
    certify(profile, str(tmp_path))
    wrong = line(int(folder[:2]), "1", "825123", 4, 1)
    play(tmp_path, {folder: [wrong]})

    certify(profile, str(tmp_path))

    assert "FAILED" == statuses(tmp_path)[folder[3:]]


def test_what_fails_names_the_report_that_is_there(
    profile: str, tmp_path: Path
) -> None:
    certify(profile, str(tmp_path))
    play(
        tmp_path,
        {"01_happy_path": [line(1, "1", "825123", 3, 3).replace(",3,", ",x,")]},
    )

    certify(profile, str(tmp_path))

    own = tmp_path / "northwind_3pl"
    told = (own / "results.csv").read_text()
    (named,) = set(re.findall(r"BAD_QTY: see (\S+?\.html)", told))
    assert named.startswith("reports/01_happy_path/")
    assert "BAD_QTY" in (own / named).read_text()
    assert len([*(own / named).parent.iterdir()]) == len(RENDERERS)


def test_what_was_not_played_waits(profile: str, tmp_path: Path) -> None:
    certify(profile, str(tmp_path))

    assert {"WAITING"} == set(statuses(tmp_path).values())


def x12_945(scenario: int, *lines: tuple[str, str, int, int], **more: str) -> str:
    """A 945 of Harbor's: line number, SKU, asked, shipped."""
    said = {"shipment": f"S{scenario}", "day": "20300116", "unit": "EA"} | more
    body = [
        f"W06*F*FO-CERT-{scenario:02}*{said['day']}*{said['shipment']}",
        "N1*SF*SANDBOX*92*SANDBOX",
        f"G62*11*{said['day']}*W*1640",
        "W27*M*UPSN",
    ]
    for number, (line, sku, asked, shipped) in enumerate(lines, start=1):
        quantities = f"{asked}*{shipped}*{asked - shipped}*{said['unit']}"
        body += [f"LX*{number}", f"W12*CC*{quantities}**VN*{sku}", f"N9*LI*{line}"]
        body += ["N9*ZZ*OUT_OF_STOCK"] if shipped < asked else []
    body.append(f"W03*{sum(line[3] for line in lines)}*10*LB")
    return "~\n".join(
        [
            (
                "ISA*00*          *00*          *ZZ*HARBOR3PL      *ZZ*ORDERHOUSE     "
                "*300116*1705*U*00401*000000071*0*P*>"
            ),
            "GS*SW*HARBOR3PL*ORDERHOUSE*20300116*1705*71*X*004010",
            "ST*945*0001",
            *body,
            f"SE*{len(body) + 2}*0001",
            "GE*1*71",
            "IEA*1*000000071~\n",
        ]
    )


SENT_945 = {
    "01_happy_path": [x12_945(1, (*FIRST, 3), (*SECOND, 5))],
    "02_partial": [
        x12_945(2, (*FIRST, 3), (*SECOND, 2)),
        x12_945(2, (*SECOND, 3), shipment="S2b"),
    ],
    "03_split": [x12_945(3, (*FIRST, 3)), x12_945(3, (*SECOND, 5), shipment="S3b")],
    "04_short": [x12_945(4, (*FIRST, 3), (*SECOND, 2))],
    "05_cancel_before_pick": [x12_945(5, ("1", "825123", 4, 0))],
    "06_duplicate_file": [x12_945(6, (*FIRST, 3), (*SECOND, 5))] * 2,
    "07_out_of_sequence": [x12_945(7, (*SECOND, 5)), x12_945(7, (*FIRST, 3))],
    "08_wrong_unit": [x12_945(8, ("1", "825123", 4, 4), unit="CS")],
    "09_unknown_sku": [x12_945(9, ("1", "999999", 4, 4))],
    "10_late_file": [x12_945(10, ("1", "825123", 4, 4), day="20300110")],
}


def certify_945(sandbox: Path, sent: dict[str, list[str]]) -> int:
    """Exit code once these confirmations are there."""
    certify("harbor_3pl", str(sandbox))
    for folder, files in sent.items():
        inbox = sandbox / "harbor_3pl" / "from_partner" / folder
        for number, text in enumerate(files, start=1):
            (inbox / f"945_{number}.edi").write_text(text)
    return certify("harbor_3pl", str(sandbox))


def test_a_warehouse_that_speaks_x12_passes_every_scenario(tmp_path: Path) -> None:
    assert 0 == certify_945(tmp_path, SENT_945)


def test_as_many_cases_are_no_eaches(tmp_path: Path) -> None:
    in_cases = x12_945(1, (*FIRST, 3), (*SECOND, 5), unit="CS")

    assert 1 == certify_945(tmp_path, SENT_945 | {"01_happy_path": [in_cases]})


ORDERS = (
    "order_ref,line_ref,ordered_at,updated_at,action,currency_code,sku_ref,qty,"
    "line_amount,service_code,payment_status\n"
)


def order(ref: str, *skus: str, hour: int = 9, action: str = "create") -> str:
    """Lines of an order, one each of the SKUs; a later hour is a later version."""
    return "".join(
        f"{ref},{number},2030-01-15T09:00:00-05:00,2030-01-15T{hour:02}:00:00-05:00,"
        f"{action},USD,{sku},1,2.50,STANDARD,paid\n"
        for number, sku in enumerate(skus, start=1)
    )


A, B = "825123", "825124"
SENT: dict[str, list[str]] = {
    "01_happy_path": [order("1", A, B)],
    "02_several_orders": [order("1", A) + order("2", B) + order("3", A)],
    "03_one_sku_twice": [order("1", A, A)],
    "04_revision": [order("1", A), order("1", A, B, hour=10, action="update")],
    "05_cancellation": [order("1", A), order("1", A, hour=10, action="cancel")],
    "06_duplicate_file": [order("1", A)] * 2,
    "07_broken_line": [order("1", A) + order("2", B).replace(",1,2.50,", ",x,2.50,")],
    "08_unknown_sku": [order("1", "999999")],
}
MISSED: dict[str, list[str]] = {
    "01_happy_path": [order("1", A).replace("USD", "usd")],
    "02_several_orders": [order("1", A)],
} | {scenario.folder: [order("1", A)] for scenario in CHANNEL[2:]}


@pytest.fixture
def channel(tmp_path: Path) -> str:
    """The YAML of a channel that no house has seen."""
    said = Answers("southwind_shop", role="channel", formats=("csv_orders",))
    write_partner(said, tmp_path / "partners")
    return str(tmp_path / "partners" / "southwind_shop" / "defs.yaml")


@pytest.mark.parametrize(
    ("played", "status"), [(SENT, "PASSED"), (MISSED, "FAILED"), ({}, "WAITING")]
)
def test_a_channel_is_held_to_every_scenario(
    channel: str, tmp_path: Path, played: dict[str, list[str]], status: str
) -> None:
    certify(channel, str(tmp_path))
    for folder, files in played.items():
        inbox = tmp_path / "southwind_shop" / "from_partner" / folder
        for number, text in enumerate(files, start=1):
            (inbox / f"orders_{number}.csv").write_text(ORDERS + text)

    certify(channel, str(tmp_path))

    with (tmp_path / "southwind_shop" / "results.csv").open() as stream:
        found = {row["scenario"]: row["status"] for row in csv.DictReader(stream)}
    assert dict.fromkeys((s.name for s in CHANNEL), status) == found


@pytest.mark.parametrize(
    ("mapped", "left_out"),
    [
        ({}, {"revision", "cancellation"}),
        ({"column.cancelled_at": "Gone"}, {"revision"}),
        ({"column.action": "Do", "column.updated_at": "At"}, set()),
    ],
)
def test_a_scenario_that_a_mapping_has_no_column_for_is_left_out_and_said_so(
    tmp_path: Path, mapped: dict[str, str], left_out: set[str]
) -> None:
    said = Answers(
        "lonja", role="channel", formats=("mapped_orders",), options=SHOP | mapped
    )
    write_partner(said, tmp_path / "partners")
    name = str(tmp_path / "partners" / "lonja" / "defs.yaml")

    certify(name, str(tmp_path))

    with (tmp_path / "lonja" / "results.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    without = {row["scenario"] for row in rows if row["status"] == "LEFT_OUT"}
    assert left_out == without
    assert len(left_out) == guide_of(partner(name)).count(b"Left out: no column")


def test_an_order_with_the_hour_of_its_cancellation_is_cancelled(
    tmp_path: Path,
) -> None:
    options = SHOP | {"column.cancelled_at": "Gone"}
    said = Answers("lonja", role="channel", formats=("mapped_orders",), options=options)
    write_partner(said, tmp_path / "partners")
    name = str(tmp_path / "partners" / "lonja" / "defs.yaml")
    certify(name, str(tmp_path))
    inbox = tmp_path / "lonja" / "from_partner" / "05_cancellation"
    head = "Order,Placed,Item,Qty,Price,Gone\n"
    for number, gone in enumerate(("", "2030-01-16"), start=1):
        text = f"{head}1,2030-01-15,{A},1,2.50,{gone}\n"
        (inbox / f"orders_{number}.csv").write_text(text)

    certify(name, str(tmp_path))

    with (tmp_path / "lonja" / "results.csv").open() as stream:
        found = {row["scenario"]: row["status"] for row in csv.DictReader(stream)}
    assert "PASSED" == found["cancellation"]


@pytest.fixture
def validate(profile: str, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """The command in a process of its own, on a file of a text."""

    def run(name: str, text: str, *more: str) -> tuple[int, str]:
        path = tmp_path / name
        path.write_text(text)
        command = [sys.executable, "-m", "orchestration.cli.main", "validate"]
        told = subprocess.run(
            [*command, str(path), "--profile", profile, *more],
            capture_output=True,
            text=True,
            check=False,
        )
        return told.returncode, told.stdout + told.stderr

    return run


GOOD = HEADER + line(1, *FIRST, 3)


def test_validate_leaves_with_0_1_and_2(
    validate: Callable[..., tuple[int, str]],
) -> None:
    name = "shipment_confirmations_1.csv"

    good, _ = validate(name, GOOD)
    found, said = validate(name, GOOD + line(1, *SECOND, 5).replace(",5,5,", ",5,x,"))
    unusable, _ = validate(name, "nothing\nof\nuse\n")
    unknown, why = validate("holiday.txt", "nothing of use")

    assert (0, 1, 2, 2) == (good, found, unusable, unknown)
    assert "BAD_QTY" in said
    assert "Send whole eaches." in said
    assert "UNEXPECTED_FILE" in why
    assert "shipment_confirmations_*.csv" in why


def test_validate_speaks_chinese_and_writes_reports(
    validate: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    broken = GOOD.replace(",3,3,", ",3,x,")
    _, said = validate(
        "shipment_confirmations_1.csv",
        broken,
        "--lang",
        "zh",
        "--out",
        str(tmp_path / "r"),
    )

    assert "数量不是有效整数" in said
    assert "行被拒绝）" in said.splitlines()[0]
    assert "refused" not in said
    assert 3 == len(list((tmp_path / "r").iterdir()))


def test_the_validator_loads_no_scheduler_and_no_lake() -> None:
    probe = (
        "import sys, orchestration.cli.validate, orchestration.cli.parse;"
        "print([n for n in ('dagster', 'dbt', 'duckdb', 'great_expectations',"
        " 'statsforecast', 'streamlit') if n in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    )

    assert "[]" == told.stdout.strip()
