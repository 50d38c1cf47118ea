"""Rules of allocation that somebody tries: ours, but for what a file or a key says.

What is in force is a matter of the business date: of ours, and of the file's own
``changes``. A file names sections of ``policies/allocation.yaml``; a key that stands
in it takes the place of ours, what its changes say is merged into that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.resources import policy_files
from orchestration.resources.policies import Policies
from orchestration.resources.policy_files import CHANGES, PolicyFileError
from orchestration.resources.policy_names import (
    CHANNEL,
    NODE,
    TEAM,
    TEAMS,
    refuse_unknown_in,
)
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.what_if import Dated

FILE = SECTION = "allocation"


def rules_of_file(
    policies: Policies, path: Path, partners: Collection[str] | None = None
) -> Dated:
    """Our rules of every business date, but for what a file says of it.

    Args:
        policies: ours.
        path: YAML like ``policies/allocation.yaml``, with what is otherwise.
        partners: ids of all of them; None: channels are not looked at.

    Raises:
        PolicyFileError: it cannot be meant; file, line and key are named.
    """
    ours = tuple(policies.mapping(FILE))
    text = policy_files.text_of(path, str(path))
    content = policy_files.read(str(path), text, sections=ours)
    _refuse_nothing(path, text or "", content, ours)
    days = policy_files.turning_dates(content)
    try:
        rules = _by_day(policies, content, days)
    except _WrongOnDayError as wrong:
        said = policy_files.told(str(path), text or "", wrong.error, wrong.day, SECTION)
        raise PolicyFileError(said) from wrong.error
    refuse_unknown_in(FILE, text or "", str(path), TEAM, TEAMS)
    if partners is not None:
        refuse_unknown_in(FILE, text or "", str(path), CHANNEL, partners)
    return rules


def refuse_unknown_nodes(
    path: Path, known: Collection[str], among: Collection[str]
) -> None:
    """Refuse a node that a file of rules that can be meant names and nobody knows.

    Args:
        path: of the file.
        known: nodes of the house.
        among: those that are in force on a date that is looked at.

    Raises:
        PolicyFileError: file, line, key and the nearest node are named.
    """
    text = policy_files.text_of(path, str(path)) or ""
    refuse_unknown_in(FILE, text, str(path), NODE, known, among)


def rules_of_key(policies: Policies, key: str, value: str) -> Dated:
    """Our rules of every business date, but for one key.

    Raises:
        PolicyFileError: it cannot be meant.
    """
    try:
        return _by_day(policies, {SECTION: {key: value}}, [])
    except _WrongOnDayError as wrong:
        raise PolicyFileError(str(wrong.error)) from wrong.error


class _WrongOnDayError(Exception):
    """Rules cannot be meant on a business date."""

    def __init__(self, day: date, error: Exception) -> None:
        super().__init__(str(error))
        self.day, self.error = day, error


def _by_day(policies: Policies, content: Mapping[str, Any], days: list[date]) -> Dated:
    every = sorted({date.min, *policies.turning_dates(FILE), *days})
    return tuple((day, _on(policies, content, day)) for day in every)


def _on(policies: Policies, content: Mapping[str, Any], day: date) -> AllocationPolicy:
    ours = policies.on(day).mapping(FILE)[SECTION]
    tried = {**content, SECTION: ours | content[SECTION]}
    try:
        told = policy_files.in_force(tried, day)[SECTION]
        return AllocationPolicy.from_mapping(told)
    except (ValueError, TypeError) as error:
        raise _WrongOnDayError(day, error) from error


def _refuse_nothing(
    path: Path, text: str, content: Mapping[str, Any], ours: tuple[str, ...]
) -> None:
    """A file that nobody would read any of, though somebody meant it."""
    known = {*ours, CHANGES}
    for name in content:
        if name not in known:
            line = policy_files.line_of(text, str(name))
            raise PolicyFileError(
                f"{path}:{line}: {name}: unknown section; there is"
                f" {', '.join([*ours, CHANGES])}"
            )
    if not isinstance(content[SECTION], dict):
        line = policy_files.line_of(text, SECTION)
        raise PolicyFileError(f"{path}:{line}: {SECTION}: must be a mapping")
    if not content[SECTION] and not content.get(CHANGES):
        raise PolicyFileError(
            f"{path}: has no section {SECTION} that says what is otherwise, and no"
            f" {CHANGES}"
        )
