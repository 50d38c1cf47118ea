"""``orchestration.cli.allocate``: a folder in, a folder out, no house."""

import json
from pathlib import Path

import numba
import polars as pl
import pytest

from orchestration.cli import allocate
from orchestration.cli.allocate import Wish, allocate_files, rehearse
from orchestration.cli.failures import CommandError
from orchestration.cli.problem_folder import PROBLEM_FILES, read_problem
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
    with pytest.raises(CommandError, match="nowhere: no such folder: name the problem"):
        allocate_files(tmp_path / "nowhere", tmp_path / "out", wish())
    (tmp_path / "params.json").unlink()
    with pytest.raises(CommandError, match=r"params\.json: missing; docs/allocation"):
        read_problem(tmp_path)
    assert not (tmp_path / "out").exists()


def copied(problem: Path, folder: Path) -> Path:
    folder.mkdir()
    for name in PROBLEM_FILES:
        (folder / name).write_bytes((problem / name).read_bytes())
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def linked_folder(own: Path, tmp_path: Path) -> Path:
    (tmp_path / "link").symlink_to(own, target_is_directory=True)
    return tmp_path / "link"


def lent_file(own: Path, tmp_path: Path) -> Path:
    """The problem's orders lie where the result's would."""
    out = tmp_path / "out"
    out.mkdir()
    (own / "orders.parquet").rename(out / "orders.parquet")
    (own / "orders.parquet").symlink_to(out / "orders.parquet")
    return out


def another_problem(own: Path, tmp_path: Path) -> Path:
    return copied(own, tmp_path / "other")


@pytest.mark.parametrize(
    "place",
    [lambda own, _: own, linked_folder, lent_file, another_problem],
    ids=["itself", "linked", "a file of it", "another problem"],
)
def test_no_problem_is_overwritten(
    problem: Path, tmp_path: Path, place: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = copied(problem, tmp_path / "own")
    out = place(own, tmp_path)  # type: ignore[operator]
    before = contents(own), contents(out)
    monkeypatch.setattr(allocate, "rehearse", lambda: pytest.fail("worked already"))

    with pytest.raises(CommandError, match="name a folder of the result's own"):
        allocate_files(own, out, wish())
    assert before == (contents(own), contents(out))


def test_out_may_lie_inside_the_problem(problem: Path, tmp_path: Path) -> None:
    own = copied(problem, tmp_path / "own")

    assert allocate_files(own, own / "out", wish("fast")) == 0


def test_a_file_is_no_folder_for_results(problem: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")

    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(CommandError, match="file is a file: name a folder"):
            allocate_files(problem, out, wish())
    assert (tmp_path / "file").read_text() == "mine"


def test_what_cannot_be_written_is_said(problem: Path, tmp_path: Path) -> None:
    (tmp_path / "orders.parquet").mkdir()

    with pytest.raises(CommandError, match="make room and let it be written to"):
        allocate_files(problem, tmp_path, wish("fast"))
    assert not (tmp_path / "certificate.json").exists()


def test_of_an_earlier_run_nothing_is_left(problem: Path, tmp_path: Path) -> None:
    allocate_files(problem, tmp_path, wish(traced=True))
    (tmp_path / "mine.parquet").write_bytes(b"mine")
    allocate_files(problem, tmp_path, wish("fast"))

    left = {path.stem for path in tmp_path.iterdir()}
    assert left == {"allocations", "certificate", "orders", "mine"}


@pytest.mark.parametrize(
    ("asked", "option"),
    [
        (Wish("fast", 2, 2, None, False), "--seconds"),
        (Wish("fast", 0, 2, Path("prices.parquet"), False), "--prices"),
        (Wish("fast", 0, 2, None, True), "--trace"),
    ],
)
def test_fast_refuses_what_it_has_no_use_for(
    problem: Path, tmp_path: Path, asked: Wish, option: str
) -> None:
    with pytest.raises(CommandError, match=f"--mode fast has no use for {option}:"):
        allocate_files(problem, tmp_path / "out", asked)


def test_prices_that_are_none_are_refused(problem: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.parquet"
    prices = {
        "resource": ["stock"],
        "sku_id": ["7"],
        "node_id": [1],
        "price_milli": [1],
    }
    pl.DataFrame(prices).write_parquet(wrong)

    for path, said in (
        (tmp_path / "nope", "no such file: name the prices.parquet"),
        (problem / "orders.parquet", "column resource: missing: name the prices"),
        (wrong, "column sku_id: String does not belong there"),
    ):
        with pytest.raises(CommandError, match=said):
            allocate_files(problem, tmp_path / "out", wish(prices=path))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"is_line_split_allowed": "false"}, "is_line_split_allowed: 'false': true or"),
        ({"is_line_split_allowed": 1}, "is_line_split_allowed: 1: true or false"),
        ({"is_line_split_allowed": None}, "is_line_split_allowed: None: true or false"),
        ({"split_cost": 3}, "split_cost: unknown; split_cost_minor is meant?"),
        ({"split_cost_minor": True}, "split_cost_minor: True: a whole number from 0"),
        (
            {"late_cost_minor": [1] * 6},
            r"late_cost_minor: \[1.*: a whole number from 0",
        ),
        ({"late_cost_minor": {"0": 1}}, "late_cost_minor: {'0': 1}: a whole number"),
        ({"late_cost_minor": "9"}, "late_cost_minor: '9': a whole number from 0 to"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(
    problem: Path, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    own = copied(problem, tmp_path / "own")
    params = json.loads((own / "params.json").read_bytes())
    (own / "params.json").write_text(json.dumps(params | change))

    with pytest.raises(CommandError, match=rf"params\.json: {said}"):
        read_problem(own)


def test_only_whether_lines_are_split_may_be_left_out(
    problem: Path, tmp_path: Path
) -> None:
    own = copied(problem, tmp_path / "own")
    params = json.loads((own / "params.json").read_bytes())
    for name in params:
        left = {key: value for key, value in params.items() if key != name}
        (own / "params.json").write_text(json.dumps(left))
        if name == "is_line_split_allowed":
            assert allocate_files(own, tmp_path / "out", wish("fast")) == 0
            continue
        with pytest.raises(
            CommandError, match=rf"params\.json: {name}: missing; a who"
        ):
            read_problem(own)


def test_compiling_is_told_once_and_only_where_something_is_compiled(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rehearse()
    with allocate.telling_of_compiling():
        rehearse()
    assert not capsys.readouterr().err
    with allocate.telling_of_compiling():
        for number in range(2):
            numba.njit(lambda x, n=number: x + n)(1)

    assert capsys.readouterr().err == allocate.COMPILING


def test_lines_that_no_node_can_serve_are_counted_by_reason(
    problem: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = copied(problem, tmp_path / "own")
    zones = pl.read_parquet(own / "zones.parquet")
    zones.clear().write_parquet(own / "zones.parquet")
    allocate_files(own, tmp_path / "out", wish("fast"))
    told = json.loads((tmp_path / "out" / "certificate.json").read_bytes())

    said = " ".join(capsys.readouterr().out.split())
    assert told["beyond_reach"]["no_lane"] > 0
    assert told["lines_beyond_reach"] == sum(told["beyond_reach"].values())
    assert f"{told['lines_beyond_reach']} lines that no node can serve at all:" in said
    assert f"{told['beyond_reach']['no_lane']}: none of those ships to" in said
