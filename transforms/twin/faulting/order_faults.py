"""Faults in the channels' files: broken lines, unknown SKUs, cards, repeats.

A broken or unknown line is an extra, invented order beside the real ones, so
the demand stays what it is. Timetable: the last day of the history has a few
(they come whatever its length), every played day has each kind.
Not here: the warehouses' faults (``drift``, ``answer``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.documents.order_files import PATTERNS, order_files, text_lines
from transforms.twin.documents.purchase_orders import PATTERN as PO_PATTERN
from transforms.twin.documents.spelling import lines_bytes
from transforms.twin.draws import draw
from transforms.twin.faulting.faults import Fault
from transforms.twin.faulting.invented_orders import (
    broken_text,
    invent_line,
    invented_set,
    last_segment,
)
from transforms.twin.founding.network import BUSINESS, MARKET, STORES, WEB
from transforms.twin.payers import paid_more

AGAIN_AFTER = timedelta(hours=1)
REVISED_AFTER = timedelta(hours=2)
CODES = {
    "bad_json": "BAD_JSON",
    "bad_qty": "BAD_QTY",
    "bad_instant": "BAD_INSTANT",
    "ragged_line": "RAGGED_LINE",
    "wrong_count": "WRONG_COUNT",
    "unknown_sku": "UNKNOWN_SKU",
    "card_number": "CARD_NUMBER",
    "duplicate_file": "DUPLICATE",
    "revised_file": "REVISION",
}
_BROKEN = {"bad_json", "bad_qty", "bad_instant", "ragged_line", "wrong_count"}
_ON_THE_LAST_DAY = (
    (WEB, 0, "bad_json"), (WEB, 0, "card_number"), (MARKET, 0, "ragged_line"),
    (STORES, 0, "bad_qty"), (BUSINESS, 0, "wrong_count"), (WEB, 0, "unknown_sku"),
    (MARKET, 0, "duplicate_file"),
)  # fmt: skip
_EVERY_DAY = (
    (WEB, 11, "bad_json"), (WEB, 11, "card_number"), (WEB, 15, "unknown_sku"),
    (WEB, 19, "revised_file"), (MARKET, 11, "bad_qty"), (MARKET, 11, "ragged_line"),
    (MARKET, 15, "unknown_sku"), (MARKET, 15, "bad_instant"),
    (MARKET, 19, "duplicate_file"), (STORES, 11, "ragged_line"),
    (STORES, 15, "bad_instant"), (STORES, 15, "bad_qty"),
    (STORES, 19, "duplicate_file"), (BUSINESS, 15, "wrong_count"),
    (BUSINESS, 23, "unknown_sku"),
)  # fmt: skip


class Planting(NamedTuple):
    """One entry of the timetable: a number, its kind, and the file it goes to."""

    number: int
    kind: str
    channel: str
    file_stamp: str


def timetable(company: Company) -> list[Planting]:
    """Which fault goes into which order file; a day without files has none."""
    plan = company.plan
    if not plan.has_faults:
        return []
    entries = [(plan.cut_date, *entry) for entry in _ON_THE_LAST_DAY]
    entries += [(day, *entry) for day in plan.play_dates for entry in _EVERY_DAY]
    stamps = company.lines.select("channel", "file_stamp").unique()
    plantings = []
    for number, (day, channel, hour, kind) in enumerate(entries, start=1):
        stamp = _file_of(stamps, day, channel, hour)
        if stamp:
            plantings.append(Planting(number, kind, channel, stamp))
    return plantings


def faulty_order_files(
    company: Company, lines: pl.DataFrame
) -> Iterator[tuple[NamedBytes, list[Fault]]]:
    """The channels' files of these lines, with what the timetable plants.

    Args:
        company: whose timetable it is.
        lines: whole files' worth of ``company.lines``.

    Yields:
        A file and the faults in it; repeats and revisions are files of their
        own that arrive later.
    """
    due: dict[tuple[str, str], list[Planting]] = {}
    for planting in timetable(company):
        due.setdefault((planting.channel, _name(planting)), []).append(planting)
    for file in order_files(company, lines):
        plantings = due.get((file.partner_id, file.name), [])
        broken, faults = _with_lines(company, file, lines, plantings)
        yield broken, faults
        for planting in plantings:
            if planting.kind == "duplicate_file":
                yield _again(broken, _capped(company, broken, AGAIN_AFTER))
            if planting.kind == "revised_file":
                yield from _revised(company, broken, lines, planting)


def _file_of(stamps: pl.DataFrame, day: date, channel: str, hour: int) -> str | None:
    """The channel's first file of a day from an hour on, else its last one."""
    of_day = stamps.filter(
        pl.col("channel") == channel,
        pl.col("file_stamp").str.starts_with(f"{day:%Y%m%d}"),
    )["file_stamp"].sort()
    later = of_day.filter(of_day >= f"{day:%Y%m%d}T{hour:02d}")
    found = later.head(1) if later.len() else of_day.tail(1)
    return str(found[0]) if found.len() else None


def _name(planting: Planting) -> str:
    is_business = planting.channel == BUSINESS
    pattern = PO_PATTERN if is_business else PATTERNS[planting.channel][0]
    return pattern.format(planting.file_stamp)


def _with_lines(
    company: Company, file: NamedBytes, lines: pl.DataFrame, plantings: list[Planting]
) -> tuple[NamedBytes, list[Fault]]:
    chosen = [p for p in plantings if not p.kind.endswith("_file")]
    if not chosen:
        return file, []
    if file.partner_id == BUSINESS:
        return _with_set(company, file, lines, chosen[0])
    content, numbers = _inserted(company, file, lines, chosen)
    told = NamedBytes(file.partner_id, file.name, content, file.received_at)
    faults = [
        _fault(planting, told, number)
        for planting, number in zip(chosen, numbers, strict=True)
    ]
    return told, faults


def _inserted(
    company: Company, file: NamedBytes, lines: pl.DataFrame, plantings: list[Planting]
) -> tuple[bytes, list[int]]:
    rows = file.content.decode().removesuffix("\n").split("\n")
    body_from = 0 if file.partner_id == WEB else 1
    texts = []
    for planting in plantings:
        line = invent_line(lines, file.partner_id, planting.file_stamp, planting.number)
        text = text_lines(company, file.partner_id, _noted(line, planting))["text"][0]
        at = body_from + draw(planting.number, company.seed, "where", len(rows))
        broken = broken_text(text, file.partner_id, planting.kind, planting.number)
        rows.insert(min(at, len(rows)), broken)
        texts.append(broken)
    return lines_bytes(rows), [rows.index(text) + 1 for text in texts]


def _noted(line: pl.DataFrame, planting: Planting) -> pl.DataFrame:
    cards = ("4111111111111111", "5555555555554444", "378282246310005")
    note = f"Please charge my card {cards[planting.number % 3]} instead"
    is_card = planting.kind == "card_number"
    return line.with_columns(note=pl.lit(note)) if is_card else line


def _with_set(
    company: Company, file: NamedBytes, lines: pl.DataFrame, planting: Planting
) -> tuple[NamedBytes, list[Fault]]:
    line = invent_line(lines, BUSINESS, planting.file_stamp, planting.number)
    of_file = lines.filter(
        pl.col("channel") == BUSINESS, pl.col("file_stamp") == planting.file_stamp
    )
    (extended,) = order_files(company, pl.concat([of_file, line]))
    content = invented_set(extended.content, planting.kind, planting.number)
    told = NamedBytes(file.partner_id, file.name, content, file.received_at)
    starts = "SE" if planting.kind == "wrong_count" else "PO1"
    return told, [_fault(planting, told, last_segment(content, starts))]


def _fault(planting: Planting, file: NamedBytes, line: int | None) -> Fault:
    is_broken = planting.kind in _BROKEN
    return Fault(
        kind="broken_line" if is_broken else planting.kind,
        partner_id=file.partner_id,
        file_name=file.name,
        payload_line=line,
        expected_code=CODES[planting.kind],
        subject=f"invented order {planting.number}",
        planted_at=file.received_at,
        detail=planting.kind,
    )


def _capped(company: Company, file: NamedBytes, delay: timedelta) -> datetime:
    """History stays history: a repeat of its last day arrives before the cut."""
    is_history = file.received_at < company.plan.cut_at
    later = file.received_at + delay
    return file.received_at + timedelta(seconds=1) if is_history else later


def _again(file: NamedBytes, at: datetime) -> tuple[NamedBytes, list[Fault]]:
    again = NamedBytes(file.partner_id, file.name, file.content, at)
    fault = Fault(
        "duplicate_file",
        file.partner_id,
        file.name,
        None,
        CODES["duplicate_file"],
        file.name,
        at,
        "the same bytes under the same name",
    )
    return again, [fault]


def _revised(
    company: Company, file: NamedBytes, lines: pl.DataFrame, planting: Planting
) -> Iterator[tuple[NamedBytes, list[Fault]]]:
    """The file again with one each more on one line of its first order, and paid."""
    at = file.received_at + REVISED_AFTER
    of_file = lines.filter(
        pl.col("channel") == planting.channel,
        pl.col("file_stamp") == planting.file_stamp,
    )
    basket = of_file["basket_id"][0]
    is_order = pl.col("basket_id") == basket
    is_line = is_order & (pl.col("line_no") == 1)
    each = pl.col("gross_minor") // pl.col("qty")
    more = pl.when(is_line).then(each).otherwise(0)
    corrected = of_file.with_columns(
        more_minor=more,
        qty=pl.col("qty") + pl.when(is_line).then(1).otherwise(0),
        gross_minor=pl.col("gross_minor") + more,
        updated_at=pl.when(is_order)
        .then(pl.lit(at - timedelta(minutes=5)).cast(pl.Datetime("us", "UTC")))
        .otherwise("ordered_at"),
    )
    (revision,) = order_files(company, corrected)
    told = NamedBytes(file.partner_id, file.name, revision.content, at)
    reference = of_file["order_ref"][0]
    yield paid_more(company, corrected.filter(is_order), at), []
    yield (
        told,
        [
            Fault(
                "revised_file",
                file.partner_id,
                file.name,
                None,
                CODES["revised_file"],
                f"{planting.channel}/{reference}",
                at,
                "line 1 of the order has one each more",
            )
        ],
    )
