"""Every page: with data, with none, with stale data, in both languages."""

from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.conftest import Open, everything_said
from tests.dashboards.serving_copies import JOURNAL, full_copy, publish
from transforms.contracts.codes import CODES

PAGES = ("control_tower", "orders", "exceptions", "partners")
LANGUAGES = ("en", "zh")
DAY = 24


def speaking(language: str) -> dict[str, str]:
    return {} if language == "en" else {"lang": language}


def shown(app: AppTest, column: str) -> pl.DataFrame:
    """The first table of the page that has ``column``."""
    frames = [pl.from_pandas(table.value) for table in app.dataframe]
    return next(frame for frame in frames if column in frame.columns)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_data_raises_nothing_and_misses_nothing(
    full_home: Path, open_page: Open, page: str, language: str
) -> None:
    app = open_page(full_home, page, **speaking(language))

    assert [e.value for e in (*app.exception, *app.error, *app.warning)] == []
    assert len(app.dataframe) >= 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_before_the_first_publish_a_page_says_so_and_shows_no_figure(
    tmp_path: Path, open_page: Open, page: str, language: str
) -> None:
    app = open_page(tmp_path, page, lang=language)

    said = {"en": "Nothing published yet", "zh": "尚未发布任何数据"}
    assert said[language] == app.subheader[0].value
    assert app.code[0].value == "make run"
    assert list(app.metric) + list(app.exception) == []


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_copy_shows_zero_rows_and_unknown_rates_not_errors(
    empty_home: Path, open_page: Open, page: str
) -> None:
    app = open_page(empty_home, page)

    assert [e.value for e in (*app.exception, *app.error, *app.warning)] == []
    assert "that is a real zero" in everything_said(app)


def test_an_empty_copy_has_zero_open_lines_but_no_fill_rate(
    empty_home: Path, open_page: Open
) -> None:
    app = open_page(empty_home, "control_tower")

    figures = {metric.label: metric.value for metric in app.metric}
    assert (figures["Open lines"], figures["Unit fill rate"]) == ("0", "–")


@pytest.mark.parametrize(
    ("hours", "badge", "is_alarm"),
    [
        (8, "fresh", False),
        (2 * DAY, "stale, 48 hours old", True),
        (9 * DAY, "stale, 9 days old", True),
        (400 * DAY, "played history, not live", False),
    ],
)
def test_the_badge_tells_how_old_the_figures_are(
    full_home: Path, open_page: Open, hours: int, badge: str, *, is_alarm: bool
) -> None:
    app = open_page(full_home, "orders", hours_later=hours)

    assert f"{badge}]" in everything_said(app)
    assert is_alarm == bool(app.error)


def test_the_stamp_names_the_business_day_that_ended(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(full_home, "control_tower")

    assert "as of end of 2017-12-29]" in everything_said(app)


def test_a_table_that_was_not_published_is_unknown_and_the_rest_goes_on(
    tmp_path: Path, open_page: Open
) -> None:
    tables = full_copy()
    del tables["rpt_fill_rates"]

    app = open_page(publish(tmp_path, tables), "control_tower")

    assert all("`rpt_fill_rates`" in warning.value for warning in app.warning)
    labels = {metric.label for metric in app.metric}
    assert ("Open lines" in labels, "Unit fill rate" in labels) == (True, False)


def test_a_file_that_is_gone_shows_no_figure_but_what_to_do(
    tmp_path: Path, open_page: Open
) -> None:
    home = publish(tmp_path, full_copy())
    next((home / "serving/files/rpt_orders").iterdir()).unlink()

    app = open_page(home, "orders")

    assert [e.value for e in app.error] == ["The published copy cannot be read"]
    assert list(app.exception) == []


def test_key_figures_are_those_of_the_published_rows(
    full_home: Path, full_tables: dict[str, pl.DataFrame], open_page: Open
) -> None:
    app = open_page(full_home, "control_tower")

    rows = full_tables["rpt_open_line_list"]
    waiting = rows.filter(pl.col("bucket") == "backordered")["qty"].sum()
    figures = {metric.label: metric.value for metric in app.metric}
    expected = {
        "Open lines": str(rows["line_id"].n_unique()),
        "Backordered units": str(waiting),
        "Unit fill rate": "96.1 %",
        "Split rate": "12.0 %",
        "Cost per order": "USD 7.67",
    }
    assert expected == {name: figures[name] for name in expected}


def test_figures_of_orders_and_of_decisions_each_name_their_day(
    full_home: Path, full_tables: dict[str, pl.DataFrame], open_page: Open
) -> None:
    app = open_page(full_home, "control_tower")

    said = [caption.value for caption in app.caption]
    ordered, decided = (
        full_tables[name]["business_date"].sort().to_list()[-1]
        for name in ("rpt_fill_rates", "rpt_cost_per_order")
    )
    assert 1 == said.count(f"Orders of {ordered}")
    assert 1 == said.count(f"Decided on {decided}")


def test_what_a_run_took_back_is_no_negative_count(
    tmp_path: Path, full_tables: dict[str, pl.DataFrame], open_page: Open
) -> None:
    newest = full_tables["rpt_flow"]
    more = {name: pl.col(name) + 3 for name in ("rows_in", "rows_out")}
    before = newest.with_columns(as_of=pl.col("as_of") - pl.duration(hours=4), **more)
    flow = pl.concat([newest, before], how="vertical_relaxed")
    home = publish(tmp_path, full_tables | {"rpt_flow": flow})

    app = open_page(home, "control_tower")

    values = [metric.value for metric in app.metric]
    assert newest.height == values.count("3 back")
    assert "out; 3 fewer in: taken off" in [caption.value for caption in app.caption]
    assert not [value for value in values if value.startswith("-")]


def test_every_figure_states_its_formula(full_home: Path, open_page: Open) -> None:
    app = open_page(full_home, "control_tower")

    assert [metric.label for metric in app.metric if not metric.help] == []


def test_filters_in_the_url_decide_what_is_listed(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(
        full_home, "control_tower", channel="web_shop", bucket="backordered"
    )

    listed = shown(app, "Age (days)").unique(["Channel", "State"])
    assert listed.select("Channel", "State").rows() == [("web_shop", "Backordered")]


def test_a_chosen_filter_goes_into_the_url(full_home: Path, open_page: Open) -> None:
    app = open_page(full_home, "control_tower", bucket="pending")

    app.selectbox(key="channel").set_value("web_shop").run()

    assert app.query_params["channel"] == "web_shop"


def test_a_filter_value_nobody_offers_is_ignored(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(full_home, "control_tower", channel="x' or 1=1 --")

    assert app.selectbox(key="channel").value == "all"
    assert list(app.exception) == []


@pytest.mark.parametrize(
    "number",
    ["#1008", "1008", "web_shop/9008", "9008", "fo-00000009008", "1z9999008",
     "web_shop/9008/2"],
)  # fmt: skip
def test_any_number_of_an_order_finds_it(
    full_home: Path, open_page: Open, number: str
) -> None:
    app = open_page(full_home, "orders", find=number)

    assert [header.value for header in app.header] == ["#1008"]
    said = everything_said(app)
    assert "Paid]" in said
    assert "On its way]" in said
    assert "Return" not in said


def test_the_beginning_of_a_number_lists_all_orders_that_have_it(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(full_home, "orders", find="102")

    names = shown(app, "Matched on")["Order"].str.extract(r"#(.*)$").sort().to_list()
    assert [str(number) for number in range(1020, 1030)] == names


def test_a_number_nobody_has_is_answered_and_not_run(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(full_home, "orders", find="'; drop view rpt_orders; --")

    assert [note.value for note in app.info] == [
        "No order begins with “'; drop view rpt_orders; --”."
    ]


def test_every_event_names_its_file_and_line(full_home: Path, open_page: Open) -> None:
    app = open_page(full_home, "orders", order="web_shop/9000")

    events = shown(app, "Source").select("Event", "Source").rows()
    assert events == [
        ("Order accepted", "orders_20171229.jsonl : 1"),
        ("Allocated to a node", f"{JOURNAL} : 7"),
        ("Instruction sent", f"{JOURNAL} : 7"),
        ("Shipped", "945_000000041.edi : 1"),
    ]


def test_a_held_line_says_why_since_when_and_by_whom(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(full_home, "orders", order="web_shop/9000")

    holds = shown(app, "Held by").select("Reason", "Held by", "Age (days)", "Units")
    assert {("fraud?", "desk-3", 2, 1)} == set(holds.rows())


def test_what_a_waiting_line_could_be_sent_instead_says_what_one_may_do(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(full_home, "orders", order="web_shop/9000")

    offers = shown(app, "Instead").select("Instead", "What you may do", "Costs more")
    assert [("Another tea", "ask the customer first", -0.2)] == offers.rows()


def test_the_decision_shows_the_chosen_the_eligible_and_the_ruled_out(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(full_home, "orders", order="web_shop/9000")

    nodes = shown(app, "Outcome").select("Node", "Outcome", "Ruled out by").rows()
    assert nodes == [
        ("DC-EAST", "chosen", ""),
        ("3PL-HARBOR", "eligible, not chosen", ""),
        ("STORE-367", "eligible, not chosen", ""),
        ("3PL-SUMMIT", "ruled out", "no stock to promise, no capacity left"),
    ]


def test_a_line_s_states_sum_to_what_was_ordered(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(full_home, "orders", order="web_shop/9008")

    lines = shown(app, "Ordered")
    states = [c for c in ("Pending", "Shipped", "Delivered") if c in lines.columns]
    assert (
        lines["Ordered"].to_list()
        == lines.select(pl.sum_horizontal(states)).to_series().to_list()
    )


def test_the_queue_begins_with_what_is_worth_most_for_longest(
    full_home: Path, open_page: Open
) -> None:
    """13 is worth 162.50 for a second day, 11 is worth 137.50 for a third."""
    queue = shown(open_page(full_home, "exceptions"), "What it means")

    ranked = queue["Subject"].to_list()
    assert ["DC-EAST SKU11", "DC-EAST SKU13"] == ranked[:2]
    assert {None} == set(queue["Net value"].tail(4).to_list())


def test_what_rests_is_counted_and_not_listed_and_a_note_is_shown(
    full_home: Path, open_page: Open
) -> None:
    """Of 14 exceptions 5 has healed and 7 rests."""
    app = open_page(full_home, "exceptions")
    queue = shown(app, "What it means")

    assert "DC-EAST SKU7" not in queue["Subject"].to_list()
    assert any("1 more rest" in one.value for one in app.caption)
    noted = queue.filter(pl.col("Subject") == "DC-EAST SKU3")
    assert ["the supplier ships on Tuesday"] == noted["Note"].to_list()
    assert ["desk-3"] == noted["Noted by"].to_list()


def test_the_queue_is_one_owner_s_where_the_address_names_one(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(full_home, "exceptions", owner="buying")

    assert {"buying"} == set(shown(app, "What it means")["Owner"])


@pytest.mark.parametrize("page", ["control_tower", "exceptions"])
def test_in_chinese_the_meaning_of_a_code_says_how_to_mend_it(
    full_home: Path, open_page: Open, page: str
) -> None:
    entry = CODES["SHORT_SHIPPED"]

    told = shown(open_page(full_home, page, lang="zh"), "含义与处理")["含义与处理"]

    assert f"{entry.sentence('zh')}{entry.advice('zh')}" in told.to_list()


def test_what_stands_aside_is_of_all_runs(full_home: Path, open_page: Open) -> None:
    app = open_page(full_home, "control_tower")

    assert "18 set aside, of all runs" in everything_said(app)


def test_partners_are_filtered_in_the_exchange_log_only(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(full_home, "partners", partner="own_dcs")

    assert {"own_dcs"} == set(shown(app, "Way")["Partner"])


def test_an_outage_is_one_row_with_what_it_cost_in_all(
    full_home: Path, open_page: Open
) -> None:
    app = open_page(full_home, "partners")

    [row] = shown(app, "Extra cost").to_dicts()
    assert ("3PL-HARBOR", 24, 3.1, 4) == (
        row["Node"],
        row["Stopped (hours)"],
        row["Extra cost"],
        row["Rerouted orders"],
    )
