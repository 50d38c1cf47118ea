"""What every page begins with: its title and the moment it speaks of.

Also whether that can be trusted, and what to do when there is nothing to show.
"""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.queries.control_tower import newest_proofs
from dashboards.queries.serving import ServingCopy, open_copy
from dashboards.widgets.figures import Colour
from dashboards.widgets.moments import (
    HISTORY_AFTER_DAYS,
    STALE_AFTER_HOURS,
    Age,
    age,
    day_that_ends,
    now,
    spell,
)
from dashboards.widgets.words import say

_ID_LETTERS = 12  # enough to tell one copy from every other
_LONG_DAYS = 3  # from here on an age reads better in days
_COLOURS: dict[str, Colour] = {"fresh": "green", "stale": "red", "history": "gray"}
_ICONS = {
    "fresh": ":material/check_circle:",
    "stale": ":material/warning:",
    "history": ":material/history:",
}


def open_page(name: str) -> ServingCopy:
    """Draw a page's head; stop the page when nothing was published yet."""
    st.title(say(f"pages.{name}"), anchor=False)
    copy = open_copy()
    if copy is None:
        _show_unpublished()
        st.stop()
    _show_stamp(copy)
    _show_copy(copy)
    st.caption(say(f"pages.{name}_lead"))
    return copy


def is_published(copy: ServingCopy, *tables: str) -> bool:
    """Whether all ``tables`` are in the copy; says so where they are not."""
    missing = copy.missing(*tables)
    if missing:
        names = ", ".join(f"`{table}`" for table in missing)
        st.warning(say("state.partial", tables=names), icon=":material/rule:")
    return not missing


def show_section(name: str) -> None:
    """A section's heading with its definition as help."""
    st.subheader(
        say(f"sections.{name}"), help=say(f"sections.{name}_help"), anchor=False
    )


def _show_unpublished() -> None:
    with st.container(border=True):
        st.subheader(say("state.unpublished_title"), anchor=False)
        st.write(say("state.unpublished"))
        st.write(say("state.unpublished_how"))
        st.code("make run", language="bash")


def _show_copy(copy: ServingCopy) -> None:
    manifest = copy.manifest.manifest_id[:_ID_LETTERS]
    run = copy.manifest.run_id[:_ID_LETTERS]
    st.sidebar.caption(say("app.copy", manifest=manifest, run=run))


def _show_stamp(copy: ServingCopy) -> None:
    lag = age(copy.manifest.as_of, now())
    with st.container(horizontal=True):
        st.badge(
            say("stamp.as_of", moment=_spelled_moment(copy)),
            icon=":material/event:",
            color="blue",
            help=say("stamp.as_of_help"),
        )
        st.badge(
            say(f"stamp.{lag.verdict}", age=_spelled_age(lag)),
            icon=_ICONS[lag.verdict],
            color=_COLOURS[lag.verdict],
            help=say(
                "stamp.fresh_help", hours=STALE_AFTER_HOURS, days=HISTORY_AFTER_DAYS
            ),
        )
        _show_proofs_badge(copy)
    if lag.verdict == "stale":
        st.error(say("state.stale", age=_spelled_age(lag)), icon=_ICONS["stale"])


def _spelled_moment(copy: ServingCopy) -> str:
    day = day_that_ends(copy.manifest.as_of)
    return say("stamp.end_of", day=day) if day else spell(copy.manifest.as_of)


def _spelled_age(lag: Age) -> str:
    if lag.days >= _LONG_DAYS:
        return say("stamp.days", count=lag.days)
    return say("stamp.hours", count=lag.hours)


def _show_proofs_badge(copy: ServingCopy) -> None:
    text, colour, icon = _proofs_verdict(newest_proofs(copy))
    st.badge(text, icon=icon, color=colour, help=say("stamp.proofs_help"))


def _proofs_verdict(proofs: pl.DataFrame) -> tuple[str, Colour, str]:
    total, failed = proofs.height, proofs.filter(~pl.col("is_passed")).height
    if not total:
        return say("stamp.proofs_unknown"), "gray", ":material/help:"
    if failed:
        text = say("stamp.proofs_fail", failed=failed, total=total)
        return text, "orange", ":material/error:"
    return say("stamp.proofs_hold", total=total), "green", ":material/verified:"
