"""Charts are pure functions: what they draw is asked of ``to_dict``."""

from datetime import date
from typing import Any

import polars as pl

from dashboards.charts.buckets import bucket_bars
from dashboards.charts.exceptions import age_bars, movement_bars
from dashboards.charts.fill_rates import fill_lines
from dashboards.charts.ink import BUCKETS
from dashboards.charts.open_lines import CELL, heatmap
from dashboards.charts.partners import latency_bars, score_grid
from dashboards.charts.quarantine import reason_bars
from transforms.contracts import decisions

WORDS = {name: name.title() for name in (*BUCKETS, "state", "age", "lines", "units")}
DAY_WORDS = {
    name: name for name in
    ("unit_fill", "line_fill", "order_fill", "day", "share", "measure")
}  # fmt: skip


def rows(chart: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any Altair chart
    """The rows a chart carries."""
    [values] = chart.to_dict()["datasets"].values()
    return list(values)


def cells(*found: tuple[str, str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [(*cell, 2 * cell[2]) for cell in found],
        schema={"bucket": pl.String, "age_band": pl.String, "line_count": pl.Int64,
                "open_qty": pl.Int64},
        orient="row",
    )  # fmt: skip


def test_the_heatmap_has_a_cell_for_every_pair_also_without_lines() -> None:
    chart = heatmap(
        cells(("pending", "0-1", 7)), ("pending", "held"), ("0-1", "14+"), WORDS
    )

    drawn = {(r["bucket"], r["age_band"]): r["line_count"] for r in rows(chart)}
    assert drawn == {
        ("pending", "0-1"): 7,
        ("pending", "14+"): 0,
        ("held", "0-1"): 0,
        ("held", "14+"): 0,
    }


def test_a_click_on_the_heatmap_selects_state_and_age() -> None:
    chart = heatmap(cells(), ("pending",), ("0-1",), WORDS).to_dict()

    [selection] = [p for p in chart["params"] if p["name"] == CELL]
    assert selection["select"]["fields"] == ["bucket", "age_band"]


def test_the_heatmap_keeps_the_order_of_life_and_of_age() -> None:
    chart = heatmap(cells(), ("released", "held"), ("14+", "0-1"), WORDS).to_dict()

    axes = chart["layer"][0]["encoding"]
    assert (
        axes["x"]["sort"],
        axes["y"]["sort"],
    ) == (["14+", "0-1"], ["Released", "Held"])


def days(*orders: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "business_date": [date(2017, 12, 27 + n) for n in range(len(orders))],
            "ordered_qty": [10 * n for n in orders],
            "filled_qty": [9 * n for n in orders],
            "line_count": [4 * n for n in orders],
            "filled_line_count": [3 * n for n in orders],
            "order_count": orders,
            "filled_order_count": [0 for _ in orders],
        }
    )


def test_fill_rates_are_numerator_over_denominator() -> None:
    drawn = {
        row["measure"]: row["share"] for row in rows(fill_lines(days(2), DAY_WORDS))
    }

    assert drawn == {"unit_fill": 0.9, "line_fill": 0.75, "order_fill": 0.0}


def test_a_day_without_orders_is_a_gap_and_not_zero() -> None:
    drawn = {row["business_date"] for row in rows(fill_lines(days(2, 0), DAY_WORDS))}

    assert {"2017-12-27"} == drawn


def test_reasons_are_drawn_most_first() -> None:
    reasons = pl.DataFrame(
        {"code": ["BAD_QTY", "EMPTY"], "sentence": ["a", "b"], "row_count": [5, 1]}
    )

    chart = reason_bars(reasons, {"count": "n", "reason": "r"}).to_dict()

    assert chart["layer"][0]["encoding"]["y"]["sort"] == ["BAD_QTY", "EMPTY"]


def test_a_line_s_bar_is_as_long_as_its_order() -> None:
    quantities = {f"{bucket}_qty": [0, 0] for bucket in BUCKETS}
    lines = pl.DataFrame(
        {"label": ["1 · A", "2 · A"]} | quantities
        | {"shipped_qty": [2, 0], "pending_qty": [1, 4]}
    )  # fmt: skip

    drawn = rows(bucket_bars(lines, WORDS | {"line": "Line"}))

    lengths = {
        label: sum(row["qty"] for row in drawn if row["label"] == label)
        for label in ("1 · A", "2 · A")
    }
    assert lengths == {"1 · A": 3, "2 · A": 4}


def test_every_bucket_has_its_own_colour() -> None:
    assert list(decisions.BUCKETS) == list(BUCKETS)
    assert len(BUCKETS) == len(set(BUCKETS.values()))


def test_the_bars_of_codes_keep_the_order_of_the_rows_and_of_ages() -> None:
    found = pl.DataFrame(
        {
            "code": ["UNPAID", "UNPAID", "ACK_OVERDUE"],
            "age_band": ["1-2", "0-1", "14+"],
            "exception_count": [2, 3, 1],
        }
    )

    bars = age_bars(
        found, ("0-1", "1-2", "14+"), dict.fromkeys(("count", "age", "code"), "x")
    )

    assert ["UNPAID", "ACK_OVERDUE"] == bars.to_dict()["encoding"]["y"]["sort"]
    assert [1, 0, 2] == [row["band_no"] for row in rows(bars)]


def test_what_a_run_closed_hangs_below_what_it_opened() -> None:
    runs = pl.DataFrame({"run": ["1"], "opened_count": [5], "closed_count": [2]})
    words = {name: name for name in ("opened", "closed", "run", "count")}

    drawn = rows(movement_bars(runs, words))

    assert [("opened", 5), ("closed", -2)] == [(r["what"], r["height"]) for r in drawn]


def test_a_share_on_the_grid_is_rounded_down() -> None:
    scores = pl.DataFrame(
        {"partner_id": ["a"], "measure": ["read"], "good": [9_996], "asked": [10_000]}
    )
    words = dict.fromkeys(("read", "partner", "measure", "share", "good", "asked"), "x")

    assert ["99.9 %"] == [r["text"] for r in rows(score_grid(scores, ("read",), words))]


def test_latencies_are_hours() -> None:
    found = pl.DataFrame(
        {
            "partner_id": ["a"],
            "step": ["acknowledged"],
            "median_minutes": [90],
            "most_minutes": [180],
            "instruction_count": [4],
        }
    )
    names = ("acknowledged", "confirmed", "hours", "partner", "step", "median", "most")
    words = {name: name for name in (*names, "instructions")}

    [row] = rows(latency_bars(found, words))

    assert (1.5, 3.0) == (row["median"], row["most"])
