"""The tree stays the one that ARCHITECTURE.md draws: seven rooms, no eighth."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from transforms.contracts import arrivals, decisions, documents, gold, profile
from transforms.contracts.table import Table

ROOMS = {
    "ingest",
    "bronze",
    "silver",
    "gold",
    "decisions",
    "instructions",
    "visibility",
}
SQL_ROOMS = {"silver", "gold", "visibility"}
GROUPS = ROOMS | {"partners", "dbt", "shared"}
FOLDERS = {
    "": {
        "dashboards",
        "data",
        "dbt_project",
        "docs",
        "orchestration",
        "tests",
        "transforms",
    },
    "transforms": {
        "allocation",
        "answers",
        "availability",
        "contracts",
        "edi",
        "feeds",
        "forecasting",
        "instructions",
        "ledger",
        "lifecycle",
        "pricing",
        "reconciliation",
        "replenishment",
        "twin",
    },
    "orchestration": {
        "checks",
        "cli",
        "components",
        "defs",
        "policies",
        "resources",
    },
    "dashboards": {
        "app_pages",
        "charts",
        "queries",
        "texts",
        "widgets",
    },
    "dbt_project": {"macros", "models", "seeds", "tests"},
    "tests": {
        "architecture",
        "bench",
        "dashboards",
        "end_to_end",
        "faults",
        "feeds",
        "orchestration",
        "property",
        "unit",
    },
    "data": {"samples"},
}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "common", "manager", "base"}
VERSION_WORDS = re.compile(r"(^|_)(old|new|v\d+|final|copy|tmp|misc)(_|$)")


def folders_below(tracked: list[Path], folder: Path) -> set[str]:
    inside = (path.relative_to(folder) for path in tracked if folder in path.parents)
    names = {path.parts[0] for path in inside if len(path.parts) > 1}
    return {name for name in names if not name.startswith(".")}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_folder_without_a_place_in_the_design(
    project: Path, tracked: list[Path], folder: str
) -> None:
    strangers = folders_below(tracked, project / folder) - FOLDERS[folder]

    assert strangers == set()


def test_no_name_says_nothing(project: Path, tracked: list[Path]) -> None:
    empty_words = [
        str(path.relative_to(project))
        for path in tracked
        for part in path.relative_to(project).with_suffix("").parts
        if NAMES_THAT_SAY_NOTHING & set(part.split("_")) or VERSION_WORDS.search(part)
    ]

    assert empty_words == []


def test_every_bench_is_part_of_make_bench(project: Path) -> None:
    folder = project / "tests" / "bench"
    benches = {
        path.stem for path in folder.glob("*.py") if '"__main__"' in path.read_text()
    }
    run = ast.parse((folder / "run.py").read_text())
    named = {
        element.value
        for node in ast.walk(run)
        if isinstance(node, ast.Tuple)
        for element in node.elts
        if isinstance(element, ast.Constant) and isinstance(element.value, str)
    }

    assert benches - named == {"run"}


def test_every_module_says_what_lives_in_it(project: Path, tracked: list[Path]) -> None:
    houses = ("transforms", "orchestration", "dashboards")
    silent = [
        str(path.relative_to(project))
        for path in tracked
        if path.suffix == ".py" and path.relative_to(project).parts[0] in houses
        if path.read_text().strip()
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_every_package_can_be_seen_by_the_import_rules(
    project: Path, tracked: list[Path]
) -> None:
    houses = ("transforms", "orchestration", "dashboards")
    blind = {
        str(path.parent.relative_to(project))
        for path in tracked
        if path.suffix == ".py" and path.relative_to(project).parts[0] in houses
        if not (path.parent / "__init__.py").exists()
    }

    assert blind == set()


def test_lake_schemas_are_rooms() -> None:
    modules = (arrivals, decisions, documents, gold, profile)
    tables = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Table)
    }

    assert {table.room for table in tables} <= ROOMS


def test_dbt_folders_are_sql_rooms(project: Path, tracked: list[Path]) -> None:
    models = project / "dbt_project" / "models"

    assert folders_below(tracked, models) <= SQL_ROOMS


def test_dagster_groups_are_rooms(project: Path, tracked: list[Path]) -> None:
    named = {
        name
        for path in tracked
        if path.suffix in {".py", ".yaml", ".yml"}
        and project / "orchestration" in path.parents
        for name in re.findall(
            r"group_name\s*[=:]\s*\"?([a-z_]+)\"?\s*[,)\n]", path.read_text()
        )
        if f'"{name}"' in path.read_text() or path.suffix != ".py"
    }

    assert named <= ROOMS


def test_definitions_lie_in_rooms(project: Path, tracked: list[Path]) -> None:
    assert folders_below(tracked, project / "orchestration" / "defs") <= GROUPS


def test_a_partner_is_one_file(project: Path, tracked: list[Path]) -> None:
    partners = project / "orchestration" / "defs" / "partners"
    files = [path for path in tracked if partners in path.parents]
    others = [
        str(path.relative_to(partners))
        for path in files
        if path.name not in {"defs.yaml", "__init__.py"}
    ]

    assert files
    assert others == []


def test_a_partner_folder_has_the_name_of_its_partner(project: Path) -> None:
    for path in (project / "orchestration" / "defs" / "partners").glob("*/defs.yaml"):
        attributes = yaml.safe_load(path.read_text())["attributes"]

        assert path.parent.name == attributes["partner_id"]


@pytest.mark.parametrize("room", ["feeds", "instructions"])
def test_a_format_is_named_standard_and_document(project: Path, room: str) -> None:
    names = [
        path.stem
        for path in (project / "transforms" / room).glob("*.py")
        if re.search(r"^DOCUMENT\b", path.read_text(), re.MULTILINE)
    ]

    assert [name for name in names if "_" not in name] == []
