"""Compiled kernels are those of the sources as they are now."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

from orchestration.kernels import ROOMS, SETTING, sources, state_of

CALLED = "from numba import njit\n@njit(cache=True)\ndef one():\n    return {}\n"
CALLER = """
from numba import njit
from called import one
@njit(cache=True)
def two():
    return one() + 1
print(two())
"""


def test_whatever_a_kernel_is_made_of_is_looked_at(project: Path) -> None:
    """Names in compiled functions come from modules that the state is made of."""
    transforms = project / "transforms"
    looked_at = set(sources(transforms))
    compiling = {
        path
        for path in transforms.rglob("*.py")
        if _compiled(ast.parse(path.read_text()))
    }
    lent = {
        project / f"{module.replace('.', '/')}.py"
        for path in compiling
        for module in _lenders(ast.parse(path.read_text()))
    }

    assert compiling
    assert compiling | lent <= looked_at


def _compiled(tree: ast.Module) -> list[ast.FunctionDef]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(
            "compiled" in ast.unparse(d) or "njit" in ast.unparse(d)
            for d in node.decorator_list
        )
    ]


def _lenders(tree: ast.Module) -> set[str]:
    """Modules of ours that lend a name to the body of a compiled function."""
    of = {
        name.asname or name.name: node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    used = {
        node.id
        for function in _compiled(tree)
        for statement in function.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }
    return {of[name] for name in used & set(of) if of[name].startswith("transforms.")}


def test_the_state_is_that_of_every_source(tmp_path: Path) -> None:
    for room in ROOMS:
        (tmp_path / room).mkdir()
    source, other = tmp_path / ROOMS[0] / "kernel.py", tmp_path / ROOMS[0] / "text.py"
    states = []
    for text in ("@compiled a", "@compiled b", "@compiled a"):
        source.write_text(text)
        other.write_text(f"compiles nothing {len(states)}")
        states.append(state_of(tmp_path))

    assert states[0] == states[2] != states[1]


def test_a_kernel_of_another_state_is_compiled_anew(tmp_path: Path) -> None:
    """In one folder numba would say 2 twice: the caller's file did not change."""
    (tmp_path / "caller.py").write_text(CALLER)
    told = []
    for number in (1, 2):
        (tmp_path / "called.py").write_text(CALLED.format(number))
        told.append(_said(tmp_path, ["caller.py"], SETTING=f"{tmp_path}/{number}"))

    assert ["2", "3"] == told


def test_orderhouse_keeps_them_in_a_folder_of_the_state(project: Path) -> None:
    ask = "import orchestration, numba; print(numba.config.CACHE_DIR)"
    clean = {k: v for k, v in os.environ.items() if k != SETTING}
    told = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=project,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )

    assert state_of(project / "transforms") == Path(told.stdout.strip()).name


def _said(folder: Path, arguments: list[str], **settings: str) -> str:
    named = {SETTING: settings["SETTING"]}
    told = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | named,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()
