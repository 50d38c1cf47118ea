"""Pictures of the real pages for the README.

``python -m tests.end_to_end.screenshots`` writes ``docs/pictures/*.png`` from
the copy that the last run published.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import quote

import duckdb
import orjson

from tests.end_to_end.served_dashboards import (
    PROJECT,
    browser_page,
    chromium,
    open_settled,
    served,
)

PICTURES = PROJECT / "docs" / "pictures"


def main(home: Path, pictures: Path = PICTURES, language: str = "en") -> None:
    """Take one picture of each page."""
    pictures.mkdir(parents=True, exist_ok=True)
    order = quote(telling_order(home), safe="")
    pages = {
        "control_tower": f"/?lang={language}",
        "orders": f"/orders?order={order}&lang={language}",
    }
    with served(home) as address, browser_page() as page:
        for name, path in pages.items():
            open_settled(page, address + path)
            page.screenshot(path=pictures / f"{name}.png")
            sys.stdout.write(f"{pictures / name}.png\n")


def telling_order(home: Path) -> str:
    """The order with the most kinds of events: it shows most of the page."""
    serving = home / "serving"
    manifest = orjson.loads((serving / "manifest.json").read_bytes())
    files = [
        str(serving / entry["path"])
        for entry in manifest["tables"]["rpt_order_timeline"]
    ]
    row = duckdb.execute(
        "select order_id from read_parquet($files) group by order_id "
        "order by count(distinct event_type) desc, "
        "least(count(distinct node_id), 3) desc, "
        "abs(count(distinct line_id) - 4), order_id limit 1",
        {"files": files},
    ).fetchone()
    if row is None:
        message = "the published copy has no event"
        raise RuntimeError(message)
    return str(row[0])


if __name__ == "__main__":
    if chromium() is None:
        sys.exit("chromium is not installed: apt-get install chromium")
    main(Path(os.environ.get("ORDERHOUSE_HOME", PROJECT / "data" / "lakehouse")))
