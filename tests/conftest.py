"""What every suite stands on: how much Hypothesis tries, no telemetry, no window."""

import gc
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import orchestration  # noqa: F401 before numba: it says where kernels are kept

os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
# Two workers test at a time: each core has one. What threads may change, order
# of rows, is looked for by tests/end_to_end/test_equal_hashes.py.
os.environ.setdefault("ORDERHOUSE_THREADS", "1")
# What commands print is read as a pipe gets it, however narrow the window is that
# the tests are started in.
os.environ.pop("COLUMNS", None)

# What tests write is thrown away: where there is room, it stays in memory. A lake
# waits for the disk at each commit, several hundred times a run.
MEMORY, ROOM_BYTES = Path("/dev/shm"), 8 * 2**30  # noqa: S108 pytest's own folder in it
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# Derandomised: a red build is red again on the next machine. No deadline: the
# first call compiles a kernel, and speed belongs to tests/bench.
settings.register_profile(
    "orderhouse",
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "quick", parent=settings.get_profile("orderhouse"), max_examples=10
)
settings.load_profile("orderhouse")


LONGEST = "test_planted_faults.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first: it shares no house, and by its end the shared ones stand.

    In the order of their names two workers would want the sample's played house at
    the same moment, and one would wait for the other until it is made.
    """
    items.sort(key=lambda item: item.path.name != LONGEST)


def pytest_collection_finish() -> None:
    """Ten thousand tests live as long as the process: no search for garbage in them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def project() -> Path:
    """The repository's top folder."""
    return Path(__file__).resolve().parents[1]
