"""Planted faults against what was found: the demo's own examination.

A fault is found when its code was raised where it was planted: at its file
and line, or about its subject. What was mended since waits nowhere any more; it
was found when its sender was told of it.
"""

from __future__ import annotations

import json
from datetime import datetime

import polars as pl

from orchestration.resources.house import House

FINDINGS = """
select code, file_name, payload_line, subject from (
    select l.verdict as code, l.file_name, null::bigint as payload_line,
        l.file_name as subject
    from lake.bronze.landing_ledger as l
    union all
    select r.code, l.file_name, r.payload_line, l.file_name
    from lake.bronze.rejects as r
    inner join lake.bronze.landing_ledger as l on l.landing_id = r.landing_id
    union all
    select q.code, q.file_name, q.payload_line, q.order_id
    from lake.visibility.rpt_quarantine as q
    union all
    select e.code, null, null, e.subject from lake.decisions.exceptions as e
    union all
    select v.verdict, null, null, v.event_id from lake.decisions.event_verdicts as v
    union all
    select 'STOCK_DISTRUSTED', l.file_name, null, c.node_id
    from lake.decisions.node_confidence as c
    inner join lake.gold.dim_nodes as n on n.node_id = c.node_id
    inner join lake.bronze.landing_ledger as l
        on l.partner_id = n.operator_id and l.document = 'stock_snapshots'
    where c.verdict <> 'TRUSTED'
        and c.as_of > (select min(as_of) from lake.decisions.runs)
        and abs(date_diff('hour', c.as_of, l.received_at)) <= 36
    union all
    select case when variance_qty < 0 then 'STOCK_SHORTFALL' else 'STOCK_SURPLUS' end,
        null, null, node_id || '/' || sku_id
    from lake.decisions.stock_variances
)
"""

REPORTS = """
    select told.partner_id, told.file_name, sent.sha256
    from lake.instructions.file_receipts as told
    inner join lake.instructions.answer_files as sent
        on sent.partner_id = told.partner_id and sent.run_id = told.run_id
        and starts_with(told.report_name, regexp_replace(sent.file_name, 'json$', ''))
    where sent.kind = 'report' and ends_with(sent.file_name, '.json')
    order by all
"""


def examined(house: House, planted: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Every planted fault whose file has arrived, with ``is_found``.

    Args:
        house: open, after a run.
        planted: PLANTED_FAULTS.
        as_of: faults planted later are left out.
    """
    findings = house.lake.query(FINDINGS)
    due = planted.filter(pl.col("planted_at") <= as_of)
    at_file = due.join(
        findings.drop_nulls("file_name"),
        left_on=["expected_code", "file_name"],
        right_on=["code", "file_name"],
        how="inner",
    ).filter(
        pl.col("payload_line").is_null()
        | pl.col("payload_line_right").is_null()
        | (pl.col("payload_line") == pl.col("payload_line_right"))
    )
    about = due.join(
        findings.drop_nulls("subject").select("code", found="subject").unique(),
        left_on="expected_code",
        right_on="code",
        how="inner",
    ).filter(pl.col("found").str.contains(pl.col("subject"), literal=True))
    found = pl.concat([at_file.select("fault_id"), about.select("fault_id")]).unique()
    mended = told(house, due.join(found, on="fault_id", how="anti"))
    is_found = pl.col("fault_id").is_in([*found["fault_id"], *mended])
    return due.with_columns(is_found=is_found).sort("fault_id")


def told(house: House, faults: pl.DataFrame) -> list[str]:
    """``fault_id`` of the faults that a report to their sender names, mended or not."""
    key = ["partner_id", "file_name"]
    asked = faults.drop_nulls("file_name")
    if asked.is_empty():
        return []
    reports = house.lake.query(REPORTS).join(asked, on=key, how="semi")
    said = {
        (partner_id, file_name, finding["code"], finding["line"])
        for partner_id, file_name, sha256 in reports.iter_rows()
        for finding in json.loads(house.outbox.read(sha256))["findings"]
    }
    places = faults.select(*key, "expected_code", "payload_line").iter_rows()
    return [
        fault_id
        for fault_id, place in zip(faults["fault_id"], places, strict=True)
        if place in said
    ]


def by_kind(faults: pl.DataFrame) -> pl.DataFrame:
    """``kind, planted, found``, by kind."""
    return (
        faults.group_by("kind")
        .agg(planted=pl.len(), found=pl.col("is_found").sum())
        .sort("kind")
    )
