"""Stock files of nodes, and every file that came or went."""

from __future__ import annotations

import polars as pl

from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table, worded


def show_nodes(nodes: pl.DataFrame) -> None:
    """Their newest count beside our books."""
    show_section("partner_nodes")
    show_table("partner_nodes", nodes)


def show_outages(outages: pl.DataFrame) -> None:
    """Nodes that were stopped, and what their orders cost elsewhere."""
    show_section("outages")
    show_table("outages", outages)


def show_exchanges(rows: pl.DataFrame) -> None:
    """Files in and out, the newest first."""
    show_section("exchanges")
    show_table("exchanges", worded(rows, way="way"))
