"""Secrets by the name that a profile gives them, and files of keys.

Environment variable ``NAME``, else the first line of the file that
``NAME_FILE`` names (as container platforms hand secrets out). A secret never
stands in a message.
"""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.resources.transports.transport import RefusedError


def secret(name: str) -> str:
    """The secret called ``name``.

    Raises:
        RefusedError: neither the variable nor its file is there.
    """
    value = os.environ.get(name, "")
    file = os.environ.get(f"{name}_FILE", "")
    if not value and file:
        value = _first_line(Path(file), name)
    if not value:
        raise RefusedError(
            f"the secret {name} is missing: set the environment variable {name},"
            f" or {name}_FILE to a file that holds it"
        )
    return value


def key_file(root: Path, path: str, what: str) -> Path:
    """The file at ``path``, under ``root`` when relative.

    Raises:
        RefusedError: it is not there; the message calls it ``what``.
    """
    found = root / Path(path).expanduser()
    if not found.is_file():
        raise RefusedError(f"{what} is missing: no file {found}")
    return found


def _first_line(path: Path, name: str) -> str:
    try:
        text = path.read_text()
    except (OSError, ValueError) as error:
        raise RefusedError(f"the file that {name}_FILE names cannot be read") from error
    return text.partition("\n")[0].strip()
