"""The end of every parse of lines: whole orders, rejects, and the count.

Here problems become rejects and the physical lines are counted, each class by
itself, so that the balance is a proof and not a subtraction.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.contracts import codes
from transforms.contracts.profile import NOTICE, LineCount, Parsed
from transforms.contracts.table import Table
from transforms.feeds.reading import rejects
from transforms.feeds.reading.delimited import Delimited
from transforms.feeds.reading.rejects import PROBLEM, rejected

_NO_NOTICE = NOTICE.to_frame()

_SHOWN_COLUMNS, _SHOWN_CHARS = 10, 40
"""What a notice shows of unknown columns: a header may be anything."""


def document_columns(document: Table) -> list[str]:
    """The columns that ``parse`` fills: those a file says, in stored order."""
    return [name for name in document.content_names if name != "partner_id"]


def required_columns(document: Table) -> list[str]:
    """Those of ``document_columns`` that must not be null."""
    names = document_columns(document)
    return [name for name in names if not document.column(name).is_nullable]


def optional_columns(document: Table) -> list[str]:
    """Those of ``document_columns`` that may be null."""
    names = document_columns(document)
    return [name for name in names if document.column(name).is_nullable]


def reference_columns(document: Table) -> list[str]:
    """Those of ``document_columns`` that name something by a partner's number."""
    return [name for name in document_columns(document) if name.endswith("_ref")]


def settle(
    read: Delimited,
    good: pl.DataFrame,
    problems: pl.DataFrame,
    document: Table,
    silent: int = 0,
) -> Parsed:
    """Close the accounts of a delimited payload.

    Args:
        read: what was read.
        good: accepted rows with the document's columns and ``payload_line``.
        problems: ``rejects.PROBLEM`` of the rows that were read and refused.
        document: whose columns the rows have.
        silent: accepted lines that give no row of their own.
    """
    found = [one for one in (read.problems, problems) if one.height]
    nothing = rejects.none()
    if not (good.height or found or silent):
        nothing = _header_alone(read)
    every = [*found, nothing]
    inside = rejects.none()
    if read.continuations.height:
        inside = read.continuations.join(
            pl.concat(every),
            left_on="record_line",
            right_on="payload_line",
            how="inner",
        ).select(list(PROBLEM))
    # Rows may be sums of several records, so their lines say too little.
    accepted_inside = read.continuations.height - inside.height
    refused = rejected([*every, inside])
    lines = LineCount(
        physical=read.lines.physical,
        accepted=read.header_lines
        - nothing.height
        + good.height
        + accepted_inside
        + silent,
        quarantined=refused.height,
        blank=read.lines.blank,
    )
    rows = good.select("payload_line", *document_columns(document))
    return Parsed(rows, refused, lines, _notices(read))


def _header_alone(read: Delimited) -> pl.DataFrame:
    """``PROBLEM`` of a header without a line below it: an export that failed.

    Taken for good, a day without a row would pass for a day on which nothing was.
    """
    line, detail = read.header_line, "a header and no line below it"
    return rejects.problems(
        [(line, "line", "EMPTY_FILE", detail, None)] if line else []
    )


def _notices(read: Delimited) -> pl.DataFrame:
    """One notice for all columns that nobody knows: a header may drift."""
    if not read.unknown:
        return _NO_NOTICE.clone()
    shown = ", ".join(name[:_SHOWN_CHARS] for name in read.unknown[:_SHOWN_COLUMNS])
    if len(read.unknown) > _SHOWN_COLUMNS:
        shown += f", … {len(read.unknown)} in all"
    text = codes.message("UNKNOWN_COLUMN", shown)
    notice = (read.header_line, shown, "UNKNOWN_COLUMN", text)
    return pl.DataFrame([notice], schema=NOTICE, orient="row")


def keep_orders_whole(
    good: pl.DataFrame,
    problems: pl.DataFrame,
    read: Delimited,
    key: Sequence[str],
    what: str = "order",
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Refuse the good lines of orders that have a broken line in the file.

    An order is loaded whole or not at all: half an order would be shipped.

    Args:
        good: rows that passed.
        problems: ``rejects.PROBLEM`` of the lines that were read and did not.
        read: what was read, and what could not be.
        key: columns that name an order.
        what: what the key names, if not an order.

    Returns:
        (good rows of whole orders, problems of the rows taken out: what was
        broken as column, and the code of its first broken line).
    """
    is_sound = read.problems.is_empty() and problems.is_empty()
    if is_sound or good.is_empty():
        return good, rejects.none()
    every = pl.concat([read.problems, problems])
    codes_of = every.select("payload_line", "code")
    told = [read.cells.select("payload_line", *key)]
    if read.torn.height:
        told.append(read.broken_of(good.select(key).unique()))
    first_codes = (
        pl.concat(one.join(codes_of, on="payload_line", how="inner") for one in told)
        .sort("payload_line")
        .unique(list(key), keep="first", maintain_order=True)
        .select(*key, "code")
    )
    # Of all columns a copy would be as large as the file.
    mates = good.select("payload_line", *key).join(
        first_codes, on=list(key), how="inner", maintain_order="left"
    )
    taken = mates.select(
        "payload_line",
        pl.lit(what).alias("column_name"),
        "code",
        pl.lit(f"another line of the {what} is broken").alias("detail"),
        pl.lit(None, pl.String).alias("value"),
    )
    if mates.height == good.height:
        return good.clear(), taken
    whole = good.join(taken, on="payload_line", how="anti", maintain_order="left")
    return whole, taken
