"""Every word of the pages, one YAML per language with the same keys in each.

``say`` texts have whole sentences under dotted keys; ``words`` translate the
closed lists (states, events, rules) and fall back to the code itself, because
a partner may teach us a code before we have a word for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "zh": "中文"})
"""Language → its name in itself; the first is the default."""


@cache
def texts(language: str) -> Mapping[str, str]:
    """Dotted key → text.

    Raises:
        KeyError: the language is not one of ``LANGUAGES``.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    path = Path(__file__).with_name(f"{language}.yaml")
    return dict(_flat(yaml.safe_load(path.read_text("utf-8")), ""))


def _flat(tree: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", str(value)
