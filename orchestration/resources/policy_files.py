"""Files of policies: read with the line of every key, changed from a date on.

A file may end in ``changes``: what is otherwise between two business dates, and
why. A mapping is merged into what it changes, anything else takes its place::

    changes:
      - from: 2017-12-26
        to: 2017-12-31
        reason: peak week, boxes are scarce
        allocation:
          split_cost_minor: 400
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

CHANGES = "changes"
DATE = "tag:yaml.org,2002:timestamp"
_OF_A_CHANGE = ("from", "to", "reason")


class PolicyFileError(ValueError):
    """A file cannot be meant; the message names file and line."""


def read(
    path: Path, called: str = "", *, sections: Collection[str] = ()
) -> dict[str, Any]:
    """The mapping that a file is, ``changes`` among its keys.

    Args:
        path: of the file.
        called: as messages name it; ``policies/`` and its name when empty.
        sections: that it may leave out, and its changes may name all the same; empty
            mappings where it does.

    Raises:
        PolicyFileError: it is missing, no YAML, no mapping, names a key twice, has a
            date that there is not, or a change is not dated or changes nothing that
            there is.
    """
    called = called or _called(path)
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode):
            raise PolicyFileError(f"{called} is not a mapping")
        _refuse_twins(called, root)
        _refuse_no_dates(called, root)
        content: dict[str, Any] = yaml.safe_load(text)
    except FileNotFoundError as error:
        raise PolicyFileError(f"{called} is missing") from error
    except OSError as error:
        raise PolicyFileError(f"{called}: {error.strerror}") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise PolicyFileError(_no_yaml(called, error)) from error
    content = {key: {} for key in sections} | content
    _refuse_changes(path, called, content)
    return content


def told(
    path: Path, error: Exception, on: date = date.min, called: str = "", among: str = ""
) -> str:
    """An error with its file and line: most begin with the key that they are about.

    Args:
        path: a file that can be read.
        error: of who takes what the file says.
        on: business date of what it says.
        called: as messages name it; ``policies/`` and its name when empty.
        among: the key whose line is told where it does not name the error's own.
    """
    if isinstance(error, PolicyFileError):
        return str(error)
    key = error.args[0] if isinstance(error, KeyError) else str(error)
    named = str(key).partition(":")[0].split(" ")[0]
    line = line_of(path, named, is_changed=on > date.min) or line_of(path, among)
    place = (called or _called(path)) + (f":{line}" if line else "")
    since = f" (from {on} on)" if on > date.min else ""
    return f"{place}: {error}{since}"


def _called(path: Path) -> str:
    return f"policies/{path.name}"


def _no_yaml(called: str, error: Exception) -> str:
    """An error of reading, in one line that begins with the place."""
    mark = getattr(error, "problem_mark", None)
    if mark is None or not isinstance(error, yaml.MarkedYAMLError):
        return f"{called}: {error}"
    began = error.context_mark
    context = f", {error.context} that began in line {began.line + 1}" if began else ""
    return f"{called}:{mark.line + 1}: is no YAML: {error.problem}{context}"


def in_force(content: Mapping[str, Any], on: date) -> dict[str, Any]:
    """What a file says on a business date, its changes merged, oldest first.

    Args:
        content: as ``read`` gives it.
        on: business date.
    """
    found = {key: value for key, value in content.items() if key != CHANGES}
    changes = content.get(CHANGES) or []
    for change in sorted(changes, key=lambda each: each["from"]):
        if change["from"] <= on <= change.get("to", date.max):
            found = _merged(found, _without_dates(change))
    return found


def turning_dates(content: Mapping[str, Any]) -> list[date]:
    """Business dates from which a file says something else than the day before."""
    changes = content.get(CHANGES) or []
    after = (change["to"] + timedelta(days=1) for change in changes if "to" in change)
    return sorted({*(change["from"] for change in changes), *after})


def line_of(path: Path, key: str, *, is_changed: bool = False) -> int | None:
    """The line of the first key of this name, or of the last that it is made of.

    Args:
        path: a file that can be read.
        key: as a policy's error begins, such as ``late_cost_minor`` or ``rules.2``.
        is_changed: look for it in ``changes`` first.
    """
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    every = [*_keys(root)]
    changes = next((line for name, line in every if name == CHANGES), None)
    if is_changed and changes is not None:
        # The last that was written of it, if a change names it at all.
        later = [(name, line) for name, line in every if line > changes]
        every = later if key in dict(later) else every
        every = [*reversed(every)] if key in dict(later) else every
    lines = dict(reversed(every))
    names = (key, key.rpartition(".")[2], key.partition(".")[0], key.partition("[")[0])
    return next((lines[name] for name in names if name in lines), None)


def _keys(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield str(name.value), name.start_mark.line + 1
            yield from _keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _keys(value)


def _refuse_twins(called: str, node: yaml.Node) -> None:
    """YAML takes the last of two; whoever wrote the first meant it too."""
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_twins(called, value)
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for name, value in node.value:
            key, line = str(name.value), name.start_mark.line + 1
            if key in seen:
                raise PolicyFileError(
                    f"{called}:{line}: {key}: stands in line {seen[key]} already"
                )
            seen[key] = line
            _refuse_twins(called, value)


def _refuse_no_dates(called: str, node: yaml.Node) -> None:
    """YAML knows a date by its looks, and has no word for where it is none."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            _refuse_no_dates(called, name)
            _refuse_no_dates(called, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_no_dates(called, value)
    elif isinstance(node, yaml.ScalarNode) and node.tag == DATE:
        try:
            SafeConstructor().construct_yaml_timestamp(node)
        except ValueError as error:
            raise PolicyFileError(
                f"{called}:{node.start_mark.line + 1}: {node.value}: there is no such"
                f" date ({error}); write year-month-day, such as 2017-12-31"
            ) from error


def _refuse_changes(path: Path, called: str, content: dict[str, Any]) -> None:
    changes = content.get(CHANGES)
    if changes is None:
        return
    line = line_of(path, CHANGES)
    if not isinstance(changes, list):
        raise PolicyFileError(f"{called}:{line}: changes: must be a list")
    for number, change in enumerate(changes, 1):
        wrong = _wrong_with(change, content)
        if wrong:
            raise PolicyFileError(f"{called}:{line}: changes: number {number}: {wrong}")


def _wrong_with(change: Any, content: dict[str, Any]) -> str:  # noqa: ANN401 whatever stands there
    """What is wrong with a change; empty when nothing is."""
    if not isinstance(change, dict):
        return "is not a mapping"
    return _wrong_with_its_dates(change) or _wrong_with_its_rules(change, content)


def _wrong_with_its_dates(change: dict[str, Any]) -> str:
    first, last = change.get("from"), change.get("to", date.max)
    if type(first) is not date or type(last) is not date or last < first:
        return "needs from, a date, and may have to, one that is not before it"
    if not isinstance(change.get("reason"), str) or not change["reason"].strip():
        return "needs a reason"
    return ""


def _wrong_with_its_rules(change: dict[str, Any], content: dict[str, Any]) -> str:
    rules = _without_dates(change)
    unknown = sorted(set(rules) - set(content) | ({CHANGES} & set(rules)))
    empty = sorted(key for key in rules if isinstance(content.get(key), dict))
    empty = [key for key in empty if not isinstance(rules[key], dict) or not rules[key]]
    if empty and not unknown:
        return f"changes nothing of {empty[0]}: it needs keys and values"
    if not rules or unknown:
        sections = ", ".join(key for key in content if key != CHANGES)
        return f"changes {unknown[0] if unknown else 'nothing'}; there is {sections}"
    return ""


def _without_dates(change: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in change.items() if key not in _OF_A_CHANGE}


def _merged(old: Any, new: Any) -> Any:  # noqa: ANN401 YAML
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    return old | {key: _merged(old.get(key), value) for key, value in new.items()}
