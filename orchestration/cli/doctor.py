"""``orderhouse doctor``: what is missing, and the command that mends it.

It has to run where packages are missing, so each check imports its own.
"""

from __future__ import annotations

import ctypes.util
import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.resources.home import PROJECT, Home

if TYPE_CHECKING:
    from orchestration.resources.house import House

OLDEST, NEWEST = (3, 11), (3, 15)
SPARE_BYTES = 3 << 30
SET_UP_AGAIN = "make clean setup"
"""``make setup`` alone does nothing where ``.venv/.ready`` stands."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: fine when ``remedy`` is empty."""

    subject: str
    seen: str
    remedy: str = ""
    is_optional: bool = False


def examine() -> int:
    """Print every finding; 0 when nothing needed is missing, else 2."""
    findings = [looked(check) for check in CHECKS]
    for found in findings:
        mark = (
            "ok" if not found.remedy else "optional" if found.is_optional else "MISSING"
        )
        sys.stdout.write(f"{mark:>8}  {found.subject:<22} {found.seen}\n")
        if found.remedy:
            sys.stdout.write(f"{'':>8}  → {found.remedy}\n")
    broken = [f for f in findings if f.remedy and not f.is_optional]
    return 2 if broken else 0


def looked(check: Callable[[], Finding]) -> Finding:
    """What a check found; one that cannot look is a finding, and no end of all."""
    subject = check.__name__.strip("_").replace("_", " ")
    try:
        return check()
    except ImportError as error:
        return Finding(subject, str(error), SET_UP_AGAIN)
    except Exception as error:  # noqa: BLE001 whatever is broken, the rest is told
        if str(error).startswith("policies/"):
            # No house opens by them; what is wrong is told where they are looked at.
            return Finding(subject, "not looked at", "mend the policies first")
        seen = f"{type(error).__name__}: {error}".splitlines()[0]
        return Finding(subject, seen, "CONTRIBUTING.md, Runbook")


def _python() -> Finding:
    version = sys.version_info[:2]
    seen = ".".join(map(str, sys.version_info[:3]))
    if OLDEST <= version < NEWEST:
        return Finding("CPython", seen)
    return Finding(
        "CPython", seen, "install CPython 3.11 to 3.14, then: make clean run"
    )


def _packages() -> Finding:
    wrong = []
    for line in (PROJECT / "requirements.lock").read_text().splitlines():
        name, _, rest = line.partition("==")
        if not rest or line.startswith((" ", "#")) or ";" in line:
            continue
        wanted = rest.split()[0]
        try:
            if importlib.metadata.version(name.split("[")[0]) != wanted:
                wrong.append(name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(name)
    if not wrong:
        return Finding("locked packages", "all as in requirements.lock")
    return Finding(
        "locked packages", f"not as locked: {', '.join(wrong[:5])}", SET_UP_AGAIN
    )


def _extensions() -> Finding:
    from orchestration.resources import extensions  # noqa: PLC0415 may be missing

    missing = set(extensions.EXTENSIONS) - extensions.installed()
    if not missing:
        return Finding("DuckDB extensions", ", ".join(extensions.EXTENSIONS))
    return Finding(
        "DuckDB extensions",
        f"missing: {', '.join(sorted(missing))}",
        ".venv/bin/python -m orchestration.resources.extensions",
    )


def _profiles() -> Finding:
    from orchestration.resources.partners import partners  # noqa: PLC0415 as above

    try:
        return Finding("partners", f"{len(partners())} profiles read")
    except ValueError as error:
        return Finding("partners", str(error), "correct the file named")


def _policies() -> Finding:
    from orchestration.resources.partners import partners  # noqa: PLC0415 as above
    from orchestration.resources.policies import Policies  # noqa: PLC0415 as above

    try:
        known = partners()
    except ValueError:
        known = None
    try:
        policies = Policies()
        policies.require(known)
        return Finding("policies", f"hash {policies.rules_hash}")
    except ValueError as error:
        remedy = (
            "restore the file from git"
            if str(error).endswith("is missing")
            else "mend that line: the comment above it says what may stand there"
            " (or restore the file from git)"
        )
        return Finding("policies", str(error), remedy)


def _nodes_named() -> Finding:
    from orchestration.resources.house import House  # noqa: PLC0415 as above

    home = Home.at()
    if not home.catalog.exists():
        return Finding("nodes in policies", "looked at once there are nodes")
    house = House.open(home.root)
    try:
        nodes = house.nodes()
        if nodes:
            house.policies.require_nodes(nodes)
    except ValueError as error:
        return Finding("nodes in policies", str(error), "mend that line")
    finally:
        house.close()
    return Finding("nodes in policies", f"{len(nodes)} nodes known")


def _vault() -> Finding:
    from orchestration.resources.vault import (  # noqa: PLC0415 as above
        Vault,
        VaultError,
        vault_key,
    )

    home = Home.at()
    has_key = home.vault_key.exists() or "ORDERHOUSE_VAULT_KEY" in os.environ
    if not has_key and not home.vault.exists():
        return Finding("vault key", "made with the first run")
    remedy = "restore vault.key, or set ORDERHOUSE_VAULT_KEY: 64 hex digits"
    if not has_key:
        return Finding("vault key", "missing", remedy)
    try:
        vault_key(home)
        if home.vault.exists():
            Vault.open(home).close()
    except VaultError as error:
        return Finding("vault key", str(error), remedy)
    return Finding("vault key", "opens the vault")


def _lake() -> Finding:
    """The catalog against landing, which survives it."""
    from orchestration.resources.house import House  # noqa: PLC0415 as above

    home = Home.at()
    if not home.catalog.exists() and not home.landing.exists():
        return Finding("lake", "made with the first run")
    house = House.open(home.root)
    try:
        lost, runs = house.lost_runs(), house.lake.count("decisions.runs")
    finally:
        house.close()
    if lost:
        seen = f"lacks {len(lost)} runs that landing has recorded"
        return Finding("lake", seen, "orderhouse rebuild")
    return Finding("lake", f"{runs} runs")


def _control_numbers() -> Finding:
    from orchestration.resources.house import House  # noqa: PLC0415 as above

    home = Home.at()
    if not home.catalog.exists():
        return Finding("control numbers", "begin with the first run")
    house = House.open(home.root)
    try:
        return numbered(house)
    finally:
        house.close()


def numbered(house: House) -> Finding:
    """First numbers of profiles that were written after others had been sent."""
    profiles = house.partners.values()
    late = [one for partner in profiles for one in house.outbox.passed_over(partner)]
    if not late:
        return Finding("control numbers", "go on from what is on record")
    return Finding(
        "control numbers",
        "; ".join(late),
        "the count goes on from the record: take the option out, and have the partner"
        " expect the number after that",
        is_optional=True,
    )


def _drop() -> Finding:
    from orchestration.resources.drop import Drop, name_of  # noqa: PLC0415 as above
    from orchestration.resources.partners import partners  # noqa: PLC0415 as above

    strangers = Drop(Home.at().drop, partners().keys()).strangers()
    if not strangers:
        return Finding("drop", "every file lies in a partner's folder")
    names = ", ".join(name_of(p) for p in strangers[:3])
    return Finding(
        "drop",
        f"{len(strangers)} files belong to no partner: {names}",
        "move them to drop/<partner>, or add the partner (CONTRIBUTING.md, 1)",
        is_optional=True,
    )


def _space() -> Finding:
    root = Home.at().root
    existing = next(p for p in (root, *root.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    seen = f"{free / 2**30:.1f} GiB free"
    return Finding(
        "disk", seen, "" if free > SPARE_BYTES else "free 3 GiB or move ORDERHOUSE_HOME"
    )


def _published() -> Finding:
    manifest = Home.at().serving / "manifest.json"
    if manifest.exists():
        return Finding("serving copy", "published")
    return Finding(
        "serving copy", "nothing published yet", "make run", is_optional=True
    )


def _browser() -> Finding:
    path = Path("/usr/bin/chromium")
    if path.exists():
        return Finding("chromium", str(path))
    return Finding(
        "chromium",
        "not installed",
        "apt-get install chromium (browser tests only)",
        is_optional=True,
    )


def _openmp() -> Finding:
    found = ctypes.util.find_library("gomp")
    if found:
        return Finding("libgomp", found)
    return Finding("libgomp", "not found", "apt-get install libgomp1", is_optional=True)


CHECKS: tuple[Callable[[], Finding], ...] = (
    _python,
    _packages,
    _extensions,
    _profiles,
    _policies,
    _vault,
    _lake,
    _nodes_named,
    _control_numbers,
    _drop,
    _space,
    _published,
    _browser,
    _openmp,
)
