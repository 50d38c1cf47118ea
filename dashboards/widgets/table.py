"""Tables: one shape for the screen and for the file people take away.

A column's suffix says how it is read: ``_at`` in the company's zone, ``_minor``
in major units. The download is exactly what is shown, guarded against cells
that a spreadsheet would run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import polars as pl
import streamlit as st
from polars import selectors as cs
from streamlit.column_config import (
    DateColumn,
    DatetimeColumn,
    LinkColumn,
    NumberColumn,
)

from dashboards.widgets.figures import digits
from dashboards.widgets.moments import ZONE
from dashboards.widgets.words import language, say, word

# A cell that begins with one of these is a formula to a spreadsheet.
_FORMULA = r"^([=+\-@\t\r])"
ROWS_BEFORE_SCROLLING = 9
_ROW_PIXELS = 35


def show_table(name: str, frame: pl.DataFrame) -> None:
    """Draw a frame, say how many rows there are, and offer it as CSV.

    Args:
        name: key of the table, also the name of its file.
        frame: what to show; ``order_id`` and ``order_name`` become one link,
            ``found_count`` is how many rows there are in all.
    """
    if frame.is_empty():
        st.caption(say("state.nothing"))
        return
    shown = readable(frame)
    st.dataframe(
        linked(shown, frame),
        hide_index=True,
        width="stretch",
        height=_ROW_PIXELS * (1 + min(frame.height, ROWS_BEFORE_SCROLLING)) + 3,
        column_config=_column_settings(shown),
        placeholder="",
        key=f"table_{name}",
    )
    _show_foot(name, frame, shown)


def _show_foot(name: str, frame: pl.DataFrame, shown: pl.DataFrame) -> None:
    total = frame["found_count"][0] if "found_count" in frame.columns else shown.height
    text = "state.first_rows" if total > shown.height else "state.all_rows"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say(text, shown=f"{shown.height:,}", total=f"{total:,}"))
        st.download_button(
            say("actions.download_csv"),
            csv_bytes(shown),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=f"download_{name}",
            type="tertiary",
            icon=":material/download:",
            on_click="ignore",
        )


def readable(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as people read it: local times, major units, words as labels."""
    drop = [c for c in ("found_count", "order_id") if c in frame.columns]
    if "order_name" not in frame.columns:
        drop = [c for c in drop if c != "order_id"]
    shown = _in_major_units(frame.drop(drop)).with_columns(
        cs.datetime().dt.convert_time_zone(ZONE).dt.replace_time_zone(None)
    )
    return shown.rename({name: _label(name) for name in shown.columns})


def _label(name: str) -> str:
    short = "order" if name == "order_name" else name.removesuffix("_minor")
    return say(f"columns.{short}")


def _in_major_units(frame: pl.DataFrame) -> pl.DataFrame:
    amounts = [name for name in frame.columns if name.endswith("_minor")]
    if not amounts:
        return frame
    return frame.with_columns(pl.col(amounts) / _minor_per_major(frame))


def _minor_per_major(frame: pl.DataFrame) -> pl.Expr:
    # Costs have no currency column of their own: carrier rates have two decimals.
    if "currency_code" not in frame.columns:
        return pl.lit(100)
    currencies = frame["currency_code"].drop_nulls().unique().to_list()
    units = {code: 10 ** digits(code) for code in currencies}
    return pl.col("currency_code").replace_strict(units, default=100)


def linked(shown: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The shown frame with its order names made into links to the orders page."""
    label = say("columns.order")
    if label not in shown.columns or "order_id" not in frame.columns:
        return shown
    links = [
        None if order_id is None else order_link(order_id, str(order_name))
        for order_id, order_name in frame.select("order_id", "order_name").iter_rows()
    ]
    return shown.with_columns(pl.Series(label, links, pl.String))


def order_link(order_id: str, order_name: str) -> str:
    """Deep link to one order; the name rides in the fragment as its label."""
    where = f"/orders?order={quote(order_id, safe='')}&lang={language()}"
    return f"{where}#{order_name.removeprefix('#')}"


def _column_settings(
    shown: pl.DataFrame,
) -> Mapping[str, Any]:
    kinds = (
        (cs.float(), NumberColumn(format="%.2f")),
        (cs.integer(), NumberColumn(format="localized")),
        (cs.date(), DateColumn(format="YYYY-MM-DD")),
        (cs.datetime(), DatetimeColumn(format="YYYY-MM-DD HH:mm")),
    )
    settings: dict[str, Any] = {
        name: setting for kind, setting in kinds for name in shown.select(kind).columns
    }
    order = say("columns.order")
    if order in shown.columns:
        settings[order] = LinkColumn(display_text=r"#(.*)$")
    return settings


def csv_bytes(shown: pl.DataFrame) -> bytes:
    """What is shown as CSV in UTF-8 with a byte order mark, which Excel needs.

    A text cell or heading that begins with ``= + - @``, TAB or CR gets a
    leading apostrophe; numbers stay numbers.
    """
    safe = shown.with_columns(cs.string().str.replace(_FORMULA, "'$1"))
    text = safe.write_csv(
        float_precision=2, datetime_format="%Y-%m-%d %H:%M:%S", line_terminator="\r\n"
    )
    return b"\xef\xbb\xbf" + text.encode()


def worded(frame: pl.DataFrame, **groups: str) -> pl.DataFrame:
    """Replace codes by words: column name → group of words."""
    return frame.with_columns(
        pl.Series(name, [_word(group, code) for code in frame[name]], pl.String)
        for name, group in groups.items()
    )


def _word(group: str, code: str | None) -> str | None:
    return None if code is None else word(group, code)
