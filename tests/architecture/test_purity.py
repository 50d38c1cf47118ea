"""``transforms`` touches no file, clock, chance or heavy library."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

HEAVY = (
    "dagster",
    "dbt",
    "duckdb",
    "great_expectations",
    "sqlalchemy",
    "streamlit",
)
# These take a path as gladly as bytes, so only rooms that parse bytes use them;
# the twin parses what it was sent.
READERS = {"read_csv", "read_json", "read_ndjson", "read_excel", "read_csv_batched"}
WRITERS = {
    f"{verb}_{kind}"
    for verb in ("write", "sink")
    for kind in ("csv", "excel", "ipc", "json", "ndjson", "parquet", "delta", "avro")
}
ROOMS_THAT_PARSE = {"feeds", "edi", "twin"}

LOAD_ALL = """
import importlib, pkgutil, sys
import transforms
for module in pkgutil.walk_packages(transforms.__path__, "transforms."):
    importlib.import_module(module.name)
print(" ".join(sorted({name.split(".")[0] for name in sys.modules})))
"""


@cache
def calls(path: Path) -> list[tuple[ast.Call, str]]:
    """Every call in a file with the last word of what it calls."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return [(node, last_word(node)) for node in nodes if isinstance(node, ast.Call)]


def last_word(call: ast.Call) -> str:
    called = call.func
    return getattr(called, "attr", getattr(called, "id", ""))


def gives_a_path(call: ast.Call) -> bool:
    return bool(call.args) or any(word.arg == "file" for word in call.keywords)


def test_importing_every_module_loads_no_heavy_library(project: Path) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD_ALL],
        cwd=project,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()

    assert set() == set(HEAVY) & set(loaded)


def test_nothing_opens_a_file(transforms_modules: list[Path]) -> None:
    opened = [
        f"{path}:{call.lineno}"
        for path in transforms_modules
        for call, name in calls(path)
        if name in {"open", "fromfile", "tofile", "loadtxt", "savetxt", "memmap"}
    ]

    assert opened == []


def test_frames_are_written_to_memory_only(transforms_modules: list[Path]) -> None:
    written = [
        f"{path}:{call.lineno}"
        for path in transforms_modules
        for call, name in calls(path)
        if isinstance(call.func, ast.Attribute) and name in WRITERS
        if gives_a_path(call)
    ]

    assert written == []


def test_only_rooms_that_parse_bytes_call_readers(
    transforms_modules: list[Path],
) -> None:
    strangers = [
        f"{path}:{call.lineno}"
        for path in transforms_modules
        if not ROOMS_THAT_PARSE & set(path.parts)
        for call, name in calls(path)
        if name in READERS
    ]

    assert strangers == []


def test_readers_get_no_literal_path(transforms_modules: list[Path]) -> None:
    paths = [
        f"{path}:{call.lineno}"
        for path in transforms_modules
        for call, name in calls(path)
        if name in READERS
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant | ast.JoinedStr)
        and not isinstance(getattr(argument, "value", None), bytes)
    ]

    assert paths == []


@pytest.mark.parametrize("source", ["default_rng()", "RandomState()", "seed()"])
def test_chance_has_a_seed(transforms_modules: list[Path], source: str) -> None:
    unseeded = [str(path) for path in transforms_modules if source in path.read_text()]

    assert unseeded == []
