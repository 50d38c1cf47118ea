"""Both pages in a real browser on a published copy, and a figure SQL confirms.

``ORDERHOUSE_BROWSER_HOME`` names a house that a run has published; without it
a small copy made by hand is served.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import orjson
import pytest

from tests.dashboards.serving_copies import full_copy, publish
from tests.end_to_end.screenshots import telling_order
from tests.end_to_end.served_dashboards import (
    browser_page,
    chromium,
    open_settled,
    served,
)

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.slow
HOME_VARIABLE = "ORDERHOUSE_BROWSER_HOME"
ON_LOOPBACK = re.compile(r"^(data:|blob:|https?://127\.0\.0\.1:)")


@pytest.fixture(scope="module", autouse=True)
def _a_browser_is_there() -> None:
    if chromium() is None:
        reason = "chromium is not installed: apt-get install chromium"
        if os.environ.get("ORDERHOUSE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    real = os.environ.get(HOME_VARIABLE)
    if real:
        return Path(real)
    return publish(tmp_path_factory.mktemp("house"), full_copy())


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with served(home) as running:
        yield running


@pytest.fixture(scope="module")
def page(address: str) -> "Iterator[playwright.Page]":
    """Closed before the server: a kept connection would delay its end."""
    assert address
    with browser_page() as opened:
        yield opened


def ask(home: Path, table: str, sql: str) -> int:
    """One number, asked of the same files by other code."""
    serving = home / "serving"
    manifest = orjson.loads((serving / "manifest.json").read_bytes())
    files = [str(serving / file["path"]) for file in manifest["tables"][table]]
    row = duckdb.execute(f"select {sql} from read_parquet($f)", {"f": files}).fetchone()
    assert row is not None
    return int(row[0])


def figure(page: "playwright.Page", label: str) -> str:
    card = page.locator('[data-testid="stMetric"]', has_text=label).first
    return str(card.locator('[data-testid="stMetricValue"]').inner_text())


def test_the_control_tower_shows_the_open_lines_that_sql_counts(
    page: "playwright.Page", address: str, home: Path, tmp_path: Path
) -> None:
    open_settled(page, address)
    page.screenshot(path=tmp_path / "control_tower.png")

    counted = ask(home, "rpt_open_line_list", "count(distinct line_id)")
    assert f"{counted:,}" == figure(page, "Open lines")
    assert page.locator("h1").inner_text() == "Control tower"


def test_an_order_s_units_are_those_of_its_lines(
    page: "playwright.Page", address: str, home: Path, tmp_path: Path
) -> None:
    order = telling_order(home)
    open_settled(page, f"{address}/orders?order={order.replace('/', '%2F')}")
    page.screenshot(path=tmp_path / "orders.png")

    told = order.replace("'", "''")
    units = ask(
        home,
        "rpt_order_lines",
        f"sum(ordered_qty) filter (order_id = '{told}')",
    )
    assert f"{units:,}" == figure(page, "Units")


def test_the_language_switch_stays_in_the_url(
    page: "playwright.Page", address: str
) -> None:
    open_settled(page, address)
    page.get_by_role("radio", name="中文").or_(
        page.get_by_role("button", name="中文")
    ).first.click()
    page.wait_for_url("**lang=zh**")

    page.get_by_role("link", name="订单").first.click()
    page.wait_for_selector("h1:has-text('订单')")
    page.wait_for_url("**/orders?lang=zh")


def test_a_click_on_a_cell_lists_its_lines(
    page: "playwright.Page", address: str
) -> None:
    open_settled(page, address)
    cells = page.locator('path[aria-label*="line_count"]')
    labels = [str(cell.get_attribute("aria-label")) for cell in cells.all()]
    number, label = next(
        (n, text) for n, text in enumerate(labels) if "line_count: 0" not in text
    )

    box = cells.nth(number).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**bucket=**age_band=**")

    lines = re.search(r"Lines: ([\d,]+)", label)
    assert lines is not None
    page.wait_for_selector(f"text=/{lines[1]} rows?\\b/")


def test_the_pages_ask_no_other_host_for_anything(
    page: "playwright.Page", address: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    open_settled(page, address)
    open_settled(page, f"{address}/orders")

    assert len(asked) > 10
    assert [url for url in asked if not ON_LOOPBACK.match(url)] == []
