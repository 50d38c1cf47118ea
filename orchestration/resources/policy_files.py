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
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from orchestration.resources.files import hash_of
from orchestration.resources.refusal import RefusalError

NAMES = (
    *("company", "allocation", "holds", "gates", "waves", "stock", "availability"),
    *("forecasting", "reconciliation"),
)
"""Files of YAML, each with a reader in ``Policies``."""

FILES = (*(f"{name}.yaml" for name in NAMES), "transitions.csv")
"""All that rules are read from."""

CHANGES = "changes"
DATE = "tag:yaml.org,2002:timestamp"
_OF_A_CHANGE = ("from", "to", "reason")


class PolicyFileError(RefusalError, ValueError):
    """A file cannot be meant; the message names file and line."""


class Texts:
    """What the files of policies say: each is read once, so all is of one moment."""

    def __init__(self, folder: Path) -> None:
        """Read from ``folder``, each file when it is asked for."""
        self._folder = folder
        self._known: dict[str, str | None] = {}

    @classmethod
    def kept(cls, known: Mapping[str, str], rules_hash: str) -> Texts:
        """What the files said when they were kept; others are missing.

        Args:
            known: file name → text.
            rules_hash: of the folder that they stood in.
        """
        texts = cls(Path())
        texts._known = {name: known.get(name) for name in FILES}
        texts.rules_hash = rules_hash
        return texts

    def of(self, file_name: str) -> str | None:
        """The text of a file; None where it is missing.

        Raises:
            PolicyFileError: it cannot be read or is no UTF-8.
        """
        if file_name not in self._known:
            path = self._folder / file_name
            self._known[file_name] = text_of(path, called(file_name))
        return self._known[file_name]

    @property
    def every(self) -> dict[str, str]:
        """File name → text of all that rules are read from, and of nothing beside."""
        found = {name: self.of(name) for name in FILES}
        return {name: text for name, text in found.items() if text is not None}

    @cached_property
    def rules_hash(self) -> str:
        """Hash of every file in the folder."""
        return hash_of(sorted(self._folder.glob("*.*")))


def called(file_name: str) -> str:
    """A file of policies as messages name it."""
    return f"policies/{file_name}"


def text_of(path: Path, name: str) -> str | None:
    """The text of a file; None where it is missing.

    Args:
        path: of the file.
        name: as messages name it.

    Raises:
        PolicyFileError: it cannot be read or is no UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PolicyFileError(f"{name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyFileError(f"{name}: {error}") from error


def read(
    name: str, text: str | None, *, sections: Collection[str] = ()
) -> dict[str, Any]:
    """The mapping that a file is, ``changes`` among its keys.

    Args:
        name: as messages name it.
        text: what it says; None where it is missing.
        sections: that it may leave out, and its changes may name all the same; empty
            mappings where it does.

    Raises:
        PolicyFileError: it is missing, no YAML, no mapping, names a key twice, has a
            value that cannot be (a thirteenth month), or a change is not dated or
            changes nothing that there is.
    """
    if text is None:
        raise PolicyFileError(f"{name} is missing")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode):
            raise PolicyFileError(f"{name} is not a mapping")
        _refuse_twins(name, root)
        _refuse_impossible(name, root)
        content: dict[str, Any] = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PolicyFileError(_no_yaml(name, error)) from error
    content = {key: {} for key in sections} | content
    _refuse_changes(name, text, content)
    return content


def told(
    name: str, text: str, error: Exception, on: date = date.min, among: str = ""
) -> str:
    """An error with its file and line: most begin with the key that they are about.

    Args:
        name: of the file, as messages name it.
        text: what it says, which can be read.
        error: of who takes what the file says.
        on: business date of what it says.
        among: the key whose line is told where it does not name the error's own.
    """
    if isinstance(error, PolicyFileError):
        return str(error)
    key = error.args[0] if isinstance(error, KeyError) else str(error)
    named = str(key).partition(":")[0].split(" ")[0]
    line = line_of(text, named, is_changed=on > date.min) or line_of(text, among)
    place = name + (f":{line}" if line else "")
    since = f" (from {on} on)" if on > date.min else ""
    return f"{place}: {error}{since}"


def _no_yaml(name: str, error: Exception) -> str:
    """An error of reading, in one line that begins with the place."""
    mark = getattr(error, "problem_mark", None)
    if mark is None or not isinstance(error, yaml.MarkedYAMLError):
        return f"{name}: {error}"
    began = error.context_mark
    context = f", {error.context} that began in line {began.line + 1}" if began else ""
    return f"{name}:{mark.line + 1}: is no YAML: {error.problem}{context}"


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


def line_of(text: str, key: str, *, is_changed: bool = False) -> int | None:
    """The line of the first key of this name, or of the last that it is made of.

    Args:
        text: of a file that can be read.
        key: as a policy's error begins, such as ``late_cost_minor`` or ``rules.2``.
        is_changed: look for it in ``changes`` first.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
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


def _refuse_twins(file: str, node: yaml.Node) -> None:
    """YAML takes the last of two; whoever wrote the first meant it too."""
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_twins(file, value)
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for name, value in node.value:
            key, line = str(name.value), name.start_mark.line + 1
            if key in seen:
                raise PolicyFileError(
                    f"{file}:{line}: {key}: stands in line {seen[key]} already"
                )
            seen[key] = line
            _refuse_twins(file, value)


def _refuse_impossible(file: str, node: yaml.Node, key: str = "") -> None:
    """What is spelled as a date or a number and is none: YAML says neither where."""
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_impossible(file, value, key)
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            _refuse_impossible(file, name, key)
            _refuse_impossible(file, value, str(name.value))
    else:
        try:
            SafeConstructor().construct_object(node)
        except ValueError as error:
            place = f"{file}:{node.start_mark.line + 1}: " + (f"{key}: " if key else "")
            raise PolicyFileError(place + _impossible(node, error)) from error


def _impossible(node: yaml.Node, error: ValueError) -> str:
    if node.tag == DATE:
        return (
            f"{node.value} is no date of the calendar ({error}); a date is written"
            " 2017-12-29"
        )
    return f"{node.value} cannot be read ({error}); a text stands in quotes"


def _refuse_changes(file: str, text: str, content: dict[str, Any]) -> None:
    changes = content.get(CHANGES)
    if changes is None:
        return
    place = f"{file}:{line_of(text, CHANGES)}: changes: "
    if not isinstance(changes, list):
        raise PolicyFileError(f"{place}must be a list")
    for number, change in enumerate(changes, 1):
        wrong = _wrong_with(change, content)
        if wrong:
            raise PolicyFileError(f"{place}number {number}: {wrong}")


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
