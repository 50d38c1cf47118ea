"""Fixtures of the architecture tests: what git tracks, read once."""

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tracked(project: Path) -> list[Path]:
    """Files that git tracks or would add: those that others will read."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=project,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (project / name for name in listed.split("\0") if name)
    return sorted(path for path in paths if path.is_file())


@pytest.fixture(scope="session")
def transforms_modules(project: Path) -> list[Path]:
    """Every Python file of ``transforms``."""
    return sorted((project / "transforms").rglob("*.py"))
