"""``orchestration.cli.allocate``: a folder in, a folder out, no house."""

import json
from pathlib import Path

import polars as pl
import pytest

from orchestration.cli.allocate import Wish, allocate_files, read_problem
from orchestration.cli.failures import CommandError
from tests.bench.allocation.instances import Shape, instance

FILES = ["allocations", "certificate", "orders", "prices"]


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small problem's folder."""
    return instance(Shape(80, 15, 6)).write(tmp_path_factory.mktemp("problem"))


def wish(
    mode: str = "best", prices: Path | None = None, *, traced: bool = False
) -> Wish:
    return Wish(mode, 0, 2, prices, traced)


def test_a_solution_is_written_with_its_certificate(
    problem: Path, tmp_path: Path
) -> None:
    assert allocate_files(problem, tmp_path, wish()) == 0
    told = json.loads((tmp_path / "certificate.json").read_bytes())
    lines = pl.read_parquet(problem / "lines.parquet")
    allocations = pl.read_parquet(tmp_path / "allocations.parquet")

    assert sorted(path.stem for path in tmp_path.iterdir()) == FILES
    assert told["violations"] == 0
    assert told["bound_minor"] <= told["cost_minor"] <= told["nearest_cost_minor"]
    assert allocations["qty"].sum() == lines["qty"].sum()


def test_the_same_problem_gives_the_same_bytes(problem: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        allocate_files(problem, tmp_path / name, wish(traced=True))

    for name in ("allocations", "orders", "prices", "trace"):
        one, two = (tmp_path / n / f"{name}.parquet" for n in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_a_run_starts_from_the_prices_of_another(problem: Path, tmp_path: Path) -> None:
    allocate_files(problem, tmp_path / "one", wish())
    prices = tmp_path / "one" / "prices.parquet"

    assert allocate_files(problem, tmp_path / "two", wish(prices=prices)) == 0


def test_fast_mode_claims_no_bound(problem: Path, tmp_path: Path) -> None:
    allocate_files(problem, tmp_path, wish("fast"))
    told = json.loads((tmp_path / "certificate.json").read_bytes())

    assert told["bound_minor"] is None
    assert not (tmp_path / "prices.parquet").exists()


def test_what_cannot_be_read_is_named_and_nothing_written(
    problem: Path, tmp_path: Path
) -> None:
    for path in problem.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "stock.parquet").write_bytes(b"not Parquet")

    with pytest.raises(CommandError, match=r"stock\.parquet: no Parquet file"):
        read_problem(tmp_path)
    with pytest.raises(CommandError, match=r"orders\.parquet: missing"):
        allocate_files(tmp_path / "nowhere", tmp_path / "out", wish())
    assert not (tmp_path / "out").exists()
