"""Each import rule of pyproject.toml is kept, and each would bite."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSES = ("transforms", "orchestration", "dashboards")

OFFENCES = {
    "a dashboard imports orchestration": (
        "dashboards/queries/planted.py",
        "import orchestration",
        "orchestration and dashboards stand on transforms",
    ),
    "orchestration imports a dashboard": (
        "orchestration/cli/planted.py",
        "import dashboards",
        "orchestration and dashboards stand on transforms",
    ),
    "transforms imports orchestration": (
        "transforms/contracts/planted.py",
        "import orchestration",
        "orchestration and dashboards stand on transforms",
    ),
    "one capability imports another": (
        "transforms/allocation/planted.py",
        "from transforms import ledger",
        "rooms of transforms know edi and contracts",
    ),
    "the twin reads with the real feeds": (
        "transforms/twin/planted.py",
        "import transforms.feeds",
        "rooms of transforms know edi and contracts",
    ),
    "edi imports a capability": (
        "transforms/edi/planted.py",
        "import transforms.feeds",
        "rooms of transforms know edi and contracts",
    ),
    "contracts imports edi": (
        "transforms/contracts/planted.py",
        "import transforms.edi",
        "rooms of transforms know edi and contracts",
    ),
    "a folder without a place in the order": (
        "transforms/planted/__init__.py",
        "",
        "rooms of transforms know edi and contracts",
    ),
    "a page opens the database": (
        "dashboards/app_pages/planted.py",
        "import duckdb",
        "pages and charts draw what queries read",
    ),
    "a chart opens the database": (
        "dashboards/charts/planted.py",
        "import duckdb",
        "pages and charts draw what queries read",
    ),
} | {
    f"transforms imports {module}": (
        "transforms/allocation/planted.py",
        f"import {module}",
        "transforms imports no scheduler, screen, database, network, file or path",
    )
    for module in (
        "dagster",
        "dbt",
        "duckdb",
        "great_expectations",
        "os",
        "pathlib",
        "requests",
        "socket",
        "sqlalchemy",
        "streamlit",
    )
}


@pytest.fixture(scope="module")
def skeleton(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings and every package of the three houses, without their code."""
    root = tmp_path_factory.mktemp("skeleton")
    shutil.copy(project / "pyproject.toml", root)
    for house in HOUSES:
        for marker in (project / house).rglob("__init__.py"):
            copied = root / marker.relative_to(project)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.touch()
    return root


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root), "COLUMNS": "200"},
    )


def test_the_tree_keeps_every_import_rule(project: Path) -> None:
    linted = lint_imports(project)

    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_skeleton_alone_keeps_every_import_rule(skeleton: Path) -> None:
    linted = lint_imports(skeleton)

    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("offence", OFFENCES)
def test_a_planted_offence_breaks_its_import_rule(
    skeleton: Path, tmp_path: Path, offence: str
) -> None:
    path, line, rule = OFFENCES[offence]
    root = shutil.copytree(skeleton, tmp_path / "tree")
    planted = root / path
    planted.parent.mkdir(exist_ok=True)
    (planted.parent / "__init__.py").touch()
    planted.write_text(f"{line}\n")

    linted = lint_imports(root)
    broken = [row for row in linted.stdout.splitlines() if row.endswith("BROKEN")]

    assert len(broken) == 1, linted.stdout + linted.stderr
    assert broken[0].startswith(rule)
