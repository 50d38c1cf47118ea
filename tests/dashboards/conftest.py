"""Pages as a person opens them: a home, an address, a clock that stands still."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.serving_copies import AS_OF, empty_copy, full_copy, publish

ENTRY = Path(__file__).parents[2] / "dashboards" / "streamlit_app.py"

Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def full_tables() -> dict[str, pl.DataFrame]:
    return full_copy()


@pytest.fixture(scope="session")
def full_home(
    tmp_path_factory: pytest.TempPathFactory, full_tables: dict[str, pl.DataFrame]
) -> Path:
    return publish(tmp_path_factory.mktemp("full"), full_tables)


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("empty"), empty_copy())


@pytest.fixture(scope="session")
def pages_opened() -> dict[tuple[object, ...], AppTest]:
    return {}


@pytest.fixture
def open_page(
    monkeypatch: pytest.MonkeyPatch, pages_opened: dict[tuple[object, ...], AppTest]
) -> Open:
    """``open_page(home, "orders", order="…", hours_later=2)``: the page, run once.

    A page is run once a session for the same arguments: a run costs a second,
    and most tests only read.
    """

    def opened(home: Path, page: str, hours_later: int = 8, **address: str) -> AppTest:
        key = (home, page, hours_later, *sorted(address.items()))
        if key not in pages_opened:
            pages_opened[key] = run(home, page, hours_later, address)
        return pages_opened[key]

    def run(
        home: Path, page: str, hours_later: int, address: dict[str, str]
    ) -> AppTest:
        monkeypatch.setenv("ORDERHOUSE_HOME", str(home))
        now = AS_OF + timedelta(hours=hours_later)
        monkeypatch.setenv("ORDERHOUSE_NOW", now.isoformat())
        app = AppTest.from_file(str(ENTRY), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        if page != "control_tower":
            app.switch_page(f"app_pages/{page}.py")
        return app.run()

    return opened


def everything_said(app: AppTest) -> str:
    """Every text on the page, one a line."""
    kinds = ("title", "header", "subheader", "caption", "markdown", "info", "warning")
    texts = [str(e.value) for kind in kinds for e in getattr(app, kind)]
    texts += [str(e.value) for e in app.error]
    texts += [f"{metric.label} {metric.value} {metric.delta}" for metric in app.metric]
    return "\n".join(texts)
