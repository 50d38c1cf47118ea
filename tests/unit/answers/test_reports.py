"""Reports: the same findings in three forms and two languages, nothing naked."""

from __future__ import annotations

import csv
import inspect
import io
import json
import re
from dataclasses import replace

import polars as pl
import pytest

from transforms.answers import (
    certification,
    receipt_csv,
    report_csv,
    report_html,
    report_json,
)
from transforms.answers.report import (
    MOST_TOLD,
    FileFacts,
    FileReport,
    headline,
    refused,
    report,
    spoken,
)
from transforms.answers.seen import EXAMPLES, detail_of, problem_of
from transforms.contracts.codes import CODES, detail_of_all, message
from transforms.contracts.profile import NOTICE, LineCount, Parsed
from transforms.feeds.reading.rejects import REJECT

FACTS = FileFacts("<b>.csv", "0" * 64, 120, "acme", "orders", "pos_sales")


@pytest.fixture
def partial() -> FileReport:
    """Two lines refused, one because of the other; a column nobody knows."""
    rejects = [
        (3, "quantity", "BAD_QTY", message("BAD_QTY", "quantity, at least 1"), "t…o"),
        (
            4,
            "order",
            "BAD_QTY",
            message("BAD_QTY", "another line of the order is broken"),
            "",
        ),
    ]
    notices = [(1, "gift", "UNKNOWN_COLUMN", message("UNKNOWN_COLUMN", "gift"))]
    parsed = Parsed(
        rows=pl.DataFrame({"payload_line": [2, 5]}),
        rejects=pl.DataFrame(rejects, schema=REJECT, orient="row"),
        lines=LineCount(5, 3, 2, 0),
        notices=pl.DataFrame(notices, schema=NOTICE, orient="row"),
    )
    return report(FACTS, parsed)


def test_findings_stand_in_line_order_with_what_they_follow(
    partial: FileReport,
) -> None:
    seen = [(f.line, f.code, f.severity, f.is_follower) for f in partial.findings]

    assert [
        (1, "UNKNOWN_COLUMN", "warning", False),
        (3, "BAD_QTY", "error", False),
        (4, "BAD_QTY", "error", True),
    ] == seen
    assert ("PARTIAL", 2, False) == (
        partial.verdict,
        partial.loaded_rows,
        partial.is_clean,
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_form_says_the_same(partial: FileReport, language: str) -> None:
    said = json.loads(report_json.render(partial, language))
    text = report_csv.render(partial, language).decode("utf-8-sig")
    page = report_html.render(partial, language).decode()

    for finding, row in zip(
        said["findings"], csv.DictReader(io.StringIO(text)), strict=True
    ):
        assert {k: str(v) for k, v in finding.items()} == {k: row[k] for k in finding}
        assert finding["how_to_mend_it"] in page
    assert f'lang="{language}"' in page
    assert CODES["BAD_QTY"].sentence(language) in page


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "accepted, 3 lines wait for"), ("zh", "已接受，其中 3 行在下列错误")],
)
def test_an_accepted_file_whose_lines_wait_is_not_shown_as_done(
    language: str, said: str
) -> None:
    found = held(waiting_lines=3)
    page = report_html.render(found, language).decode()
    (receipt,) = csv.DictReader(io.StringIO(receipt_csv.render([(found, "")]).decode()))

    assert "<p class='verdict part'><strong>ACCEPTED</strong>" in page
    assert said in page
    assert ("ACCEPTED", "3", "1") == (
        receipt["verdict"],
        receipt["waiting_lines"],
        receipt["errors"],
    )


def test_an_accepted_file_is_good_only_where_nothing_is_to_be_mended() -> None:
    clean = replace(held(), errors=0)

    assert "verdict part" in report_html.render(held()).decode()
    assert "accepted, with errors to mend" in report_html.render(held()).decode()
    assert "verdict good" in report_html.render(clean).decode()


def held(waiting_lines: int = 0) -> FileReport:
    """Two lines read, one of which names what nobody has."""
    seen = message("UNKNOWN_SKU", "SKU 7 is not in the product master")
    parsed = Parsed(
        rows=pl.DataFrame({"payload_line": [2, 3]}),
        rejects=pl.DataFrame(schema=REJECT),
        lines=LineCount(3, 3, 0, 0),
        notices=pl.DataFrame(
            [(2, "sku_ref", "UNKNOWN_SKU", seen)], schema=NOTICE, orient="row"
        ),
    )
    return report(FACTS, parsed, waiting_lines=waiting_lines)


def test_a_page_runs_nothing_that_a_file_says(partial: FileReport) -> None:
    page = report_html.render(partial).decode()

    assert "<b>" not in page
    assert "&lt;b&gt;.csv" in page
    assert "<script" not in page


def test_a_page_fits_a_phone_and_shows_what_to_mend_before_what_follows(
    partial: FileReport,
) -> None:
    page = report_html.render(partial, "zh").decode()

    assert '<meta name="viewport" content="width=device-width' in page
    assert 'data-label="如何修正"' in page
    assert 2 == page.count("<tr class=")
    assert "1 行仅因上述行有误而一并被拒绝</summary><p>4</p>" in page


@pytest.mark.parametrize("verdict", ["UNEXPECTED", "EMPTY_FILE", "UNSAFE_NAME", "TEST"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_verdict_has_words(language: str, verdict: str) -> None:
    page = report_html.render(refused(FACTS, verdict, "EMPTY_FILE"), language).decode()

    assert not re.search(f"<strong>{verdict}</strong> </p>", page)


def test_a_line_that_follows_another_is_no_error_of_its_own(
    partial: FileReport,
) -> None:
    head = headline(partial)

    assert (1, 1, 2) == (head["errors"], head["warnings"], head["quarantined_lines"])


def test_a_report_is_bounded_and_counts_what_it_leaves_out() -> None:
    """A file of millions of lines may be broken in all of them."""
    count = MOST_TOLD + 5
    text = message("BAD_QTY", "qty")
    rejects = pl.DataFrame(
        {"payload_line": range(2, count + 2)}, schema={"payload_line": pl.Int64}
    ).with_columns(
        column_name=pl.lit("qty"),
        code=pl.lit("BAD_QTY"),
        message=pl.lit(text),
        masked_value=pl.lit("x"),
    )
    parsed = Parsed(
        pl.DataFrame({"payload_line": [1]}), rejects, LineCount(count, 0, count, 0)
    )

    found = report(FACTS, parsed)

    said = json.loads(report_json.render(found))
    assert (count, 5) == (said["errors"], said["findings_left_out"])
    assert MOST_TOLD == len(said["findings"])
    page = report_html.render(found).decode()
    assert f"{count - 2000} more findings" in page


@pytest.mark.parametrize("column", ["order", "set", "message"])
def test_lines_of_orders_sets_and_messages_follow_the_one_at_fault(
    column: str,
) -> None:
    detail = message("BAD_QTY", "see segment 7")
    rejects = pl.DataFrame(
        [(9, column, "BAD_QTY", detail, "")], schema=REJECT, orient="row"
    )
    lines = LineCount(9, 8, 1, 0)

    found = report(FACTS, Parsed(pl.DataFrame({"payload_line": [1]}), rejects, lines))

    assert (0, [True]) == (found.errors, [f.is_follower for f in found.findings])


def test_details_and_examples_are_chinese_too(partial: FileReport) -> None:
    said = json.loads(report_json.render(partial, "zh"))["findings"]

    assert "数量不是有效整数。（quantity，至少为 1）" == said[1]["what_is_wrong"]
    assert "数量不是有效整数。（同一订单的另一行有误）" == said[2]["what_is_wrong"]
    assert "应为 `2`，而非 `2.5` 或 `two`" == said[1]["example"]


def test_every_code_that_a_partner_may_meet_has_an_example_in_both_languages() -> None:
    told = {c.code for c in CODES.values() if c.room in {"ingest", "bronze", "silver"}}
    same = {"UNSAFE_NAME", "FORMULA"}  # their examples are no language

    assert [] == [code for code in sorted(told) if not CODES[code].example]
    assert told - same == set(EXAMPLES)


def test_a_cell_that_calculates_is_made_harmless() -> None:
    found = refused(
        FileFacts("=cmd|' /C calc'!A0", "0" * 64, 1, "acme"), "X", "EMPTY_FILE"
    )

    assert b"'=cmd" in report_csv.render(found)


def test_a_clean_file_has_a_receipt_and_an_empty_report(partial: FileReport) -> None:
    parsed = Parsed(
        partial_rows := pl.DataFrame({"payload_line": [2]}),
        REJECT.to_frame(),
        LineCount(2, 2, 0, 0),
    )
    clean = report(FACTS, parsed)
    rows = list(csv.DictReader(io.StringIO(receipt_csv.render([(clean, "")]).decode())))

    assert partial_rows.height == int(rows[0]["loaded_rows"])
    assert ("ACCEPTED", "0", "") == tuple(
        rows[0][k] for k in ("verdict", "errors", "report")
    )
    assert "Nothing to mend." in report_html.render(clean).decode()
    assert partial.findings


def test_the_same_report_is_the_same_bytes(partial: FileReport) -> None:
    for form in (report_csv, report_html, report_json):
        assert form.render(partial) == form.render(partial)


def test_every_fault_of_a_line_is_a_finding_of_its_own() -> None:
    also = [
        ("BAD_CODE", "Pagado", "Pagado: Sí | No"),
        ("BAD_INSTANT", "Fecha", "Fecha"),
    ]
    told = message("BAD_QTY", detail_of_all("qty, at least 1", also))
    rejects = [(2, "qty", "BAD_QTY", told, "t…o")]
    parsed = Parsed(
        rows=pl.DataFrame({"payload_line": []}),
        rejects=pl.DataFrame(rejects, schema=REJECT, orient="row"),
        lines=LineCount(2, 1, 1, 0),
    )

    found = report(FACTS, parsed)

    assert [
        (2, "qty", "BAD_QTY", "qty, at least 1", "t…o"),
        (2, "Pagado", "BAD_CODE", "Pagado: Sí | No", ""),
        (2, "Fecha", "BAD_INSTANT", "Fecha", ""),
    ] == [(f.line, f.column, f.code, f.detail, f.masked_value) for f in found.findings]
    assert (3, 0) == (found.errors, found.left_out)


def test_lines_below_a_broken_header_only_follow_it() -> None:
    details = ["b; it looks parted by `;`, not `,`", "see line 1", "see line 1"]
    rejects = [
        (line, "b", "MISSING_COLUMN", message("MISSING_COLUMN", detail), "")
        for line, detail in enumerate(details, start=1)
    ]
    parsed = Parsed(
        rows=pl.DataFrame({"payload_line": []}),
        rejects=pl.DataFrame(rejects, schema=REJECT, orient="row"),
        lines=LineCount(3, 0, 3, 0),
    )

    found = report(FACTS, parsed)

    assert [False, True, True] == [f.is_follower for f in found.findings]
    assert 1 == found.errors
    said = str(spoken(found.findings[0], "zh")["what_is_wrong"])
    assert "分隔符似为 `;`，而非 `,`" in said


@pytest.mark.parametrize(
    "detail",
    [
        "no lane leads to region ZZ",
        "no region is named",
        "no row of units_of_measure says how many eaches are in a CT of SKU 7",
        "total 906.81 EUR is not the sum of the lines, 901.56",
        "SKU 7, in kit K, is not in the product master",
        "order web/1 has no line 9",
        "gift, wrap, … 13 in all",
        "no zip archive",
        "LOC 7, the line is read as one",
        "a sub-line is not read",
        "13 segments counted",
        "0001 in ST02",
        "nothing in 0020",
        "no QTY 194 or 48",
        "BUYERGMBH is agreed",
    ],
)
def test_what_was_seen_is_told_in_chinese_without_english(detail: str) -> None:
    told = detail_of(detail, "zh")

    assert re.search("[一-龥]", told)
    assert not re.search(r"\b(is|no|the|in|of|are|read|counted|says)\b", told)


def test_every_problem_of_a_certification_is_told_in_chinese() -> None:
    source = inspect.getsource(certification)
    said = re.findall(r'\["([a-z][^"{}]* [^"{}]+)"\]', source)
    said += ["line 1: 3 eaches wanted, 2 confirmed", "BAD_QTY: see reports/a.html"]

    assert 11 <= len(said)
    assert [] == [text for text in said if text == problem_of(text, "zh")]
