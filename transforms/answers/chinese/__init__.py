"""What formats say of themselves, in 中文: a text for each, as full as the English.

The English is the docstring of the format's module, and of those that many formats
stand on. A paragraph or an item of a list is one line, since Chinese is not parted
by spaces. Not here: what columns mean (``meanings``).
"""

from __future__ import annotations

from types import ModuleType

from transforms.answers.chinese import (
    channels,
    edifact,
    instructions,
    money,
    shared,
    tables,
    x12,
)

TEXTS = (
    tables.TEXTS
    | channels.TEXTS
    | money.TEXTS
    | edifact.TEXTS
    | x12.TEXTS
    | shared.TEXTS
    | instructions.TEXTS
)
"""Path below ``transforms``, without its ending → text."""


def described(module: ModuleType, language: str) -> str:
    """What a format's module says of itself; English where there is no other.

    Example:
        >>> from transforms.feeds import csv_lanes
        >>> described(csv_lanes, "zh").splitlines()[0]
        'CSV 线路：各节点到各地区的距离及承运商分区。'
    """
    name = module.__name__.removeprefix("transforms.").replace(".", "/")
    english = module.__doc__ or ""
    return TEXTS.get(name, english) if language == "zh" else english
