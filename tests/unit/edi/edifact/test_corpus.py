"""Files of other tools' test suites: read whole, and written again as they were.

They stay where they are; where they are not, the tests say so and skip.
"""

import codecs
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.edi.edifact.acknowledgements import acknowledge_payload
from transforms.edi.edifact.documents import judge, open_payload
from transforms.edi.edifact.tokens import Interchange, tokenise
from transforms.edi.edifact.writer import respell, spell
from transforms.feeds import (
    edifact_aperak,
    edifact_contrl,
    edifact_desadv,
    edifact_invrpt,
    edifact_ordchg,
    edifact_orders,
    edifact_ordrsp,
    edifact_recadv,
)

FORMATS: dict[str, ModuleType] = {
    "ORDERS": edifact_orders,
    "ORDCHG": edifact_ordchg,
    "ORDRSP": edifact_ordrsp,
    "APERAK": edifact_aperak,
    "INVRPT": edifact_invrpt,
    "DESADV": edifact_desadv,
    "RECADV": edifact_recadv,
    "CONTRL": edifact_contrl,
}
TEST = {"accepts_test": "true", "unpriced": "zero", "each_units": "KGM"}
PROFILE = Profile("corpus", options=TEST)
AT = datetime(2017, 12, 27, 9, 5)  # noqa: DTZ001 the wall's hour


@pytest.fixture
def corpus(project: Path) -> Path:
    folder = project.parent / "shared" / "data" / "edi"
    if not folder.is_dir():
        pytest.skip(f"no {folder}")
    return folder


@pytest.fixture
def payloads(corpus: Path) -> dict[str, bytes]:
    """Every file with a UNB or a UNH, by its path below the corpus."""
    contents = {
        str(path.relative_to(corpus)): path.read_bytes()
        for path in sorted(corpus.rglob("*"))
        if path.is_file()
    }
    found = {n: c for n, c in contents.items() if b"UNB" in c or b"UNH" in c}
    assert len(found) > 70
    return found


def test_every_file_balances_in_every_format(payloads: dict[str, bytes]) -> None:
    for name, payload in payloads.items():
        for module in FORMATS.values():
            parsed = module.parse(payload, PROFILE)

            assert parsed.lines.is_balanced(), name
            assert parsed.lines.quarantined == parsed.rejects.height, name


def test_every_message_that_is_whole_and_legal_gives_rows(
    payloads: dict[str, bytes],
) -> None:
    rows: dict[str, int] = dict.fromkeys(FORMATS, 0)
    for payload in payloads.values():
        for kind, module in FORMATS.items():
            rows[kind] += module.parse(payload, PROFILE).rows.height

    assert {
        "ORDERS": 22,
        "ORDCHG": 0,
        "ORDRSP": 13,
        "APERAK": 1,
        "INVRPT": 0,
        "DESADV": 11,
        "RECADV": 0,
        "CONTRL": 3,
    } == rows


def test_every_answer_is_legal_itself(payloads: dict[str, bytes]) -> None:
    profile = Profile("corpus", options=TEST | {"answers_contrl": "true"})
    for name, payload in payloads.items():
        answers = acknowledge_payload(payload, profile, control_no=1, at=AT)
        opened = open_payload(b"".join(answers), PROFILE)

        assert [] == opened.strays, name
        for found in opened.messages:
            assert judge(found, PROFILE) is None, name


EMPTY_END = re.compile("\x1f(?:\x1d|$)|\x1d$")


def _is_released_in_vain(payload: bytes, one: Interchange) -> bool:
    service = one.service
    marks = service.release + service.separators + service.terminator
    body = payload.replace(service.advice.encode(), b"").replace(b"??", b"")
    return bool(re.search(rb"\?[^%s]" % re.escape(marks.encode()), body))


def _has_empty_ends(_: bytes, one: Interchange) -> bool:
    first = 1 if one.service.is_announced else 0
    return any(EMPTY_END.search(text) for text in one.texts[first:])


def _is_wrapped(payload: bytes, one: Interchange) -> bool:
    end = one.service.terminator.encode()
    return any(not line.endswith(end) for line in payload.strip().splitlines())


def _has_other_lines(payload: bytes, one: Interchange) -> bool:
    body = payload.replace(one.service.release.encode() * 2, b"")
    end = re.escape(one.service.terminator.encode())
    found = re.findall(rb"(?<!\?)%s([\r\n \t]*)(?=[A-Z])" % end, body)
    return bool({*found} - {one.service.newline.encode()})


def spelled_otherwise(payload: bytes) -> set[str]:
    """In which ways a file is not spelled in full form, legal or not."""
    checks = {
        "released in vain": _is_released_in_vain,
        "empty at the end": _has_empty_ends,
        "lines inside segments": _is_wrapped,
        "indented or mixed lines": _has_other_lines,
    }
    return {
        name
        for name, is_so in checks.items()
        if any(is_so(payload, one) for one in tokenise(payload).interchanges)
    }


def test_every_file_in_full_form_is_written_again_byte_for_byte(
    payloads: dict[str, bytes],
) -> None:
    exact = 0
    for name, payload in payloads.items():
        bare = payload.removeprefix(codecs.BOM_UTF8)
        found = tokenise(payload).interchanges
        if not found or spelled_otherwise(bare):
            continue
        exact += 1
        again = b"".join(spell(x.segments(), x.service, x.encoding) for x in found)

        assert bare.rstrip(b"\r\n") == again.rstrip(b"\r\n"), name

    assert exact >= 60


def test_trailing_separators_come_back_as_well(payloads: dict[str, bytes]) -> None:
    for name, payload in payloads.items():
        bare = payload.removeprefix(codecs.BOM_UTF8)
        if spelled_otherwise(bare) == {"empty at the end"}:
            again = b"".join(map(respell, tokenise(payload).interchanges))

            assert bare.rstrip(b"\r\n") == again.rstrip(b"\r\n"), name


def test_what_is_spelled_otherwise_is_read_again_as_it_was(
    payloads: dict[str, bytes],
) -> None:
    for name, payload in payloads.items():
        found = tokenise(payload).interchanges
        again = b"".join(map(respell, found))

        assert [x.segments() for x in found] == [
            x.segments() for x in tokenise(again, "utf-8").interchanges
        ] or not again.isascii(), name


# --- the mock partner's conversations ------------------------------------------


def conversations(corpus: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    for folder in sorted(corpus.glob("mock_edi_edifact_*")):
        expected = json.loads((folder / "expected.json").read_text())
        for document in expected["documents"]:
            yield document, folder / document["file"]


def read(module: ModuleType, path: Path) -> Parsed:
    parsed: Parsed = module.parse(path.read_bytes(), PROFILE)

    assert [] == parsed.rejects.rows()
    return parsed


def test_the_order_we_sent_is_an_order(corpus: Path) -> None:
    for folder in sorted(corpus.glob("mock_edi_edifact_*")):
        expected = json.loads((folder / "expected.json").read_text())
        rows = read(edifact_orders, folder / "00_outbound_order.edi").rows

        assert expected["send_result"]["orders"] == rows["order_ref"].unique().to_list()
        assert ["1250.00", "1282.50", "41.50"] == rows["line_amount"].to_list()


def test_acknowledgements_are_as_the_mock_partner_says(corpus: Path) -> None:
    for document, path in conversations(corpus):
        if document["code"] == "CONTRL":
            rows = read(edifact_contrl, path).rows

            assert [(document["reference"], "1", "A", None)] == rows.select(
                "interchange_ref", "set_ref", "status_code", "reason"
            ).rows()


def test_responses_are_as_the_mock_partner_says(corpus: Path) -> None:
    for document, path in conversations(corpus):
        if document["code"] != "ORDRSP":
            continue
        model, rows = document["model"], read(edifact_ordrsp, path).rows
        agreed = rows.filter(pl.col("answer_code") != "BACKORDERED")

        assert [(model["seller_order"], model["po_number"])] == rows.select(
            "answer_ref", "answered_ref"
        ).unique().rows()
        statuses = {"IA": "ACCEPTED", "IQ": "CHANGED"}
        assert [
            (
                line["number"],
                line["sku"],
                statuses[line["status"]],
                line["confirmed"],
                line["price"],
                model["currency"],
                line["scheduled_on"],
                line["reason"] or None,
            )
            for line in model["lines"]
        ] == agreed.select(
            "line_ref",
            "sku_ref",
            "answer_code",
            "qty",
            "price_amount",
            "currency_code",
            "confirmed_on",
            "reason",
        ).rows()


def test_despatches_are_as_the_mock_partner_says(corpus: Path) -> None:
    shipped: dict[str, dict[str, int]] = {}
    for document, path in conversations(corpus):
        if document["code"] == "DESADV":
            rows = read(edifact_desadv, path).rows
            assert [document["shipment_id"]] == rows["notice_ref"].unique().to_list()
            assert [document["reference"]] == rows["po_ref"].unique().to_list()
            order = shipped.setdefault(document["reference"], {})
            for line, qty in rows.select("po_line_ref", "shipped_qty").rows():
                order[line] = order.get(line, 0) + int(qty)

    assert {
        "PO-2026-0102": {"1": 100, "2": 90, "3": 10},
        "PO-2026-0104": {"1": 80, "2": 60, "3": 8},
    } == shipped
